"""Which policy governs, what it says and promises, and which calendar counts. Reads only."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import CharField, DateTimeField, Q, QuerySet

from people.models import Site
from people.selectors import organisation
from policy.calendars import RULES, WorkCalendar, add_months
from policy.deadlines import Deadline, Event, deadlines
from policy.limits import Span
from policy.models import CalendarDay, DayKind, PolicyVersion, SiteCalendar
from policy.parts import PART_NAMES, ChannelPart, Content, LimitPart, SupportPart
from policy.records import Text, load
from policy.requirements import TOKEN
from policy.vocabulary import LANGUAGES
from policy.wording import spaced, span_in_words
from vault.kept_queries import KeptQuery

ORGANISATION_KEY = "organisation"
_KEPT_CONTENTS = 16
_KEPT_VERSIONS = 32

_versions: OrderedDict[UUID, PolicyVersion] = OrderedDict()
_contents: OrderedDict[tuple, Content] = OrderedDict()
_calendars: dict[tuple, tuple[int, WorkCalendar]] = {}


# --- versions ------------------------------------------------------------------------------------


def policy_in_force(at: datetime) -> PolicyVersion | None:
    """The version that governs at an aware moment: what is received then stays bound to it. None before the first."""
    return version_by_id(_GOVERNING.first(at=at))


def _governing(at) -> QuerySet:
    versions = PolicyVersion.objects.filter(published_at__isnull=False, effective_at__lte=at).order_by("-effective_at", "-number")
    return versions.values_list("pk", flat=True)[:1]


_GOVERNING = KeptQuery(_governing, at=DateTimeField())


def version_for_contacts(at: datetime) -> PolicyVersion | None:
    """Whose phone numbers to show: the version in force; before the first one, that which comes into force next. None without either."""
    return policy_in_force(at) or published_versions(at).order_by("effective_at", "number").first()


def version_by_id(version_id: UUID | None) -> PolicyVersion | None:
    """A version by its identifier, None for None. Raises PolicyVersion.DoesNotExist.

    Published versions can't change and are large, so they are kept per process: don't write to what this returns. Only whether a later
    one superseded it may be out of date (`state`); ask the row itself for that.
    """
    if version_id is None:
        return None
    kept = _versions.get(version_id)
    if kept is not None:
        return kept
    version = PolicyVersion.objects.get(pk=version_id)
    if version.published_at is not None:
        _versions[version_id] = version
        if len(_versions) > _KEPT_VERSIONS:
            _versions.popitem(last=False)
    return version


def published_versions(at: datetime) -> QuerySet[PolicyVersion]:
    """Every version employees may read, newest first, with those that take effect later."""
    return PolicyVersion.objects.filter(published_at__isnull=False, published_at__lte=at).order_by("-effective_at", "-number")


def published_version(number: int, at: datetime) -> PolicyVersion | None:
    """A published version by its number."""
    return published_versions(at).filter(number=number).first()


def content_of(version: PolicyVersion) -> Content:
    """What a version says, as records. Kept per process for published versions, which can't change."""
    if version.published_at is None:
        return _content(version)
    key = (version.pk, version.content_hash)
    if key not in _contents:
        _contents[key] = _content(version)
        if len(_contents) > _KEPT_CONTENTS:
            _contents.popitem(last=False)
    return _contents[key]


def _content(version: PolicyVersion) -> Content:
    return load(Content, {name: getattr(version, name) for name in PART_NAMES}, f"policy version {version.number}")


# --- parts ---------------------------------------------------------------------------------------


def limit_parts(version: PolicyVersion) -> dict[str, LimitPart]:
    """The limits with their words, by id."""
    return {limit.id: limit for limit in content_of(version).limits}


def kept_at_most(version: PolicyVersion, record: str) -> Span | None:
    """How long a kind of record may be kept under this version; None when the policy does not say."""
    rule = next((each for each in content_of(version).retention if each.record == record), None)
    return rule.maximum if rule else None


def last_day(version: PolicyVersion, span: Span, day: date) -> date:
    """The last day of a span of calendar days, months or years after `day`, as the version's law counts them."""
    if span.unit == "calendar_day":
        return day + timedelta(days=span.value)
    return add_months(RULES[version.day_count], day, span.value * (12 if span.unit == "year" else 1))


def outside_limits(version: PolicyVersion) -> tuple[LimitPart, ...]:
    """Clocks of outside routes with a number. They run on while the employer looks into a report (T13)."""
    return tuple(limit for limit in content_of(version).limits if limit.outside and limit.number)


def channels(version: PolicyVersion) -> tuple[ChannelPart, ...]:
    return content_of(version).channels


def support_contacts(version: PolicyVersion) -> tuple[SupportPart, ...]:
    """Confirmed help only, emergencies first."""
    confirmed = [each for each in content_of(version).support if each.confirmed_on]
    return tuple(sorted(confirmed, key=lambda each: not each.emergency))


def number_of(version: PolicyVersion, limit_id: str, language: str) -> str:
    """ "2 working days" for a limit of this version, or "" when it has none."""
    limit = limit_parts(version).get(limit_id)
    return span_in_words(limit.number, language) if limit and limit.number else ""


def with_numbers(version: PolicyVersion, words: str, language: str) -> str:
    """Put the version's numbers and the organisation's name in place of [[tokens]]."""
    org = organisation()
    plain = {"organisation": org.name_in(language), "emergency": org.emergency_number}

    def value(match):
        name = match.group(1)
        return plain.get(name) or number_of(version, name, language) or match.group(0)

    return spaced(TOKEN.sub(value, words)) if TOKEN.search(words) else words


# --- calendars -----------------------------------------------------------------------------------


def calendar_key(site: Site | None) -> str:
    return f"site:{site.pk}" if site else ORGANISATION_KEY


def calendar_for(site: Site | None = None, *, day_count: str = "plain") -> WorkCalendar:
    """The working calendar of a site, or the organisation's where the site has none, counting by `day_count`.

    Kept per process; one small query tells whether it changed. Without any row: Monday to Friday, no known year.
    """
    key = calendar_key(site)
    rows = {row.key: row for row in _CALENDARS.all(key=key)}
    row = rows.get(key) or rows.get(ORGANISATION_KEY)
    rule = RULES[day_count]
    if row is None:
        return WorkCalendar(zone_name=site.time_zone if site else organisation().time_zone, rule=rule)
    cached = _calendars.get((row.pk, day_count))
    if cached is None or cached[0] != row.revision:
        cached = (row.revision, _calendar(row, rule))
        _calendars[row.pk, day_count] = cached
    return cached[1]


_CALENDARS = KeptQuery(lambda key: SiteCalendar.objects.filter(Q(key=key) | Q(key=ORGANISATION_KEY)), key=CharField())


def calendar_of(version: PolicyVersion | None, site: Site | None = None) -> WorkCalendar:
    """The calendar that dates a version's promises: the given site's, else the one the organisation names."""
    site = site or organisation().site
    return calendar_for(site, day_count=version.day_count if version else "plain")


def _calendar(row: SiteCalendar, rule) -> WorkCalendar:
    days = CalendarDay.objects.filter(year__calendar=row)
    by_kind = {kind: frozenset(day.date for day in days if day.kind == kind) for kind in DayKind.values}
    return WorkCalendar(
        zone_name=row.time_zone,
        working_week=frozenset(row.working_week),
        holidays=by_kind[DayKind.HOLIDAY],
        makeup_workdays=by_kind[DayKind.WORKDAY],
        office_hours=tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in row.office_hours),
        known_years=frozenset(row.years.filter(confirmed=True).values_list("year", flat=True)),
        rule=rule,
    )


@dataclass(frozen=True)
class SectionWords:
    """One section in one language, numbers filled in. `language` is what is really shown."""

    key: str
    heading: str
    body: str
    language: str


def section_words(version: PolicyVersion, language: str) -> list[SectionWords]:
    """The full text for a page in `language`; a section without a translation comes in the other language."""
    assert language in LANGUAGES  # noqa: S101 (a programming error, not input)
    return [
        SectionWords(
            section.key,
            section.heading.in_language(language),
            with_numbers(version, section.body.in_language(language), section.body.language_shown(language)),
            section.body.language_shown(language),
        )
        for section in content_of(version).sections
    ]


def untranslated(version: PolicyVersion, language: str) -> bool:
    """Whether something on the policy page must be shown in the other language."""
    content = content_of(version)
    texts = [content.title, content.summary, *(section.body for section in content.sections)]
    return any(text and text.language_shown(language) != language for text in texts)


def next_review(version: PolicyVersion) -> date | None:
    return content_of(version).review.next_date


# --- promises ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Promise:
    """One promised date. `due_date` is local to the organisation; `due_at` is the first moment at which it is late;
    `by_day` False means an exact time is promised. `outside`: a clock of an outside route.
    """

    limit_id: str
    label: Text
    text: Text
    due_at: datetime
    due_date: date
    by_day: bool
    outside: bool
    responsible: str


def promises(
    version: PolicyVersion | None,
    received_at: datetime,
    *,
    unsafe: bool = False,
    ahead_date: date | None = None,
    protection_asked: bool = False,
    incident_date: date | None = None,
    site=None,
) -> list[Promise]:
    """Every date that is certain the moment a report arrives, in order (R17). Empty when no policy is in force."""
    if version is None:
        return []
    return promises_of(
        content_of(version).limits,
        calendar_of(version, site),
        received_at,
        unsafe=unsafe,
        ahead_date=ahead_date,
        protection_asked=protection_asked,
        incident_date=incident_date,
    )


def promises_of(
    limits: Iterable[LimitPart],
    calendar: WorkCalendar,
    received_at: datetime,
    *,
    unsafe: bool = False,
    ahead_date: date | None = None,
    protection_asked: bool = False,
    incident_date: date | None = None,
) -> list[Promise]:
    """The same for any limits, so that an author sees the dates of a draft. Raises `policy.limits.NumbersMissing`."""
    events = [Event("complaint_received", received_at, id="received")]
    if unsafe:
        events.append(Event("unsafe_reported", received_at, id="unsafe"))
    if ahead_date:
        events.append(Event("event_ahead", received_at, id="ahead", date=ahead_date))
    if protection_asked:
        events.append(Event("protection_requested", received_at, id="protection"))
    if incident_date:
        events += [Event(kind, received_at, id=kind, date=incident_date) for kind in ("incident_last", "became_aware")]
    parts = {part.id: part for part in limits}
    found = deadlines(tuple(part.rule for part in parts.values()), events, calendar, received_at)
    return [_promise(each, parts[each.limit_id]) for each in found if each.due_at is not None]


def _promise(deadline: Deadline, part: LimitPart) -> Promise:
    return Promise(
        limit_id=part.id,
        label=part.label,
        text=part.promise_text(),
        due_at=deadline.due_at,
        due_date=deadline.due_date,
        by_day=deadline.by_day,
        outside=part.outside,
        responsible=part.responsible,
    )
