"""An entry of the record in the words of the log: what it was about, and what was said before and after."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from audit.actions import Action
from audit.models import Entry
from complaints.models import WordingVersion
from complaints.wording_words import slot_of, slot_words
from managing.forms import SettingsForm
from people.models import Employee, Role, SettingChange, User
from people.services.changes import digest_of
from people.wording import listed
from policy import diff
from policy.authoring_selectors import PART_HEADINGS
from policy.forms.calendars import HoursForm
from policy.models import Audience, DayKind, PolicyEdit, PolicyState, PolicyVersion, PosterPlace
from policy.posters import FORMATS, TONGUES
from policy.words import ChangeLine, FieldLine, change_lines

PERSON_FACTS = ("user", "employee")
# What only the portal itself looks up.
UNSAID = frozenset({"poster", "sheet", "tongue", "change", "said", "campaign", "key", "page", "organisation", "own_line"})
FACT_WORDS = {
    "role": pgettext_lazy("log", "role"),
    "version": pgettext_lazy("log", "version"),
    "number": pgettext_lazy("log", "version"),
    "audience": pgettext_lazy("log", "audience"),
    "part": pgettext_lazy("log", "part"),
    "state": pgettext_lazy("log", "now"),
    "effective": pgettext_lazy("log", "in force from"),
    "on": pgettext_lazy("log", "signed on"),
    "people": pgettext_lazy("log", "people"),
    "unsigned": pgettext_lazy("log", "not signed"),
    "days": pgettext_lazy("log", "days"),
    "year": pgettext_lazy("log", "year"),
    "join": pgettext_lazy("log", "joined"),
    "change": pgettext_lazy("log", "changed"),
    "leave": pgettext_lazy("log", "left"),
    "return": pgettext_lazy("log", "came back"),
    "course": pgettext_lazy("log", "course"),
    "confirmed": pgettext_lazy("log", "fact confirmed"),
    "kind": pgettext_lazy("log", "kind"),
}


@dataclass
class Row:
    """One line of the log. `items`: the policy's items that differ; `fields`: anything else that does.

    `altered`: what was kept of it has been rewritten since.
    """

    at: datetime
    who: str
    what: str
    about: str
    link: str = ""
    items: list[ChangeLine] = field(default_factory=list)
    fields: list[FieldLine] = field(default_factory=list)
    altered: bool = False


def rows_of(entries: Iterable[Entry], *, with_links: bool) -> list[Row]:
    """The entries of one page in words, with a handful of queries however many there are. `with_links`: for who may open the versions."""
    entries = list(entries)
    known = _Known(entries)
    return [_row(entry, known, with_links) for entry in entries]


class _Known:
    """Everything the entries of a page point at, looked up together."""

    def __init__(self, entries: list[Entry]):
        facts = [entry.facts for entry in entries]
        self.people = {"user": _names(User, "display_name", facts, "user"), "employee": _names(Employee, "name", facts, "employee")}
        self.places = _names(PosterPlace, "place", facts, "poster")
        self.changes = SettingChange.objects.in_bulk({each["change"] for each in facts if _names_a_change(each)})
        objects = {entry.object_id for entry in entries if entry.object_id}
        self.versions = dict(PolicyVersion.objects.filter(pk__in=objects).values_list("pk", "number"))
        self.wordings = dict(WordingVersion.objects.filter(pk__in=objects).values_list("pk", "number"))
        edited = [entry for entry in entries if entry.action == Action.POLICY_EDITED]
        moments = {entry.at for entry in edited}
        self.edits = list(PolicyEdit.objects.filter(version_id__in={entry.object_id for entry in edited}, at__in=moments).order_by("id"))


def _names(model, name: str, facts: list[dict], fact: str) -> dict[str, str]:
    wanted = {each[fact] for each in facts if fact in each}
    return {str(pk): words for pk, words in model.objects.filter(pk__in=wanted).values_list("pk", name)}


def _names_a_change(facts: dict) -> bool:
    # An import of the directory counts its changes under the same name.
    return isinstance(facts.get("change"), str)


def _row(entry: Entry, known: _Known, with_links: bool) -> Row:
    who = entry.user.display_name if entry.user else ""
    row = Row(entry.at, who, str(Action(entry.action).label), _about(entry, known), _link(entry, known) if with_links else "")
    if _names_a_change(entry.facts):
        change = known.changes.get(_as_key(entry.facts["change"]))
        row.altered = change is None or digest_of(change) != entry.facts.get("said")
        # What was rewritten is not shown as if it had been said.
        row.fields = [] if row.altered else _setting_lines(entry, change)
    elif entry.action == Action.POLICY_EDITED:
        row.items = change_lines([_policy_change(edit) for edit in known.edits if _belongs(edit, entry)])
    return row


def _as_key(text: str):
    return SettingChange._meta.pk.to_python(text)


def _belongs(edit: PolicyEdit, entry: Entry) -> bool:
    same = edit.version_id == entry.object_id and edit.at == entry.at and edit.part == entry.facts.get("part")
    # Numbers of several limits are saved in one act.
    return same and entry.facts.get("key") in ("numbers", edit.key.replace("/", "."))


def _policy_change(edit: PolicyEdit) -> diff.ItemChange:
    return diff.edit_change(edit.part, edit.key, edit.before, edit.after)


def _about(entry: Entry, known: _Known) -> str:
    said = []
    for fact in PERSON_FACTS:
        if fact in entry.facts:
            said.append(known.people[fact].get(str(entry.facts[fact]), _("no longer in the directory")))
    if "poster" in entry.facts:
        said += [
            known.places.get(str(entry.facts["poster"]), ""),
            str(FORMATS[entry.facts["sheet"]].label),
            str(TONGUES[entry.facts["tongue"]]),
        ]
    number = known.versions.get(entry.object_id)
    if number and "number" not in entry.facts:
        said.append(_("version %(number)s") % {"number": number})
    if entry.facts.get("organisation") is False:
        said.append(_("calendar of a site"))
    if entry.facts.get("own_line"):
        said.append(_("own line only"))
    named = {name: value for name, value in entry.facts.items() if name not in PERSON_FACTS}
    said += [_fact(name, value) for name, value in named.items() if name not in UNSAID or (name == "change" and isinstance(value, int))]
    return " · ".join(said)


def _fact(name: str, value) -> str:
    return f"{FACT_WORDS.get(name, name)}{pgettext('after a label', ': ')}{_fact_value(name, value)}"


def _fact_value(name: str, value) -> str:
    labels = {"role": Role, "audience": Audience, "state": PolicyState}
    if name in labels:
        return str(labels[name](value).label)
    if name == "part":
        return str(PART_HEADINGS.get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _link(entry: Entry, known: _Known) -> str:
    if number := known.versions.get(entry.object_id):
        return reverse("authoring:version", args=[number])
    if number := known.wordings.get(entry.object_id):
        return reverse("wording:version", args=[number])
    return ""


def _setting_lines(entry: Entry, change: SettingChange) -> list[FieldLine]:
    names = list(dict.fromkeys([*change.before, *change.after]))
    return [_setting_line(entry, name, change.before.get(name), change.after.get(name)) for name in names]


def _setting_line(entry: Entry, name: str, before, after) -> FieldLine:
    if entry.action == Action.WORDING_EDITED:
        key, language = name.rsplit(" ", 1)
        slot = slot_of(entry.facts["page"], key)
        return FieldLine(slot_words(slot) if slot else key, language, diff.pieces(before or "", after or ""), "", "")
    if entry.action in (Action.CALENDAR_IMPORTED, Action.CALENDAR_SEEDED):
        label, words = name, _day_words
    elif entry.action == Action.CALENDAR_HOURS_SET:
        label, words = str(HoursForm.base_fields[name].label), _hours_words
    else:
        label, words = _setting_label(name), _plain_words
    return FieldLine(label, "", (), words(before), words(after))


def _setting_label(name: str) -> str:
    field = SettingsForm.base_fields.get(name)
    return str(field.label) if field else _("Site")


def _plain_words(value) -> str:
    return "–" if value in (None, "") else str(value)


def _day_words(kind) -> str:
    return str(DayKind(kind).label) if kind else _("as in the working week")


def _hours_words(value) -> str:
    if value and isinstance(value[0], list):
        return listed("–".join(span) for span in value)
    weekdays = dict(HoursForm.base_fields["working_week"].choices)
    return listed(weekdays[str(day)] for day in value or [])
