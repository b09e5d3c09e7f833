"""Respondents and witnesses as the team works with them: invited, served, written to, read (C5, People)."""

import datetime as dt
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages as page_notes
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, override

from audit.actions import Action
from investigations import selectors_parties as read
from investigations.forms import parties as forms
from investigations.forms.party import CHANGED_WORDS
from investigations.models import CasePerson, Party, PartyFile, PartySide
from investigations.services import papers, parties, people, serving
from investigations.services.reading import note_access
from investigations.views.door import PLAN, posted
from investigations.views.frame import frame
from investigations.views.inquiry import inquiry_page
from people.decorators import confirmed
from people.selectors import organisation
from vault.errors import Damaged, NoAccess
from vault.services import files as sealed_files

VALID_DAYS = 90


def _party(investigation, case, number: int) -> Party:
    try:
        party = read.party_of(investigation, number)
    except Party.DoesNotExist:
        raise Http404 from None
    party.investigation.lead = case.complaint
    return party


def _by(case) -> dict:
    return case.reach_without("complaint")


@inquiry_page()
def party_list(request, case, investigation):
    """Everybody who is heard with a code of their own, and what is unread."""
    rows = parties.listed(investigation=investigation, **_by(case))
    context = frame(case, "parties", parties=rows, may_add=bool(read.may_become_parties(investigation)), today=case.today)
    return render(request, "case/parties.html", context)


@inquiry_page(PLAN)
def add_party(request, case, investigation):
    waiting = {row.pk: row for row in read.may_become_parties(investigation)}
    opened = [people.open_person(complaint=case.complaint, keyring=case.keyring, person_id=pk) for pk in waiting]
    choices = [(str(each.row.pk), f"{each.detail['name']} · {each.row.get_kind_display()}") for each in opened]
    initial = {"language": case.complaint.language}
    form = forms.AddPartyForm(posted(request), people=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            party = parties.add_party(
                investigation=investigation,
                person_id=data["person"],
                language=data["language"],
                third_party=data["third_party"],
                **_by(case),
            )
        except (CasePerson.DoesNotExist, parties.NotAParty):
            raise Http404 from None
        return redirect("case:party", ref=case.ref, number=party.number)
    context = frame(case, part_of="parties", form=form, people=choices, back_url=reverse("case:parties", args=[case.ref]))
    return render(request, "case/party_add.html", context)


@inquiry_page()
def party(request, case, investigation, number: int):
    """One party: what was put to them, what they wrote, and what comes next."""
    row = _party(investigation, case, number)
    opened = parties.open_party(party=row, **_by(case))
    words = parties.words_of(party=row, keyring=case.keyring)
    context = {
        "party": row,
        "words": words,
        "is_respondent": row.side == PartySide.RESPONDENT,
        "is_open_code": parties.has_open_code(row, case.now),
        "papers": [_paper(each, case, row) for each in reversed(opened)],
        "reply_passed": bool(row.reply_date and row.replied_at is None and row.reply_date < case.today),
        "talks": read.talks_ahead(row, case.now),
    }
    return render(request, "case/party.html", frame(case, part_of="parties", **context))


def _paper(each, case, row: Party) -> dict:
    body = each.body or {}
    return {
        "row": each.row,
        "text": each.text if each.body is not None else gettext("Sealed before you joined"),
        "how": forms.HOW_WORDS.get(body.get("how"), "") if body.get("how") else "",
        "proof": body.get("proof", ""),
        "present": body.get("present", ""),
        "changed": CHANGED_WORDS.get(body.get("changed"), ""),
        "served_at": datetime.fromisoformat(body["served_at"]) if body.get("served_at") else None,
        "reply_date": dt.date.fromisoformat(body["reply_date"]) if body.get("reply_date") else None,
        "files": list(each.files),
    }


@inquiry_page()
def invite(request, case, investigation, number: int):
    """An invitation code; the answer to the form is the slip, and nothing shows it again."""
    row = _party(investigation, case, number)
    initial = {"until": case.today + timedelta(days=VALID_DAYS), "replaces": row.keyholder_id}
    form = forms.InviteForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        try:
            code = parties.invite(
                party=row,
                token=form.token,
                replaces=form.cleaned_data["replaces"],
                expires_at=_end_of(until),
                **_by(case),
            )
        except parties.InvitedMeanwhile:
            page_notes.info(request, gettext("A colleague has just made or ended an invitation. Nothing was changed."))
            return redirect("case:party", ref=case.ref, number=number)
        except ValueError:
            form.add_error("until", gettext("This date has passed"))
        else:
            return _slip(request, case, row, code, until)
    name = parties.words_of(party=row, keyring=case.keyring)["name"]
    back = reverse("case:party", args=[case.ref, number])
    context = frame(case, part_of="parties", form=form, party=row, name=name, again=row.invited_at is not None, back_url=back)
    return render(request, "case/party_invite.html", context)


def _end_of(day: dt.date) -> datetime:
    return datetime.combine(day + timedelta(days=1), dt.time(), tzinfo=ZoneInfo(organisation().time_zone))


def _slip(request, case, row: Party, code: str, until: dt.date):
    """The card is in the party's language; what the handler reads around it is in the handler's."""
    context = {"case": case, "code": code, "party": row, "until": until, "staff_page": True, "party_at": reverse("party:enter")}
    with override(row.language):
        context["card_words"] = {"code": gettext("Your code"), "keep": gettext("Keep it where only you can see it.")}
    return render(request, "case/party_slip.html", context)


@inquiry_page()
def revoke(request, case, investigation, number: int):
    """An interruption page: what ends."""
    row = _party(investigation, case, number)
    if row.keyholder_id is None:
        return redirect("case:party", ref=case.ref, number=number)
    if request.method == "POST":
        try:
            parties.revoke(party=row, **_by(case))
            page_notes.success(request, gettext("The code opens nothing any more."))
        except parties.NothingToRevoke:
            pass
        return redirect("case:party", ref=case.ref, number=number)
    name = parties.words_of(party=row, keyring=case.keyring)["name"]
    context = frame(case, part_of="parties", party=row, name=name, back_url=reverse("case:party", args=[case.ref, number]))
    return render(request, "case/party_revoke.html", context)


@inquiry_page(PLAN)
def serve(request, case, investigation, number: int):
    """What is put to a respondent: written, seen as they will see it, then on record as served (R28)."""
    row = _party(investigation, case, number)
    if row.side != PartySide.RESPONDENT:
        raise Http404
    files = request.FILES if request.method == "POST" else None
    form = forms.ServeForm(posted(request), files, names_reporter="reporter_knows" in request.POST)
    if request.method == "POST" and form.is_valid() and request.POST.get("go") != "edit":
        until = _reply_date(form, row, case)
        if not form.errors and _is_quiet(form, row, case):
            if request.POST.get("go") == "preview":
                return _serve_preview(request, case, row, form, until)
            if response := _served(request, case, row, form):
                return response
    least = read.reply_by(case.complaint, case.now, case.now)
    context = frame(
        case,
        part_of="parties",
        form=form,
        party=row,
        name=parties.words_of(party=row, keyring=case.keyring)["name"],
        least=least,
        back_url=reverse("case:party", args=[case.ref, number]),
        again=row.served_at is not None,
    )
    return render(request, "case/party_serve.html", context)


def _reply_date(form, row: Party, case) -> dt.date | None:
    try:
        return serving.reply_date_for(
            party=row, served_at=form.cleaned_data["served_at"], wanted=form.cleaned_data["reply_date"], now=case.now
        )
    except serving.NotReachedYet:
        form.add_error("served_at", gettext("It counts from when it reached them: not ahead of now, and not before the report came"))
    except serving.NeedsReplyDate:
        form.add_error("reply_date", gettext("The policy gives no time to answer, so give a date"))
    except serving.TooShort as error:
        form.add_error("reply_date", gettext("They have at least until %(date)s by the policy") % {"date": error.least})
    return None


def _is_quiet(form, row: Party, case) -> bool:
    """Whether the words may go out. When they name the reporter, the form asks for the one thing that allows it."""
    try:
        serving.require_quiet(
            party=row, keyring=case.keyring, text=form.cleaned_data["text"], reporter_knows=form.cleaned_data["reporter_knows"]
        )
        return True
    except serving.SaysWhoReported:
        form.says_who_reported("text")
        return False


def _serve_preview(request, case, row: Party, form, until):
    context = frame(
        case,
        part_of="parties",
        form=form,
        party=row,
        preview=form.cleaned_data,
        how=forms.HOW_WORDS[form.cleaned_data["how"]],
        until=until,
        name=parties.words_of(party=row, keyring=case.keyring)["name"],
    )
    return render(request, "case/party_serve_preview.html", context)


def _served(request, case, row: Party, form):
    data = form.cleaned_data
    serving.serve(
        party=row,
        text=data["text"],
        how=data["how"],
        proof=data["proof"],
        served_at=data["served_at"],
        reply_date=data["reply_date"],
        reporter_knows=data["reporter_knows"],
        uploads=form.uploads,
        token=form.token,
        **_by(case),
    )
    page_notes.success(request, gettext("On record as served."))
    return redirect("case:party", ref=case.ref, number=row.number)


@inquiry_page(PLAN)
def write(request, case, investigation, number: int):
    row = _party(investigation, case, number)
    files = request.FILES if request.method == "POST" else None
    may_ask = row.side == PartySide.WITNESS
    form = forms.WriteForm(
        posted(request), files, may_ask=may_ask, names_reporter="reporter_knows" in request.POST, initial={"kind": "message"}
    )
    if request.method == "POST" and form.is_valid() and _is_quiet(form, row, case):
        serving.write(
            party=row,
            text=form.cleaned_data["text"],
            kind=form.cleaned_data.get("kind") or "message",
            reporter_knows=form.cleaned_data["reporter_knows"],
            uploads=form.uploads,
            token=form.token,
            **_by(case),
        )
        page_notes.success(request, gettext("Sent."))
        return redirect("case:party", ref=case.ref, number=number)
    context = frame(
        case,
        part_of="parties",
        form=form,
        party=row,
        name=parties.words_of(party=row, keyring=case.keyring)["name"],
        back_url=reverse("case:party", args=[case.ref, number]),
    )
    return render(request, "case/party_write.html", context)


@inquiry_page()
@confirmed
def party_file(request, case, investigation, number: int, document_id, file_number: int):
    """The original of a file that a party gave, as an attachment under a neutral name, recorded before the first byte."""
    row = _party(investigation, case, number)
    if request.method != "POST":
        return redirect("case:party", ref=case.ref, number=number)
    try:
        found = read.file_of(row, document_id, file_number)
        manifest = sealed_files.open_manifest(found.file, papers.party_keys(row, case.keyring))
    except (PartyFile.DoesNotExist, NoAccess, Damaged):
        raise Http404 from None
    note_access(**case.reach_without("keyring"), action=Action.EXPORTED_FILE, object_kind="file", object_id=found.file_id)
    response = FileResponse(sealed_files.stream_manifest(found.file, manifest), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="party-{number}-{file_number}.bin"'
    response.headers["Content-Length"] = str(manifest.length)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
