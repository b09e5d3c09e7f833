"""Clocks around a review: the time to answer a respondent's request (R33), and what is owed again when the decision stands.

A respondent's clock runs in every case that the request concerns, as a reporter's own does.
"""

from datetime import datetime

from audit.actors import PARTY, Actor, staff
from complaints.models import Complaint
from complaints.models import Event as Fact
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.telling import tell_oversight
from complaints.states import EventKind
from investigations.models import Allegation, Investigation, Party, PartyDocument
from investigations.selectors_decisions import deadline_of_item, decision_items, made_decision
from investigations.services.joining import complaints_of
from people.models import User


def concerned(party: Party) -> list[Complaint]:
    """The cases with an allegation about this respondent, in the order of their locks; the lead where there is none.

    A reporter whose case was only joined, and is about somebody else, learns nothing of the request.
    """
    about = Allegation.objects.filter(investigation=party.investigation, respondent=party.person_id)
    ids = set(about.values_list("complaints", flat=True))
    return [each for each in complaints_of(party.investigation) if each.pk in ids] or [party.investigation.lead]


def requested(*, party: Party, paper: PartyDocument, now: datetime) -> None:
    """Start the clock and tell oversight, inside the caller's transaction, which has locked all that is looked into together."""
    for each in concerned(party):
        happened(complaint=locked(each), kind=EventKind.RESPONDENT_REVIEW_REQUESTED, by=PARTY, now=now, subject=str(paper.pk))
    tell_oversight(complaint=party.investigation.lead, about=f"review:{paper.pk}", now=now)


def answered(*, paper: PartyDocument, by: Actor, now: datetime) -> None:
    """Stop it wherever it runs, inside the caller's transaction, which has locked all that is looked into together."""
    running = Fact.objects.filter(kind=EventKind.RESPONDENT_REVIEW_REQUESTED, subject=str(paper.pk)).select_related("complaint")
    for fact in running:
        happened(complaint=locked(fact.complaint), kind=EventKind.RESPONDENT_REVIEW_ANSWERED, by=by, now=now, subject=str(paper.pk))


def owed_again(complaint: Complaint, investigation: Investigation, by: User, role: str, now: datetime) -> None:
    """The decision stands: what was not carried out yet is owed again, because the clocks ended when the review was asked for."""
    decision = made_decision(investigation)
    for item in decision_items(decision) if decision else ():
        concerned = item.allegation is None or complaint in item.allegation.complaints.all()
        clock = deadline_of_item(complaint, item.pk)
        if item.done_at is None and concerned and (clock is None or not clock.is_open):
            happened(complaint=complaint, kind=EventKind.ACTION_DECIDED, by=staff(by, role), now=now, subject=str(item.pk))
