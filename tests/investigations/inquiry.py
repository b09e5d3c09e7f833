"""Steps that tests of the investigation share."""

from django.db import transaction

from complaints.models import Complaint
from complaints.states import State
from investigations.services import investigating
from investigations.services.deciding import decide_way


def reach_of(desk, now) -> dict:
    return {
        "complaint": desk.complaint,
        "investigation": desk.complaint.investigation,
        "keyring": desk.person.keyring,
        "by": desk.person.user,
        "role": "handler",
        "now": now,
    }


def without(reach: dict, *names: str) -> dict:
    return {name: value for name, value in reach.items() if name not in names}


def inquiry_of(desk, now):
    """The handler decides to investigate and tells the reporter how."""
    complaint = desk.complaint
    decide_way(
        complaint=complaint,
        keyring=desk.person.keyring,
        by=desk.person.user,
        role="handler",
        way="investigate",
        reason="We speak with everybody who was there.",
        token="way",
        version=complaint.row_version,
        now=now,
    )
    return desk.complaint.investigation


def begun_without_a_word(desk, now):
    """An investigation of whose plan the reporter was not told."""
    with transaction.atomic():
        Complaint.objects.filter(pk=desk.complaint.pk).update(state=State.IN_INVESTIGATION)
        return investigating.begin(complaint=desk.complaint, by=desk.person.user, now=now)
