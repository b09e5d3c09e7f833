"""Whom the reporter would rather speak to, investigators from outside, and what the policy misses in the body."""

import pytest

from complaints.models import Message
from investigations.services import wishes
from investigations.steps import TriageStep
from people.models import Role, RoleGrant, User
from people.separation import Problem, problems_of
from tests.factories import cast
from vault.staff import create_staff_keys

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture
def wished(monkeypatch):
    monkeypatch.setattr(wishes, "wish_of", lambda **_reach: "woman")


@pytest.fixture
def outsider(world):
    user = User.objects.create_user("outside@example.test", cast.PASSWORD, display_name="Counsel Wei", language="en")
    RoleGrant.objects.create(user=user, role=Role.EXTERNAL_INVESTIGATOR, since=cast.SINCE)
    keyring = create_staff_keys(user=user, passphrase=cast.PASSPHRASE, now=cast.SINCE)
    return cast.Person(user=user, employee=None, keyring=keyring)


def test_the_order_and_the_refusal_that_is_explained(desk, wished, investigator, second_investigator, outsider):
    User.objects.filter(pk=second_investigator.user.pk).update(gender="woman")
    User.objects.filter(pk=investigator.user.pk).update(gender="man")
    desk.triage(until=TriageStep.ASSIGN)
    page = desk.get("triage/assign/").content.decode()
    assert "would rather speak to a woman" in page and "Counsel Wei, from outside" in page
    assert page.index("Fang Yi") < page.index("Xu Ning")
    assert "women" in page, "the policy of the demonstration asks for half of the body"
    refused = desk.post("triage/assign/", {"to": investigator.user.pk, "once": "a"}).content.decode()
    assert "Tell the reporter why" in refused and desk.complaint.state == "acknowledged"
    before = Message.objects.filter(complaint=desk.complaint).count()
    done = desk.post("triage/assign/", {"to": investigator.user.pk, "why_not_wished": "CANARY-nobody else is free", "once": "a"})
    assert done.status_code == 302 and Message.objects.filter(complaint=desk.complaint).count() == before + 1


def test_whoever_fits_needs_no_explanation(desk, wished, second_investigator):
    User.objects.filter(pk=second_investigator.user.pk).update(gender="woman")
    desk.triage(until=TriageStep.ASSIGN)
    assert desk.post("triage/assign/", {"to": second_investigator.user.pk, "once": "a"}).status_code == 302


def test_somebody_from_outside_sits_in_this_case_only_and_is_marked(desk, outsider, signed_in, reporter_client):
    desk.triage(to=outsider)
    mine = type(desk)(signed_in(outsider), desk.filed, outsider)
    mine.declare_free()
    assert mine.get("report/").status_code == 200
    assert "Case handler, from outside" in mine.get("access/").content.decode()
    assert "Case handler, from outside" in reporter_client(desk.filed.code).get("/f/home/").content.decode()


def test_from_outside_means_from_outside(outsider, investigator, world):
    assert problems_of(user=outsider.user, roles={Role.EXTERNAL_INVESTIGATOR}) == []
    assert problems_of(user=investigator.user, roles={Role.EXTERNAL_INVESTIGATOR}) == [Problem.OUTSIDER_INSIDE]
    both = problems_of(user=outsider.user, roles={Role.EXTERNAL_INVESTIGATOR, Role.INVESTIGATOR})
    assert both == [Problem.OUTSIDER_INSIDE]


def test_the_wish_is_read_from_the_questions(filed, intake_officer, handlers, monkeypatch):
    class Report:
        answers = ({"id": "16.needs", "value": ["writing", "man"]}, {"id": "1", "value": "woman"})

    monkeypatch.setattr(wishes, "read_report", lambda **_reach: Report)
    assert wishes.wish_of(complaint=filed.complaint, keyring=intake_officer.keyring) == "man"
    Report.answers = ({"id": "16.needs", "value": ["woman", "man"]},)
    assert wishes.wish_of(complaint=filed.complaint, keyring=intake_officer.keyring) == ""
