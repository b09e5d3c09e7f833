"""What is to be signed, what was signed, and how far a campaign has come. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from people.lines import everyone_below, units_below
from people.models import Employee, Unit
from people.selectors import employee_of
from policy.models import Acknowledgement, Campaign, CampaignState, Ended

_OPEN = Q(signed_at__isnull=True, ended_at__isnull=True)
_SIGNED = Q(signed_at__isnull=False)
# Who is not signed stays on the list when the campaign is closed; leavers and people on leave are out of scope.
_OUTSTANDING = _OPEN | Q(ended_reason=Ended.CLOSED)
_RUNNING = Q(campaign__state__in=[CampaignState.GATHERING, CampaignState.RUNNING])

# Lists need the number of a version, not its whole text.
_LISTED = ("due_at", "due_date", "signed_at", "campaign__version__number")

SHOWN = ("late", "outstanding", "signed", "aside")


# --- one person -----------------------------------------------------------------------------------


def due_for(user) -> list[Acknowledgement]:
    """What this account's person still has to sign, the most urgent first."""
    mine = Acknowledgement.objects.filter(_OPEN, _RUNNING, employee__user_id=user.pk)
    return list(mine.select_related("campaign__version").only(*_LISTED).order_by("due_at", "pk"))


def signed_for(user) -> list[Acknowledgement]:
    """What this account's person has signed, the newest first."""
    mine = Acknowledgement.objects.filter(_SIGNED, employee__user_id=user.pk)
    return list(mine.select_related("campaign__version").only(*_LISTED).order_by("-signed_at", "pk"))


def row_for(user, row_id) -> Acknowledgement | None:
    """One row of this account's own person; None for anybody else's."""
    mine = Acknowledgement.objects.select_related("campaign__version", "employee")
    return mine.filter(pk=row_id, employee__user_id=user.pk).first()


@dataclass(frozen=True)
class Acknowledged:
    """A version that somebody signed. `content_hash`: of the version as it was signed; `method`: "portal" or "paper"."""

    version_id: object
    version_number: int
    content_hash: str
    signed_at: datetime
    method: str


def acknowledged_versions(employee: Employee, at: datetime) -> list[Acknowledged]:
    """Which versions this person had signed by the moment `at`, and when first; the newest signature first."""
    rows = Acknowledgement.objects.filter(employee=employee, signed_at__lte=at).order_by("signed_at", "pk")
    first: dict = {}
    columns = ("campaign__version_id", "campaign__version__number", "version_hash", "signed_at", "method")
    for row in rows.values_list(*columns):
        first.setdefault((row[0], row[2]), Acknowledged(*row))
    return sorted(first.values(), key=lambda each: each.signed_at, reverse=True)


@dataclass(frozen=True)
class Asked:
    """A version that was put before somebody who has not signed it. `since`: the first moment at which they could."""

    version_number: int
    since: datetime


def asked_versions(employee: Employee, at: datetime) -> list[Asked]:
    """Versions this person was asked to sign by `at` and had not, the newest first. Whoever was on leave then was not asked."""
    rows = Acknowledgement.objects.filter(Q(ended_reason="") | Q(ended_reason=Ended.CLOSED), employee=employee, starts_at__lte=at)
    signed = {each.version_number for each in acknowledged_versions(employee, at)}
    first: dict[int, datetime] = {}
    for number, since in rows.order_by("starts_at").values_list("campaign__version__number", "starts_at"):
        first.setdefault(number, since)
    return [Asked(number, first[number]) for number in sorted(set(first) - signed, reverse=True)]


# --- a campaign -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """Numbers of one campaign, unit or line. `total`: signed and outstanding together; `late` is part of `outstanding`."""

    signed: int = 0
    outstanding: int = 0
    late: int = 0

    @property
    def total(self) -> int:
        return self.signed + self.outstanding

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means everybody."""
        return 100 * self.signed // self.total if self.total else 0

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(self.signed + other.signed, self.outstanding + other.outstanding, self.late + other.late)


def campaigns() -> QuerySet[Campaign]:
    return Campaign.objects.select_related("version", "unit").order_by("-created_at", "pk")


def earlier_still_open(of: Campaign) -> QuerySet[Campaign]:
    """Re-issues of the same or an earlier version that still ask for signatures: whoever is in both is asked twice."""
    open_ones = campaigns().filter(state__in=[CampaignState.GATHERING, CampaignState.RUNNING])
    return open_ones.filter(version__number__lte=of.version.number).exclude(pk=of.pk)


def campaign(campaign_id) -> Campaign | None:
    return campaigns().filter(pk=campaign_id).first()


def _in_scope(of: Campaign, leader: Employee | None) -> QuerySet[Acknowledgement]:
    """Rows of a campaign; with `leader`, only those of the people below."""
    rows = Acknowledgement.objects.filter(campaign=of)
    return rows.filter(employee__in=everyone_below(leader.pk).values("pk")) if leader else rows


def _counts(of: Campaign, now: datetime) -> dict:
    until = of.closed_at or now
    return {
        "signed": Count("pk", filter=_SIGNED),
        "outstanding": Count("pk", filter=_OUTSTANDING),
        "late": Count("pk", filter=_OUTSTANDING & Q(due_at__lte=until)),
    }


def numbers(of: Campaign, now: datetime, *, leader: Employee | None = None) -> Numbers:
    """How many have signed, have not, and are late."""
    return Numbers(**_in_scope(of, leader).aggregate(**_counts(of, now)))


@dataclass(frozen=True)
class UnitLine:
    """A unit with everything below it. `unit` None: people without a unit, or those directly in the unit that is shown."""

    unit: Unit | None
    count: Numbers
    has_more: bool


def by_unit(of: Campaign, now: datetime, *, unit: Unit | None = None, leader: Employee | None = None) -> list[UnitLine]:
    """The units one level below `unit` (the uppermost ones without it), each with everything below it, by name."""
    rows = _in_scope(of, leader).values_list("employee__unit_id").annotate(**_counts(of, now))
    own = {unit_id: Numbers(signed, outstanding, late) for unit_id, signed, outstanding, late in rows.order_by()}
    children: dict = {}
    for each in Unit.objects.order_by("name", "pk"):
        children.setdefault(each.parent_id, []).append(each)
    here = unit.pk if unit else None
    lines = [UnitLine(each, _rolled_up(each.pk, own, children), each.pk in children) for each in children.get(here, [])]
    if here in own:
        lines.append(UnitLine(None, own[here], False))
    return [line for line in lines if line.count.total]


def _rolled_up(unit_id: int, own: dict, children: dict) -> Numbers:
    total, frontier = Numbers(), [unit_id]
    seen: set[int] = set()
    while frontier:
        pk = frontier.pop()
        if pk in seen:
            continue
        seen.add(pk)
        total += own.get(pk, Numbers())
        frontier += [child.pk for child in children.get(pk, [])]
    return total


def unit_path(unit: Unit | None) -> list[Unit]:
    """The unit and those above it, the uppermost first."""
    path: list[Unit] = []
    while unit is not None and unit not in path:
        path.insert(0, unit)
        unit = unit.parent
    return path


def unit_of_code(code: str) -> Unit | None:
    return Unit.objects.select_related("parent").filter(code=code).first() if code else None


def people_of(
    of: Campaign, now: datetime, *, show: str, unit: Unit | None = None, leader: Employee | None = None, words: str = ""
) -> QuerySet[Acknowledgement]:
    """One of the lists in SHOWN, with the people of `unit` and below, by `words` of a name or number, the longest waiting first."""
    until = of.closed_at or now
    wanted = {
        "late": _OUTSTANDING & Q(due_at__lte=until),
        "outstanding": _OUTSTANDING,
        "signed": _SIGNED,
        "aside": Q(ended_reason__in=[Ended.LEAVE, Ended.LEFT]),
    }
    rows = _in_scope(of, leader).filter(wanted[show]).select_related("employee__unit", "campaign")
    if unit:
        rows = rows.filter(employee__unit_id__in=units_below(unit.pk))
    if words:
        rows = rows.filter(Q(employee__name__icontains=words) | Q(employee__other_name__icontains=words) | Q(employee__number=words))
    return rows.order_by("-signed_at" if show == "signed" else "due_at", "employee__number")


def row_of(of: Campaign, row_id) -> Acknowledgement | None:
    rows = Acknowledgement.objects.select_related("campaign__version", "employee__unit", "employee__user", "recorded_by", "paper__file")
    return rows.filter(campaign=of, pk=row_id).first()


def for_leader(user, now: datetime) -> list[tuple[Campaign, Numbers]]:
    """Every campaign that concerns somebody below this account's person, with the numbers of their line."""
    leader = employee_of(user)
    if leader is None:
        return []
    started = campaigns().exclude(state=CampaignState.DRAFT)
    found = [(each, numbers(each, now, leader=leader)) for each in started]
    return [(each, count) for each, count in found if count.total]


COLUMNS = (
    "employee__number", "employee__name", "employee__other_name", "employee__unit__name", "employee__site__name", "due_date", "due_at",
    "signed_at", "method", "version_hash", "ended_reason",
)  # fmt: skip


def export_rows(of: Campaign, *, leader: Employee | None = None) -> Iterator[tuple]:
    """Everybody of a campaign in the order of their numbers, as tuples of COLUMNS, in constant memory."""
    return _in_scope(of, leader).order_by("employee__number").values_list(*COLUMNS).iterator(chunk_size=2_000)
