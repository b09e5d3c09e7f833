"""The code of the vault keeps the rules for secrets, and the rules catch what they should."""

import ast
from pathlib import Path

import pytest

from .hygiene import problems

BASE = Path(__file__).resolve().parents[2]
FILES = sorted(p for p in (BASE / "vault").rglob("*.py") if "migrations" not in p.parts)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(BASE)))
def test_the_vault_keeps_the_rules(path):
    assert list(problems(ast.parse(path.read_text()))) == []


def test_there_is_something_to_check():
    assert len(FILES) > 25


@pytest.mark.parametrize(
    "code",
    [
        "class K:\n    seed: bytes",
        "class K:\n    def __init__(self, s):\n        self.seed = s",
        "@dataclass(frozen=True)\nclass K(Hidden):\n    key: bytes",
        "@dataclass\nclass K(Hidden):\n    key: bytes",
        "@dataclass(repr=False)\nclass K(Hidden):\n    key: bytes",
        "@lru_cache\ndef f(): pass",
        "@functools.cache\ndef f(): pass",
        "@lru_cache(maxsize=3)\ndef f(): pass",
        "a.tag == b",
        "x != mac",
        "row.digest == y",
        "a == expected_mark",
        "try:\n    f()\nexcept InvalidTag:\n    pass",
        "try:\n    f()\nexcept (ValueError, InvalidTag):\n    return None",
        "for k in keys:\n    try:\n        f()\n    except InvalidTag:\n        continue",
        "try:\n    f()\nexcept exceptions.InvalidTag:\n    g.decrypt(x)\n    raise",
        "f'{seed}'",
        "f'{self.secret!r}'",
        "f'wrong {code}'",
        "raise ValueError(text)",
        "raise ValueError('x', secret)",
        "logger.info('x')",
        "print(1)",
        "class Row(models.Model):\n    def body(self):\n        return open_column(self, 'b', k)",
        "row.body = open_column(row, 'body_sealed', keys)",
    ],
)
def test_the_rules_catch(code):
    assert list(problems(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "@dataclass(frozen=True, repr=False, eq=False)\nclass K(Hidden):\n    key: bytes",
        "class Row(models.Model):\n    key = models.BinaryField()",
        "if len(tag) == 16: pass",
        "same(a.tag, b)",
        "try:\n    f()\nexcept InvalidTag:\n    raise Damaged('x') from None",
        "raise ValueError('fixed words')",
        "f'{count} of {total}'",
        "opened = open_column(row, 'body_sealed', keys)",
    ],
)
def test_the_rules_leave_alone(code):
    assert list(problems(ast.parse(code))) == []
