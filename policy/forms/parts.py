"""One form for each kind of item of a policy, limits apart (`policy.forms.limits`)."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policy.editing import Body, ReviewAndAdoption, Words
from policy.event_words import event_choices
from policy.forms.fields import SPAN_UNITS, RecordForm, amount, date_field, line, one_of, span_initial
from policy.parts import (
    Adoption,
    ChannelPart,
    ConductPart,
    Measure,
    Member,
    RetentionRule,
    Review,
    SanctionRow,
    Section,
    Source,
    SupportPart,
    TrainingRule,
)
from policy.records import Text
from policy.vocabulary import CHANNEL_KINDS, GRAVITIES, STANDARDS_OF_PROOF, SUPPORT_KINDS

KEY_HELP = _("A short name for addresses and exports: small letters, digits and _. It can’t be changed later.")
MARKDOWN_HELP = _(
    "Empty line: new paragraph. **bold**, *emphasis*, - list, 1. numbered list, ## heading, [text](https://…)."
    " [[name of a limit]] becomes its number, [[organisation]] our name."
)
AUDIENCES = [
    ("all", _("Everybody")),
    ("managers", _("Everybody who leads people")),
    ("handlers", _("Whoever handles reports")),
    ("joiners", _("Whoever starts here")),
]


def _key() -> forms.CharField:
    return forms.RegexField(
        r"^[a-z][a-z0-9_]{1,39}$",
        label=_("Key"),
        help_text=KEY_HELP,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
        error_messages={"required": _("Give it a key"), "invalid": _("Use small letters, digits and _, beginning with a letter")},
    )


def _edited(record):
    """Whatever an administrator writes is the employer's own from then on, unless it only carries out a source."""
    return record.source if record and record.source.src else Source()


class KeyedForm(RecordForm):
    """A record with a key of its own, asked for only when it is new."""

    key_name = "code"
    key = _key()

    def __init__(self, *args, record=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.old = record
        if record is not None:
            del self.fields["key"]

    @property
    def key_value(self) -> str:
        return getattr(self.old, self.key_name) if self.old else self.cleaned_data["key"]


class PlainForm(RecordForm):
    def __init__(self, *args, record=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.old = record


class WordsForm(PlainForm):
    texts = {
        "title": (_("Title"), 1, ""),
        "summary": (_("The policy in one minute"), 8, _("Six short points are read; a page is not.")),
        "change_summary": (_("What changed"), 3, _("Shown beside the version, and in the request to sign it.")),
    }

    def record(self):
        return Words(self.text("title"), self.text("summary"), self.text("change_summary"))


class SectionForm(KeyedForm):
    key_name = "key"
    texts = {
        "heading": (pgettext_lazy("of a section", "Heading"), 1, ""),
        "body": (pgettext_lazy("of a section", "Text"), 18, MARKDOWN_HELP),
    }

    def record(self):
        return Section(self.key_value, self.text("heading"), self.text("body"))


class ConductForm(KeyedForm):
    texts = {
        "name": (pgettext_lazy("of an item", "Name"), 1, ""),
        "definition": (_("Definition"), 3, _("It turns on what was unwelcome and what it did, not on what was meant.")),
    }
    severity = one_of(_("What it usually is"), GRAVITIES.items())
    examples_en = forms.CharField(label=_("Everyday examples (English)"), help_text=_("One a line."), required=False)
    examples_zh_hans = forms.CharField(label=_("Everyday examples (中文)"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for suffix, lang in (("en", "en"), ("zh_hans", "zh-Hans")):
            self.fields[f"examples_{suffix}"].widget = forms.Textarea(attrs={"rows": 6, "lang": lang})

    def rows(self):
        yield from (row for row in super().rows() if not row[1][0].name.startswith("examples_"))
        yield "languages", [self["examples_en"], self["examples_zh_hans"]]

    @classmethod
    def initial_of(cls, record) -> dict:
        return super().initial_of(record) | {
            "examples_en": "\n".join(each.en for each in record.examples),
            "examples_zh_hans": "\n".join(each.zh_hans for each in record.examples),
        }

    def clean(self):
        cleaned = super().clean()
        if len(self._lines("en")) != len(self._lines("zh_hans")):
            self.add_error("examples_zh_hans", _("Each example needs a line in both languages, in the same order"))
        return cleaned

    def _lines(self, suffix: str) -> list[str]:
        return [each.strip() for each in self.cleaned_data.get(f"examples_{suffix}", "").splitlines() if each.strip()]

    def record(self):
        examples = tuple(Text(*pair) for pair in zip(self._lines("en"), self._lines("zh_hans"), strict=True))
        return ConductPart(
            self.key_value, self.text("name"), self.text("definition"), examples, self.cleaned_data["severity"], _edited(self.old)
        )


class MeasureForm(KeyedForm):
    texts = {"name": (pgettext_lazy("of an item", "Name"), 1, "")}
    rank = amount(_("Rank"), help_text=_("Sanctions rise with this number. Everything else needs none."), most=100)

    def record(self):
        return Measure(self.key_value, self.text("name"), self.cleaned_data["rank"] or 0, _edited(self.old))


class RowForm(PlainForm):
    """For this conduct at this gravity, first time or again: from the mildest to the harshest allowed."""

    conduct = one_of(_("Conduct"), [])
    gravity = one_of(_("How serious"), GRAVITIES.items())
    repeat = forms.BooleanField(label=_("It was repeated"), required=False)
    least = one_of(_("At least"), [])
    most = one_of(_("At most"), [])

    def offer(self, content) -> None:
        if content is None:
            return
        self.fields["conduct"].choices = [("*", _("Any conduct")), *((each.code, each.name) for each in content.conduct)]
        measures = [(each.code, each.name) for each in sorted(content.sanctions.measures, key=lambda each: each.rank)]
        self.fields["least"].choices = self.fields["most"].choices = measures
        self.ranks = {each.code: each.rank for each in content.sanctions.measures}

    def clean(self):
        cleaned = super().clean()
        least, most = cleaned.get("least"), cleaned.get("most")
        if least and most and self.ranks[least] > self.ranks[most]:
            self.add_error("most", _("This is milder than the least"))
        return cleaned

    def record(self):
        return SanctionRow(**{name: self.cleaned_data[name] for name in ("conduct", "gravity", "repeat", "least", "most")})


class WeighedForm(PlainForm):
    texts = {"weighed": (_("What is weighed before a sanction is chosen"), 5, "")}

    @classmethod
    def initial_of(cls, record) -> dict:
        return {"weighed_en": record.en, "weighed_zh_hans": record.zh_hans}

    def record(self):
        return self.text("weighed")


class ChannelForm(PlainForm):
    kind = one_of(_("Kind"), CHANNEL_KINDS.items())
    address = line(_("Number or address"))
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken"), choices=[("en", "English"), ("zh-hans", "中文")], required=False, widget=forms.CheckboxSelectMultiple
    )
    texts = {
        "name": (pgettext_lazy("of an item", "Name"), 1, ""),
        "hours": (_("Hours"), 1, ""),
        "holder": (_("Who reads or answers it"), 1, _("So that people can choose whom they tell.")),
        "note": (pgettext_lazy("of an item", "Note"), 2, ""),
    }

    def record(self):
        said = self.cleaned_data
        return ChannelPart(
            kind=said["kind"],
            address=said["address"],
            languages=tuple(said["languages"]),
            source=_edited(self.old),
            **{name: self.text(name) for name in self.texts},
        )


class SupportForm(PlainForm):
    kind = one_of(_("Kind"), SUPPORT_KINDS.items())
    phone = forms.RegexField(
        r"^[0-9+()\-\s./;,#*a-zA-Z]{0,40}$",
        label=_("Phone"),
        required=False,
        error_messages={"invalid": _("This does not look like a number")},
    )
    url = forms.URLField(
        label=_("Web address"),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Write a whole address, beginning with https://")},
    )
    emergency = forms.BooleanField(label=_("For emergencies: show it first and in the danger box"), required=False)
    confirmed_on = date_field(
        _("Confirmed on"), help_text=_("The day somebody called or looked and found it right. Without a day it is not shown.")
    )
    texts = {"name": (pgettext_lazy("of an item", "Name"), 1, ""), "hours": (_("Hours"), 1, ""), "note": (_("What it is for"), 2, "")}

    def record(self):
        said = self.cleaned_data
        names = ("kind", "phone", "url", "emergency", "confirmed_on")
        source = self.old.source if self.old else Source()
        return SupportPart(**{name: said[name] for name in names}, source=source, **{name: self.text(name) for name in self.texts})


class BodyForm(PlainForm):
    texts = {"name": (_("Name of the body"), 1, ""), "note": (pgettext_lazy("of an item", "Note"), 2, "")}
    women_share_percent = amount(_("Women, at least (percent)"), most=100)
    external_member = forms.BooleanField(label=_("It needs a member from outside"), required=False)
    term_years = amount(_("Term (years)"), most=20)
    quorum = amount(_("Quorum (members)"), most=100)
    standard_of_proof = forms.ChoiceField(
        label=_("How sure it must be before it says that something happened"), choices=list(STANDARDS_OF_PROOF.items())
    )
    second_reader = forms.BooleanField(label=_("A second person reads the findings before they are ready"), required=False)
    comments_before_final = forms.BooleanField(label=_("Both sides may comment on the findings before they are final"), required=False)
    hear_affected_first = forms.BooleanField(label=_("The affected person is heard before a sanction is chosen"), required=False)

    def record(self):
        names = (
            "women_share_percent", "external_member", "term_years", "quorum", "standard_of_proof", "second_reader",
            "comments_before_final", "hear_affected_first",
        )  # fmt: skip
        return Body(name=self.text("name"), note=self.text("note"), **{name: self.cleaned_data[name] for name in names})


class MemberForm(PlainForm):
    texts = {"role": (_("Role"), 1, ""), "name": (_("Person or team"), 1, "")}
    outside = forms.BooleanField(label=_("From outside"), required=False)

    def record(self):
        return Member(self.text("role"), self.text("name"), self.cleaned_data["outside"])


class TrainingForm(PlainForm):
    audience = one_of(_("For whom"), AUDIENCES)
    minutes = amount(_("Length (minutes)"))
    first_due_amount = amount(_("First time: within"))
    first_due_unit = one_of(pgettext_lazy("of time", "Unit"), SPAN_UNITS)
    first_due_from = one_of(_("counted from"), event_choices(), blank=_("nothing"))
    recurrence_amount = amount(_("Again every"))
    recurrence_unit = one_of(pgettext_lazy("of time", "Unit"), SPAN_UNITS)
    texts = {"label": (pgettext_lazy("of an item", "Name"), 1, ""), "note": (pgettext_lazy("of an item", "Note"), 3, "")}

    def offer(self, content) -> None:
        known = {value for value, _label in self.fields["audience"].choices}
        rules = content.training if content else ()
        # A group that only this law names goes by the name of its rule.
        others = {rule.audience: rule.label or rule.audience for rule in rules if rule.audience not in known}
        self.fields["audience"].choices = [*AUDIENCES, *others.items()]

    @classmethod
    def initial_of(cls, record) -> dict:
        return super().initial_of(record) | span_initial("first_due", record.first_due) | span_initial("recurrence", record.recurrence)

    def record(self):
        said = self.cleaned_data
        return TrainingRule(
            audience=said["audience"],
            label=self.text("label"),
            minutes=said["minutes"],
            first_due=self.span("first_due"),
            first_due_from=said["first_due_from"],
            recurrence=self.span("recurrence"),
            note=self.text("note"),
            source=_edited(self.old),
        )


class RetentionForm(PlainForm):
    name_of_record = line(_("Record"), required=True, max_length=60)
    minimum_amount = amount(_("Kept at least"))
    minimum_unit = one_of(pgettext_lazy("of time", "Unit"), SPAN_UNITS)
    maximum_amount = amount(_("Kept at most"))
    maximum_unit = one_of(pgettext_lazy("of time", "Unit"), SPAN_UNITS)
    trigger = one_of(_("counted from"), event_choices(), blank=_("nothing"))
    texts = {"label": (pgettext_lazy("of an item", "Name"), 1, ""), "note": (pgettext_lazy("of an item", "Note"), 3, "")}

    def offer(self, content) -> None:
        known = {value for value, _label in self.fields["trigger"].choices}
        rules = content.retention if content else ()
        others = {rule.trigger for rule in rules} - known
        self.fields["trigger"].choices += [(each, each) for each in sorted(others)]

    @classmethod
    def initial_of(cls, record) -> dict:
        spans = span_initial("minimum", record.minimum) | span_initial("maximum", record.maximum)
        return super().initial_of(record) | spans | {"name_of_record": record.record}

    def record(self):
        said = self.cleaned_data
        return RetentionRule(
            record=said["name_of_record"],
            label=self.text("label"),
            minimum=self.span("minimum"),
            maximum=self.span("maximum"),
            trigger=said["trigger"],
            note=self.text("note"),
            source=_edited(self.old),
        )


class ReviewForm(PlainForm):
    next_date = date_field(_("The policy is looked at again on"))
    adopted_on = date_field(_("Adopted on"))
    texts = {
        "who": (_("Who takes part in the review"), 1, ""),
        "body": (_("Who adopted this version"), 1, _("For example the workers’ congress after consulting the union.")),
        "note": (_("Record of the adoption"), 3, ""),
    }

    @classmethod
    def initial_of(cls, record) -> dict:
        words = {"who": record.review.who, "body": record.adoption.body, "note": record.adoption.note}
        boxes = {f"{name}_{suffix}": getattr(text, suffix) for name, text in words.items() for suffix in ("en", "zh_hans")}
        return boxes | {"next_date": record.review.next_date, "adopted_on": record.adoption.date}

    def record(self):
        said = self.cleaned_data
        review = Review(said["next_date"], self.text("who"))
        return ReviewAndAdoption(review, Adoption(self.text("body"), said["adopted_on"], self.text("note")))


FORMS = {
    "words": WordsForm,
    "sections": SectionForm,
    "conduct": ConductForm,
    "measures": MeasureForm,
    "remedies": MeasureForm,
    "third_party": MeasureForm,
    "rows": RowForm,
    "weighed": WeighedForm,
    "channels": ChannelForm,
    "support": SupportForm,
    "body": BodyForm,
    "members": MemberForm,
    "training": TrainingForm,
    "retention": RetentionForm,
    "review": ReviewForm,
}
