"""How many have which training, on a day (R11, D6): by unit, site and role, and person by person.

As of a day that is over the page tells what was known then: completions, assignments and dates that were moved later are left out. Who
belonged to which unit, site and leader is not kept; people stand where the directory has them now.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, CharField, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import pgettext_lazy

from people.lines import units_below
from people.models import Employee, Role, RoleGrant, Site, Unit
from people.selectors import today, working_on
from policy.calendars import WorkCalendar
from policy.selectors import calendar_for
from training.groups import members
from training.models import Assignment, Completion, Course, CourseVersion
from training.rules import JOINERS, Rule, rules_in_force, runs_out, strictest
from training.states import AssignmentState, Why

DONE, LATE, DUE, REST = "done", "late", "due", "rest"
STATE_WORDS = {
    LATE: pgettext_lazy("training", "Late"),
    DUE: pgettext_lazy("training", "Due"),
    REST: pgettext_lazy("training", "Not given yet"),
    DONE: pgettext_lazy("training", "Has it"),
}
# No rule asks for a course less often than that.
LONGEST = timedelta(days=366 * 40)


@dataclass(frozen=True)
class Counts:
    """Numbers of one course. `late`: the date has passed; `due`: it lies ahead; `rest`: asked for, and not given yet."""

    done: int = 0
    late: int = 0
    due: int = 0
    rest: int = 0

    @property
    def total(self) -> int:
        return self.done + self.late + self.due + self.rest

    @property
    def missing(self) -> int:
        return self.total - self.done

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means everybody."""
        return 100 * self.done // self.total if self.total else 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.done + other.done, self.late + other.late, self.due + other.due, self.rest + other.rest)


@dataclass(frozen=True)
class AsOf:
    """A day and the last moment of it that has come: now, for today."""

    day: date
    moment: datetime


def as_of(day: date, now: datetime) -> AsOf:
    """Raises ValueError for a day that has not come."""
    if day > today(now):
        raise ValueError("the day lies ahead")
    return AsOf(day, now if day == today(now) else calendar_for().end_of(day) - timedelta(microseconds=1))


# --- who is asked, and how they stand ---------------------------------------------------------------


def asked(course: Course, at: AsOf) -> QuerySet[Employee]:
    """Everybody who works here that day and was asked to have this training: by a rule of the policy then in force, or by hand."""
    rules = rules_for(course, at)
    given = Assignment.objects.filter(employee=OuterRef("pk"), course=course, assigned_at__lte=at.moment)
    given = given.filter(_not_dropped(at))
    people = working_on(at.day)
    groups = [rule.group for rule in rules if rule.group != JOINERS]
    if not groups:
        # A rule for joiners alone means those who were given the course when they came.
        return people.filter(Exists(given))
    wanted = Q(Exists(given.filter(Q(why=Why.ASKED) | _open(at))))
    for group in groups:
        wanted |= Q(pk__in=members(group, today=at.day, now=at.moment).values("pk"))
    return people.filter(wanted)


def standing(course: Course, at: AsOf) -> QuerySet[Employee]:
    """The same people with `standing`, a key of STATE_WORDS: valid training first, then what is open."""
    waiting = Assignment.objects.filter(_open(at), employee=OuterRef("pk"), course=course, assigned_at__lte=at.moment)
    due = waiting.annotate(due_then=_due_then(at))
    states = Case(
        When(Exists(valid(course, at).filter(employee=OuterRef("pk"))), then=Value(DONE)),
        When(Exists(due.filter(due_then__lt=at.day)), then=Value(LATE)),
        When(Exists(waiting), then=Value(DUE)),
        default=Value(REST),
        output_field=CharField(),
    )
    return asked(course, at).annotate(standing=states)


def valid(course: Course, at: AsOf) -> QuerySet[Completion]:
    """The completions of a course that counted on a day, under the rules of that day."""
    rows = Completion.objects.filter(Q(revoked_at__isnull=True) | Q(revoked_at__gt=at.moment), course=course, completed_on__lte=at.day)
    least = _counting_from(course, at)
    if least:
        rows = rows.filter(version__number__gte=least)
    rule = strictest(rules_for(course, at))
    oldest = oldest_valid(rule, at.day, calendar_for()) if rule else None
    return rows.filter(completed_on__gte=oldest) if oldest else rows


def oldest_valid(rule: Rule, day: date, calendar: WorkCalendar) -> date | None:
    """The earliest completion that still counts on a day; None where one counts for good."""
    if rule.recurrence is None:
        return None
    start = day - LONGEST
    days = range(LONGEST.days + 1)
    return start + timedelta(days=bisect_left(days, day, key=lambda n: runs_out(rule, start + timedelta(days=n), calendar)))


def rules_for(course: Course, at: AsOf) -> list[Rule]:
    """The rules of the policy then in force that ask for this course."""
    return [rule for rule in rules_in_force(at.moment).values() if rule.audience == course.audience]


def _counting_from(course: Course, at: AsOf) -> int:
    breaks = CourseVersion.objects.filter(course=course, published_at__lte=at.moment, past_count=False)
    return breaks.aggregate(top=Max("number"))["top"] or 0


def _not_dropped(at: AsOf) -> Q:
    return Q(ended_at__isnull=True) | Q(ended_at__gt=at.moment)


def _open(at: AsOf) -> Q:
    return _not_dropped(at) & (Q(done_at__isnull=True) | Q(done_at__gt=at.moment))


def _due_then(at: AsOf):
    """The date as it stood that day: one that was moved later had not been moved."""
    return Case(When(moved_at__gt=at.moment, then=F("moved_from")), default=F("due_date"))


# --- numbers ----------------------------------------------------------------------------------------


def total(course: Course, at: AsOf) -> Counts:
    rows = standing(course, at).order_by().values_list("standing").annotate(number=Count("pk"))
    return Counts(**dict(rows))


def by_column(course: Course, at: AsOf, column: str) -> dict:
    """{value of the column: Counts}."""
    rows = standing(course, at).order_by().values_list(column, "standing").annotate(number=Count("pk"))
    found: dict = {}
    for key, state, number in rows:
        found[key] = found.get(key, Counts()) + Counts(**{state: number})
    return found


@dataclass(frozen=True)
class Line:
    """One line of a breakdown. `key`: what names it in an address; `has_more`: there are units below it."""

    key: str
    label: str
    counts: Counts
    has_more: bool = False


def by_unit(course: Course, at: AsOf, unit: Unit | None = None) -> list[Line]:
    """The units one level below `unit` (the uppermost ones without it), each with everything below it; last, who is in none of them."""
    own = by_column(course, at, "unit_id")
    children: dict = {}
    for each in Unit.objects.order_by("name", "pk"):
        children.setdefault(each.parent_id, []).append(each)
    here = unit.pk if unit else None
    lines = [Line(each.code, each.name, _rolled_up(each.pk, own, children), each.pk in children) for each in children.get(here, [])]
    lines.append(Line("", "", own.get(here, Counts())))
    return [line for line in lines if line.counts.total]


def _rolled_up(unit_id: int, own: dict, children: dict) -> Counts:
    found, frontier, seen = Counts(), [unit_id], set()
    while frontier:
        pk = frontier.pop()
        if pk not in seen:
            seen.add(pk)
            found += own.get(pk, Counts())
            frontier += [child.pk for child in children.get(pk, [])]
    return found


def by_site(course: Course, at: AsOf) -> list[Line]:
    """Every site by name; last, who has none."""
    own = by_column(course, at, "site_id")
    lines = [Line(site.code, site.name, own.get(site.pk, Counts())) for site in Site.objects.order_by("name", "pk")]
    lines.append(Line("", "", own.get(None, Counts())))
    return [line for line in lines if line.counts.total]


LEADS = "leads"


def by_role(course: Course, at: AsOf) -> list[Line]:
    """Who leads people, and whoever holds a role in the portal. Somebody with two roles stands in two lines."""
    lines = [Line(LEADS, "", total_of(standing(course, at).filter(in_role(LEADS, at))))]
    lines += [Line(role.value, str(role.label), total_of(standing(course, at).filter(in_role(role, at)))) for role in Role]
    return [line for line in lines if line.counts.total]


def total_of(people: QuerySet[Employee]) -> Counts:
    return Counts(**dict(people.order_by().values_list("standing").annotate(number=Count("pk"))))


def in_role(role: str, at: AsOf) -> Q:
    """Who held a role that day, or led somebody who works here."""
    if role == LEADS:
        return Q(Exists(working_on(at.day).filter(manager=OuterRef("pk"))))
    grants = RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=at.moment), role=role, since__lte=at.moment)
    return Q(user__in=grants.values("user_id"))


# --- person by person -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Whom a list is about: a unit with everything below it, a site, a role; all of them when nothing is chosen."""

    unit: Unit | None = None
    site: Site | None = None
    role: str = ""

    def within(self, people: QuerySet[Employee], at: AsOf) -> QuerySet[Employee]:
        if self.unit:
            people = people.filter(unit_id__in=units_below(self.unit.pk))
        if self.site:
            people = people.filter(site=self.site)
        return people.filter(in_role(self.role, at)) if self.role else people


def people_of(course: Course, at: AsOf, place: Place, *, state: str = "", words: str = "") -> QuerySet[Employee]:
    """The people of a list with `standing`, `due_then` and `completed_then`, in the order of their numbers."""
    waiting = Assignment.objects.filter(_open(at), employee=OuterRef("pk"), course=course, assigned_at__lte=at.moment)
    newest = valid(course, at).filter(employee=OuterRef("pk")).order_by("-completed_on", "pk")
    people = place.within(standing(course, at), at)
    if state:
        people = people.filter(standing=state)
    if words:
        people = people.filter(Q(name__icontains=words) | Q(other_name__icontains=words) | Q(number=words))
    return people.select_related("unit", "site").annotate(
        due_then=Subquery(waiting.annotate(due_then=_due_then(at)).order_by("due_date").values("due_then")[:1]),
        completed_then=Subquery(newest.values("completed_on")[:1]),
        completion_id=Subquery(newest.values("pk")[:1]),
    ).order_by("number")  # fmt: skip


def site_of_code(code: str) -> Site | None:
    return Site.objects.filter(code=code).first()


def overdue(now: datetime, *, unit: Unit | None = None, course: Course | None = None, words: str = "") -> QuerySet[Assignment]:
    """Open assignments whose date has passed, the longest first; of `unit` and everything below it."""
    rows = Assignment.objects.filter(state=AssignmentState.OPEN, due_at__lte=now, course__retired_at__isnull=True)
    if course:
        rows = rows.filter(course=course)
    if unit:
        rows = rows.filter(employee__unit_id__in=units_below(unit.pk))
    if words:
        rows = rows.filter(Q(employee__name__icontains=words) | Q(employee__other_name__icontains=words) | Q(employee__number=words))
    return rows.select_related("employee__unit", "employee__manager", "course").order_by("due_at", "employee__number")
