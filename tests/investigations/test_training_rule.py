"""R09 on the pages: the assignment page says what is missing, refuses a forged choice, and takes the colleague after the training."""

import pytest

from investigations.steps import TriageStep
from tests.factories import cast
from tests.factories.filing import file_story
from tests.factories.trained import handlers_course, train
from tests.investigations.conftest import Desk

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
MISSING = "Xu Ning has not completed the training for handling."


@pytest.fixture
def training_admin(world, top):
    return cast.make_person("050", "Ren Yu", "training_admin", manager=top.employee)


@pytest.fixture
def course(training_admin, now):
    return handlers_course(by=training_admin.user, now=now)


@pytest.fixture
def trained_desk(course, handlers, now, signed_in):
    officer, second, *_rest = handlers
    train(course, officer, second, at=now)
    return Desk(signed_in(officer), file_story(now=now), officer)


def page(desk, rest: str) -> str:
    return desk.get(rest).content.decode()


def test_an_untrained_investigator_is_refused_on_a_case_and_accepted_after_completion(trained_desk, course, investigator, now, open_seat):
    desk = trained_desk.triage(until=TriageStep.ASSIGN)
    before = page(desk, "triage/assign/")
    assert MISSING in before
    assert f'value="{investigator.user.pk}"' not in before
    assert desk.post("triage/assign/", {"to": investigator.user.pk}).status_code == 200
    assert not open_seat(desk.complaint, investigator.user)
    train(course, investigator, at=now)
    after = page(desk, "triage/assign/")
    assert MISSING not in after
    assert f'value="{investigator.user.pk}"' in after
    assert desk.post("triage/assign/", {"to": investigator.user.pk}).status_code == 302
    assert open_seat(desk.complaint, investigator.user)


def test_handing_over_says_what_is_missing_too(trained_desk, course, investigator, second_investigator, now, signed_in):
    train(course, second_investigator, at=now)
    trained_desk.triage(to=second_investigator)
    desk = Desk(signed_in(second_investigator), trained_desk.filed, second_investigator)
    desk.declare_free()
    assert MISSING in page(desk, "handover/")
    data = {"to": investigator.user.pk, "reason": "Leave", "told": "A colleague goes on.", "once": "h1"}
    assert desk.post("handover/", data).status_code == 200
    train(course, investigator, at=now)
    assert MISSING not in page(desk, "handover/")
    assert desk.post("handover/", data).status_code == 302


def test_who_lost_it_between_looking_and_pressing_is_refused(trained_desk, course, investigator, now, open_seat, monkeypatch):
    train(course, investigator, at=now)
    desk = trained_desk.triage(until=TriageStep.ASSIGN)
    from investigations.services import handing_over

    people = handing_over.possible_handlers
    monkeypatch.setattr("investigations.views.triage.handing_over.possible_handlers", lambda **asked: [*people(**asked)])
    found = people(complaint=desk.complaint, keyring=desk.person.keyring, now=now)
    monkeypatch.setattr("investigations.views.triage.handing_over.possible_handlers", lambda **asked: found)
    from training.models import Completion

    Completion.objects.filter(employee=investigator.employee).update(revoked_at=now, revoked_by=desk.person.user)
    response = desk.post("triage/assign/", {"to": investigator.user.pk})
    assert "can’t take it any more" in response.content.decode()
    assert not open_seat(desk.complaint, investigator.user)


def test_whoever_is_out_of_the_question_anyway_is_not_named(course, handlers, respondent_manager, respondent, now, signed_in):
    officer, second, *_rest = handlers
    train(course, officer, second, at=now)
    cast.make_person("061", "Wei Lan", "investigator", manager=respondent.employee)
    desk = Desk(signed_in(officer), file_story(now=now, respondents=("Zhou Qiang",)), officer).triage(until=TriageStep.ASSIGN)
    shown = page(desk, "triage/assign/")
    assert MISSING in shown
    assert "Wei Lan" not in shown
