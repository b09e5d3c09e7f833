"""Administrators: what needs them, roles kept apart, settings tried before they are saved, the log without any case."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.questions.flow import SLOTS
from complaints.report_selectors import reporting_open
from complaints.services import wording
from complaints.wording_selectors import fingerprint as wording_fingerprint
from complaints.wording_selectors import texts_of
from managing import reach
from managing.log_kinds import KINDS
from notices.emails import message
from notices.models import Notice
from people.attention import points_for
from people.models import Organisation, Role, SettingChange, User
from people.selectors import organisation, roles_of
from policy.editing import fingerprint
from policy.models import SiteCalendar
from policy.records import Text
from policy.selectors import content_of, policy_in_force
from policy.services import import_days, revise
from policy.services.calendars import save_hours
from policy.services.editing import save_item
from tests.factories import cast
from vault.uploadhandler import most_mb

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
        texts = " ".join(point.text for point in points_for(frozenset(Role.values), cast.NOW, date(2026, 11, 23)))
        for expected in ("No policy is in force", "Intake officer: 0 of at least 2", "Oversight: 0 of at least 1", "no recovery key"):
            assert expected in texts

    def test_reporting_opens_with_two_officers_and_one_who_oversees(self, world, intake_officer, second_officer):
        assert not reporting_open(cast.NOW)
        cast.make_person("026", "Song An", "oversight", keys=False)
        assert not reporting_open(cast.NOW)
        cast.make_person("027", "Daniel Reyes", "oversight")
        assert reporting_open(cast.NOW)

    def test_the_coming_year_is_asked_for(self, world):
        points = points_for(frozenset({Role.POLICY_ADMIN}), cast.NOW, date(2026, 12, 1))
        assert any("2027" in point.text for point in points)
        points = points_for(frozenset({Role.POLICY_ADMIN}), cast.NOW, date(2026, 9, 1))
        assert not any("2027" in point.text for point in points)

    def test_a_review_that_comes_up_is_told_before_and_urgent_after(self, world):
        def urgent(today: date) -> list[bool]:
            points = points_for(frozenset({Role.POLICY_ADMIN}), cast.NOW, today)
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
        assert save_settings(admin, service_name_en="Help at work").status_code == 302
        saved = Organisation.objects.get()
        assert saved.service_name_en == "Help at work"
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


class TestSizeAndLastSentence:
    @pytest.fixture(autouse=True)
    def network(self, monkeypatch):
        monkeypatch.setattr(reach, "answers", lambda url: True)

    def test_a_smaller_file_is_asked_for_from_then_on(self, admin, settings):
        assert most_mb() == settings.MAX_UPLOAD_MB
        save_settings(admin, max_upload_mb="8")
        assert most_mb() == 8
        context = admin.get(at("settings")).context
        assert context["site"]["max_upload_mb"] == context["form"]["max_upload_mb"].value() == 8

    def test_the_server_s_own_bound_is_above_it(self, admin, settings):
        save_settings(admin, max_upload_mb="40")
        settings.MAX_UPLOAD_MB = 20
        assert most_mb() == 20

    @pytest.mark.parametrize("size", ["4", "51", "many", ""])
    def test_too_small_too_large_and_no_number_are_refused(self, admin, size):
        answer = save_settings(admin, max_upload_mb=size, service_name_en="Help at work")
        assert "max_upload_mb" in answer.context["form"].errors
        assert Organisation.objects.get().service_name_en == "Work Support"

    def test_the_last_sentence_stands_in_every_message(self, admin, sysadmin):
        save_settings(admin, mail_note_en="Signing in fails? Call 0571 8000.", mail_note_zh="登录不了？请打 0571 8000。")
        admin.post(at("test_mail"))
        sent = message(Notice.objects.select_related("recipient").get())
        assert "Signing in fails? Call 0571 8000." in sent.body

    @pytest.mark.parametrize("words", ["See https://example.test", "Your complaint", "Your Report is late", "您的举报", "www.example.test"])
    def test_a_sentence_that_tells_or_leads_somewhere_is_refused(self, admin, words):
        answer = save_settings(admin, mail_note_zh=words)
        assert "mail_note_zh" in answer.context["form"].errors

    def test_the_page_says_how_long_things_are_kept_by_the_policy(self, admin, world):
        html = admin.get(at("settings")).content.decode()
        assert html.count("at least") + html.count("at most") > 2


class TestLog:
    @pytest.fixture(autouse=True)
    def network(self, monkeypatch):
        monkeypatch.setattr(reach, "answers", lambda url: True)

    def rows(self, client, kind: str = "") -> list:
        return client.get(at("log"), {"kind": kind}).context["rows"]

    def test_it_knows_nothing_of_cases_nor_of_who_asked_or_looked(self, admin, filed, intake_officer):
        with transaction.atomic():
            for action in (Action.SEARCHED, Action.EXPERT_ASKED, Action.VAULT_UNLOCKED, Action.POLICY_SIGNED):
                record(by=staff(intake_officer.user, "x"), action=action, subject_id=None, now=cast.NOW)
        html = admin.get(at("log")).content.decode()
        assert "Policy published" in html
        for words in ("Report received", "Searched own cases", "Question to an expert", "Vault unlocked", "Policy signed"):
            assert words not in html

    def test_every_kind_of_change_is_in_one_group_or_left_out_on_purpose(self):
        shown = [action for kind in KINDS for action in kind.actions]
        assert len(shown) == len(set(shown))

    def test_a_setting_is_shown_as_it_was_and_as_it_is(self, admin):
        save_settings(admin, service_name_en="Help at work")
        row = self.rows(admin, "settings")[0]
        assert [(line.label, line.before, line.after) for line in row.fields if "English" in line.label] == [
            ("Name of this site (English)", "Work Support", "Help at work")
        ]
        assert not row.altered

    def test_what_was_kept_can_t_be_rewritten_unseen(self, admin):
        save_settings(admin, service_name_en="Help at work")
        SettingChange.objects.update(after={"service_name_en": "Something else"})
        row = next(row for row in self.rows(admin, "settings") if row.altered)
        assert row.fields == []
        assert "Changed afterwards" in admin.get(at("log")).content.decode()
        SettingChange.objects.all().delete()
        assert self.rows(admin, "settings")[0].altered

    def test_days_of_a_calendar_are_shown(self, admin, policy_admin, world):
        calendar = SiteCalendar.objects.get(site__isnull=True)
        import_days(calendar=calendar, text="2026-11-25,休,\n2026-11-28,班,", by=policy_admin.user, now=cast.NOW, dry_run=False)
        lines = self.rows(admin, "calendars")[0].fields
        assert [(line.before, line.after) for line in lines] == [
            ("as in the working week", "Day off"),
            ("as in the working week", "Make-up working day"),
        ]

    def test_hours_are_shown(self, admin, policy_admin, world):
        calendar = SiteCalendar.objects.get(site__isnull=True)
        save_hours(calendar=calendar, working_week=[0, 1, 2, 3], office_hours=[["09:00", "17:00"]], by=policy_admin.user, now=cast.NOW)
        lines = {line.label: (line.before, line.after) for line in self.rows(admin, "calendars")[0].fields}
        assert lines["Office hours"][1] == "09:00–17:00"
        assert lines["Working days"][1].count(",") == 3

    def test_an_edit_of_a_policy_is_shown_by_words(self, admin, policy_admin, world):
        draft = revise(version=policy_in_force(cast.NOW), by=policy_admin.user, now=cast.NOW)
        section = content_of(draft).sections[0]
        new = replace(section, heading=Text(f"{section.heading.en} anew", section.heading.zh_hans))
        seen = fingerprint(section)
        save_item(version=draft, part="sections", key=section.key, item=new, seen=seen, by=policy_admin.user, now=cast.NOW)
        row = self.rows(admin, "policy")[0]
        (item,) = row.items
        assert [piece.words.strip() for piece in item.fields[0].pieces if piece.kind == "in"][-1] == "anew"
        assert row.about.startswith(f"version {draft.number}")

    def test_who_got_which_role_is_said_by_name(self, admin, world):
        person = cast.make_person("050", "Ren Yi")
        admin.post(at("person", person.user.pk), {"roles": ["intake_officer"]})
        about = self.rows(admin, "people")[0].about
        assert "Ren Yi" in about
        assert "Intake officer" in about

    def test_an_edit_of_a_question_is_shown_by_words(self, admin, policy_admin, world):
        draft = wording.start(by=policy_admin.user, now=cast.NOW)
        stored = texts_of(draft)
        key = next(key for key in stored if key in {slot.key for slot in SLOTS["1"]})
        texts = {key: (stored[key][0] + " Really.", stored[key][1])}
        seen = wording_fingerprint(stored, "1")
        wording.save_page(version=draft, page_id="1", texts=texts, seen=seen, by=policy_admin.user, now=cast.NOW)
        (line,) = self.rows(admin, "questions")[0].fields
        assert "Really" in "".join(piece.words for piece in line.pieces if piece.kind == "in")

    def test_administrators_read_what_is_theirs(self, admin, policy_admin, world, signed_in, request):
        def kinds(client) -> set[str]:
            return {kind.code for kind in client.get(at("log")).context["kinds"]}

        assert kinds(admin) == {kind.code for kind in KINDS}
        assert kinds(signed_in(policy_admin)) == {"settings", "policy", "reissue", "calendars", "posters", "questions"}
        assert kinds(signed_in(cast.make_person("051", "He Ping", "training_admin"))) == {"training"}

    def test_a_long_log_asks_no_more_often_than_a_short_one(self, admin, policy_admin, world, django_assert_max_num_queries):
        draft = revise(version=policy_in_force(cast.NOW), by=policy_admin.user, now=cast.NOW)
        for number in range(30):
            section = content_of(draft).sections[0]
            new = replace(section, heading=Text(f"Heading {number}", f"标题 {number}"))
            draft = save_item(
                version=draft, part="sections", key=section.key, item=new, seen=fingerprint(section), by=policy_admin.user,
                now=cast.NOW + timedelta(minutes=number),
            )  # fmt: skip
        with django_assert_max_num_queries(25):
            admin.get(at("log"))
