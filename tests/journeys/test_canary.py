"""No word of a report outside the sealed fields: the flagship attack of the quality rules."""

import pytest

from tests.factories.canary import leaks
from tests.factories.filing import STORY, file_story

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
WORDS = ("CANARY-7f3a", "金丝雀故事", "CANARY-Boss", "CANARY-friend", "CANARY-wish")


def tell_everything(now):
    return file_story(
        now=now,
        story=STORY,
        respondents=("CANARY-Boss Zhou",),
        excluded=("CANARY-friend Wu",),
        wishes=({"kind": "other", "text": "CANARY-wish a different floor"},),
        not_safe=True,
    )


def test_a_filed_report_leaves_no_word_anywhere(handlers, now, caplog):
    filed = tell_everything(now)
    assert leaks([*WORDS, filed.code], ("logs", caplog.text.encode())) == []


def test_the_scan_would_find_them(handlers, now, monkeypatch):
    """The control run: with sealing switched off every word is found, so the scan itself works."""
    monkeypatch.setattr("vault.columns.seal_field", lambda key, *, data, **place: data)
    tell_everything(now)
    found = leaks(WORDS)
    assert {"default.complaints_statement", "default.complaints_exclusionlist", "default.complaints_protectionrequest"} <= set(found)
