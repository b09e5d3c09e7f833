"""What of the training numbers may be shown to whoever is no training administrator (E7): oversight, and whoever leads people.

Whole months and one breakdown only, units below ten people together, small numbers hidden (`people.small_numbers`). Nobody can subtract one
day from the next or one cut from another.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from people.lines import everyone_below
from people.models import Employee, Unit
from people.selectors import today
from people.small_numbers import LEAST_BASE, Protected, Said, Share, alone, protect
from training import coverage
from training.coverage import AsOf, Counts
from training.models import AnswerCount, Course, CourseVersion
from training.parts import CourseContent, Part
from training.selectors import content_of, courses, published_version
from training.vocabulary import GOOD_FITS

MONTHS = 12
# Labels of groups: one unit (its name), one with the small ones, all the small ones, all there are.
ONE, AND_SMALL, SMALL, ALL = "one", "and_small", "small", "all"


def last_month_end(now: datetime) -> date:
    """The last day of the month before this one, where the organisation is."""
    return today(now).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True)
class Group:
    """Units that are shown as one line. `kind`: one of the words above; `people`: how many are in it."""

    kind: str
    name: str
    people: int
    units: tuple


def groups(people: dict) -> list[Group]:
    """The uppermost units (those below the single top, where there is one), each with at least ten of `people`: {unit id: how many}.

    Smaller ones are one line together; where even that is too small, it joins the smallest other. None when there are fewer than ten.
    """
    names, top_of = _tops()
    size: Counter = Counter()
    below: dict = {}
    for unit, number in people.items():
        top = top_of.get(unit)
        size[top] += number
        below.setdefault(top, []).append(unit)
    large = sorted((top for top in size if top is not None and size[top] >= LEAST_BASE), key=lambda top: names[top])
    small = [top for top in size if top not in large]
    found = [Group(ONE, names[top], size[top], tuple(below[top])) for top in large]
    rest = sum(size[top] for top in small)
    units = tuple(unit for top in small for unit in below[top])
    if rest >= LEAST_BASE:
        return [*found, Group(SMALL if found else ALL, "", rest, units)]
    if rest and found:
        least = min(found, key=lambda each: each.people)
        found[found.index(least)] = Group(AND_SMALL, least.name, least.people + rest, least.units + units)
    return found


def _tops() -> tuple[dict, dict]:
    """({unit id: name}, {unit id: the uppermost unit it belongs to}). A single root is not a group: its children are."""
    rows = {pk: (name, parent) for pk, name, parent in Unit.objects.values_list("pk", "name", "parent_id")}
    roots = [pk for pk, (_name, parent) in rows.items() if parent is None]
    single = roots[0] if len(roots) == 1 and len(rows) > 1 else None
    tops = {pk: _top(pk, rows, single) for pk in rows}
    return {pk: name for pk, (name, _parent) in rows.items()}, tops


def _top(unit: int, rows: dict, single: int | None) -> int:
    seen: set[int] = set()
    while unit not in seen:
        seen.add(unit)
        parent = rows[unit][1]
        if parent is None or parent == single:
            return unit
        unit = parent
    return unit


@dataclass(frozen=True)
class Shown:
    """One course as it may be shown. `lines`: (group, share who have it); None of both where fewer than ten people are asked."""

    course: Course
    content: CourseContent
    lines: list[tuple[Group, Share]]
    total: Share | None


def course_numbers(now: datetime) -> list[Shown]:
    """Who has the training that is given now, as of the end of the last month."""
    at = coverage.as_of(last_month_end(now), now)
    found = []
    for course in courses():
        version = published_version(course)
        if version:
            found.append(_shown(course, content_of(version), at))
    return found


def _shown(course: Course, content: CourseContent, at: AsOf) -> Shown:
    own = coverage.by_column(course, at, "unit_id")
    cut = groups({unit: counts.total for unit, counts in own.items()})
    if not cut:
        return Shown(course, content, [], None)
    numbers = [sum((own[unit] for unit in group.units), Counts()) for group in cut]
    safe = protect([(counts.done, counts.total) for counts in numbers])
    return Shown(course, content, list(zip(cut, safe.shares, strict=True)), safe.total)


def numbers_of_line(leader: Employee, now: datetime) -> list[tuple[CourseContent, Share]]:
    """The same of everybody below `leader`, in one number a course; only where ten or more of them are asked."""
    at = coverage.as_of(last_month_end(now), now)
    below = everyone_below(leader.pk).values("pk")
    found = []
    for course in courses():
        version = published_version(course)
        counts = coverage.total_of(coverage.standing(course, at).filter(pk__in=below)) if version else Counts()
        if counts.total >= LEAST_BASE:
            found.append((content_of(version), alone(counts.done, counts.total)))
    return found


# --- answers ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PartAnswers:
    """How one question was answered. `choices`: (choice, how it fits, share), None where too few did; `good`: share of good ones."""

    part: Part
    number: int
    choices: list[tuple[str, str, Share]] | None
    good: Share | None

    @property
    def weakness(self) -> int:
        """For the order of the page: the lower the share of good answers, the earlier."""
        return 101 if self.good is None or self.good.percent is None else self.good.percent


@dataclass(frozen=True)
class CourseAnswers:
    """The answers in one version over whole months. `by_group`: the share of good answers of groups of ten people or more."""

    version: CourseVersion
    since: date
    until: date
    parts: list[PartAnswers]
    by_group: list[tuple[Group, Share]]


def answers(version: CourseVersion, now: datetime) -> CourseAnswers:
    """What was answered in this version in the last twelve whole months, without anybody's name (the rows have none)."""
    until = last_month_end(now)
    since = _months_before(until, MONTHS)
    rows = list(
        AnswerCount.objects.filter(version=version, month__gte=since, month__lte=until).values_list("unit_id", "part", "choice", "number")
    )
    content = content_of(version)
    asking = [(number, part) for number, part in enumerate(content.parts, 1) if part.asks]
    parts = [_part_answers(number, part, rows) for number, part in asking]
    ordered = sorted(parts, key=lambda each: (each.choices is None, each.weakness, each.number))
    return CourseAnswers(version, since, until, ordered, _by_group({part.id: part for _number, part in asking}, rows))


def _months_before(until: date, months: int) -> date:
    first = until.replace(day=1)
    for _month in range(months - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _part_answers(number: int, part: Part, rows: list) -> PartAnswers:
    count: Counter = Counter()
    for _unit, part_id, choice, how_often in rows:
        if part_id == part.id:
            count[choice] += how_often
    offered = part.choices()
    base = sum(count[choice] for choice in offered)
    safe: Protected = protect([(count[choice], base) for choice in offered])
    # Who skipped the scene is not told. The number of answers is known, so nothing is shown where it would give a hidden one away.
    if base < LEAST_BASE or safe.total.said != Said.EXACT:
        return PartAnswers(part, number, None, None)
    good = sum(count[choice] for choice in offered if part.fits(choice) in GOOD_FITS)
    shares = [(choice, part.fits(choice), share) for choice, share in zip(offered, safe.shares, strict=True)]
    shown_all = all(share.said == Said.EXACT for _choice, _fit, share in shares)
    return PartAnswers(part, number, shares, alone(good, base) if shown_all else None)


def _by_group(parts: dict, rows: list) -> list[tuple[Group, Share]]:
    answered: dict = {}
    good: Counter = Counter()
    for unit, part_id, choice, how_often in rows:
        part = parts.get(part_id)
        if part is None or choice not in part.choices():
            continue
        answered.setdefault(unit, Counter())[part_id] += how_often
        if part.fits(choice) in GOOD_FITS:
            good[unit] += how_often
    # Everybody who finished has answered each question once: the question answered most often tells how many they are.
    cut = groups({unit: max(each.values()) for unit, each in answered.items()})
    numbers = [(sum(good[unit] for unit in group.units), sum(sum(answered[unit].values()) for unit in group.units)) for group in cut]
    safe = protect(numbers)
    # The sum follows from the answers to each question above.
    return list(zip(cut, safe.shares, strict=True)) if safe.total.said == Said.EXACT else []
