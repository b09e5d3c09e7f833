"""Pages of one's own work: what is due, the case list, calendar, search, colleagues who wait for access."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from complaints.models import Complaint
from complaints.permissions import may_read
from complaints.selectors import complaint_for_staff
from complaints.services import leaving, leaving_soon
from investigations import selectors, selectors_plan
from investigations.forms.work import FilterForm, SearchForm
from investigations.selectors_decisions import cases_to_decide
from investigations.selectors_regrant import waiting_for_access
from investigations.services import restoring, searching
from investigations.views.door import posted, staff_page
from people.selectors import organisation
from vault.errors import NoAccess


@staff_page
def my_work(request):
    now = timezone.now()
    leaving.hand_back(user=request.user, keyring=request.vault.keyring, now=now)
    work = selectors.my_work(request.user, now)
    context = {
        "work": work,
        "regrants": waiting_for_access(request.user),
        "leaving": leaving_soon.own_warning(user=request.user, now=now),
        "deciding": cases_to_decide(request.user),
        "today": timezone.localdate(now),
    }
    return render(request, "work/my_work.html", context)


@staff_page
def cases(request):
    now = timezone.now()
    form = FilterForm(request.GET or None, handlers=selectors.handlers_for(request.user))
    filters, sort, number = form.filters(), form.sort(), form.page_number()
    found = selectors.case_list(request.user, filters, sort, now)
    start = (number - 1) * selectors.PAGE_SIZE
    rows = list(found[start : start + selectors.PAGE_SIZE + 1])
    context = {
        "form": None,
        "filter_form": form,
        "rows": selectors.case_rows(rows[: selectors.PAGE_SIZE], now),
        "count": selectors.bounded_count(found),
        "most": selectors.MOST_COUNTED,
        "columns": form.columns(),
        "chips": form.chips(),
        "number": number,
        "earlier_url": form.url(page=number - 1) if number > 1 else "",
        "later_url": form.url(page=number + 1) if len(rows) > selectors.PAGE_SIZE else "",
        "clear_url": reverse("work:cases"),
    }
    return render(request, "work/cases.html", context)


@staff_page
def calendar(request):
    now = timezone.now()
    today = now.astimezone(ZoneInfo(organisation().time_zone)).date()
    first = _month(request.GET.get("month", ""), today)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    deadlines = selectors.month_of_deadlines(request.user, first, last, now)
    days: dict[date, list] = {}
    for row, due in deadlines:
        days.setdefault(row.due_date, []).append({"complaint": row.complaint, "label": due.label, "late": due.late})
    for task in selectors.month_of_tasks(request.user, first, last):
        days.setdefault(task.due_date, []).append(
            {"complaint": task.complaint, "label": gettext("A task of yours"), "late": task.due_date < today}
        )
    _add_plans(days, request.user, first, last, today)
    context = {
        "first": first,
        "today": today,
        "is_this_month": (first.year, first.month) == (today.year, today.month),
        "days": sorted(days.items()),
        "earlier": (first - timedelta(days=1)).strftime("%Y-%m"),
        "later": (later := (last + timedelta(days=1)).strftime("%Y-%m")),
        "later_url": f"?month={later}",
    }
    return render(request, "work/calendar.html", context)


def _add_plans(days: dict, user, first: date, last: date, today: date) -> None:
    """Lines of plans, answers to requests and planned talks: their dates, and no word of them."""
    for line in selectors_plan.month_of_lines(user, first, last):
        what = {"complaint": line.investigation.lead, "label": gettext("A line of the plan, yours"), "page": "plan"}
        days.setdefault(line.due_date, []).append({**what, "late": line.due_date < today})
    for row in selectors_plan.month_of_requests(user, first, last):
        what = {"complaint": row.investigation.lead, "label": gettext("Answer about records"), "page": "plan"}
        days.setdefault(row.due_date, []).append({**what, "late": row.due_date < today})
    zone = timezone.get_current_timezone()
    start = datetime.combine(first, time(), zone)
    for talk in selectors_plan.month_of_talks(user, start, datetime.combine(last + timedelta(days=1), time(), zone)):
        at = timezone.localtime(talk.planned_at)
        label = gettext("Talk at %(time)s") % {"time": date_format(at, "H:i")}
        days.setdefault(at.date(), []).append({"complaint": talk.investigation.lead, "label": label, "late": at.date() < today})


def _month(text: str, today: date) -> date:
    try:
        year, month = (int(part) for part in text.split("-"))
        # A calendar is for the years around now; anything else was typed by hand.
        return date(year, month, 1) if abs(year - today.year) <= 10 else today.replace(day=1)
    except ValueError:
        return today.replace(day=1)


@staff_page
def search(request):
    """Words come by POST, so that they are in no address, history or log."""
    form = SearchForm(posted(request))
    context = {"form": form}
    if request.method == "POST" and form.is_valid():
        found = searching.search(
            words=form.cleaned_data["words"],
            keyring=request.vault.keyring,
            by=request.user,
            role=min(request.roles),
            now=timezone.now(),
        )
        context |= {"found": found, "rows": selectors.case_rows([hit.complaint for hit in found.hits], timezone.now())}
        context["lines"] = list(zip(context["rows"], [hit.places for hit in found.hits], strict=True))
    return render(request, "work/search.html", context)


@staff_page
def regrants(request):
    """Colleagues with a new vault key, case by case."""
    waiting = [each for each in waiting_for_access(request.user) if may_read(request.user, each.complaint)]
    return render(request, "work/regrants.html", {"waiting": waiting})


@staff_page
def regrant(request, ref: str, user_id: int):
    if request.method != "POST":
        return redirect("work:regrants")
    try:
        complaint = complaint_for_staff(request.user, ref)
        if not may_read(request.user, complaint):
            raise Http404
        restoring.restore(complaint=complaint, keyring=request.vault.keyring, by=request.user, user_id=user_id, now=timezone.now())
    except (Complaint.DoesNotExist, restoring.NothingToRestore, NoAccess):
        raise Http404 from None
    page_notes.success(request, gettext("Access is restored."))
    return redirect("work:regrants")


@staff_page
def no_keys(request):
    """The person has a seat somewhere but a new key that opens nothing yet."""
    return render(request, "work/no_keys.html")


@staff_page
def handed_over(request):
    return render(
        request,
        "work/done.html",
        {
            "heading": gettext("Handed over"),
            "sentence": gettext("You can’t open this case any more. The person who takes it over has been told."),
        },
    )


@staff_page
def stepped_back(request):
    return render(
        request,
        "work/done.html",
        {
            "heading": gettext("Thank you for saying so"),
            "sentence": gettext("Colleagues have this report. You saw nothing of it and can’t open it any more."),
        },
    )


@staff_page
def given_to_oversight(request):
    return render(
        request,
        "work/done.html",
        {
            "heading": gettext("Thank you for saying so"),
            "sentence": gettext("Nobody else of the team was left, so oversight has this report now. You can’t open it any more."),
        },
    )


@staff_page
def shut_out(request):
    return render(
        request,
        "work/done.html",
        {
            "heading": gettext("Thank you for saying so"),
            "sentence": gettext("By your answer you can’t open this report any more. Whoever is left goes on with it, else oversight."),
        },
    )
