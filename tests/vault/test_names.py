"""Names of files on pages."""

import pytest

from vault.names import shown_name

MARK = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("name", ["报告.pdf", "été 2026 (1).jpg", "👍.png", 'a"b<c>&.txt', "صورة.png", ""])
def test_ordinary_names_stay(name):
    assert shown_name(name) == name


@pytest.mark.parametrize("trick", "\u202e\u2066\u2069\u200f\u200b\u2060\ufeff\r\n\t\0\x1b\x7f\x85\u2028\u2029\ud800")
def test_what_turns_breaks_or_hides_is_marked(trick):
    assert shown_name(f"a{trick}gnp.exe") == f"a{MARK}gnp.exe"
