"""Readers of a report that is linked to another one by somebody who may know nothing of that one: only whoever has a seat there."""

from collections.abc import Sequence
from datetime import datetime

from complaints.models import Complaint, SeatRole
from complaints.selectors import open_seats
from complaints.services import routing
from vault.staff import staff_keyholders

# In a sealed list of exclusions: nobody gets a seat who has none in the complaint it is linked to (`access`).
OF_LINKED = "of_linked"


def route_within(lead: Complaint, names: Sequence[str], now: datetime) -> routing.Route:
    """Oversight of `lead` reads it, without whoever is named now and their lines; the decision-makers of `lead` stand by.

    The seats there were judged by a list that nobody here can open, so they are the only people of whom we know that they may read it.
    """
    named = routing.route(routing.NamedPeople(respondents=tuple(names)), now=now)
    seats = [seat for seat in open_seats(lead) if routing.may_be_seated(user=seat.user, blocked=named.blocked)]
    keys = staff_keyholders([seat.user for seat in seats])

    def of(role: str) -> tuple:
        people = {seat.user_id: seat.user for seat in seats if seat.role == role and seat.user_id in keys}
        return tuple((user, role) for user in people.values())

    readers, standby = of(SeatRole.OVERSIGHT), of(SeatRole.DECISION_MAKER)
    return routing.Route(
        readers=readers,
        standby=standby,
        blocked=named.blocked,
        recognised=named.recognised,
        to_oversight=True,
        keyholders={user.pk: keys[user.pk] for user, _role in (*readers, *standby)},
    )
