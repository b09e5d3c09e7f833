"""Checks, the watch, and what closing would leave open. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime

from complaints.checkin_selectors import check_ins
from complaints.followup_selectors import zone_of
from complaints.models import Complaint
from complaints.states import EventKind
from investigations.models import AftercareCheck, CasePerson, Party, PartySide, PersonKind, WatchConsent, WatchEntry
from investigations.selectors import Due, due_words, open_deadlines


def checks_of(complaint: Complaint) -> list[AftercareCheck]:
    return list(AftercareCheck.objects.filter(complaint=complaint).select_related("done_by", "message"))


def first_check_missing(complaint: Complaint) -> bool:
    """Whether the policy promises a check and the first one was not made yet."""
    promised = check_ins(complaint)
    if not promised:
        return False
    made = complaint.events.filter(kind=EventKind.AFTERCARE_CHECKED, subject=promised[0].number)
    return not made.exists()


def watch_of(complaint: Complaint) -> list[WatchEntry]:
    return list(WatchEntry.objects.filter(complaint=complaint).select_related("by", "person").order_by("happened_date", "at"))


def own_consent(complaint: Complaint) -> WatchConsent | None:
    """What the reporter said about the watch; None when they were not asked or did not answer."""
    return WatchConsent.objects.filter(complaint=complaint, person=None).first()


def consent_of(complaint: Complaint, person: CasePerson) -> WatchConsent | None:
    """What somebody who helped said about the watch."""
    return WatchConsent.objects.filter(complaint=complaint, person=person).first()


def consents_of(complaint: Complaint) -> list[WatchConsent]:
    """What witnesses and others who helped said, by their code or to the team."""
    return list(WatchConsent.objects.filter(complaint=complaint, person__isnull=False).select_related("person"))


def is_watched(complaint: Complaint, person: CasePerson | None) -> bool:
    return WatchConsent.objects.filter(complaint=complaint, person=person, withdrawn_at__isnull=True).exists()


# Who may be punished for having helped, besides the reporter: whoever saw it, was told of it, or it happened to.
HELPED = (PersonKind.WITNESS, PersonKind.TOLD, PersonKind.AFFECTED)


def helpers_of(complaint: Complaint) -> list[CasePerson]:
    return list(CasePerson.objects.filter(complaint=complaint, kind__in=HELPED))


def witness_parties(complaint: Complaint) -> list[Party]:
    """Whoever was heard as a witness in the investigation that this case leads, by number."""
    found = Party.objects.filter(investigation__lead=complaint, side=PartySide.WITNESS)
    return list(found.select_related("person", "compartment", "keyholder", "investigation__lead"))


def received_date(complaint: Complaint) -> date:
    return complaint.received_at.astimezone(zone_of()).date()


@dataclass(frozen=True)
class StillOwed:
    """A promise that closing would cut off, or that is late. `due` is None when the policy has no words for it."""

    limit_id: str
    due: Due | None


def still_owed(complaint: Complaint, now: datetime) -> list[StillOwed]:
    """Open deadlines that need a reason for closing. Checks that lie ahead are not among them: they are made after the end as well."""
    ahead = {each.limit_id for each in check_ins(complaint) if each.deadline and each.deadline.due_at > now}
    rows = open_deadlines().filter(complaint=complaint).exclude(limit_id__in=ahead).order_by("due_at")
    return [StillOwed(row.limit_id, due_words(complaint, row, now)) for row in rows]


def to_carry_out(complaint: Complaint) -> int:
    """How many things that were decided are not carried out yet."""
    return open_deadlines().filter(complaint=complaint, limit_id="implement").count()
