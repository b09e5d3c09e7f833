"""The training of one person, as a training administrator sees and changes it; nobody overwrites a colleague."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from people.models import Employee
from tests.factories import cast
from tests.training import course as made
from training.models import Absence, Assignment, Completion
from training.services import absences, giving
from training.states import AbsenceReason

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def version(training_admin):
    return made.published(by=training_admin.user, now=timezone.now() - 100 * DAY)


@pytest.fixture
def office(version, training_admin, signed_in):
    return signed_in(training_admin)


@pytest.fixture
def pupil(world, top):
    return cast.make_person("060", "Mo Yan", manager=top.employee)


@pytest.fixture
def day():
    return timezone.localdate()


@pytest.fixture
def given(version, pupil, training_admin, day) -> Assignment:
    giving.give(course=version.course, employees=[pupil.employee], due=day + 9 * DAY, by=training_admin.user, now=timezone.now())
    return Assignment.objects.get()


def at(name: str, *keys) -> str:
    return reverse(f"teaching:{name}", args=keys)


def text(response) -> str:
    return html.unescape(response.content.decode())


def late(row: Assignment) -> None:
    since = timezone.now() - 3 * DAY
    Assignment.objects.filter(pk=row.pk).update(due_date=since.date(), due_at=since)


def test_the_lists_lead_to_the_record(office, given, pupil):
    late(given)
    there = at("person", pupil.employee.pk)
    assert f'href="{there}"' in text(office.get(at("overdue")))
    assert f'href="{there}"' in text(office.get(at("people", "everyone") + "?state=late"))
    assert f'href="{there}"' in text(office.get(at("find") + "?q=Mo"))


def test_the_record_shows_what_is_due_completed_and_taken_back(office, given, pupil, version, training_admin):
    earned = {"employee": pupil.employee, "name": "Mo Yan", "course": version.course, "version": version, "content_hash": "x"}
    earned |= {"completed_at": timezone.now() - 20 * DAY, "completed_on": timezone.localdate() - 20 * DAY, "seconds": 2_400}
    earned |= {"provider": "Lantern", "source": "live", "recorded_at": timezone.now()}
    Completion.objects.create(**earned, key="a", number="AAAA0000")
    Completion.objects.create(**earned, key="b", number="BBBB0000", revoked_at=timezone.now(), revoked_by=training_admin.user)
    old = earned | {"completed_on": timezone.localdate() - 500 * DAY, "completed_at": timezone.now() - 500 * DAY}
    Completion.objects.create(**old, key="c", number="CCCC0000")
    response = office.get(at("person", pupil.employee.pk))
    page = text(response)
    assert "Given by a training administrator" in page and "40 minutes" in page
    lines = {line.row.key: line for line in response.context["record"].done}
    # The policy asks for it once a year.
    assert [lines[key].counts for key in "abc"] == [True, False, False]
    assert 340 * DAY < lines["a"].until - timezone.localdate() < 350 * DAY
    assert "AAAA" in page and "BBBB" not in page, "the number of a record that was taken back helps nobody"
    assert "Taken back on" in page


def test_what_somebody_chose_is_no_part_of_it(office, version, pupil, given):
    from training.services import playing

    now = timezone.now()
    attempt = playing.begin(course=version.course, employee=pupil.employee, language="en", now=now)
    playing.read(attempt=attempt, part=made.WELCOME, now=now)
    playing.answer(attempt=attempt, part=made.DINNER, choice="c", now=now)
    page = text(office.get(at("person", pupil.employee.pk)))
    assert str(made.DINNER.option("c").text.en) not in page and str(made.DINNER.title.en) not in page


def test_a_date_is_moved_with_a_reason(office, given, pupil, day):
    there = at("person_move", pupil.employee.pk, given.pk)
    assert (day + 9 * DAY).isoformat() in text(office.get(there))
    said = {"seen": day + 9 * DAY, "due": day + 40 * DAY, "reason": "leave"}
    assert office.post(there, said).status_code == 302
    given.refresh_from_db()
    assert (given.due_date, given.moved_from, given.moved_reason) == (day + 40 * DAY, day + 9 * DAY, "leave")
    assert "Long leave" in text(office.get(at("person", pupil.employee.pk)))


@pytest.mark.parametrize(("days", "reason", "says"), [(0, "leave", "lies ahead"), (40, "", "Choose one of the answers")])
def test_a_date_behind_us_and_no_reason_are_refused(office, given, pupil, day, days, reason, says):
    said = {"seen": day + 9 * DAY, "due": day + days * DAY, "reason": reason}
    assert says in text(office.post(at("person_move", pupil.employee.pk, given.pk), said))
    given.refresh_from_db()
    assert given.moved_at is None


def test_two_who_move_one_date_see_both_and_the_second_decides_knowingly(office, given, pupil, day, top):
    there = at("person_move", pupil.employee.pk, given.pk)
    said = {"seen": day + 9 * DAY, "due": day + 40 * DAY, "reason": "leave"}
    giving.move(assignment=given, due=day + 20 * DAY, reason="agreed", seen=day + 9 * DAY, by=top.user, now=timezone.now())
    response = office.post(there, said)
    given.refresh_from_db()
    assert response.status_code == 409 and given.due_date == day + 20 * DAY
    page = text(response)
    assert top.user.display_name in page and "Another date was agreed" in page and "Nothing was saved" in page
    assert f'value="{(day + 40 * DAY).isoformat()}"' in page, "what was written is still there"
    assert office.post(there, said | {"seen": response.context["form"]["seen"].value()}).status_code == 302
    given.refresh_from_db()
    assert (given.due_date, given.moved_from) == (day + 40 * DAY, day + 9 * DAY)


def test_a_course_completed_meanwhile_is_not_moved(office, given, pupil, training_admin, day, monkeypatch):
    real = giving.move

    def too_late(**said):
        giving.take_back(assignment=given, by=training_admin.user, now=timezone.now())
        return real(**said)

    monkeypatch.setattr(giving, "move", too_late)
    said = {"seen": day + 9 * DAY, "due": day + 40 * DAY, "reason": "leave"}
    page = office.post(at("person_move", pupil.employee.pk, given.pk), said, follow=True)
    assert "not on the list any more" in text(page)


def test_a_course_is_given_and_taken_off(office, pupil, version, day):
    there = at("person_give", pupil.employee.pk)
    assert "lies ahead" in text(office.post(there, {"course": "everyone", "due": day}))
    office.post(there, {"course": "everyone", "due": day + 30 * DAY})
    row = Assignment.objects.get()
    assert (row.why, row.due_date, row.employee) == ("asked", day + 30 * DAY, pupil.employee)
    assert "Every course is on the list already" in text(office.get(there))
    back = at("person_back", pupil.employee.pk, row.pk)
    assert "Take off the list" in text(office.get(back))
    office.post(back)
    row.refresh_from_db()
    assert row.state == "dropped"


def test_what_the_policy_asks_for_is_not_taken_off(office, given, pupil):
    Assignment.objects.update(rule="all", why="rule")
    back = at("person_back", pupil.employee.pk, given.pk)
    assert office.get(back).status_code == office.post(back).status_code == 404
    assert back not in text(office.get(at("person", pupil.employee.pk)))


def test_an_absence_moves_what_falls_due_and_ends_with_a_click(office, given, pupil, day):
    there = at("person_away", pupil.employee.pk)
    assert "must not lie before" in text(office.post(there, {"seen": 0, "since": day + 9 * DAY, "until": day, "reason": "leave"}))
    office.post(there, {"seen": 0, "since": day + 5 * DAY, "until": day + 60 * DAY, "reason": "leave"})
    given.refresh_from_db()
    assert (given.due_date, given.moved_from) == (day + 67 * DAY, day + 9 * DAY)
    absence = Absence.objects.get()
    office.post(at("person_returned", pupil.employee.pk, absence.pk))
    absence.refresh_from_db()
    assert absence.ended_at


def test_an_absence_that_a_colleague_noted_meanwhile_is_shown(office, pupil, day, top):
    there = at("person_away", pupil.employee.pk)
    theirs = {"since": day, "until": day + 30 * DAY, "reason": AbsenceReason.LEAVE}
    absences.record_absence(employee=pupil.employee, **theirs, seen=0, by=top.user, now=timezone.now())
    said = {"seen": 0, "since": day, "until": day + 40 * DAY, "reason": "away"}
    response = office.post(there, said)
    assert response.status_code == 409 and Absence.objects.count() == 1
    assert top.user.display_name in text(response)
    assert office.post(there, said | {"seen": Absence.objects.get().pk}).status_code == 302
    assert Absence.objects.count() == 2


def test_somebody_elses_rows_and_leavers_are_not_reached(office, given, pupil, top, day):
    assert office.get(at("person_move", top.employee.pk, given.pk)).status_code == 404
    absence = Absence.objects.create(
        employee=pupil.employee, since=day, until=day, reason="leave", recorded_by=top.user, recorded_at=timezone.now()
    )
    assert office.post(at("person_returned", top.employee.pk, absence.pk)).status_code == 404
    Employee.objects.filter(pk=pupil.employee.pk).update(left_date=day)
    for name, keys in (("person_move", [given.pk]), ("person_give", []), ("person_away", [])):
        assert office.get(at(name, pupil.employee.pk, *keys)).status_code == 404
    assert "does not work here now" in text(office.get(at("person", pupil.employee.pk)))


def test_whoever_leads_them_does_not_see_it(given, pupil, top, signed_in):
    assert signed_in(top).get(at("person", pupil.employee.pk)).status_code == 404
