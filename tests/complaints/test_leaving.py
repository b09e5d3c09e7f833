"""Seats when a role ends or somebody leaves, successors, and the keys that follow."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist

from audit.actors import SYSTEM
from audit.models import Entry
from complaints.models import Complaint, Event, Seat
from complaints.selectors import complaint_for_staff, open_seats, responsible_seats
from complaints.services import leaving
from complaints.services.access import hand_over, openable
from complaints.services.keeping_out import exclude_people
from notices.models import Notice
from people.models import Role, RoleGrant
from people.selectors import roles_of
from people.services import accounts, directory
from tests.factories.cast import make_person
from tests.factories.filing import file_story
from vault.errors import NoAccess
from vault.services import compartments

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"], transaction=False)
LATER = timedelta(hours=3)


def end(person, role, now):
    return accounts.end_role(user=person.user, role=role, by=SYSTEM, now=now)


def close(person, now):
    return accounts.close_account(user=person.user, by=SYSTEM, now=now)


def last_day(person, now):
    person.employee.left_date = now.date()
    person.employee.save()
    return directory.close_leavers(now=now)


def import_without(person, now):
    """The directory file says that this person has left today."""
    e = person.employee
    rows = f"number,name,joined,left\n{e.number},{e.name},{e.joined_date},{now.date()}\n"
    directory.apply_import(content=rows.encode(), complete=False, by=SYSTEM, now=now)


def sits(person, complaint):
    return open_seats(complaint).filter(user=person.user).exists()


def fresh(filed) -> Complaint:
    filed.complaint.refresh_from_db()
    return Complaint.objects.get(pk=filed.complaint.pk)


def kinds(complaint):
    return set(Event.objects.filter(complaint=complaint).values_list("kind", flat=True))


@pytest.fixture
def handled(filed, intake_officer, investigator, now):
    """The case has one handler; nobody else of the team holds a key."""
    hand_over(complaint=filed.complaint, keyring=intake_officer.keyring, by=intake_officer.user, to=investigator.user, now=now)
    return filed


@pytest.mark.parametrize(
    "way",
    [lambda p, now: end(p, Role.INVESTIGATOR, now), close, last_day, import_without],
    ids=["role ended", "account closed", "last day", "directory file"],
)
def test_access_ends_at_once_and_oversight_takes_over(handled, investigator, overseer, decision_maker, now, way):
    way(investigator, now + LATER)
    complaint = fresh(handled)
    assert not sits(investigator, complaint)
    with pytest.raises(ObjectDoesNotExist):
        complaint_for_staff(investigator.user, complaint.ref)
    assert complaint.oversight_handles and complaint.keys_due
    assert [seat.user for seat in responsible_seats(complaint)] == [overseer.user]
    assert {"access_ended", "oversight_called"} <= kinds(complaint)
    assert Notice.objects.filter(recipient=overseer.user, template="oversight", about_id=complaint.pk).exists()
    assert Entry.objects.filter(action="unseated", subject_id=complaint.pk, facts__user=investigator.user.pk).count() == 1


def test_no_key_is_touched_until_somebody_opens_the_case(handled, investigator, overseer, now):
    box = handled.complaint.statement_compartment
    end(investigator, Role.INVESTIGATOR, now + LATER)
    box.refresh_from_db()
    assert investigator.keyring.keyholder_id in set(compartments.members(box).values_list("pk", flat=True))
    with pytest.raises(NoAccess):
        compartments.open_keys(compartment=box, keyring=overseer.keyring)


def test_the_reporters_visit_gives_the_successor_the_keys_and_starts_a_new_epoch(handled, investigator, overseer, now):
    box = handled.complaint.statement_compartment
    epoch = box.epoch
    end(investigator, Role.INVESTIGATOR, now + LATER)
    assert leaving.put_in_order(complaint=fresh(handled), keyring=handled.keyring, now=now + LATER)
    complaint = fresh(handled)
    assert not complaint.keys_due
    assert complaint.statement_compartment.epoch > epoch
    keys = openable(complaint=complaint, keyring=overseer.keyring)
    assert keys.statement and keys.file
    with pytest.raises(NoAccess):
        openable(complaint=complaint, keyring=investigator.keyring)
    epochs = complaint.statement_compartment.epoch
    assert leaving.put_in_order(complaint=complaint, keyring=handled.keyring, now=now + LATER)
    assert fresh(handled).statement_compartment.epoch == epochs


def test_the_reporters_page_does_it(handled, investigator, overseer, reporter_client, now):
    end(investigator, Role.INVESTIGATOR, now + LATER)
    page = reporter_client(handled.code).get("/f/home/")
    assert page.status_code == 200
    assert "has left" in page.content.decode() or "已离开" in page.content.decode()
    assert openable(complaint=fresh(handled), keyring=overseer.keyring).statement


def test_with_colleagues_left_nobody_is_called(filed, intake_officer, second_officer, now):
    end(intake_officer, Role.INTAKE_OFFICER, now + LATER)
    complaint = fresh(filed)
    assert not complaint.oversight_handles and complaint.keys_due
    assert [seat.user for seat in responsible_seats(complaint)] == [second_officer.user]
    assert Notice.objects.filter(recipient=second_officer.user, template="update").exists()
    assert leaving.put_in_order(complaint=complaint, keyring=second_officer.keyring, now=now + LATER)
    with pytest.raises(NoAccess):
        openable(complaint=complaint, keyring=intake_officer.keyring)
    assert openable(complaint=complaint, keyring=second_officer.keyring).file


def test_another_role_keeps_its_own_seats(handled, investigator, now):
    accounts.grant_role(user=investigator.user, role=Role.INTAKE_OFFICER, by=SYSTEM, now=now)
    end(investigator, Role.INVESTIGATOR, now + LATER)
    assert sits(investigator, handled.complaint), "an intake officer may go on handling"
    end(investigator, Role.INTAKE_OFFICER, now + 2 * LATER)
    assert not sits(investigator, handled.complaint)


def test_it_is_done_once(handled, investigator, now):
    end(investigator, Role.INVESTIGATOR, now + LATER)
    before = Event.objects.count(), Notice.objects.count(), Entry.objects.count()
    assert leaving.end_seats_without_right(now=now + LATER) == 0
    assert not close(investigator, now + LATER) or leaving.end_seats_without_right(now=now + LATER) == 0
    assert (Event.objects.count(), Notice.objects.count()) == before[:2]


def test_a_role_with_an_end_and_a_leaving_date_are_judged_at_the_door(handled, investigator, signed_in, settings, now):
    """Nothing has run yet: the seat is still open, and still nobody gets in."""
    settings.DEMO = True
    accounts.grant_role(user=investigator.user, role=Role.DECISION_MAKER, by=SYSTEM, now=now)
    Seat.objects.filter(user=investigator.user).update(conflict_declared_at=now)
    client = signed_in(investigator)
    address = f"/c/{handled.complaint.ref}/triage/read/"
    assert client.get(address).status_code == 200
    RoleGrant.objects.filter(user=investigator.user, role=Role.INVESTIGATOR).update(until=now)
    assert client.get(address).status_code == 404
    RoleGrant.objects.filter(user=investigator.user, role=Role.INVESTIGATOR).update(until=None)
    investigator.employee.left_date = date(2026, 1, 1) if investigator.employee.joined_date < date(2026, 1, 1) else now.date()
    investigator.employee.save()
    assert client.get(address).status_code == 404 and roles_of(investigator.user, now) == frozenset()
    assert sits(investigator, handled.complaint)
    assert leaving.end_seats_without_right(now=now) == 1
    assert not sits(investigator, handled.complaint)


def test_whoever_may_not_see_it_is_never_called_in(handled, investigator, overseer, decision_maker, now):
    """All of oversight leaves. A new overseer whom the reporter keeps out gets neither seat nor key; another one does."""
    blocked = make_person("060", "Wu Blocked", "oversight")
    exclude_people(complaint=handled.complaint, keyring=handled.keyring, names=["Wu Blocked"], now=now)
    end(overseer, Role.OVERSIGHT, now + LATER)
    end(investigator, Role.INVESTIGATOR, now + LATER)
    assert not open_seats(handled.complaint, "oversight").exists()
    assert not leaving.put_in_order(complaint=fresh(handled), keyring=handled.keyring, now=now + LATER)
    assert not sits(blocked, handled.complaint) and fresh(handled).keys_due
    free = make_person("061", "Jin Free", "oversight")
    assert leaving.put_in_order(complaint=fresh(handled), keyring=handled.keyring, now=now + LATER)
    assert sits(free, handled.complaint) and not sits(blocked, handled.complaint)
    assert openable(complaint=fresh(handled), keyring=free.keyring).statement
    with pytest.raises(NoAccess):
        openable(complaint=fresh(handled), keyring=blocked.keyring)


def test_without_any_seat_left_the_administrators_are_told(handled, investigator, overseer, sysadmin, now):
    end(overseer, Role.OVERSIGHT, now + LATER)
    assert not Notice.objects.filter(recipient=sysadmin.user).exists()
    end(investigator, Role.INVESTIGATOR, now + LATER)
    notice = Notice.objects.get(recipient=sysadmin.user)
    assert (notice.template, notice.about_id) == ("system", None)


def test_an_empty_standby_seat_is_filled_when_the_case_is_opened(handled, investigator, decision_maker, now):
    end(decision_maker, Role.DECISION_MAKER, now + LATER)
    assert "access_ended" not in kinds(handled.complaint), "the decision-maker worked on nothing yet"
    another = make_person("062", "Bao Decides", "decision_maker")
    assert leaving.put_in_order(complaint=fresh(handled), keyring=investigator.keyring, now=now + LATER)
    assert sits(another, handled.complaint)


def test_a_private_report_calls_nobody(handlers, now):
    kept = file_story(now=now, keep_private=True)
    for person, role in zip(handlers, ("intake_officer", "intake_officer", "investigator", "decision_maker", "oversight"), strict=True):
        end(person, role, now + LATER)
    assert not fresh(kept).keys_due and "access_ended" not in kinds(kept.complaint)


def test_closing_an_account_ends_open_browsers(handled, investigator, signed_in, settings, now):
    settings.DEMO = True
    client = signed_in(investigator)
    assert client.get("/w/").status_code == 200
    close(investigator, now + LATER)
    assert client.get("/w/").status_code == 302
    assert not accounts.close_account(user=investigator.user, by=SYSTEM, now=now + LATER), "closed already"


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("system_admin", "intake_officer"),
        ("intake_officer", "policy_admin"),
        ("oversight", "investigator"),
        ("decision_maker", "oversight"),
    ],
)
def test_roles_that_must_be_kept_apart_are_refused(world, top, now, held, wanted):
    person = make_person("070", "Two Hats", held, manager=top.employee, keys=False)
    with pytest.raises(accounts.RolesClash):
        accounts.grant_role(user=person.user, role=Role(wanted), by=SYSTEM, now=now)
    assert roles_of(person.user, now) == {held}
    assert accounts.end_role(user=person.user, role=Role(held), by=SYSTEM, now=now)
    accounts.grant_role(user=person.user, role=Role(wanted), by=SYSTEM, now=now + LATER)
    assert roles_of(person.user, now + LATER) == {wanted}


def test_oversight_stands_outside_the_line_of_hr(world, top, now):
    contact = make_person("071", "Hr Contact", manager=top.employee)
    below = make_person("072", "Below Hr", manager=contact.employee)
    outside = make_person("073", "Out Side")
    below.employee.hr_contact = contact.employee
    below.employee.save()
    for person in (contact, below, top):
        with pytest.raises(accounts.RolesClash):
            accounts.grant_role(user=person.user, role=Role.OVERSIGHT, by=SYSTEM, now=now)
    assert accounts.grant_role(user=outside.user, role=Role.OVERSIGHT, by=SYSTEM, now=now)
