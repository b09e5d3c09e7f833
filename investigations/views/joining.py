"""One investigation over several reports: /c/<ref>/together/. And which directory entry a respondent is."""

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from investigations import permissions
from investigations.forms.joining import JoinForm
from investigations.forms.names import EntryForm
from investigations.models import CasePerson, PersonKind
from investigations.services import joining, names, people, repeats
from investigations.views.door import PLAN, case_page, posted
from investigations.views.frame import frame
from people.selectors import find_employees


@case_page()
def together(request, case):
    """What is looked into together, and joining another report. Absent until an investigation has begun."""
    found = joining.together_with(case.complaint)
    if found is None:
        raise Http404
    may_join = found.leads and permissions.may_work_on(case.user, case.complaint)
    refs = [each.ref for each in joining.candidates(investigation=found.investigation, by=case.user)] if may_join else []
    form = JoinForm(posted(request) if may_join else None, refs=refs)
    if request.method == "POST" and may_join and form.is_valid():
        try:
            joining.join(
                investigation=found.investigation,
                keyring=case.keyring,
                by=case.user,
                role=case.seat.role,
                ref=form.cleaned_data["ref"],
                now=case.now,
            )
        except joining.NotJoined as error:
            form.add_error("ref", error.why.label)
        except joining.NoSuchCase:
            raise Http404 from None
        else:
            page_notes.success(request, gettext("They are looked into together. Each reporter’s page stays as it was."))
            return redirect("case:together", ref=case.ref)
    mine = [each for each in found.joined if permissions.may_read(case.user, each)]
    context = {
        "together": found,
        "mine": mine,
        "others": len(found.joined) - len(mine),
        "reads_lead": permissions.may_read(case.user, found.lead),
        "refs": refs,
        "may_join": may_join,
    }
    return render(request, "case/together.html", frame(case, part_of="people", form=form, **context))


@case_page(PLAN)
def entry(request, case, person_id):
    """Which directory entry a respondent is. Search words come by POST: an address is kept in too many places."""
    try:
        opened = people.open_person(complaint=case.complaint, keyring=case.keyring, person_id=person_id)
    except CasePerson.DoesNotExist:
        raise Http404 from None
    if opened.row.kind != PersonKind.RESPONDENT:
        raise Http404
    words = request.POST.get("words", opened.detail.get("name", ""))
    found = list(find_employees(words))
    looking = request.method != "POST" or request.POST.get("go") == "look"
    form = EntryForm(None if looking else request.POST, initial={"words": words}, found=found)
    if not looking and form.is_valid():
        try:
            repeats.link(**case.reach, person_id=person_id, employee=names.entry_of(form.cleaned_data["who"]))
        except names.NoSuchEntry:
            raise Http404 from None
        if not permissions.may_read(case.user, case.complaint):
            return redirect("work:shut_out")
        page_notes.success(request, gettext("Saved. Whoever stands too near to them has lost access."))
        return redirect("case:people", ref=case.ref)
    context = frame(case, part_of="people", form=form, found=found, person=opened)
    return render(request, "case/entry.html", context | {"title": gettext("Who is “%(name)s”?") % {"name": opened.detail.get("name", "")}})
