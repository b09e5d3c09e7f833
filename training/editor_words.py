"""Items of a course as lines of words, to put two of them beside each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from policy.records import Text
from training.parts import Chapter, Part
from training.services.editing import Words
from training.vocabulary import FITS, KINDS, MEDIA_KINDS, VERDICTS


@dataclass(frozen=True)
class Row:
    """One line: what is stored, and what somebody wrote."""

    label: str
    stored: str
    mine: str

    @property
    def differs(self) -> bool:
        return self.stored != self.mine


def compare(stored, mine) -> list[Row]:
    """Both items line by line; `stored` None when it is gone."""
    was, is_now = dict(lines(stored)) if stored else {}, dict(lines(mine))
    return [Row(label, was.get(label, ""), is_now.get(label, "")) for label in dict.fromkeys([*is_now, *was])]


def lines(item) -> Iterator[tuple[str, str]]:
    """(label, words) of everything an item says; texts in both languages."""
    if isinstance(item, Words):
        yield from _text(_("Title"), item.title)
        yield from _text(_("What it is about"), item.summary)
        yield _("How long it takes (minutes)"), str(item.minutes)
    elif isinstance(item, Chapter):
        yield from _text(pgettext("of a chapter", "Heading"), item.title)
    else:
        yield from _part(item)


def _part(part: Part) -> Iterator[tuple[str, str]]:
    yield pgettext("of a part", "Kind"), str(KINDS[part.kind])
    yield _("Chapter"), part.chapter
    yield _("Minutes for this screen"), str(part.minutes)
    texts = (
        (_("Title"), part.title),
        (pgettext("of a section", "Text"), part.body),
        (_("The story"), part.story),
        (_("The question"), part.question),
        (_("What it is about, said before the scene"), part.note),
        (_("The equal text for whoever skips it"), part.equal),
        (_("Everything that is said and shown, as text"), part.media.transcript),
    )
    for label, text in texts:
        yield from _text(label, text)
    for number, option in enumerate(part.options, 1):
        name = _("Answer %(number)s") % {"number": number}
        yield from _text(name, option.text)
        yield from _text(f"{name}: {_('What is said to it')}", option.feedback)
        yield f"{name}: {_('How it fits')}", str(FITS.get(option.fit, ""))
    if part.best:
        yield _("What we think"), str(VERDICTS.get(part.best, ""))
    for verdict, words in VERDICTS.items():
        yield from _text(f"{words}: {_('What is said to it')}", part.feedback.of(verdict))
    for number, each in enumerate(part.depends_on, 1):
        yield from _text(f"{_('It depends on')} {number}", each.text)
    if part.media.kind:
        yield pgettext("of a part", "Film or recording"), str(MEDIA_KINDS[part.media.kind])


def _text(label: str, text: Text) -> Iterator[tuple[str, str]]:
    if text:
        yield f"{label} (English)", text.en
        yield f"{label} (中文)", text.zh_hans
