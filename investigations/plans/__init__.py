"""Starting points for the plan of an investigation, one file for each group of conduct; and the letter that asks to keep records.

Each line is a suggestion that a handler ticks, changes or leaves out; nothing of it is added by itself.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policy.shipped import read_yaml

FOLDER = Path(__file__).parent
CLASSES = ("touch", "words", "messages", "power", "pursuit", "surroundings")
# Order of the parts on the page; records become requests, the others lines of the plan.
PARTS = ("question", "person", "step", "support")


@dataclass(frozen=True)
class Suggestion:
    """`kind`: a PlanKind, or a RecordKind for records. `key` names it in a form."""

    key: str
    kind: str
    words: dict[str, str]

    def in_language(self, language: str) -> str:
        return self.words[language]


@dataclass(frozen=True)
class Template:
    lines: tuple[Suggestion, ...]
    records: tuple[Suggestion, ...]


@cache
def template(conduct: str) -> Template:
    """The suggestions for one group of conduct. Raises KeyError for an unknown one."""
    if conduct not in CLASSES:
        raise KeyError(conduct)
    data = read_yaml(FOLDER / f"{conduct}.yaml")
    lines = [Suggestion(f"{part}-{n}", part, words) for part in PARTS for n, words in enumerate(data.get(part, ()), 1)]
    records = [Suggestion(f"record-{n}", each["kind"], each["what"]) for n, each in enumerate(data.get("records", ()), 1)]
    return Template(tuple(lines), tuple(records))


@cache
def letter() -> dict[str, str]:
    """The text of a request to keep records, by language, with places for {what}, {period}, {holder}, {due}, {asked} and {name}."""
    return read_yaml(FOLDER / "letter.yaml")
