"""Who has which training on a day: numbers, lists, the file; and what of them others than training administrators may see."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from audit.actors import SYSTEM
from audit.models import Entry
from people.models import Employee, Site, Unit
from tests.factories import cast
from tests.training import course as made
from training import coverage, shown
from training.coverage import Counts, Place
from training.models import AnswerCount, Assignment
from training.services import absences, assigning, completing, giving
from training.services.completing import Earned
from training.states import AbsenceReason, Source

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def version(training_admin, now):
    return made.published("everyone", by=training_admin.user, now=now - 60 * DAY)


def new_people(top, count: int, *, first: int = 200, unit: Unit | None = None) -> list:
    people = [cast.make_person(str(first + n), f"Person {first + n}", manager=top.employee) for n in range(count)]
    if unit:
        Employee.objects.filter(pk__in=[each.employee.pk for each in people]).update(unit=unit)
    return people


def complete(version, person, at):
    earned = Earned(f"k:{at}:{person.employee.pk}", person.employee, version.course, version, at, 2_700, "=Provider", Source.LIVE)
    with transaction.atomic():
        return completing.record_completion(earned, by=SYSTEM, now=at)[0]


def night(now) -> None:
    while assigning.look(now=now):
        pass


def on(day, now):
    return coverage.as_of(day, now)


def today_of(now):
    return coverage.today(now)


def test_everybody_who_is_asked_is_in_one_state(version, top, training_admin, now):
    done, late, due = new_people(top, 3)
    night(now - 50 * DAY)
    complete(version, done, now - 2 * DAY)
    Assignment.objects.filter(employee=due.employee).update(due_date=today_of(now) + 5 * DAY, due_at=now + 5 * DAY)
    new = new_people(top, 1, first=300)[0]
    Employee.objects.filter(pk=new.employee.pk).update(joined_date=today_of(now))
    states = dict(coverage.standing(version.course, on(today_of(now), now)).values_list("pk", "standing"))
    assert states[done.employee.pk] == "done"
    assert states[late.employee.pk] == "late"
    assert states[due.employee.pk] == "due"
    assert states[new.employee.pk] == "rest"
    assert coverage.total(version.course, on(today_of(now), now)).total == len(states)


def test_a_day_that_is_over_is_shown_as_it_was_known(version, top, training_admin, now):
    (person,) = new_people(top, 1)
    night(now - 50 * DAY)
    completion = complete(version, person, now - 2 * DAY)
    completing.revoke(completion=completion, by=training_admin.user, now=now)
    one = Employee.objects.filter(pk=person.employee.pk)
    for days, expected in [(55, "rest"), (50, "due"), (10, "late"), (2, "done"), (1, "done"), (0, "rest")]:
        at = on(today_of(now) - days * DAY, now)
        assert coverage.standing(version.course, at).filter(pk__in=one).get().standing == expected, days


def test_a_date_that_was_moved_later_had_not_been_moved_then(version, top, training_admin, now):
    (person,) = new_people(top, 1)
    night(now - 50 * DAY)
    before = Assignment.objects.get(employee=person.employee).due_date
    absences.record_absence(
        employee=person.employee,
        since=before,
        until=today_of(now) + 9 * DAY,
        reason=AbsenceReason.LEAVE,
        seen=0,
        by=training_admin.user,
        now=now,
    )
    mine = {"pk": person.employee.pk}
    assert coverage.standing(version.course, on(before + DAY, now)).get(**mine).standing == "late"
    assert coverage.standing(version.course, on(today_of(now), now)).get(**mine).standing == "due"


def test_who_has_left_or_has_not_begun_is_not_counted(version, top, now):
    left, later = new_people(top, 2)
    Employee.objects.filter(pk=left.employee.pk).update(left_date=today_of(now))
    Employee.objects.filter(pk=later.employee.pk).update(joined_date=today_of(now) + DAY)
    asked = set(coverage.asked(version.course, on(today_of(now), now)).values_list("pk", flat=True))
    assert not asked & {left.employee.pk, later.employee.pk}
    # Yesterday the first one still worked here.
    assert left.employee.pk in set(coverage.asked(version.course, on(today_of(now) - DAY, now)).values_list("pk", flat=True))


def test_a_course_given_by_hand_counts_whoever_was_given_it(training_admin, top, now):
    version = made.published("managers", "managers", by=training_admin.user, now=now)
    (person,) = new_people(top, 1)
    at = on(today_of(now), now)
    before = coverage.total(version.course, at)
    giving.give(course=version.course, employees=[person.employee], due=today_of(now) + 9 * DAY, by=training_admin.user, now=now)
    assert coverage.total(version.course, at) == before + Counts(due=1)
    complete(version, person, now)
    assert coverage.total(version.course, at) == before + Counts(done=1)


def test_a_training_that_has_run_out_does_not_count(version, top, now):
    old, fresh = new_people(top, 2)
    complete(version, old, now - 800 * DAY)
    complete(version, fresh, now - 10 * DAY)
    states = dict(coverage.standing(version.course, on(today_of(now), now)).values_list("pk", "standing"))
    assert (states[old.employee.pk], states[fresh.employee.pk]) == ("rest", "done")


def test_the_oldest_one_that_counts_is_the_one_that_runs_out_today(version, world, now):
    from policy.selectors import calendar_for
    from training.rules import runs_out, strictest

    at = on(today_of(now), now)
    rule = strictest(coverage.rules_for(version.course, at))
    oldest = coverage.oldest_valid(rule, at.day, calendar_for())
    assert runs_out(rule, oldest, calendar_for()) >= at.day
    assert runs_out(rule, oldest - DAY, calendar_for()) < at.day


def test_units_hold_everything_below_them(version, top, now):
    shop = Unit.objects.create(code="shop", name="Shop")
    north = Unit.objects.create(code="north", name="North", parent=shop)
    people = new_people(top, 3, unit=north)
    complete(version, people[0], now)
    at = on(today_of(now), now)
    lines = {line.key: line for line in coverage.by_unit(version.course, at)}
    assert (lines["shop"].counts.done, lines["shop"].counts.total, lines["shop"].has_more) == (1, 3, True)
    assert [line.key for line in coverage.by_unit(version.course, at, shop)] == ["north"]
    assert sum(line.counts.total for line in lines.values()) == coverage.total(version.course, at).total


def test_roles_and_sites(version, top, training_admin, now):
    (person,) = new_people(top, 1)
    Employee.objects.filter(pk=person.employee.pk).update(site=Site.objects.create(code="jinan", name="Jinan"))
    at = on(today_of(now), now)
    roles = {line.key: line.counts.total for line in coverage.by_role(version.course, at)}
    assert roles["leads"] == 1 and roles["training_admin"] == 1 and roles["policy_admin"] == 2
    assert {line.key: line.counts.total for line in coverage.by_site(version.course, at)}["jinan"] == 1
    leads = coverage.people_of(version.course, at, Place(role="leads"))
    assert [each.pk for each in leads] == [top.employee.pk]


# --- pages ------------------------------------------------------------------------------------------


@pytest.fixture
def desk(training_admin, signed_in):
    return signed_in(training_admin)


def test_the_pages_name_what_they_count(version, top, desk):
    (person,) = new_people(top, 1)
    assert "Respect at work" in desk.get(reverse("teaching:courses")).content.decode()
    for cut in ("unit", "site", "role"):
        page = desk.get(reverse("teaching:coverage", args=["everyone"]), {"by": cut})
        assert page.status_code == 200 and b"<svg" in page.content and b"<caption" in page.content
    page = desk.get(reverse("teaching:people", args=["everyone"]), {"state": "all", "q": person.employee.number})
    assert "Person 200" in page.content.decode() and "Gu Wenbo" not in page.content.decode()


@pytest.mark.parametrize("wrong", [{"unit": "none"}, {"site": "none"}, {"role": "king"}, {"by": "name"}])
def test_an_address_that_means_nothing_is_absent(version, desk, wrong):
    assert desk.get(reverse("teaching:coverage", args=["everyone"]), wrong).status_code == 404


@pytest.mark.parametrize("day", ["2999-01-01", "tomorrow"])
def test_a_day_that_is_none_says_so_and_shows_today(version, desk, day):
    page = desk.get(reverse("teaching:coverage", args=["everyone"]), {"on": day}).content.decode()
    assert "This day has not come yet" in page or "Give a date, for example" in page


def test_the_file_holds_the_record_and_no_formula(version, top, desk, now):
    (person,) = new_people(top, 1)
    Employee.objects.filter(pk=person.employee.pk).update(name="=1+1")
    person.employee.refresh_from_db()
    completion = complete(version, person, now - DAY)
    before = Entry.objects.count()
    answer = desk.post(reverse("teaching:list", args=["everyone"]))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode().removeprefix("\ufeff"))))
    assert Entry.objects.filter(action="training_list_taken").count() == 1 and Entry.objects.count() == before + 1
    row = next(each for each in rows if each[0] == "200")
    assert row[1] == "'=1+1" and row[12] == "'=Provider"
    assert row[5] == "Has it" and row[7] == completion.completed_on.isoformat() and row[9] == "45"
    assert row[14].replace("-", "") == completion.number
    assert len(rows) == 1 + coverage.total(version.course, on(coverage.today(now), now)).total


def test_who_is_late_is_listed_the_longest_first(version, top, desk, now):
    one, other = new_people(top, 2)
    night(now)
    for person, days in ((one, 3), (other, 20)):
        due = coverage.today(now) - days * DAY
        Assignment.objects.filter(employee=person.employee).update(due_date=due, due_at=now - days * DAY)
    page = desk.get(reverse("teaching:overdue")).content.decode()
    assert page.index("Person 201") < page.index("Person 200")
    assert "Person 201" not in desk.get(reverse("teaching:overdue"), {"q": "200"}).content.decode()


def test_others_find_no_such_page(version, top, overseer, policy_admin, signed_in):
    for person in (top, overseer, policy_admin):
        client = signed_in(person)
        assert client.get(reverse("teaching:courses")).status_code == 404
        assert client.post(reverse("teaching:list", args=["everyone"])).status_code == 404


# --- what others may see (E7) -----------------------------------------------------------------------


def unit(code: str) -> Unit:
    return Unit.objects.create(code=code, name=code.title())


def test_small_units_are_one_line_and_never_smaller_than_ten(version, top, now):
    first = 400
    for code, size in (("large", 12), ("small", 6), ("tiny", 5)):
        new_people(top, size, first=first, unit=unit(code))
        first += 20
    cut = shown.groups({row[0]: row[1] for row in Employee.objects.values_list("unit_id").annotate(n=coverage.Count("pk"))})
    assert [(each.kind, each.name) for each in cut] == [("one", "Large"), ("small", "")]
    assert sum(each.people for each in cut) == Employee.objects.count()


def test_what_is_left_over_joins_the_smallest_other(world):
    large, larger, tiny = (unit(code) for code in ("large", "larger", "tiny"))
    cut = shown.groups({large.pk: 12, larger.pk: 30, tiny.pk: 3})
    assert [(each.kind, each.name, each.people) for each in cut] == [("and_small", "Large", 15), ("one", "Larger", 30)]
    assert shown.groups({tiny.pk: 9}) == []


def test_below_a_single_top_its_units_are_the_lines(world):
    root = Unit.objects.get()
    north, south = (Unit.objects.create(code=code, name=code, parent=root) for code in ("north", "south"))
    deep = Unit.objects.create(code="deep", name="deep", parent=north)
    assert [each.name for each in shown.groups({deep.pk: 11, south.pk: 12})] == ["north", "south"]


def test_oversight_sees_whole_months_and_no_small_number(version, top, overseer, signed_in, now):
    shop = unit("shop")
    people = new_people(top, 14, unit=shop)
    for person in people[:3]:
        complete(version, person, now - 30 * DAY)
    page = signed_in(overseer).get(reverse("oversight:training")).content.decode()
    assert "fewer than 5 of 19" in page and "3 of 19" not in page
    # What was completed in the month that still runs does not move the number.
    for person in people[3:10]:
        complete(version, person, now)
    assert "fewer than 5 of 19" in signed_in(overseer).get(reverse("oversight:training")).content.decode()


def test_a_leader_sees_one_number_of_ten_people_or_more(version, top, respondent_manager, signed_in, now):
    for number in range(9):
        cast.make_person(str(500 + number), f"Person {500 + number}", manager=respondent_manager.employee)
    assert shown.numbers_of_line(respondent_manager.employee, now) == []
    cast.make_person("520", "Person 520", manager=respondent_manager.employee)
    ((content, share),) = shown.numbers_of_line(respondent_manager.employee, now)
    assert (str(content.title), share.said, share.base) == ("Respect at work", "few", 10)
    assert "fewer than 5 of 10" in signed_in(respondent_manager).get(reverse("training:team")).content.decode()


def answered(version, choice: str, number: int, *, part: str = "client-dinner", month=date(2026, 10, 1), where=None) -> None:
    AnswerCount.objects.create(version=version, part=part, choice=choice, unit=where, month=month, number=number)


def test_answers_are_told_by_option_and_the_weakest_comes_first(version, now):
    for choice, number in (("a", 30), ("b", 10), ("c", 40)):
        answered(version, choice, number)
    for choice, number in (("depends", 50), ("ok", 30)):
        answered(version, choice, number, part="after-work-drinks")
    found = shown.answers(version, now)
    first = found.parts[0]
    assert (first.part.id, first.good.percent) == ("client-dinner", 50)
    assert [(choice, share.part) for choice, _fit, share in first.choices[:3]] == [("a", 30), ("b", 10), ("c", 40)]


def test_of_fewer_than_ten_nothing_is_told_and_this_month_waits(version, now):
    answered(version, "a", 9)
    answered(version, "a", 90, month=date(2026, 11, 1))
    assert shown.answers(version, now).parts[0].choices is None


def test_a_single_answer_among_many_is_not_told(version, now):
    answered(version, "a", 30)
    answered(version, "b", 29)
    answered(version, "c", 1)
    (first, *_rest) = shown.answers(version, now).parts
    assert {choice: share.part for choice, _fit, share in first.choices}["c"] is None
    assert first.good is None


def test_the_pages_of_answers_show_no_hidden_number(version, training_admin, overseer, signed_in, now):
    shop = unit("shop")
    for choice, number in (("a", 33), ("b", 29), ("c", 2)):
        answered(version, choice, number, where=shop)
    for client, address in ((signed_in(training_admin), "teaching:answers"), (signed_in(overseer), "oversight:training_answers")):
        page = client.get(reverse(address, args=["everyone"])).content.decode()
        assert "fewer than 5 of 64" in page and "2 of 64" not in page
