"""A respondent's or witness's own pages, under /s/: come in with a code, read, answer, confirm. Like a reporter's, and apart from them."""

from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from complaints.followup_selectors import zone_of
from complaints.forms.followup import CodeForm
from complaints.selectors import open_seats
from complaints.services.changing import CaseEnded
from complaints.services.once import new_token
from complaints.states import ENDED
from complaints.views.followup import IDLE_SECONDS, PURPOSE
from complaints.views.followup_base import client_address, in_other_language, typed, wants_other_language
from complaints.views.followup_write import ENDINGS
from investigations import selectors_parties as read
from investigations.forms import party as forms
from investigations.forms.party import CHANGED_WORDS
from investigations.models import DocumentKind, Party, PartyDocument, PartyFile, PartySide
from investigations.selectors_findings import is_reported
from investigations.services import appeals, informal, objections, papers, party_side, witness_checks
from vault import sessions, throttle
from vault.errors import Damaged, NoAccess, VaultError
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services import files as sealed_files


@dataclass(frozen=True, eq=False)
class Mine(Hidden):
    """The party whose code is open in this browser."""

    party: Party
    keyring: Keyring
    keys: OpeningKeys
    now: datetime
    lang: str

    @property
    def complaint(self):
        return self.party.investigation.lead

    @property
    def is_respondent(self) -> bool:
        return self.party.side == PartySide.RESPONDENT


def party_page(view):
    """Give the view the party of the code that is open in this browser as `mine`; without one the page is closed."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        now = timezone.now()
        entered = request.vault.reporter
        if entered is None:
            raise Http404
        try:
            party, keys = party_side.own_keys(keyholder_id=entered.keyholder_id, keyring=entered.keyring)
        except (Party.DoesNotExist, VaultError):
            raise Http404 from None
        mine = Mine(party, entered.keyring, keys, now, translation.get_language() or "en")
        with timezone.override(zone_of()):
            try:
                return view(request, *args, mine=mine, **kwargs)
            except NoAccess:
                # The invitation ended while the page was open.
                raise Http404 from None

    return login_not_required(guarded)


def page(request, template: str, *, http_status: int = 200, **context) -> HttpResponse:
    context.setdefault("page_form_id", "page-form" if "form" in context else "")
    return render(request, f"party/{template}.html", context, status=http_status)


@login_not_required
@require_http_methods(["GET", "POST"])
def enter(request):
    """Enter an invitation code. Wrong, expired, replaced and revoked codes look the same; tries count together with receipt codes."""
    now = timezone.now()
    if wants_other_language(request):
        return in_other_language(request, lambda: _ask_code(request, typed(CodeForm, request)))
    if request.method == "GET":
        return _ask_code(request, CodeForm())
    address = client_address(request)
    verdict = throttle.take_try(address=address, purpose=PURPOSE, now=now)
    form = CodeForm(request.POST)
    form.is_valid()
    if not verdict.allowed:
        return _ask_code(request, form, wait=verdict.wait_minutes, status=429)
    entered = party_side.enter(text=request.POST.get("code", ""), now=now)
    if entered is None:
        form.say_not_found()
        return _ask_code(request, form)
    throttle.give_back(address=address, purpose=PURPOSE)
    response = redirect("party:home")
    sessions.end(request, response)
    sessions.start_reporter(response, keyring=entered.keyring, idle_seconds=IDLE_SECONDS, now=now)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        _in_their_language(response, entered.party.language)
    return response


def _in_their_language(response, language: str) -> None:
    """The language of the slip, until they choose another."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax")


def _ask_code(request, form, *, wait: int = 0, status: int = 200):
    words = ngettext(
        "Too many tries from this network. Wait %(minutes)d minute, then try again.",
        "Too many tries from this network. Wait %(minutes)d minutes, then try again.",
        wait,
    )
    extra = [words % {"minutes": wait}] if wait else []
    return page(request, "enter", form=form, extra_errors=extra, page_failed=bool(wait), http_status=status)


@require_GET
@party_page
def home(request, *, mine):
    """Dates, what waits for them, every paper both ways, rights."""
    party = mine.party
    opened = party_side.read(party=party, keys=mine.keys, now=mine.now)
    kinds = {each.row.kind for each in opened}
    waiting = party_side.to_confirm(party)
    has_reply_due = mine.is_respondent and party.served_at and party.replied_at is None
    return page(
        request,
        "home",
        party=party,
        is_respondent=mine.is_respondent,
        papers=[_paper(each, mine) for each in reversed(opened)],
        reply_date=party.reply_date if has_reply_due else None,
        reply_passed=bool(has_reply_due and party.reply_date and party.reply_date < timezone.localdate(mine.now)),
        asked=DocumentKind.PUT_TO in kinds and not mine.is_respondent and DocumentKind.ANSWER not in kinds,
        talks=read.talks_ahead(party, mine.now),
        records=waiting,
        comments_until=party.investigation.comments_until if DocumentKind.FINDINGS in kinds else None,
        may_comment=DocumentKind.FINDINGS in kinds and DocumentKind.COMMENT not in kinds and not is_reported(party.investigation),
        may_appeal=DocumentKind.OUTCOME in kinds,
        review_until=read.own_review_window(party, mine.now) if DocumentKind.OUTCOME in kinds else None,
        refusals=appeals.refusals(complaint=mine.complaint, keyring=mine.keyring, party=party) if DocumentKind.APPEAL in kinds else [],
        review_answer=read.review_answer_of(party) if DocumentKind.APPEAL in kinds else None,
        now=mine.now,
        ended=mine.complaint.state in ENDED,
        way=informal.shown_to(party=party, keys=mine.keys) if mine.is_respondent else None,
        check=witness_checks.open_for(party, mine.now),
        fresh_code=party_side.needs_fresh_code(party),
        code_until=party.keyholder.expires_at,
        team=[seat.user.display_name for seat in _handling(mine)],
        objections=objections.opened(complaint=mine.complaint, keyring=mine.keyring),
    )


def _handling(mine) -> list:
    seats = list(open_seats(mine.complaint, "handler"))
    return seats or list(open_seats(mine.complaint, "intake"))


def _paper(each, mine) -> dict:
    row, body = each.row, each.body or {}
    return {
        "id": row.pk,
        "title": row.get_kind_display(),
        "at": row.at,
        "by": row.by.display_name if row.by else _("You"),
        "mine": row.by is None,
        "text": each.text if each.body is not None else _("This can’t be opened any more."),
        "present": body.get("present", ""),
        "changed": CHANGED_WORDS.get(body.get("changed"), ""),
        "served_at": datetime.fromisoformat(body["served_at"]) if body.get("served_at") else None,
        "held_at": datetime.fromisoformat(body["held_at"]) if body.get("held_at") else None,
        "read_at": row.read_at if row.by is None else None,
        "confirmed_at": row.confirmed_at,
        "files": [
            {
                "name": file.manifest.shown_name or _("File %(number)d") % {"number": file.row.number},
                "size_text": filesizeformat(file.manifest.length),
                "url": reverse("party:file", args=[row.pk, file.row.number]),
            }
            for file in each.files
            if file.manifest
        ],
    }


# What each page of writing is about: kind, form, and what must be so.
WRITING = {
    "answer": (DocumentKind.ANSWER, forms.AnswerForm),
    "message": (DocumentKind.MESSAGE, forms.WriteForm),
    "comment": (DocumentKind.COMMENT, forms.CommentForm),
    "appeal": (DocumentKind.APPEAL, forms.AppealForm),
}


@require_http_methods(["GET", "POST"])
@party_page
def write(request, what: str, *, mine):
    """Answer, write, comment, ask for a review. What was sent is never changed; more can be sent."""
    kind, form_class = WRITING[what]
    if kind in party_side.AFTER and not read.has_paper(mine.party, party_side.AFTER[kind]):
        raise Http404
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw_write(request, mine, what, typed(form_class, request)))
    form = form_class(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            party_side.write(
                party=mine.party,
                keyring=mine.keyring,
                kind=kind,
                text=form.cleaned_data["text"],
                uploads=form.uploads,
                token=form.token,
                now=mine.now,
            )
            return redirect(reverse("party:sent", args=[what]))
        except CaseEnded:
            form.add_error("text", _("Our work on this has ended. Send it as a message."))
        except party_side.FindingsFinal:
            form.add_error("text", _("What was found is final now. Send it as a message."))
    return _draw_write(request, mine, what, form)


def _draw_write(request, mine, what: str, form):
    window = read.own_review_window(mine.party, mine.now) if what == "appeal" else None
    late = bool(window and mine.now >= window.due_at)
    return page(request, "write", form=form, what=what, window=window, late=late, party=mine.party, is_respondent=mine.is_respondent)


@require_GET
@party_page
def sent(request, what: str, *, mine):
    """It arrived; and where to go on."""
    is_review = what == "appeal"
    window = read.own_review_window(mine.party, mine.now) if is_review else None
    return page(
        request,
        "sent",
        what=what,
        answer=read.review_answer_of(mine.party) if is_review else None,
        late=bool(window and mine.now >= window.due_at),
        party=mine.party,
        team=[seat.user.display_name for seat in _handling(mine)],
    )


@require_http_methods(["GET", "POST"])
@party_page
def object_to(request, *, mine):
    """Say that somebody who handles it is not free to (R20)."""
    seats = [(objections.mark_of(seat), seat.user.display_name) for seat in _handling(mine)]
    if wants_other_language(request):
        return in_other_language(request, lambda: page(request, "object", form=typed(forms.ObjectForm, request, seats=seats)))
    form = forms.ObjectForm(request.POST or None, seats=seats)
    if request.method == "POST" and form.is_valid():
        try:
            objections.object_by_party(
                party=mine.party,
                seat_id=objections.seat_id_of(mine.party.investigation.lead, form.cleaned_data["seat"]),
                text=form.cleaned_data["text"],
                token=form.token,
                now=mine.now,
            )
            return redirect("party:sent", what="objection")
        except objections.NoSuchSeat:
            form.add_error("seat", _("This is being looked at already"))
        except objections.NobodyToDecide:
            form.add_error("text", _("Nobody in oversight is free to decide this. The support page names offices outside."))
        except CaseEnded:
            form.add_error("text", _("Our work on this has ended. Send it as a message."))
    return page(request, "object", form=form)


@require_http_methods(["GET", "POST"])
@party_page
def record(request, document_id: UUID, *, mine):
    """Confirm or correct the record of a talk (R26)."""
    waiting = {each.pk: each for each in party_side.to_confirm(mine.party)}
    if document_id not in waiting:
        return _record_settled(mine, document_id)
    opened = papers.open_one(waiting[document_id], mine.keys)
    shown = _paper(opened, mine)
    if wants_other_language(request):
        return in_other_language(request, lambda: page(request, "record", form=typed(forms.RecordForm, request), paper=shown))
    form = forms.RecordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            party_side.confirm_record(
                party=mine.party,
                keyring=mine.keyring,
                document_id=document_id,
                choice=form.cleaned_data["choice"],
                correction=form.cleaned_data["correction"],
                token=form.token,
                now=mine.now,
            )
        except party_side.NothingToConfirm:
            return _record_settled(mine, document_id)
        return redirect("party:sent", what="record")
    return page(request, "record", form=form, paper=shown)


def _record_settled(mine, document_id: UUID):
    """A second click comes back to the first page; a record of somebody else is absent."""
    try:
        read.document_of(mine.party, document_id)
    except PartyDocument.DoesNotExist:
        raise Http404 from None
    return redirect("party:home")


@require_http_methods(["GET", "POST"])
@party_page
def code(request, *, mine):
    """A code that only they know, in two steps: it is shown, then it takes over."""
    token = request.POST.get("once", "")
    if request.method == "POST" and token and request.POST.get("go") == "switch":
        keyring = party_side.change_code(party=mine.party, keyring=mine.keyring, token=token, now=mine.now)
        response = redirect("party:code_done")
        sessions.start_reporter(response, keyring=keyring, idle_seconds=IDLE_SECONDS, now=mine.now)
        return response
    if request.method == "POST":
        token = token or new_token()
        new = party_side.next_code(keyring=mine.keyring, party=mine.party, token=token)

        def draw():
            return page(request, "code_new", code=new, once=token, page_form_id="page-form")

        return in_other_language(request, draw) if wants_other_language(request) else draw()
    return page(request, "code", fresh=party_side.needs_fresh_code(mine.party))


@require_GET
@party_page
def code_done(request, *, mine):
    return page(request, "code_done")


@require_GET
@party_page
def file(request, document_id: UUID, number: int, *, mine):
    """Download one file of their own papers, bit for bit, under a neutral name."""
    try:
        row = read.file_of(mine.party, document_id, number)
        manifest = sealed_files.open_manifest(row.file, mine.keys)
    except (PartyFile.DoesNotExist, NoAccess, Damaged):
        raise Http404 from None
    ending = ENDINGS.get(manifest.sniffed_type, "bin")
    response = StreamingHttpResponse(sealed_files.stream_manifest(row.file, manifest), content_type="application/octet-stream")
    response.headers["Content-Length"] = str(manifest.length)
    response.headers["Content-Disposition"] = f'attachment; filename="file-{number}.{ending}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
