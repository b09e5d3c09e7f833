"""Forms of sessions, imports and other learning systems. Rules live in services; forms only say what is missing."""

from datetime import datetime, time

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from people.selectors import organisation
from policy.selectors import calendar_for
from training.attendance_list import MOST_LINES
from training.import_file import MOST_ROWS
from training.models import Course, LiveSession
from training.recognising import SEVERAL, recognise
from training.services.sessions import Details
from training.statements import IRI
from vault.scanner import FOUND
from vault.uploads import TOO_LARGE

CHOOSE = _("Choose one of the answers")
NEEDS_DATE = _("Give a date, for example 2026-11-27")
NEEDS_CLOCK = _("Give a time, for example 14:30")
SCAN_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png"})
MOST_SCAN_MB = 10
NOBODY_MEANT = _("Nobody in the directory has this address, number or name")
SEVERAL_MEANT = _("Several people may be meant: use the staff number")
MOST_MINUTES = 1_440
UNREADABLE = _("We could not read this file. Try again.")


def filled(words, **values):
    """`words` with its blanks filled in whenever it is shown. A `%` after it would do so once, in the language of the program's start."""
    return lazy(lambda: str(words) % values, str)()


def _line(label, required: str = "", **more) -> forms.CharField:
    more.setdefault("max_length", 120)
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    errors = {"required": required, "max_length": _("This is longer than we can take. Please shorten it a little.")}
    return forms.CharField(label=label, required=bool(required), widget=widget, error_messages=errors, **more)


def _minutes(label, **more) -> forms.IntegerField:
    wrong = filled(_("Give a number from 1 to %(most)s"), most=MOST_MINUTES)
    errors = dict.fromkeys(("invalid", "min_value", "max_value", "required"), wrong)
    return forms.IntegerField(
        label=label, min_value=1, max_value=MOST_MINUTES, widget=forms.NumberInput(attrs={"class": "short"}), error_messages=errors, **more
    )


class SessionForm(forms.Form):
    """A session, planned or held."""

    use_required_attribute = False
    course = forms.ChoiceField(label=_("Course"), error_messages={"required": CHOOSE, "invalid_choice": CHOOSE})
    topic = _line(_("Topic"), max_length=200, help_text=_("Only when it was about a part of the course."))
    day = forms.DateField(
        label=_("Date"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"required": NEEDS_DATE, "invalid": NEEDS_DATE},
    )
    clock = forms.TimeField(
        label=_("Begins at"),
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
        error_messages={"required": NEEDS_CLOCK, "invalid": NEEDS_CLOCK},
    )
    minutes = _minutes(_("How long, in minutes"))
    least_minutes = _minutes(
        _("Counts as completed from how many minutes on?"),
        required=False,
        help_text=_("Leave it empty when people must be there all the time."),
    )
    trainer = _line(_("Trainer"), required=_("Say who taught"))
    provider = _line(
        pgettext_lazy("of training", "Provider"),
        required=_("Say who gave the course"),
        help_text=_("The organisation behind the trainer. It stands on the certificates."),
    )
    place = _line(pgettext_lazy("of a session", "Place"), help_text=_("A room, or “video”."))

    def __init__(self, *args, courses: list[tuple[Course, str]], session: LiveSession | None = None, **kwargs):
        initial = session_values(session) if session else {"provider": organisation().name_in(get_language() or "en")}
        super().__init__(*args, initial=kwargs.pop("initial", initial), **kwargs)
        self.courses = {course.code: course for course, _title in courses}
        if session:
            self.courses.setdefault(session.course.code, session.course)
        titles = {course.code: title for course, title in courses}
        self.fields["course"].choices = [(code, titles.get(code, code)) for code in self.courses]

    def clean(self):
        values = super().clean()
        if values.get("minutes") and values.get("least_minutes") and values["least_minutes"] > values["minutes"]:
            self.add_error("least_minutes", _("This is longer than the session"))
        return values

    @property
    def details(self) -> Details:
        values = dict(self.cleaned_data)
        held_at: datetime = calendar_for().moment(values.pop("day"), values.pop("clock"))
        values["least_minutes"] = values["least_minutes"] or values["minutes"]
        return Details(**values | {"course": self.courses[values["course"]], "held_at": held_at})


def session_values(session: LiveSession) -> dict:
    """What the form shows of a session that is there."""
    local = session.held_at.astimezone(calendar_for().zone)
    names = ("topic", "minutes", "least_minutes", "trainer", "provider", "place")
    values = {name: getattr(session, name) for name in names}
    return values | {"course": session.course.code, "day": local.date(), "clock": time(local.hour, local.minute)}


def compare_session(form: SessionForm, stored: LiveSession) -> list[tuple[str, str, str]]:
    """(label, what is stored, what was written) of every field of a filled form that differs."""
    titles = dict(form.fields["course"].choices)
    was, mine = session_values(stored), dict(form.cleaned_data)
    mine["least_minutes"] = form.details.least_minutes

    def words(name: str, value) -> str:
        if name == "course":
            return str(titles.get(value, value))
        return "" if value is None else f"{value:%H:%M}" if isinstance(value, time) else str(value)

    rows = [(str(form[name].label), words(name, was[name]), words(name, mine[name])) for name in form.fields]
    return [row for row in rows if row[1] != row[2]]


class SheetForm(forms.Form):
    """A scan or photo of the page that people signed."""

    use_required_attribute = False
    file = forms.FileField(
        label=_("Scan or photo of the sheet"),
        help_text=filled(_("PDF, JPG or PNG, up to %(number)s MB."), number=MOST_SCAN_MB),
        error_messages={"required": _("Choose the scan"), "empty": _("This file is empty.")},
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.problem == TOO_LARGE or upload.size > min(MOST_SCAN_MB, settings.MAX_UPLOAD_MB) * 1_000_000:
            raise forms.ValidationError(_("This file is too large. The limit is %(number)s MB.") % {"number": MOST_SCAN_MB})
        if upload.problem:
            raise forms.ValidationError(UNREADABLE)
        if upload.sniffed_type not in SCAN_TYPES:
            raise forms.ValidationError(_("This is no PDF, JPG or PNG. Scan or photograph the page."))
        if upload.verdict.state == FOUND:
            raise forms.ValidationError(_("The virus scanner found something in this file, so it was not kept. Scan the page anew."))
        return upload


class PeopleForm(forms.Form):
    """Who was there: one person a line."""

    use_required_attribute = False
    people = forms.CharField(
        label=_("Who was there?"),
        help_text=_(
            "One person a line: e-mail address, staff number or name. For somebody who was not there all the time, add a comma and the "
            "minutes, for example “li.na@example.com, 40”. A list copied from a mail program is understood as well."
        ),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        error_messages={"required": _("Write down who was there, or find them by name")},
    )

    def clean_people(self):
        text = self.cleaned_data["people"]
        if len(text.splitlines()) > MOST_LINES or len(text) > MOST_LINES * 300:
            raise forms.ValidationError(_("At most %(number)s lines at once. Record the rest afterwards.") % {"number": MOST_LINES})
        return text


class ImportForm(forms.Form):
    """A list from another learning system."""

    use_required_attribute = False
    file = forms.FileField(
        label=_("List as a CSV file"),
        help_text=filled(_("At most %(number)s rows. Excel: “Save as”, “CSV UTF-8”."), number=MOST_ROWS),
        error_messages={"required": _("Choose the file"), "empty": _("This file is empty.")},
    )


class SystemForm(forms.Form):
    """Another learning system."""

    use_required_attribute = False
    name = _line(
        _("What is the system called?"),
        required=_("Give the system a name"),
        help_text=_("It stands on certificates as the provider."),
    )


class CourseChosen(forms.Form):
    """A form with a field `course`. `courses`: those to choose from, each with its title."""

    def __init__(self, *args, courses: list[tuple[Course, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.courses = {course.code: course for course, _title in courses}
        self.fields["course"].choices = [(course.code, title) for course, title in courses]

    @property
    def chosen_course(self) -> Course:
        return self.courses[self.cleaned_data["course"]]


class ActivityForm(CourseChosen):
    """An activity of another system, and the course that it is."""

    use_required_attribute = False
    activity = _line(
        _("Id of the activity"),
        required=_("Give the id of the activity"),
        max_length=500,
        help_text=_("As the other system sends it: an address, for example https://lms.example.com/course/17."),
    )
    course = forms.ChoiceField(label=_("Which course is it?"), error_messages={"required": CHOOSE, "invalid_choice": CHOOSE})

    def clean_activity(self):
        activity = self.cleaned_data["activity"].strip()
        if not IRI.fullmatch(activity):
            raise forms.ValidationError(_("An id of an activity begins like an address and has no spaces"))
        return activity


class SettleForm(forms.Form):
    """Who and which course a statement means."""

    use_required_attribute = False
    person = _line(_("E-mail or staff number of the person"), required=_("Say who it was"), max_length=254)
    course = forms.ChoiceField(label=_("Which course is it?"), error_messages={"required": CHOOSE, "invalid_choice": CHOOSE})

    def __init__(self, *args, courses: list[tuple[Course, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.courses = {course.code: course for course, _title in courses}
        self.fields["course"].choices = [(course.code, title) for course, title in courses]

    def clean_person(self):
        person = self.cleaned_data["person"].strip()
        found = recognise([person])[person]
        if found.employee is None:
            raise forms.ValidationError(SEVERAL_MEANT if found.problem == SEVERAL else NOBODY_MEANT)
        return found.employee

    @property
    def chosen_course(self) -> Course:
        return self.courses[self.cleaned_data["course"]]
