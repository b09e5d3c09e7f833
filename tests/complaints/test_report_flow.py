"""The report pages as somebody walks them, without scripts, in both languages."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.utils import timezone

from audit.actors import SYSTEM
from complaints.models import Complaint, Draft, ProtectionRequest, Seat
from complaints.services.access import openable
from config.date_tags import weekday_date_text
from people.selectors import organisation
from people.services.accounts import save_organisation
from tests.complaints.report_helpers import EN, STORY, ZH, begin, browser, only_draft, readers_of, secret_of, send, text, told, write
from tests.factories.cast import NOW
from vault import codes
from vault.columns import open_column
from vault.drafts import draft_code
from vault.models import SealedFile, VaultSession

pytestmark = [pytest.mark.django_db(databases=["default", "shred_keys"]), pytest.mark.usefixtures("handlers")]


@pytest.fixture(autouse=True)
def at_now():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def statement(client):
    """The opened report of the draft in this browser."""
    complaint = Complaint.objects.get()
    secret = secret_of(client)
    keyring = codes.derive(draft_code(secret)).keyring(complaint.receipt_id)
    keys = openable(complaint=complaint, keyring=keyring)
    body = open_column(complaint.statements.get(), "body_sealed", keys.statement).json()
    return complaint, keys, body


# --- start -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "heading"), [(EN, "Tell us about something that happened at work"), (ZH, "告诉我们工作中发生的事")])
def test_the_start_page_says_what_to_expect(lang, heading):
    response = browser(lang).get("/r/")
    assert response.status_code == 200
    assert heading in text(response)
    assert "/r/private/" in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"


def test_inside_wechat_one_more_sentence_is_said():
    agent = "Mozilla/5.0 MicroMessenger/8.0"
    assert "在浏览器打开" in text(browser(ZH, **{"user-agent": agent}).get("/r/"))
    assert "在浏览器打开" in text(browser(ZH, **{"user-agent": agent}).get("/r/private/"))
    assert "在浏览器打开" not in text(browser(ZH).get("/r/"))


def test_reporting_is_closed_without_two_handlers(second_officer):
    second_officer.user.role_grants.all().delete()
    response = browser().get("/r/")
    assert "You cannot report here yet" in text(response)
    assert browser().get("/r/private/").status_code == 302


def test_reporting_is_closed_without_oversight(overseer):
    overseer.user.role_grants.all().delete()
    assert "You cannot report here yet" in text(browser().get("/r/"))


@pytest.mark.parametrize(("device", "seconds"), [("own", 24 * 3600), ("shared", 1200), ("unsure", 1200), ("", 1200)])
def test_the_device_decides_how_long_a_page_stays_open(device, seconds):
    begin(browser(), device)
    assert VaultSession.objects.get().idle_seconds == seconds


def test_no_django_session_is_made_for_reporters():
    client = told()
    send(client)
    assert settings.SESSION_COOKIE_NAME not in client.cookies


# --- questions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", [EN, ZH])
def test_everything_can_be_left_blank_but_the_story(lang):
    client = told(lang)
    for page in range(2, 17):
        assert client.get(f"/r/{page}/").status_code == 200
        response = write(client, str(page))
        assert response.status_code == 303, page
    assert response.url == "/r/check/"


@pytest.mark.parametrize(
    ("lang", "error"),
    [(EN, "Write something about what happened – one sentence is enough"), (ZH, "请写下发生了什么，一句话也可以")],
)
def test_a_blank_story_is_asked_for_kindly(lang, error):
    client = begin(browser(lang))
    response = write(client, "1", story="  ")
    assert response.status_code == 200
    assert response.content.decode().count(error) == 2
    assert ("<title>Error: " if lang == EN else "<title>有误：") in response.content.decode()


def test_a_story_that_is_too_long_stays_and_is_kept():
    client = begin(browser())
    long = "x" * 20_001
    response = write(client, "1", story=long)
    assert response.status_code == 200
    assert "This is longer than we can take in one go" in text(response)
    assert long in response.content.decode()
    assert long in client.get("/r/1/").content.decode()
    check = client.get("/r/check/")
    assert "/r/1/?from=check" in check.content.decode()
    client.post("/r/check/", {"go": "send", "readers": readers_of(check)})
    assert not Complaint.objects.exists()


def test_twenty_thousand_characters_with_line_ends_are_taken():
    client = begin(browser())
    assert write(client, "1", story="行\r\n" * 10_000).status_code == 303


def test_one_sentence_is_sent_in_five_pages():
    client = browser()
    pages = [client.get("/r/private/"), client.post("/r/private/", {"device": "own"}, follow=True)]
    pages.append(client.post("/r/1/", {"story": STORY, "go": "send"}, follow=True))
    assert pages[-1].redirect_chain[-1][0] == "/r/check/"
    pages.append(client.post("/r/check/", {"go": "send", "readers": readers_of(pages[-1])}, follow=True))
    assert pages[-1].redirect_chain[-1][0] == "/r/sent/"
    assert len(pages) <= 5
    assert Complaint.objects.count() == 1


def test_enter_in_a_text_field_means_continue():
    client = told()
    assert client.post("/r/4/", {"when": "spring"}).url == "/r/5/"


@pytest.mark.parametrize(
    ("number", "values", "follow_up"),
    [
        ("3", {"who": "told"}, "3b"),
        ("4", {"still": "not_yet"}, "4b"),
        ("6", {"people-0-relation": "client"}, "6b"),
        ("9", {"told": "tried"}, "9b"),
        ("11", {"safe": "mostly"}, "11b"),
        ("14", {"identity": "named"}, "14b"),
    ],
)
def test_follow_up_pages(number, values, follow_up):
    client = told()
    assert write(client, number, **values).url == f"/r/{follow_up}/"
    assert client.get(f"/r/{follow_up}/").status_code == 200
    assert write(client, number).url != f"/r/{follow_up}/"
    assert client.get(f"/r/{follow_up}/").status_code == 302


def test_back_keeps_what_was_typed():
    client = told()
    assert write(client, "2", go="back", more="half a thought").url == "/r/1/"
    assert "half a thought" in client.get("/r/2/").content.decode()
    assert write(client, "1", go="back", story=STORY).url == "/r/private/"
    assert STORY in client.get("/r/1/").content.decode()


def test_choosing_the_device_again_loses_nothing():
    client = told()
    response = client.post("/r/private/", {"device": "shared"})
    assert response.url == "/r/1/"
    assert STORY in client.get("/r/1/").content.decode()
    assert VaultSession.objects.get().idle_seconds == 1200


def test_the_language_switch_keeps_page_and_words():
    client = told()
    response = write(client, "2", go="lang", more="half a thought")
    assert response.url == "/r/2/"
    page = client.get("/r/2/")
    assert 'lang="zh-Hans"' in page.content.decode()
    assert "half a thought" in page.content.decode() and "还想起什么吗？" in text(page)


def test_another_person_is_one_more_block():
    client = told()
    response = write(client, "6", go="add:people", **{"people-0-name": "A", "people-0-relation": "peer"})
    body = response.content.decode()
    assert response.status_code == 200
    assert 'name="people-1-name"' in body and 'value="A"' in body and "Person 2" in text(response)
    write(client, "6", **{"people-0-name": "A", "people-1-name": "", "people-2-name": "C"})
    assert [x for x in ('value="A"', 'value="C"') if x in client.get("/r/6/").content.decode()] == ['value="A"', 'value="C"']


def test_an_answer_nobody_offered_is_dropped():
    client = told()
    assert write(client, "3", who="nonsense").status_code == 303
    assert "nonsense" not in client.get("/r/check/").content.decode()


def test_numbers_come_from_the_policy(monkeypatch):
    from complaints import report_selectors

    client = told(ZH)
    write(client, "11", safe="no")
    assert "4 个工作小时内" in text(client.get("/r/11b/"))
    assert "2 个工作日内答复您" in text(client.get("/r/12/"))
    monkeypatch.setattr(report_selectors, "number_of", lambda version, limit, lang: "9 个工作日")
    assert "9 个工作日内答复您" in text(client.get("/r/12/"))


def test_respondents_are_blocked_for_good_on_question_15():
    client = told()
    write(client, "6", **{"people-0-name": "Zhou Qiang"})
    write(client, "9", told="yes")
    write(client, "9b", **{"people-0-name": "He Tao"})
    body = client.get("/r/15/").content.decode()
    assert "respondent:Zhou Qiang" in body and "told:He Tao" in body
    write(client, "15", others="Lin Mei")
    words = text(client.get("/r/check/"))
    assert "Who will not: Zhou Qiang, Lin Mei." in words


# --- save and come back ------------------------------------------------------------------------------


def test_save_shows_a_code_that_opens_the_draft_again():
    client = told()
    assert write(client, "2", go="save", more="b").url == "/r/save/"
    code = draft_code(secret_of(client))
    words = text(client.get("/r/save/"))
    assert " ".join(code[i : i + 4] for i in range(0, 20, 4)) in words
    assert "works for 72 hours" in words
    assert only_draft().code_issued_at == NOW


def test_a_page_that_was_idle_too_long_gives_the_words_back(at_now):
    client = told()
    at_now.shift(timedelta(hours=25))
    response = write(client, "2", more="typed for a long time")
    assert response.status_code == 410
    assert "typed for a long time" in response.content.decode() and "your words are here" in text(response)
    assert STORY not in response.content.decode()
    response = client.post("/r/again/2/", {"more": "typed for a long time", "go": "next"})
    assert response.url == "/r/2/"
    assert "typed for a long time" in client.get("/r/2/").content.decode()


def test_without_a_draft_every_page_is_the_neutral_closed_page():
    for path in ("/r/1/", "/r/16/", "/r/check/", "/r/save/", "/r/keep/", "/r/sent/", "/r/nothing/"):
        response = browser().get(path)
        assert response.status_code == 404 and "This page is closed." in text(response), path


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            EN,
            (
                "It is handled by: The case team and oversight.",
                "bring somebody with you",
                "Version 1 of our policy",
                "3 years from the day you knew",
            ),
        ),
        (ZH, ("由处理小组与监督人负责处理。", "请人陪同", "制度第 1 版", "自您知道之日起 3 年")),
    ],
)
def test_the_receipt_says_who_handles_it_by_which_version_and_what_runs_outside(lang, words):
    client = told(lang)
    send(client)
    receipt = text(client.get("/r/sent/"))
    assert all(each in receipt for each in words), receipt


# --- check and send ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "words"), [(EN, "Nothing has been sent yet."), (ZH, "现在还没有提交。")])
def test_the_check_page_shows_everything(lang, words):
    client = told(lang)
    page = client.get("/r/check/")
    assert words in text(page) and STORY in text(page)
    assert "/r/1/?from=check" in page.content.decode()
    assert ("Left blank" if lang == EN else "未填写") in text(page)


def test_a_change_leads_back_to_the_check_page():
    client = told()
    assert write(client, "2", path_query="?from=check", more="x").url == "/r/check/"
    assert write(client, "3", path_query="?from=check", who="saw").url == "/r/3b/?from=check"
    assert write(client, "3b", path_query="?from=check", know="no").url == "/r/3c/?from=check"
    assert write(client, "3c", path_query="?from=check").url == "/r/check/"


def test_what_it_says_about_readers_is_what_the_database_holds():
    client = told()
    words = text(client.get("/r/check/"))
    send(client)
    intake = Seat.objects.filter(role="intake")
    assert intake.count() == 2
    assert "trained intake officers, 2 people" in words


def test_a_blocked_officer_leads_to_oversight(intake_officer):
    client = told()
    write(client, "15", others="Lin Mei")
    words = text(client.get("/r/check/"))
    assert "goes to oversight instead" in words and "oversight, 1 person" in words
    send(client)
    assert not Seat.objects.filter(user=intake_officer.user).exists()
    assert Complaint.objects.get().oversight_handles


def test_the_top_person_leads_outside_first(top):
    client = told()
    write(client, "6", **{"people-0-name": top.employee.name})
    page = client.get("/r/check/")
    body = text(page)
    assert "First: you can go to someone outside" in body
    assert body.index("First: you can go to someone outside") < body.index("Who will read it:")


def test_readers_that_changed_meanwhile_are_shown_again(second_officer):
    client = told()
    check = client.get("/r/check/")
    second_officer.user.role_grants.all().delete()
    response = client.post("/r/check/", {"go": "send", "readers": readers_of(check)})
    assert response.status_code == 200 and "has changed while this page was open" in text(response)
    assert not Complaint.objects.exists()


def test_a_full_report_is_filed_with_its_facts():
    client = told(ZH)
    write(client, "4", still="not_yet")
    write(client, "4b", what="a trip", date="2026-12-01")
    write(client, "6", **{"people-0-name": "王总", "people-0-relation": "client"})
    write(client, "11", safe="no")
    write(client, "12", wishes=["no_contact", "counselling"])
    write(client, "14", identity="named")
    write(client, "14b", name="Chen Jie")
    assert send(client).url == "/r/sent/"
    complaint, keys, body = statement(client)
    assert (complaint.not_safe, complaint.third_party, complaint.identity, complaint.language) == (True, True, "named", ZH)
    assert str(complaint.ahead_date) == "2026-12-01"
    assert body["lang"] == ZH and body["questionnaire"].startswith("1.0-")
    shown = {each["id"]: each for each in body["answers"]}
    assert shown["1"]["value"] == STORY and shown["1"]["question"] == "请用您自己的话，说说发生了什么"
    assert shown["6"]["shown"] == "王总 – 客户、顾客、商家或供应商"
    kinds = [open_column(row, "wish_sealed", keys.statement).json()["kind"] for row in ProtectionRequest.objects.all()]
    assert sorted(kinds) == ["counselling", "no_contact"]
    listed = open_column(complaint.exclusion_list, "list_sealed", keys.statement).json()
    assert listed["names"] == [{"name": "王总", "source": "respondent", "employee": None}]


def test_pressing_twice_files_once():
    client = told()
    check = client.get("/r/check/")
    data = {"go": "send", "readers": readers_of(check)}
    assert client.post("/r/check/", data).url == "/r/sent/"
    assert client.post("/r/check/", data).url == "/r/sent/"
    assert Complaint.objects.count() == 1
    assert client.get("/r/1/").url == "/r/sent/"


def test_words_typed_in_another_tab_after_sending_are_given_back():
    client = told()
    send(client)
    response = write(client, "2", more="one more thing")
    assert response.status_code == 410 and "one more thing" in response.content.decode()
    assert "You have already sent this" in text(response)


def test_the_receipt_shows_code_and_dates():
    client = told()
    send(client)
    code = draft_code(secret_of(client))
    page = client.get("/r/sent/")
    words = text(page)
    assert "We have received it" in words
    assert " ".join(code[i : i + 4] for i in range(0, 20, 4)) in words
    assert ", ".join(" ".join(code[i : i + 4]) for i in range(0, 20, 4)) in words
    complaint = Complaint.objects.get()
    opened = complaint.deadlines.get(limit_id="open")
    with timezone.override("Asia/Shanghai"):
        assert f"By {weekday_date_text(opened.due_date)} a trained person opens it" in words
        for deadline in complaint.deadlines.all():
            assert weekday_date_text(deadline.due_date) in words, deadline.limit_id
    assert "These clocks keep running while we look into it." in words
    assert client.get("/r/sent/").status_code == 200


def test_the_receipt_in_chinese():
    client = told(ZH)
    send(client)
    words = text(client.get("/r/sent/"))
    assert "我们已收到" in words and "由受过培训的人员打开阅读" in words and "这些期限不会因为公司正在处理而停止" in words


def test_kept_private_is_sealed_to_the_code_alone(intake_officer):
    client = told()
    assert client.post("/r/check/", {"go": "private"}).url == "/r/keep/"
    assert "Nobody at the company can open it" in text(client.get("/r/keep/"))
    assert client.post("/r/keep/", {"go": "private"}).url == "/r/sent/"
    complaint, _keys, _body = statement(client)
    assert complaint.state == "private" and not complaint.seats.exists()
    assert "only you can open it" in text(client.get("/r/sent/"))
    from vault.errors import NoAccess

    with pytest.raises(NoAccess):
        openable(complaint=complaint, keyring=intake_officer.keyring)


# --- files -------------------------------------------------------------------------------------------


def upload(client, body=b"hello", name="note.txt", kind="text/plain", go="add", **values):
    file = SimpleUploadedFile(name, body, content_type=kind)
    return client.post("/r/10/", {"file": file, "note": "", "end": "1", "go": go} | values)


def test_a_file_is_added_shown_and_filed(settings):
    client = told()
    assert upload(client, note="from Friday").url == "/r/10/"
    words = text(client.get("/r/10/"))
    assert "note.txt" in words and "from Friday" in words
    assert f"Up to {settings.MAX_UPLOAD_MB} MB each" in words
    send(client)
    complaint, _keys, body = statement(client)
    assert complaint.attachments.count() == 1
    assert complaint.attachments.get().file.owner_id == complaint.statement_compartment_id
    assert next(each for each in body["answers"] if each["id"] == "10")["shown"].startswith("note.txt (5")


def test_a_file_can_be_taken_out_again():
    client = told()
    upload(client)
    file_id = str(SealedFile.objects.get().pk)
    assert client.post("/r/10/", {"remove": file_id, "end": "1"}).url == "/r/10/"
    assert not SealedFile.objects.exists() and "note.txt" not in text(client.get("/r/10/"))


def test_a_chosen_file_is_taken_along_by_continue():
    client = told()
    assert upload(client, go="next").url == "/r/11/"
    assert SealedFile.objects.count() == 1


def test_an_unusual_type_is_kept_with_a_word_about_it():
    client = told()
    upload(client, body=b"\x00\x01\x02\x03binary", name="old.xyz", kind="application/octet-stream")
    assert "We keep this file exactly as it is" in text(client.get("/r/10/"))


LOCKED_PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer << /Encrypt 5 0 R >>\n%%EOF"
LOCKED_ZIP = b"PK\x03\x04\x14\x00\x01\x00\x08\x00" + bytes(30)


@pytest.mark.parametrize(
    ("body", "name", "error_en", "error_zh"),
    [
        (b"", "a.txt", "The file is empty", "这个文件是空的"),
        (LOCKED_PDF, "a.pdf", "The file is locked with a password.", "文件有密码。"),
        (LOCKED_ZIP, "a.zip", "The file is locked with a password.", "文件有密码。"),
        (b"x" * 1_048_577, "big.jpg", "The file is larger than 1 MB.", "文件超过 1 MB。"),
    ],
)
def test_files_that_can_not_be_taken_say_why(settings, body, name, error_en, error_zh):
    settings.MAX_UPLOAD_MB = 1
    for lang, error in ((EN, error_en), (ZH, error_zh)):
        response = upload(told(lang), body=body, name=name)
        assert response.status_code == 200 and error in text(response)
        assert not SealedFile.objects.exists()


def test_a_locked_file_with_its_password_in_the_note_is_taken():
    client = told()
    assert upload(client, body=LOCKED_PDF, name="a.pdf", note="password 123").status_code == 303


def test_an_upload_that_was_cut_off_says_so_and_keeps_the_rest():
    client = told()
    file = SimpleUploadedFile("a.jpg", b"half", content_type="image/jpeg")
    response = client.post("/r/10/", {"file": file, "note": "kept note"})
    assert "The upload stopped. Your other answers are saved – try again" in text(response)
    assert "kept note" in response.content.decode() and not SealedFile.objects.exists()


def test_no_file_chosen():
    client = told()
    assert "Choose a file first" in text(client.post("/r/10/", {"note": "", "end": "1", "go": "add"}))
    assert client.post("/r/10/", {"note": "", "end": "1", "go": "next"}).url == "/r/11/"


# --- leaving -----------------------------------------------------------------------------------------


def test_leaving_leads_where_the_settings_say():
    save_organisation(values={"exit_url_en": "https://a.example/", "exit_url_zh": "https://b.example/"}, by=SYSTEM, now=NOW)
    assert browser(EN).get("/x/").url == "https://a.example/"
    assert browser(ZH).get("/x/").url == "https://b.example/"


def test_one_gets_away_while_the_database_is_away(monkeypatch):
    def gone():
        raise OperationalError

    monkeypatch.setattr("complaints.views.exit.organisation", gone)
    assert browser(EN).get("/x/").url == settings.EXIT_URL["en"]


@pytest.mark.parametrize("lang", [EN, ZH])
def test_leaving_erases_and_goes_away(lang):
    client = told(lang)
    old = {name: morsel.value for name, morsel in client.cookies.items()}
    response = client.get("/x/")
    assert response.status_code == 303 and response.url == organisation().exit_url(lang)
    assert response.headers["Cache-Control"] == "no-store"
    assert '"cookies"' in response.headers["Clear-Site-Data"]
    assert not Draft.objects.exists() and not VaultSession.objects.exists()
    for name, value in old.items():
        client.cookies[name] = value
    for path in ("/r/1/", "/r/2/", "/r/check/", "/r/sent/"):
        page = client.get(path)
        assert page.status_code == 404 and STORY not in page.content.decode()


def test_leaving_keeps_a_draft_whose_code_was_shown():
    client = told()
    client.get("/r/save/")
    client.get("/x/")
    assert Draft.objects.count() == 1 and not VaultSession.objects.exists()


@pytest.mark.parametrize("header", ["sec-purpose", "purpose"])
def test_a_browser_that_fetches_ahead_erases_nothing(header):
    client = told()
    response = client.get("/x/", headers={header: "prefetch;prerender"})
    assert response.status_code == 204
    assert Draft.objects.count() == 1 and client.get("/r/1/").status_code == 200


def test_another_site_can_not_make_somebody_leave():
    client = told()
    response = client.get("/x/", headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 303 and Draft.objects.count() == 1


def test_leaving_works_although_the_database_is_down(monkeypatch):
    from django.db import OperationalError

    from complaints.services import drafts

    def broken(**kwargs):
        raise OperationalError

    client = told()
    monkeypatch.setattr(drafts, "leave", broken)
    response = client.get("/x/")
    assert response.status_code == 303 and not response.cookies[settings.DRAFT_COOKIE].value
