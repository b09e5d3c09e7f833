"""Certificates: to print, to download, and to be checked by anybody, who learns the month and nothing else (R10)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from audit.actors import staff
from policy import pdf
from tests.factories import cast
from tests.training import course as made
from training import certificates
from training.models import Completion
from training.services import completing
from training.services.completing import Earned
from training.states import Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def pupil(world, top):
    return cast.make_person("060", "Mo Yan", manager=top.employee)


@pytest.fixture
def done(training_admin, pupil, now):
    version = made.published(by=training_admin.user, now=now)
    earned = Earned("live:1", pupil.employee, version.course, version, now, 3_000, "An outside trainer", Source.LIVE)
    with transaction.atomic():
        return completing.record_completion(earned, by=staff(training_admin.user, "training_admin"), now=now)[0]


def check(number: str, **client) -> str:
    return Client(**client).post("/t/check/", {"number": number}).content.decode()


def test_a_number_has_eighty_random_bits_in_letters_nobody_confuses():
    numbers = {certificates.new_number() for _ in range(200)}
    assert len(numbers) == 200
    assert all(len(number) == 16 and not set(number) & set("ILOU") for number in numbers)


@pytest.mark.parametrize(
    "typed", ["7k2m-9q4t-XXXX-0001", " 7K2M9Q4TXXXX0001 ", "７Ｋ２Ｍ－９Ｑ４Ｔ－ＸＸＸＸ－０００１", "7K2M 9Q4T XXXX OOOI"]
)
def test_a_number_is_read_however_it_is_typed(typed):
    assert certificates.read_number(typed) == "7K2M9Q4TXXXX0001"


@pytest.mark.parametrize("typed", ["", "7K2M", "7K2M-9Q4T-XXXX-00011", "7K2M-9Q4T-XXXX-000!", "U" * 16])
def test_what_can_be_no_number_is_none(typed):
    assert certificates.read_number(typed) == ""


def test_its_owner_can_look_at_it_and_nobody_else(done, pupil, training_admin, signed_in):
    page = signed_in(pupil).get(f"/t/certificate/{done.pk}/").content.decode()
    assert all(word in page for word in ("Mo Yan", "50 minutes", "An outside trainer", certificates.in_groups(done.number)))
    assert signed_in(training_admin).get(f"/t/certificate/{done.pk}/").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_can_be_downloaded(done, pupil, signed_in, language):
    browser = signed_in(pupil)
    browser.cookies["l"] = language
    response = browser.get(f"/t/certificate/{done.pk}/pdf/")
    if pdf.available():
        assert response.content.startswith(b"%PDF-")
        assert "Mo" not in response.headers["Content-Disposition"]
    else:
        assert response.status_code == 404


def test_anybody_can_check_it_and_learns_the_month_only(done):
    page = check(certificates.in_groups(done.number))
    assert "This certificate is valid. The course was completed in November 2026." in page
    assert not [word for word in ("Mo Yan", "Respect", "outside trainer", "23 November") if word in page]


def test_in_chinese_too(done):
    browser = Client()
    browser.cookies["l"] = "zh-hans"
    page = browser.post("/t/check/", {"number": done.number}).content.decode()
    assert "此证书有效。课程完成于 2026年11月。" in page


def test_a_number_that_does_not_exist_and_one_taken_back_look_the_same(done, training_admin, now):
    other = certificates.new_number()
    absent = check(other).replace(other, "")
    completing.revoke(completion=done, by=training_admin.user, now=now)
    assert "There is no valid certificate" in absent
    taken_back = check(done.number).replace(done.number, "")
    assert strip(taken_back) == strip(absent)


def strip(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrf" not in line)


def test_what_was_taken_back_is_gone_for_its_owner_too(done, pupil, training_admin, signed_in, now):
    browser = signed_in(pupil)
    assert browser.get(f"/t/certificate/{done.pk}/").status_code == 200
    completing.revoke(completion=done, by=training_admin.user, now=now)
    assert browser.get(f"/t/certificate/{done.pk}/").status_code == 404


def test_an_empty_box_says_what_belongs_there():
    assert "Write the number that is printed on the certificate" in check("")


def test_the_same_evidence_twice_is_one_completion(done, pupil, training_admin, now):
    earned = Earned("live:1", pupil.employee, done.course, done.version, now, 9_000, "Somebody else", Source.LIVE)
    with transaction.atomic():
        again, is_new = completing.record_completion(earned, by=staff(training_admin.user, "training_admin"), now=now)
    assert (again, is_new) == (done, False)
    assert Completion.objects.get().seconds == 3_000


@pytest.mark.parametrize("change", [{"name": "Other"}, {"seconds": 1}, {"number": "0" * 16}, {"completed_on": "2020-01-01"}], ids=str)
def test_the_database_refuses_to_change_evidence(done, change):
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Completion.objects.filter(pk=done.pk).update(**change)


def test_what_was_taken_back_stays_so(done, training_admin, now):
    completing.revoke(completion=done, by=training_admin.user, now=now)
    completing.revoke(completion=done, by=training_admin.user, now=now + timedelta(days=1))
    assert Completion.objects.get().revoked_at == now
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Completion.objects.filter(pk=done.pk).update(revoked_at=None, revoked_by=None)
