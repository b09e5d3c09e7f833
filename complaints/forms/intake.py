"""One form for every question, built from its description. Only “what happened” and texts that are too long can be wrong.

Staff who record a call use the same form (`PageForm`), with the same descriptions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.questions.kinds import CHOICE, CHOICES, DATE, FILES, GROUP, MOST_BLOCKS, TEXT, Answers, Field, Page, fill, is_blank
from complaints.questions.meaning import date_of

TOO_LONG = _("This is longer than we can take in one go. Shorten it or put the rest in a file – nothing is lost.")


class Words(forms.CharField):
    """Typed text, taken as it is: only line ends are made the same, and characters that no database takes are left out."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")

    def validate(self, value):
        # Spaces alone are no words.
        super().validate(value.strip())


class OneOf(forms.ChoiceField):
    """One of the options or nothing. What is not among them was not asked, and is dropped without a complaint."""

    def to_python(self, value):
        value = super().to_python(value)
        return value if value in {str(key) for key, _ in self.choices} else ""


class SomeOf(forms.MultipleChoiceField):
    """Any of the options."""

    def to_python(self, value):
        known = {str(key) for key, _ in self.choices}
        return [each for each in super().to_python(value) if each in known]


@dataclass(frozen=True)
class Item:
    """One thing to draw: a field (`bound`), or a repeated block with its `legend` and `fields`. `heading`: it is the page's h1."""

    bound: forms.BoundField | None = None
    heading: bool = False
    legend: str = ""
    fields: tuple = ()
    add_name: str = ""
    add_label: str = ""


class PageForm(forms.Form):
    """The form of one question page.

    `page`: its description; `answers`: everything answered so far (earlier answers make options); `numbers`: what the sentences
    quote (`report_selectors.numbers`); `data`: what was posted, or None to show what was answered before.
    """

    use_required_attribute = False

    def __init__(self, page: Page, *, answers: Answers, numbers: Mapping[str, str] | None = None, data=None):
        super().__init__(data, auto_id="id_%s", initial=_initial(page, answers))
        self.page = page
        self.answers = answers
        self.numbers = numbers or {}
        self.counts: dict[str, int] = {}
        for field in page.fields:
            self._add(field)

    def add_block(self, name: str) -> None:
        """Draw one more empty block of the group `name`."""
        field = self.page.field(name)
        if self.counts[name] < MOST_BLOCKS:
            self._add_block(field, self.counts[name])
            self.counts[name] += 1

    def values(self) -> dict:
        """Everything that was typed, also what is too long, so that nothing is lost: {field name: value}."""
        return {field.name: self._value(field) for field in self.page.fields if field.kind != FILES}

    def items(self) -> list[Item]:
        """What to draw, in order."""
        drawn: list[Item] = []
        for field in self.page.fields:
            if field.kind == GROUP:
                drawn += self._blocks(field)
            elif field.kind != FILES:
                drawn.append(Item(bound=self[field.name], heading=not self.page.heading and field is self.page.fields[0]))
        return drawn

    def _blocks(self, field: Field) -> list[Item]:
        count = self.counts[field.name]
        blocks = []
        for n in range(count):
            legend = fill(field.block_title, {"number": str(n + 1)}) if count > 1 else ""
            blocks.append(Item(legend=legend, fields=tuple(self[_key(field, n, part)] for part in field.parts)))
        if count < MOST_BLOCKS:
            blocks.append(Item(add_name=f"add:{field.name}", add_label=str(field.add_label)))
        return blocks

    def _add(self, field: Field) -> None:
        if field.kind == GROUP:
            self.counts[field.name] = self._count(field)
            for n in range(self.counts[field.name]):
                self._add_block(field, n)
        elif field.kind != FILES:
            self.fields[field.name] = self._made(field, field.name)

    def _add_block(self, field: Field, n: int) -> None:
        for part in field.parts:
            self.fields[_key(field, n, part)] = self._made(part, _key(field, n, part))

    def _count(self, field: Field) -> int:
        if not self.is_bound:
            return max(1, len(self.answers.get(self.page.id, {}).get(field.name, [])))
        pattern = re.compile(rf"{field.name}-(\d{{1,2}})-")
        seen = [int(found[1]) for key in self.data if (found := pattern.match(key))]
        return min(max(seen, default=0) + 1, MOST_BLOCKS)

    def _made(self, field: Field, key: str) -> forms.Field:
        hint = field.hint
        if field is self.page.fields[0] and self.page.hint and not self.page.heading:
            hint = fill(self.page.hint, self.numbers, self.page.hint_without)
        common = {"label": field.label, "help_text": hint, "required": False}
        if field.kind in (CHOICE, CHOICES):
            return self._made_choice(field, common)
        errors = {"max_length": TOO_LONG, "required": field.blank_error}
        made = Words(**common | {"required": field.compulsory}, max_length=field.longest, strip=field.kind != TEXT, error_messages=errors)
        made.widget = self._widget(field, key)
        return made

    def _widget(self, field: Field, key: str) -> forms.Widget:
        if field.kind == TEXT:
            return forms.Textarea(attrs={"rows": field.rows, "autocomplete": "off"})
        if field.kind == DATE:
            given = self.data.get(key, "") if self.is_bound else self.initial.get(key, "")
            # A browser's date picker takes ISO dates only; words that are no date stay visible in a plain field.
            is_pickable = not given or date_of(given) is not None
            return forms.TextInput(attrs={"class": "short", "autocomplete": "off", **({"type": "date"} if is_pickable else {})})
        return forms.TextInput(attrs={"autocomplete": "off", "maxlength": False})

    def _made_choice(self, field: Field, common: dict) -> forms.Field:
        options = field.all_options(self.answers)
        choices = [(option.value, option.label) for option in options]
        if field.kind == CHOICE:
            made = OneOf(choices=choices, widget=forms.RadioSelect, **common)
        else:
            made = SomeOf(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
        made.option_hints = {o.value: fill(o.hint, self.numbers, o.hint_without) for o in options if o.hint}
        made.fixed_options = set(field.fixed_values(self.answers))
        return made

    def _value(self, field: Field):
        if field.kind == GROUP:
            blocks = [{part.name: self._typed(_key(field, n, part)) for part in field.parts} for n in range(self.counts[field.name])]
            return [block for block in blocks if not is_blank(block)]
        value = self._typed(field.name)
        if field.kind == CHOICES:
            # Fixed options are shown ticked and can't be sent by the browser.
            return list(dict.fromkeys((*field.fixed_values(self.answers), *value)))
        if field.kind == DATE and (day := date_of(value)):
            return day.isoformat()
        return value

    def _typed(self, key: str):
        made = self.fields[key]
        return made.to_python(made.widget.value_from_datadict(self.data, {}, self.add_prefix(key)))


def _key(field: Field, n: int, part: Field) -> str:
    return f"{field.name}-{n}-{part.name}"


def _initial(page: Page, answers: Answers) -> dict:
    initial: dict = {}
    for field in page.fields:
        value = answers.get(page.id, {}).get(field.name, "")
        if field.kind == GROUP:
            for n, block in enumerate(value or []):
                initial |= {_key(field, n, part): block.get(part.name, "") for part in field.parts}
        elif field.kind == CHOICES:
            initial[field.name] = list(dict.fromkeys((*field.fixed_values(answers), *(value or []))))
        elif value:
            initial[field.name] = value
    return initial
