"""Wording questions anew, the short way."""

from django.utils import timezone

from complaints import wording_selectors as selectors
from complaints.models import WordingVersion
from complaints.questions.wording import Wording
from complaints.services import wording as services

HINT = "1/story.hint"
OWN_HINT = ("Begin anywhere", "从哪里开始都行。")


def reword(by, **pages) -> WordingVersion:
    """A draft in which `pages`, {"p<page>": {key: (English, Chinese)}}, say something else."""
    draft = services.start(by=by, now=timezone.now())
    for name, texts in pages.items():
        page_id = name.removeprefix("p")
        seen = selectors.fingerprint(selectors.texts_of(draft), page_id)
        draft = services.save_page(version=draft, page_id=page_id, texts=texts, seen=seen, by=by, now=timezone.now())
    return draft


def put_in_force(by, **pages) -> WordingVersion:
    """Reword and publish."""
    draft = reword(by, **pages)
    return services.publish(version=draft, row_version=draft.row_version, by=by, now=timezone.now())


def own_hint(by, text=OWN_HINT) -> WordingVersion:
    return put_in_force(by, p1={HINT: text})


def wording_in_force() -> Wording:
    return selectors.in_force()
