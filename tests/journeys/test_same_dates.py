"""Whatever the policy says and whatever happens: the receipt, the follow-up page, the rows of the database and the public table, reckoned
by hand with a wall calendar (`by_hand`), name the same dates.

The numbers are read off the public page as anybody reads them; what each limit runs from is written down here once more.
"""

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import tinyhtml5
from django.core.cache import cache
from django.db import connections, transaction
from django.test import Client
from django.utils.translation import gettext, override
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from audit.actors import staff
from complaints.models import Complaint, Deadline
from complaints.services.engine import INTERNAL
from complaints.services.events import happened
from people.models import Organisation
from policy import selectors, starter
from policy.demo import demo_content
from policy.limits import Span
from policy.models import CalendarDay, CalendarYear, PolicyVersion, SiteCalendar
from policy.order import contradictions
from policy.parts import Content, LimitPart
from policy.profiles import profiles
from policy.services import approve, create_from_profile, publish, save_content, submit
from tests.factories import cast
from tests.factories.browsers import unlock
from tests.factories.filing import Filed, file_story
from tests.journeys import by_hand
from tests.journeys.by_hand import Due, Wall
from vault.sessions import start_draft

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])

FIRST_DAY = date(2026, 3, 2)
SPAN_DAYS = 700
ZONES = ("Asia/Shanghai", "Asia/Kolkata", "Asia/Taipei", "Europe/Berlin", "America/New_York")
RECEIVED = "complaint_received"


@dataclass(frozen=True)
class Reads:
    """How a person reads a limit: what it runs from, and whether each of those facts starts it or only the first.

    `else_from`: what it runs from while the first has not happened. `again_after`: each of these starts it once more until one of
    `stops`. `or_after_end_of`: it runs from the end of that limit at the latest. `every`: it comes again and again, whatever was done.
    """

    runs_from: str
    each: bool = False
    else_from: str = ""
    again_after: str = ""
    or_after_end_of: str = ""
    every: bool = False
    stops: tuple[str, ...] = ()


BY_HAND = {
    "open": Reads(RECEIVED),
    "open_unsafe": Reads("unsafe_reported"),
    "open_ahead": Reads("event_ahead", each=True),
    "acknowledge": Reads(RECEIVED),
    "safety_answer": Reads(RECEIVED),
    "protection_answer": Reads("protection_requested", each=True),
    "plan": Reads(RECEIVED),
    "update": Reads(RECEIVED, again_after="update_sent", stops=("decision_notified", "case_closed")),
    "investigate": Reads(RECEIVED),
    "decide": Reads("findings_ready", each=True),
    "review_answer": Reads("review_requested", each=True),
    "respondent_review_answer": Reads("respondent_review_requested", each=True),
    "message_answer": Reads("reporter_wrote", each=True),
    "escalation_answer": Reads("escalated", each=True),
    "retaliation_answer": Reads("retaliation_reported", each=True),
    "exclusion_confirm": Reads("exclusion_asked", each=True),
    "withdrawal_answer": Reads("withdrawal_asked", each=True),
    "measure_review": Reads("measure_review_set", each=True),
    "implement": Reads("action_decided", each=True),
    "aftercare_1": Reads("decision_notified"),
    "aftercare_3": Reads("decision_notified"),
    "aftercare_6": Reads("decision_notified"),
    "accept": Reads("assigned", each=True),
    "objection_answer": Reads("objection_made", each=True),
    # India
    "serve": Reads(RECEIVED),
    "inquiry": Reads(RECEIVED),
    # EU
    "ack": Reads(RECEIVED),
    "feedback": Reads("acknowledged", or_after_end_of="ack"),
    # United States
    "federal_agency_inquiry": Reads(RECEIVED),
    # Taiwan
    "correct": Reads("became_aware", else_from=RECEIVED),
    "notify_complaint": Reads(RECEIVED),
    "close": Reads(RECEIVED),
    "notify_result": Reads("case_closed"),
    # Korea
    "grievance": Reads(RECEIVED),
    # Canada
    "contact_principal": Reads(RECEIVED),
    "contact_witness": Reads(RECEIVED),
    "begin_resolution": Reads(RECEIVED),
    "status_updates": Reads(RECEIVED, every=True, stops=("case_closed",)),
    "complete": Reads(RECEIVED),
}
# Facts that only the law's own procedures know; nothing on these pages can date them yet.
NEVER_HERE = {
    "exparte_trigger", "exparte_notice", "report", "act", "dismissal_window", "agree_investigator", "complete_after_absence", "fatality",
    "annual_report", "interim_leave_max", "adjust_until",
}  # fmt: skip
# Shown in the table, owed by somebody who is not the team.
OF_OTHERS = {"manager_duty", "police_domestic"}
HAPPENS = sorted(
    {reads.runs_from for reads in BY_HAND.values()} - {RECEIVED, "unsafe_reported", "event_ahead", "case_closed", "became_aware"}
    | {
        "update_sent",
        "opened",
        "safety_answered",
        "plan_told",
        "reporter_answered",
        "protection_answered",
        "review_answered",
        "respondent_review_answered",
    }
)


@pytest.fixture
def handlers_without_policy(company):
    """The people a report needs, before there is any policy; the two who write and approve it."""
    top = cast.make_person("001", "Gu Wenbo")
    for number, name, role in (
        ("020", "Lin Mei", "intake_officer"), ("021", "He Tao", "intake_officer"), ("022", "Xu Ning", "investigator"),
        ("024", "Deng Rui", "decision_maker"), ("025", "Song An", "oversight"),
    ):  # fmt: skip
        cast.make_person(number, name, role, manager=None if role == "oversight" else top.employee)
    admins = [cast.make_person(number, name, "policy_admin", keys=False) for number, name in (("010", "Pan Li"), ("011", "Qin Hua"))]
    return [admin.user for admin in admins]


# --- whatever the policy says -------------------------------------------------------------------------


def spans(unit: str) -> st.SearchStrategy:
    most = {"working_day": 30, "calendar_day": 120, "month": 14, "year": 2, "hour": 100, "working_hour": 30}[unit]
    return st.builds(Span, st.integers(1, most), st.just(unit))


any_span = st.sampled_from(["working_day", "calendar_day", "month", "year", "hour", "working_hour"]).flatmap(spans)
span_before = st.sampled_from(["working_day", "calendar_day"]).flatmap(spans)
span_of_days = st.sampled_from(["working_day", "calendar_day", "month"]).flatmap(spans)


@st.composite
def walls(draw) -> Wall:
    days = st.integers(0, SPAN_DAYS).map(lambda n: FIRST_DAY + timedelta(days=n))
    off = draw(st.frozensets(days, max_size=25))
    return Wall(
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        weekdays=draw(st.sampled_from([frozenset(range(5)), frozenset(range(6)), frozenset({0, 1, 2, 3, 6}), frozenset(range(7))])),
        days_off=off,
        # Somebody works on a day of the calendar that the others have off.
        extra_days=draw(st.frozensets(days, max_size=8)) - off,
        hours=draw(st.sampled_from([((time(9), time(12)), (time(13), time(18))), ((time(8, 30), time(17)),)])),
        law="",
    )


@dataclass(frozen=True)
class Story:
    """One report: when it came, what it said, and what happened afterwards (kind, minutes after the one before, days ahead)."""

    received: datetime
    unsafe: bool
    ahead_in: int | None
    then: tuple[tuple[str, int, int], ...]
    closed: bool


stories = st.builds(
    Story,
    received=st.integers(0, 300 * 24 * 60).map(lambda n: datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=n)),
    unsafe=st.booleans(),
    ahead_in=st.none() | st.integers(0, 60),
    then=st.lists(st.tuples(st.sampled_from(HAPPENS), st.integers(1, 20 * 24 * 60), st.integers(0, 90)), max_size=12).map(tuple),
    closed=st.booleans(),
)


OF_DAYS = ("update", "status_updates", "ack")


@st.composite
def numbers(draw) -> dict[str, Span]:
    """A number for every limit that somebody here may owe. Some shapes can't have every unit."""
    found = {name: draw(any_span) for name in BY_HAND}
    # A limit that runs from the end of this one runs from a day.
    found |= {name: draw(span_of_days) for name in OF_DAYS}
    found["open_ahead"] = draw(span_before)
    found["measure_review"] = draw(st.just(Span(0, "calendar_day")) | span_of_days)
    return found


def put_up(wall: Wall) -> None:
    """The same calendar for the portal."""
    Organisation.objects.update(time_zone=wall.zone.key, site=None)
    forget()
    row = SiteCalendar.objects.create(
        key=selectors.ORGANISATION_KEY,
        country="CN",
        time_zone=wall.zone.key,
        working_week=sorted(wall.weekdays),
        office_hours=[[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in wall.hours],
    )
    years = {n: CalendarYear.objects.create(calendar=row, year=n, confirmed=True, seeded_at=datetime.now(UTC)) for n in range(2026, 2029)}
    for kind, days in (("holiday", wall.days_off), ("workday", wall.extra_days)):
        CalendarDay.objects.bulk_create(CalendarDay(year=years[day.year], date=day, kind=kind, source="import") for day in days)


def _numbered(limit: LimitPart, wanted: dict[str, Span]) -> LimitPart:
    """With the number of this example, or one where the law leaves it open."""
    span = wanted.get(limit.id)
    if span is None and limit.value is None:
        span = Span(5, "working_day")
    return replace(limit, value=span.value, unit=span.unit) if span else limit


def in_order(content: Content) -> Content:
    """No step is promised before the one it follows: such a policy is not published. One of the two takes over the other's number."""
    while pair := next(contradictions(content), None):
        wrong, right = pair if pair[1].id in OF_DAYS else reversed(pair)
        limits = [replace(each, value=right.value, unit=right.unit) if each is wrong else each for each in content.limits]
        content = replace(content, limits=tuple(limits))
    return content


def publish_with(profile_id: str, wanted: dict[str, Span], *, by, approver, now: datetime) -> PolicyVersion:
    """The profile's policy with these numbers, in force at once."""
    version = create_from_profile(profile_id=profile_id, by=by, now=now)
    content = demo_content(selectors.content_of(version), today=now.date(), by=by, now=now)
    limits = [_numbered(limit, wanted) for limit in content.limits]
    content = in_order(replace(content, limits=tuple(limits)))
    version = save_content(version=version, content=content, row_version=version.row_version, by=by, now=now)
    version = approve(version=submit(version=version, by=by, now=now), by=approver, now=now)
    return publish(version=version, effective_date=selectors.calendar_of(version).local_date(now), by=approver, now=now)


# --- the four places ------------------------------------------------------------------------------------


def tree(response):
    assert response.status_code == 200, response.content.decode()[-2000:]
    return tinyhtml5.parse(response.content.decode(), namespace_html_elements=False)


def words_of(element) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def when(element) -> date | datetime:
    stamp = element.find(".//time").get("datetime")
    return datetime.fromisoformat(stamp).astimezone(UTC) if "T" in stamp else date.fromisoformat(stamp)


def on_the_receipt(filed: Filed, now: datetime, lang: str) -> set:
    """{(label, date or moment)} as the receipt lists them."""
    client = Client()
    response = client.get("/cookies/")
    start_draft(response, draft_id=filed.complaint.pk, secret=filed.secret, idle_seconds=1200, now=now)
    client.cookies.update(response.cookies)
    page = tree(client.get("/r/sent/", headers={"accept-language": lang}))
    rows = [row for row in page.iter("div") if row.get("class") == "summary-row" and row.find("./dd/time") is not None]
    return {(words_of(row.find("./dt")), when(row.find("./dd"))) for row in rows}


def on_the_page(filed: Filed, now: datetime, lang: str) -> set:
    """{(label, date or moment)} of the table of promises on the follow-up page."""
    client = Client()
    unlock(client, kind="reporter", subject_id=filed.complaint.receipt_id, secret=filed.keyring.seed, now=now)
    page = tree(client.get("/f/home/", headers={"accept-language": lang}))
    table = next(each for each in page.iter("table") if "promises" in each.get("class", ""))
    return {(words_of(row.find("./th/span")), when(row.findall("./td")[0])) for row in table.find("./tbody").iter("tr")}


def in_the_database(complaint: Complaint, labels: dict, now: datetime) -> set:
    rows = Deadline.objects.filter(complaint=complaint, starts_at__lte=now)
    return {(row.limit_id, row.due_date, row.due_at) for row in rows}


def on_the_wall(lang: str) -> dict[str, tuple[int, str]]:
    """{label: number} as the public page tells everybody."""
    page = tree(Client().get("/p/", headers={"accept-language": lang}))
    with override(lang):
        caption = gettext("Time limits, and who answers for them")
    table = next(each for each in page.iter("table") if words_of(each.find("./caption")) == caption)
    rows = table.find("./tbody").iter("tr")
    return {(row.find("./th").text or "").strip(): by_hand.number_in(words_of(row.findall("./td")[0])) for row in rows}


# --- reckoned by hand -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    kind: str
    at: datetime
    about: date | None = None


class Reader:
    """Somebody with the public table, the wall calendar and a list of what happened."""

    def __init__(self, wall: Wall, table: dict[str, tuple[int, str]], facts: list[Fact], now: datetime):
        self.wall, self.table, self.facts, self.now = wall, table, sorted(facts, key=lambda fact: fact.at), now

    def all(self) -> set:
        return {(limit, due) for limit in self.table if limit in BY_HAND for due in self.dues(limit)}

    def dues(self, limit: str) -> list[Due]:
        reads = BY_HAND[limit]
        starts = [fact for fact in self.facts if fact.kind == reads.runs_from]
        if not starts and reads.else_from:
            starts = [fact for fact in self.facts if fact.kind == reads.else_from]
        if reads.again_after:
            starts = [starts[0], *self.answers_until_stopped(reads)]
        elif not reads.each:
            starts = starts[:1]
        if reads.every:
            return self.again_and_again(limit, reads, starts[0])
        if reads.or_after_end_of:
            return [self.from_first_or_end(limit, reads, starts)]
        return [self.one(limit, fact) for fact in starts]

    def one(self, limit: str, fact: Fact) -> Due:
        number, day = self.table[limit], fact.about or self.wall.date_of(fact.at)
        if limit != "open_ahead":
            return by_hand.after(self.wall, number, fact.at, day)
        # Something that is nearly there: answered within four working hours, even when that is after the day it should be.
        soon = by_hand.after(self.wall, (4, "working_hour"), fact.at, self.wall.date_of(fact.at))
        found = max(by_hand.before(self.wall, number, day), soon, key=lambda due: due.late_from)
        return replace(found, moment=None)

    def answers_until_stopped(self, reads: Reads) -> list[Fact]:
        stop = min((fact.at for fact in self.facts if fact.kind in reads.stops), default=None)
        return [fact for fact in self.facts if fact.kind == reads.again_after and (stop is None or fact.at <= stop)]

    def again_and_again(self, limit: str, reads: Reads, first: Fact) -> list[Due]:
        count, unit = self.table[limit]
        stop = min((fact.at for fact in self.facts if fact.kind in reads.stops), default=None)
        found, begins = [], first.at
        while begins <= self.now and (stop is None or begins < stop):
            found.append(by_hand.after(self.wall, (count * (len(found) + 1), unit), first.at, self.wall.date_of(first.at)))
            begins = found[-1].late_from
        return found

    def from_first_or_end(self, limit: str, reads: Reads, starts: list[Fact]) -> Due:
        end = self.dues(reads.or_after_end_of)[0]
        if starts and starts[0].at <= end.late_from:
            return self.one(limit, starts[0])
        return by_hand.after(self.wall, self.table[limit], end.late_from, end.day)


def as_shown(found: set, table: dict, labels: dict) -> set:
    """What pages show: the day, or the exact time where hours were promised."""
    return {(labels[limit], due.moment if table[limit][1] in ("hour", "working_hour") and due.moment else due.day) for limit, due in found}


# --- the property ---------------------------------------------------------------------------------------


EXAMPLES = int(os.environ.get("EXAMPLES", "20"))


def test_every_limit_is_written_down_here_once_more():
    """A new limit that the team owes needs its line in BY_HAND: what does it run from?"""
    known = {*BY_HAND, *NEVER_HERE, *OF_OTHERS}
    owed = {limit.id for limit in starter.limits() if limit.rule.is_ours}
    owed |= {limit.id for each in profiles().values() for limit in each.limits if limit.rule.is_ours}
    assert owed <= known


# Not shrunk: an example takes a second, and what differs is in the message.
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(
    profile_id=st.sampled_from(sorted(profiles())),
    wall=walls(),
    wanted=numbers(),
    story=stories,
    lang=st.sampled_from(["en", "zh-hans"]),
)
def test_the_same_dates_everywhere(company, handlers_without_policy, profile_id, wall, wanted, story, lang):
    by, approver = handlers_without_policy
    with pytest.MonkeyPatch.context() as patch, undone():
        clock = [story.received - timedelta(days=30)]
        patch.setattr("django.utils.timezone.now", lambda: clock[0])
        wall = replace(wall, law=profiles()[profile_id].day_count)
        put_up(wall)
        version = publish_with(profile_id, wanted, by=by, approver=approver, now=clock[0])
        ids = {limit.label.in_language(lang): limit.id for limit in selectors.content_of(version).limits if not limit.outside}
        labels = {limit_id: label for label, limit_id in ids.items()}
        table = {ids[label]: number for label, number in on_the_wall(lang).items()}
        owed = {part.id for part in selectors.content_of(version).limits if part.responsible in INTERNAL}

        # It arrives.
        clock[0] = story.received
        ahead = None if story.ahead_in is None else wall.date_of(story.received) + timedelta(days=story.ahead_in)
        filed = file_story(now=clock[0], language=lang, wishes=(), not_safe=story.unsafe, ahead_date=ahead)
        facts = [Fact(RECEIVED, story.received)]
        facts += [Fact("unsafe_reported", story.received)] * story.unsafe
        facts += [Fact("event_ahead", story.received, ahead)] * (ahead is not None)
        assert_same(filed, Reader(wall, table, facts, clock[0]), labels, lang, owed, receipt=True)

        # And things happen.
        actor = staff(by, "intake")
        for kind, minutes, days in (*story.then, *(("case_closed", 600, 0),) * story.closed):
            clock[0] += timedelta(minutes=minutes)
            about = wall.date_of(clock[0]) + timedelta(days=days) if kind == "measure_review_set" else None
            with transaction.atomic():
                happened(complaint=filed.complaint, kind=kind, by=actor, now=clock[0], date=about, subject=str(minutes))
            facts.append(Fact(kind, clock[0], about))
        assert_same(filed, Reader(wall, table, facts, clock[0]), labels, lang, owed)


@contextmanager
def undone():
    """Take back what an example wrote: what is published can't be deleted. By hand, so that it is no transaction of the product's."""
    for connection in connections.all():
        connection.cursor().execute("SAVEPOINT example")
    try:
        yield
    finally:
        for connection in connections.all():
            connection.cursor().execute("ROLLBACK TO SAVEPOINT example")
            connection.run_on_commit = []
        forget()


def forget() -> None:
    """What a process keeps between requests."""
    cache.clear()
    selectors._calendars.clear()


def assert_same(filed: Filed, reader: Reader, labels: dict, lang: str, owed: set, receipt: bool = False) -> None:
    found = {(limit, due) for limit, due in reader.all() if limit in owed}
    now = reader.now
    assert in_the_database(filed.complaint, labels, now) == {(limit, due.day, due.late_from) for limit, due in found}
    shown = as_shown(found, reader.table, labels)
    assert on_the_page(filed, now, lang) == shown
    if receipt:
        assert on_the_receipt(filed, now, lang) == shown
