"""Two cases that one investigator looks into, told to their reporters."""

from dataclasses import replace

import pytest
from django.utils import timezone

from complaints.models import Seat, SeatRole
from complaints.services.access import hand_over
from investigations.models import Triage
from investigations.services import authorities, deciding, declaring
from policy.selectors import limit_parts, version_by_id
from tests.factories.filing import file_story
from tests.investigations.conftest import Desk


def reach(desk, role="handler", **changes) -> dict:
    """What every service wants to know, from whoever sits at `desk`."""
    person = desk.person
    return {"complaint": desk.complaint, "keyring": person.keyring, "by": person.user, "role": role, "now": timezone.now()} | changes


def investigated(filed, officer, investigator, signed_in) -> Desk:
    """Straight through the services: handed to the investigator, who has declared, read and decided to look into it."""
    now = timezone.now()
    complaint = filed.complaint
    hand_over(complaint=complaint, keyring=officer.keyring, by=officer.user, to=investigator.user, now=now)
    type(complaint).objects.filter(pk=complaint.pk).update(state="assessed")
    Triage.objects.create(
        complaint=complaint,
        officer=officer.user,
        started_at=now,
        read_at=now,
        safety_answered_at=now,
        protection_answered_at=now,
        urgency="this_week",
        acknowledged_at=now,
        assigned_at=now,
    )
    complaint.refresh_from_db()
    seat = Seat.objects.get(complaint=complaint, user=investigator.user, role=SeatRole.HANDLER, until=None)
    declaring.declare(complaint=complaint, keyring=investigator.keyring, seat=seat, by=investigator.user, has_conflict=False, now=now)
    desk = Desk(signed_in(investigator), filed, investigator)
    deciding.decide_way(**reach(desk), way="investigate", reason="We look into it.", token="w", version=complaint.row_version)
    return desk


@pytest.fixture
def lead(handlers, intake_officer, investigator, signed_in, now):
    return investigated(file_story(now=now), intake_officer, investigator, signed_in)


@pytest.fixture
def other(lead, intake_officer, investigator, signed_in, now):
    return investigated(file_story(now=now, story="CANARY-second story"), intake_officer, investigator, signed_in)


@pytest.fixture
def with_notice(lead, monkeypatch):
    """As if the pinned policy were one of a profile that asks to tell the authority (TW Art 13)."""
    version = version_by_id(lead.complaint.policy_version_id)
    parts = dict(limit_parts(version))
    parts["tell"] = replace(parts["acknowledge"], id="tell", met_by=("authority_told",))
    monkeypatch.setattr(authorities, "limit_parts", lambda _version: parts)
    return lead
