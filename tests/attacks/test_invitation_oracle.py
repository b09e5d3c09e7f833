"""Guessing invitation codes: whatever is wrong with one, answer and work are the same, as for receipt codes (`test_code_oracle`)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from investigations.selectors_parties import party_of
from investigations.services import parties
from tests.attacks.comparing import bare
from tests.attacks.test_code_oracle import work  # noqa: F401 (a fixture)
from tests.investigations.parties.conftest import inquiry  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
UNKNOWN = "1111 2222 3333 4444 5555"


@pytest.fixture
def now():
    return timezone.now()


def expired(case, now):
    return case.invite(case.party(), until=now + timedelta(milliseconds=1))


def revoked(case, now):
    party = case.party()
    code = case.invite(party)
    parties.revoke(party=party_of(party.investigation, party.number), **case.by())
    return code


def replaced(case, now):
    party = case.party()
    code = case.invite(party)
    case.invite(party)
    return code


def a_receipt(case, now):
    return case.filed.code


def too_short(case, now):
    return case.invite(case.party())[:19]


def words(case, now):
    return "what do I write here"


def entered(typed: str, derivations: list):
    cache.clear()
    client = Client()
    derivations.clear()
    with CaptureQueriesContext(connections["default"]) as main, CaptureQueriesContext(connections["shred_keys"]) as shred:
        response = client.post("/s/", {"code": typed})
    status, body, headers = bare(response)
    return status, body.replace(typed.encode(), b"TYPED"), headers, list(derivations), len(main) + len(shred)


@pytest.mark.parametrize("wrong", [expired, revoked, replaced, a_receipt, too_short, words], ids=lambda each: each.__name__)
def test_whatever_is_wrong_with_an_invitation_nobody_learns_which(inquiry, now, work, wrong):  # noqa: F811
    typed = wrong(inquiry, now)
    entered(UNKNOWN, work)
    assert entered(typed, work) == entered(UNKNOWN, work)


def test_a_code_that_opens_costs_the_same_slow_step(inquiry, now, work):  # noqa: F811
    code = inquiry.invite(inquiry.party())
    opened, unknown = entered(code, work), entered(UNKNOWN, work)
    assert (opened[0], unknown[0]) == (302, 200)
    assert opened[3].count("argon2id") == unknown[3].count("argon2id") == 1


def test_the_comparison_would_notice(inquiry, now, work, monkeypatch):  # noqa: F811
    from investigations.services import party_side

    real = party_side.find
    monkeypatch.setattr(party_side, "find", lambda text, **more: real(text, **more) if len(text) > 19 else None)
    assert entered(too_short(inquiry, now), work)[3:] != entered(UNKNOWN, work)[3:]
