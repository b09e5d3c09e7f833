"""Guessing codes: whatever is wrong with one, the answer and the work behind it are the same (Q12; section 3.4 of the quality rules).

Time itself is measured by `python -m bench codes`.
"""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Draft
from complaints.services import code_change, drafts
from vault import codes
from vault.services import codes as finding

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture
def now():
    return timezone.now()


def never_issued(filed, now) -> str:
    return "1111 2222 3333 4444 5555"


def too_short(filed, now) -> str:
    return filed.code[:19]


def too_long(filed, now) -> str:
    return filed.code + "7"


def far_too_long(filed, now) -> str:
    return filed.code * 15


def no_digits(filed, now) -> str:
    return "what do I write here"


def nothing(filed, now) -> str:
    return ""


def one_digit_off(filed, now) -> str:
    return filed.code[:-1] + str((int(filed.code[-1]) + 1) % 10)


def of_an_expired_draft(filed, now) -> str:
    return _draft_code(now - timedelta(hours=73))


def of_an_erased_draft(filed, now) -> str:
    code = _draft_code(now)
    Draft.objects.all().delete()
    return code


def of_a_draft_begun_but_never_saved(filed, now) -> str:
    return codes.code_from_secret(drafts.begin(device="own", now=now).secret)


def changed_by_its_owner(filed, now) -> str:
    code_change.change(complaint=filed.complaint, keyring=filed.keyring, token="t", now=now)
    return filed.code


def _draft_code(begun) -> str:
    draft = drafts.begin(device="own", now=begun)
    return drafts.issue_code(draft_id=draft.id, secret=draft.secret, now=begun)


WRONG = [
    too_short, too_long, far_too_long, no_digits, nothing, one_digit_off, of_an_expired_draft, of_an_erased_draft,
    of_a_draft_begun_but_never_saved, changed_by_its_owner,
]  # fmt: skip


@pytest.fixture
def work(monkeypatch):
    """Counts the derivations of one entering."""
    done = []
    for module, name in ((codes, "argon2id"), (codes, "hkdf"), (codes, "mac"), (codes.hpke, "key_pair")):
        real = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a, _real=real, _name=name, **k: (done.append(_name), _real(*a, **k))[1])
    return done


def entered(typed: str, work: list):
    """Enter `typed` in a fresh browser: (status, headers, body without what was typed, derivations, statements sent to the database)."""
    cache.clear()
    client = Client()
    work.clear()
    with CaptureQueriesContext(connections["default"]) as main, CaptureQueriesContext(connections["shred_keys"]) as shred:
        response = client.post("/f/", {"code": typed})
    body = re.sub(rb'(name="code"[^>]*?) value="[^"]*"|value="[^"]*"', rb"\1", response.content)
    body = body.replace(b' maxlength="200"', b"")
    headers = sorted((name, value) for name, value in response.headers.items() if name != "Content-Length")
    statements = [re.sub(r"x?'[^']*'|\b[0-9a-f]{20,}\b|\b\d+(\.\d+)?\b", "?", query["sql"], flags=re.I) for query in [*main, *shred]]
    return response.status_code, headers, body, list(work), statements


@pytest.mark.parametrize("wrong", WRONG, ids=lambda each: each.__name__)
def test_whatever_is_wrong_with_a_code_nobody_learns_which(filed, now, work, wrong):
    typed, unknown = wrong(filed, now), never_issued(filed, now)
    entered(unknown, work)  # the first request of a process fills caches
    assert entered(typed, work) == entered(unknown, work)


def test_a_code_that_opens_costs_the_same_derivations(filed, now, work):
    opened = entered(filed.code, work)
    unknown = entered(never_issued(filed, now), work)
    assert (opened[0], unknown[0]) == (302, 200)
    assert opened[3].count("argon2id") == unknown[3].count("argon2id") == 1
    # Of the rest a code that opens costs more: only whoever has the code can cause it.
    assert len(opened[3]) >= len(unknown[3])


def test_the_comparison_would_notice(filed, now, work, monkeypatch):
    """With the shortcut that suggests itself, a code of the wrong length would answer sooner."""
    real = finding.candidates
    monkeypatch.setattr("complaints.services.entering.candidates", lambda text: real(text) if len(text) > 19 else [])
    assert entered(too_short(filed, now), work)[3:] != entered(never_issued(filed, now), work)[3:]


def test_five_wrong_codes_close_the_door_to_right_ones_as_well(filed):
    """Otherwise the wait itself would tell which code exists."""
    client = Client()
    for _ in range(5):
        client.post("/f/", {"code": "1" * 20})
    answers = [client.post("/f/", {"code": code}) for code in ("1" * 20, filed.code)]
    bodies = {re.sub(rb'value="[^"]*"', b"", answer.content) for answer in answers}
    assert [answer.status_code for answer in answers] == [429, 429] and len(bodies) == 1
