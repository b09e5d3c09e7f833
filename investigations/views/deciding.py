"""The pages of whoever decides: what was found, the decision, making it (C5, R32)."""

from zoneinfo import ZoneInfo

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from investigations.forms import decisions as forms
from investigations.forms.case import ConflictForm
from investigations.models import DecisionItem, ItemKind, Report
from investigations.selectors_decisions import owners_of, votes_of
from investigations.selectors_findings import body_of, final_report, investigation_of, is_reported
from investigations.services import allegations, appeals, calling, declaring, findings, making, outcome, releasing, reporting
from investigations.services.asking import NobodyToAsk
from investigations.services.changed import SavedMeanwhile
from investigations.services.reading import team_keys
from investigations.services.schedule import Range, range_for
from investigations.views.decider_door import compared, decider_frame, decider_page
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
            return compared(request, case, form, error, {name: data[name] for name in outcome.FIELDS}, back="write")
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
    may = range_for(case.complaint, finding) if finding else None
    codes = _codes(case, kind, may)
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
        may=may,
    )
    return render(request, "decide/item.html", context)


def _latest(case):
    return outcome.limit_date(case.complaint, case.now)


def _codes(case, kind: str, may: Range | None) -> list[tuple[str, str]]:
    """What can be chosen: remedies, or what the schedule says for one allegation, marked where it is outside its range."""
    if kind == ItemKind.REMEDY:
        return [(each.code, str(each.name)) for each in outcome.policy_of(case.complaint).sanctions.remedies]
    if may is None:
        return []
    outside = gettext("outside the schedule")
    rows = [(each.code, str(each.name)) for each in may.allowed]
    rows += [(each.code, f"{each.name} ({outside})") for each in may.outside]
    return [*rows, (outcome.NO_SANCTION, f"{gettext('No sanction')} ({outside})")]


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
