"""Who is meant by the names that nothing recognised: after the conflict question, before the report is read, and any time later."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from complaints.services.naming import NoSuchName
from investigations.forms.names import NameForm
from investigations.services import names
from investigations.views.door import READ, case_page
from investigations.views.frame import frame
from people.selectors import find_employees


@case_page(READ)
def name_list(request, case):
    listed = names.listed(**case.reach)
    context = {"waiting": [each for each in listed if each.is_open], "settled": [each for each in listed if not each.is_open]}
    return render(request, "case/names.html", frame(case, "", **context))


@case_page(READ)
def name(request, case, number: int):
    """Search words come by POST: an address is kept in too many places."""
    try:
        listed = names.one(**case.reach, number=number)
    except NoSuchName:
        raise Http404 from None
    words = request.POST.get("words", listed.name)
    found = list(find_employees(words))
    looking = request.method != "POST" or request.POST.get("go") == "look"
    form = NameForm(None if looking else request.POST, initial={"words": words}, found=found)
    if not looking and form.is_valid():
        if names.answer(**case.reach, number=number, who=form.cleaned_data["who"]):
            return redirect("case:names", ref=case.ref)
        return redirect("work:shut_out")
    context = frame(case, "", listed=listed, form=form, found=found, searched=words)
    return render(request, "case/name.html", context | {"title": gettext("Who is “%(name)s”?") % {"name": listed.name}})
