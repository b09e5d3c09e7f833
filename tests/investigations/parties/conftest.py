"""A case under investigation, with somebody who is complained about and somebody who saw it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.test import Client

from complaints.models import Complaint, Seat, SeatRole
from complaints.services import access
from complaints.services.once import new_token
from complaints.states import Identity, State
from investigations.models import Investigation, Party, Triage
from investigations.selectors_parties import party_of
from investigations.services import investigating, parties, people, serving
from tests.factories.browsers import unlock
from tests.factories.filing import Filed, file_story

PUT = "On 3 October, at a dinner, you are said to have held a colleague back. CANARY-put 金丝雀所述"


@dataclass
class Inquiry:
    """The case, its handler, and short ways through the services."""

    filed: Filed
    handler: object
    now: datetime
    people: dict = field(default_factory=dict)

    @property
    def complaint(self) -> Complaint:
        return Complaint.objects.get(pk=self.filed.complaint.pk)

    @property
    def investigation(self) -> Investigation:
        return Investigation.objects.select_related("lead").get(lead=self.filed.complaint)

    def by(self, person=None, *, now=None) -> dict:
        person = person or self.handler
        return {"keyring": person.keyring, "by": person.user, "role": "handler", "now": now or self.now}

    def person(self, kind: str, name: str, **detail):
        self.people[name] = people.add_person(complaint=self.complaint, kind=kind, detail={"name": name, **detail}, **self.by())
        return self.people[name]

    def party(self, kind: str = "respondent", name: str = "CANARY-Zhou Da", **more) -> Party:
        person = self.people.get(name) or self.person(kind, name)
        options = {"language": "en", "third_party": False} | more
        made = parties.add_party(investigation=self.investigation, person_id=person.pk, **options, **self.by())
        return party_of(self.investigation, made.number)

    def invite(self, party: Party, token: str = "", *, person=None, until=None) -> str:
        party = party_of(self.investigation, party.number)
        return parties.invite(
            party=party,
            token=token or new_token(),
            replaces=party.keyholder_id,
            expires_at=until or self.now + timedelta(days=90),
            **self.by(person),
        )

    def serve(self, party: Party, text: str = PUT, **changes):
        options = {"how": "handed", "proof": "signed for", "served_at": self.now, "reply_date": None, "token": new_token()} | changes
        return serving.serve(party=party, text=text, **options, **self.by())


@pytest.fixture
def inquiry(handlers, now) -> Inquiry:
    filed = file_story(now=now - timedelta(days=3), identity=Identity.NAMED, wishes=())
    officer = next(p for p in handlers[:2] if Seat.objects.filter(complaint=filed.complaint, user=p.user, role="intake").exists())
    investigator = handlers[2]
    seats = Seat.objects.filter(complaint=filed.complaint)
    seats.update(conflict_declared_at=now)
    access.hand_over(complaint=filed.complaint, keyring=officer.keyring, by=officer.user, to=investigator.user, now=now)
    seats.filter(role=SeatRole.HANDLER).update(conflict_declared_at=now, accepted_at=now)
    done = {"read_at": now, "safety_answered_at": now, "protection_answered_at": now, "urgency": "today", "acknowledged_at": now}
    Triage.objects.create(complaint=filed.complaint, officer=officer.user, started_at=now, assigned_at=now, **done)
    Complaint.objects.filter(pk=filed.complaint.pk).update(state=State.IN_INVESTIGATION)
    made = Inquiry(filed, investigator, now)
    investigating.begin(complaint=made.complaint, by=investigator.user, now=now)
    return made


@pytest.fixture
def party_client(now):
    """Return a function: a browser in which `code` was entered, with the session alone."""

    def enter(code: str) -> Client:
        client = Client()
        response = client.post("/s/", {"code": code})
        assert response.status_code == 302, response.content.decode()[-800:]
        return client

    return enter


@pytest.fixture
def handler_client(inquiry, signed_in) -> Client:
    return signed_in(inquiry.handler)


__all__ = ["unlock"]
