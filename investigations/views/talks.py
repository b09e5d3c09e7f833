"""Talks with the people of a case (C5, Interviews): plan, guide with hints, record, confirmation."""

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, override

from investigations import guides
from investigations import selectors_talks as read
from investigations.forms import talks as forms
from investigations.leading import marked
from investigations.models import CasePerson, Interview, Party, PersonKind
from investigations.selectors_parties import parties_of
from investigations.services import people, reading, talk_records, talks
from investigations.services.changed import SavedMeanwhile
from investigations.views.change import _compare, _labels
from investigations.views.door import PLAN, posted
from investigations.views.frame import frame
from investigations.views.inquiry import inquiry_page

SIDES = {PersonKind.REPORTER: guides.REPORTER, PersonKind.AFFECTED: guides.REPORTER, PersonKind.RESPONDENT: guides.RESPONDENT}


def _by(case) -> dict:
    return case.reach_without("complaint")


def _talk(case, investigation, talk_id) -> talks.OpenedTalk:
    try:
        return talks.open_talk(investigation=investigation, talk_id=talk_id, **_by(case))
    except Interview.DoesNotExist:
        raise Http404 from None


def _require_here(investigation, talk_id) -> None:
    """A talk of another case is absent."""
    try:
        read.talk_of(investigation, talk_id)
    except Interview.DoesNotExist:
        raise Http404 from None


@inquiry_page()
def talk_list(request, case, investigation):
    rows = talks.open_talks(investigation=investigation, **_by(case))
    return render(request, "case/talks.html", frame(case, "talks", talks=rows))


def _people(case, investigation) -> list[tuple[str, str]]:
    """Everybody of the case; the reporter first, added by this when nobody has done so."""
    rows = [row for row in read.may_be_heard(investigation) if row.kind != PersonKind.REPORTER]
    opened = [people.open_person(complaint=case.complaint, keyring=case.keyring, person_id=row.pk) for row in rows]
    named = [(str(each.row.pk), f"{each.detail['name']} · {each.row.get_kind_display()}") for each in opened]
    return [(forms.REPORTER, gettext("The reporter")), *named]


def _wish(case) -> str:
    """What the reporter said about how to speak with them (question 16)."""
    keys = reading.team_keys(complaint=case.complaint, keyring=case.keyring)
    return reading.read_report(complaint=case.complaint, keys=keys).shown("16")


@inquiry_page(PLAN)
def add_talk(request, case, investigation):
    """Plan a talk; the guide starts from the template of that side, in the language of the talk."""
    choices = _people(case, investigation)
    wish = _wish(case)
    wanted = request.GET.get("person", "")
    initial = {"person": wanted if wanted in dict(choices) else "", "language": case.complaint.language}
    form = forms.PlanForm(posted(request), people=choices, initial=initial)
    if request.method == "POST" and form.is_valid() and (made := _planned(case, investigation, form)):
        return redirect("case:talk", ref=case.ref, talk_id=made.pk)
    return _plan_page(request, case, form, title=gettext("Plan a talk"), wish=wish, back=reverse("case:talks", args=[case.ref]))


def _plan_page(request, case, form, *, title: str, wish: str, back: str):
    context = frame(case, part_of="talks", form=form, page_heading=title, wish=wish, back_url=back)
    return render(request, "case/talk_plan.html", context)


def _planned(case, investigation, form) -> Interview | None:
    data = form.cleaned_data
    try:
        person_id, kind = _whom(case, investigation, data["person"])
        with override(data["language"] if data["language"] in ("en", "zh-hans") else case.complaint.language):
            guide = guides.guide_for(SIDES.get(kind, guides.WITNESS))
        return talks.plan(
            investigation=investigation,
            person_id=person_id,
            planned_at=data["planned_at"],
            words=form.words(),
            guide=guide,
            again=data["again"],
            same_day=data["same_day"],
            token=form.token,
            **_by(case),
        )
    except talks.NotToldYet:
        form.add_error("person", gettext("They must first be told what is put to them, in time to answer: see Parties"))
    except talks.NeedsReason:
        form.ask_for("again", gettext("This person was heard before. Say why once more"))
    except talks.SameDay as error:
        form.ask_for("same_day", _same_day_words(error))
    except CasePerson.DoesNotExist:
        raise Http404 from None
    return None


def _same_day_words(error: talks.SameDay) -> str:
    if error.same_place:
        return gettext("The other side has a talk on this day, in the same place. Choose another day, or say why not")
    return gettext("The other side has a talk on this day. Choose another day, or say why not")


def _whom(case, investigation, chosen: str):
    if chosen == forms.REPORTER:
        person = talks.reporter_person(**case.reach, name=gettext("The reporter"))
    else:
        person = next((row for row in read.may_be_heard(investigation) if str(row.pk) == chosen), None)
    if person is None:
        raise CasePerson.DoesNotExist
    return person.pk, person.kind


@inquiry_page()
def talk(request, case, investigation, talk_id):
    """One talk: plan, guide with hints on leading questions, record, what came back."""
    opened = _talk(case, investigation, talk_id)
    row = opened.row
    stages = [
        {"title": title, "lines": [marked(line["text"]) for line in opened.plan["guide"] if line["stage"] == stage]}
        for stage, title in guides.STAGES.items()
    ]
    context = {
        "talk": opened,
        "row": row,
        "stages": stages,
        "leads": sum(len(line.hints) for stage in stages for line in stage["lines"]),
        "has_clash": not row.held_at and talks.has_clash(investigation=investigation, talk=row),
        "is_sent": talks.is_sent(row),
        "corrections": talk_records.corrections(row=row, keyring=case.keyring),
        "has_code": row.person.kind == PersonKind.REPORTER or _party_of(investigation, row) is not None,
        "is_reporter": row.person.kind == PersonKind.REPORTER,
        "language_text": dict(forms.PlanForm.base_fields["language"].choices).get(opened.plan.get("language"), ""),
        "wish_text": dict(forms.GENDER).get(opened.plan.get("gender_wish"), "") if opened.plan.get("gender_wish") else "",
    }
    return render(request, "case/talk.html", frame(case, part_of="talks", **context))


def _party_of(investigation, row: Interview) -> Party | None:
    return next((party for party in parties_of(investigation) if party.person_id == row.person_id), None)


@inquiry_page(PLAN)
def edit_talk(request, case, investigation, talk_id):
    opened = _talk(case, investigation, talk_id)
    row = opened.row
    initial = {**opened.plan, "person": str(row.person_id), "planned_at": row.planned_at, "version": row.row_version}
    shown = ("same_day",) if opened.plan.get("same_day") else ()
    choices = [(str(row.person_id), opened.name)]
    form = forms.PlanForm(posted(request), people=choices, with_reasons=shown, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            talks.change_plan(
                investigation=investigation,
                talk_id=talk_id,
                version=data["version"] or 0,
                planned_at=data["planned_at"],
                words=form.words(),
                same_day=data["same_day"],
                **_by(case),
            )
            return redirect("case:talk", ref=case.ref, talk_id=talk_id)
        except SavedMeanwhile as error:
            return _meanwhile(request, case, form, error, mine={**form.words(), "planned_at": data["planned_at"]})
        except talks.NotToldYet:
            form.add_error("planned_at", gettext("They must first be told what is put to them, in time to answer: see Parties"))
        except talks.SameDay as error:
            form.ask_for("same_day", _same_day_words(error))
        except talks.Settled:
            return redirect("case:talk", ref=case.ref, talk_id=talk_id)
    back = reverse("case:talk", args=[case.ref, talk_id])
    return _plan_page(request, case, form, title=gettext("Change the plan of a talk"), wish=_wish(case), back=back)


def _meanwhile(request, case, form, error: SavedMeanwhile, *, mine: dict):
    labels = {name: label for name, label in _labels(form).items() if name in mine}
    return _compare(request, case, form, error, back="talks", mine=mine, labels=labels)


@inquiry_page(PLAN)
def guide(request, case, investigation, talk_id):
    """The questions, one a line. What leads is shown on the page of the talk; nothing is refused for it."""
    opened = _talk(case, investigation, talk_id)
    lines = {stage: "\n".join(each["text"] for each in opened.plan["guide"] if each["stage"] == stage) for stage in guides.STAGES}
    form = forms.GuideForm(posted(request), initial=lines | {"version": opened.row.row_version})
    if request.method == "POST" and form.is_valid():
        try:
            talks.change_plan(
                investigation=investigation,
                talk_id=talk_id,
                version=form.cleaned_data["version"] or 0,
                guide=form.guide(),
                **_by(case),
            )
            return redirect(reverse("case:talk", args=[case.ref, talk_id]) + "#guide")
        except SavedMeanwhile as error:
            return _compare_guides(request, case, form, error)
        except talks.Settled:
            return redirect("case:talk", ref=case.ref, talk_id=talk_id)
    context = frame(case, part_of="talks", form=form, name=opened.name, back_url=reverse("case:talk", args=[case.ref, talk_id]))
    return render(request, "case/talk_guide.html", context)


def _compare_guides(request, case, form, error: SavedMeanwhile):
    mine = {"open": "\n".join(line["text"] for line in form.guide())}
    stored = {"open": error.stored["guide"]}
    error.stored.update(stored)
    return _compare(request, case, form, error, back="talks", mine=mine, labels={"open": gettext("Questions")})


@inquiry_page(PLAN)
def record(request, case, investigation, talk_id):
    """What was said, dated, with who was there."""
    opened = _talk(case, investigation, talk_id)
    row = opened.row
    initial = {**opened.record, "held_at": row.held_at or row.planned_at, "version": row.row_version}
    form = forms.RecordForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            talks.write_record(
                investigation=investigation,
                talk_id=talk_id,
                version=data["version"] or 0,
                held_at=data["held_at"],
                present=data["present"],
                text=data["text"],
                **_by(case),
            )
            return redirect("case:talk", ref=case.ref, talk_id=talk_id)
        except SavedMeanwhile as error:
            return _meanwhile(request, case, form, error, mine={name: data[name] for name in ("held_at", "present", "text")})
        except talks.NotHeldYet:
            form.add_error("held_at", gettext("This lies ahead. A record is written after the talk"))
        except talks.NotToldYet:
            form.add_error("held_at", gettext("At that time they had not been told what is put to them: see Parties"))
        except talks.Settled:
            page_notes.info(request, gettext("The record went out to be confirmed, so it stays as it is. Corrections are kept beside it."))
            return redirect("case:talk", ref=case.ref, talk_id=talk_id)
    context = frame(case, part_of="talks", form=form, name=opened.name, back_url=reverse("case:talk", args=[case.ref, talk_id]))
    return render(request, "case/talk_record.html", context)


@inquiry_page(PLAN)
def send(request, case, investigation, talk_id):
    """Send the record to whoever was heard; from then on it stays as it is."""
    _require_here(investigation, talk_id)
    if request.method == "POST":
        try:
            token = f"record:{talk_id}"
            talk_records.send(investigation=investigation, talk_id=talk_id, token=token, **_by(case))
            page_notes.success(request, gettext("Sent. It waits on their page to be confirmed or corrected."))
        except (talks.NotHeldYet, talks.Settled, talk_records.NoCode):
            page_notes.info(request, gettext("There is no record to send, or nobody to send it to. Note below how it was confirmed."))
    return redirect("case:talk", ref=case.ref, talk_id=talk_id)


@inquiry_page(PLAN)
def on_paper(request, case, investigation, talk_id):
    """Signed on paper, or not wanted."""
    opened = _talk(case, investigation, talk_id)
    form = forms.OnPaperForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            talk_records.confirm_on_paper(investigation=investigation, talk_id=talk_id, how=form.cleaned_data["how"], **_by(case))
        except (talks.NotHeldYet, talks.Settled):
            page_notes.info(request, gettext("This was settled meanwhile."))
        return redirect("case:talk", ref=case.ref, talk_id=talk_id)
    back = reverse("case:talk", args=[case.ref, talk_id])
    context = frame(case, part_of="talks", form=form, page_heading=gettext("How the record was confirmed"), back_url=back)
    return render(request, "case/form.html", context | {"button": gettext("Save"), "words": opened.name})


@inquiry_page(PLAN)
def cancel(request, case, investigation, talk_id):
    _require_here(investigation, talk_id)
    if request.method == "POST":
        try:
            talks.cancel(investigation=investigation, talk_id=talk_id, **_by(case))
        except talks.Settled:
            page_notes.info(request, gettext("This was settled meanwhile."))
    return redirect("case:talk", ref=case.ref, talk_id=talk_id)
