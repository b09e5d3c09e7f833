"""A time limit with everything the deadline engine can express, and the quick table of numbers."""

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from policy.event_words import EVENT_WORDS, event_choices
from policy.forms.fields import SPAN_UNITS, amount, line, one_of, several, span_initial
from policy.forms.parts import KeyedForm
from policy.limits import EXPIRED, ExtensionRule, Longstop
from policy.parts import LimitPart, Source
from policy.vocabulary import RESPONSIBLE
from policy.wording import span_in_words

KINDS = [
    ("standard", _("The law names no number; the employer sets it")),
    ("hard", _("Fixed by law")),
    ("recurring", _("Recurring")),
    ("max_duration", _("Longest duration")),
    ("party_window", _("Window for a party: shown, never blocks")),
    ("authority_window", _("Window of an outside body: shown only")),
]
UNITS = [*SPAN_UNITS, ("hearing", _("hearings")), ("meeting", _("meetings"))]
DIRECTIONS = [("after", _("after that event")), ("before", _("before that event"))]
REPEATS = [("after_met", _("counted again from each time it was kept")), ("fixed", _("on the same dates, whatever was done"))]
PARTIES = [("reporter", _("The reporter")), ("respondent", _("The respondent"))]
NONE = pgettext_lazy("no choice", "none")


class LimitForm(KeyedForm):
    """Everything of one limit. Contradictions are named by `policy.limits.limit_problems`."""

    key_name = "id"
    special = (
        "fallback", "recurring", "per_event", "one_answer", "met_subject", "ends_with", "counts", "reset_by", "floor", "longstop",
        "extend", "extension", "join", "outside",
    )  # fmt: skip
    texts = {
        "label": (pgettext_lazy("of an item", "Name"), 1, ""),
        "promise": (
            _("The promise, as people read it"),
            2,
            _("{number} stands for the number with its unit. Leave it empty to say nothing."),
        ),
        "step": (_("Its line in the step path"), 1, ""),
        "extension_condition": (_("When it may be extended"), 2, ""),
    }
    kind = one_of(_("Kind"), KINDS)
    value = amount(pgettext_lazy("of a time limit", "Number"))
    unit = one_of(pgettext_lazy("of time", "Unit"), UNITS, blank=NONE)
    anchor = one_of(_("Runs from"), event_choices())
    direction = one_of(_("Direction"), DIRECTIONS)
    fallback = one_of(_("If that never happens, it runs from"), [], blank=NONE)
    recurring = one_of(_("Repeats"), REPEATS, blank=_("once"))
    per_event = forms.BooleanField(label=_("Each such event makes a deadline of its own"), required=False)
    one_answer_meets_all = forms.BooleanField(label=_("One answer meets all that are open"), required=False)
    met_by = several(_("Kept by"), event_choices(), help_text=_("Whichever comes first."))
    met_subject = line(_("Only when the event is about"), max_length=64)
    ends_with = several(_("No longer owed after"), event_choices())
    counts = several(_("Counted events (for hearings and meetings)"), event_choices())
    reset_by = several(_("The count begins anew with"), event_choices())
    floor_amount = amount(_("Never due sooner than"))
    floor_unit = one_of(pgettext_lazy("of time", "Unit"), SPAN_UNITS)
    longstop_amount = amount(_("Ends at the latest after"))
    longstop_unit = one_of(pgettext_lazy("of time", "Unit"), SPAN_UNITS)
    longstop_anchor = one_of(_("counted from"), event_choices(), blank=NONE)
    extendable = forms.BooleanField(label=_("It may be extended, with a reason the reporter reads"), required=False)
    extension_amount = amount(_("By at most"))
    extension_unit = one_of(pgettext_lazy("of time", "Unit"), SPAN_UNITS)
    extension_tells = several(_("Who must be told for an extension to count"), PARTIES)
    joined_to = one_of(_("Joined to the limit"), [], blank=NONE)
    join = one_of(
        _("Which of the two counts"),
        [("later_of", _("the later of the two")), ("first_of", _("whichever comes first"))],
        blank=NONE,
    )
    responsible = one_of(_("Who answers for it"), RESPONSIBLE.items())
    escalates_to = one_of(_("When late it goes to"), RESPONSIBLE.items(), blank=NONE)
    outside = forms.BooleanField(label=_("A clock of an outside route: it keeps running whatever we do"), required=False)

    def offer(self, content) -> None:
        others = [(each.id, each.label) for each in content.limits] if content else []
        self.fields["joined_to"].choices = [("", NONE), *others]
        expired = [(f"{EXPIRED}{each}", _("the day “%(limit)s” runs out") % {"limit": label}) for each, label in others]
        self.fields["fallback"].choices = [("", NONE), *EVENT_WORDS.items(), *expired]

    @classmethod
    def initial_of(cls, record: LimitPart) -> dict:
        longstop, extension = record.longstop, record.extension
        spans = span_initial("floor", record.floor) | span_initial("longstop", longstop.span if longstop else None)
        return (
            super().initial_of(record)
            | spans
            | span_initial("extension", extension.at_most if extension else None)
            | {
                "longstop_anchor": longstop.anchor if longstop else "",
                "extendable": extension is not None,
                "extension_tells": list(extension.tells) if extension else [],
            }
        )

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("longstop_amount")) != bool(cleaned.get("longstop_anchor")):
            self.add_error("longstop_anchor", _("A latest end needs both the time and the event it is counted from"))
        if not self.errors:
            self.made = self.built(self._build)
        return cleaned

    def record(self) -> LimitPart:
        return self.made

    def _build(self) -> LimitPart:
        said = self.cleaned_data
        plain = (
            "kind", "value", "anchor", "direction", "fallback", "recurring", "per_event", "one_answer_meets_all", "met_subject",
            "joined_to", "join", "responsible", "escalates_to", "outside",
        )  # fmt: skip
        lists = ("met_by", "ends_with", "counts", "reset_by")
        longstop, extension = self.span("longstop"), self.span("extension")
        return LimitPart(
            id=self.key_value,
            unit=said["unit"] or None,
            floor=self.span("floor"),
            longstop=Longstop(longstop, said["longstop_anchor"]) if longstop else None,
            extension=ExtensionRule(extension, tuple(said["extension_tells"])) if said["extendable"] else None,
            standard=self.old.standard if self.old else type(self.text("label"))(),
            suggested=self.old.suggested if self.old else None,
            source=self.old.source if self.old else Source(),
            **{name: said[name] for name in plain},
            **{name: tuple(said[name]) for name in lists},
            **{name: self.text(name) for name in self.texts},
        )


class NumbersForm(forms.Form):
    """All limits the employer owes in one table: amount and unit."""

    use_required_attribute = False

    def __init__(self, *args, limits, **kwargs):
        super().__init__(*args, **kwargs)
        self.limits = limits
        for each in limits:
            number, unit = (
                amount(_("Number for “%(limit)s”") % {"limit": each.label}),
                one_of(_("Unit for “%(limit)s”") % {"limit": each.label}, SPAN_UNITS),
            )
            wrong = _("“%(limit)s”: a whole number from 0 to %(most)s") % {"limit": each.label, "most": number.max_value}
            number.error_messages = dict.fromkeys(("invalid", "min_value", "max_value"), wrong)
            number.validators = [type(check)(check.limit_value, wrong) for check in number.validators]
            for box in (number, unit):
                box.widget.attrs["class"] = "form-select" if box is unit else "form-control"
            self.fields |= {f"{each.id}_amount": number, f"{each.id}_unit": unit}
            self.fields[f"{each.id}_seen"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def lines(self):
        """One line a limit: its boxes, and in words what is suggested and who answers for it."""
        for each in self.limits:
            yield {
                "limit": each,
                "amount": self[f"{each.id}_amount"],
                "unit": self[f"{each.id}_unit"],
                "seen": self[f"{each.id}_seen"],
                "suggested": span_in_words(each.suggested, get_language() or "en") if each.suggested and each.value is None else "",
                "responsible": RESPONSIBLE[each.responsible],
                "escalates_to": RESPONSIBLE.get(each.escalates_to, ""),
            }

    def numbers(self) -> dict[str, tuple[int, str]]:
        """What was given, by limit; lines left empty say nothing."""
        said = self.cleaned_data
        found = {each.id: (said.get(f"{each.id}_amount"), said.get(f"{each.id}_unit")) for each in self.limits}
        return {name: (number, unit) for name, (number, unit) in found.items() if number is not None and unit}

    def seen(self) -> dict[str, str]:
        return {each.id: self.cleaned_data.get(f"{each.id}_seen", "") for each in self.limits}
