"""Who must take what: the look at everybody, batch by batch.

For each rule of the policy in force and each course it asks for there is a `Sweep`. A batch is one transaction: assignments, first
messages, and the place where the next batch begins. Whoever is killed in between has done nothing; the next worker goes on from the kept
place. A batch done twice changes nothing, because nobody has two open assignments for one course.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from notices.bulk import insert_new
from notices.services import owe_alike
from people.models import RoleGrant, Site
from people.selectors import today
from policy.calendars import WorkCalendar
from policy.selectors import calendar_for
from training import reminding
from training.groups import members
from training.models import Absence, Assignment, Attempt, Completion, Course, Sweep
from training.rules import (
    EVERYBODY,
    HANDLERS,
    JOINERS,
    LEAST_NOTICE,
    MANAGERS,
    Rule,
    again_from,
    first_due,
    is_past,
    rules_in_force,
    runs_out,
)
from training.selectors import counting_from
from training.states import AssignmentState, Dropped, VersionState, Why
from training.validity import counting

BATCH = 1_000
# Everybody is looked at once a night; the few who handle reports more often, because a role is given at any time.
NIGHT = clock(2)
HANDLERS_EVERY = timedelta(minutes=10)
# First messages go out in a steady stream, so that a large company never stands in the way of somebody's case.
MESSAGES_A_MINUTE = 300
# What messages are about: one course of a person, or whatever is on their list.
ABOUT, LIST = "assignment", "training_list"
FIRST, ENDS = "training_new", "training_ends"
# Why somebody new to a group is given a course.
_WHY = {JOINERS: Why.JOINED, EVERYBODY: Why.JOINED, MANAGERS: Why.MANAGER, HANDLERS: Why.ROLE}


def look(*, now: datetime, limit: int = BATCH) -> bool:
    """Do one batch of work. Returns whether there may be more to do now."""
    rules = rules_in_force(now)
    if _keep_sweeps(rules, now, limit):
        return True
    with transaction.atomic():
        sweep = _claim(now)
        if sweep is None:
            return False
        _Batch(sweep, rules[sweep.rule], now).work(limit)
        sweep.save()
    return True


def look_again(*, now: datetime) -> None:
    """Look at everybody soon: the directory was changed."""
    Sweep.objects.filter(cursor__isnull=True, look_at__gt=now).update(look_at=now)
    Sweep.objects.filter(cursor__isnull=False).update(again=True)


def _keep_sweeps(rules: dict[str, Rule], now: datetime, limit: int) -> bool:
    """A sweep for each rule and course there is, none for others. Returns whether assignments without a rule are left to end."""
    published = Course.objects.filter(versions__state=VersionState.PUBLISHED, retired_at__isnull=True).distinct()
    wanted = {(course.pk, rule.group) for course in published for rule in rules.values() if rule.audience == course.audience}
    there = {(sweep.course_id, sweep.rule): sweep for sweep in Sweep.objects.all()}
    new = [Sweep(course_id=course, rule=group, look_at=now) for course, group in sorted(wanted - set(there), key=str)]
    Sweep.objects.bulk_create(new, ignore_conflicts=True)
    over = [there[place] for place in sorted(set(there) - wanted, key=str)]
    return any(_end_those_of(sweep, now, limit) for sweep in over)


def _end_those_of(sweep: Sweep, now: datetime, limit: int) -> bool:
    """The policy does not ask for it any more, or the course is retired."""
    with transaction.atomic():
        count = _drop(_open(sweep), Dropped.RULE, now, limit)
        if count < limit:
            sweep.delete()
        return count == limit


def _claim(now: datetime) -> Sweep | None:
    """Lock the sweep that has waited longest; one that another worker holds is passed over."""
    due = Sweep.objects.filter(look_at__lte=now).select_related("course").order_by("look_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    order = {group: at for at, group in enumerate((JOINERS, EVERYBODY, MANAGERS, HANDLERS))}
    return min(due, key=lambda sweep: (order[sweep.rule], sweep.look_at), default=None)


def _open(sweep: Sweep):
    return Assignment.objects.filter(course_id=sweep.course_id, rule=sweep.rule, state=AssignmentState.OPEN)


def _drop(rows, reason: str, now: datetime, limit: int) -> int:
    keys = list(rows.values_list("pk", flat=True)[:limit])
    values = {"state": AssignmentState.DROPPED, "ended_at": now, "ended_reason": reason, "next_at": None}
    for at in range(0, len(keys), 500):
        Assignment.objects.filter(pk__in=keys[at : at + 500], state=AssignmentState.OPEN).update(**values)
    return len(keys)


@dataclass(frozen=True)
class Person:
    """What a batch knows of somebody. `since`: when they came into the group, as far as anybody knows."""

    pk: object
    site_id: int | None
    user_id: int | None
    is_active: bool
    since: date


class _Batch:
    """One batch of one sweep: dates of a site are worked out once, not once a person."""

    def __init__(self, sweep: Sweep, rule: Rule, now: datetime):
        self.sweep, self.rule, self.now, self.today = sweep, rule, now, today(now)
        self.is_rollout = sweep.first_finished_at is None
        self.sites = {site.pk: site for site in Site.objects.all()}
        self.calendars: dict = {}
        self.dates: dict = {}
        self.starts: dict = {}

    def calendar(self, site_id) -> WorkCalendar:
        if site_id not in self.calendars:
            self.calendars[site_id] = calendar_for(self.sites.get(site_id), day_count=self.rule.day_count)
        return self.calendars[site_id]

    def work(self, limit: int) -> None:
        sweep = self.sweep
        people = members(self.rule.group, today=self.today, now=self.now).order_by("pk")
        if sweep.cursor:
            people = people.filter(pk__gt=sweep.cursor)
        columns = ("pk", "site_id", "user_id", "user__is_active", "joined_date")
        found = [Person(pk, site, user, bool(active), joined) for pk, site, user, active, joined in people.values_list(*columns)[:limit]]
        if found:
            self._give(found)
            sweep.cursor = found[-1].pk
        if len(found) < limit and self._let_go(limit):
            self._finish()

    def _finish(self) -> None:
        sweep = self.sweep
        sweep.cursor, sweep.finished_at = None, self.now
        sweep.first_finished_at = sweep.first_finished_at or self.now
        sweep.look_at = self.now + HANDLERS_EVERY if self.rule.group == HANDLERS else self._next_night()
        if sweep.again:
            # The directory changed behind the place that had been reached.
            sweep.look_at, sweep.again = self.now, False

    def _next_night(self) -> datetime:
        calendar = self.calendar(None)
        tonight = calendar.moment(self.today, NIGHT)
        return tonight if tonight > self.now else calendar.moment(self.today + timedelta(days=1), NIGHT)

    # who leaves the group

    def _let_go(self, limit: int) -> bool:
        """Whoever has left, or is no longer in the group, is not asked any more. Returns whether nobody is left to let go."""
        rows = _open(self.sweep)
        left = Q(employee__left_date__lte=self.today)
        gone = rows.filter(left)
        Attempt.objects.filter(course_id=self.sweep.course_id, finished_at__isnull=True, employee__left_date__lte=self.today).delete()
        count = _drop(gone, Dropped.LEFT, self.now, limit)
        if self.rule.group != HANDLERS and count < limit:
            # What was given by hand belongs to no rule; once a night is often enough.
            by_hand = Assignment.objects.filter(left, rule="", state=AssignmentState.OPEN)
            count += _drop(by_hand, Dropped.LEFT, self.now, limit)
        if self.rule.group in (MANAGERS, HANDLERS) and count < limit:
            still = members(self.rule.group, today=self.today, now=self.now).filter(pk=OuterRef("employee_id"))
            count += _drop(rows.exclude(left).filter(~Exists(still)), Dropped.OUT, self.now, limit)
        return count < limit

    # who is given the course

    def _give(self, people: list[Person]) -> None:
        span = {"employee_id__gte": people[0].pk, "employee_id__lte": people[-1].pk}
        course = self.sweep.course
        busy = set(Assignment.objects.filter(course=course, state=AssignmentState.OPEN, **span).values_list("employee_id", flat=True))
        done = dict(counting(course).filter(**span).order_by("completed_on").values_list("employee_id", "completed_on"))
        every = Completion.objects.filter(course=course, **span) if counting_from(course) else Completion.objects.none()
        once = set(every.values_list("employee_id", flat=True))
        away = absences(self.today, **span)
        since = _role_dates(people, self.now) if self.rule.group == HANDLERS else {}
        rows = []
        for person in people:
            if person.pk in busy or _is_away(away.get(person.pk), self.today):
                continue
            given = self._asked(person, done.get(person.pk), person.pk in once, since.get(person.pk))
            if given:
                why, due = given
                rows.append((person, why, _after_absence(due, away.get(person.pk))))
        self._insert(rows)

    def _asked(self, person: Person, completed_on: date | None, had_one: bool, role_since: date | None) -> tuple[str, date] | None:
        """(why, by when) somebody is given the course now; None when they are not. Reckoned once for everybody alike."""
        since = role_since or person.since
        key = (person.site_id, completed_on, None) if completed_on else (person.site_id, since, had_one)
        if key not in self.dates:
            calendar = self.calendar(person.site_id)
            self.dates[key] = self._once_more(completed_on, calendar) if completed_on else self._first(since, had_one, calendar)
        return self.dates[key]

    def _once_more(self, completed_on: date, calendar: WorkCalendar) -> tuple[str, date] | None:
        again = again_from(self.rule, completed_on, calendar)
        if again is None or again > self.today:
            return None
        # What ran out while somebody was away is not late at once. A handler was warned long before: there the true date is shown.
        notice = timedelta() if self.rule.group == HANDLERS else LEAST_NOTICE
        return Why.RECURRENCE, max(runs_out(self.rule, completed_on, calendar), self.today + notice)

    def _first(self, since: date, had_one: bool, calendar: WorkCalendar) -> tuple[str, date] | None:
        if had_one:
            return Why.NEW_VERSION, first_due(self.rule, self.today, self.today, calendar)
        if self.rule.group == JOINERS and not self._is_joiner(since, calendar):
            return None
        # Nobody knows since when somebody leads people: what counts is when it was noticed. Who has worked here for years when the rule
        # comes has the whole time from then.
        noticed = self.rule.group == MANAGERS or (self.is_rollout and is_past(self.rule, since, self.today, calendar))
        due = first_due(self.rule, self.today if noticed else since, self.today, calendar)
        return (Why.RULE if self.is_rollout else _WHY[self.rule.group]), due

    def _is_joiner(self, since: date, calendar: WorkCalendar) -> bool:
        """A rule for joiners alone is for whoever joined after it came, or is still within its time when it comes."""
        if not is_past(self.rule, since, self.today, calendar):
            return True
        return not self.is_rollout and since >= today(self.sweep.first_finished_at)

    def _insert(self, given: list[tuple[Person, str, date]]) -> None:
        # One message a person and day, however many courses it is about; a handler's warning comes by itself.
        rows, owed = [], {FIRST: [], ENDS: []}
        for number, (person, why, due) in enumerate(given, self.sweep.given):
            due_at, position, next_at = self._start(person.site_id, due)
            row_id = uuid4()
            rows.append((row_id, person.pk, why, due, due_at, position, next_at))
            if person.is_active:
                ends = why == Why.RECURRENCE and self.rule.group == HANDLERS
                key = f"train:{'ends' if ends else 'new'}:{person.user_id}:{self.today:%Y%m%d}"
                after = self.now + timedelta(minutes=number / MESSAGES_A_MINUTE)
                owed[ENDS if ends else FIRST].append((key, person.user_id, None, after))
        same = dict.fromkeys(("done_at", "ended_at", "moved_from", "moved_at", "moved_by", "manager_told_at"))
        same |= {"course": self.sweep.course_id, "rule": self.rule.group, "state": AssignmentState.OPEN, "assigned_at": self.now}
        same |= {"ended_reason": "", "moved_reason": ""}
        names = ("id", "employee", "why", "due_date", "due_at", "last_rung", "next_at")
        insert_new(Assignment, same=same, names=names, rows=rows)
        for template, messages in owed.items():
            owe_alike(template=template, about_kind=LIST, owed=messages, now=self.now)
        self.sweep.given += len(rows)

    def _start(self, site_id, due: date) -> tuple:
        """(first moment at which it is late, position and next moment of the reminders), once for everybody of a site and date."""
        if (site_id, due) not in self.starts:
            calendar = self.calendar(site_id)
            begun = reminding.start(due, calendar, self.now)
            self.starts[site_id, due] = (calendar.end_of(due), begun.position, begun.next_at)
        return self.starts[site_id, due]


def _role_dates(people: list[Person], now: datetime) -> dict:
    """Since when each of them holds a role that needs the course: the first of those they hold now."""
    by_user = {person.user_id: person.pk for person in people if person.user_id}
    grants = RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=now), user_id__in=by_user, since__lte=now).order_by("-since")
    return {by_user[user]: today(since) for user, since in grants.values_list("user_id", "since")}


# --- absences -------------------------------------------------------------------------------------


def absences(day: date, **employees) -> dict:
    """Who is away on `day` or later: {employee id: (first day, last day)}. Of several, the one that ends last."""
    rows = Absence.objects.filter(until__gte=day, ended_at__isnull=True, **employees).order_by("until")
    return {pk: (since, until) for pk, since, until in rows.values_list("employee_id", "since", "until")}


def _is_away(span: tuple[date, date] | None, day: date) -> bool:
    return span is not None and span[0] <= day <= span[1]


def _after_absence(due: date, span: tuple[date, date] | None) -> date:
    """A date that would fall into an absence comes a week after it."""
    return span[1] + LEAST_NOTICE if span is not None and span[0] <= due <= span[1] else due
