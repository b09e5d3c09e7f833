"""Finding directory entries in what somebody wrote: names in Chinese and Latin script, addresses, employee numbers.

Used to keep a report away from the people it names, so it prefers one match too many to one too few, and never guesses from part of a name.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from uuid import UUID

from django.db.models import F

from people.lookups import Among
from people.models import Employee

KEY_LENGTH = 160
HAN_LENGTHS = (2, 3, 4)
LATIN_LENGTHS = (2, 3, 4)

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# A dot between two characters joins the parts of a transcribed name (阿卜杜拉·买买提).
_HAN_RUN = re.compile(f"[{_HAN}]+(?:[·•・‧][{_HAN}]+)*")
_HAN_ONE = re.compile(f"[{_HAN}]")
_DOTS = re.compile("[·•・‧]")
_APOSTROPHES = re.compile("['’]")
_ASCII_PARTS = re.compile("[a-z0-9]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
# From the beginning of a word and no longer than an address allows (RFC 5321): a story without a space is looked through in one go.
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"(?<![\w@.-])[A-Za-z]{0,10}-?\d[\w-]{0,38}(?![\w@-])")
_NUMBER_WORD = re.compile(
    r"(?:工号|员工编号|编号|employee\s*(?:number|no\.?|id)?|staff\s*(?:number|no\.?|id)|number|no\.|id|#|№)\s*[:：#]?\s*$",
    re.IGNORECASE,
)
# Letters between the start of “employee number:” and the number itself, with room for spaces.
ANNOUNCED_WITHIN = 40
_LINE_ENDS = re.compile(r"[\r\n;；。！？!?、/|()（）\[\]【】<>《》\"“”]+|\.\s|\s(?:and|or|und|et)\s")
# Words that stand beside a name and are no part of it.
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam"})


def fold_name(text: str) -> str:
    """Return the key under which a name is found, whatever its width, case, accents, spaces or the order of its Latin parts.

    "Zhou  QIANG", "Qiang, Zhou" and "zhou qiang" fold alike; "周 强" folds to "周强". At most 160 characters.
    """
    han, parts = _folded(text)
    return _key(han, parts)


def _folded(text: str) -> tuple[str, list[str]]:
    """The Han characters of a name in one, and its other parts in the order in which they stand."""
    plain = _APOSTROPHES.sub("", _plain(text))
    if plain.isascii():
        return "", _ASCII_PARTS.findall(plain)
    han = "".join(_HAN_ONE.findall(plain))
    return han, "".join(ch if ch.isalnum() and not _HAN_ONE.match(ch) else " " for ch in plain).split()


def _key(han: str, parts: list[str]) -> str:
    others = " ".join(sorted(parts))
    return (f"{han} {others}" if han and others else han or others)[:KEY_LENGTH]


def _plain(text: str) -> str:
    """Compatibility forms folded, accents dropped, case dropped."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text)
    kept = "".join(ch for ch in apart if unicodedata.category(ch) != "Mn")
    return unicodedata.normalize("NFC", kept).casefold()


def employees_named_in(text: str) -> dict[UUID, str]:
    """Return the employees that `text` names, each with the words that named them: {employee id: "Zhou Qiang"}.

    Finds full names in Chinese (two to four characters, or parts joined by a dot) and in Latin script (two to four words in any order),
    e-mail addresses, and employee numbers that stand alone, are announced, or can hardly be anything else. One indexed query; people
    who have left are found too.
    """
    return employees_named_in_each([text])[0]


def employees_named_in_each(texts: Sequence[str]) -> list[dict[UUID, str]]:
    """`employees_named_in` for each of `texts`, with one query for all of them together."""
    wanted = [_Wanted.of(text) for text in texts]
    names = list(dict.fromkeys(chain.from_iterable(each.names for each in wanted)))
    emails = list(dict.fromkeys(chain.from_iterable(each.emails for each in wanted)))
    numbers = list(dict.fromkeys(chain.from_iterable(each.numbers for each in wanted)))
    matched: list[dict[UUID, str]] = [{} for _ in wanted]
    for pk, *row in _rows(names, emails, numbers):
        for each, found in zip(wanted, matched, strict=True):
            if words := each.words_for(*row):
                found[pk] = words
    return matched


@dataclass(frozen=True, repr=False)
class _Wanted:
    """What to look for on behalf of one text: {key: words as written} of names and addresses, and numbers."""

    names: Mapping[str, str]
    emails: Mapping[str, str]
    numbers: Mapping[str, None]

    @classmethod
    def of(cls, text: str) -> "_Wanted":
        names: dict[str, str] = {}
        for key, words in _name_candidates(text):
            if key:
                names.setdefault(key, words)
        emails = {found.casefold(): found for found in _EMAIL.findall(unicodedata.normalize("NFKC", text))}
        return cls(names, emails, dict.fromkeys(_number_candidates(text)))

    def words_for(self, name_key: str, other_key: str, email: str, number: str) -> str:
        """The words that named this employee, or an empty string."""
        words = self.names.get(name_key) or self.names.get(other_key) or self.emails.get(email)
        return words or (number if number in self.numbers else "")


def _rows(names: list[str], emails: list[str], numbers: list[str]):
    columns = {"name_key": names, "other_name_key": names, "email": emails, "number": numbers}
    found = [Employee.objects.filter(Among(F(column), values)) for column, values in columns.items() if values]
    # One part a column, so that each uses its own index.
    rows = [part.values_list("pk", "name_key", "other_name_key", "email", "number") for part in found]
    return rows[0].union(*rows[1:]) if rows else ()


def _name_candidates(text: str) -> Iterator[tuple[str, str]]:
    wide = unicodedata.normalize("NFKC", text)
    # Each whole line first: a field that holds nothing but a name may hold an unusual one.
    for line in _LINE_ENDS.split(wide):
        if len(line) <= KEY_LENGTH and not (key := fold_name(line)).isdigit():
            yield key, line.strip()
        yield from _latin_candidates(line)
    yield from _han_candidates(wide)


def _han_candidates(text: str) -> Iterator[tuple[str, str]]:
    # "周 强": people part the two characters of a short name by a space to align columns.
    closed = re.sub(f"(?<=[{_HAN}])[ \u3000]+(?=[{_HAN}])", "", text)
    for source in {text, closed}:
        for run in _HAN_RUN.findall(source):
            if _DOTS.search(run):
                yield fold_name(run), run
            for part in _DOTS.split(run):
                for length in HAN_LENGTHS:
                    for at in range(len(part) - length + 1):
                        # Nothing but Han is its own key.
                        piece = part[at : at + length]
                        yield piece, piece


def _latin_candidates(line: str) -> Iterator[tuple[str, str]]:
    parts = [_words(part) for part in re.split("[,，]", line)]
    for words in parts:
        yield from _windows(words)
    for left, right in pairwise(parts):
        # "Zhou, Qiang" is one name; "Li Wei, Zhang San" is two.
        if len(left) == 1 and right:
            yield from _windows(left + right[:3])


def _words(part: str) -> list[tuple[str, list[str]]]:
    """The words that may belong to a name, each with its folded parts."""
    found = [word for word in _WORD.findall(part) if not _HAN_ONE.search(word)]
    return [(word, _folded(word)[1]) for word in found if word.casefold() not in _TITLES]


def _windows(words: list[tuple[str, list[str]]]) -> Iterator[tuple[str, str]]:
    for length in LATIN_LENGTHS:
        for at in range(len(words) - length + 1):
            window = words[at : at + length]
            shown = " ".join([word for word, _ in window])
            yield _key("", [part for _, parts in window for part in parts]), shown
            if length == 3:
                # "Li Xiao Ming" is written "Li Xiaoming" as well.
                (_, first), (_, second), (_, third) = window
                yield _key("", first + _together(second, third)), shown
                yield _key("", _together(first, second) + third), shown


def _together(left: list[str], right: list[str]) -> list[str]:
    """The parts of two words written as one."""
    if not left or not right:
        return left + right
    return [*left[:-1], left[-1] + right[0], *right[1:]]


def _number_candidates(text: str) -> Iterator[str]:
    wide = unicodedata.normalize("NFKC", text)
    for line in re.split(r"[\r\n,;，；、]+", wide):
        stripped = line.strip()
        for found in _NUMBER.finditer(line):
            number = found.group()
            alone = number == stripped
            # Only what stands just before it: a line may be a whole story.
            announced = bool(_NUMBER_WORD.search(line[max(0, found.start() - ANNOUNCED_WITHIN) : found.start()]))
            unmistakable = len(number) >= 5 or (len(number) >= 4 and not number.isdigit())
            if alone or announced or unmistakable:
                yield number
                yield number.upper()
