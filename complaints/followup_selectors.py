"""What the reporter's pages read without opening anything: promises, timeline, accesses, who reads. Nothing here decrypts or writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from audit.selectors import accesses
from complaints.models import Attachment, Complaint, Deadline, Event, SeatRole
from complaints.public_words import EVENT_TITLES, PURPOSES_OF_ACCESS, role_words
from complaints.selectors import open_seats
from complaints.states import ENDED, PUBLIC, WAITING_PUBLIC, State
from people.selectors import organisation
from policy.limits import HOUR_UNITS
from policy.selectors import calendar_of, content_of, outside_limits, support_contacts
from policy.wording import span_in_words


@dataclass(frozen=True)
class PromiseRow:
    """One promised date as the reporter sees it. `due` is a date, or a moment when an exact time was promised."""

    deadline: Deadline
    label: str
    due: date | datetime
    done: date | None
    state: str
    note: str = ""


@dataclass(frozen=True)
class Lateness:
    """How late the oldest missed promise is: `amount` of `unit` (working_days or hours)."""

    deadline: Deadline
    label: str
    amount: int
    unit: str


@dataclass(frozen=True)
class TimelineRow:
    title: str
    at: datetime
    by: str
    state: str = ""


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


def _parts(complaint: Complaint) -> dict:
    return {part.id: part for part in content_of(complaint.policy_version).limits} if complaint.policy_version else {}


def promises(complaint: Complaint, lang: str, now: datetime) -> list[PromiseRow]:
    """Every date promised to the reporter, kept, missed and open, soonest first. Windows of the reporter's own are not our promises."""
    parts, zone = _parts(complaint), zone_of()
    moved = {change.deadline_id for row in _deadlines(complaint) for change in row.changes.all() if change.kind == "extension"}
    ended = _ended_without(complaint)
    rows = []
    for row in _deadlines(complaint):
        part = parts.get(row.limit_id)
        if part is None or part.outside or not part.rule.is_ours:
            continue
        rows.append(
            PromiseRow(
                deadline=row,
                label=part.label.in_language(lang),
                due=row.due_at if part.unit in HOUR_UNITS else row.due_date,
                done=row.met_at.astimezone(zone).date() if row.met_at else None,
                state=_state(row, now, row.pk in moved, ended),
            )
        )
    return rows


def _deadlines(complaint: Complaint) -> list[Deadline]:
    if not hasattr(complaint, "_deadline_rows"):
        complaint._deadline_rows = list(complaint.deadlines.prefetch_related("changes").order_by("due_at", "pk"))
    return complaint._deadline_rows


def _ended_without(complaint: Complaint) -> bool:
    return complaint.state in ENDED or complaint.state == State.WITHDRAWN


def _state(row: Deadline, now: datetime, moved: bool, ended: bool) -> str:
    if row.met_at:
        return "met_late" if row.met_at >= row.due_at else "met"
    if ended or getattr(row, "ended_at", None):
        return "stopped"
    if now >= row.due_at:
        return "late"
    return "extended" if moved else "due"


def next_promise(rows: Iterable[PromiseRow]) -> PromiseRow | None:
    """The next date that is still ahead."""
    return next((row for row in rows if row.state in {"due", "extended"}), None)


def lateness(complaint: Complaint, rows: Iterable[PromiseRow], now: datetime) -> Lateness | None:
    """The oldest promise that is late now; None while everything is on time. Shown the day after, or after the hour promised."""
    oldest = next((row for row in rows if row.state == "late"), None)
    if oldest is None:
        return None
    if isinstance(oldest.due, datetime) and now - oldest.due < timedelta(days=1):
        return Lateness(oldest.deadline, oldest.label, max(1, int((now - oldest.due).total_seconds() // 3600)), "hours")
    days = _working_days_since(complaint, oldest.deadline.due_date, now)
    if days == 0:
        calendar_days = max(1, (now.astimezone(zone_of()).date() - oldest.deadline.due_date).days)
        return Lateness(oldest.deadline, oldest.label, calendar_days, "days")
    return Lateness(oldest.deadline, oldest.label, days, "working_days")


def _working_days_since(complaint: Complaint, due: date, now: datetime) -> int:
    calendar = calendar_of(complaint.policy_version)
    today = now.astimezone(zone_of()).date()
    return sum(calendar.is_working_day(due + timedelta(days=n)) for n in range(1, (today - due).days + 1))


def promise_about(complaint: Complaint, limit_id: str, now: datetime, subject: str = "") -> Deadline | None:
    """The newest open deadline of one limit: the date a page answers with after something was sent."""
    return complaint.deadlines.filter(limit_id=limit_id, met_at__isnull=True).order_by("-starts_at", "-pk").first()


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


def timeline(complaint: Complaint) -> list[TimelineRow]:
    """What happened so far, newest first. Internal facts are not in it."""
    events = Event.objects.filter(complaint=complaint, kind__in=EVENT_TITLES).select_related("by").order_by("-at", "-pk")
    return [
        TimelineRow(
            title=str(EVENT_TITLES[event.kind]),
            at=event.at,
            by=" · ".join(part for part in (role_words(event.by_role), event.by.display_name if event.by else "") if part),
            state="late" if event.kind in {"late", "escalated_by_clock", "oversight_told"} else "",
        )
        for event in events
    ]


def access_list(complaint: Complaint) -> list[AccessRow]:
    """Who has opened the report, newest first: the same audit rows as the case page's Access tab."""
    from_team = {seat.user_id for seat in complaint.seats.all()}
    names = {seat.user_id: seat.user.display_name for seat in complaint.seats.select_related("user")}
    rows = []
    for entry in accesses(complaint.pk):
        if entry.actor_kind == "reporter":
            continue
        rows.append(
            AccessRow(
                role=str(role_words(entry.role)),
                name=names.get(entry.user_id, ""),
                at=entry.at,
                what=str(PURPOSES_OF_ACCESS.get(entry.action, PURPOSES_OF_ACCESS[""])),
                outside_team=entry.user_id not in from_team,
            )
        )
    return rows


def open_by(complaint: Complaint) -> Deadline | None:
    """The earliest promise that somebody opens the report, while it is open."""
    return (
        complaint.deadlines.filter(limit_id__in=("open", "open_unsafe", "open_ahead"), met_at__isnull=True).order_by("due_at").first()
    )


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
    due = {row.limit_id: row.due_date for row in _deadlines(complaint)}
    return [OutsideClock(part.label.in_language(lang), span_in_words(part.number, lang), due.get(part.id)) for part in outside_limits(version)]


def outside_help(complaint: Complaint, lang: str) -> list[tuple[str, str]]:
    """(name, phone) of help outside, from the policy."""
    version = complaint.policy_version
    return [(each.name.in_language(lang), each.phone) for each in support_contacts(version)] if version else []


def attachments(complaint: Complaint) -> list[Attachment]:
    return list(Attachment.objects.filter(complaint=complaint).select_related("file", "message").order_by("number"))


def review_window(complaint: Complaint) -> Deadline | None:
    """The reporter's own window for asking for a review."""
    return complaint.deadlines.filter(limit_id="review_window").order_by("-starts_at").first()
