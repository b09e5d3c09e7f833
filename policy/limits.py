"""The words of the deadline engine: a limit of the policy, a dated fact, an extension, and the deadline they make.

Pure values. What they mean is in `policy.deadlines`; how they are stored is in `policy.parts`.
"""

import datetime as dt
from dataclasses import dataclass

DAY_UNITS = frozenset({"calendar_day", "working_day", "month", "year"})
HOUR_UNITS = frozenset({"hour", "working_hour"})
COUNT_UNITS = frozenset({"hearing", "meeting"})
UNITS = DAY_UNITS | HOUR_UNITS | COUNT_UNITS

# Windows belong to a party or to an outside body. They are shown; they never block and are never our lateness.
WINDOW_KINDS = frozenset({"party_window", "authority_window"})
KINDS = WINDOW_KINDS | {"hard", "standard", "recurring", "max_duration"}

# A fallback written `expired:ack` starts at the due moment of the limit `ack`.
EXPIRED = "expired:"


class LimitError(ValueError):
    """A limit, event or extension contradicts itself."""


class NumbersMissing(LimitError):
    """Limits the law leaves open ("timely") were used before the employer gave them a number (R05)."""

    def __init__(self, limit_ids: list[str]):
        self.limit_ids = sorted(limit_ids)
        super().__init__("limits without a number: " + ", ".join(self.limit_ids))


@dataclass(frozen=True)
class Span:
    """An amount of time: 2 months, 10 working days."""

    value: int
    unit: str

    def __post_init__(self):
        if self.unit not in DAY_UNITS | HOUR_UNITS or self.value < 0:
            raise LimitError(f"not a span of time: {self.value} {self.unit}")


@dataclass(frozen=True)
class Longstop:
    """However late the anchor comes, it ends `span` after the event `anchor` (for example 20 years after the incident)."""

    span: Span
    anchor: str


@dataclass(frozen=True)
class ExtensionRule:
    """What the policy allows: at most `at_most` in all; the `tells` parties must be told for it to count."""

    at_most: Span | None = None
    tells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limit:
    """One time limit of a policy version.

    `value` None means the law sets a standard but no number. `anchor`: the event it runs from; `fallback`: another
    event, or `expired:<limit>`. `direction` "before" counts back from the anchor's date. `recurring`: "" once,
    "after_met" counts again from each time it was met, "fixed" repeats on the same dates whatever was done.
    `per_event`: every anchor event makes its own deadline, met by an event with the same subject (or by any
    later one when `one_answer_meets_all`). `met_subject`: only a `met_by` event with this subject meets it.
    `ends_with`: facts after which nobody owes it any more. `counts` and `reset_by`: for hearings and meetings.
    `floor`: never due sooner than this after the anchor was learnt. `joined_to` with `join` "later_of" or
    "first_of" merges it into another limit.
    """

    id: str
    kind: str
    value: int | None
    unit: str | None
    anchor: str
    fallback: str = ""
    direction: str = "after"
    recurring: str = ""
    per_event: bool = False
    one_answer_meets_all: bool = False
    met_by: tuple[str, ...] = ()
    met_subject: str = ""
    ends_with: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    reset_by: tuple[str, ...] = ()
    floor: Span | None = None
    longstop: Longstop | None = None
    extension: ExtensionRule | None = None
    joined_to: str = ""
    join: str = ""
    responsible: str = ""
    escalates_to: str = ""

    def __post_init__(self):
        problems = limit_problems(self)
        if problems:
            raise LimitError(f"limit {self.id}: " + "; ".join(problems))

    @property
    def is_ours(self) -> bool:
        """Whether the employer owes it. Windows of parties and outside bodies are only shown."""
        return self.kind not in WINDOW_KINDS

    @property
    def has_number(self) -> bool:
        return self.value is not None and self.unit is not None


def limit_problems(limit: Limit) -> list[str]:
    """Why a limit contradicts itself, in words for the person who wrote it; empty when it is sound."""
    found = []
    if limit.kind not in KINDS:
        found.append(f"unknown kind {limit.kind!r}")
    if limit.unit is not None and limit.unit not in UNITS:
        found.append(f"unknown unit {limit.unit!r}")
    if limit.value is not None and limit.value < 0:
        found.append("the number is negative")
    if limit.direction not in {"after", "before"}:
        found.append(f"unknown direction {limit.direction!r}")
    if limit.direction == "before" and (limit.unit in COUNT_UNITS | {"working_hour"} or limit.recurring):
        found.append("counting back needs days, months, years or clock hours, once")
    if limit.recurring not in {"", "after_met", "fixed"}:
        found.append(f"unknown repetition {limit.recurring!r}")
    if limit.recurring and limit.value == 0:
        found.append("a repetition needs a number above zero")
    if limit.recurring and limit.per_event:
        found.append("a limit repeats or has one deadline per event, not both")
    if limit.unit in COUNT_UNITS and not limit.counts:
        found.append("a count needs the events that are counted")
    if limit.join not in {"", "later_of", "first_of"} or bool(limit.join) != bool(limit.joined_to):
        found.append("a joined limit needs the other limit and later_of or first_of")
    return found


@dataclass(frozen=True)
class Event:
    """A dated fact. `date`: the day it is about (a dinner, a review date) when that differs from when it was noted."""

    kind: str
    at: dt.datetime
    id: str = ""
    subject: str = ""
    date: dt.date | None = None

    def __post_init__(self):
        if self.at.tzinfo is None:
            raise LimitError(f"event {self.kind} needs a time zone")


@dataclass(frozen=True)
class Extension:
    """More time for one deadline: by `span`, or to the end of `until`.

    It counts only if it was granted before the deadline was missed, with a recorded reason, and once the parties
    the policy names were told (`told_at`).
    """

    limit_id: str
    granted_at: dt.datetime
    span: Span | None = None
    until: dt.date | None = None
    occurrence: str = "1"
    reason_recorded: bool = True
    told_at: dt.datetime | None = None

    def __post_init__(self):
        if (self.span is None) == (self.until is None):
            raise LimitError("an extension is either an amount of time or a new date")


@dataclass(frozen=True)
class Deadline:
    """One limit applied to one matter.

    `due_at` is the first moment at which it is late (UTC); for limits in days it is the end of `due_date` in the
    calendar's zone. A count that is not complete has neither. `first_due_at`: before any extension.
    `ended_at`: when it stopped being owed without being met. `provisional`: its anchor lies in the future.
    """

    limit_id: str
    occurrence: str
    kind: str
    unit: str
    anchor: str
    anchor_id: str
    subject: str
    starts_at: dt.datetime
    due_at: dt.datetime | None
    due_date: dt.date | None
    first_due_at: dt.datetime | None = None
    met_at: dt.datetime | None = None
    met_id: str = ""
    ended_at: dt.datetime | None = None
    extensions: tuple[Extension, ...] = ()
    provisional: bool = False
    calendar_known: bool = True
    counted: int = 0
    needed: int = 0
    ours: bool = True
    responsible: str = ""
    escalates_to: str = ""

    @property
    def by_day(self) -> bool:
        """Whether the promise is a date; otherwise it is an exact moment."""
        return self.unit not in HOUR_UNITS

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.ended_at is None

    def passed(self, now: dt.datetime) -> bool:
        """The due moment is behind us, met or not."""
        return self.due_at is not None and now >= self.due_at

    def late(self, now: dt.datetime) -> bool:
        """Owed by us, still open, and past its due moment."""
        return self.ours and self.is_open and self.passed(now)

    def missed(self, now: dt.datetime) -> bool:
        """Was or is late: met too late, ended too late, or late now. Stays true for ever."""
        settled = [at for at in (self.met_at, self.ended_at) if at is not None]
        return self.ours and self.passed(min(settled, default=now))
