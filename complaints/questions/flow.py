"""The order of the questions, which of them are asked, and the version that is stored with every report."""

import hashlib
import json
from functools import cache

from django.utils.translation import override

from complaints.questions import about, people, safety, what_happened
from complaints.questions.kinds import Answers, Page

# Raised whenever a question, an option or the order changes. The content hash beside it says exactly what was asked.
NUMBER = 1

PAGES: tuple[Page, ...] = (*what_happened.PAGES, *people.PAGES, *safety.PAGES, *about.PAGES)
BY_ID = {page.id: page for page in PAGES}
FIRST = PAGES[0]


def asked(answers: Answers) -> list[Page]:
    """The pages that are asked, given what was answered so far, in order."""
    return [page for page in PAGES if page.when(answers)]


def next_page(page_id: str, answers: Answers) -> Page | None:
    """The page after `page_id`, or None after the last one."""
    later = PAGES[_position(page_id) + 1 :]
    return next((page for page in later if page.when(answers)), None)


def page_before(page_id: str, answers: Answers) -> Page | None:
    """The page before `page_id`, or None before the first one."""
    earlier = PAGES[: _position(page_id)]
    return next((page for page in reversed(earlier) if page.when(answers)), None)


def _position(page_id: str) -> int:
    return next(n for n, page in enumerate(PAGES) if page.id == page_id)


@cache
def content_hash() -> str:
    """Sixteen hex digits over every word of every question in English: two reports with the same hash were asked the same."""
    with override("en"):
        described = json.dumps([_described_page(page) for page in PAGES], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(described.encode()).hexdigest()[:16]


def version() -> str:
    """What a report stores: number and content hash."""
    return f"{NUMBER}-{content_hash()}"


def _described_page(page: Page) -> list:
    return [page.id, str(page.title), str(page.hint), [_described_field(field) for field in page.fields]]


def _described_field(field) -> list:
    options = [[option.value, str(option.label), str(option.hint)] for option in field.options]
    return [field.name, field.kind, str(field.label), str(field.hint), options, [_described_field(part) for part in field.parts]]
