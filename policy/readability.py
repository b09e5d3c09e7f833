"""How hard a text is to read: sentences that are too long. A hint for authors, never a refusal."""

import re

LONGEST_EN_WORDS = 25
LONGEST_ZH_CHARACTERS = 60
_ENDS = re.compile(r"(?<=[.!?。！？；])\s*|\n+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_MARKS = re.compile(r"[*_#>\[\]()`]|^\s*(?:[-+]|\d+\.)\s+", re.MULTILINE)


def long_sentences(text: str, language: str) -> list[str]:
    """Sentences of more than 25 words (English) or 60 characters (Chinese)."""
    plain = _MARKS.sub("", text)
    return [each.strip() for each in _ENDS.split(plain) if each and _too_long(each, language)]


def _too_long(sentence: str, language: str) -> bool:
    if language.startswith("zh"):
        return len(_HAN.findall(sentence)) > LONGEST_ZH_CHARACTERS
    return len(sentence.split()) > LONGEST_EN_WORDS
