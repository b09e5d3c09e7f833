"""Fields and values of a policy in words, for comparing versions."""

from dataclasses import dataclass, fields, is_dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from policy.authoring_selectors import PART_HEADINGS
from policy.diff import SAME, FieldChange, ItemChange, Piece
from policy.event_words import EVENT_WORDS
from policy.forms.limits import DIRECTIONS, KINDS, REPEATS, UNITS
from policy.limits import Span
from policy.parts import Source
from policy.records import Text
from policy.vocabulary import CHANNEL_KINDS, GRAVITIES, RESPONSIBLE, STANDARDS_OF_PROOF, SUPPORT_KINDS
from policy.wording import span_in_words

# An unchanged passage longer than this is shown by its ends.
LONG_ENOUGH = 300
FIELD_WORDS = {
    "key": gettext_lazy("Key"),
    "code": gettext_lazy("Key"),
    "id": gettext_lazy("Key"),
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("The policy in one minute"),
    "change_summary": gettext_lazy("What changed"),
    "heading": pgettext_lazy("of a section", "Heading"),
    "body": pgettext_lazy("of a section", "Text"),
    "name": pgettext_lazy("of an item", "Name"),
    "label": pgettext_lazy("of an item", "Name"),
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
    "value": pgettext_lazy("of a time limit", "Number"),
    "unit": pgettext_lazy("of time", "Unit"),
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
    "note": pgettext_lazy("of an item", "Note"),
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
    "standard_of_proof": gettext_lazy("How sure it must be before it says that something happened"),
    "second_reader": gettext_lazy("A second person reads the findings before they are ready"),
    "comments_before_final": gettext_lazy("Both sides may comment on the findings before they are final"),
    "hear_affected_first": gettext_lazy("The affected person is heard before a sanction is chosen"),
    "audience": gettext_lazy("For whom"),
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
# What the codes of a field are called on the forms.
_CODES = {
    "unit": dict(UNITS),
    "kind": {**dict(KINDS), **CHANNEL_KINDS, **SUPPORT_KINDS},
    "severity": GRAVITIES,
    "gravity": GRAVITIES,
    "direction": dict(DIRECTIONS),
    "recurring": dict(REPEATS),
    "standard_of_proof": STANDARDS_OF_PROOF,
}
_KIND_WORDS = {"added": pgettext_lazy("an item", "New"), "removed": gettext_lazy("Removed"), "changed": gettext_lazy("Changed")}


def field_words(name: str) -> str:
    """The label of a field; the bare name for the few that only the engine knows."""
    return str(FIELD_WORDS.get(name, name.replace("_", " ")))


def value_words(value, name: str = "") -> str:
    """Any value of a policy as one line; `name`: the field it stands in, whose codes have words."""
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
    return str(_CODES.get(name, {}).get(text) or EVENT_WORDS.get(text) or RESPONSIBLE.get(text) or text)


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
    before, after = (value_words(value, change.name) for value in (change.before, change.after))
    return FieldLine(field_words(change.name), change.language, tuple(map(_shortened, change.pieces)), before, after)


def _shortened(piece: Piece) -> Piece:
    """What stayed the same keeps its ends: whoever reviews looks for what changed."""
    if piece.kind != SAME or len(piece.words) <= LONG_ENOUGH:
        return piece
    end = LONG_ENOUGH // 3
    return Piece(SAME, f"{piece.words[:end]} […] {piece.words[-end:]}")


def compare_rows(stored, mine) -> list[dict]:
    """What is stored and what somebody wrote, field by field and language by language, where they differ: {label, stored, mine}."""
    if isinstance(mine, Text):
        rows = _rows("", stored, mine)
    else:
        rows = (row for field in fields(mine) for row in _rows(field.name, getattr(stored, field.name, None), getattr(mine, field.name)))
    return [row for row in rows if row["stored"] != row["mine"]]


def _rows(name: str, stored, mine):
    label = field_words(name) if name else ""
    if isinstance(mine, Source):
        return
    if isinstance(mine, Text):
        for half, language in (("en", "English"), ("zh_hans", "中文")):
            title = _("%(label)s (%(language)s)") % {"label": label, "language": language} if label else language
            yield {"label": title, "stored": getattr(stored, half, "") or "–", "mine": getattr(mine, half) or "–"}
    else:
        yield {"label": label, "stored": value_words(stored, name), "mine": value_words(mine, name)}
