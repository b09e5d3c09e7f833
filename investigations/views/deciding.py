"""The pages of whoever decides: what was found, the decision, making it, letters side by side, telling it (C5, R32, R33)."""

from zoneinfo import ZoneInfo

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.services.extensions import BeyondPolicy
from complaints.services.state import StepNotAllowed
from investigations.forms import decisions as forms
from investigations.forms.case import ConflictForm
from investigations.models import DecisionItem, ItemKind, Party, Report
from investigations.selectors_decisions import owners_of, votes_of
from investigations.selectors_findings import body_of, final_report, investigation_of, is_reported
from investigations.services import allegations, appeals, calling, declaring, findings, making, outcome, releasing, reporting
from investigations.services.asking import NobodyToAsk
from investigations.services.changed import SavedMeanwhile
from investigations.services.reading import team_keys
from investigations.views.decider_door import decider_frame, decider_page
from investigations.views.door import DECLARE, posted
from investigations.views.frame import day_words
from investigations.views.reporting import paper
from people.selectors import organisation
from policy.vocabulary import STANDARDS_OF_PROOF

PROBLEMS = {
    "words": _("Outcome, reasons and what happens now have to be written."),
    "heard": _("The affected person has to be heard first, or it has to be said why not."),
    "sanction": _("For everything that was established a sanction has to be chosen, or said why there is none."),
    "votes": _("Too few members have voted, or not more than half of them agree."),
}


@decider_page(DECLARE)
def conflict(request, case):
    """The conflict question, before any content is shown (R20)."""
    if case.seat.conflict_declared_at:
        return redirect("decide:overview", ref=case.ref)
    form = ConflictForm(posted(request))
    if request.method == "POST" and form.is_valid():
        has_conflict = form.cleaned_data["conflict"] == "yes"
        calling.declare_called(complaint=case.complaint, keyring=case.keyring, by=case.user, has_conflict=has_conflict, now=case.now)
        return redirect("work:stepped_back") if has_conflict else redirect("decide:overview", ref=case.ref)
    names = declaring.names_to_check(**case.reach)
    return render(request, "decide/conflict.html", {"case": case, "complaint": case.complaint, "form": form, "names": names})


@decider_page()
def overview(request, case):
    """Report, findings and evidence list: all that the decision rests on."""
    investigation = investigation_of(case.complaint)
    opened = findings.open_findings(**case.reach)
    report = final_report(investigation, "full")
    keys = team_keys(complaint=case.complaint, keyring=case.keyring).file
    shown = reporting.open_report_row(**case.reach_without("keyring"), keys=keys, report_id=report.pk) if report else None
    context = decider_frame(
        case,
        "overview",
        findings=opened,
        report=shown,
        sources=allegations.open_sources(complaint=case.complaint, keyring=case.keyring),
        standard=STANDARDS_OF_PROOF[body_of(case.complaint).standard_of_proof],
        reported=is_reported(investigation),
        reviews=[row for row in appeals.mine(case.complaint, case.user) if row.answered_at is None],
    )
    return render(request, "decide/overview.html", context)


@decider_page()
def report_pdf(request, case, report_id):
    keys = team_keys(complaint=case.complaint, keyring=case.keyring).file
    try:
        return paper(case, keys, report_id)
    except Report.DoesNotExist:
        raise Http404 from None


def _refused(request, case, error):
    """Why nothing was written, in kind words on the page it came from."""
    words = {
        outcome.Made: gettext("The decision was made and stays as it is. Only a review can change it."),
        outcome.NothingFound: gettext("The findings are not final, so nothing can be decided yet."),
        outcome.NotCalled: gettext("You took part in this case, so somebody else decides it."),
        outcome.HearFirst: gettext("First write down when the affected person was heard, or why not. Then choose a sanction."),
    }
    page_notes.info(request, words[type(error)])
    return redirect("decide:write", ref=case.ref)


_REFUSALS = (outcome.Made, outcome.NothingFound, outcome.NotCalled)


@decider_page()
def write(request, case):
    """Outcome and reasons, what follows, votes, and the step to making it."""
    opened = outcome.open_decision(**case.reach)
    found = findings.open_findings(**case.reach)
    zone = ZoneInfo(organisation().time_zone)
    heard_on = opened.row.heard_at.astimezone(zone).date() if opened.row and opened.row.heard_at else None
    saved = opened.row.row_version if opened.row and opened.row.detail_sealed else 0
    form = forms.DecisionForm(posted(request), initial={**opened.detail, "heard_on": heard_on, "version": saved})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            outcome.save_words(**case.reach, version=data["version"] or 0, detail=data, heard_at=form.heard_at())
            return redirect("decide:write", ref=case.ref)
        except SavedMeanwhile as error:
            return _compare(request, case, form, error, {name: data[name] for name in outcome.FIELDS}, back="write")
        except _REFUSALS as error:
            return _refused(request, case, error)
    context = decider_frame(
        case,
        "write",
        form=form,
        decision=opened,
        items=_item_rows(opened),
        established=[each for each in found if each.substantiated],
        findings=found,
        problems=[PROBLEMS[each] for each in making.problems_of(case.complaint, opened, found)],
        body=making.standing(case.complaint, opened.row),
        votes=votes_of(opened.row) if opened.row else [],
        vote_form=forms.VoteForm(initial={"version": making.stamp(opened.row) if opened.row else 0}),
        hear_first=body_of(case.complaint).hear_affected_first,
    )
    return render(request, "decide/write.html", context)


def _item_rows(opened) -> list[dict]:
    return [{"item": each, "words": releasing.item_words(each), "kind": ItemKind(each.row.kind).label} for each in opened.items]


def _compare(request, case, form, error: SavedMeanwhile, mine: dict, *, back: str):
    """Both versions side by side, as on the handler's pages."""
    form.data = form.data.copy()
    form.data["version"] = str(error.row.row_version)
    rows = [
        {
            "label": form.fields[name].label,
            "stored": error.stored.get(name, ""),
            "mine": words,
            "differs": str(error.stored.get(name, "")) != str(words),
        }
        for name, words in mine.items()
        if name in form.fields
    ]
    context = decider_frame(
        case,
        part_of=back,
        form=form,
        rows=rows,
        who=error.row.changed_by.display_name,
        minutes=max(1, round((case.now - error.row.changed_at).total_seconds() / 60)),
        back_url=reverse(f"decide:{back}", args=[case.ref]),
    )
    return render(request, "case/compare.html", context, status=409)


@decider_page()
def add_item(request, case, kind: str):
    """A sanction from the schedule (its range is shown), a remedy, an action."""
    if kind not in ItemKind.values:
        raise Http404
    finding = None
    if kind == ItemKind.SANCTION:
        found = findings.open_findings(**case.reach)
        asked = request.GET.get("for", "")
        finding = next((each for each in found if each.substantiated and str(each.allegation.row.number) == asked), None)
        if finding is None:
            raise Http404
    codes, allowed = _codes(case, kind, finding)
    form = forms.ItemForm(posted(request), kind=kind, codes=codes, people=owners_of(case.complaint), initial={"due_date": _latest(case)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            outcome.add_item(
                **case.reach,
                kind=kind,
                code=data.get("code", ""),
                text=data["text"],
                allegation_id=finding.allegation.row.pk if finding else None,
                owner=form.person,
                due_date=data["due_date"],
                outside_reason=data.get("outside_reason", ""),
                later_reason=data["later_reason"],
                token=form.token,
            )
            return redirect("decide:write", ref=case.ref)
        except outcome.OutsideNeedsReason:
            form.add_error("outside_reason", gettext("This is outside the published schedule. Say why; oversight reads it"))
        except outcome.LaterNeedsReason as error:
            words = gettext("The policy says until %(date)s. Say why it takes longer; the reporter reads it")
            form.add_error("later_reason", words % {"date": day_words(error.latest)})
        except NobodyToAsk:
            form.add_error("outside_reason", gettext("Nobody from oversight could read the reason. Choose from the range"))
        except (*_REFUSALS, outcome.HearFirst) as error:
            return _refused(request, case, error)
    titles = {
        ItemKind.SANCTION: gettext("Choose a sanction"),
        ItemKind.REMEDY: gettext("Add a remedy"),
        ItemKind.ACTION: gettext("Add an action"),
    }
    context = decider_frame(
        case,
        part_of="write",
        form=form,
        page_heading=titles[kind],
        button=gettext("Save"),
        back_url=reverse("decide:write", args=[case.ref]),
        finding=finding,
        allowed=allowed,
    )
    return render(request, "decide/item.html", context)


def _latest(case):
    return outcome.limit_date(case.complaint, case.now)


def _codes(case, kind: str, finding) -> tuple[list, list]:
    """(choices, what the schedule allows): for a sanction the whole schedule, with what is outside the range marked."""
    schedule = outcome.policy_of(case.complaint).sanctions
    if kind == ItemKind.REMEDY:
        return [(each.code, str(each.name)) for each in schedule.remedies], []
    if kind == ItemKind.ACTION:
        return [], []
    allowed = outcome.allowed_for(case.complaint, finding)
    inside = {each.code for each in allowed}
    outside = gettext("outside the schedule")
    rows = [
        (each.code, str(each.name) if each.code in inside else f"{each.name} ({outside})")
        for each in sorted(schedule.measures, key=lambda measure: (measure.code not in inside, measure.rank))
    ]
    return [*rows, (outcome.NO_SANCTION, f"{gettext('No sanction')} ({outside})")], [str(each.name) for each in allowed]


@decider_page()
def drop_item(request, case, item_id):
    """Take something back before the decision is made."""
    if request.method == "POST":
        try:
            outcome.drop_item(**case.reach, item_id=item_id)
        except DecisionItem.DoesNotExist:
            raise Http404 from None
        except _REFUSALS as error:
            return _refused(request, case, error)
    return redirect("decide:write", ref=case.ref)


@decider_page()
def vote(request, case):
    form = forms.VoteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            making.vote(**case.reach, agrees=form.cleaned_data["agrees"] == "yes", version=form.cleaned_data["version"] or 0)
        except SavedMeanwhile:
            page_notes.info(request, gettext("The decision changed while you read it. Look at it again, then vote."))
        except outcome.NotComplete:
            page_notes.info(request, PROBLEMS["words"])
        except _REFUSALS as error:
            return _refused(request, case, error)
    return redirect("decide:write", ref=case.ref)


@decider_page()
def make(request, case):
    """The interruption page before the decision is made."""
    opened = outcome.open_decision(**case.reach)
    if opened.made:
        return redirect("decide:letters", ref=case.ref)
    problems = making.problems_of(case.complaint, opened, findings.open_findings(**case.reach))
    if request.method == "POST":
        try:
            version = int(request.POST.get("version") or 0) if (request.POST.get("version") or "0").isdigit() else 0
            making.make_decision(**case.reach, version=version)
            return redirect("decide:letters", ref=case.ref)
        except outcome.NotComplete as error:
            problems = list(error.problems)
        except SavedMeanwhile:
            page_notes.info(request, gettext("The decision changed while you read it. Look at it again."))
            return redirect("decide:write", ref=case.ref)
        except _REFUSALS as error:
            return _refused(request, case, error)
    context = decider_frame(
        case,
        part_of="write",
        decision=opened,
        items=_item_rows(opened),
        problems=[PROBLEMS[each] for each in problems],
        version=making.stamp(opened.row) if opened.row else 0,
    )
    return render(request, "decide/make.html", context)


# letters


@decider_page()
def letters(request, case):
    """What each side will read, side by side."""
    try:
        reporters, respondents = releasing.letters(complaint=case.complaint, keyring=case.keyring)
    except releasing.NotMade:
        page_notes.info(request, gettext("Letters come after the decision was made."))
        return redirect("decide:write", ref=case.ref)
    all_told = bool(reporters) and all(each.row and each.row.released_at for each in reporters)
    context = decider_frame(case, "letters", reporters=reporters, respondents=respondents, all_told=all_told)
    return render(request, "decide/letters.html", context)


def _opened_letters(case):
    try:
        return releasing.letters(complaint=case.complaint, keyring=case.keyring)
    except releasing.NotMade:
        raise Http404 from None


def _final_letter(request, case):
    page_notes.info(request, gettext("This letter was released and stays as it was read."))
    return redirect("decide:letters", ref=case.ref)


@decider_page()
def reporter_letter(request, case, of: str):
    found = next((each for each in _opened_letters(case)[0] if each.complaint.ref == of), None)
    if found is None:
        raise Http404
    if found.row and found.row.released_at:
        return _final_letter(request, case)
    initial = {name: found.letter.get(name, "") for name in releasing.LETTER} | {"version": found.version}
    for at, each in enumerate(found.letter["per_allegation"]):
        initial |= {f"finding{at}": each["finding"], f"reasons{at}": each["reasons"]}
    with override(found.complaint.language):
        form = forms.LetterForm(posted(request), allegations=found.allegations, initial=initial)
    for field in form.fields.values():
        field.widget.attrs["lang"] = found.complaint.language
    if request.method == "POST" and form.is_valid():
        try:
            releasing.save_letter(**case.reach, to=found.complaint.pk, version=form.cleaned_data["version"] or 0, letter=form.letter())
            return redirect("decide:letters", ref=case.ref)
        except SavedMeanwhile as error:
            stored = dict(error.stored)
            for at, each in enumerate(stored.pop("per_allegation", [])):
                stored |= {f"finding{at}": each["finding"], f"reasons{at}": each["reasons"]}
            mine = {name: form.cleaned_data[name] for name in form.fields if name != "version"}
            return _compare(request, case, form, SavedMeanwhile(error.row, stored), mine, back="letters")
        except releasing.Released:
            return _final_letter(request, case)
        except Complaint.DoesNotExist:
            raise Http404 from None
    return _letter_page(request, case, form, gettext("Letter to the reporter"))


@decider_page()
def respondent_letter(request, case, party_id):
    found = next((each for each in _opened_letters(case)[1] if each.party.pk == party_id), None)
    if found is None:
        raise Http404
    if found.told_at:
        return _final_letter(request, case)
    decision = releasing.require_made(case.complaint)
    form = forms.RespondentLetterForm(posted(request), initial={"text": found.text, "version": decision.row_version})
    form.fields["text"].widget.attrs["lang"] = found.party.language
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            releasing.save_respondent_letter(**case.reach, party_id=party_id, version=form.cleaned_data["version"] or 0, text=text)
            return redirect("decide:letters", ref=case.ref)
        except SavedMeanwhile as error:
            return _compare(request, case, form, error, {"text": text}, back="letters")
        except releasing.Released:
            return _final_letter(request, case)
        except Party.DoesNotExist:
            raise Http404 from None
    return _letter_page(request, case, form, gettext("Letter to the respondent"))


def _letter_page(request, case, form, title):
    back = reverse("decide:letters", args=[case.ref])
    context = decider_frame(case, part_of="letters", form=form, page_heading=title, button=gettext("Save the letter"), back_url=back)
    return render(request, "decide/form.html", context)


@decider_page()
def release(request, case):
    """The interruption page before the reporters are told; the respondents come afterwards."""
    reporters, respondents = _opened_letters(case)
    all_told = bool(reporters) and all(each.row and each.row.released_at for each in reporters)
    if request.method == "POST":
        try:
            if request.POST.get("to") == "respondents":
                releasing.tell_respondents(**case.reach)
                page_notes.success(request, gettext("The respondents can read it now."))
            else:
                releasing.release_to_reporters(**case.reach)
                page_notes.success(request, gettext("The reporter can read it now."))
        except releasing.ReporterFirst:
            page_notes.info(request, gettext("Nobody complained about learns it before the reporter. Tell the reporter first."))
        except releasing.LettersMissing as error:
            refs = {"refs": ", ".join(error.refs)}
            page_notes.info(request, gettext("Read and save the letter to the reporter first: %(refs)s") % refs)
        except BeyondPolicy as error:
            words = gettext("The policy allows this date to be moved to %(date)s at most") % {"date": day_words(error.latest)}
            page_notes.info(request, words)
        except StepNotAllowed:
            page_notes.info(request, gettext("This step does not follow from where the case is now."))
        return redirect("decide:letters", ref=case.ref)
    context = decider_frame(case, part_of="letters", reporters=reporters, respondents=respondents, all_told=all_told)
    return render(request, "decide/release.html", context)
