"""Promised dates of a case: moving one, and saying why one was missed."""

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from complaints.models import Deadline
from complaints.services import extensions
from investigations import selectors
from investigations.forms import case as forms
from investigations.services import reading
from investigations.views.door import case_page, posted
from investigations.views.editing import form_page
from investigations.views.frame import day_words, frame


def _deadline(case, deadline_id: int) -> Deadline:
    try:
        return selectors.deadline_of(case.complaint, deadline_id)
    except Deadline.DoesNotExist:
        raise Http404 from None


def _shown(case, deadline: Deadline) -> dict:
    return {"deadline": deadline, "label": getattr(selectors.due_words(case.complaint, deadline, case.now), "label", "")}


def _moved(case, form, error: extensions.MovedMeanwhile) -> dict:
    """What the page says when a colleague was faster: their change with its reason, and the date as it is promised now."""
    form.show(error.count)
    keys = reading.team_keys(complaint=case.complaint, keyring=case.keyring).statement
    return {"moved": error.change, "moved_reason": extensions.reason_of(error.change, statement=keys) if error.change else ""}


@case_page()
def extend(request, case, deadline_id: int):
    """Reason and new date, shown as the reporter will see it before it is saved (C7)."""
    deadline = _deadline(case, deadline_id)
    form = forms.ExtendForm(posted(request), count=extensions.change_count(deadline))
    moved = {}
    if request.method == "POST" and form.is_valid() and request.POST.get("go") != "edit":
        try:
            if request.POST.get("go") == "preview":
                return _preview(request, case, form, deadline)
            data = form.cleaned_data
            extensions.extend_deadline(**case.reach, deadline=deadline, until=data["until"], reason=data["reason"], seen=form.seen_changes)
            return redirect("case:tasks", ref=case.ref)
        except extensions.MovedMeanwhile as error:
            moved, deadline = _moved(case, form, error), _deadline(case, deadline_id)
        except extensions.NotLater:
            form.add_error("until", gettext("The new date must be after the one that was promised"))
        except extensions.BeyondPolicy as error:
            day = day_words(error.latest)
            form.add_error("until", gettext("The policy allows this date to be moved to %(date)s at most") % {"date": day})
        except (extensions.AlreadyLate, extensions.Settled):
            return redirect("case:late_reason", ref=case.ref, deadline_id=deadline_id)
    if deadline.due_at <= case.now:
        return redirect("case:late_reason", ref=case.ref, deadline_id=deadline_id)
    return form_page(
        request,
        case,
        form,
        gettext("Move a promised date"),
        back="tasks",
        button=gettext("See it as the reporter will"),
        go="preview",
        template="case/extend.html",
        **_shown(case, deadline),
        **moved,
    )


def _preview(request, case, form, deadline: Deadline):
    """What the reporter will see. Raises MovedMeanwhile, NotLater and BeyondPolicy as saving it would."""
    until = form.cleaned_data["until"]
    extensions.require_seen(deadline, form.seen_changes)
    latest = extensions.latest_allowed(complaint=case.complaint, deadline=deadline, now=case.now)
    if until <= deadline.due_date:
        raise extensions.NotLater
    if latest and until > latest:
        raise extensions.BeyondPolicy(latest)
    context = frame(case, part_of="tasks", form=form, until=until, reason=form.cleaned_data["reason"], **_shown(case, deadline))
    return render(request, "case/extend_preview.html", context)


@case_page()
def late_reason(request, case, deadline_id: int):
    """Say why we are late. It stays late."""
    deadline = _deadline(case, deadline_id)
    form = forms.LateReasonForm(posted(request), count=extensions.change_count(deadline))
    if deadline.due_at > case.now:
        return redirect("case:extend", ref=case.ref, deadline_id=deadline_id)
    moved = {}
    if request.method == "POST" and form.is_valid():
        try:
            extensions.give_late_reason(**case.reach, deadline=deadline, text=form.cleaned_data["text"], seen=form.seen_changes)
            return redirect("case:tasks", ref=case.ref)
        except (extensions.NotLate, extensions.Settled):
            page_notes.info(request, gettext("This was settled meanwhile."))
            return redirect("case:tasks", ref=case.ref)
        except extensions.MovedMeanwhile as error:
            moved, deadline = _moved(case, form, error), _deadline(case, deadline_id)
    return form_page(
        request,
        case,
        form,
        gettext("Give the reason we are late"),
        back="tasks",
        button=gettext("Show it to the reporter"),
        template="case/extend.html",
        **_shown(case, deadline),
        **moved,
    )
