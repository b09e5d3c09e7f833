"""Oversight's pages and the health page."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from complaints.models import Escalation, Message, Seat
from complaints.services import clockwork, escalation
from complaints.services.access import openable
from complaints.services.once import new_token
from notices.heartbeat import beat
from notices.models import Heartbeat
from oversight import health
from people.models import Role, RoleGrant, User
from people.seating import Bar
from tests.clocks.helpers import deadline, kinds, run_until_quiet
from tests.factories import cast
from tests.factories.filing import file_story
from tests.factories.trained import handlers_course
from vault.columns import open_column
from vault.staff import create_staff_keys

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
WORDS = "CANARY-escalation they do nothing 他们什么都不做"


@pytest.fixture
def late_case(handlers):
    """A report that nobody opened for ten days, as the real clock has it."""
    filed = file_story(now=timezone.now() - timedelta(days=10))
    run_until_quiet(timezone.now())
    return filed


@pytest.fixture
def asked(late_case):
    escalation.escalate(
        complaint=late_case.complaint, keyring=late_case.keyring, reason="late", text=WORDS, token=new_token(), now=timezone.now()
    )
    return late_case


@pytest.fixture
def board(signed_in, overseer):
    return signed_in(overseer)


def address(filed, name="case", *extra):
    return reverse(f"oversight:{name}", args=[filed.complaint.ref, *extra])


def test_the_board_shows_references_and_steps_only(board, late_case, respondent):
    page = board.get("/o/late/")
    text = page.content.decode()
    assert late_case.complaint.ref in text
    assert "Opening your report" in text
    assert "CANARY" not in text
    assert "Lin Mei" not in text
    assert board.get("/o/").headers["Location"] == "/o/late/"


def test_an_empty_board_says_so(board, world):
    text = board.get("/o/late/").content.decode()
    assert "Nothing is late." in text
    assert "Nobody is waiting for an answer from oversight." in text


@pytest.mark.parametrize("who", ["intake_officer", "stranger", "sysadmin", "respondent"])
def test_everybody_else_finds_nothing(request, signed_in, late_case, who):
    client = signed_in(request.getfixturevalue(who))
    for path in ("/o/", "/o/late/", address(late_case), address(late_case, "call_in")):
        assert client.get(path).status_code == 404, path


def test_an_overseer_without_a_seat_finds_nothing(board, late_case, overseer):
    Seat.objects.filter(user=overseer.user).update(until=timezone.now())
    assert board.get(address(late_case)).status_code == 404
    assert late_case.complaint.ref not in board.get("/o/late/").content.decode()


def test_the_request_is_read_in_full_and_that_is_recorded(board, asked):
    from audit.selectors import accesses

    text = board.get(address(asked)).content.decode()
    assert WORDS.split()[1] in text
    assert "他们什么都不做" in text
    assert "You are late" in text
    assert [entry.action for entry in accesses(asked.complaint.pk)] == ["opened_escalation"]


def test_a_locked_vault_asks_for_the_passphrase_first(asked, overseer):
    from django.test import Client

    client = Client()
    client.force_login(overseer.user)
    response = client.get(address(asked))
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/unlock/")


def post_answer(client, filed, **values):
    row = Escalation.objects.get(complaint=filed.complaint)
    prefix = f"a{row.pk.hex[:8]}"
    data = {"text": "We look into it.", "promised_date": "", "token": new_token()} | values
    return client.post(address(filed, "answer", row.pk), {f"{prefix}-{name}": value for name, value in data.items()})


def test_the_answer_reaches_the_reporter_and_keeps_the_promise(board, asked):
    assert post_answer(board, asked).status_code == 302
    row = Escalation.objects.get(complaint=asked.complaint)
    assert row.answered_at
    assert "escalation_answered" in kinds(asked.complaint)
    assert post_answer(board, asked).status_code == 302
    assert kinds(asked.complaint).count("escalation_answered") == 1


@pytest.mark.parametrize(
    ("values", "error"), [({"text": " "}, "Write an answer"), ({"promised_date": "2020-01-01"}, "Choose a date after today")]
)
def test_errors_keep_what_was_typed(board, asked, values, error):
    page = post_answer(board, asked, **({"text": "typed words"} | values))
    text = page.content.decode()
    assert error in text
    assert "<title>Error: " in text.replace("\n", "")
    if "promised_date" in values:
        assert "typed words" in text


def test_calling_in_tells_the_handler_and_the_reporter_once(board, late_case):
    assert board.get(address(late_case, "call_in")).status_code == 200
    for _ in range(2):
        assert board.post(address(late_case, "call_in")).status_code == 302
    assert kinds(late_case.complaint).count("called_in") == 1
    assert "has not been done yet" in board.get(address(late_case)).content.decode()


def test_oversight_can_not_reassign_what_it_can_not_open(board, late_case):
    assert board.get(address(late_case, "reassign")).status_code == 404


def test_a_case_that_oversight_handles_can_be_given_away(signed_in, overseer, investigator, decision_maker):
    """No intake officer is free of conflict: the report goes to oversight itself."""
    filed = file_story()
    assert filed.complaint.oversight_handles
    client = signed_in(overseer)
    page = client.get(address(filed, "reassign"))
    assert investigator.user.display_name in page.content.decode()
    assert client.post(address(filed, "reassign"), {}).status_code == 200
    assert client.post(address(filed, "reassign"), {"to": investigator.user.pk}).status_code == 302
    assert Seat.objects.filter(complaint=filed.complaint, user=investigator.user, role="handler", until=None).exists()


def _from_outside() -> User:
    user = User.objects.create_user("outside@example.test", cast.PASSWORD, display_name="Counsel Wei", language="en")
    RoleGrant.objects.create(user=user, role=Role.EXTERNAL_INVESTIGATOR, since=cast.SINCE)
    create_staff_keys(user=user, passphrase=cast.PASSPHRASE, now=cast.SINCE)
    return user


def test_somebody_from_outside_is_kept_out_by_name_like_everybody_else(signed_in, overseer, investigator, decision_maker, monkeypatch):
    """Whoever can't be given a case is named, whatever their role: an offer that is refused afterwards helps nobody."""
    outside, filed = _from_outside(), file_story()
    bar = Bar("away", "is away until the spring")
    monkeypatch.setattr("people.seating._judges", {"away": lambda users, now: {user.pk: bar for user in users if user == outside}})
    page = signed_in(overseer).get(address(filed, "reassign")).content.decode()
    assert "Counsel Wei" in page and bar.sentence in page and f'value="{outside.pk}"' not in page


def test_somebody_from_outside_is_not_asked_for_training_kept_here(signed_in, overseer, investigator, decision_maker, top):
    admin = cast.make_person("050", "Ren Yu", "training_admin", manager=top.employee)
    handlers_course(by=admin.user, now=timezone.now())
    outside, filed = _from_outside(), file_story()
    client = signed_in(overseer)
    page = client.get(address(filed, "reassign")).content.decode()
    assert f'value="{outside.pk}"' in page and f'value="{investigator.user.pk}"' not in page
    assert client.post(address(filed, "reassign"), {"to": outside.pk, "once": "x"}).status_code == 302
    assert Seat.objects.filter(complaint=filed.complaint, user=outside, role="handler", until=None).exists()


def test_whoever_is_not_whom_the_reporter_asked_for_is_explained(signed_in, overseer, investigator, decision_maker, monkeypatch):
    monkeypatch.setattr("investigations.services.wishes.wish_of", lambda **_reach: "woman")
    User.objects.filter(pk=investigator.user.pk).update(gender="man")
    filed = file_story()
    client = signed_in(overseer)
    assert "would rather speak to a woman" in client.get(address(filed, "reassign")).content.decode()
    data = {"to": investigator.user.pk, "once": "a"}
    refused = client.post(address(filed, "reassign"), data)
    assert "Tell the reporter why" in refused.content.decode() and not Message.objects.filter(complaint=filed.complaint).exists()
    assert not Seat.objects.filter(complaint=filed.complaint, role="handler").exists()
    assert client.post(address(filed, "reassign"), data | {"why_not_wished": "CANARY-no woman is free"}).status_code == 302
    told = Message.objects.get(complaint=filed.complaint)
    keys = openable(complaint=filed.complaint, keyring=filed.keyring).statement
    assert "CANARY-no woman is free" in open_column(told, "body_sealed", keys).json()["text"]
    User.objects.filter(pk=investigator.user.pk).update(gender="woman")
    other = file_story()
    assert client.post(address(other, "reassign"), data | {"once": "b"}).status_code == 302
    assert not Message.objects.filter(complaint=other.complaint).exists()


def test_refusing_a_moved_date(board, handlers, intake_officer):
    from complaints.services.extensions import extend_deadline

    now = timezone.now()
    filed = file_story(now=now)
    row = deadline(filed.complaint, "plan")
    extend_deadline(
        complaint=filed.complaint,
        deadline=row,
        keyring=intake_officer.keyring,
        by=intake_officer.user,
        role="intake",
        until=row.due_date + timedelta(days=20),
        reason="busy",
        seen=0,
        now=now,
    )
    assert "Refuse the new date" in board.get(address(filed)).content.decode()
    assert board.post(address(filed, "refuse", row.pk), {"text": "", "seen": 1}).status_code == 200
    # The handler moved it again since this page was made.
    meanwhile = board.post(address(filed, "refuse", row.pk), {"text": "CANARY-mine", "seen": 0}).content.decode()
    assert "Nothing was saved" in meanwhile and "CANARY-mine" in meanwhile and 'name="seen" value="1"' in meanwhile
    assert board.post(address(filed, "refuse", row.pk), {"text": "Not a reason.", "seen": 1}).status_code == 302
    assert deadline(filed.complaint, "plan").due_date == row.due_date
    assert board.get(address(filed, "refuse", row.pk)).status_code == 404


# --- health ------------------------------------------------------------------------------------------


def test_health_is_fine_after_a_look(client, filed):
    clockwork.look(now=timezone.now())
    response = client.get("/health/")
    assert response.status_code == 200
    body = response.json()
    assert body["ok"] is True
    assert body["database"] is True
    assert body["scheduler_last_look_seconds"] < 30


def test_a_silent_scheduler_is_a_503(client, world):
    beat(clockwork.LOOKING, timezone.now() - timedelta(minutes=11))
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json()["scheduler_silent"] is True


def test_a_scheduler_that_never_looked_is_silent(client, world):
    assert client.get("/health/").status_code == 503


def test_a_jumped_clock_is_a_503(client, world):
    now = timezone.now()
    beat(clockwork.LOOKING, now - timedelta(days=400))
    clockwork.look(now=now)
    assert client.get("/health/").json()["clock_jumped"] is True


def test_health_tells_ages_and_nothing_else(client, late_case):
    body = client.get("/health/").json()
    assert body["oldest_unsent_notice_seconds"] is not None
    jobs = body.pop("jobs_last_run_seconds")
    assert set(jobs) == {each["task"].rpartition(".")[2] for each in settings.CELERY_BEAT_SCHEDULE.values()}
    assert all(value is None or isinstance(value, bool | int) for value in [*body.values(), *jobs.values()])


def test_a_late_item_that_nobody_can_be_told_of_shows(client, late_case):
    assert client.get("/health/").json()["late_without_anybody_to_tell"] == 0
    Seat.objects.filter(complaint=late_case.complaint).update(until=timezone.now())
    assert client.get("/health/").json()["late_without_anybody_to_tell"] == 1


def test_a_database_that_does_not_answer_is_an_answer(client, monkeypatch):
    from django.db import OperationalError

    def gone(now):
        raise OperationalError("gone")

    monkeypatch.setattr(health, "_look", gone)
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json()["database"] is False


def test_the_banner_asks_once_in_fifteen_seconds(world, now, django_assert_num_queries):
    assert health.scheduler_silent(now) is True
    Heartbeat.objects.create(pk=clockwork.LOOKING, at=now)
    with django_assert_num_queries(0):
        assert health.scheduler_silent(now) is True
    from django.core.cache import cache

    cache.clear()
    assert health.scheduler_silent(now) is False
