"""Which wording of the questions is in force, what a version says, how it differs. Reads only."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping

from django.core.cache import cache
from django.db.models import QuerySet

from complaints.models import WordingEdit, WordingState, WordingVersion
from complaints.questions.flow import SLOTS, WISHES, shipped, shipped_texts
from complaints.questions.plain import Flaw, heavy, unfit
from complaints.questions.wording import SHIPPED_NUMBER, Wording, using
from vault.outages import DATABASE_ERRORS

IN_FORCE_KEY = "wording-in-force"
IN_FORCE_SECONDS = 60
_KEPT = 16

Texts = Mapping[str, tuple[str, str]]

# By label. A label holds the hash of all words, so what is kept under it can't become wrong.
_wordings: OrderedDict[str, Wording] = OrderedDict()


# --- for whoever shows questions ------------------------------------------------------------------


def in_force() -> Wording:
    """The wording that reports begun now are asked in. Which one that is, is asked of the database once a minute."""
    try:
        label = cache.get(IN_FORCE_KEY)
        if label is None:
            label = _label_in_force()
            cache.set(IN_FORCE_KEY, label, IN_FORCE_SECONDS)
        return _found(label) or shipped()
    except DATABASE_ERRORS:
        # A page that says so must still come, with words on it.
        return shipped()


def named(label: str) -> Wording:
    """The wording with this label, as a draft keeps it. "": the draft is older than wordings."""
    return shipped() if not label else _found(label) or in_force()


def _label_in_force() -> str:
    row = WordingVersion.objects.filter(state=WordingState.PUBLISHED).values_list("number", "content_hash").first()
    return "{}-{}".format(*row) if row else shipped().label


def _found(label: str) -> Wording | None:
    number, _dash, digest = label.partition("-")
    if number == str(SHIPPED_NUMBER):
        return shipped()
    if label not in _wordings:
        row = WordingVersion.objects.filter(content_hash=digest, published_at__isnull=False).first()
        if row is None:
            return None
        _wordings[label] = wording_of(row)
        if len(_wordings) > _KEPT:
            _wordings.popitem(last=False)
    return _wordings[label]


def wording_of(version: WordingVersion) -> Wording:
    """The wording that a version says, drafts too."""
    return Wording(version.number, version.content_hash, {key: (en, zh) for key, en, zh in version.texts})


def wish_words(wish: Mapping) -> str:
    """The answer of question 12 that a wish stands for, in the words in which it was offered; "" for a wish of another kind."""
    with using(named(wish.get("wording", ""))):
        return next((str(option.label) for option in WISHES if option.value == wish.get("kind")), "")


# --- for whoever writes them -----------------------------------------------------------------------


def versions() -> QuerySet[WordingVersion]:
    """Every version but the words of the software as it is now, newest first."""
    return WordingVersion.objects.exclude(content_hash=shipped().digest).select_related("author", "publisher").defer("texts")


def version_numbered(number: int) -> WordingVersion | None:
    """A version by its number; 0 is what the software says now."""
    if number == SHIPPED_NUMBER:
        return as_shipped()
    return WordingVersion.objects.filter(number=number).select_related("author", "publisher").first()


def as_shipped() -> WordingVersion:
    """What the software says now, as a version that is not stored."""
    return WordingVersion(number=SHIPPED_NUMBER, state=WordingState.SHIPPED, texts=shipped_texts(), content_hash=shipped().digest)


def published() -> WordingVersion:
    """The version in force."""
    return WordingVersion.objects.filter(state=WordingState.PUBLISHED).select_related("publisher").first() or as_shipped()


def draft() -> WordingVersion | None:
    return WordingVersion.objects.filter(state=WordingState.DRAFT).select_related("author").first()


def before(version: WordingVersion) -> WordingVersion:
    """What a version is compared with: the one in force, or for one that was in force the one it replaced."""
    if version.published_at is None:
        return published()
    own = (WordingState.PUBLISHED, WordingState.SUPERSEDED)
    earlier = WordingVersion.objects.filter(state__in=own, published_at__lt=version.published_at).order_by("-published_at").first()
    return earlier or as_shipped()


def texts_of(version: WordingVersion) -> dict[str, tuple[str, str]]:
    """Every text of the questions as this version says it; the shipped words for questions that came later."""
    said = wording_of(version).texts
    return {key: said.get(key, (en, zh)) for key, en, zh in shipped_texts()}


def texts_of_page(texts: Texts, page_id: str) -> dict[str, tuple[str, str]]:
    return {slot.key: texts[slot.key] for slot in SLOTS[page_id]}


def fingerprint(texts: Texts, page_id: str) -> str:
    """Tells whether a page still says what somebody saw."""
    said = json.dumps(sorted(texts_of_page(texts, page_id).items()), ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def changed_pages(texts: Texts, other: Texts) -> list[str]:
    """The pages that say something else."""
    return [page_id for page_id in SLOTS if texts_of_page(texts, page_id) != texts_of_page(other, page_id)]


def flaws(texts: Texts) -> dict[str, list[Flaw]]:
    """What stands in the way of publishing, by page."""
    found = {page_id: unfit(slots, texts) for page_id, slots in SLOTS.items()}
    return {page_id: page_flaws for page_id, page_flaws in found.items() if page_flaws}


def hints(texts: Texts, page_id: str) -> list[Flaw]:
    """What is hard to read on one page."""
    return heavy(SLOTS[page_id], texts)


def last_edit(version: WordingVersion, page_id: str = "") -> WordingEdit | None:
    """Who last saved this page of a version, or any page of it."""
    rows = version.edits.select_related("by")
    return (rows.filter(page=page_id) if page_id else rows).first()
