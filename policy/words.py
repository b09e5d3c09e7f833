"""Fields and values of a policy in words, for comparing versions."""

from dataclasses import dataclass, fields, is_dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from policy.authoring_selectors import PART_HEADINGS
from policy.diff import FieldChange, ItemChange, Piece
from policy.event_words import EVENT_WORDS
from policy.limits import Span
from policy.parts import Source
from policy.records import Text
from policy.vocabulary import RESPONSIBLE
from policy.wording import span_in_words

FIELD_WORDS = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("The policy in one minute"),
    "change_summary": gettext_lazy("What changed"),
    "heading": pgettext_lazy("of a section", "Heading"),
    "body": pgettext_lazy("of a section", "Text"),
    "name": gettext_lazy("Name"),
    "label": gettext_lazy("Name"),
    "definition": gettext_lazy("Definition"),
    "examples": gettext_lazy("Everyday examples"),
    "severity": gettext_lazy("What it usually is"),
    "rank": gettext_lazy("Rank"),
    "conduct": gettext_lazy("Conduct"),
    "gravity": gettext_lazy("How serious"),
    "repeat": gettext_lazy("It was repeated"),
    "least": gettext_lazy("At least"),
    "most": gettext_lazy("At most"),
    "kind": gettext_lazy("Kind"),
    "value": gettext_lazy("Number"),
    "unit": gettext_lazy("Unit"),
    "anchor": gettext_lazy("Runs from"),
    "fallback": gettext_lazy("If that never happens, it runs from"),
    "direction": gettext_lazy("Direction"),
    "recurring": gettext_lazy("Repeats"),
    "met_by": gettext_lazy("Kept by"),
    "ends_with": gettext_lazy("No longer owed after"),
    "promise": gettext_lazy("The promise, as people read it"),
    "step": gettext_lazy("Its line in the step path"),
    "responsible": gettext_lazy("Who answers for it"),
    "escalates_to": gettext_lazy("When late it goes to"),
    "extension": gettext_lazy("It may be extended, with a reason the reporter reads"),
    "longstop": gettext_lazy("Ends at the latest after"),
    "floor": gettext_lazy("Never due sooner than"),
    "outside": gettext_lazy("From outside"),
    "address": gettext_lazy("Number or address"),
    "hours": gettext_lazy("Hours"),
    "holder": gettext_lazy("Who reads or answers it"),
    "note": gettext_lazy("Note"),
    "languages": gettext_lazy("Languages spoken"),
    "phone": gettext_lazy("Phone"),
    "url": gettext_lazy("Web address"),
    "emergency": gettext_lazy("For emergencies: show it first and in the danger box"),
    "confirmed_on": gettext_lazy("Confirmed on"),
    "role": gettext_lazy("Role"),
    "women_share_percent": gettext_lazy("Women, at least (percent)"),
    "external_member": gettext_lazy("It needs a member from outside"),
    "term_years": gettext_lazy("Term (years)"),
    "quorum": gettext_lazy("Quorum (members)"),
    "audience": gettext_lazy("Who"),
    "minutes": gettext_lazy("Length (minutes)"),
    "first_due": gettext_lazy("First time: within"),
    "first_due_from": gettext_lazy("counted from"),
    "recurrence": gettext_lazy("Again every"),
    "record": gettext_lazy("Record"),
    "minimum": gettext_lazy("Kept at least"),
    "maximum": gettext_lazy("Kept at most"),
    "trigger": gettext_lazy("counted from"),
    "next_date": gettext_lazy("The policy is looked at again on"),
    "date": gettext_lazy("Adopted on"),
    "who": gettext_lazy("Who takes part in the review"),
}
_KIND_WORDS = {"added": gettext_lazy("New"), "removed": gettext_lazy("Removed"), "changed": gettext_lazy("Changed")}


def field_words(name: str) -> str:
    """The label of a field; the bare name for the few that only the engine knows."""
    return str(FIELD_WORDS.get(name, name.replace("_", " ")))


def value_words(value) -> str:
    """Any value of a policy as one line."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Text):
        return f"{value.en} / {value.zh_hans}"
    if isinstance(value, Span):
        return f"{span_in_words(value, 'en')} / {span_in_words(value, 'zh')}"
    if isinstance(value, tuple):
        return "; ".join(value_words(each) for each in value) or "–"
    if is_dataclass(value):
        return "; ".join(value_words(getattr(value, field.name)) for field in fields(value))
    text = str(value)
    return str(EVENT_WORDS.get(text) or RESPONSIBLE.get(text) or text)


@dataclass(frozen=True)
class FieldLine:
    """A field that differs. Texts have `pieces`; everything else `before` and `after`."""

    label: str
    language: str
    pieces: tuple[Piece, ...]
    before: str
    after: str


@dataclass(frozen=True)
class ChangeLine:
    """An item that differs."""

    part: str
    title: str
    kind: str
    kind_text: str
    fields: list[FieldLine]


def change_lines(changes: list[ItemChange]) -> list[ChangeLine]:
    """Differences between two versions in the words of a page."""
    return [
        ChangeLine(
            str(PART_HEADINGS[each.part]),
            _item_title(each.item),
            each.kind,
            str(_KIND_WORDS[each.kind]),
            [_field_line(field) for field in each.fields],
        )
        for each in changes
    ]


def _item_title(item) -> str:
    for name in ("heading", "label", "name", "role", "audience", "record"):
        if value := getattr(item, name, None):
            return str(value)
    return ""


def _field_line(change: FieldChange) -> FieldLine:
    return FieldLine(field_words(change.name), change.language, change.pieces, value_words(change.before), value_words(change.after))


def compare_rows(stored, mine) -> list[dict]:
    """What is stored and what somebody wrote, field by field: {label, stored, mine, differs}."""
    if isinstance(mine, Text):
        return [_row("", value_words(stored), value_words(mine))]
    names = [field.name for field in fields(mine)]
    return [
        _row(field_words(name), value_words(getattr(stored, name, None)), value_words(getattr(mine, name)))
        for name in names
        if not isinstance(getattr(mine, name), Source)
    ]


def _row(label: str, stored: str, mine: str) -> dict:
    return {"label": label, "stored": stored, "mine": mine, "differs": stored != mine}
