"""What surrounds a case on each of its pages, asked in one question: six trips to the database cost more than what they bring back."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, Func, IntegerField, QuerySet, Subquery, UUIDField

from complaints.models import Complaint, Event
from complaints.states import EventKind
from investigations.models import InformalResolution, Investigation
from investigations.selectors import open_wishes, unread_messages
from investigations.selectors_parties import unread_papers
from vault.kept_queries import KeptQuery


@dataclass(frozen=True)
class Standing:
    """`messages`, `papers`: unread ones, of the reporter and of parties. `wishes`: for protection, without an answer.

    `informal`: whether an informal way was ever asked for. `called_in`: since when oversight has been asking for a hand-over.
    """

    messages: int
    wishes: int
    papers: int
    investigated: bool
    informal: bool
    called_in: datetime | None


def standing_of(complaint: Complaint) -> Standing:
    """How the case stands now."""
    messages, wishes, papers, investigated, informal, change, at = _STANDING.first(complaint_id=complaint.pk)
    called_in = at if change == EventKind.CALLED_IN else None
    return Standing(messages, wishes, papers, investigated, informal, called_in)


def _rows(complaint_id) -> QuerySet:
    changes = Event.objects.filter(complaint_id=complaint_id, kind__in=(EventKind.CALLED_IN, EventKind.HANDED_OVER)).order_by("-at", "-pk")
    return Complaint.objects.filter(pk=complaint_id).values_list(
        _count(unread_messages(complaint_id)),
        _count(open_wishes(complaint_id)),
        _count(unread_papers(complaint_id)),
        Exists(Investigation.objects.filter(lead_id=complaint_id)),
        Exists(InformalResolution.objects.filter(complaint_id=complaint_id)),
        Subquery(changes.values("kind")[:1]),
        Subquery(changes.values("at")[:1]),
    )


_STANDING = KeptQuery(_rows, complaint_id=UUIDField())


def _count(rows: QuerySet) -> Subquery:
    """How many. Not `Count`, by which Django would group, and a group of nothing is no row."""
    return Subquery(rows.order_by().annotate(found=Func(F("pk"), function="COUNT")).values("found"), output_field=IntegerField())
