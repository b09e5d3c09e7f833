"""What surrounds a case on each of its pages, asked in one question: six trips to the database cost more than what they bring back."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, Func, IntegerField, QuerySet, Subquery

from complaints.models import Complaint, Event
from complaints.states import EventKind
from investigations.models import InformalResolution, Investigation
from investigations.selectors import open_wishes, unread_messages
from investigations.selectors_parties import unread_papers


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
    changes = Event.objects.filter(complaint=complaint, kind__in=(EventKind.CALLED_IN, EventKind.HANDED_OVER)).order_by("-at", "-pk")
    row = Complaint.objects.filter(pk=complaint.pk).values_list(
        _count(unread_messages(complaint)),
        _count(open_wishes(complaint)),
        _count(unread_papers(complaint)),
        Exists(Investigation.objects.filter(lead=complaint)),
        Exists(InformalResolution.objects.filter(complaint=complaint)),
        Subquery(changes.values("kind")[:1]),
        Subquery(changes.values("at")[:1]),
    )
    messages, wishes, papers, investigated, informal, change, at = row.get()
    called_in = at if change == EventKind.CALLED_IN else None
    return Standing(messages, wishes, papers, investigated, informal, called_in)


def _count(rows: QuerySet) -> Subquery:
    """How many. Not `Count`, by which Django would group, and a group of nothing is no row."""
    return Subquery(rows.order_by().annotate(found=Func(F("pk"), function="COUNT")).values("found"), output_field=IntegerField())
