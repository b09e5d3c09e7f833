"""Statements of other learning systems over HTTP (xAPI 1.0.3, Communication 2.1): the answers, the token, what becomes of them."""

import base64
import copy
import html
import json
import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from people.selectors import today
from tests.factories import cast
from tests.training import course as made
from tests.training.test_statements import GOOD, ID
from training import statements as reading
from training.models import Assignment, Completion, LearningSystem, ReceivedStatement
from training.services import completing, learning_systems, statements
from training.states import AssignmentState, Outcome, Source, Why
from training.views import xapi

pytestmark = pytest.mark.django_db

AT = "/xapi/statements"
ACTIVITY = GOOD["object"]["id"]


@pytest.fixture
def version(training_admin, now):
    return made.published(by=training_admin.user, now=now - timedelta(days=90))


@pytest.fixture
def pupil(world, top):
    return cast.make_person("060", "Mo Yan", manager=top.employee)


@pytest.fixture
def system(training_admin, version, now):
    system = learning_systems.add(name="Lantern LMS", by=training_admin.user, now=now)
    learning_systems.map_activity(system=system, activity=ACTIVITY, course=version.course, by=training_admin.user, now=now)
    return system


@pytest.fixture
def token(system, training_admin, now):
    return learning_systems.make_token(system=system, by=training_admin.user, now=now)


@pytest.fixture
def send(token):
    def request(data, method="post", at=AT, token=token, **headers):
        words = {"X-Experience-API-Version": "1.0.3", "Authorization": basic(*token)} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        kind = words.pop("Content-Type", "application/json")
        return getattr(Client(), method)(at, body, content_type=kind, headers={name: value for name, value in words.items() if value})

    return request


def basic(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def but(**more) -> dict:
    return copy.deepcopy(GOOD) | {"id": str(uuid4())} | more


def test_a_completion_is_evidence(send, pupil, version, system):
    response = send(GOOD)
    assert (response.status_code, response.json()) == (200, [ID])
    assert response.headers["X-Experience-API-Version"] == "1.0.3"
    assert response.headers["X-Experience-API-Consistent-Through"]
    row = Completion.objects.get()
    assert (row.employee, row.course, row.seconds, row.provider, row.source) == (
        pupil.employee,
        version.course,
        3_723,
        "Lantern LMS",
        Source.XAPI,
    )
    assert (str(row.completed_on), row.version, row.recorded_by) == ("2026-11-20", None, None)
    system.refresh_from_db()
    assert system.used_on == today(timezone.now())


def test_put_answers_without_content(send, pupil):
    response = send(GOOD, "put", f"{AT}?statementId={ID}")
    assert (response.status_code, response.content) == (204, b"")
    assert Completion.objects.count() == 1


@pytest.mark.parametrize("at", [AT, f"{AT}?statementId=17", f"{AT}?statementId=335b66c4-54c3-4aab-83bb-9264dac48996"])
def test_put_needs_its_own_id(send, pupil, at):
    assert send(GOOD, "put", at).status_code == 400
    assert not ReceivedStatement.objects.exists()


def test_put_takes_one_statement(send, pupil):
    assert send([GOOD], "put", f"{AT}?statementId={ID}").status_code == 400


def test_the_same_statement_twice_is_once(send, pupil):
    assert [send(GOOD).status_code for _ in range(2)] == [200, 200]
    assert send(GOOD, "put", f"{AT}?statementId={ID}").status_code == 204
    assert (Completion.objects.count(), ReceivedStatement.objects.count()) == (1, 1)


def test_another_statement_under_the_same_id_is_a_conflict(send, pupil):
    send(GOOD)
    changed = copy.deepcopy(GOOD) | {"actor": {"mbox": "mailto:person001@example.test"}}
    assert send([but(), changed]).status_code == 409
    assert send(changed, "put", f"{AT}?statementId={ID}").status_code == 409
    assert ReceivedStatement.objects.count() == 1


def test_a_batch_is_taken_whole_or_not_at_all(send, pupil, top):
    other = but(actor={"account": {"name": "001", "homePage": "https://lms.example.test"}})
    assert send([GOOD, other]).json() == [ID, other["id"]]
    assert Completion.objects.count() == 2
    assert send([but(), but(verb={})]).status_code == 400
    assert send([GOOD | {"id": other["id"]}, other]).status_code == 400
    assert ReceivedStatement.objects.count() == 2


def test_passed_and_completed_on_one_day_are_one_completion(send, pupil):
    send([GOOD, but(verb={"id": reading.PASSED})])
    assert (Completion.objects.count(), ReceivedStatement.objects.filter(outcome=Outcome.DONE).count()) == (1, 2)


def test_what_says_nothing_about_a_completion_is_taken_and_forgotten(send, pupil, now):
    assert send(but(verb={"id": "http://adlnet.gov/expapi/verbs/experienced"})).status_code == 200
    row = ReceivedStatement.objects.get()
    assert (row.outcome, row.waiting_sealed) == (Outcome.IGNORED, None)
    statements.forget_old(now=timezone.now() + timedelta(days=91))
    assert not ReceivedStatement.objects.exists()


def test_the_hash_of_an_address_is_recognised(send, pupil):
    import hashlib

    hashed = hashlib.sha1(b"mailto:person060@example.test", usedforsecurity=False).hexdigest()
    send(but(actor={"mbox_sha1sum": hashed}))
    assert Completion.objects.get().employee == pupil.employee


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["", "0.9", "2.0.0", "1.1.0", "10.0"])
def test_another_version_is_refused(send, asked):
    response = send(GOOD, X_Experience_API_Version=asked)
    assert (response.status_code, response.headers["X-Experience-API-Version"]) == (400, "1.0.3")


@pytest.mark.parametrize("asked", ["1.0", "1.0.0", "1.0.9"])
def test_every_version_1_0_is_taken(send, pupil, asked):
    assert send(GOOD, X_Experience_API_Version=asked).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer abc", "Basic !!!", "Basic ", basic("", ""), basic("nobody", "x"), "Basic //8="])
def test_without_a_token_nothing_is_taken(send, pupil, header):
    response = send(GOOD, Authorization=header)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic")
    assert not ReceivedStatement.objects.exists()


def test_being_signed_in_is_no_token(signed_in, training_admin, system):
    headers = {"X-Experience-API-Version": "1.0.3"}
    response = signed_in(training_admin).post(AT, json.dumps(GOOD), content_type="application/json", headers=headers)
    assert response.status_code == 401


def test_a_system_without_a_token_has_no_empty_one(training_admin, version, now):
    learning_systems.add(name="Idle", by=training_admin.user, now=now)
    assert learning_systems.proven("", "") is None
    assert learning_systems.proven("None", "") is None


def test_an_old_and_a_revoked_token_are_refused(send, system, token, training_admin, now):
    learning_systems.make_token(system=system, by=training_admin.user, now=now)
    assert send(GOOD).status_code == 401
    again = learning_systems.make_token(system=system, by=training_admin.user, now=now)
    assert learning_systems.proven(*again) == system
    learning_systems.revoke_token(system=system, by=training_admin.user, now=now)
    assert learning_systems.proven(*again) is None


def test_only_the_hash_of_a_token_is_kept(system, token):
    system.refresh_from_db()
    kept = " ".join(str(value) for value in vars(system).values())
    assert token[1] not in kept
    assert len(token[1]) >= 40


def test_wrong_tokens_are_slowed_down_by_network(send, pupil, token):
    wrong = [send(GOOD, Authorization=basic(token[0], f"wrong{number}")).status_code for number in range(7)]
    assert wrong[0] == 401
    assert wrong[-1] == 429
    assert send(GOOD).status_code == 200


def test_too_many_requests_are_put_off(send, pupil, monkeypatch):
    monkeypatch.setattr(xapi, "REQUESTS_A_MINUTE", 2)
    assert [send(but()).status_code for _ in range(2)] == [200, 200]
    response = send(but())
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 60


def test_too_much_at_once_is_refused(send, pupil):
    assert send([but() for _ in range(101)]).status_code == 413
    assert send(b" " * 1_000_001).status_code == 413


def test_other_kinds_of_content_are_refused(send):
    assert send(GOOD, Content_Type="multipart/mixed; boundary=x").status_code == 400
    assert send(b"{").status_code == 400
    assert send(GOOD, at=f"{AT}?method=PUT").status_code == 400


def test_statements_are_not_given_back(send):
    assert Client().get(AT).status_code == 405


def test_nothing_of_what_was_sent_is_logged_or_answered(send, pupil, caplog):
    caplog.set_level(logging.DEBUG)
    secret = but(actor={"mbox": "mailto:whisper@example.test"}, result={"duration": "whisper"})
    assert b"whisper" not in send(secret).content
    send(but(actor={"mbox": "mailto:whisper@example.test"}))
    send(b'{"whisper": }')
    assert "whisper" not in caplog.text


# --- what waits -----------------------------------------------------------------------------------


def waiting() -> list[str]:
    return [row.why for row in ReceivedStatement.objects.filter(outcome=Outcome.WAITING)]


def test_unknown_people_and_activities_wait_sealed(send, pupil):
    send([but(actor={"mbox": "mailto:nobody@example.test"}), but(object={"id": "https://lms.example.test/course/18"})])
    assert waiting() == ["person", "activity"]
    assert not Completion.objects.exists()
    assert not any(b"example.test" in bytes(row.waiting_sealed) for row in ReceivedStatement.objects.all())


def test_the_future_and_the_time_before_somebody_came_wait(send, pupil):
    future = (timezone.now() + timedelta(days=2)).isoformat()
    send([but(timestamp=future), but(timestamp="2020-01-01T00:00:00Z")])
    assert waiting() == ["future", "not_here"]


def test_mapping_an_activity_settles_what_waited(send, pupil, system, version, training_admin, now):
    send(but(object={"id": "https://lms.example.test/course/18"}))
    activity = "https://lms.example.test/course/18"
    learning_systems.map_activity(system=system, activity=activity, course=version.course, by=training_admin.user, now=now)
    assert statements.look_again(system=system, by=training_admin.user, now=now) == 1
    assert Completion.objects.get().recorded_by == training_admin.user
    assert (waiting(), ReceivedStatement.objects.get().waiting_sealed) == ([], None)


def test_a_token_reaches_the_courses_of_its_own_system_only(send, pupil, training_admin, version, now):
    other = learning_systems.add(name="Other", by=training_admin.user, now=now)
    key = learning_systems.make_token(system=other, by=training_admin.user, now=now)
    assert send(GOOD, token=key).status_code == 200
    assert waiting() == ["activity"]
    assert send(GOOD).status_code == 200
    assert Completion.objects.get().provider == "Lantern LMS"


def test_it_ends_what_was_asked_for(send, pupil, version, now):
    Assignment.objects.create(
        employee=pupil.employee,
        course=version.course,
        why=Why.ASKED,
        assigned_at=now - timedelta(days=60),
        due_date=now.date(),
        due_at=now,
    )
    send(GOOD)
    assert Assignment.objects.get().state == AssignmentState.DONE


def test_after_the_past_stopped_counting_what_comes_later_counts(send, pupil, version, training_admin, now):
    from training.services import courses
    from training.validity import counting

    send(GOOD)
    draft = courses.revise(course=version.course, by=training_admin.user, now=now)
    courses.publish(version=draft, row_version=draft.row_version, past_count=False, by=training_admin.user, now=now)
    assert not counting(version.course).exists()
    completing.revoke(completion=Completion.objects.get(), by=training_admin.user, now=now)
    send(but(timestamp=(now + timedelta(minutes=5)).isoformat()))
    assert counting(version.course).count() == 1


# --- the pages ------------------------------------------------------------------------------------

PAGES = "/m/training/systems/"


@pytest.fixture
def office(signed_in, training_admin):
    return signed_in(training_admin)


def text(response) -> str:
    return html.unescape(response.content.decode())


def test_a_system_is_added_and_its_token_shown_once(office, version, pupil, send):
    response = office.post(PAGES, {"name": "Moon LMS"})
    made_system = LearningSystem.objects.get(name="Moon LMS")
    at = f"{PAGES}{made_system.pk}/"
    assert response.headers["Location"] == at
    response = office.post(f"{at}token/")
    secret = response.context["secret"]
    assert secret in text(response)
    assert "/xapi/" in text(response)
    assert secret not in text(office.get(at))
    office.post(at, {"activity": ACTIVITY, "course": "everyone"})
    assert send(GOOD, token=(response.context["key"], secret)).status_code == 200
    assert Completion.objects.get().provider == "Moon LMS"
    office.post(f"{at}revoke/")
    assert send(but(), token=(response.context["key"], secret)).status_code == 401


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"activity": "course 17", "course": "everyone"}, "begins like an address"),
        ({"activity": ACTIVITY, "course": "everyone"}, "a course already"),
        ({"activity": "", "course": "everyone"}, "Give the id of the activity"),
        ({"activity": "https://a.test", "course": "juggling"}, "Choose one of the answers"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(office, system, values, says):
    assert says in text(office.post(f"{PAGES}{system.pk}/", values))


def test_an_activity_is_removed(office, system, send, pupil):
    office.post(f"{PAGES}{system.pk}/activities/{system.activities.get().pk}/remove/")
    send(GOOD)
    assert waiting() == ["activity"]


def test_an_administrator_settles_what_waits(office, system, send, pupil):
    send(but(actor={"mbox": "mailto:mo.private@mail.test"}))
    at = f"{PAGES}{system.pk}/waiting/"
    page = text(office.get(at))
    assert "mo.private@mail.test" in page
    assert "Nobody in the directory is recognised" in page
    one = f"{at}{ReceivedStatement.objects.get().pk}/"
    assert "Nobody in the directory has this" in text(office.post(one, {"person": "nobody", "course": "everyone"}))
    assert office.post(one, {"person": "060", "course": "everyone"}).status_code == 302
    assert Completion.objects.get().employee == pupil.employee
    assert "Nothing waits" in text(office.get(at))
    assert office.get(one).status_code == 302


def test_what_is_not_ours_is_set_aside_and_forgotten(office, system, send, pupil):
    send(but(actor={"mbox": "mailto:guest@mail.test"}))
    row = ReceivedStatement.objects.get()
    office.post(f"{PAGES}{system.pk}/waiting/{row.pk}/aside/")
    row.refresh_from_db()
    assert (row.outcome, row.waiting_sealed) == (Outcome.ASIDE, None)


def test_administrators_are_told_what_waits(office, send, pupil):
    assert "waits: person or course" not in text(office.get("/m/"))
    send(but(actor={"mbox": "mailto:guest@mail.test"}))
    assert "waits: person or course" in text(office.get("/m/"))
