"""A report on its way through triage."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Seat
from investigations.models import Triage
from investigations.steps import TriageStep
from tests.factories.filing import Filed, file_story


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


@pytest.fixture
def now():
    """Pages look at the clock, so these tests live now."""
    return timezone.now()


@pytest.fixture
def filed(handlers, now):
    return file_story(now=now)


@dataclass
class Desk:
    """A handler's browser on one case."""

    client: Client
    filed: Filed
    person: object

    @property
    def complaint(self):
        self.filed.complaint.refresh_from_db()
        return self.filed.complaint

    def path(self, rest: str = "") -> str:
        return f"/c/{self.filed.complaint.ref}/{rest}"

    def get(self, rest: str = ""):
        return self.client.get(self.path(rest))

    def post(self, rest: str = "", data=None):
        return self.client.post(self.path(rest), data or {})

    def declare_free(self):
        return self.post("conflict/", {"conflict": "no"})

    def triage(self, until: TriageStep | None = None, to=None):
        """Walk the forced order up to (not including) `until`."""
        self.declare_free()
        self.get("triage/")
        acts = {
            TriageStep.READ: {},
            TriageStep.SAFETY: {"text": "Call me today. 110 in an emergency.", "once": "s1"},
            TriageStep.PROTECTION: wish_answers(),
            TriageStep.URGENCY: {"urgency": "this_week"},
            TriageStep.ACKNOWLEDGE: {
                "text": "Thank you. I have read it all.",
                "promised_date": (timezone.now() + timedelta(days=3)).date().isoformat(),
                "once": "a1",
            },
            TriageStep.ASSIGN: {"to": to.user.pk if to else ""},
        }
        for step, data in acts.items():
            if step == until:
                return self
            if step == TriageStep.READ:
                self.get("triage/read/")
            response = self.post(f"triage/{step.value}/", data)
            assert response.status_code == 302, (step, response.content.decode()[-3000:])
        return self


def wish_answers(**changes) -> dict:
    today = timezone.now().date()
    return {
        "w0-decision": "granted",
        "w0-what": "He works from another floor.",
        "w0-start_date": today.isoformat(),
        "w0-review_date": (today + timedelta(days=14)).isoformat(),
    } | changes


@pytest.fixture
def desk(filed, intake_officer, signed_in):
    return Desk(signed_in(intake_officer), filed, intake_officer)


@pytest.fixture
def handler_desk(desk, investigator, signed_in):
    """The case is assigned to the investigator, who has declared."""
    desk.triage(to=investigator)
    mine = Desk(signed_in(investigator), desk.filed, investigator)
    mine.declare_free()
    return mine


@pytest.fixture
def triage_of():
    return lambda complaint: Triage.objects.get(complaint=complaint)


@pytest.fixture
def open_seat():
    return lambda complaint, user: Seat.objects.filter(complaint=complaint, user=user, until__isnull=True).exists()
