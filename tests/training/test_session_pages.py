"""The pages of live sessions, as a training administrator uses them."""

import html
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.factories import cast
from tests.training import course as made
from training.models import Attendance, Completion, LiveSession, SignInSheet

pytestmark = pytest.mark.django_db

AT = "/m/training/sessions/"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def office(training_admin, signed_in, now):
    made.published(by=training_admin.user, now=now)
    return signed_in(training_admin)


@pytest.fixture
def pupil(world, top):
    return cast.make_person("060", "Mo Yan", manager=top.employee)


def filled(**more) -> dict:
    day = timezone.localdate() - timedelta(days=1)
    values = {"course": "everyone", "day": day.isoformat(), "clock": "09:30", "minutes": "60", "trainer": "Zhao Wen", "provider": "Lantern"}
    return values | more


@pytest.fixture
def session(office):
    office.post(f"{AT}new/", filled())
    return LiveSession.objects.get()


def text(response) -> str:
    return html.unescape(response.content.decode())


def test_a_session_is_planned(office, pupil):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    response = office.post(f"{AT}new/", filled(day=tomorrow, least_minutes="45", topic="Trips"))
    session = LiveSession.objects.get()
    assert response.headers["Location"] == f"{AT}{session.pk}/"
    assert (session.minutes, session.least_minutes, session.topic) == (60, 45, "Trips")
    page = text(office.get(AT))
    assert "Respect at work" in page
    assert "Planned" in page
    assert "When it is over" in text(office.get(f"{AT}{session.pk}/"))
    assert office.get(f"{AT}{session.pk}/people/").headers["Location"] == f"{AT}{session.pk}/"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("day", "yesterday", "Give a date"),
        ("clock", "25:00", "Give a time"),
        ("minutes", "0", "Give a number from 1 to 1440"),
        ("least_minutes", "90", "longer than the session"),
        ("trainer", "", "Say who taught"),
        ("course", "nothing", "Choose one of the answers"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(office, field, value, says):
    response = office.post(f"{AT}new/", filled(place="Room 12") | {field: value})
    assert says in text(response)
    assert "Room 12" in text(response)
    assert not LiveSession.objects.exists()


def test_people_are_found_looked_at_and_recorded(office, session, pupil):
    at = f"{AT}{session.pk}/people/"
    page = text(office.post(at, {"go": "find", "q": "Mo", "people": "nobody@example.test"}))
    assert str(pupil.employee.pk) in page
    assert "nobody@example.test" in page
    page = text(office.post(at, {"go": "add", "q": "Mo", "who": [str(pupil.employee.pk)], "people": ""}))
    assert ">\n060</textarea>" in page or "060</textarea>" in page
    page = text(office.post(at, {"go": "look", "people": "060"}))
    assert "Mo Yan" in page
    assert "Record 1 person" in page
    assert not Attendance.objects.exists()
    assert office.post(at, {"go": "apply", "people": "060"}).status_code == 302
    assert Completion.objects.get().employee == pupil.employee
    assert "Mo Yan" in text(office.get(f"{AT}{session.pk}/"))


def test_a_line_that_nobody_fits_is_named(office, session, pupil):
    at = f"{AT}{session.pk}/people/"
    for go in ("look", "apply"):
        page = text(office.post(at, {"go": go, "people": "060\nnobody@example.test"}))
        assert "1 line needs mending" in page
        assert "Nobody in the directory has this address" in page
    assert not Attendance.objects.exists()


def test_an_empty_and_an_endless_list_are_refused(office, session):
    at = f"{AT}{session.pk}/people/"
    assert "find them by name" in text(office.post(at, {"go": "look", "people": " "}))
    assert "At most 500 lines" in text(office.post(at, {"go": "look", "people": "060\n" * 501}))


def test_taking_back_asks_first(office, session, pupil):
    office.post(f"{AT}{session.pk}/people/", {"go": "apply", "people": "060"})
    at = f"{AT}{session.pk}/people/{Attendance.objects.get().pk}/back/"
    assert "Take it back" in text(office.get(at))
    assert Completion.objects.get().revoked_at is None
    office.post(at)
    assert Completion.objects.get().revoked_at is not None
    assert "Taken back on" in text(office.get(f"{AT}{session.pk}/"))


def test_correcting_leads_to_the_record_that_counts(office, session, pupil):
    office.post(f"{AT}{session.pk}/people/", {"go": "apply", "people": "060"})
    at = f"{AT}{session.pk}/edit/"
    assert "makes a new record" in text(office.get(at))
    response = office.post(at, filled(trainer="Wu Di", row_version="1", recorded="yes"))
    new = LiveSession.objects.get(replaces=session)
    assert response.headers["Location"] == f"{AT}{new.pk}/"
    assert str(new.pk) in text(office.get(f"{AT}{session.pk}/"))
    assert "Nothing was overwritten" in text(office.post(f"{AT}{new.pk}/edit/", filled(row_version="7", recorded="yes")))
    assert "cancelled or corrected" in text(office.post(at, filled(row_version="2", recorded="yes")))


def test_numbers_in_help_and_errors_are_said_in_the_language_of_the_page(office, session):
    office.cookies["l"] = "zh-hans"
    assert "不超过 10 MB" in text(office.get(f"{AT}{session.pk}/"))
    assert "1 到 1440" in text(office.post(f"{AT}new/", filled(minutes="0")))
    assert "2000 行" in text(office.get("/m/training/import/"))


def test_two_who_change_a_session_see_both_and_the_second_decides_knowingly(office, session):
    at = f"{AT}{session.pk}/edit/"
    office.post(at, filled(place="Room 3", clock="10:15", row_version="1"))
    typed = filled(place="Room 9", row_version="1")
    response = office.post(at, typed)
    session.refresh_from_db()
    assert response.status_code == 409 and session.place == "Room 3"
    assert {row[1:] for row in response.context["rows"]} == {("Room 3", "Room 9"), ("10:15", "09:30")}
    assert "Room 9" in text(response)
    assert office.post(at, typed | {"row_version": response.context["row_version"]}).status_code == 302
    session.refresh_from_db()
    assert session.place == "Room 9"


def test_a_change_that_has_become_a_correction_is_said_before(office, session, pupil):
    at = f"{AT}{session.pk}/edit/"
    typed = filled(trainer="Wu Di", row_version="1", recorded="")
    office.post(f"{AT}{session.pk}/people/", {"go": "apply", "people": "060"})
    response = office.post(at, typed)
    assert response.status_code == 409 and not LiveSession.objects.filter(replaces=session).exists()
    page = text(response)
    assert "Who was there was recorded meanwhile" in page and "makes a new record" in page and "Wu Di" in page
    office.post(at, typed | {"recorded": "yes"})
    assert LiveSession.objects.get(replaces=session).trainer == "Wu Di"


def test_a_sheet_is_kept_and_handed_out_as_a_file(office, session):
    office.post(f"{AT}{session.pk}/sheet/", {"file": SimpleUploadedFile("sheet.png", PNG, "image/png")})
    sheet = SignInSheet.objects.get()
    response = office.post(f"{AT}{session.pk}/sheet/{sheet.pk}/")
    assert b"".join(response.streaming_content) == PNG
    assert response.headers["Content-Disposition"] == 'attachment; filename="sign-in-sheet.png"'
    assert "sheet.png" in text(office.get(f"{AT}{session.pk}/"))


def test_only_scans_are_kept(office, session):
    response = office.post(f"{AT}{session.pk}/sheet/", {"file": SimpleUploadedFile("list.html", b"<html>", "text/html")})
    assert "This is no PDF, JPG or PNG" in text(response)
    assert not SignInSheet.objects.exists()


def test_what_the_scanner_finds_is_not_kept(office, session, monkeypatch):
    from vault.scanner import FOUND, Verdict
    from vault.uploads import SealedUpload

    init = SealedUpload.__init__
    monkeypatch.setattr(SealedUpload, "__init__", lambda self, **values: init(self, **values | {"verdict": Verdict(FOUND, "Eicar")}))
    response = office.post(f"{AT}{session.pk}/sheet/", {"file": SimpleUploadedFile("sheet.png", PNG, "image/png")})
    assert "virus scanner" in text(response)
    assert not SignInSheet.objects.exists()
