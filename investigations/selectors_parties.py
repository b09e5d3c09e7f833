"""Respondents and witnesses of an investigation: who they are by number, their papers, what is unread. Nothing here opens anything."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from complaints.clock_selectors import Window, window_from
from complaints.models import Complaint, Deadline, Event
from complaints.selectors import with_policies
from complaints.states import EventKind
from investigations.models import CasePerson, DocumentKind, Interview, Investigation, Party, PartyDocument, PartyFile, PartySide, PersonKind

# Who can be heard with a code of their own, and on which side. The reporter has the receipt code.
SIDES = {
    PersonKind.RESPONDENT: PartySide.RESPONDENT,
    PersonKind.WITNESS: PartySide.WITNESS,
    PersonKind.TOLD: PartySide.WITNESS,
    PersonKind.AFFECTED: PartySide.WITNESS,
}


def investigation_of(complaint: Complaint) -> Investigation | None:
    """The investigation that `complaint` leads, if it was begun."""
    return Investigation.objects.filter(lead=complaint).first()


def parties_of(investigation: Investigation) -> list[Party]:
    """Everybody who is heard with a code, by number."""
    return list(Party.objects.filter(investigation=investigation).select_related("person", "keyholder", "invited_by", "compartment"))


def party_of(investigation: Investigation, number: int) -> Party:
    """Raises Party.DoesNotExist."""
    related = ("person", "keyholder", "compartment", "investigation__lead")
    return Party.objects.select_related(*related).get(investigation=investigation, number=number)


def party_of_code(keyholder_id: UUID) -> Party:
    """Whose invitation code this is. Raises Party.DoesNotExist."""
    party = Party.objects.select_related("compartment", "keyholder", "investigation__lead").get(keyholder=keyholder_id)
    with_policies([party.investigation.lead])
    return party


def may_become_parties(investigation: Investigation) -> list[CasePerson]:
    """People of the case who are not heard with a code yet."""
    people = CasePerson.objects.filter(complaint=investigation.lead_id, kind__in=SIDES, party=None)
    return list(people.order_by("added_at", "pk"))


def documents_of(party: Party) -> list[PartyDocument]:
    """Every paper between us and this party, oldest first."""
    rows = PartyDocument.objects.filter(party=party).select_related("by", "interview").prefetch_related("files__file")
    return list(rows.order_by("at", "pk"))


def document_of(party: Party, document_id: UUID) -> PartyDocument:
    """Raises PartyDocument.DoesNotExist."""
    return PartyDocument.objects.select_related("interview", "by").get(party=party, pk=document_id)


def file_of(party: Party, document_id: UUID, number: int) -> PartyFile:
    """Raises PartyFile.DoesNotExist."""
    return PartyFile.objects.select_related("file", "document").get(document__party=party, document=document_id, number=number)


def unread_papers(complaint_id) -> QuerySet[PartyDocument]:
    """Papers of respondents and witnesses that nobody of the team has opened."""
    return PartyDocument.objects.filter(party__investigation__lead_id=complaint_id, by=None, read_at=None)


def unread_by_party(complaint: Complaint) -> dict[UUID, int]:
    """{party id: how many of their papers nobody has opened}."""
    found: dict[UUID, int] = {}
    for party_id in unread_papers(complaint.pk).values_list("party", flat=True):
        found[party_id] = found.get(party_id, 0) + 1
    return found


def reply_by(complaint: Complaint, served_at: datetime, now: datetime) -> date | None:
    """Until when a respondent served at `served_at` has to answer, by the policy of the case; None when it sets no such time."""
    window = window_from(complaint, "respondent_reply", kind=EventKind.RESPONDENT_SERVED, at=served_at, now=now)
    return window.due_date if window else None


def has_paper(party: Party, kind: str) -> bool:
    return PartyDocument.objects.filter(party=party, kind=kind).exists()


def review_answer_of(party: Party) -> Deadline | None:
    """The clock of this respondent's newest request for a review; None without one, or where the policy sets no such time."""
    papers = PartyDocument.objects.filter(party=party, kind=DocumentKind.APPEAL).order_by("-at", "-pk")
    newest = papers.values_list("pk", flat=True).first()
    asked = Event.objects.filter(kind=EventKind.RESPONDENT_REVIEW_REQUESTED, subject=str(newest)).first() if newest else None
    if asked is None:
        return None
    return Deadline.objects.filter(complaint=asked.complaint_id, limit_id="respondent_review_answer", starts_at=asked.at).first()


def own_review_window(party: Party, at: datetime) -> Window | None:
    """Until when this respondent can ask for a review: it runs from when they were last told. None before that, or without such a limit."""
    told = party.documents.filter(kind=DocumentKind.OUTCOME, at__lte=at).order_by("-at").first()
    if told is None:
        return None
    return window_from(party.investigation.lead, "review_window", kind=EventKind.DECISION_NOTIFIED, at=told.at, now=at)


def talks_ahead(party: Party, now: datetime) -> list[Interview]:
    """Talks planned with this party that lie ahead."""
    talks = Interview.objects.filter(person=party.person_id, planned_at__gte=now, held_at=None, cancelled_at=None)
    return list(talks.order_by("planned_at").select_related("interviewer"))
