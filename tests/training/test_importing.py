"""Completions from another learning system by CSV: every row shown, bad ones by line, whole or not at all, twice is once (R10)."""

import html
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import Entry
from tests.factories import cast
from tests.training import course as made
from training import import_file, import_words
from training.models import Assignment, Completion, ImportFile
from training.services import completing, importing
from training.states import AssignmentState, Source, Why

pytestmark = pytest.mark.django_db

HEAD = "person,course,completed,minutes,provider,reference"
GOOD = f"{HEAD}\n060,everyone,2026-11-02,45,Lantern LMS,\nPERSON061@example.test,Respect at work,2026/11/3,50,Lantern LMS,R-7\n"


@pytest.fixture
def pupils(world, top, training_admin, now):
    made.published(by=training_admin.user, now=now - timedelta(days=90))
    return [cast.make_person(f"06{at}", name, manager=top.employee) for at, name in enumerate(("Mo Yan", "Luo Ping"))]


@pytest.fixture
def keep(training_admin, now):
    return lambda text: importing.keep_file(content=text.encode() if isinstance(text, str) else text, by=training_admin.user, now=now)


@pytest.fixture
def bring(keep, training_admin, now):
    def apply(text):
        file = keep(text)
        expected = importing.fingerprint(importing.look_at(file, now=now))
        return importing.apply(file=file, expected=expected, by=training_admin.user, now=now)

    return apply


def problems(keep, now, text) -> list[tuple]:
    return [(problem.line, problem.code) for problem in importing.look_at(keep(text), now=now).problems]


def row(**more) -> str:
    values = {"person": "060", "course": "everyone", "completed": "2026-11-02", "minutes": "45", "provider": "Lantern LMS", "reference": ""}
    return f"{HEAD}\n{','.join((values | more).values())}\n"


def test_a_good_list_becomes_evidence(bring, pupils, training_admin, now):
    bring(GOOD)
    first = Completion.objects.get(employee=pupils[0].employee)
    assert (first.seconds, first.provider, first.source, str(first.completed_on)) == (2_700, "Lantern LMS", Source.IMPORT, "2026-11-02")
    assert (first.version, first.content_hash, first.title["en"]) == (None, "", "Respect at work")
    assert Completion.objects.get(employee=pupils[1].employee).seconds == 3_000
    assert Entry.objects.get(action="training_imported").facts == {"new": 2, "there": 0}
    assert not ImportFile.objects.exists()


def test_it_ends_what_was_asked_for(bring, pupils, now):
    Assignment.objects.create(
        employee=pupils[0].employee,
        course=made.CourseVersion.objects.get().course,
        why=Why.ASKED,
        assigned_at=now - timedelta(days=60),
        due_date=now.date(),
        due_at=now,
    )
    bring(GOOD)
    assert Assignment.objects.get().state == AssignmentState.DONE


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_chinese_headings_and_encodings_are_understood(bring, pupils, encoding):
    text = "工号;课程;完成日期;分钟;培训机构\n060;everyone;2026年11月2日;45;灯笼学习平台\n"
    bring(text.encode(encoding))
    assert Completion.objects.get().provider == "灯笼学习平台"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"person": "nobody@example.test"}, "unknown"),
        ({"person": "Mo Yan"}, None),
        ({"course": "juggling"}, "unknown_course"),
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "4.5"}, "minutes"),
        ({"minutes": "٣٠"}, "minutes"),
        ({"minutes": "6001"}, "minutes"),
        ({"completed": "last week"}, "date"),
        ({"completed": "2026-11-31"}, "date"),
        ({"completed": "2026-11-24"}, "future"),
        ({"completed": "2020-01-01"}, "not_here"),
        ({"provider": "=HYPERLINK(1)"}, "formula"),
        ({"reference": "@x"}, "formula"),
        ({"provider": "x" * 121}, "too_long"),
        ({"provider": "a\x07b"}, "characters"),
        ({"provider": ""}, "missing"),
    ],
)
def test_bad_cells_are_named_by_line(keep, pupils, now, changed, code):
    assert problems(keep, now, row(**changed)) == ([(2, code)] if code else [])


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 1, "column_missing"),
        (HEAD, 1, "empty"),
        (f"{HEAD},mood\n", 1, "unknown_column"),
        (f"{HEAD},person\n", 1, "column_twice"),
        (f"{HEAD}\n060,everyone\n", 2, "cells"),
        (f'{HEAD}\n"060,everyone\n', 2, "malformed"),
        (b"\xff\xfe\x00", 1, "encoding"),
        (GOOD + "060,everyone,2026-11-02,45,lantern lms,\n", 4, "twice"),
        (HEAD + "\n060,everyone,2026-11-02,45,L,\n" * 2_001, 1, "too_many"),
    ],
)
def test_bad_files_are_named_by_line(keep, pupils, now, text, line, code):
    assert (line, code) in problems(keep, now, text)


def test_every_problem_has_words_in_both_languages():
    for code in import_words.PROBLEMS:
        assert import_words.sentence(import_file.Problem(2, "person", code, "x"))


def test_one_bad_row_imports_nothing(bring, pupils):
    with pytest.raises(importing.Refused):
        bring(GOOD + "nobody,everyone,2026-11-02,45,Lantern LMS,\n")
    assert not Completion.objects.exists()


def test_the_same_list_twice_is_once(bring, pupils):
    bring(GOOD)
    again = bring(GOOD)
    assert ([each.state for each in again.rows], Completion.objects.count()) == (["there", "there"], 2)


def test_what_was_taken_back_can_be_imported_again(bring, pupils, training_admin, now):
    for count in (1, 2, 3):
        bring(row())
        assert Completion.objects.count() == count
        assert [each.state for each in bring(row()).rows] == ["there"]
        completing.revoke(completion=Completion.objects.get(revoked_at=None), by=training_admin.user, now=now)


def test_what_changed_after_the_look_is_not_imported(keep, bring, pupils, training_admin, now):
    file = keep(GOOD)
    seen = importing.fingerprint(importing.look_at(file, now=now))
    pupils[1].employee.email = "other@example.test"
    pupils[1].employee.save()
    with pytest.raises(importing.Refused):
        importing.apply(file=file, expected=seen, by=training_admin.user, now=now)
    with pytest.raises(importing.Moved):
        importing.apply(file=keep(row()), expected=seen, by=training_admin.user, now=now)
    assert not Completion.objects.exists()


def test_a_file_is_sealed_and_forgotten(keep, pupils, training_admin, now):
    file = keep(GOOD)
    assert b"060" not in bytes(file.content_sealed)
    assert importing.kept_file(file_id=file.pk, by=pupils[0].user, now=now) is None
    assert importing.kept_file(file_id=file.pk, by=training_admin.user, now=now + timedelta(hours=1)) is None
    with pytest.raises(importing.FileTooLarge):
        keep("x" * (importing.MAX_BYTES + 1))


# --- the pages ------------------------------------------------------------------------------------


def text(response) -> str:
    return html.unescape(response.content.decode())


def upload(browser, content: str):
    return browser.post("/m/training/import/", {"file": SimpleUploadedFile("list.csv", content.encode(), "text/csv")}, follow=True)


def recent() -> str:
    return (timezone.localdate() - timedelta(days=2)).isoformat()


def test_a_list_is_looked_at_and_imported(signed_in, training_admin, pupils):
    office = signed_in(training_admin)
    response = upload(office, row(completed=recent()))
    page = text(response)
    assert "Mo Yan" in page
    assert "Import 1 completion" in page
    assert not Completion.objects.exists()
    at = response.redirect_chain[-1][0]
    response = office.post(at, {"fingerprint": response.context["fingerprint"]}, follow=True)
    assert "Imported: 1." in text(response)
    assert "Mo Yan" in text(response)
    assert "Nothing new" in text(upload(office, row(completed=recent())))


def test_a_bad_row_is_shown_with_its_line(signed_in, training_admin, pupils):
    page = text(upload(signed_in(training_admin), row(completed=recent()) + "nobody,everyone,2026-11-02,45,Lantern LMS,\n"))
    assert "Line 3: Nobody in the directory has “nobody”." in page
    assert "Needs mending" in page
    assert "Import 1 completion" not in page


def test_a_record_is_taken_back(signed_in, training_admin, pupils, bring):
    bring(row())
    office, record = signed_in(training_admin), Completion.objects.get()
    assert "Take it back" in text(office.get(f"/m/training/records/{record.pk}/back/"))
    office.post(f"/m/training/records/{record.pk}/back/")
    assert "Taken back on" in text(office.get("/m/training/records/?q=Mo&source=import"))
    assert "No record fits" in text(office.get("/m/training/records/?source=live"))
    assert office.get("/m/training/records/?source=portal").status_code == 404
