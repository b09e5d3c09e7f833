"""While nobody could take a report, reporting is closed (D8): people are shown other ways, and whatever is here already goes on."""

from datetime import timedelta

import pytest
import time_machine

from complaints.models import Complaint
from complaints.report_selectors import Lack, reporting_lacks
from policy.demo import PROFILE, demo_content, publish_demo_policy
from policy.selectors import content_of
from policy.services import approve, create_from_profile, publish, save_content, submit
from tests.complaints.report_helpers import EN, STORY, ZH, browser, send, text, told
from tests.factories import cast
from tests.factories.cast import NOW
from tests.factories.filing import file_story

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
CLOSED = {EN: "You cannot report here yet", ZH: "这里暂时还不能提交"}


@pytest.fixture(autouse=True)
def at_now():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def leave(*people) -> None:
    """They hold no role any more."""
    for person in people:
        person.user.role_grants.update(until=NOW)


class TestWhatIsNeeded:
    def test_a_policy_two_officers_and_oversight_each_with_a_key(self, company, top):
        assert reporting_lacks(NOW) == [Lack.POLICY, Lack.HANDLERS, Lack.OVERSIGHT]
        author, approver = cast.make_person("010", "Pan Li", "policy_admin"), cast.make_person("011", "Qin Hua", "policy_admin")
        publish_demo_policy(now=cast.SINCE, by=author.user, approver=approver.user)
        cast.make_person("020", "Lin Mei", "intake_officer")
        cast.make_person("021", "He Tao", "intake_officer", keys=False)
        assert reporting_lacks(NOW) == [Lack.HANDLERS, Lack.OVERSIGHT]
        cast.make_person("022", "Xu Ning", "intake_officer")
        cast.make_person("025", "Song An", "oversight", keys=False)
        assert reporting_lacks(NOW) == [Lack.OVERSIGHT]
        cast.make_person("026", "Wen Jia", "oversight")
        assert reporting_lacks(NOW) == []


class TestStart:
    @pytest.mark.parametrize("lang", [EN, ZH])
    def test_the_channels_of_the_policy_are_shown_instead(self, handlers, overseer, lang):
        leave(overseer)
        page = browser(lang).get("/r/")
        assert page.status_code == 200 and "/r/private/" not in page.content.decode()
        assert CLOSED[lang] in text(page)
        for ways in ("400-000-0188", "heard@example.com", "110"):
            assert ways in text(page)
        html = page.content.decode()
        assert 'href="/help/"' in html and 'href="/f/"' in html

    def test_before_any_policy_there_is_no_number_to_show_and_the_page_says_what_else(self, handlers):
        with time_machine.travel(cast.SINCE - timedelta(days=1), tick=False):
            assert "400-000-0188" not in text(browser().get("/r/"))
            assert "tell somebody you trust" in text(browser().get("/r/"))
            assert "tell somebody you trust" in text(browser().get("/help/"))

    def test_a_policy_that_comes_into_force_later_lends_its_numbers(self, company, top):
        author, approver = cast.make_person("010", "Pan Li", "policy_admin"), cast.make_person("011", "Qin Hua", "policy_admin")
        draft = create_from_profile(profile_id=PROFILE, by=author.user, now=NOW)
        content = demo_content(content_of(draft), today=NOW.date(), by=author.user, now=NOW)
        draft = save_content(version=draft, content=content, row_version=draft.row_version, by=author.user, now=NOW)
        draft = approve(version=submit(version=draft, by=author.user, now=NOW), by=approver.user, now=NOW)
        publish(version=draft, effective_date=(NOW + timedelta(days=7)).date(), by=approver.user, now=NOW)
        page = text(browser().get("/r/"))
        assert "You cannot report here yet" in page and "400-000-0188" in page
        assert "400-000-0188" in text(browser().get("/help/"))
        assert "As soon as it is in force you can report here" in text(browser().get("/p/"))

    @pytest.mark.parametrize("path", ["/r/private/", "/r/1/", "/r/check/"])
    def test_no_address_leads_past_it(self, handlers, overseer, path):
        leave(overseer)
        answer = browser().get(path)
        assert answer.status_code in (302, 404) and not Complaint.objects.exists()


class TestWhatIsHereGoesOn:
    def test_a_report_is_followed_up(self, handlers, intake_officer, second_officer, reporter_client):
        filed = file_story(now=NOW)
        leave(intake_officer, second_officer)
        assert reporting_lacks(NOW) == [Lack.HANDLERS]
        client = reporter_client(filed.code)
        for page in ("home", "messages", "add", "protect", "escalate", "withdraw", "retaliation"):
            assert client.get(f"/f/{page}/").status_code == 200, page

    def test_somebody_who_was_writing_goes_on_and_sends_to_oversight(self, handlers, intake_officer, second_officer):
        client = told(EN)
        leave(intake_officer, second_officer)
        assert client.get("/r/2/").status_code == 200
        page = client.get("/r/check/")
        assert STORY in text(page) and "goes to oversight instead" in text(page)
        send(client)
        assert Complaint.objects.get().oversight_handles

    def test_somebody_who_was_writing_loses_nothing_when_nobody_at_all_is_left(self, handlers, intake_officer, second_officer, overseer):
        client = told(EN)
        leave(intake_officer, second_officer, overseer)
        page = client.get("/r/check/")
        assert STORY in text(page) and 'value="send"' not in page.content.decode()
        forged = client.post("/r/check/", {"go": "send", "readers": "oversight:0"})
        assert forged.status_code == 200 and STORY in text(forged)
        assert not Complaint.objects.exists()
        assert client.get("/r/save/").status_code == 200
