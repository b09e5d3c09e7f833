"""The training of one employee: half way through a course, with an earlier certificate, a question and a film of the course; and a live
session with a sheet, at which somebody else was; and a draft of the next version."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from audit.actors import staff
from tests.training import course as made
from training.models import CourseFile
from training.parts import Chapter
from training.services import (
    absences,
    asking,
    attendance,
    courses,
    giving,
    importing,
    learning_systems,
    media,
    playing,
    sessions,
    statements,
)
from training.services.completing import Earned, record_completion
from training.statements import COMPLETED, read
from training.states import AbsenceReason, Source
from vault.uploads import sealed_upload

_OURS = ("training:", "records:", "teaching:", "oversight:training")
IMPORT = b"person,course,completed,minutes,provider\n050,everyone,2026-01-02,45,Lantern LMS\n"
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning.\n"


class School:
    def __init__(self, admin, pupil, now: datetime):
        version = made.published(by=admin.user, now=now)
        attempt = playing.begin(course=version.course, employee=pupil.employee, language="en", now=now)
        playing.read(attempt=attempt, part=made.WELCOME, now=now)
        playing.answer(attempt=attempt, part=made.DINNER, choice="a", now=now)
        question = asking.ask(
            course=version.course, version=version, part=made.BOX.id, employee=pupil.employee, text="May I?", token="t", now=now
        )
        earned = Earned("live:1", pupil.employee, version.course, version, now, 3_000, "An outside trainer", Source.LIVE)
        with transaction.atomic():
            completion, _new = record_completion(earned, by=staff(admin.user, "training_admin"), now=now)
        upload = sealed_upload(name="film.vtt", content_type="text/vtt", chunks=[CAPTIONS])
        file: CourseFile = media.add_file(course=version.course, kind="captions", upload=upload, by=admin.user, now=now)
        later = replace(made.CONTENT, chapters=(*made.CONTENT.chapters, Chapter("later", made.both("Later"))))
        courses.revise(course=version.course, by=admin.user, now=now, content=later)
        self.session, sheet, attended = _session(version.course, admin, now)
        self.planned = sessions.plan(details=_details(version.course, now), by=admin.user, now=now)
        system, waiting = _system(version.course, admin, now)
        due, away = now.date() + timedelta(days=9), now.date() + timedelta(days=100)
        giving.give(course=version.course, employees=[pupil.employee], due=due, by=admin.user, now=now)
        absence = absences.record_absence(
            employee=pupil.employee, since=away, until=away, reason=AbsenceReason.LEAVE, seen=0, by=admin.user, now=now
        )
        self.ids = {
            "employee_id": pupil.employee.pk,
            "assignment_id": pupil.employee.assignments.get().pk,
            "absence_id": absence.pk,
            "system_id": system.pk,
            "row_id": waiting.pk,
            "activity_id": system.activities.get().pk,
            "session_id": self.session.pk,
            "sheet_id": sheet.pk,
            "attendance_id": attended.pk,
            "code": version.course.code,
            "number": 1,
            "version": 1,
            "item": made.WELCOME.id,
            "completion_id": completion.pk,
            "question_id": question.pk,
            "file_id": file.pk,
        }
        kept = importing.keep_file(content=IMPORT, by=admin.user, now=now)
        self.special = {("training:after", "number"): 2, ("records:import_check", "file_id"): kept.pk}
        # Somebody with nothing on their list, so that there is a course to give.
        self.special |= {("teaching:person_give", "employee_id"): admin.employee.pk}
        self.special |= {(f"teaching:{name}", "item"): "later" for name in ("chapter", "chapter_move", "chapter_remove")}

    def value(self, address: str, part: str):
        """What to put into `address` for `part`."""
        return self.special.get((address, part), self.ids.get(part)) if address.startswith(_OURS) else None


def _details(course, held_at: datetime) -> sessions.Details:
    return sessions.Details(course=course, held_at=held_at, minutes=50, least_minutes=50, trainer="Zhao Wen", provider="Lantern Training")


def _session(course, admin, now: datetime):
    """Held yesterday, with the administrator in it."""
    session = sessions.plan(details=_details(course, now - timedelta(days=1)), by=admin.user, now=now)
    attendance.record_list(session=session, text=admin.employee.number, by=admin.user, now=now)
    scan = sealed_upload(name="sheet.pdf", content_type="application/pdf", chunks=[b"%PDF-1.7"])
    sheet = sessions.add_sheet(session=session, upload=scan, by=admin.user, now=now)
    return session, sheet, attendance.present(session).get()


def _system(course, admin, now: datetime):
    """Another learning system with an activity, and something that waits."""
    system = learning_systems.add(name="Lantern LMS", by=admin.user, now=now)
    learning_systems.make_token(system=system, by=admin.user, now=now)
    learning_systems.map_activity(system=system, activity="https://lms.example.test/17", course=course, by=admin.user, now=now)
    said = {"actor": {"mbox": "mailto:nobody@mail.test"}, "verb": {"id": COMPLETED}, "object": {"id": "https://lms.example.test/17"}}
    statements.receive(system=system, statements=[read(said)], now=now)
    return system, system.statements.get()
