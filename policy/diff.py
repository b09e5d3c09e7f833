"""What a version says differently from another: texts by words, structured parts by field. Pure."""

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import SequenceMatcher

from policy.editing import LISTS, SINGLE_KINDS, SINGLES, item_of, items_of, key_of
from policy.parts import Content, Source
from policy.records import Text, load

# A word, a run of spaces, or one character of Chinese: what a reader sees as one thing.
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|\s+|[^\w\s]")
SAME, OUT, IN = "same", "out", "in"


@dataclass(frozen=True)
class Piece:
    """Some words and whether they stayed, went or came."""

    kind: str
    words: str


@dataclass(frozen=True)
class FieldChange:
    """One field that differs. Texts come as `pieces` for each language; everything else as `before` and `after`."""

    name: str
    language: str
    pieces: tuple[Piece, ...] = ()
    before: object = None
    after: object = None


@dataclass(frozen=True)
class ItemChange:
    """An item that is new ("added"), gone ("removed") or says something else ("changed")."""

    part: str
    key: str
    kind: str
    item: object
    fields: tuple[FieldChange, ...] = ()


def changes(old: Content, new: Content) -> list[ItemChange]:
    """Every item in which `new` differs from `old`, in the order of a policy. What each says of its own changes is no difference."""
    old = replace(old, change_summary=new.change_summary)
    found = [_single(part, old, new) for part in SINGLES]
    for part in LISTS:
        found += _list(part, old, new)
    return [each for each in found if each is not None]


def edit_change(part: str, key: str, before, after) -> ItemChange:
    """One edit as it was kept ({field: value} or None, before and after) as a difference. Raises `policy.records.RecordError`."""
    kind = LISTS[part].kind if part in LISTS else SINGLE_KINDS[part]
    old, new = (None if said is None else load(kind, said) for said in (before, after))
    if old is None or new is None:
        return ItemChange(part, key, "added" if old is None else "removed", new or old)
    return ItemChange(part, key, "changed", new, _fields(old, new))


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts, marked: SAME, OUT or IN."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    found: list[Piece] = []
    for same, a, b, c, d in _joined(SequenceMatcher(None, old, new, autojunk=False).get_opcodes(), old):
        if same:
            found.append(Piece(SAME, "".join(old[a:b])))
            continue
        if b > a:
            found.append(Piece(OUT, "".join(old[a:b])))
        if d > c:
            found.append(Piece(IN, "".join(new[c:d])))
    return tuple(found)


def _joined(steps, old: list[str]):
    """The steps as (same, from, to, from, to). A space between two changes belongs to them, so that a phrase goes and comes as a whole."""
    joined: list[list] = []
    for n, (kind, a, b, c, d) in enumerate(steps):
        between = 0 < n < len(steps) - 1 and not "".join(old[a:b]).strip()
        same = kind == "equal" and not between
        if joined and not same and not joined[-1][0]:
            joined[-1][2], joined[-1][4] = b, d
        else:
            joined.append([same, a, b, c, d])
    return joined


def _single(part: str, old: Content, new: Content) -> ItemChange | None:
    before, after = item_of(old, part, ""), item_of(new, part, "")
    changed = _fields(before, after)
    return ItemChange(part, "", "changed", after, changed) if changed else None


def _list(part: str, old: Content, new: Content) -> list[ItemChange]:
    before = {key_of(old, part, item): item for item in items_of(old, part)}
    after = {key_of(new, part, item): item for item in items_of(new, part)}
    found = []
    for key, item in after.items():
        if key not in before:
            found.append(ItemChange(part, key, "added", item))
        elif changed := _fields(before[key], item):
            found.append(ItemChange(part, key, "changed", item, changed))
    found += [ItemChange(part, key, "removed", item) for key, item in before.items() if key not in after]
    return found


def _fields(before, after) -> tuple[FieldChange, ...]:
    if isinstance(before, Text):
        return tuple(_text("", before, after))
    found: list[FieldChange] = []
    for field in fields(after):
        a, b = getattr(before, field.name), getattr(after, field.name)
        if a == b or isinstance(b, Source):
            continue
        if isinstance(b, Text):
            found += _text(field.name, a, b)
        elif is_dataclass(b) and is_dataclass(a) and type(a) is type(b) and any(isinstance(getattr(b, f.name), Text) for f in fields(b)):
            found += _fields(a, b)
        else:
            found.append(FieldChange(field.name, "", before=a, after=b))
    return tuple(found)


def _text(name: str, before: Text, after: Text) -> list[FieldChange]:
    both = (("en", before.en, after.en), ("zh-hans", before.zh_hans, after.zh_hans))
    return [FieldChange(name, language, pieces=pieces(a, b)) for language, a, b in both if a != b]
