"""The story of a new colleague: imported today, given the course, reminded on the right days, done in Chinese, the certificate checked."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from notices.models import Notice
from people.models import User
from tests.factories import cast
from tests.training import course as made
from tests.training.test_player import to, walk
from training.models import Assignment, Completion
from training.states import AssignmentState, Why
from training.tasks import look_at_training

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
JOINED, DUE = date(2026, 11, 23), date(2026, 12, 23)


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


@pytest.fixture
def training_admin(world, top):
    return cast.make_person("050", "Ren Yu", "training_admin", manager=top.employee)


def mid_morning(day: date):
    """Travel to ten o'clock of that day in Shanghai."""
    return time_machine.travel(datetime(day.year, day.month, day.day, 2, tzinfo=UTC), tick=False)


def import_joiner(admin: Client) -> None:
    row = f"number,name,email,joined,manager\n777,罗可,luo@example.test,{JOINED},001\n"
    page = admin.post("/w/directory/", {"file": SimpleUploadedFile("people.csv", row.encode())}, follow=True)
    seen = re.search(r'name="fingerprint" value="([0-9a-f]+)"', page.content.decode()).group(1)
    done = admin.post(page.request["PATH_INFO"], {"fingerprint": seen}, follow=True).content.decode()
    assert "Changed entries: 1." in done


def told(address: str) -> set[tuple[str, date]]:
    """What was sent about training to whom, and on which day."""
    rows = Notice.objects.filter(recipient__email=address, template__startswith="training_")
    return {(row.template, (row.created_at + timedelta(hours=8)).date()) for row in rows}


def test_from_the_import_to_a_certificate_that_verifies(world, top, training_admin, signed_in, now):
    administrator = cast.make_person("055", "Shi An", "system_admin", manager=top.employee)
    version = made.published("everyone", by=training_admin.user, now=now)
    luo = User.objects.create_user("luo@example.test", cast.PASSWORD, display_name="罗可", language="zh-hans")
    with mid_morning(JOINED):
        look_at_training()
        import_joiner(signed_in(administrator))
        look_at_training()
        given = Assignment.objects.get(employee__number="777")
        assert (given.why, given.due_date, given.employee.user) == (Why.JOINED, DUE, luo)
    day = JOINED
    while day < date(2026, 12, 28):
        day += timedelta(days=1)
        with mid_morning(day):
            look_at_training()
    assert told("luo@example.test") == {
        ("training_new", JOINED),
        ("training_soon", date(2026, 12, 16)),
        ("training_soon", date(2026, 12, 22)),
        ("training_late", date(2026, 12, 24)),
    }
    assert ("training_team", date(2026, 12, 24)) in told(top.user.email)

    with mid_morning(date(2026, 12, 28)):
        phone = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
        phone.post("/a/login/", {"login": "luo@example.test", "password": cast.PASSWORD})
        assert "2026年12月23日" in phone.get("/t/").content.decode()
        assert to(phone.post("/t/everyone/")) == "/t/everyone/1/"
        walk(phone)
        completion = Completion.objects.get(employee__number="777")
        assert (completion.version, completion.completed_at.date()) == (version, date(2026, 12, 28))
        certificate = phone.get(f"/t/certificate/{completion.pk}/").content.decode()
        assert "罗可" in certificate and 'lang="zh-Hans"' in certificate
        number = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", certificate).group()
        assert (
            "此证书有效。课程完成于 2026年12月。"
            in Client(HTTP_ACCEPT_LANGUAGE="zh-CN").post("/t/check/", {"number": number}).content.decode()
        )
        look_at_training()
    given.refresh_from_db()
    assert given.state == AssignmentState.DONE
    with mid_morning(date(2027, 1, 4)):
        look_at_training()
    assert ("training_late", date(2026, 12, 31)) not in told("luo@example.test"), "nobody is reminded of what is done"
