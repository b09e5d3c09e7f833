"""Working week, office hours, and the list of days that a government announces."""

import re
from datetime import time

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from policy.forms.fields import one_of

_SPAN = re.compile(r"^(\d{1,2}:\d{2})\s*[-–—~至]\s*(\d{1,2}:\d{2})$")
LONGEST_LIST = 100_000


class HoursForm(forms.Form):
    use_required_attribute = False
    working_week = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day")},
    )
    office_hours = forms.CharField(
        label=_("Office hours"),
        help_text=_("One span a line, for example 09:00-12:00. A lunch break is the gap between two spans."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Write at least one span, for example 09:00-18:00")},
    )

    def clean_office_hours(self):
        return [self._span(line.strip()) for line in self.cleaned_data["office_hours"].splitlines() if line.strip()]

    def _span(self, line: str) -> list[str]:
        wrong = forms.ValidationError(_("“%(line)s” is not a span like 09:00-12:00"), params={"line": line[:40]})
        found = _SPAN.match(line)
        if not found:
            raise wrong
        try:
            return [time.fromisoformat(part.zfill(5)).strftime("%H:%M") for part in found.groups()]
        except ValueError:
            raise wrong from None


class DaysForm(forms.Form):
    """A list as text or file; the text wins when both are given."""

    use_required_attribute = False
    text = forms.CharField(
        label=_("List of days"),
        required=False,
        max_length=LONGEST_LIST,
        help_text=_("One day a line: date, holiday (休) or workday (班), name. For example: 2027-02-20,班,春节调休"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    file = forms.FileField(label=_("Or a CSV file"), required=False, error_messages={"empty": _("This file is empty.")})

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("text", "").strip() and cleaned.get("file"):
            cleaned["text"] = self._read(cleaned["file"])
        if not self.errors and not cleaned.get("text", "").strip():
            self.add_error("text", _("Paste the list or choose a file"))
        return cleaned

    def _read(self, file) -> str:
        content = b"".join(file.chunks())
        if len(content) > LONGEST_LIST * 4:
            self.add_error("file", _("This file is too large for a list of days."))
            return ""
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
        self.add_error("file", _("We could not read this file. Save it as CSV (UTF-8)."))
        return ""


class YearForm(forms.Form):
    use_required_attribute = False
    year = forms.IntegerField(min_value=2000, max_value=2100)


class SiteForm(forms.Form):
    """Which site gets a calendar of its own."""

    use_required_attribute = False
    site = one_of(_("Site"), [])

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.sites = {str(site.pk): site for site in sites}
        self.fields["site"].choices = [(key, site.name) for key, site in self.sites.items()]
