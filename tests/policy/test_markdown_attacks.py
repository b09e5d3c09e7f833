"""Two hundred attacks on the one place where text becomes HTML, each parsed as a browser would and held against what is allowed."""

import re
from pathlib import Path

import pytest

from policy.templatetags.policy_tags import policy_markdown
from tests.policy.markup import offences, vectors

ALLOWED = {
    "tags": {"p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br", "hr", "h4", "h5", "h6", "code"},
    "attributes": {"a": {"href", "rel"}},
    "schemes": {"http", "https", "mailto", "tel"},
}
ROOT = Path(__file__).parents[2]


def test_there_are_two_hundred_different_ones():
    assert len(vectors()) == len(set(vectors())) >= 200


@pytest.mark.parametrize("number", range(len(vectors())))
def test_nothing_but_the_allowed_comes_out(number):
    attack = vectors()[number]
    # Alone, inside other text, and in the middle of each construct that a policy uses.
    for text in (attack, f"Before {attack} after", f"- {attack}", f"> {attack}", f"## {attack}", f"**{attack}**", f"[{attack}](/p/)"):
        assert offences(policy_markdown(text), **ALLOWED) == [], text


def test_all_of_them_together():
    assert offences(policy_markdown("\n\n".join(vectors())), **ALLOWED) == []


def test_the_parser_sees_them_where_nothing_is_taken_out():
    """Otherwise the tests above could never fail."""
    seen = [attack for attack in vectors() if offences(attack, **ALLOWED)]
    assert len(seen) > 120
    assert offences('<a href="java\tscript:x">', **ALLOWED) and offences("<a href='\x01javascript:x'>", **ALLOWED)
    assert not offences('<p><a href="https://a.example" rel="noopener noreferrer">x</a></p>', **ALLOWED)


def test_nowhere_else_does_text_become_html():
    """A new renderer needs this corpus too: whoever adds one finds this test."""
    tools = re.compile(r"\b(MarkdownIt|nh3|bleach|SafeString|markdown)\b\(|\|safe\b|autoescape off")
    places = [*ROOT.glob("*/**/*.py"), *ROOT.glob("templates/**/*.html")]
    found = {
        str(path.relative_to(ROOT))
        for path in places
        if path.parts[len(ROOT.parts)] not in {"tests", ".venv", "bench"} and tools.search(path.read_text(encoding="utf-8"))
    }
    # The other one is the square picture of a QR code, which is drawn and not written.
    assert found == {"policy/templatetags/policy_tags.py", "policy/posters.py"}
