"""The training rules of the policy in force, as the portal carries them out (R07).

A policy may hold several rules for one audience, and profiles name their audiences in many ways. Here they become at most one rule for each
group of people the directory knows: the shortest recurrence and the soonest first date win.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from policy.calendars import RULES, WorkCalendar, add_months, add_working_days
from policy.limits import Span
from policy.models import PolicyVersion
from policy.parts import TrainingRule
from policy.selectors import content_of, policy_in_force
from training.states import Audience

# Groups of people, in the order in which the worker looks at them: who starts here is met before everybody.
JOINERS, EVERYBODY, MANAGERS, HANDLERS = "joiners", "all", "managers", "handlers"
GROUPS = (JOINERS, EVERYBODY, MANAGERS, HANDLERS)
COURSE_AUDIENCE = {
    JOINERS: Audience.EVERYONE,
    EVERYBODY: Audience.EVERYONE,
    MANAGERS: Audience.MANAGERS,
    HANDLERS: Audience.HANDLERS,
}
# What the profiles call them.
_ALSO = {
    "all_workers": (EVERYBODY,),
    "all_workers_bystander": (EVERYBODY,),
    "personnel": (EVERYBODY,),
    "employer_and_all_workers": (EVERYBODY, MANAGERS),
    "non_supervisors": (EVERYBODY,),
    "supervisors": (MANAGERS,),
    "supervisors_and_handlers": (MANAGERS, HANDLERS),
    "leaders_and_specific_roles": (MANAGERS, HANDLERS),
    "new_workers_and_managers": (JOINERS, MANAGERS),
    "committee_members": (HANDLERS,),
    "designated_recipient": (HANDLERS,),
}
# Where a rule names no first date.
DEFAULT_FIRST = Span(1, "month")
# Nobody is told today that something was due yesterday.
LEAST_NOTICE = timedelta(days=7)
# When somebody is given a recurring course again, before the last completion runs out (R09: the warning before expiry).
WARNING = timedelta(days=30)
_SPAN_ORDER = {"hour": 1, "working_hour": 3, "calendar_day": 24, "working_day": 34, "month": 730, "year": 8_760}


@dataclass(frozen=True)
class Rule:
    """`group`: one of GROUPS. `first_due` counts from joining, from the role, or from when the portal noticed."""

    group: str
    minutes: int = 0
    first_due: Span = DEFAULT_FIRST
    recurrence: Span | None = None
    day_count: str = "plain"

    @property
    def audience(self) -> str:
        return COURSE_AUDIENCE[self.group]


def groups_of(rule: TrainingRule) -> tuple[str, ...]:
    """Whom a rule of a policy means; empty for an audience the portal can't tell."""
    return (rule.audience,) if rule.audience in GROUPS else _ALSO.get(rule.audience, ())


def rules_of(version: PolicyVersion | None) -> dict[str, Rule]:
    """The rules of a version by group, in the order of GROUPS; empty without a policy."""
    found: dict[str, Rule] = {}
    for part in content_of(version).training if version else ():
        for group in groups_of(part):
            rule = Rule(group, part.minutes or 0, part.first_due or DEFAULT_FIRST, part.recurrence, version.day_count)
            found[group] = _stricter(found[group], rule) if group in found else rule
    return {group: found[group] for group in GROUPS if group in found}


def rules_in_force(now: datetime) -> dict[str, Rule]:
    return rules_of(policy_in_force(now))


def unknown_audiences(version: PolicyVersion) -> list[str]:
    """Audiences of rules that the portal can't carry out by itself, for the pages of training administrators."""
    return sorted({part.audience for part in content_of(version).training if not groups_of(part)})


def _stricter(one: Rule, other: Rule) -> Rule:
    return replace(
        one,
        minutes=max(one.minutes, other.minutes),
        first_due=_shorter(one.first_due, other.first_due),
        recurrence=_shorter(one.recurrence, other.recurrence),
    )


def _shorter(one: Span | None, other: Span | None) -> Span | None:
    spans = [span for span in (one, other) if span is not None]
    return min(spans, key=lambda span: span.value * _SPAN_ORDER[span.unit], default=None)


# --- dates ----------------------------------------------------------------------------------------


def after(day: date, span: Span, calendar: WorkCalendar, day_count: str = "plain") -> date:
    """The last day of `span` after `day`. Hours become whole days: nobody takes a course by the hour."""
    if span.unit == "working_day":
        return add_working_days(calendar, day, span.value)
    if span.unit in ("month", "year"):
        return add_months(RULES[day_count], day, span.value * (12 if span.unit == "year" else 1))
    if span.unit == "calendar_day":
        return day + timedelta(days=span.value)
    return day + timedelta(days=-(-span.value // 24))


def first_due(rule: Rule, since: date, today: date, calendar: WorkCalendar) -> date:
    """By when somebody takes a course for the first time who belongs to the group since a day, as it is found out `today`.

    Never sooner than a week from today, or than the rule itself gives when that is less.
    """
    notice = min(LEAST_NOTICE, after(today, rule.first_due, calendar, rule.day_count) - today)
    return max(after(since, rule.first_due, calendar, rule.day_count), today + notice)


def is_past(rule: Rule, since: date, today: date, calendar: WorkCalendar) -> bool:
    """Whether the time for somebody who has belonged to the group since a day is over, or nearly."""
    return after(since, rule.first_due, calendar, rule.day_count) < first_due(rule, since, today, calendar)


def runs_out(rule: Rule, completed_on: date, calendar: WorkCalendar) -> date | None:
    """The last day on which a completion still counts; None when it counts for good."""
    return after(completed_on, rule.recurrence, calendar, rule.day_count) if rule.recurrence else None


def again_from(rule: Rule, completed_on: date, calendar: WorkCalendar) -> date | None:
    """From when on somebody is given the course again: thirty days before it runs out, or half the recurrence where that is less."""
    last = runs_out(rule, completed_on, calendar)
    if last is None:
        return None
    return last - min(WARNING, (last - completed_on) / 2)


def strictest(rules: Iterable[Rule]) -> Rule | None:
    """The rule with the shortest recurrence among those that ask for one course."""
    found = list(rules)
    known = [rule for rule in found if rule.recurrence]
    return min(
        known or found, key=lambda rule: rule.recurrence.value * _SPAN_ORDER[rule.recurrence.unit] if rule.recurrence else 0, default=None
    )
