"""The evidence register (C5): list, item with its chain, taking in, copies, hand-overs, bundle. Originals are only handed out."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages as page_notes
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from investigations import selectors_evidence as read
from investigations.forms import evidence as forms
from investigations.models import Evidence
from investigations.services import bundling, custody, evidence, evidence_reading, files
from investigations.services.changed import SavedMeanwhile
from investigations.views.door import PLAN, posted
from investigations.views.editing import compare_page, form_page, labels_of
from investigations.views.frame import day_words, frame
from investigations.views.inquiry import inquiry_page
from people.decorators import confirmed
from people.selectors import organisation
from vault.errors import Damaged
from vault.scanner import UNCHECKED

WAYS = ("upload", "given", "thing")
# A picture that somebody asked to see: no script, no style, no other page around it, no copy in any cache.
PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, private",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@inquiry_page()
def register(request, case, investigation):
    """A page of the list. Nothing of any file is shown, and no more is opened than stands on the page."""
    pages = Paginator(read.evidence_of(investigation), read.PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    found = evidence_reading.open_register(**case.reach, investigation=investigation, first=max(page.start_index() - 1, 0))
    rows = [{"item": item, "bearing": found.bearing.get(item.row.pk, [])} for item in found.items]
    context = frame(case, "evidence", rows=rows, page=page, exports=read.exports_of(case.complaint.pk))
    return render(request, "case/evidence.html", context)


@inquiry_page()
def item(request, case, investigation, number: int):
    found = _there(evidence_reading.open_item, **case.reach, investigation=investigation, number=number, with_words="words" in request.GET)
    context = frame(
        case, part_of="evidence", found=found, item=found.item, scanner_is_set_up=bool(settings.CLAMD_SOCKET), unchecked=UNCHECKED
    )
    return render(request, "case/evidence_item.html", context)


def _there(look, **kwargs):
    try:
        return look(**kwargs)
    except Evidence.DoesNotExist:
        raise Http404 from None


def _clock(case) -> dict:
    return {"zone": ZoneInfo(organisation().time_zone), "now": case.now}


@inquiry_page(PLAN)
def take_in(request, case, investigation, how: str):
    """A file, a file that was given, or a thing that is kept elsewhere."""
    if how not in WAYS:
        raise Http404
    listed = evidence_reading.takeable(investigation=investigation, keyring=case.keyring) if how == "given" else []
    choices = [(each.key, _given_words(each)) for each in listed]
    requests = [(str(row.pk), f"{row.get_kind_display()} · {day_words(row.asked_at)}") for row in read.request_choices(investigation)]
    initial = {"day": case.today, "given": request.GET.get("file", "")}
    form = forms.TakeInForm(
        posted(request), request.FILES or None, how=how, files=choices, requests=requests, initial=initial, **_clock(case)
    )
    if request.method == "POST" and form.is_valid():
        chosen = next((each.row for each in listed if each.key == form.cleaned_data.get("given")), None)
        try:
            row = evidence.take_in(
                **case.reach,
                investigation=investigation,
                detail=form.words(),
                obtained_at=form.moment,
                token=form.token,
                upload=form.cleaned_data.get("file"),
                attachment=chosen if chosen and form.cleaned_data["given"].startswith("a") else None,
                party_file=chosen if chosen and form.cleaned_data["given"].startswith("p") else None,
                came_by=next((r for r in read.request_choices(investigation) if str(r.pk) == form.cleaned_data.get("request")), None),
            )
            return redirect("case:evidence_item", ref=case.ref, number=row.number)
        except evidence.AlreadyTaken:
            form.add_error("given", gettext("A colleague has just taken this file in. It stands in the list"))
    titles = {
        "upload": gettext("Take in a file"),
        "given": gettext("Take over a file that was given"),
        "thing": gettext("Note a thing that is kept elsewhere"),
    }
    button = gettext("Take it in")
    return form_page(
        request,
        case,
        form,
        titles[how],
        back="evidence",
        button=button,
        template="case/evidence_form.html",
        empty=how == "given" and not choices,
    )


def _given_words(each) -> str:
    who = gettext("Reporter") if each.by_reporter else gettext("Respondent or witness")
    return f"{each.name} · {who} · {day_words(each.row.at)}"


@inquiry_page(PLAN)
def describe(request, case, investigation, number: int):
    """Other words for an item; its file stays."""
    opened = _there(evidence_reading.open_for_form, investigation=investigation, keyring=case.keyring, number=number)
    form = forms.DescriptionForm(posted(request), initial={**opened.detail, "version": opened.row.row_version})
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        # Where a thing is kept belongs to its hand-overs, not to its description.
        words = form.words() | {"kept_where": opened.detail.get("kept_where", "")}
        try:
            evidence.change(**case.reach, investigation=investigation, number=number, version=version, detail=words)
            return redirect("case:evidence_item", ref=case.ref, number=number)
        except SavedMeanwhile as error:
            return compare_page(request, case, form, error, back="evidence", mine=words, labels=labels_of(form))
    title = gettext("Describe %(item)s") % {"item": opened.label}
    return form_page(request, case, form, title, back="evidence", button=gettext("Save"), back_url=_item_url(case, number))


def _item_url(case, number: int) -> str:
    return reverse("case:evidence_item", args=[case.ref, number])


@inquiry_page(PLAN)
def derive(request, case, investigation, number: int):
    """A copy made from an item, beside it."""
    original = _there(evidence_reading.open_for_form, investigation=investigation, keyring=case.keyring, number=number)
    form = forms.DeriveForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row = evidence.derive(
            **case.reach,
            investigation=investigation,
            number=number,
            derivation=data["derivation"],
            detail={"name": data["name"], "about": data["about"]},
            token=form.token,
            upload=data.get("file"),
            text=data["text"],
        )
        return redirect("case:evidence_item", ref=case.ref, number=row.number)
    return form_page(
        request,
        case,
        form,
        gettext("Add a copy of %(item)s") % {"item": original.label},
        back="evidence",
        button=gettext("Keep it beside the original"),
        template="case/evidence_derive.html",
        original=original,
        back_url=_item_url(case, number),
    )


@inquiry_page()
def hand_over(request, case, investigation, number: int):
    """Who had it, who has it now. Also after the end: things are given back then."""
    original = _there(evidence_reading.open_for_form, investigation=investigation, keyring=case.keyring, number=number)
    form = forms.HandOverForm(posted(request), initial={"day": case.today, "giver": case.user.display_name}, **_clock(case))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        custody.note(
            **case.reach,
            investigation=investigation,
            number=number,
            kind=data["kind"],
            at=form.moment,
            giver=data["giver"],
            taker=data["taker"],
            how=data["how"],
            token=form.token,
        )
        return redirect("case:evidence_item", ref=case.ref, number=number)
    title = gettext("Note a hand-over of %(item)s") % {"item": original.label}
    return form_page(request, case, form, title, back="evidence", button=gettext("Note it"), back_url=_item_url(case, number))


@inquiry_page()
def check(request, case, investigation, number: int):
    """Read the stored original again and compare it with its fingerprint."""
    if request.method == "POST":
        try:
            result = _there(custody.check, **case.reach, investigation=investigation, number=number)
        except custody.NoFile:
            raise Http404 from None
        if result == custody.SAME:
            page_notes.success(request, gettext("It is bit for bit what was taken in."))
        else:
            page_notes.error(request, gettext("It is not what was taken in any more. Tell oversight and whoever runs the server."))
    return redirect("case:evidence_item", ref=case.ref, number=number)


@inquiry_page()
@confirmed
def download(request, case, investigation, number: int):
    """The original, under a neutral name and a type that no browser shows, to somebody who has just proved who they are."""
    if request.method != "POST":
        return redirect("case:evidence_item", ref=case.ref, number=number)
    try:
        found = _there(custody.download, **case.reach, investigation=investigation, number=number, warned="warned" in request.POST)
    except files.Warned as warning:
        at = {"download_url": request.path, "back_url": _item_url(case, number), "label": f"E-{number}"}
        return render(request, "case/evidence_warning.html", frame(case, part_of="evidence", finding=warning.name, **at))
    except (custody.NoFile, Damaged):
        raise Http404 from None
    response = FileResponse(found.blocks, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response.headers["Content-Length"] = str(found.length)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@inquiry_page()
@confirmed
def show(request, case, investigation, number: int):
    """A picture, opened on purpose by somebody who has just proved who they are. Nothing of it is on any page before.

    It stands alone: no address of it works without the question, nothing beside it can run, and nothing keeps a copy.
    """
    if request.method != "POST":
        return redirect("case:evidence_item", ref=case.ref, number=number)
    try:
        kind, found = _there(custody.show, **case.reach, investigation=investigation, number=number)
    except (custody.NoFile, Damaged):
        raise Http404 from None
    response = FileResponse(found.blocks, content_type=kind)
    for name, value in PICTURE_HEADERS.items():
        response.headers[name] = value
    response.headers["Content-Length"] = str(found.length)
    response.headers["Content-Disposition"] = f'inline; filename="{found.name}"'
    return response


@inquiry_page()
@confirmed
def bundle(request, case, investigation):
    """Everything to take along, after a page that says what that means."""
    if request.method != "POST":
        return render(request, "case/evidence_bundle.html", frame(case, part_of="evidence", count=read.evidence_of(investigation).count()))
    made = bundling.export(**case.reach, investigation=investigation)
    response = FileResponse(made.chunks, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
