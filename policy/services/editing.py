"""Editing a draft item by item, confirming facts, and what reviewers say. Two people may work on different items at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from people.models import Role, User
from policy import editing
from policy.models import PolicyComment, PolicyEdit, PolicyState, PolicyVersion
from policy.parts import Content
from policy.records import dump
from policy.selectors import content_of
from policy.services.versions import WrongState, columns, confirm, locked_version, set_number

COMMENT_LENGTH = 4_000


class ChangedMeanwhile(Exception):
    """Somebody changed or removed the item after it was shown; nothing was overwritten.

    `stored` is the item as it is now (None when it is gone), `edit` the newest change of it, if one is known.
    """

    def __init__(self, stored, edit: PolicyEdit | None):
        self.stored = stored
        self.edit = edit
        super().__init__("changed meanwhile")


class NothingSaid(ValueError):
    """A comment needs words."""


@transaction.atomic
def save_item(*, version: PolicyVersion, part: str, key: str, item, seen: str, by: User, now: datetime) -> PolicyVersion:
    """Put `item` where `key` names one (`editing.NEW` adds). `seen`: the fingerprint of what the form showed.

    Raises WrongState when it is no draft, ChangedMeanwhile, `editing.KeyTaken`.
    """

    def change(content: Content) -> Content:
        return editing.with_item(content, part, key, item)

    return _edit(version, part, key, seen, change, after=item, by=by, now=now)


@transaction.atomic
def remove_item(*, version: PolicyVersion, part: str, key: str, seen: str, by: User, now: datetime) -> PolicyVersion:
    """Take an item out. Raises as `save_item`."""

    def change(content: Content) -> Content:
        return editing.without_item(content, part, key)

    return _edit(version, part, key, seen, change, after=None, by=by, now=now)


@transaction.atomic
def move_item(*, version: PolicyVersion, part: str, key: str, step: int, seen: str, by: User, now: datetime) -> PolicyVersion:
    """Move an item up (-1) or down (1). Raises as `save_item`."""
    locked = _draft(version)
    content = content_of(locked)
    _item_as_seen(locked, content, part, key, seen)
    return _write(locked, editing.with_moved(content, part, key, step), by, now, part=part, key=key)


@transaction.atomic
def set_numbers(
    *, version: PolicyVersion, numbers: dict[str, tuple[int, str]], seen: dict[str, str], by: User, now: datetime
) -> PolicyVersion:
    """Give several limits their numbers at once: {limit id: (amount, unit)}; `seen`: {limit id: fingerprint}. Raises as `save_item`."""
    locked = _draft(version)
    content = content_of(locked)
    for limit_id, (amount, unit) in numbers.items():
        before = _item_as_seen(locked, content, "limits", limit_id, seen.get(limit_id, ""))
        after = set_number(before, amount, unit)
        if after == before:
            continue
        content = editing.with_item(content, "limits", limit_id, after)
        _keep_edit(locked, "limits", limit_id, before, after, by, now)
    return _write(locked, content, by, now, part="limits", key="numbers")


@transaction.atomic
def confirm_fact(*, version: PolicyVersion, part: str, key: str, by: User, now: datetime) -> PolicyVersion:
    """Somebody vouches for one fact of general knowledge (R44). Raises WrongState, `editing.NoSuchItem`."""
    locked = _draft(version)
    content = content_of(locked)
    if part == "facts":
        changed = replace(content, facts=tuple(confirm(each, by=by, now=now) if each.key == key else each for each in content.facts))
        if changed == content:
            raise editing.NoSuchItem(key)
    elif part == "body":
        changed = replace(content, body=confirm(content.body, by=by, now=now))
    else:
        item = editing.item_of(content, part, key)
        changed = editing.with_item(content, part, key, confirm(item, by=by, now=now))
    return _write(locked, changed, by, now, part=part, key=key, confirmed=True)


@transaction.atomic
def comment(*, version: PolicyVersion, part: str, key: str, words: str, by: User, now: datetime) -> PolicyComment:
    """Say something about one item while the version is in review (or still a draft). Raises NothingSaid, WrongState."""
    words = words.strip()[:COMMENT_LENGTH]
    if not words:
        raise NothingSaid
    locked = locked_version(version)
    if locked.state not in (PolicyState.DRAFT, PolicyState.IN_REVIEW):
        raise WrongState
    said = PolicyComment.objects.create(version=locked, part=part, key=key, words=words, by=by, at=now)
    _audit(locked, Action.POLICY_COMMENTED, by, now, part=part)
    return said


@transaction.atomic
def settle_comment(*, version: PolicyVersion, comment_id: int, by: User, now: datetime) -> None:
    """Mark a comment as dealt with; a second time changes nothing. Raises PolicyComment.DoesNotExist."""
    said = PolicyComment.objects.select_for_update().get(pk=comment_id, version=version)
    if said.settled_at is None:
        said.settled_at, said.settled_by = now, by
        said.save(update_fields=["settled_at", "settled_by"])
        _audit(version, Action.POLICY_COMMENT_SETTLED, by, now, part=said.part)


def _edit(version, part, key, seen, change: Callable, *, after, by, now) -> PolicyVersion:
    locked = _draft(version)
    content = content_of(locked)
    before = None if key == editing.NEW else _item_as_seen(locked, content, part, key, seen)
    if before == after:
        return locked
    _keep_edit(locked, part, key, before, after, by, now)
    return _write(locked, change(content), by, now, part=part, key=key)


def _draft(version: PolicyVersion) -> PolicyVersion:
    locked = locked_version(version)
    if locked.state != PolicyState.DRAFT:
        raise WrongState
    return locked


def _item_as_seen(version: PolicyVersion, content: Content, part: str, key: str, seen: str):
    try:
        item = editing.item_of(content, part, key)
    except editing.NoSuchItem:
        item = None
    if editing.fingerprint(item) != seen:
        raise ChangedMeanwhile(item, version.edits.filter(part=part, key=key).select_related("by").first())
    return item


def _keep_edit(version: PolicyVersion, part: str, key: str, before, after, by: User, now: datetime) -> None:
    said = {"before": None if before is None else dump(before), "after": None if after is None else dump(after)}
    PolicyEdit.objects.create(version=version, part=part, key=key, by=by, at=now, **said)


def _write(version: PolicyVersion, content: Content, by: User, now: datetime, **facts) -> PolicyVersion:
    for name, value in columns(content).items():
        setattr(version, name, value)
    version.row_version += 1
    version.save()
    # Some keys are paths ("definition/0"); a fixed word of the record has no slash.
    _audit(version, Action.POLICY_EDITED, by, now, **facts | {"key": facts["key"].replace("/", ".")})
    return version


def _audit(version: PolicyVersion, action: Action, by: User, now: datetime, **facts) -> None:
    record(
        by=staff(by, Role.POLICY_ADMIN.value),
        action=action,
        subject_id=None,
        object_kind="policy_version",
        object_id=version.id,
        facts=facts,
        now=now,
    )
