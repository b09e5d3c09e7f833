"""The order of the questions, which of them are asked, and the version that is stored with every report."""

from functools import cache

from complaints.questions import about, people, safety, what_happened
from complaints.questions.kinds import Answers, Page
from complaints.questions.wording import LANGUAGES, PART, SHIPPED_NUMBER, Slot, Wording, digest_of, in_use, sewn

# Raised whenever a question, an option or the order changes: what an employer words anew has a number of its own.
NUMBER = 1

_PARTS = (("happened", what_happened), ("people", people), ("safety", safety), ("about", about))
# The names of the sections, worded together like a page.
PARTS = "parts"
_SEWN = [sewn(page, f"{PARTS}/{name}") for name, module in _PARTS for page in module.PAGES]

PAGES: tuple[Page, ...] = tuple(page for page, _slots in _SEWN)
BY_ID = {page.id: page for page in PAGES}
FIRST = PAGES[0]
WISHES = BY_ID["12"].field("wishes").options

# Every text that may be worded anew, by page in the order of the questions.
SLOTS: dict[str, tuple[Slot, ...]] = {page.id: slots for page, slots in _SEWN} | {
    PARTS: tuple(Slot(f"{PARTS}/{name}", PART, module.SECTION) for name, module in _PARTS)
}


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


def shipped_texts() -> list[list[str]]:
    """The words the software came with: [[key, English, Chinese], …] in the order of the questions."""
    return [[slot.key, *(slot.shipped_in(language) for language in LANGUAGES)] for slots in SLOTS.values() for slot in slots]


@cache
def shipped() -> Wording:
    """The wording the software came with."""
    return Wording(SHIPPED_NUMBER, digest_of(SHIPPED_NUMBER, shipped_texts()))


def version(wording: Wording | None = None) -> str:
    """What a report stores: the number of the questions, then number and hash of the wording (the one in use when none is given).

    Two reports with the same version were asked the same, word by word, in both languages.
    """
    return f"{NUMBER}.{(wording or in_use() or shipped()).label}"
