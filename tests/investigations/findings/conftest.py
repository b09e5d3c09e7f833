"""A case under investigation, ready for allegations: a respondent, a talk that was held, an item of evidence."""

from datetime import timedelta
from uuid import uuid4

import pytest

from complaints.models import Complaint
from complaints.services.once import new_token
from complaints.states import EventKind, State
from investigations.models import CasePerson, Evidence, Interview, Investigation
from investigations.services import allegations, commenting, findings, investigating, people, reporting
from investigations.services.reading import team_keys
from tests.factories.filing import STORY
from vault.columns import seal_column

SENTENCE = "he made me drink and would not let me leave"


@pytest.fixture
def investigated(handler_desk, now):
    """The handler's desk on a case whose investigation has begun, with a respondent in it."""
    Complaint.objects.filter(pk=handler_desk.complaint.pk).update(state=State.IN_INVESTIGATION)
    complaint = handler_desk.complaint
    investigating.begin(complaint=complaint, by=handler_desk.person.user, now=now)
    people.add_person(kind="respondent", detail={"name": "CANARY-Boss Zhou"}, **reach(handler_desk, now))
    return handler_desk


def reach(desk, now, *, role: str = "handler") -> dict:
    return {"complaint": desk.complaint, "keyring": desk.person.keyring, "by": desk.person.user, "role": role, "now": now}


def respondent_of(desk) -> CasePerson:
    return CasePerson.objects.get(complaint=desk.complaint, kind="respondent")


def words(**changes) -> dict:
    said = {"text": "He is said to have kept her from leaving a dinner.", "when": "12 November", "where": "a restaurant"}
    return said | {"sources": [SENTENCE], "conduct": "pressure", "gravity": "serious", "repeat": False, "kind": ""} | changes


def conduct_of(desk) -> str:
    from investigations.selectors_findings import policy_of

    return policy_of(desk.complaint).conduct[0].code


def allege(desk, now, **changes):
    """Add one allegation through the service."""
    detail = words(conduct=conduct_of(desk)) | changes
    return allegations.add_allegation(person_id=respondent_of(desk).pk, detail=detail, token=new_token(), **reach(desk, now))


def hear(desk, now) -> Interview:
    """A talk that was held and written down."""
    investigation = Investigation.objects.get(lead=desk.complaint)
    keys = team_keys(complaint=desk.complaint, keyring=desk.person.keyring).file
    talk = Interview(
        id=uuid4(), investigation=investigation, person=respondent_of(desk), number=1, interviewer=desk.person.user, held_at=now,
        changed_at=now, changed_by=desk.person.user,
    )  # fmt: skip
    seal_column(talk, "plan_sealed", {"place": "", "guide": []}, keys.current)
    seal_column(talk, "record_sealed", {"present": "", "text": "CANARY-talk"}, keys.current)
    talk.save(force_insert=True)
    return talk


def take_in(desk, now) -> Evidence:
    investigation = Investigation.objects.get(lead=desk.complaint)
    keys = team_keys(complaint=desk.complaint, keyring=desk.person.keyring).file
    item = Evidence(
        id=uuid4(), investigation=investigation, number=1, obtained_at=now, added_at=now, added_by=desk.person.user,
        changed_at=now, changed_by=desk.person.user,
    )  # fmt: skip
    seal_column(item, "detail_sealed", {"name": "CANARY-receipt", "given_by": "", "method": "", "about": ""}, keys.current)
    item.save(force_insert=True)
    return item


def find(desk, now, allegation, **changes):
    """Save a finding through the service."""
    detail = {"result": "substantiated", "for": "the bill", "against": "", "weight": "", "reasons": "CANARY-reasons", "recommendation": ""}
    options = {"version": 0} | {name: changes.pop(name) for name in list(changes) if name == "version"}
    return findings.save_finding(allegation_id=allegation.pk, detail=detail | changes, **options, **reach(desk, now))


@pytest.fixture
def found(investigated, now):
    """One allegation with a finding, after a talk."""
    hear(investigated, now)
    allegation = allege(investigated, now)
    find(investigated, now, allegation)
    return allegation


def second_desk(desk, other, signed_in, now):
    """A second person of the team on the same case, who has declared."""
    from investigations.services import calling
    from tests.investigations.conftest import Desk

    calling.call_reader(to=other.user, **reach(desk, now))
    mine = Desk(signed_in(other), desk.filed, other)
    mine.declare_free()
    return mine


def report(desk, now, rendering: str, *, final: bool = True, texts=None, after: int = 0, language: str = "en"):
    """Compose the report and keep it."""
    keyring = desk.person.keyring
    body = reporting.compose(complaint=desk.complaint, keyring=keyring, rendering=rendering, language=language)
    return reporting.make_report(
        rendering=rendering, language=language, title=body["title"], texts=texts or [part["text"] for part in body["parts"]], after=after,
        final=final, token=new_token(), today=now.date(), **reach(desk, now),
    )  # fmt: skip


@pytest.fixture
def ready(investigated, found, second_investigator, signed_in, now):
    """Read a second time, commented by nobody until the date has passed, both reports made: ready to be reported."""
    desk = investigated
    reader = second_desk(desk, second_investigator, signed_in, now)
    findings.read_second(**reach(reader, now))
    asked = now - timedelta(days=30)
    people_asked = commenting.recipients(complaint=desk.complaint, keyring=desk.person.keyring)
    texts = {each.key: each.text for each in people_asked}
    commenting.ask_comments(texts=texts, why_not="no code yet", token=new_token(), **(reach(desk, now) | {"now": asked}))
    report(desk, now, "full")
    report(desk, now, "identity_free")
    return desk


__all__ = ["SENTENCE", "STORY", "EventKind"]
