"""Live sessions: planned, held, who was there, corrections as new records, sign-in sheets (R08, R10)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.models import Entry
from tests.factories import cast
from tests.training import course as made
from training.models import Assignment, Attendance, Completion, LiveSession
from training.services import attendance, sessions
from training.services.session_rows import Over
from training.states import AssignmentState, Source, Why
from vault.uploads import sealed_upload

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def version(training_admin, now):
    return made.published(by=training_admin.user, now=now - timedelta(days=30))


@pytest.fixture
def pupils(world, top):
    return [cast.make_person(f"06{at}", name, manager=top.employee) for at, name in enumerate(("Mo Yan", "Luo Ping", "Shi Lan"))]


@pytest.fixture
def details(version, now):
    def make(**more):
        values = {
            "course": version.course,
            "held_at": now - timedelta(days=1),
            "minutes": 60,
            "least_minutes": 50,
            "trainer": "Zhao Wen",
            "provider": "Lantern Training",
            "place": "Room 3",
        }
        return sessions.Details(**values | more)

    return make


@pytest.fixture
def session(details, training_admin, now):
    return sessions.plan(details=details(), by=training_admin.user, now=now)


@pytest.fixture
def record(session, training_admin, now):
    return lambda text, at=session: attendance.record_list(session=at, text=text, by=training_admin.user, now=now)


def states(session, text: str) -> list[tuple]:
    return [(line.line, line.state, line.minutes) for line in attendance.look_at(session=session, text=text).lines]


def test_a_list_is_read_line_by_line(session, pupils):
    text = "person060@example.test\n\n  061 , 40\nShi Lan\nnobody@example.test\nPERSON060@example.test\n062, 70\n063"
    assert states(session, text) == [
        (1, "new", 60),
        (3, "short", 40),
        (4, "new", 60),
        (5, "unknown", 60),
        (6, "twice", 60),
        (7, "twice", 70),
        (8, "unknown", 60),
    ]
    assert not Attendance.objects.exists()


def test_a_list_from_a_mail_program_is_read(session, pupils):
    text = "Mo Yan <person060@example.test>; Luo, Ping <mailto:person061@example.test>"
    assert states(session, text) == [(1, "new", 60), (1, "new", 60)]


@pytest.mark.parametrize("minutes", ["0", "61", "-5", "1e3", "99999", "12.5"])
def test_minutes_that_cannot_be_are_refused(session, pupils, minutes):
    assert states(session, f"person060@example.test, {minutes}")[0][1] == "minutes"


def test_who_was_not_here_that_day_is_refused(session, pupils, now):
    early, late, _ = (pupil.employee for pupil in pupils)
    early.left_date = (now - timedelta(days=2)).date()
    late.joined_date = now.date()
    early.save()
    late.save()
    assert [state for _line, state, _minutes in states(session, "060\n061")] == ["gone", "not_yet"]


def test_two_of_one_name_are_not_guessed(session, pupils, top):
    cast.make_person("069", "Mo Yan", manager=top.employee)
    assert states(session, "Mo Yan")[0][1] == "several"
    assert states(session, "069")[0][1] == "new"


def test_being_there_is_evidence(record, session, pupils, version, training_admin, now):
    record("060\n061, 40")
    row = Completion.objects.get()
    assert (row.employee, row.seconds, row.provider, row.source) == (pupils[0].employee, 3_600, "Lantern Training", Source.LIVE)
    assert (row.version, row.content_hash, row.recorded_by) == (version, version.content_hash, training_admin.user)
    assert row.completed_at == session.held_at + timedelta(minutes=60)
    assert {each.employee.number: each.completion for each in Attendance.objects.all()} == {"060": row, "061": None}
    assert Entry.objects.filter(action="attendance_recorded").get().facts == {"people": 2, "completed": 1}


def test_it_ends_what_was_asked_for(record, pupils, version, now):
    day = (now + timedelta(days=9)).date()
    Assignment.objects.create(
        employee=pupils[0].employee,
        course=version.course,
        why=Why.ASKED,
        assigned_at=now - timedelta(days=3),
        due_date=day,
        due_at=now + timedelta(days=10),
    )
    record("060")
    assert Assignment.objects.get().state == AssignmentState.DONE


def test_one_bad_line_records_nobody(record, pupils):
    with pytest.raises(attendance.BadList) as caught:
        record("060\nnobody@example.test")
    assert [line.line for line in caught.value.plan.problems] == [2]
    assert not Completion.objects.exists()


def test_recording_twice_changes_nothing(record, session, pupils):
    record("060")
    again = record("060\n061")
    assert [line.state for line in again.lines] == ["there", "new"]
    assert (Completion.objects.count(), Attendance.objects.count()) == (2, 2)


def test_nobody_was_at_a_session_that_is_not_over(details, training_admin, pupils, now):
    planned = sessions.plan(details=details(held_at=now - timedelta(minutes=59)), by=training_admin.user, now=now)
    with pytest.raises(attendance.NotHeld):
        attendance.record_list(session=planned, text="060", by=training_admin.user, now=now)


def test_what_was_recorded_is_taken_back_never_changed(record, session, pupils, training_admin, now):
    record("060")
    old = Attendance.objects.get()
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Attendance.objects.filter(pk=old.pk).update(minutes=30)
    attendance.take_back(attendance=old, by=training_admin.user, now=now)
    record("060, 55")
    first, second = Completion.objects.order_by("seconds")
    assert (first.seconds, first.revoked_at, second.seconds, second.revoked_at) == (3_300, None, 3_600, now)
    assert Attendance.objects.filter(removed_at=None).get().completion == first
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Attendance.objects.filter(pk=old.pk).update(removed_at=None, removed_by=None)


def test_taking_back_twice_changes_nothing(record, session, pupils, training_admin, now):
    record("060")
    for at in (now, now + timedelta(days=1)):
        attendance.take_back(attendance=Attendance.objects.get(), by=training_admin.user, now=at)
    assert Attendance.objects.get().removed_at == now
    assert Entry.objects.filter(action="attendance_taken_back").count() == 1


def test_a_plan_may_change_evidence_may_not(record, session, details, pupils, training_admin, now):
    changed = sessions.change(session=session, details=details(trainer="Wu Di"), row_version=1, by=training_admin.user, now=now)
    assert changed.trainer == "Wu Di"
    with pytest.raises(sessions.SessionMoved):
        sessions.change(session=session, details=details(), row_version=1, by=training_admin.user, now=now)
    record("060")
    with pytest.raises(sessions.Recorded):
        sessions.change(session=session, details=details(), row_version=2, by=training_admin.user, now=now)


def test_a_correction_is_a_new_record(record, session, details, pupils, training_admin, now):
    record("060\n061, 52\n062, 40")
    correction = details(minutes=50, least_minutes=45, trainer="Wu Di")
    new = sessions.correct(session=session, details=correction, row_version=1, by=training_admin.user, now=now)
    session.refresh_from_db()
    assert (session.trainer, new.trainer, new.replaces) == ("Zhao Wen", "Wu Di", session)
    there = {each.employee.number: (each.minutes, bool(each.completion)) for each in attendance.present(new)}
    assert there == {"060": (50, True), "061": (50, True), "062": (40, False)}
    assert not attendance.present(session).exists()
    assert Completion.objects.filter(revoked_at=now).count() == Completion.objects.filter(revoked_at=None).count() == 2
    with pytest.raises(Over):
        record("060")


def test_a_correction_into_the_future_changes_nothing(record, session, details, pupils, training_admin, now):
    record("060")
    later = details(held_at=now + timedelta(days=2))
    with pytest.raises(attendance.NotHeld):
        sessions.correct(session=session, details=later, row_version=1, by=training_admin.user, now=now)
    assert LiveSession.objects.count() == 1
    assert Completion.objects.get().revoked_at is None


def test_only_what_nobody_attended_is_cancelled(record, session, details, pupils, training_admin, now):
    record("060")
    with pytest.raises(sessions.Recorded):
        sessions.cancel(session=session, by=training_admin.user, now=now)
    other = sessions.plan(details=details(), by=training_admin.user, now=now)
    sessions.cancel(session=other, by=training_admin.user, now=now)
    with pytest.raises(Over):
        record("061", other)


def test_a_sheet_is_sealed_and_its_download_recorded(session, training_admin, now, settings):
    upload = sealed_upload(name="sheet.png", content_type="image/png", chunks=[PNG])
    sheet = sessions.add_sheet(session=session, upload=upload, by=training_admin.user, now=now)
    stored = b"".join(path.read_bytes() for path in settings.SEALED_ROOT.rglob("*") if path.is_file())
    assert PNG not in stored
    blocks, manifest = sessions.download_sheet(sheet=sheet, by=training_admin.user, now=now)
    assert (b"".join(blocks), manifest.length) == (PNG, len(PNG))
    assert Entry.objects.filter(action="sheet_seen", object_id=session.pk).exists()
