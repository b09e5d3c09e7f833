"""The pages of a respondent or witness, and those of the team about them."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from audit.selectors import accesses
from complaints.models import Complaint
from investigations.models import DocumentKind, Objection, Party, PartyDocument
from investigations.services import objections, serving
from tests.investigations.parties.conftest import PUT

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def text_of(response) -> str:
    return response.content.decode()


def code_on(response) -> str:
    return re.sub(r"\D", "", re.search(r'id="code"[^>]*>(.*?)</p>', text_of(response), re.S)[1])


@pytest.fixture
def team(inquiry, handler_client):
    """Return a function: the handler's answer at a page of the case."""

    def at(path: str, data: dict | None = None):
        path = f"/c/{inquiry.complaint.ref}/{path}"
        return handler_client.get(path) if data is None else handler_client.post(path, data)

    return at


@pytest.fixture
def served(inquiry, party_client):
    party = inquiry.party()
    inquiry.serve(party)
    return party_client(inquiry.invite(party))


def local(moment) -> str:
    return timezone.localtime(moment, timezone.get_fixed_timezone(480)).strftime("%Y-%m-%dT%H:%M")


# --- the team ---


def test_from_a_person_of_the_case_to_a_slip(inquiry, team):
    person = inquiry.person("respondent", "CANARY-Zhou Da")
    assert "CANARY-Zhou Da" in text_of(team("parties/add/"))
    made = team("parties/add/", {"person": person.pk, "language": "zh-hans"})
    assert made.headers["Location"].endswith("/parties/1/") and "Not told yet" in text_of(team("parties/1/"))
    form = {"until": (timezone.localdate() + timedelta(days=30)).isoformat(), "once": "o1", "replaces": ""}
    slip = team("parties/1/invite/", form)
    code = code_on(slip)
    assert len(code) == 20 and "你的" not in text_of(slip) and "您的查询码" in text_of(slip)
    # The same form shows the same slip; another page of the case never does.
    assert code_on(team("parties/1/invite/", form)) == code
    assert not any(
        code[:4] + " " in text_of(team(path)) or code in text_of(team(path)) for path in ("parties/", "parties/1/", "parties/1/invite/")
    )
    client = Client()
    assert client.post("/s/", {"code": code}).headers["Location"] == "/s/home/"
    assert "您的页面" in text_of(client.get("/s/home/"))


def test_serving_goes_past_what_they_will_see(inquiry, team):
    inquiry.party()
    assert "Tell them what is put to them" in text_of(team("parties/1/"))
    data = {"text": PUT, "served_at": local(timezone.now()), "how": "handed", "proof": "signed", "reply_date": "", "once": "s1"}
    for missing in ("text", "served_at", "how", "proof"):
        refused = team("parties/1/serve/", data | {missing: "", "go": "save"})
        assert refused.status_code == 200 and not PartyDocument.objects.exists()
    preview = team("parties/1/serve/", data | {"go": "preview"})
    assert "You have until" in text_of(preview) and not PartyDocument.objects.exists()
    assert PUT in text_of(team("parties/1/serve/", data | {"go": "edit"}))
    too_soon = team("parties/1/serve/", data | {"go": "preview", "reply_date": timezone.localdate().isoformat()})
    assert "They have at least until" in text_of(too_soon)
    ahead = team("parties/1/serve/", data | {"go": "save", "served_at": local(timezone.now() + timedelta(days=2))})
    assert "It counts from when it reached them" in text_of(ahead)
    assert team("parties/1/serve/", data | {"go": "save"}).status_code == 302
    assert team("parties/1/serve/", data | {"go": "save"}).status_code == 302 and PartyDocument.objects.count() == 1
    assert PUT in text_of(team("parties/1/")) and Party.objects.get().served_at


def test_a_paper_that_says_who_reported_needs_a_tick(inquiry, team, monkeypatch):
    monkeypatch.setattr(serving, "says_who_reported", lambda **_: True)
    inquiry.party()
    data = {"text": PUT, "served_at": local(timezone.now()), "how": "handed", "proof": "signed", "reply_date": "", "once": "s1"}
    refused = text_of(team("parties/1/serve/", data | {"go": "save"}))
    assert "This says who reported" in refused and 'type="checkbox" name="reporter_knows"' in refused
    assert team("parties/1/serve/", data | {"go": "save", "reporter_knows": "on"}).status_code == 302
    assert "This says who reported" in text_of(team("parties/1/write/", {"text": "x", "once": "w"}))


def test_what_they_write_is_the_next_step_until_it_is_opened(inquiry, team, served):
    assert served.post("/s/answer/", {"text": "CANARY-my answer", "once": "a1"}).headers["Location"] == "/s/sent/answer/"
    overview = text_of(team(""))
    assert "Read what a party wrote" in overview and "Parties (1)" in overview
    before = accesses(inquiry.complaint.pk).count()
    assert "CANARY-my answer" in text_of(team("parties/1/"))
    assert accesses(inquiry.complaint.pk).first().action == "opened_party" and accesses(inquiry.complaint.pk).count() == before + 1
    assert "Read what a party wrote" not in text_of(team(""))
    assert "Opened by the case team" in text_of(served.get("/s/home/"))


def test_a_file_of_theirs_is_handed_out_bit_for_bit_on_record(inquiry, team, served):
    served.post("/s/answer/", {"text": "", "file": SimpleUploadedFile("CANARY-chat.txt", b"CANARY-bytes"), "once": "a1"})
    document = PartyDocument.objects.get(kind="answer")
    assert "CANARY-chat.txt" in text_of(team("parties/1/"))
    path = f"parties/1/file/{document.pk}/1/"
    assert team(path).status_code == 302
    given = team(path, {})
    assert b"".join(given.streaming_content) == b"CANARY-bytes" and "CANARY" not in str(given.headers)
    assert accesses(inquiry.complaint.pk).filter(action="exported_file").count() == 1
    own = served.get(f"/s/file/{document.pk}/1/")
    assert b"".join(own.streaming_content) == b"CANARY-bytes" and 'filename="file-1.txt"' in own.headers["Content-Disposition"]
    assert team(f"parties/1/file/{document.pk}/9/", {}).status_code == 404


def test_ending_the_code_is_asked_first(inquiry, team, served):
    assert "End the code?" in text_of(team("parties/1/revoke/")) and served.get("/s/home/").status_code == 200
    assert team("parties/1/revoke/", {}).status_code == 302
    assert served.get("/s/home/").status_code == served.post("/s/answer/", {"text": "x", "once": "b"}).status_code == 404
    assert team("parties/1/revoke/").status_code == 302


def test_from_another_company(inquiry, team):
    inquiry.person("respondent", "CANARY-Hu", company="CANARY-Fabrik", owner="CANARY-account manager")
    inquiry.party("respondent", "CANARY-Hu", third_party=True)
    page = text_of(team("parties/1/"))
    assert "CANARY-Fabrik" in page and "kept out of this case" in page and "their company sends somebody else" in page


def test_before_there_is_an_investigation_the_page_says_so(handlers, signed_in, inquiry, team):
    inquiry.party()
    investigation = inquiry.investigation
    Party.objects.all().delete()
    investigation.delete()
    assert team("parties/").headers["Location"].endswith(f"/c/{inquiry.complaint.ref}/")
    assert "Parties" not in text_of(team(""))


def test_in_a_closed_case_papers_are_read_and_nothing_is_put(inquiry, team):
    inquiry.serve(inquiry.party())
    Complaint.objects.filter(pk=inquiry.complaint.pk).update(state="closed")
    assert PUT in text_of(team("parties/1/")) and team("parties/1/serve/").status_code == 302
    assert team("parties/1/invite/").status_code == 200


# --- their own pages ---


def test_their_page_holds_dates_rights_and_what_was_put(inquiry, served):
    page = text_of(served.get("/s/home/"))
    assert PUT in page and "Waiting for your answer" in page and "You may bring somebody with you" in page
    assert inquiry.handler.user.display_name in page and "/p/respond/" in page and "Get a code that only you know" in page
    assert "no-store" in served.get("/s/home/").headers["Cache-Control"]
    # Nothing of the report, of its number or of whoever told us.
    assert inquiry.complaint.ref not in page and "CANARY-7f3a" not in page and "CANARY-Boss" not in page


def test_every_page_in_both_languages(inquiry, served):
    party = Party.objects.get()
    for kind in ("findings", "outcome"):
        serving.prepare_paper(party=party, kind=kind, body={"text": f"CANARY-{kind}"}, token=kind, **inquiry.by()).save()
    for path in ("home", "answer", "messages", "comment", "review", "object", "sent/answer", "code", "code/done"):
        for language in ("en", "zh-hans"):
            response = served.get(f"/s/{path}/", headers={"accept-language": language})
            assert response.status_code == 200, path
    answer = served.post("/s/answer/", {"text": "CANARY-kept", "go": "lang"})
    assert "CANARY-kept" in text_of(answer) and not PartyDocument.objects.filter(kind="answer").exists()
    for path in ("answer", "messages", "comment", "review"):
        refused = served.post(f"/s/{path}/", {"text": " ", "once": "e"})
        assert refused.status_code == 200 and "error-summary" in text_of(refused)


def test_comment_and_review_are_absent_until_there_is_something_to_comment_on(served):
    assert [served.get(f"/s/{path}/").status_code for path in ("comment", "review")] == [404, 404]


def test_an_objection_names_somebody_who_handles_it(inquiry, served):
    seat = inquiry.complaint.seats.get(user=inquiry.handler.user, until=None)
    assert "Choose one" in text_of(served.post("/s/object/", {"text": "his cousin", "seat": "", "once": "o"}))
    assert served.post("/s/object/", {"text": "his cousin", "seat": objections.mark_of(seat), "once": "o"}).status_code == 302
    assert Objection.objects.get().seat_id == seat.pk
    # It goes past the team: no paper of theirs, and the access of whom it is about rests.
    assert not PartyDocument.objects.filter(kind=DocumentKind.OBJECTION).exists()
    seat.refresh_from_db()
    assert seat.suspended_at is not None
    assert "his cousin" in text_of(served.get("/s/home/"))
    assert served.post("/s/object/", {"text": "again", "seat": objections.mark_of(seat), "once": "o2"}).status_code == 200
    assert Objection.objects.count() == 1


def test_a_code_of_their_own_in_two_steps(served):
    shown = served.post("/s/code/", {"once": "n1"})
    new = code_on(shown)
    assert served.get("/s/home/").status_code == 200
    assert served.post("/s/code/", {"once": "n1", "go": "switch"}).headers["Location"] == "/s/code/done/"
    assert served.get("/s/home/").status_code == 200 and "Get a code that only you know" not in text_of(served.get("/s/home/"))
    assert Client().post("/s/", {"code": new}).status_code == 302


def test_leaving_ends_it_and_a_receipt_opens_nothing_here(inquiry, served, reporter_client):
    cookies = dict(served.cookies)
    served.get("/x/")
    replay = Client()
    replay.cookies.update(cookies)
    assert replay.get("/s/home/").status_code == 404
    reporter = reporter_client(inquiry.filed.code)
    assert reporter.get("/s/home/").status_code == 404
    assert "We cannot find that code" in text_of(Client().post("/s/", {"code": inquiry.filed.code}))


def test_a_party_reaches_nothing_of_the_reporter_or_of_another_party(inquiry, served, party_client):
    other = inquiry.party("witness", "CANARY-Wu")
    paper = serving.write(party=other, text="CANARY-for Wu", kind="put_to", token="w", **inquiry.by())
    assert served.get(f"/s/record/{paper.pk}/").status_code == served.get(f"/s/file/{paper.pk}/1/").status_code == 404
    assert served.get("/f/home/").status_code == served.get("/f/messages/").status_code == 404
    assert "CANARY-for Wu" in text_of(party_client(inquiry.invite(other)).get("/s/home/"))


def test_tries_count_together_with_receipt_codes(inquiry, served):
    cache.clear()
    client = Client()
    for path in ("/s/", "/f/", "/s/", "/f/", "/s/"):
        assert client.post(path, {"code": "1" * 20}).status_code == 200
    assert [client.post(path, {"code": "1" * 20}).status_code for path in ("/s/", "/f/")] == [429, 429]
