"""Whether a text suits somebody who is frightened and reads it on a phone (acceptance 22), and whether it can be shown at all. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from complaints.questions.wording import ANSWER, CHINESE, ENGLISH, LANGUAGES, Slot

LONGEST_LABEL, LONGEST_SENTENCE = 160, 600
MOST_WORDS, MOST_CHARACTERS, HARDEST_GRADE = 25, 40, 8
# Fewer words say nothing about how hard a page is to read.
FEWEST_WORDS = 40

# Words that judge somebody before anything was looked into.
JUDGING = {
    ENGLISH: re.compile(r"\b(?:victim|perpetrator|alleg|accus|harass)\w*", re.IGNORECASE),
    CHINESE: re.compile("受害者|受害人|加害者|加害人|疑似|骚扰|投诉人|被投诉"),
}
# “Required field” and the like: only one question needs an answer, and no page scolds.
SCOLDING = {
    ENGLISH: re.compile(r"\b(?:required (?:field|question|answer)|mandatory|compulsory|must (?:be filled|answer))\w*|\*", re.IGNORECASE),
    CHINESE: re.compile("必填|必须填写|必答|[*＊]"),
}
_MARKUP = re.compile(r"[<>]|&#?\w+;")
_BRACES = re.compile(r"\{(\w*)\}|[{}]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:[’'][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True)
class Flaw:
    """Something about one text in one language. `detail`: what it is about, to be shown in the sentence about it."""

    code: str
    key: str
    language: str
    detail: str = ""


def tidy(text: str) -> str:
    """Typed words as one line: line ends and runs of spaces are one space."""
    return " ".join(text.split())


def broken(slot: Slot, text: str, language: str) -> list[Flaw]:
    """Why a text can't be kept: markup, unseen characters, numbers of the policy lost or made up, too long."""
    found = []
    if _MARKUP.search(text):
        found.append("markup")
    if _UNSEEN.search(text):
        found.append("unseen")
    flaws = [Flaw(code, slot.key, language) for code in found]
    # A text in which a brace means nothing may not have one either: it would be shown as it is.
    names = [match[1] or "" for match in _BRACES.finditer(text)]
    if text and (set(names) != slot.placeholders or len(names) != len(slot.placeholders)):
        wanted = " ".join(f"{{{name}}}" for name in sorted(slot.placeholders))
        flaws.append(Flaw("placeholders", slot.key, language, wanted) if wanted else Flaw("braces", slot.key, language))
    longest = LONGEST_SENTENCE if slot.is_sentence else LONGEST_LABEL
    if len(text) > longest:
        flaws.append(Flaw("too_long", slot.key, language, str(longest)))
    return flaws


def unfit(slots: Iterable[Slot], texts: Mapping[str, tuple[str, str]]) -> list[Flaw]:
    """Why texts of one page can't be published: a language missing, words that judge or scold, two answers that say the same."""
    found: list[Flaw] = []
    for slot in slots:
        both = texts[slot.key]
        for language, text in zip(LANGUAGES, both, strict=True):
            if not text and (any(both) or not slot.may_be_blank):
                found.append(Flaw("missing", slot.key, language))
            found += broken(slot, text, language)
            found += [Flaw("judging", slot.key, language, match[0]) for match in JUDGING[language].finditer(text)]
            found += [Flaw("scolding", slot.key, language, match[0]) for match in SCOLDING[language].finditer(text)]
    return found + _alike(slots, texts)


def _alike(slots: Iterable[Slot], texts: Mapping[str, tuple[str, str]]) -> list[Flaw]:
    """Answers of one list that can't be told apart."""
    found = []
    for n, language in enumerate(LANGUAGES):
        known: dict[tuple[str, str], str] = {}
        for slot in slots:
            if slot.kind != ANSWER or not (words := texts[slot.key][n]):
                continue
            place = (slot.key.partition("=")[0], words.casefold())
            if place in known:
                found.append(Flaw("alike", slot.key, language, words))
            known[place] = slot.key
    return found


def heavy(slots: Iterable[Slot], texts: Mapping[str, tuple[str, str]]) -> list[Flaw]:
    """What is hard to read: hints for the author, never a refusal. Sentences too long, and English above grade 8 on the whole page."""
    slots = list(slots)
    found = []
    for slot in slots:
        for language, text in zip(LANGUAGES, texts[slot.key], strict=True):
            found += [Flaw("long", slot.key, language, each) for each in sentences(text) if is_long(each, language)]
    grade = reading_grade([texts[slot.key][0] for slot in slots if slot.is_sentence])
    if grade > HARDEST_GRADE:
        found.append(Flaw("hard", "", ENGLISH, f"{grade:.0f}"))
    return found


def sentences(text: str) -> list[str]:
    return [each.strip() for each in _ENDS.split(text) if each.strip()]


def is_long(sentence: str, language: str) -> bool:
    """More than 25 words of English, or 40 Chinese characters."""
    if language == CHINESE:
        return len(_HAN.findall(sentence)) > MOST_CHARACTERS
    return len(_WORD.findall(sentence)) > MOST_WORDS


def reading_grade(texts: Iterable[str]) -> float:
    """School grade (Flesch-Kincaid) of English texts together; 0 for too few words to tell."""
    parts = [each for text in texts for each in sentences(text)]
    words = [word for part in parts for word in _WORD.findall(part)]
    if len(words) < FEWEST_WORDS:
        return 0.0
    return 0.39 * len(words) / len(parts) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word: str) -> int:
    word = word.lower()
    count = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(count, 1)
