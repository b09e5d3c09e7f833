"""How far a campaign has come: the board, the lists, one person, the file. Whoever leads people gets the same pages for their own line."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actors import Actor, staff
from people.models import Role
from policy import campaign_selectors as selectors
from policy.forms.campaigns import PaperForm
from policy.services import campaign_export, signing
from policy.views.campaign_door import campaign_page, posted
from vault.errors import Damaged

LINES_A_PAGE = 100
LISTS = {
    "late": gettext_lazy("Late"),
    "outstanding": gettext_lazy("Not signed yet"),
    "signed": gettext_lazy("Signed"),
    "aside": gettext_lazy("Not asked"),
}


@dataclass(frozen=True)
class Place:
    """Where a page stands: the names of its addresses, and whose line it is limited to (an employee, or None)."""

    board: str
    people: str
    take_list: str
    leader: object = None


ADMIN = Place("campaigns:board", "campaigns:people", "campaigns:take_list")


@campaign_page()
def board(request: HttpRequest, campaign) -> HttpResponse:
    return board_page(request, campaign, ADMIN)


@campaign_page()
def listing(request: HttpRequest, campaign) -> HttpResponse:
    return people_page(request, campaign, ADMIN)


@campaign_page(methods="post")
def take_list(request: HttpRequest, campaign) -> HttpResponse:
    return list_file(campaign, ADMIN, by=staff(request.user, Role.POLICY_ADMIN))


def board_page(request: HttpRequest, campaign, place: Place) -> HttpResponse:
    """Numbers of the campaign or of one unit, and of the units below it."""
    if campaign.state == "draft":
        raise Http404
    now = timezone.now()
    unit = _unit(request)
    lines = selectors.by_unit(campaign, now, unit=unit, leader=place.leader)
    context = {
        "campaign": campaign,
        "place": place,
        "unit": unit,
        "path": selectors.unit_path(unit),
        "lines": lines,
        "count": sum((line.count for line in lines), selectors.Numbers()),
    }
    return render(request, "policy/campaign/board.html", context)


def _unit(request: HttpRequest):
    code = request.GET.get("unit", "")
    unit = selectors.unit_of_code(code)
    if code and unit is None:
        raise Http404
    return unit


def people_page(request: HttpRequest, campaign, place: Place) -> HttpResponse:
    """Late, outstanding, signed or not asked, in pages."""
    if campaign.state == "draft":
        raise Http404
    now = timezone.now()
    show, words = request.GET.get("show", "late"), request.GET.get("q", "").strip()[:80]
    if show not in LISTS:
        raise Http404
    unit = _unit(request)
    rows = selectors.people_of(campaign, now, show=show, unit=unit, leader=place.leader, words=words)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "campaign": campaign,
        "place": place,
        "show": show,
        "title": LISTS[show],
        "lists": LISTS.items(),
        "words": words,
        "unit": unit,
        "page": Paginator(rows, LINES_A_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
        "now": campaign.closed_at or now,
    }
    return render(request, "policy/campaign/people.html", context)


def list_file(campaign, place: Place, *, by: Actor) -> HttpResponse:
    """Everybody of the campaign as a CSV file."""
    if campaign.state == "draft":
        raise Http404
    lines = campaign_export.take_list(campaign=campaign, leader=place.leader, by=by, now=timezone.now())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="signatures-{campaign.version.number}.csv"'
    return response


# --- one person -----------------------------------------------------------------------------------


@campaign_page(methods="both")
def person(request: HttpRequest, campaign, row_id) -> HttpResponse:
    """What is known of one person in this campaign; posting records a signature on paper."""
    row = _row(campaign, row_id)
    form = PaperForm(*posted(request, files=True))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            signing.record_on_paper(
                row=row, upload=values["file"], reason=values["reason"], signed_on=values["signed_on"], by=request.user, now=timezone.now()
            )
        except signing.NotOnPaper:
            form.add_error("signed_on", _("The date lies before this version was published or after today, or the re-issue is closed."))
        else:
            messages.success(request, _("The signature is recorded."))
            return redirect("campaigns:person", campaign.pk, row.pk)
    paper = getattr(row, "paper", None)
    context = {"campaign": campaign, "row": row, "form": form, "paper": paper, "reason": signing.open_reason(paper) if paper else ""}
    return render(request, "policy/campaign/person.html", context | {"is_late": row.is_open and row.due_at <= timezone.now()})


def _row(campaign, row_id):
    row = selectors.row_of(campaign, row_id)
    if row is None:
        raise Http404
    return row


@campaign_page(methods="post")
def aside(request: HttpRequest, campaign, row_id) -> HttpResponse:
    row = _row(campaign, row_id)
    try:
        signing.set_aside(row=row, by=request.user, now=timezone.now())
    except signing.NotNow:
        messages.warning(request, _("This person is not being asked."))
    return redirect("campaigns:person", campaign.pk, row.pk)


@campaign_page(methods="post")
def back(request: HttpRequest, campaign, row_id) -> HttpResponse:
    row = _row(campaign, row_id)
    try:
        signing.bring_back(row=row, by=request.user, now=timezone.now())
    except signing.NotNow:
        messages.warning(request, _("This person can’t be asked again here."))
    return redirect("campaigns:person", campaign.pk, row.pk)


SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@campaign_page(methods="post")
def scan(request: HttpRequest, campaign, row_id) -> HttpResponse:
    """The scan, as an attachment under a neutral name and a type no browser shows. Each download is recorded."""
    paper = getattr(_row(campaign, row_id), "paper", None)
    if paper is None:
        raise Http404
    try:
        blocks, length, found_type = signing.download_scan(paper=paper, by=request.user, now=timezone.now())
    except Damaged:
        raise Http404 from None
    response = StreamingHttpResponse(blocks, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="signed-page.{SUFFIXES.get(found_type, "bin")}"'
    response.headers["Content-Length"] = str(length)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
