"""Forms of the evidence register."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.followup import OnceForm, line, long_text
from complaints.forms.uploads import upload_problem
from investigations.forms.case import CHOOSE, choice, date_field
from investigations.models import CustodyKind, Derivation

WORDS = ("name", "given_by", "method", "about", "content_note", "kept_where")
NEEDS_TIME = _("Give a time, for example 14:30")


def time_field(label, *, help_text="") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
        error_messages={"invalid": NEEDS_TIME},
    )


class MomentForm(OnceForm):
    """When something happened: a day, and a time where it is known. Never after now."""

    day = date_field(_("On which day"), required=True)
    clock = time_field(_("At what time"), help_text=_("If it is known"))

    def __init__(self, *args, zone: ZoneInfo, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self._zone, self._now = zone, now

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("day") and "clock" not in self.errors and self.moment > self._now:
            self.add_error("day", _("This lies ahead. Note it once it happened"))
        return cleaned

    @property
    def moment(self) -> datetime:
        """A day without a time stands for its beginning."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data.get("clock") or time(), self._zone)


class DescriptionForm(forms.Form):
    """What people call an item and what is known of it. Its file is never changed."""

    use_required_attribute = False
    name = line(_("What we call it"), help_text=_("For example: chat of 3 November, door log of the fourth floor"))
    given_by = line(_("Who gave it"))
    method = line(_("How it came to us"), help_text=_("For example: handed over on a drive, sent by the IT desk"))
    about = long_text(_("What it shows"), rows=3)
    content_note = line(_("What may be distressing in it"), help_text=_("Shown as a warning before anybody opens it."))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_name(self):
        if not self.cleaned_data["name"].strip():
            raise forms.ValidationError(_("Give it a name that colleagues recognise"))
        return self.cleaned_data["name"]

    def words(self) -> dict:
        return {name: self.cleaned_data[name] for name in WORDS if name in self.cleaned_data}


class TakeInForm(MomentForm, DescriptionForm):
    """An original that the team takes in. `how`: upload, given (a file of the case), or thing (kept elsewhere)."""

    file = forms.FileField(
        label=_("The original"),
        help_text=_("It is sealed bit for bit, as it is. Nobody can change or delete it afterwards."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput,
    )
    given = choice(_("Which file"), [], error=_("Choose one of the files"))
    kept_where = line(_("Where it is kept"), help_text=_("For example: sealed envelope 12 in the safe of the legal department"))
    request = forms.ChoiceField(label=_("Came by this request to keep records"), required=False, error_messages={"invalid_choice": CHOOSE})

    field_order = ("file", "given", "kept_where", "name", "given_by", "method", "day", "clock", "about", "content_note", "request")

    def __init__(self, *args, how: str, files=(), requests=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.how = how
        del self.fields["version"]
        for name in {"upload": ("given", "kept_where"), "given": ("file", "kept_where"), "thing": ("file", "given")}[how]:
            del self.fields[name]
        if how == "given":
            self.fields["given"].choices = list(files)
        if requests:
            self.fields["request"].choices = [("", pgettext_lazy("no request", "None")), *requests]
        else:
            del self.fields["request"]
        self.order_fields(self.field_order)

    def clean(self):
        cleaned = super().clean()
        if self.how == "upload":
            upload = cleaned.get("file")
            # A locked file is taken in: its password can stand in what it shows.
            problem = NO_FILE_HERE if upload is None else upload_problem(upload, note=cleaned.get("about") or "x")
            if problem:
                self.add_error("file", problem)
        if self.how == "thing" and not cleaned.get("kept_where", "").strip() and "kept_where" not in self.errors:
            self.add_error("kept_where", _("Say where it is kept"))
        return cleaned


NO_FILE_HERE = _("Choose a file first")


class DeriveForm(OnceForm):
    """A copy made from an item: a file, or words written here."""

    derivation = choice(_("What is it?"), Derivation.choices)
    name = line(_("What we call it"))
    file = forms.FileField(
        label=_("The copy, as a file"), required=False, allow_empty_file=True, widget=forms.FileInput, help_text=_("Or write it below.")
    )
    text = long_text(_("The words"), help_text=_("A transcript or translation, written here"), rows=12)
    about = long_text(_("Who made it, and how"), rows=2)

    def clean_name(self):
        if not self.cleaned_data["name"].strip():
            raise forms.ValidationError(_("Give it a name that colleagues recognise"))
        return self.cleaned_data["name"]

    def clean(self):
        cleaned = super().clean()
        upload = cleaned.get("file")
        if upload is not None and (problem := upload_problem(upload, note="x")):
            self.add_error("file", problem)
        elif upload is not None and cleaned.get("text", "").strip():
            self.add_error("file", _("Either a file or words, so that it is one thing. Add the other one afterwards"))
        elif upload is None and "text" not in self.errors and not cleaned.get("text", "").strip():
            self.add_error("text", _("Choose a file or write the words"))
        return cleaned


class HandOverForm(MomentForm):
    kind = choice(
        _("What happened?"),
        [(CustodyKind.HANDED_OVER.value, CustodyKind.HANDED_OVER.label), (CustodyKind.RETURNED.value, CustodyKind.RETURNED.label)],
    )
    giver = line(_("From whom"))
    taker = line(_("To whom"))
    how = long_text(_("How, and why"), help_text=_("For example: copy on a drive, against signature, for the police"), rows=3)

    field_order = ("kind", "giver", "taker", "day", "clock", "how")

    def clean(self):
        cleaned = super().clean()
        for name in ("giver", "taker"):
            if name not in self.errors and not cleaned.get(name, "").strip():
                self.add_error(name, _("Write a name or an office"))
        return cleaned
