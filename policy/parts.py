"""The structured parts of a policy version, as frozen records. The database keeps them as JSON; nothing else reads it raw.

Every fact carries its `Source`: where it comes from, how sure it is, and who confirmed it (R44).
"""

import datetime as dt
from dataclasses import dataclass

from policy.limits import (
    ExtensionRule,
    Limit,
    LimitError,
    Longstop,
    Span,
)
from policy.records import EMPTY, Text
from policy.vocabulary import (
    CHANNEL_KINDS,
    CONFIDENCE,
    EVENTS,
    GRAVITIES,
    RESPONSIBLE,
    STANDARDS_OF_PROOF,
    SUPPORT_KINDS,
)
from policy.wording import NUMBER, fill


def _one_of(value: str, allowed, name: str) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")


@dataclass(frozen=True)
class Source:
    """`confidence`: "found" in the source, "knowledge" (must be confirmed before publishing), or set by the "employer"."""

    src: str = ""
    confidence: str = "employer"
    confirmed_by: int | None = None
    confirmed_at: dt.datetime | None = None

    def __post_init__(self):
        _one_of(self.confidence, CONFIDENCE, "confidence")

    @property
    def needs_confirmation(self) -> bool:
        return self.confidence == "knowledge" and self.confirmed_at is None


EMPLOYER = Source()


@dataclass(frozen=True)
class LimitPart:
    """A time limit with its words. `promise`, `step`: sentences in which `{number}` stands for "2 working days".

    `standard`: what the law says where it gives no number. `outside`: a clock of an outside route, which runs on
    whatever the employer does. The fields of the rule mean what `policy.limits.Limit` says.
    """

    id: str
    label: Text
    kind: str
    anchor: str
    value: int | None = None
    unit: str | None = None
    promise: Text = EMPTY
    step: Text = EMPTY
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
    extension_condition: Text = EMPTY
    joined_to: str = ""
    join: str = ""
    responsible: str = "handler"
    escalates_to: str = ""
    outside: bool = False
    standard: Text = EMPTY
    suggested: Span | None = None
    source: Source = EMPLOYER

    def __post_init__(self):
        _one_of(self.responsible, RESPONSIBLE, "responsible")
        _one_of(self.escalates_to or "oversight", RESPONSIBLE, "escalates_to")
        named = {self.anchor, *self.met_by, *self.ends_with, *self.counts, *self.reset_by}
        if self.longstop:
            named.add(self.longstop.anchor)
        if self.fallback and not self.fallback.startswith("expired:"):
            named.add(self.fallback)
        unknown = sorted(named - EVENTS)
        if unknown:
            raise LimitError("unknown events: " + ", ".join(unknown))
        _ = self.rule

    @property
    def rule(self) -> Limit:
        """What the deadline engine needs of it. Raises `LimitError` when it contradicts itself."""
        return Limit(**{name: getattr(self, name) for name in Limit.__dataclass_fields__})

    @property
    def number(self) -> Span | None:
        return Span(self.value, self.unit) if self.value is not None and self.unit in _SPAN_UNITS else None

    def number_text(self) -> str:
        """ "2 working days", in the language of the page."""
        return str(fill(Text(NUMBER, NUMBER), self.number))

    def promise_text(self) -> Text:
        """The promise with its number, e.g. "Within 2 working days …"."""
        return fill(self.promise, self.number)

    def step_text(self) -> Text:
        """The line of the step path with its number."""
        return fill(self.step, self.number)


_SPAN_UNITS = frozenset({"hour", "working_hour", "calendar_day", "working_day", "month", "year"})


@dataclass(frozen=True)
class Section:
    """A heading and Markdown. `key`: see `vocabulary.MANDATORY_SECTIONS`; others may be added."""

    key: str
    heading: Text
    body: Text


@dataclass(frozen=True)
class ConductPart:
    """A group of conduct with everyday examples. `severity` is what it usually is, not a verdict."""

    code: str
    name: Text
    definition: Text
    examples: tuple[Text, ...] = ()
    severity: str = "serious"
    source: Source = EMPLOYER

    def __post_init__(self):
        _one_of(self.severity, GRAVITIES, "severity")


@dataclass(frozen=True)
class Measure:
    """A sanction or a remedy that may be chosen. Sanctions rise with `rank`."""

    code: str
    name: Text
    rank: int = 0
    source: Source = EMPLOYER


@dataclass(frozen=True)
class SanctionRow:
    """For this conduct ("*" = any) at this gravity, first time or repeated: from `least` to `most`."""

    conduct: str
    gravity: str
    repeat: bool
    least: str
    most: str

    def __post_init__(self):
        _one_of(self.gravity, GRAVITIES, "gravity")


@dataclass(frozen=True)
class Schedule:
    """The sanctions schedule: what there is, what is allowed for what, and what helps the person harmed.

    `third_party`: what can be required where whoever did it works for somebody else. Nobody can be warned or dismissed there.
    """

    measures: tuple[Measure, ...] = ()
    rows: tuple[SanctionRow, ...] = ()
    remedies: tuple[Measure, ...] = ()
    weighed: Text = EMPTY
    third_party: tuple[Measure, ...] = ()

    @property
    def every(self) -> tuple[Measure, ...]:
        """Everything that can be chosen, each with a code of its own kind."""
        return (*self.measures, *self.remedies, *self.third_party)

    def allowed(self, conduct: str, gravity: str, repeat: bool) -> tuple[Measure, ...]:
        """The measures the schedule allows, mildest first; a row for the conduct wins over one for any conduct."""
        rows = [row for row in self.rows if (row.gravity, row.repeat) == (gravity, repeat)]
        row = next((row for row in rows if row.conduct == conduct), None)
        row = row or next((row for row in rows if row.conduct == "*"), None)
        if row is None:
            return ()
        ranks = {measure.code: measure.rank for measure in self.measures}
        within = [m for m in self.measures if ranks[row.least] <= m.rank <= ranks[row.most]]
        return tuple(sorted(within, key=lambda measure: measure.rank))

    def problems(self) -> list[str]:
        """Rows that name a measure nobody defined, or run from the harsher to the milder."""
        ranks = {measure.code: measure.rank for measure in self.measures}
        wrong = [row for row in self.rows if row.least not in ranks or row.most not in ranks or ranks[row.least] > ranks[row.most]]
        return [f"{row.conduct}/{row.gravity}/{'repeat' if row.repeat else 'first'}" for row in wrong]


@dataclass(frozen=True)
class ChannelPart:
    """A way to reach us. `holder`: who reads or answers it, so that people can choose."""

    kind: str
    name: Text
    address: str = ""
    hours: Text = EMPTY
    languages: tuple[str, ...] = ()
    holder: Text = EMPTY
    note: Text = EMPTY
    source: Source = EMPLOYER

    def __post_init__(self):
        _one_of(self.kind, CHANNEL_KINDS, "channel")


@dataclass(frozen=True)
class Member:
    """A seat in the handling body: the role, and the person or team who holds it."""

    role: Text
    name: Text
    outside: bool = False


@dataclass(frozen=True)
class BodyPart:
    """Who handles complaints, and how that body must be composed (R19)."""

    name: Text = EMPTY
    members: tuple[Member, ...] = ()
    women_share_percent: int | None = None
    external_member: bool = False
    term_years: int | None = None
    quorum: int | None = None
    note: Text = EMPTY
    source: Source = EMPLOYER
    # How it establishes and decides: T16, R28, R32. The case pages read these and never a rule of their own.
    standard_of_proof: str = "more_likely"
    second_reader: bool = True
    comments_before_final: bool = True
    hear_affected_first: bool = True

    def __post_init__(self):
        _one_of(self.standard_of_proof, STANDARDS_OF_PROOF, "standard of proof")


@dataclass(frozen=True)
class SupportPart:
    """Help inside or outside. It is shown only once somebody has confirmed it (`confirmed_on`)."""

    kind: str
    name: Text
    phone: str = ""
    hours: Text = EMPTY
    note: Text = EMPTY
    url: str = ""
    emergency: bool = False
    confirmed_on: dt.date | None = None
    source: Source = EMPLOYER

    def __post_init__(self):
        _one_of(self.kind, SUPPORT_KINDS, "support")


@dataclass(frozen=True)
class TrainingRule:
    """Who must be trained, how long, by when, how often."""

    audience: str
    label: Text = EMPTY
    minutes: int | None = None
    first_due: Span | None = None
    first_due_from: str = ""
    recurrence: Span | None = None
    note: Text = EMPTY
    source: Source = EMPLOYER


@dataclass(frozen=True)
class RetentionRule:
    """How long a kind of record must and may be kept, counted from `trigger` (an event)."""

    record: str
    label: Text = EMPTY
    minimum: Span | None = None
    maximum: Span | None = None
    trigger: str = ""
    note: Text = EMPTY
    source: Source = EMPLOYER


@dataclass(frozen=True)
class Review:
    """When the policy itself is looked at again, and by whom."""

    next_date: dt.date | None = None
    who: Text = EMPTY


@dataclass(frozen=True)
class Adoption:
    """Who adopted this version, and when (R03)."""

    body: Text = EMPTY
    date: dt.date | None = None
    note: Text = EMPTY


@dataclass(frozen=True)
class Fact:
    """A fact of the profile kept beside the policy for reference, with its source (R44)."""

    key: str
    text: str
    source: Source = EMPLOYER


NO_SCHEDULE, NO_BODY, NO_REVIEW, NOT_ADOPTED = Schedule(), BodyPart(), Review(), Adoption()


@dataclass(frozen=True)
class Content:
    """Everything a policy version says."""

    title: Text = EMPTY
    summary: Text = EMPTY
    change_summary: Text = EMPTY
    sections: tuple[Section, ...] = ()
    limits: tuple[LimitPart, ...] = ()
    conduct: tuple[ConductPart, ...] = ()
    sanctions: Schedule = NO_SCHEDULE
    channels: tuple[ChannelPart, ...] = ()
    body: BodyPart = NO_BODY
    support: tuple[SupportPart, ...] = ()
    training: tuple[TrainingRule, ...] = ()
    retention: tuple[RetentionRule, ...] = ()
    review: Review = NO_REVIEW
    adoption: Adoption = NOT_ADOPTED
    facts: tuple[Fact, ...] = ()

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    def limit(self, limit_id: str) -> LimitPart | None:
        return next((limit for limit in self.limits if limit.id == limit_id), None)


PART_NAMES = tuple(Content.__dataclass_fields__)
