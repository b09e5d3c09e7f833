"""What administrators read about texts of the questions: what each is for, and what is wrong or heavy about it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from complaints.questions import plain
from complaints.questions import wording as w
from complaints.questions.flow import BY_ID, PARTS, SLOTS
from complaints.questions.wording import Slot

KIND_WORDS = {
    w.HEADING: pgettext_lazy("wording", "Heading"),
    w.QUESTION: pgettext_lazy("wording", "Question"),
    w.HINT: pgettext_lazy("wording", "Hint"),
    w.HINT_WITHOUT: pgettext_lazy("wording", "Hint, while the policy has no number for it"),
    w.ANSWER: pgettext_lazy("wording", "Answer"),
    w.ANSWER_HINT: pgettext_lazy("wording", "Sentence under the answer"),
    w.ANSWER_HINT_WITHOUT: pgettext_lazy("wording", "Sentence under the answer, while there is no number for it"),
    w.NOTE: pgettext_lazy("wording", "Note on the page"),
    w.NOTE_WITHOUT: pgettext_lazy("wording", "Note on the page, while the policy has no number for it"),
    w.WHY: pgettext_lazy("wording", "Why we ask"),
    w.HELP_TITLE: pgettext_lazy("wording", "Title of the help"),
    w.HELP_TEXT: pgettext_lazy("wording", "Text of the help"),
    w.BLANK_ERROR: pgettext_lazy("wording", "Said when it was left blank"),
    w.BLOCK: pgettext_lazy("wording", "Title of each block"),
    w.ADD: pgettext_lazy("wording", "Button for one more"),
    w.PART: pgettext_lazy("wording", "Name of the section"),
}
LANGUAGE_WORDS = {w.ENGLISH: "English", w.CHINESE: "中文"}

_FLAWS = {
    "markup": gettext_lazy("No < > or &…; here: it is shown as plain words"),
    "unseen": gettext_lazy("There is a character in it that nobody can see. Type it anew"),
    "placeholders": gettext_lazy("Keep %(detail)s exactly once: the policy puts its number there"),
    "braces": gettext_lazy("No { } here: there is no number of the policy to put in"),
    "too_long": gettext_lazy("This is too long: at most %(detail)s characters"),
    "missing": gettext_lazy("Nothing is said in this language"),
    "judging": gettext_lazy("“%(detail)s” judges somebody before anything was looked into"),
    "scolding": gettext_lazy("“%(detail)s” scolds: only the first question needs an answer, and no page says so"),
    "alike": gettext_lazy("Two answers of the list say “%(detail)s”"),
    "long": gettext_lazy("Long sentence: “%(detail)s”"),
    "hard": gettext_lazy("The English of this page needs %(detail)s years of school; aim at 8"),
}


def slot_words(slot: Slot) -> str:
    """“Hint: Where did it happen?” What the text is for, and what it belongs to in the shipped words of the page's language."""
    kind = str(KIND_WORDS[slot.kind])
    with w.using(None):
        of = str(slot.shipped) if slot.kind == w.ANSWER else str(slot.of)
    return f"{kind} – {of}" if of else kind


def flaw_words(flaw: plain.Flaw) -> str:
    """What is wrong or heavy, in a sentence."""
    return str(_FLAWS[flaw.code]) % {"detail": flaw.detail}


def page_words(page_id: str, texts, language: str) -> str:
    """What a page is called in lists: its number and its heading in this wording."""
    if page_id == PARTS:
        return _("Names of the four sections")
    with override(language), w.using(w.Wording(0, "", texts)):
        return f"{page_id} · {BY_ID[page_id].title}"


def section_words(texts, language: str) -> list[tuple[str, list[str]]]:
    """The pages by section, in order: (name of the section in this wording, page ids)."""
    found: list[tuple[str, list[str]]] = []
    with override(language), w.using(w.Wording(0, "", texts)):
        for page_id, page in BY_ID.items():
            name = str(page.section)
            if not found or found[-1][0] != name:
                found.append((name, []))
            found[-1][1].append(page_id)
    return found


def slot_of(page_id: str, key: str) -> Slot | None:
    return next((slot for slot in SLOTS[page_id] if slot.key == key), None)
