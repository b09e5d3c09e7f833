"""What the reporter's pages read without opening anything: promises, timeline, accesses, who reads. Nothing here decrypts or writes."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from audit.selectors import accesses
from complaints.clock_selectors import OPEN, PromiseRow, Window, promises_of, window_of
from complaints.models import Complaint, Deadline, Event, SeatRole, Statement, StatementKind
from complaints.public_words import EVENT_TITLES, PURPOSES_OF_ACCESS, role_from, role_words
from complaints.selectors import open_seats
from complaints.states import ENDED, PUBLIC, WAITING_PUBLIC, EventKind, State
from people.selectors import organisation, outsiders
from policy.outside import clock_words
from policy.selectors import outside_limits, support_contacts

# Promises that somebody opens the report, whichever comes first.
OPENING = frozenset({"open", "open_unsafe", "open_ahead"})


@dataclass(frozen=True)
class TimelineRow:
    """`also`: what else the same person did at the same moment."""

    title: str
    at: datetime
    by: str
    state: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccessRow:
    """Who opened what, from the audit rows that staff see too."""

    role: str
    name: str
    at: datetime
    what: str
    outside_team: bool


def zone_of() -> ZoneInfo:
    """The clock in which promises to reporters are dated."""
    return ZoneInfo(organisation().time_zone)


def promises(complaint: Complaint, lang: str, now: datetime) -> list[PromiseRow]:
    """Every promise the reporter sees, soonest first; labels come out in the language of the page (`lang`)."""
    return promises_of(complaint, now)


def promise_about(complaint: Complaint, limit_id: str) -> Deadline | None:
    """The newest open deadline of one limit: the date a page answers with after something was sent."""
    return complaint.deadlines.filter(OPEN, limit_id=limit_id).order_by("-starts_at", "-pk").first()


def asked_and_due(complaint: Complaint, limit_id: str) -> dict[datetime, Deadline]:
    """{moment of asking: the deadline that answers it} of a limit that runs from each request."""
    return {row.starts_at: row for row in complaint.deadlines.filter(limit_id=limit_id)}


def first_safety_answer(complaint: Complaint) -> Deadline | None:
    """The deadline that answers the wishes of the report itself."""
    return complaint.deadlines.filter(limit_id="safety_answer").first()


def exclusion_answer(complaint: Complaint) -> Deadline | None:
    """The newest promise to confirm that somebody is kept out, kept or open."""
    return complaint.deadlines.filter(limit_id="exclusion_confirm").order_by("-starts_at", "-pk").first()


def next_decision(complaint: Complaint) -> Deadline | None:
    """The next promised step on the way to a decision."""
    return complaint.deadlines.filter(OPEN, limit_id__in=("decide", "investigate")).order_by("due_at").first()


@dataclass(frozen=True)
class StatusWords:
    word: str
    sentence: str
    icon: str


_ICONS = {
    State.PRIVATE: "lock",
    State.RECEIVED: "clock",
    State.ACKNOWLEDGED: "eye",
    State.ASSESSED: "eye",
    State.DECIDED: "journal-check",
    State.NO_CASE: "journal-check",
    State.ACTION_TAKEN: "journal-check",
    State.AFTERCARE: "life-preserver",
    State.CLOSED: "check-circle",
}


def status(complaint: Complaint) -> StatusWords:
    """The status word everybody uses, and one sentence that says what it means."""
    if complaint.waiting_since and complaint.state not in ENDED:
        return StatusWords(*(str(text) for text in WAITING_PUBLIC), "hourglass-split")
    word, sentence = PUBLIC[complaint.state]
    return StatusWords(str(word), str(sentence), _ICONS.get(complaint.state, "search"))


def has_outcome(complaint: Complaint) -> bool:
    """Whether a letter with the outcome was released to the reporter: the fact names the decision."""
    return Event.objects.filter(complaint=complaint, kind=EventKind.DECISION_NOTIFIED).exclude(subject="").exists()


_OF_LATENESS = frozenset({EventKind.LATE, EventKind.ESCALATED_BY_CLOCK, EventKind.OVERSIGHT_TOLD})


def timeline(complaint: Complaint) -> list[TimelineRow]:
    """What happened so far, newest first. Internal facts are not in it."""
    events = Event.objects.filter(complaint=complaint, kind__in=EVENT_TITLES).select_related("by")
    # An informal way starts the checks as a decision does; what happened is its own row.
    events = events.exclude(kind=EventKind.DECISION_NOTIFIED, subject="informal")
    events = events.order_by("-at", "-pk")
    return [_row(list(same)) for _, same in groupby(events, key=lambda event: (event.at, event.by_id, event.by_role))]


def _row(events: list[Event]) -> TimelineRow:
    """One row for what one person did at one moment. “We wrote to you” is left out beside what was written."""
    kinds = list(dict.fromkeys(event.kind for event in events))
    told = [kind for kind in kinds if kind != EventKind.REPORTER_ANSWERED] or kinds
    event = events[0]
    return TimelineRow(
        title=str(EVENT_TITLES[told[0]]),
        also=tuple(str(EVENT_TITLES[kind]) for kind in told[1:]),
        at=event.at,
        by=" · ".join(str(part) for part in (role_words(event.by_role), event.by.display_name if event.by else "") if part),
        state="late" if _OF_LATENESS.intersection(kinds) else "",
    )


def access_list(complaint: Complaint) -> list[AccessRow]:
    """Who has opened the report, newest first: the same audit rows as the case page's Access tab."""
    names = {seat.user_id: seat.user.display_name for seat in complaint.seats.select_related("user")}
    outside = outsiders(names)
    rows = []
    for entry in accesses(complaint.pk):
        if entry.actor_kind == "reporter":
            continue
        user_id, role = whose_access(entry)
        rows.append(
            AccessRow(
                role=role_from(role, user_id in outside),
                name=names.get(user_id, ""),
                at=entry.at,
                what=str(PURPOSES_OF_ACCESS.get(entry.action, PURPOSES_OF_ACCESS[""])),
                outside_team=user_id not in names,
            )
        )
    return rows


def whose_access(entry) -> tuple[int | None, str]:
    """(account id, role) of an access. With the recovery key nobody signs in: the entry says who was let in."""
    return (entry.user_id, entry.role) if entry.user_id else (entry.facts.get("to"), entry.facts.get("role", ""))


def readers(complaint: Complaint) -> int:
    """How many people can open the report now."""
    roles = [SeatRole.INTAKE, SeatRole.HANDLER] + ([SeatRole.OVERSIGHT] if complaint.oversight_handles else [])
    return open_seats(complaint, *roles).values("user_id").distinct().count()


@dataclass(frozen=True)
class OutsideClock:
    """A limit of an outside route. `due` is known when the policy could reckon it."""

    label: str
    span: str
    due: date | None


def outside_clocks(complaint: Complaint, lang: str) -> list[OutsideClock]:
    """Limits of outside routes; they run on while the employer looks into it (T13)."""
    version = complaint.policy_version
    if version is None:
        return []
    due = dict(complaint.deadlines.filter(limit_id__in=[part.id for part in outside_limits(version)]).values_list("limit_id", "due_date"))
    return [OutsideClock(part.label.in_language(lang), clock_words(part, lang), due.get(part.id)) for part in outside_limits(version)]


def outside_help(complaint: Complaint, lang: str) -> list[tuple[str, str]]:
    """(name, phone) of help outside, from the policy."""
    version = complaint.policy_version
    return [(each.name.in_language(lang), each.phone) for each in support_contacts(version)] if version else []


def review_window(complaint: Complaint, now: datetime) -> Window | None:
    """The reporter's own window for asking for a review; None before there is a decision."""
    return window_of(complaint, "review_window", now)


def told_of_punishment(complaint: Complaint) -> bool:
    """Whether this reporter reported being punished for it. A report that a witness linked to this one is none of theirs.

    In a report that is about punishment itself the first such statement is the report.
    """
    own = Statement.objects.filter(complaint=complaint, kind=StatementKind.RETALIATION).count()
    return own > int(complaint.retaliation)
