"""Finding and replacing one item of a policy's content. Pure: takes a `Content`, returns a new one.

An item is named by its part and its key. Sections, limits, groups of conduct, measures and remedies have keys of their own; the
others are named by their place in the list. `fingerprint` tells whether an item is still what somebody saw.
"""

import hashlib
import json
from dataclasses import dataclass, replace

from policy.parts import (
    Adoption,
    ChannelPart,
    ConductPart,
    Content,
    LimitPart,
    Measure,
    Member,
    RetentionRule,
    Review,
    SanctionRow,
    Section,
    SupportPart,
    TrainingRule,
)
from policy.records import EMPTY, Text, dump


class NoSuchItem(LookupError):
    """The content has no such part or item; somebody may have removed it."""


class KeyTaken(ValueError):
    """Another item of the part has this key already."""


@dataclass(frozen=True)
class Words:
    """Title, summary and the summary of changes: one item, because one form writes them."""

    title: Text = EMPTY
    summary: Text = EMPTY
    change_summary: Text = EMPTY


@dataclass(frozen=True)
class Body:
    """The handling body without its members, who are items of their own."""

    name: Text = EMPTY
    women_share_percent: int | None = None
    external_member: bool = False
    term_years: int | None = None
    quorum: int | None = None
    note: Text = EMPTY
    standard_of_proof: str = "more_likely"
    second_reader: bool = True
    comments_before_final: bool = True
    hear_affected_first: bool = True


@dataclass(frozen=True)
class ReviewAndAdoption:
    """When the policy is looked at again, and who adopted it."""

    review: Review
    adoption: Adoption


@dataclass(frozen=True)
class _List:
    """Where a list of items lives in `Content` and what names an item ("" = its place)."""

    path: tuple[str, ...]
    kind: type
    key: str = ""


LISTS = {
    "sections": _List(("sections",), Section, "key"),
    "limits": _List(("limits",), LimitPart, "id"),
    "conduct": _List(("conduct",), ConductPart, "code"),
    "measures": _List(("sanctions", "measures"), Measure, "code"),
    "remedies": _List(("sanctions", "remedies"), Measure, "code"),
    "third_party": _List(("sanctions", "third_party"), Measure, "code"),
    "rows": _List(("sanctions", "rows"), SanctionRow),
    "channels": _List(("channels",), ChannelPart),
    "members": _List(("body", "members"), Member),
    "support": _List(("support",), SupportPart),
    "training": _List(("training",), TrainingRule),
    "retention": _List(("retention",), RetentionRule),
}
SINGLE_KINDS = {"words": Words, "body": Body, "weighed": Text, "review": ReviewAndAdoption}
SINGLES = tuple(SINGLE_KINDS)
NEW = "new"


def items_of(content: Content, part: str) -> tuple:
    """The items of a list part, in order. Raises NoSuchItem."""
    if part not in LISTS:
        raise NoSuchItem(part)
    value = content
    for name in LISTS[part].path:
        value = getattr(value, name)
    return value


def key_of(content: Content, part: str, item) -> str:
    """The key that names `item` in addresses."""
    own = LISTS[part].key
    return str(getattr(item, own)) if own else str(items_of(content, part).index(item))


def item_of(content: Content, part: str, key: str):
    """One item; None for the key `new`. Raises NoSuchItem."""
    if part in SINGLES:
        return _single(content, part)
    if key == NEW:
        return None
    return items_of(content, part)[_index(content, part, key)]


def with_item(content: Content, part: str, key: str, item) -> Content:
    """The content with the item put in place of the one named `key`, or at the end for `new`. Raises NoSuchItem, KeyTaken."""
    if part in SINGLES:
        return _with_single(content, part, item)
    items = list(items_of(content, part))
    index = len(items) if key == NEW else _index(content, part, key)
    own = LISTS[part].key
    if own and getattr(item, own) in {getattr(each, own) for n, each in enumerate(items) if n != index}:
        raise KeyTaken(getattr(item, own))
    items[index : index + 1] = [item]
    return _with_list(content, part, items)


def without_item(content: Content, part: str, key: str) -> Content:
    """The content without the item. Raises NoSuchItem."""
    items = list(items_of(content, part))
    del items[_index(content, part, key)]
    return _with_list(content, part, items)


def with_moved(content: Content, part: str, key: str, step: int) -> Content:
    """The content with the item moved by `step` places (-1 up, 1 down), as far as the list goes. Raises NoSuchItem."""
    items = list(items_of(content, part))
    index = _index(content, part, key)
    items.insert(min(max(index + step, 0), len(items) - 1), items.pop(index))
    return _with_list(content, part, items)


def fingerprint(item) -> str:
    """16 hex digits over what an item says; "" for one that does not exist."""
    if item is None:
        return ""
    return hashlib.sha256(json.dumps(dump(item), sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _index(content: Content, part: str, key: str) -> int:
    items = items_of(content, part)
    own = LISTS[part].key
    if own:
        found = [n for n, item in enumerate(items) if getattr(item, own) == key]
    else:
        found = [int(key)] if key.isdecimal() and int(key) < len(items) else []
    if not found:
        raise NoSuchItem(f"{part}/{key}")
    return found[0]


def _with_list(content: Content, part: str, items: list) -> Content:
    first, *rest = LISTS[part].path
    if not rest:
        return replace(content, **{first: tuple(items)})
    return replace(content, **{first: replace(getattr(content, first), **{rest[0]: tuple(items)})})


def _single(content: Content, part: str):
    if part == "words":
        return Words(content.title, content.summary, content.change_summary)
    if part == "body":
        return Body(**{name: getattr(content.body, name) for name in Body.__dataclass_fields__})
    if part == "weighed":
        return content.sanctions.weighed
    return ReviewAndAdoption(content.review, content.adoption)


def _with_single(content: Content, part: str, item) -> Content:
    if part == "words":
        return replace(content, title=item.title, summary=item.summary, change_summary=item.change_summary)
    if part == "body":
        changed = {name: getattr(item, name) for name in Body.__dataclass_fields__}
        return replace(content, body=replace(content.body, **changed))
    if part == "weighed":
        return replace(content, sanctions=replace(content.sanctions, weighed=item))
    return replace(content, review=item.review, adoption=item.adoption)
