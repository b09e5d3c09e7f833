"""An informal way on the respondent's pages: only for whom it was put to, two clicks each, never yes to other words."""

from datetime import timedelta

import pytest
from django.conf import settings

from complaints.states import State
from investigations.models import PartySide
from investigations.services import informal, serving

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
TERMS = "CANARY-terms: an apology, and no joint trips. 今后不再一起出差。"


@pytest.fixture
def asked(inquiry, now):
    informal.ask(complaint=inquiry.complaint, keyring=inquiry.filed.keyring, text="", token="i", now=now, language="en")
    return inquiry


@pytest.fixture
def reach(asked) -> dict:
    return {"complaint": asked.complaint, **asked.by()}


@pytest.fixture
def put(asked, reach):
    """Return a function: write these terms and put them to the respondent."""
    party = asked.party()
    asked.invited = asked.invite(party)

    def write(text: str = TERMS, minutes: int = 0):
        at = reach | {"now": reach["now"] + timedelta(minutes=minutes)}
        informal.write_terms(**at, text=text, no_money=True, version=informal.current(asked.complaint).row_version)
        return informal.put_to_respondent(**at, party_id=party.pk)

    return write


@pytest.fixture
def mine(asked, put, party_client):
    put()
    return party_client(asked.invited)


def text_of(response) -> str:
    return response.content.decode()


def paper_of(asked) -> str:
    return str(informal.current(asked.complaint).document_id)


def yes(asked, paper=None) -> dict:
    """The form of a yes: the paper that was read, and the code once more."""
    return {"paper": paper_of(asked) if paper is None else paper, "code": asked.invited}


def yes_by_reporter(asked, now):
    informal.confirm_by_reporter(complaint=asked.complaint, version=informal.current(asked.complaint).row_version, now=now)


def test_yes_takes_two_clicks_and_holds_with_the_reporters(asked, mine, now):
    assert 'href="/s/way/"' in text_of(mine.get("/s/home/"))
    page = text_of(mine.get("/s/way/"))
    assert TERMS in page and 'href="/s/way/yes/"' in page and 'href="/s/way/leave/"' in page and "<form" not in page.split("<main")[1]
    assert TERMS in text_of(mine.get("/s/way/yes/")) and informal.current(asked.complaint).respondent_confirmed_at is None
    assert mine.post("/s/way/yes/", yes(asked)).headers["Location"] == "/s/way/"
    page = text_of(mine.get("/s/way/"))
    assert "You said yes on" in page and 'href="/s/way/yes/"' not in page and 'href="/s/way/leave/"' in page
    yes_by_reporter(asked, now)
    assert asked.complaint.state == State.AFTERCARE
    page = text_of(mine.get("/s/way/"))
    assert "Both sides agreed on" in page and TERMS in page and "/s/way/leave/" not in page
    assert mine.get("/s/way/leave/").headers["Location"] == "/s/way/"


def test_a_yes_needs_their_own_code_again(asked, mine):
    for code in ("", asked.filed.code, asked.invite(asked.party(PartySide.WITNESS, "CANARY-Somebody"))):
        page = text_of(mine.post("/s/way/yes/", yes(asked) | {"code": code}))
        assert "not the code you came in with" in page and TERMS in page
    assert informal.current(asked.complaint).respondent_confirmed_at is None


def test_leaving_takes_two_clicks_and_says_nothing_of_who_left(asked, mine):
    assert "You need no reason" in text_of(mine.get("/s/way/leave/")) and asked.complaint.state == State.INFORMAL
    mine.post("/s/way/leave/")
    assert asked.complaint.state == State.IN_INVESTIGATION and informal.current(asked.complaint).ended_how == "no_agreement"
    page = text_of(mine.get("/s/way/"))
    assert "It ended without agreement" in page and TERMS not in page
    # A yes that comes too late is told, and nothing follows from it.
    late = mine.post("/s/way/yes/", yes(asked))
    assert late.status_code == 409 and "Nothing was recorded" in text_of(late)
    assert informal.current(asked.complaint).respondent_confirmed_at is None


def test_when_the_reporter_leaves_the_respondent_reads_the_same_page(asked, mine, now):
    informal.leave_by_reporter(complaint=asked.complaint, now=now)
    page = text_of(mine.get("/s/way/"))
    assert "It ended without agreement" in page and "reporter" not in page.split("<main")[1].split("</main")[0]


def test_words_that_changed_are_never_agreed_to(asked, mine, put):
    old = paper_of(asked)
    informal.write_terms(
        complaint=asked.complaint, **asked.by(), text="Other words", no_money=True, version=informal.current(asked.complaint).row_version
    )
    page = text_of(mine.get("/s/way/"))
    assert "The words are being changed" in page and TERMS not in page and "/s/way/yes/" not in page
    assert "<form" not in text_of(mine.get("/s/way/yes/")).split("<main")[1]
    put("Third words", minutes=1)
    for paper in (old, "", "no-uuid"):
        refused = mine.post("/s/way/yes/", yes(asked, paper))
        assert refused.status_code == 409 and "Nothing was recorded" in text_of(refused) and "Third words" in text_of(refused)
    assert informal.current(asked.complaint).respondent_confirmed_at is None


@pytest.mark.parametrize("side", PartySide.values)
def test_another_party_knows_nothing_of_it(asked, mine, party_client, side):
    stranger = party_client(asked.invite(asked.party(side, "CANARY-Somebody Else")))
    assert "/s/way/" not in text_of(stranger.get("/s/home/"))
    for path in ("/s/way/", "/s/way/yes/", "/s/way/leave/"):
        assert stranger.get(path).status_code == 404
    for path in ("/s/way/yes/", "/s/way/leave/"):
        assert stranger.post(path, yes(asked)).status_code == 404
    assert asked.complaint.state == State.INFORMAL and informal.current(asked.complaint).respondent_confirmed_at is None


def test_whoever_was_shown_an_earlier_way_does_not_end_a_new_one(asked, mine, now):
    mine.post("/s/way/leave/")
    later = now + timedelta(minutes=1)
    informal.ask(complaint=asked.complaint, keyring=asked.filed.keyring, text="", token="again", now=later, language="en")
    mine.post("/s/way/leave/")
    assert informal.current(asked.complaint).ended_at is None


def test_the_pages_speak_chinese(asked, mine):
    mine.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    for path in ("/s/way/", "/s/way/yes/", "/s/way/leave/"):
        assert "非正式解决" in text_of(mine.get(path))


def test_terms_that_say_who_reported_need_a_tick(asked, reach, handler_client, monkeypatch):
    monkeypatch.setattr(serving, "says_who_reported", lambda **_: True)
    party = asked.party()
    asked.invite(party)
    informal.write_terms(**reach, text=TERMS, no_money=True, version=informal.current(asked.complaint).row_version)
    path, data = f"/c/{asked.complaint.ref}/informal/put/", {"party": str(party.pk), "once": "p1"}
    refused = text_of(handler_client.post(path, data))
    assert "This says who reported" in refused and 'type="checkbox" name="reporter_knows"' in refused
    assert informal.current(asked.complaint).document_id is None
    assert handler_client.post(path, data | {"reporter_knows": "on", "once": "p2"}).status_code == 302
    assert informal.current(asked.complaint).document_id
