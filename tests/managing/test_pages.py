"""Administrators: what needs them, roles kept apart, settings tried before they are saved, the log without any case."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from managing import reach, selectors
from notices.models import Notice
from people.models import Organisation, Role, User
from people.selectors import organisation, roles_of
from tests.factories import cast

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])

PAGES = ("home", "people", "settings", "log")


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True
    # Asked for again only after a while; that it is asked for is tested where signing in is.
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 10**9


@pytest.fixture
def admin(sysadmin) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": sysadmin.user.email, "password": cast.PASSWORD})
    return client


def at(name: str, *args) -> str:
    return reverse(f"managing:{name}", args=args)


def save_settings(client: Client, **more):
    form = client.get(at("settings")).context["form"]
    return client.post(at("settings"), {bound.html_name: bound.value() for bound in form} | {"go": "save"} | more)


class TestDoors:
    def test_the_system_administrator_sees_every_page(self, admin):
        for page in PAGES:
            assert admin.get(at(page)).status_code == 200, page

    @pytest.mark.parametrize("role", ["stranger", "overseer", "intake_officer"])
    def test_case_roles_see_none(self, request, world, role, signed_in):
        client = signed_in(request.getfixturevalue(role))
        for page in PAGES:
            assert client.get(at(page)).status_code == 404, page

    def test_a_policy_administrator_sees_the_list_of_things_to_do_but_no_accounts(self, world, policy_admin, signed_in):
        client = signed_in(policy_admin)
        assert [client.get(at(page)).status_code for page in PAGES] == [200, 404, 404, 200]


class TestWhatNeedsSomebody:
    def test_an_empty_installation_says_what_is_missing(self, company, top):
        texts = " ".join(point.text for point in selectors.points_for(frozenset(Role.values), cast.NOW, date(2026, 11, 23)))
        for expected in ("No policy is in force", "Intake officer: 0 of at least 2", "Oversight: 0 of at least 1", "no recovery key"):
            assert expected in texts
        assert not selectors.reporting_is_open(cast.NOW)

    def test_reporting_opens_with_two_officers_and_one_who_oversees(self, world, intake_officer, second_officer):
        assert not selectors.reporting_is_open(cast.NOW)
        cast.make_person("026", "Song An", "oversight", keys=False)
        assert not selectors.reporting_is_open(cast.NOW)
        cast.make_person("027", "Daniel Reyes", "oversight")
        assert selectors.reporting_is_open(cast.NOW)

    def test_the_coming_year_is_asked_for(self, world):
        points = selectors.points_for(frozenset({Role.POLICY_ADMIN}), cast.NOW, date(2026, 12, 1))
        assert any("2027" in point.text for point in points)
        points = selectors.points_for(frozenset({Role.POLICY_ADMIN}), cast.NOW, date(2026, 9, 1))
        assert not any("2027" in point.text for point in points)

    def test_a_review_that_comes_up_is_told_before_and_urgent_after(self, world):
        def urgent(today: date) -> list[bool]:
            points = selectors.points_for(frozenset({Role.POLICY_ADMIN}), cast.NOW, today)
            return [point.urgent for point in points if "looked at again" in point.text]

        assert (urgent(date(2026, 6, 1)), urgent(date(2026, 12, 1)), urgent(date(2027, 1, 6))) == ([], [False], [True])


class TestRoles:
    def test_roles_are_given_and_ended(self, admin, world):
        person = cast.make_person("050", "Ren Yi")
        admin.post(at("person", person.user.pk), {"roles": ["intake_officer", "investigator"]})
        assert roles_of(person.user, timezone.now()) == {"intake_officer", "investigator"}
        admin.post(at("person", person.user.pk), {"roles": ["investigator"]})
        assert roles_of(person.user, timezone.now()) == {"investigator"}

    @pytest.mark.parametrize("roles", [["policy_admin", "investigator"], ["oversight", "decision_maker"], ["system_admin", "oversight"]])
    def test_roles_that_must_be_kept_apart_are_refused_and_nothing_changes(self, admin, world, roles):
        person = cast.make_person("050", "Ren Yi", "support_contact", keys=False)
        answer = admin.post(at("person", person.user.pk), {"roles": roles})
        assert "roles" in answer.context["form"].errors
        assert roles_of(person.user, timezone.now()) == {"support_contact"}

    def test_an_account_is_made_once(self, admin):
        data = {"email": "Outside@Example.test", "name": "Nora", "language": "en"}
        admin.post(at("people"), data)
        assert User.objects.filter(email="outside@example.test").count() == 1
        assert "email" in admin.post(at("people"), data).context["form"].errors

    def test_an_account_is_closed_and_opened_but_never_ones_own(self, admin, sysadmin):
        person = cast.make_person("050", "Ren Yi", "investigator")
        admin.post(at("account", person.user.pk))
        person.user.refresh_from_db()
        assert not person.user.is_active
        assert not roles_of(person.user, timezone.now())
        admin.post(at("account", person.user.pk))
        person.user.refresh_from_db()
        assert person.user.is_active
        admin.post(at("account", sysadmin.user.pk))
        sysadmin.user.refresh_from_db()
        assert sysadmin.user.is_active


class TestSettings:
    @pytest.fixture(autouse=True)
    def network(self, monkeypatch):
        monkeypatch.setattr(reach, "answers", lambda url: "weather" in url)

    def test_they_are_saved(self, admin):
        assert save_settings(admin, service_name_en="Help at work", private_keeping_days="200").status_code == 302
        saved = Organisation.objects.get()
        assert (saved.service_name_en, saved.private_keeping_days) == ("Help at work", 200)
        assert organisation().service_name_en == "Help at work"

    def test_an_exit_that_does_not_answer_is_refused_and_what_was_typed_stays(self, admin):
        answer = save_settings(admin, exit_url_en="https://intranet.invalid/", service_name_en="Help at work")
        assert "exit_url_en" in answer.context["form"].errors
        assert 'value="Help at work"' in answer.content.decode()
        assert Organisation.objects.get().service_name_en == "Work Support"

    def test_trying_saves_nothing(self, admin):
        answer = save_settings(admin, go="try", service_name_en="Help at work")
        assert answer.context["tried"] is True
        assert Organisation.objects.get().service_name_en == "Work Support"

    def test_a_test_message_is_owed_to_the_administrator(self, admin, sysadmin):
        admin.post(at("test_mail"))
        assert [(notice.recipient, notice.template) for notice in Notice.objects.all()] == [(sysadmin.user, "test")]


def test_only_web_addresses_are_tried():
    assert not reach.answers("file:///etc/passwd")
    assert not reach.answers("ftp://example.test/")
    assert not reach.answers("http://127.0.0.1:9/")


def test_the_log_knows_nothing_of_cases(admin, filed):
    html = admin.get(at("log")).content.decode()
    assert "Policy published" in html
    assert "Report received" not in html
    assert selectors.log_entries().filter(subject_id__isnull=False).count() == 0
