"""The directory in the browser: upload, look, apply."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from people.models import DirectoryUpload, Employee

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

GOOD = "number,name,email,joined\n1,顾文博,gu@example.test,2020-01-06\n2,Lin Mei,lin@example.test,2021-03-01\n"


@pytest.fixture
def admin(account, sign_in):
    return sign_in(account("root@example.test", "system_admin"))


def upload(client, text, **more):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post("/w/directory/", {"file": SimpleUploadedFile("people.csv", content)} | more)


def fingerprint(page):
    return re.search(r'name="fingerprint" value="([0-9a-f]+)"', page.content.decode()).group(1)


def test_upload_look_apply(admin):
    address = upload(admin, GOOD)["Location"]
    page = admin.get(address)
    assert "顾文博" in page.content.decode() and "lin@example.test" in page.content.decode()
    assert not Employee.objects.exists()
    done = admin.post(address, {"fingerprint": fingerprint(page)}, follow=True)
    assert "The directory is up to date. Changed entries: 2." in done.content.decode()
    assert Employee.objects.count() == 2 and not DirectoryUpload.objects.exists()


def test_bad_rows_are_listed_by_line_and_can_not_be_applied(admin):
    address = upload(admin, GOOD + "3,=EVIL(),,2020-01-06\n4,Name,,soon\n")["Location"]
    page = admin.get(address).content.decode()
    assert "2 rows need mending" in page and "begins like a spreadsheet formula" in page and 'name="fingerprint"' not in page
    assert re.findall(r'<th scope="row"[^>]*>(\d+)</th>', page) == ["4", "5"]
    admin.post(address, {"fingerprint": "0"})
    assert not Employee.objects.exists()


def test_what_was_not_shown_is_not_applied(admin):
    address = upload(admin, GOOD)["Location"]
    shown = fingerprint(admin.get(address))
    Employee.objects.create(number="1", name="Somebody", name_key="somebody", joined_date="2020-01-06")
    page = admin.post(address, {"fingerprint": shown}, follow=True).content.decode()
    assert "The directory has changed since you looked" in page
    assert Employee.objects.count() == 1


def test_a_long_list_comes_in_pages(admin):
    rows = "".join(f"{at},Person {at},,2020-01-06\n" for at in range(250))
    address = upload(admin, "number,name,email,joined\n" + rows)["Location"]
    assert "Page 1 of 3" in admin.get(address).content.decode()
    assert "Person 249" in admin.get(address + "?page=3").content.decode()


def test_no_file_and_a_file_too_large_are_said_kindly(admin, settings):
    assert "Choose a file." in admin.post("/w/directory/", {}).content.decode()
    settings.MAX_UPLOAD_MB = 50 / 1_000_000
    assert "This file is too large" in upload(admin, GOOD).content.decode()


def test_an_upload_belongs_to_one_administrator(admin, account, sign_in):
    address = upload(admin, GOOD)["Location"]
    other = sign_in(account("other@example.test", "system_admin"))
    assert other.get(address).status_code == 404
    assert other.post(address, {"fingerprint": "x"}).status_code == 404


@pytest.mark.parametrize("role", ["intake_officer", "policy_admin", "oversight", None])
def test_only_system_administrators_get_there(account, sign_in, role):
    client = sign_in(account("x@example.test", *([role] if role else [])))
    assert client.get("/w/directory/").status_code == 404
    assert upload(client, GOOD).status_code == 404
    assert Client().get("/w/directory/").status_code == 302
