"""One investigation over several complaints. Each keeps its own reporter, words, deadlines and messages; nothing of one leaks to another.

Everything of the investigation is sealed to the file of the lead. Whoever may not handle a joined complaint any more leaves the lead too,
because the lead's file speaks of both.

Whoever locks several of them locks in the order of `complaints_of`: joined complaints first, the lead last. An exclusion on a joined
complaint holds that complaint and then takes the lead, so no two can wait for each other.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import TEAM_ROLES, Complaint, Seat, SeatRole
from complaints.permissions import may_read
from complaints.services import leaving
from complaints.services.access import free_of_conflict, openable, seen_of
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.signals import seats_lost
from complaints.states import EventKind, State
from investigations.models import Investigation, InvestigationState, JoinedCase
from investigations.selectors import cases_worked_by, team_seats
from people.models import User
from people.seating import bars
from vault.errors import Changed, NoAccess
from vault.keyring import Keyring
from vault.services.changes import retried


class WhyNot(models.TextChoices):
    """Why a report is not looked into together with another one, in words for the handler."""

    NOT_STARTED = "not_started", _("First decide how that report is looked into and tell its reporter")
    REPORTED = "reported", _("The findings are together already. That report needs an investigation of its own")
    HAS_WORK = "has_work", _("Work on that report has begun by itself. Only one without plan, talks or evidence can be joined")
    JOINED = "joined", _("That report is looked into together with another one already")
    LEADS = "leads", _("Other reports are joined to that one. Join them the other way round")
    TEAM_NOT_FREE = "team_not_free", _("Somebody of this team isn’t free of conflict for that report")
    TEAM_NOT_TRAINED = "team_not_trained", _("Somebody of this team can’t be given that report now: their training for handling is missing")


class NotJoined(Exception):
    """These two are not looked into together. `why`: a value of WhyNot."""

    def __init__(self, why: WhyNot):
        self.why = why
        super().__init__(str(why.value))


class NoSuchCase(Exception):
    """The person joining has no case with this reference."""


@dataclass(frozen=True)
class Together:
    """The investigation a complaint is part of. `leads`: it is the lead itself."""

    investigation: Investigation
    leads: bool
    lead: Complaint
    joined: tuple[Complaint, ...]


def investigation_of(complaint: Complaint) -> Investigation | None:
    """The investigation that looks into `complaint`, as its lead or joined to another one."""
    own = Investigation.objects.filter(lead=complaint).select_related("lead").first()
    return own or Investigation.objects.filter(joined__complaint=complaint).select_related("lead").first()


def complaints_of(investigation: Investigation) -> list[Complaint]:
    """Every complaint it looks into: joined ones by id, the lead last. Facts about it (findings ready, decided) belong on each of them."""
    joined = Complaint.objects.filter(joined_to__investigation=investigation).order_by("pk")
    return [*joined, Complaint.objects.get(pk=investigation.lead_id)]


def lock_together(complaint: Complaint) -> None:
    """Lock `complaint` and all that is looked into with it until the caller's transaction ends. Before anything else in it."""
    investigation = investigation_of(complaint)
    for each in complaints_of(investigation) if investigation else [complaint]:
        locked(each)


def together_with(complaint: Complaint) -> Together | None:
    """The investigation of `complaint` with everything it looks into; None while there is none."""
    investigation = investigation_of(complaint)
    if investigation is None:
        return None
    *joined, lead = complaints_of(investigation)
    return Together(investigation, lead.pk == complaint.pk, lead, tuple(joined))


def candidates(*, investigation: Investigation, by: User) -> list[Complaint]:
    """Cases that `by` works on besides those looked into already, newest first, at most 50."""
    found = cases_worked_by(by).exclude(pk__in=[each.pk for each in complaints_of(investigation)])
    found = found.filter(state__in=[State.ACKNOWLEDGED, State.ASSESSED, State.IN_INVESTIGATION]).order_by("-received_at", "pk")[:50]
    return [complaint for complaint in found if may_read(by, complaint)]


@retried
def join(*, investigation: Investigation, keyring: Keyring, by: User, role: str, ref: str, now: datetime) -> JoinedCase:
    """Look into the report `ref` together with the lead. Only for somebody who reads both.

    Raises NoSuchCase, NotJoined with the reason, NoAccess. Nothing changes on either reporter's page.
    """
    lead = Complaint.objects.get(pk=investigation.lead_id)
    other = next((each for each in candidates(investigation=investigation, by=by) if each.ref == ref), None)
    if other is None or not may_read(by, lead):
        raise NoSuchCase
    if why := _why_not(investigation, other):
        raise NotJoined(why)
    seen = seen_of(lead), seen_of(other)
    _require_fit_team(lead, other, keyring, now)
    try:
        with transaction.atomic():
            other_row, lead_row = locked(other), locked(lead)
            if (seen_of(lead_row), seen_of(other_row)) != seen:
                raise Changed("seats or exclusions changed in between")
            if why := _why_not(investigation, other_row):
                raise NotJoined(why)
            Investigation.objects.filter(lead=other_row).delete()
            row = JoinedCase.objects.create(investigation=investigation, complaint=other_row, at=now, by=by)
            actor = staff(by, role)
            for each in (other_row, lead_row):
                happened(complaint=each, kind=EventKind.JOINED, by=actor, now=now)
            for each in (other_row, lead_row):
                record(by=actor, action=Action.JOINED, subject_id=each.pk, object_kind="investigation", object_id=investigation.pk, now=now)
    except IntegrityError:
        raise NotJoined(WhyNot.JOINED) from None
    return row


def _require_fit_team(lead: Complaint, other: Complaint, keyring: Keyring, now: datetime) -> None:
    """Everybody who reads the lead's file is free of conflict for the other report as well, and may be given it (R09)."""
    keys = openable(complaint=other, keyring=keyring)
    if keys.statement is None:
        raise NoAccess("no grant")
    if not all(free_of_conflict(complaint=other, keys=keys, user=seat.user) for seat in team_seats(lead)):
        raise NotJoined(WhyNot.TEAM_NOT_FREE)
    # For whoever has the other report in hand already it is nothing new.
    there = {seat.user_id for seat in team_seats(other)}
    if bars([seat.user for seat in team_seats(lead) if seat.user_id not in there], now):
        raise NotJoined(WhyNot.TEAM_NOT_TRAINED)


def _why_not(investigation: Investigation, other: Complaint) -> WhyNot | None:
    fresh = Investigation.objects.get(pk=investigation.pk)
    if fresh.state == InvestigationState.REPORTED:
        return WhyNot.REPORTED
    if JoinedCase.objects.filter(complaint=other).exists():
        return WhyNot.JOINED
    if other.state != State.IN_INVESTIGATION:
        return WhyNot.NOT_STARTED
    own = Investigation.objects.filter(lead=other).first()
    if own is None:
        return None
    if own.joined.exists():
        return WhyNot.LEADS
    return WhyNot.HAS_WORK if _has_work(own) else None


def _has_work(own: Investigation) -> bool:
    parts = ("plan_items", "preservation_requests", "parties", "interviews", "evidence", "allegations", "reports", "decisions")
    return own.state != InvestigationState.PLANNED or bool(own.aims_sealed) or any(getattr(own, part).exists() for part in parts)


@receiver(seats_lost)
def _leave_the_lead_too(sender, complaint: Complaint, users, now: datetime, employees=(), **kwargs) -> None:
    joined = JoinedCase.objects.filter(complaint=complaint).select_related("investigation").first()
    if joined is None:
        return
    lead = locked(Complaint(pk=joined.investigation.lead_id))
    roles = {*TEAM_ROLES, SeatRole.DECISION_MAKER} | ({SeatRole.OVERSIGHT} if lead.oversight_handles else set())
    who = models.Q(user__in=users) | models.Q(user__employee__in=employees)
    ending = list(Seat.objects.filter(who, complaint=lead, until__isnull=True, role__in=roles).select_related("user"))
    if ending:
        leaving.end_seats(complaint=lead, seats=ending, now=now)
