"""How hard a text is to read (acceptance point 22)."""

import re


def sentences(text: str) -> list[str]:
    """Split at the ends of sentences and lines."""
    return [part.strip() for part in re.split(r"[.!?。！？\n]+|\s–\s", text) if part.strip()]


def _syllables(word: str) -> int:
    """Groups of vowels, without an e that is not spoken; at least one."""
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith("le") and groups > 1
    return max(1, groups - silent)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of an English text: years of school it takes."""
    parts = sentences(text)
    words = re.findall(r"[A-Za-z’']+", text)
    return 0.39 * len(words) / len(parts) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def too_long(text: str, *, words: int = 25, characters: int = 40) -> list[str]:
    """English sentences of more than `words` words, Chinese ones of more than `characters` characters."""
    english = [each for each in sentences(text) if len(re.findall(r"[A-Za-z’']+", each)) > words]
    parts = [each for each in re.split(r"[。！？；\n]", text) if re.search(r"[\u4e00-\u9fff]", each)]
    return english + [each.strip() for each in parts if len(re.sub(r"[\s“”（），、：]", "", each)) > characters]
