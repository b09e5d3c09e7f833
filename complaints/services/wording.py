"""The life of a wording of the questions: begun from the one in force, written page by page, published in both languages, replaced (D12).

Order, options and what is compulsory are not in it. A report begun under one wording keeps it; nothing that was in force ever changes.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Max

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import WordingEdit, WordingState, WordingVersion
from complaints.questions.flow import SLOTS, shipped, shipped_texts
from complaints.questions.plain import Flaw, broken
from complaints.questions.wording import LANGUAGES, digest_of
from complaints.wording_selectors import IN_FORCE_KEY, fingerprint, flaws, published, texts_of
from people.models import Role, User
from people.services.changes import keep_change


class WrongState(Exception):
    """The version is no draft any more."""


class ChangedMeanwhile(Exception):
    """Somebody saved this after it was shown; nothing was overwritten. `stored`: the texts as they are now, `edit` who saved them last."""

    def __init__(self, stored: Mapping, edit: WordingEdit | None):
        self.stored = stored
        self.edit = edit
        super().__init__("changed meanwhile")


class NotReady(Exception):
    """The draft can't be published yet. `flaws`: everything that stands in the way, by page."""

    def __init__(self, found: Mapping[str, list[Flaw]]):
        self.flaws = found
        super().__init__(f"{sum(map(len, found.values()))} texts can't be published yet")


class NothingNew(Exception):
    """The draft says word by word what is in force."""


class Broken(ValueError):
    """A text holds markup or has lost a number of the policy. `flaws`: each of them."""

    def __init__(self, found: list[Flaw]):
        self.flaws = found
        super().__init__(f"{len(found)} texts can't be kept")


def start(*, by: User, now: datetime) -> WordingVersion:
    """A draft that says what is in force; the one draft there is, if there is one. Two clicks make one."""
    return _numbered(lambda: _started(by, now))


def _started(by: User, now: datetime) -> WordingVersion:
    _queue_up()
    if found := WordingVersion.objects.filter(state=WordingState.DRAFT).first():
        return found
    texts = [[key, *both] for key, both in texts_of(published()).items()]
    version = WordingVersion(number=_next_number(), state=WordingState.DRAFT, texts=texts, author=by, created_at=now)
    version.save(force_insert=True)
    _audit(version, Action.WORDING_DRAFTED, by, now, number=version.number)
    return version


@transaction.atomic
def save_page(
    *, version: WordingVersion, page_id: str, texts: Mapping[str, tuple[str, str]], seen: str, by: User, now: datetime
) -> WordingVersion:
    """Word one page anew. `texts`: {key: (English, Chinese)} of its texts; `seen`: the fingerprint of what the form showed.

    Raises WrongState, Broken, ChangedMeanwhile.
    """
    locked = _draft(version)
    keys = {slot.key for slot in SLOTS[page_id]}
    wanted = {key: both for key, both in texts.items() if key in keys}
    if found := _broken(page_id, wanted):
        raise Broken(found)
    stored = texts_of(locked)
    if fingerprint(stored, page_id) != seen:
        raise ChangedMeanwhile(stored, locked.edits.filter(page=page_id).select_related("by").first())
    if all(stored[key] == both for key, both in wanted.items()):
        return locked
    locked.texts = [[key, *wanted.get(key, both)] for key, both in stored.items()]
    locked.row_version += 1
    locked.save()
    WordingEdit.objects.create(version=locked, page=page_id, by=by, at=now)
    said = keep_change(_by_language(stored, wanted), _by_language(wanted, wanted))
    _audit(locked, Action.WORDING_EDITED, by, now, page=page_id, number=locked.number, **said)
    return locked


def _by_language(texts: Mapping[str, tuple[str, str]], keys: Iterable[str]) -> dict[str, str]:
    return {f"{key} {language}": words for key in keys for language, words in zip(LANGUAGES, texts[key], strict=True)}


@transaction.atomic
def discard(*, version: WordingVersion, by: User, now: datetime) -> None:
    """Throw a draft away. Raises WrongState."""
    locked = _draft(version)
    _audit(locked, Action.WORDING_DISCARDED, by, now, number=locked.number)
    locked.delete()


def publish(*, version: WordingVersion, row_version: int, by: User, now: datetime) -> WordingVersion:
    """Put a draft in force for reports begun from now on; those begun earlier keep theirs. `row_version`: what the publisher was shown.

    Raises WrongState, ChangedMeanwhile, NotReady (a language missing, words that judge), NothingNew.
    """
    with transaction.atomic():
        done = _published(version, row_version, by, now)
    # Whoever read the old one in between has put it back for a minute at most.
    cache.delete(IN_FORCE_KEY)
    return done


def _published(version: WordingVersion, row_version: int, by: User, now: datetime) -> WordingVersion:
    _queue_up()
    locked = _draft(version)
    texts = texts_of(locked)
    if locked.row_version != row_version:
        raise ChangedMeanwhile(texts, locked.edits.select_related("by").first())
    if found := flaws(texts):
        raise NotReady(found)
    if texts == texts_of(published()):
        raise NothingNew
    WordingVersion.objects.filter(state=WordingState.PUBLISHED).update(state=WordingState.SUPERSEDED)
    locked.texts = [[key, *both] for key, both in texts.items()]
    locked.state, locked.publisher, locked.published_at = WordingState.PUBLISHED, by, now
    locked.content_hash = digest_of(locked.number, locked.texts)
    locked.save()
    _audit(locked, Action.WORDING_PUBLISHED, by, now, number=locked.number)
    return locked


def keep_shipped(*, now: datetime) -> bool:
    """Store the words this release of the software brought, once, so that reports asked in them can be read beside them after the next one.

    Returns whether it was new.
    """
    return _numbered(lambda: _kept(now))


def _kept(now: datetime) -> bool:
    if WordingVersion.objects.filter(content_hash=shipped().digest).exists():
        return False
    _queue_up()
    WordingVersion.objects.create(
        number=_next_number(),
        state=WordingState.SHIPPED,
        texts=shipped_texts(),
        content_hash=shipped().digest,
        created_at=now,
        published_at=now,
    )
    return True


def _numbered(make: Callable):
    """Run `make` in a transaction, once more when somebody else took the number meanwhile."""
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        with transaction.atomic():
            return make()


def _draft(version: WordingVersion) -> WordingVersion:
    """The row, locked until the end of the caller's transaction."""
    locked = WordingVersion.objects.select_for_update(of=("self",)).filter(pk=version.pk).first()
    if locked is None or locked.state != WordingState.DRAFT:
        raise WrongState
    return locked


def _queue_up() -> None:
    """Whoever begins, publishes or keeps a version waits for the one before: all rows are locked, in order."""
    list(WordingVersion.objects.select_for_update(of=("self",)).order_by("number").values_list("pk", flat=True))


def _next_number() -> int:
    return (WordingVersion.objects.aggregate(top=Max("number"))["top"] or 0) + 1


def _broken(page_id: str, texts: Mapping[str, tuple[str, str]]) -> list[Flaw]:
    slots = [slot for slot in SLOTS[page_id] if slot.key in texts]
    return [
        flaw for slot in slots for language, text in zip(LANGUAGES, texts[slot.key], strict=True) for flaw in broken(slot, text, language)
    ]


def _audit(version: WordingVersion, action: Action, by: User, now: datetime, **facts) -> None:
    record(
        by=staff(by, Role.POLICY_ADMIN.value),
        action=action,
        subject_id=None,
        object_kind="wording_version",
        object_id=version.id,
        facts=facts,
        now=now,
    )
