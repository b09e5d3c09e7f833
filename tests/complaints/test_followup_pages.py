"""The reporter's pages as a browser without scripts meets them."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from complaints.models import Escalation, Message, ProtectionRequest, Seat, Statement
from complaints.services import messages, protection
from complaints.states import State
from tests.complaints.report_helpers import text
from tests.factories.filing import file_story
from tests.factories.forms import forms_of
from vault.models import Keyholder

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])

PLAIN_PAGES = ["home", "messages", "add", "sent", "protect", "exclude", "escalate", "withdraw", "retaliation", "review", "code", "identity"]


@pytest.fixture
def now():
    """The views look at the real clock."""
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def mine(filed, reporter_client):
    return reporter_client(filed.code)


def once(client, path: str) -> str:
    return re.search(r'name="once" value="([^"]+)"', client.get(path).content.decode())[1]


def post(client, path: str, **values):
    return client.post(path, {"once": once(client, path), "go": "send"} | values)


def officer_of(filed, *people):
    users = set(Seat.objects.filter(complaint=filed.complaint, role="intake").values_list("user_id", flat=True))
    return next(person for person in people if person.user.pk in users)


class TestEntering:
    def test_groups_dashes_and_full_width_digits_are_fine(self, filed):
        full_width = "".join(chr(ord("０") + int(digit)) for digit in filed.code)
        for typed in (filed.code, "-".join(re.findall("....", filed.code)), full_width):
            response = Client().post("/f/", {"code": typed})
            assert response.status_code == 302 and response["Location"] == "/f/home/"

    def test_wrong_and_purged_codes_look_the_same(self, filed, now):
        from vault.services.compartments import destroy_subject

        wrong = Client().post("/f/", {"code": "1" * 20})
        destroy_subject(filed.complaint.pk)
        purged = Client().post("/f/", {"code": filed.code})
        strip = lambda r: re.sub(rb'value="[^"]*"', b"", r.content)  # noqa: E731
        assert (wrong.status_code, wrong.cookies.keys()) == (purged.status_code, purged.cookies.keys()) == (200, wrong.cookies.keys())
        assert strip(wrong) == strip(purged)
        assert "We cannot find that code. Check each group of four." in text(wrong)

    def test_after_five_tries_there_is_a_wait_in_minutes(self, filed):
        client = Client()
        answers = [client.post("/f/", {"code": "2" * 20}) for _ in range(6)]
        assert [each.status_code for each in answers[:5]] == [200] * 5
        assert answers[5].status_code == 429 and "Wait 1 minute" in text(answers[5])
        assert client.post("/f/", {"code": filed.code}).status_code == 429

    def test_right_codes_use_up_no_tries(self, filed):
        for _ in range(8):
            assert Client().post("/f/", {"code": filed.code}).status_code == 302

    def test_what_was_typed_stays_and_stands_in_no_address(self, filed):
        page = Client().post("/f/", {"code": "1234 abc"})
        assert 'value="1234 abc"' in page.content.decode()
        assert "1234" not in page.request["PATH_INFO"]

    def test_the_lost_code_page_is_honest(self, client, db):
        assert "We cannot look the code up or send it again." in text(client.get("/f/lost/"))


class TestDoor:
    @pytest.mark.parametrize("name", PLAIN_PAGES)
    def test_without_a_session_every_page_is_the_same_closed_page(self, db, company, name):
        response, unknown = Client().get(f"/f/{name}/"), Client().get("/f/nothing/")
        assert response.status_code == unknown.status_code == 404
        assert text(response) == text(unknown)

    @pytest.mark.parametrize("name", PLAIN_PAGES)
    @pytest.mark.parametrize("lang", ["en", "zh-hans"])
    def test_every_page_opens_in_both_languages(self, mine, name, lang):
        response = mine.get(f"/f/{name}/", headers={"accept-language": lang})
        assert response.status_code == 200
        html = response.content.decode()
        assert html.count("<h1") == 1
        assert re.search(r"<title>[^<]*(harass|complaint|骚扰|投诉)", html, re.I) is None

    def test_leaving_ends_the_session(self, filed, mine):
        cookie = mine.cookies["k"].value
        mine.get("/x/")
        again = Client()
        again.cookies["k"] = cookie
        assert again.get("/f/home/").status_code == 404

    def test_another_code_shows_another_report(self, filed, reporter_client, now):
        other = file_story(now=now, story="CANARY-other story")
        mine = reporter_client(filed.code)
        assert "CANARY-other" not in text(mine.get("/f/sent/"))
        assert "CANARY-other" in text(reporter_client(other.code).get("/f/sent/"))


class TestHome:
    def test_the_next_promise_is_a_date_with_its_weekday(self, filed, mine):
        en = text(mine.get("/f/home/", headers={"accept-language": "en"}))
        assert re.search(r"You hear from us by (Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day \d{1,2} \w+ \d{4}", en)
        zh = text(mine.get("/f/home/", headers={"accept-language": "zh-hans"}))
        assert re.search(r"\d{4}年\d{1,2}月\d{1,2}日（星期[一二三四五六日]）", zh)

    def test_nobody_has_opened_it_yet_and_then_somebody_has(self, filed, mine, intake_officer, second_officer, now):
        assert "Nobody has opened it yet. It must be opened by" in text(mine.get("/f/home/"))
        officer = officer_of(filed, intake_officer, second_officer)
        messages.seen_by_staff(complaint=filed.complaint, by=officer.user, role="intake", now=now)
        page = text(mine.get("/f/home/"))
        assert officer.user.display_name in page and "Opened 1 time" in page

    def test_the_page_says_we_are_late_by_itself_and_offers_oversight(self, handlers, reporter_client, now):
        late = file_story(now=now - timedelta(days=40))
        page = reporter_client(late.code).get("/f/home/")
        assert re.search(r"We are \d+ (working )?days? late\.", text(page))
        assert 'href="/f/escalate/"' in page.content.decode()

    def test_on_time_says_nothing_of_lateness(self, mine):
        assert "We are" not in re.sub(r"We are (finding|working)", "", text(mine.get("/f/home/"))).split("Dates we promised")[0]

    def test_the_five_ways_out_are_one_click_away(self, mine):
        html = mine.get("/f/home/").content.decode()
        for path in ("withdraw", "review", "protect", "exclude", "retaliation", "escalate"):
            assert f'href="/f/{path}/' in html

    def test_a_private_report_offers_sending_first(self, handlers, reporter_client, now):
        kept = file_story(now=now, keep_private=True)
        client = reporter_client(kept.code)
        assert "Send it now?" in text(client.get("/f/home/"))
        assert client.get("/f/messages/").status_code == 302
        assert client.post("/f/now/").status_code == 302
        kept.complaint.refresh_from_db()
        assert kept.complaint.state == State.RECEIVED
        assert "You hear from us by" in text(client.get("/f/home/"))


class TestWriting:
    def test_a_message_and_a_file_come_back_unchanged_under_a_neutral_name(self, mine):
        body = b"\xff\xd8\xff\xe0CANARY-photo" + bytes(5000)
        photo = SimpleUploadedFile("me-and-my-boss.jpg", body, content_type="image/jpeg")
        assert post(mine, "/f/messages/", text="CANARY-look", file=photo).status_code == 302
        page = mine.get("/f/messages/")
        assert "CANARY-look" in text(page) and "me-and-my-boss.jpg" in text(page)
        download = mine.get("/f/file/1/")
        assert b"".join(download.streaming_content) == body
        assert download["Content-Disposition"] == 'attachment; filename="file-1.jpg"'

    def test_an_empty_message_is_refused_kindly(self, mine):
        page = post(mine, "/f/messages/", text="  ")
        assert page.status_code == 200 and "Write a message or add a file" in text(page)
        assert "<title>Error: " in page.content.decode()
        assert not Message.objects.exists()

    def test_too_long_keeps_every_word(self, mine):
        words = "x" * 20_001
        page = post(mine, "/f/add/", text=words)
        assert words in page.content.decode() and not Statement.objects.filter(kind="addition").exists()

    def test_a_double_click_sends_once(self, mine):
        token = once(mine, "/f/messages/")
        for _ in range(2):
            mine.post("/f/messages/", {"once": token, "text": "hello", "go": "send"})
        assert Message.objects.count() == 1

    def test_switching_the_language_keeps_what_was_typed(self, mine):
        page = mine.post("/f/add/", {"once": "t", "text": "CANARY half a thought", "go": "lang"}, headers={"accept-language": "en"})
        assert "CANARY half a thought" in page.content.decode() and 'lang="zh-Hans"' in page.content.decode()
        assert not Statement.objects.filter(kind="addition").exists()

    def test_a_question_can_be_answered_or_not(self, filed, mine, intake_officer, second_officer, now):
        officer = officer_of(filed, intake_officer, second_officer)
        messages.ask(
            complaint=filed.complaint, keyring=officer.keyring, by=officer.user, role="intake", questions=["When?", "Where?"], now=now
        )
        assert "Waiting for you" in text(mine.get("/f/home/"))
        question = Message.objects.get(question_number=1)
        post(mine, "/f/messages/", text="In May", answers=str(question.pk))
        mine.post("/f/messages/2/")
        assert list(Message.objects.filter(purpose="question").order_by("question_number").values_list("question_state", flat=True)) == [
            "answered",
            "declined",
        ]
        assert "You chose not to answer" in text(mine.get("/f/messages/"))

    def test_a_file_that_is_not_mine_is_not_there(self, filed, mine, reporter_client, now):
        other = file_story(now=now, story="another story")
        client = reporter_client(other.code)
        post(client, "/f/add/", file=SimpleUploadedFile("a.txt", b"secret"))
        assert client.get("/f/file/1/").status_code == 200
        assert mine.get("/f/file/1/").status_code == 404


class TestAsking:
    def test_protection_answers_with_a_date(self, mine):
        before = ProtectionRequest.objects.count()
        assert post(mine, "/f/protect/", wishes=["companion"], urgency="today").status_code == 302
        assert ProtectionRequest.objects.count() == before + 1
        assert re.search(r"You get an answer by \w+day", text(mine.get("/f/protect/")))

    def test_asking_for_nothing_says_what_is_missing(self, mine):
        page = post(mine, "/f/protect/")
        assert "Choose what would help, or write it in your own words" in text(page)

    def test_a_burden_waits_for_the_yes(self, filed, mine, intake_officer, second_officer, now):
        officer = officer_of(filed, intake_officer, second_officer)
        measure = protection.answer_request(
            complaint=filed.complaint,
            keyring=officer.keyring,
            by=officer.user,
            role="intake",
            wish=ProtectionRequest.objects.first(),
            decision="granted",
            what="You move to the other floor",
            start_date=now.date(),
            review_date=now.date() + timedelta(days=14),
            burdens_reporter=True,
            now=now,
        )
        assert "needs your yes or no" in text(mine.get("/f/home/"))
        mine.post(f"/f/protect/{measure.pk}/", {"go": "yes"})
        measure.refresh_from_db()
        assert measure.consent_at and measure.start_date
        page = mine.get("/f/protect/")
        assert "You agreed to this." in text(page) and f"/f/protect/{measure.pk}/again/" in page.content.decode()
        assert post(mine, f"/f/protect/{measure.pk}/again/", text="still there").status_code == 302
        assert "You told us on" in text(mine.get("/f/protect/"))

    def test_excluding_answers_with_a_date(self, filed, mine, intake_officer, second_officer):
        officer = officer_of(filed, intake_officer, second_officer)
        assert post(mine, "/f/exclude/", names=officer.employee.name).status_code == 302
        page = text(mine.get("/f/exclude/"))
        assert "They are blocked." in page and officer.employee.name in page

    def test_oversight_gets_it_and_the_page_gives_a_date(self, mine):
        assert post(mine, "/f/escalate/", reason="late", text="CANARY-esc").status_code == 302
        page = text(mine.get("/f/escalate/"))
        assert "Your case handler does not see this." in page and "CANARY-esc" in page
        assert re.search(r"You get an answer by \w+day", page)
        assert Escalation.objects.count() == 1

    def test_withdrawing_needs_a_choice_and_answers_with_a_date(self, mine):
        assert "Choose one" in text(post(mine, "/f/withdraw/"))
        assert post(mine, "/f/withdraw/", how="withdraw").status_code == 302
        assert re.search(r"By \w+day \d+ \w+ \d{4} we tell you what stops", text(mine.get("/f/withdraw/")))

    def test_a_pause_can_be_ended(self, filed, mine):
        post(mine, "/f/withdraw/", how="pause")
        assert "Paused until" in text(mine.get("/f/home/"))
        assert mine.post("/f/resume/").status_code == 302
        filed.complaint.refresh_from_db()
        assert filed.complaint.paused_until is None

    def test_retaliation_gives_a_code_and_a_date_once(self, filed, mine, reporter_client):
        token = once(mine, "/f/retaliation/")
        sent = {"once": token, "what": "CANARY-shift", "who": "", "go": "send"}
        first, second = mine.post("/f/retaliation/", sent), mine.post("/f/retaliation/", sent)
        codes = [re.findall(r"<span>(\d{4})</span>", page.content.decode()) for page in (first, second)]
        assert len(codes[0]) == 5 and codes[0] == codes[1]
        assert re.search(r"You get an answer by \w+day", text(first))
        assert filed.complaint.linked.count() == 1
        assert "CANARY-shift" in text(reporter_client("".join(codes[0])).get("/f/sent/"))

    def test_the_code_of_a_retaliation_report_stays_when_the_language_is_changed(self, filed, mine, settings):
        mine.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        response = post(mine, "/f/retaliation/", what="Moved to nights")
        code, linked = response.context["code"], filed.complaint.linked.get()
        for language in ("zh-Hans", "en"):
            (form,) = [each for each in forms_of(response) if each.id == "page-form"]
            response = mine.post("/f/retaliation/", form.values(go="lang"))
            assert f'<html lang="{language}">' in response.content.decode() and response.context["code"] == code
        assert filed.complaint.linked.get() == linked

    def test_a_code_of_a_retaliation_report_that_was_changed_since_is_not_shown_again(self, filed, mine):
        response = post(mine, "/f/retaliation/", what="Moved to nights")
        Keyholder.objects.filter(pk=filed.complaint.linked.get().receipt_id).update(retired_at=timezone.now())
        again = mine.post("/f/retaliation/", {"sent": response.context["sent"], "go": "lang"})
        assert again.status_code == 200 and "code" not in again.context

    def test_what_somebody_made_up_shows_no_code(self, filed, mine):
        post(mine, "/f/retaliation/", what="Moved to nights")
        assert "code" not in mine.post("/f/retaliation/", {"sent": "made up", "go": "lang"}).context

    def test_a_review_before_the_decision_leads_to_oversight(self, filed, mine):
        page = mine.get("/f/review/")
        assert "There is no decision yet" in text(page) and 'href="/f/escalate/"' in page.content.decode()

    def test_a_review_after_the_decision_answers_with_a_date(self, filed, mine):
        type(filed.complaint).objects.update(state=State.DECIDED)
        assert "Choose at least one reason" in text(post(mine, "/f/review/", text="x"))
        assert post(mine, "/f/review/", reasons=["procedure"], text="CANARY-rev").status_code == 302
        assert re.search(r"You get an answer by \w+day", text(mine.get("/f/review/")))

    def test_a_name_given_later(self, filed, mine):
        assert "Write your name" in text(post(mine, "/f/identity/", identity="named"))
        assert post(mine, "/f/identity/", identity="confidential", name="CANARY Lin", contact=["site"]).status_code == 302
        filed.complaint.refresh_from_db()
        assert filed.complaint.identity == "confidential"
        assert "CANARY Lin" in text(mine.get("/f/sent/"))


class TestCode:
    def test_the_new_code_is_shown_first_and_then_takes_over(self, filed, mine, reporter_client):
        shown = mine.post("/f/code/", {"go": "show"})
        new = "".join(re.findall(r"<span>(\d{4})</span>", shown.content.decode()))
        token = re.search(r'name="once" value="([^"]+)"', shown.content.decode())[1]
        assert reporter_client(filed.code).get("/f/home/").status_code == 200, "the old one works until the new one is written down"
        old_cookie = mine.cookies["k"].value
        assert mine.post("/f/code/", {"go": "switch", "once": token})["Location"] == "/f/code/done/"
        assert mine.get("/f/home/").status_code == 200
        again = Client()
        again.cookies["k"] = old_cookie
        assert again.get("/f/home/").status_code == 404
        assert "We cannot find that code" in text(Client().post("/f/", {"code": filed.code}))
        assert reporter_client(new).get("/f/home/").status_code == 200

    def test_a_written_record_comes_first_and_then_a_fresh_code(self, handlers, intake_officer, reporter_client, now):
        taken = file_story(now=now - timedelta(hours=1), channel="hotline", taken_by=intake_officer.user)
        client = reporter_client(taken.code)
        assert client.get("/f/home/")["Location"] == "/f/confirm/"
        assert "what you told us" in text(client.get("/f/confirm/"))
        assert "Write what should be different" in text(post(client, "/f/confirm/", is_right="no"))
        assert post(client, "/f/confirm/", is_right="no", correction="It was Monday")["Location"] == "/f/code/"
        assert "Get a code that only you know" in text(client.get("/f/home/"))
        assert "It was Monday" in text(client.get("/f/sent/"))
