# ruff: noqa: F811 (fixtures of other folders are imported by name)
"""The pages of an investigation as its people meet them, on phone and desk, in both languages: axe finds nothing, nothing overflows."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone

from audit.actors import SYSTEM
from complaints.services.events import happened
from investigations.models import Party
from investigations.selectors_parties import party_of
from investigations.services import informal, parties, party_side, releasing
from tests.browser.axe import violations
from tests.browser.conftest import EVERYTHING
from tests.investigations.conftest import desk, handler_desk  # noqa: F401
from tests.investigations.deciding.conftest import bench, by, decide, party, reported, write_letters  # noqa: F401
from tests.investigations.findings.conftest import found, investigated, reach, ready  # noqa: F401
from tests.investigations.parties.conftest import inquiry, party_client  # noqa: F401
from tests.investigations.team.conftest import lead, with_notice  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "shred_keys"])]
TERMS = "He apologises in writing, and they no longer travel together. 当面道歉，今后不再一起出差。"
# A phone in English and a desk in Chinese; with EVERY_LANGUAGE=1 both in both.
WIDTHS = {"en": (390, 1280) if EVERYTHING else (390,), "zh-hans": (390, 1280) if EVERYTHING else (1280,)}
# Where the pictures go when somebody wants to look at them.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def now():
    """Pages look at the clock."""
    return timezone.now()


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


@pytest.fixture
def look(browser, live_server):
    """Return a function: open `paths` with the cookies of `client` at every width in every language, and collect what is wrong."""

    def looked(client, *paths: str) -> dict:
        wrong = {}
        for language in ("en", "zh-hans"):
            for width in WIDTHS[language]:
                context = browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=True)
                cookies = {name: morsel.value for name, morsel in client.cookies.items()} | {django_settings.LANGUAGE_COOKIE_NAME: language}
                context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
                page = context.new_page()
                for path in paths:
                    response = page.goto(live_server.url + path)
                    assert response.status == 200, (path, response.status)
                    name = f"{width}-{language}-{path.strip('/').replace('/', '-')}"
                    if PICTURES:
                        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
                    lines = violations(page)
                    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                        lines.append("wider than the screen")
                    if lines:
                        wrong[name] = lines
                context.close()
        return wrong

    return looked


def test_an_informal_way_and_those_who_are_heard(inquiry, party_client, look, signed_in, reporter_client, now):
    respondent, witness = inquiry.party(), inquiry.party("witness", "Wu Fan")
    inquiry.serve(respondent)
    reach = {"complaint": inquiry.complaint, **inquiry.by()}
    informal.ask(complaint=inquiry.complaint, keyring=inquiry.filed.keyring, text="It stops.", token="i", now=now, language="en")
    informal.write_terms(**reach, text=TERMS, no_money=True, version=1)
    informal.put_to_respondent(**reach, party_id=respondent.pk)
    with transaction.atomic():
        happened(complaint=inquiry.complaint, kind="decision_notified", by=SYSTEM, now=now, at=now - timedelta(days=26))
    at = f"/c/{inquiry.complaint.ref}/"
    assert look(party_client(inquiry.invite(respondent)), "/s/home/", "/s/way/", "/s/way/yes/", "/s/way/leave/") == {}
    assert look(party_client(inquiry.invite(witness)), "/s/home/", "/s/checkin/", "/s/work/") == {}
    assert look(reporter_client(inquiry.filed.code), "/f/way/") == {}
    assert look(signed_in(inquiry.handler), f"{at}informal/", f"{at}parties/", f"{at}parties/1/", f"{at}aftercare/") == {}


def test_what_an_authority_must_be_told(with_notice, look):
    at = f"/c/{with_notice.complaint.ref}/"
    assert look(with_notice.client, f"{at}tasks/", f"{at}tasks/notice/authority_told/", f"{at}referrals/") == {}


def test_a_decision_and_the_respondents_review(
    party, bench, reported, found, look, signed_in, reporter_client, party_client, overseer, now
):
    # What can be chosen of somebody who works for another company, and of a colleague.
    for works_elsewhere in (True, False):
        Party.objects.update(third_party=works_elsewhere)
        assert look(bench.client, f"/d/{bench.complaint.ref}/add/sanction/?for=1&elsewhere={works_elsewhere}") == {}
    decide(bench, now, found)
    write_letters(bench, now)
    releasing.release_to_reporters(**by(bench, now))
    releasing.tell_respondents(**by(bench, now))
    who = {name: value for name, value in reach(reported, now).items() if name != "complaint"}
    code = parties.invite(party=party, token="i", replaces=None, expires_at=now + timedelta(days=90), **who)
    mine = party_side.enter(text=code, now=now)
    party_side.write(party=mine.party, keyring=mine.keyring, kind="appeal", text="Somebody was not heard.", token="a", now=now)
    ref = bench.complaint.ref
    assert look(party_client(code), "/s/home/", "/s/sent/appeal/") == {}
    assert look(reporter_client(bench.filed.code), "/f/home/", "/f/decision/") == {}
    assert look(bench.client, f"/d/{ref}/", f"/d/{ref}/letters/") == {}
    assert look(signed_in(overseer), "/o/late/", f"/o/c/{ref}/reviews/") == {}
    assert look(reported.client, f"/c/{ref}/decision/", f"/c/{ref}/findings/") == {}
    assert party_of(party.investigation, party.number).keyholder_id
