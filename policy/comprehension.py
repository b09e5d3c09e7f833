"""Questions that show whether a text was understood. Nobody is tested: a wrong answer shows the passage and asks again."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policy.records import Text, dump, load_all
from policy.shipped import read_yaml

MOST_QUESTIONS = 12
MOST_OPTIONS = 5


@dataclass(frozen=True)
class Question:
    """`section`: the key of the section it is about. `options`: two to five answers; `right`: which one, counted from 0."""

    id: str
    section: str
    text: Text
    options: tuple[Text, ...]
    right: int

    def problems(self, sections: Iterable[str]) -> list[str]:
        """What keeps it from being asked: words of `language`, `options`, `right`, `section`; empty when nothing does."""
        found = []
        if any(not words or words.missing() for words in (self.text, *self.options)):
            found.append("language")
        if not 2 <= len(self.options) <= MOST_OPTIONS:
            found.append("options")
        if not 0 <= self.right < len(self.options):
            found.append("right")
        if self.section not in set(sections):
            found.append("section")
        return found


@cache
def starter_questions() -> tuple[Question, ...]:
    """The questions that a new campaign starts with."""
    path = Path(__file__).parent / "starter" / "questions.yaml"
    return load_all(Question, read_yaml(path), "starter questions")


def read(data: list) -> tuple[Question, ...]:
    """Questions from a campaign's column."""
    return load_all(Question, data, "questions")


def write(questions: Iterable[Question]) -> list:
    """Questions for a campaign's column."""
    return dump(tuple(questions))


def with_question(questions: tuple[Question, ...], question: Question) -> tuple[Question, ...]:
    """Replace the question with the same id, or add it at the end."""
    if any(each.id == question.id for each in questions):
        return tuple(question if each.id == question.id else each for each in questions)
    return (*questions, question)


def without(questions: tuple[Question, ...], question_id: str) -> tuple[Question, ...]:
    return tuple(each for each in questions if each.id != question_id)


def moved_up(questions: tuple[Question, ...], question_id: str) -> tuple[Question, ...]:
    """The question one place earlier; the first stays where it is."""
    order = list(questions)
    at = next((n for n, each in enumerate(order) if each.id == question_id), 0)
    if at:
        order[at - 1], order[at] = order[at], order[at - 1]
    return tuple(order)


def new_id(questions: tuple[Question, ...]) -> str:
    """An id that no question has yet: "own-1", "own-2" …"""
    taken = {each.id for each in questions}
    return next(f"own-{n}" for n in range(1, len(taken) + 2) if f"own-{n}" not in taken)


def fitting(questions: Iterable[Question], sections: Iterable[str]) -> tuple[Question, ...]:
    """Those whose section this version has."""
    keys = set(sections)
    return tuple(each for each in questions if each.section in keys)
