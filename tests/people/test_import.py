"""Applying a directory file: whole or not at all."""

import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import actors
from audit.models import Entry as AuditEntry
from people.matching import fold_name
from people.models import DirectoryUpload, Employee, Organisation, RoleGrant, Site, Unit, User
from people.selectors import forget_organisation, holders_of_roles, roles_of
from people.services import directory

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HEAD = "number,name,other_name,email,manager,hr_contact,unit,site,joined,left\n"
THREE = (
    HEAD
    + "1,Gu Wenbo,顾文博,gu@example.test,,3,Top,hz,2020-01-06,\n"
    + "2,Lin Mei,林梅,Lin@example.test,1,3,Top,hz,2021-03-01,\n"
    + "3,He Tao,何涛,he@example.test,1,,HR 人事,hz,2021-03-01,\n"
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(db):
    site = Site.objects.create(code="hz", name="Hangzhou")
    Organisation.objects.create(name_en="Linden", name_zh="菩提", site=site)
    forget_organisation()
    yield site
    forget_organisation()


def apply(text, complete=False, now=NOW, **more):
    return directory.apply_import(content=text.encode(), complete=complete, by=actors.SYSTEM, now=now, **more)


def test_people_units_managers_and_accounts_are_linked(home):
    lin = User.objects.create_user("lin@example.test", "x", display_name="Lin Mei")
    apply(THREE)
    mei = Employee.objects.select_related("manager", "hr_contact", "unit", "user").get(number="2")
    assert (mei.manager.number, mei.hr_contact.number, mei.unit.name, mei.site, mei.user) == ("1", "3", "Top", home, lin)
    assert (mei.name_key, mei.other_name_key, mei.language) == (fold_name("Lin Mei"), "林梅", "zh-hans")
    assert Unit.objects.count() == 2
    assert AuditEntry.objects.get(action="directory_imported").facts == {"join": 3, "change": 0, "leave": 0, "return": 0}


def test_a_bad_row_keeps_everything_out():
    with pytest.raises(directory.DirectoryRefused) as refused:
        apply(THREE + "4,=1+1,,,,,,hz,2021-03-01,\n5,Fine,,,77,,,hz,2021-03-01,\n")
    assert [problem.line for problem in refused.value.plan.problems] == [5, 6]
    assert Employee.objects.count() == Unit.objects.count() == 0
    assert not AuditEntry.objects.exists()


def test_a_failure_half_way_leaves_nothing(monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr(directory, "_close_accounts", fail)
    with pytest.raises(RuntimeError):
        apply(THREE)
    assert Employee.objects.count() == Unit.objects.count() == 0


def test_ids_stay_when_rows_change():
    apply(THREE)
    before = dict(Employee.objects.values_list("number", "pk"))
    apply(THREE.replace("Lin Mei", "Lin Mei-Mei").replace(",1,3,Top", ",3,3,Top"))
    assert dict(Employee.objects.values_list("number", "pk")) == before
    mei = Employee.objects.get(number="2")
    assert mei.name_key == fold_name("Lin Mei-Mei") and mei.manager.number == "3"


def test_applying_twice_changes_nothing_the_second_time():
    apply(THREE)
    assert apply(THREE).changes == []


def test_a_leaver_signs_in_no_more_and_holds_no_role():
    user = User.objects.create_user("lin@example.test", "x", display_name="Lin Mei")
    RoleGrant.objects.create(user=user, role="intake_officer", since=NOW - timedelta(days=9))
    apply(THREE)
    apply(THREE.replace("2021-03-01,\n3", "2021-03-01,2026-11-20\n3"))
    user.refresh_from_db()
    assert not user.is_active
    assert RoleGrant.objects.get(user=user).until == NOW
    assert AuditEntry.objects.filter(action="account_closed").count() == 1


def test_somebody_who_leaves_next_month_keeps_working():
    user = User.objects.create_user("lin@example.test", "x", display_name="Lin Mei")
    RoleGrant.objects.create(user=user, role="intake_officer", since=NOW - timedelta(days=9))
    apply(THREE.replace("2021-03-01,\n3", "2021-03-01,2026-12-31\n3"))
    user.refresh_from_db()
    assert user.is_active and roles_of(user, NOW) == {"intake_officer"}


def test_from_the_leaving_date_on_nobody_is_found_for_a_role():
    """Even before the worker has closed the account: a report that comes in the first hour of that day is not given to them."""
    user = User.objects.create_user("lin@example.test", "x", display_name="Lin Mei")
    RoleGrant.objects.create(user=user, role="intake_officer", since=NOW - timedelta(days=9))
    apply(THREE.replace("2021-03-01,\n3", "2021-03-01,2026-12-31\n3"))
    # The organisation is in Shanghai: its 31 December begins at 16:00 UTC of the 30th.
    before, on_the_day = datetime(2026, 12, 30, 15, 59, tzinfo=UTC), datetime(2026, 12, 30, 16, 0, tzinfo=UTC)
    assert holders_of_roles(["intake_officer"], before) == {"intake_officer": [user]}
    assert holders_of_roles(["intake_officer"], on_the_day) == {"intake_officer": []}


def test_leaving_later_takes_effect_on_the_day():
    user = User.objects.create_user("lin@example.test", "x", display_name="Lin Mei")
    apply(THREE.replace("2021-03-01,\n3", "2021-03-01,2026-12-31\n3"))
    assert directory.close_leavers(now=NOW) == 0
    assert directory.close_leavers(now=datetime(2026, 12, 31, 2, tzinfo=UTC)) == 1
    user.refresh_from_db()
    assert not user.is_active


def test_an_account_of_somebody_else_is_not_taken_over():
    User.objects.create_user("lin@example.test", "x", display_name="Lin Mei")
    apply(THREE)
    with pytest.raises(directory.DirectoryRefused) as refused:
        apply("number,name,email,joined\n9,Impostor,lin@example.test,2026-11-01\n")
    assert [(p.line, p.code) for p in refused.value.plan.problems] == [(2, "email_of_other")]


def test_what_was_shown_is_what_is_applied():
    shown = directory.plan_import(content=THREE.encode(), complete=False, now=NOW)
    Employee.objects.create(number="2", name="Lin", name_key="lin", joined_date="2021-03-01")
    with pytest.raises(directory.DirectoryMoved):
        apply(THREE, expected=directory.fingerprint(shown))
    assert Employee.objects.count() == 1


def test_a_kept_file_is_sealed_belongs_to_one_person_and_ends(home):
    admin = User.objects.create_user("admin@example.test", "x", display_name="A")
    other = User.objects.create_user("other@example.test", "x", display_name="B")
    upload = directory.keep_upload(content=THREE.encode(), complete=False, by=admin, now=NOW)
    stored = bytes(DirectoryUpload.objects.get().content_sealed)
    assert b"Lin Mei" not in stored and directory.content_of(upload) == THREE.encode()
    assert directory.kept_upload(upload_id=upload.pk, by=admin, now=NOW) == upload
    for by, at in ((other, NOW), (admin, NOW + timedelta(hours=1))):
        with pytest.raises(DirectoryUpload.DoesNotExist):
            directory.kept_upload(upload_id=upload.pk, by=by, now=at)
    directory.forget_expired(now=NOW + timedelta(hours=1))
    assert not DirectoryUpload.objects.exists()


def test_a_large_directory_takes_few_queries_and_little_memory():
    rows = 3_000
    text = HEAD + "".join(
        f"{at},Person {at},人{at},p{at}@example.test,{(at - 1) // 8 if at else ''},,Unit {at % 50},hz,2020-01-06,\n" for at in range(rows)
    )
    tracemalloc.start()
    with CaptureQueriesContext(connection) as queries:
        apply(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert Employee.objects.count() == rows
    # SQLite takes some sixty rows in one statement.
    assert len(queries) < 30 + rows / 40
    assert peak < 40 * 1024 * 1024
