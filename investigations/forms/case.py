"""Forms of a case's pages."""

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.forms.followup import OnceForm, line, long_text
from complaints.forms.seen import SeenForm
from complaints.forms.uploads import upload_problem
from complaints.models import MeasureDecision, Urgency
from investigations.models import PersonKind
from investigations.services.back_pay import BackPay
from investigations.services.deciding import Way
from vault.scanner import FOUND

CHOOSE = _("Choose one of the answers")
# What a letter leaves open.
BLANK = "____"
NEEDS_DATE = _("Give a date, for example 2026-11-27")


def date_field(label, *, help_text="", required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"invalid": NEEDS_DATE, "required": NEEDS_DATE},
    )


def choice(label, choices, *, help_text="", required: bool = True, error=CHOOSE) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": error, "invalid_choice": error},
    )


class ConflictForm(forms.Form):
    use_required_attribute = False
    conflict = choice(
        _("Do you know anyone named here?"),
        [
            ("no", _("No. I have no personal, family or reporting tie to any of them, and I am none of them")),
            ("yes", _("Yes, or I am not sure. Give it to somebody else")),
        ],
    )


class SafetyForm(OnceForm):
    text = long_text(
        _("What you tell the reporter about their safety"),
        help_text=_("Say what happens today and whom they can call. This is sent as a message."),
        required=True,
        blank=_("Write something about the reporter’s safety"),
    )


class MeasureForm(forms.Form):
    """The answer to one wish, or a measure of our own accord. Conditions that need the policy are the service's."""

    use_required_attribute = False
    decision = choice(_("Your answer"), MeasureDecision.choices, error=_("Choose yes, partly or no"))
    what = line(_("What is done"))
    reason = long_text(_("Reason"), help_text=_("The reporter reads this. Needed unless the answer is yes."), rows=3)
    pay_effect = line(_("Effect on pay, if any"))
    start_date = date_field(_("Starts on"))
    review_date = date_field(_("We check it again on"))
    burdens_reporter = forms.BooleanField(
        label=_("This changes something for the reporter, so it starts only when they agree"), required=False
    )
    suspends = forms.BooleanField(label=_("This suspends somebody from work, so their pay is settled at the end"), required=False)

    def clean(self):
        cleaned = super().clean()
        decision = cleaned.get("decision")
        if decision and decision != MeasureDecision.GRANTED and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Give a reason the reporter can read"))
        if decision and decision != MeasureDecision.REFUSED:
            self._dates(cleaned)
        return cleaned

    def _dates(self, cleaned: dict) -> None:
        start, review = cleaned.get("start_date"), cleaned.get("review_date")
        if not start and "start_date" not in self.errors:
            self.add_error("start_date", _("Say from when it holds"))
        if not review and "review_date" not in self.errors:
            self.add_error("review_date", _("Say when we check it again"))
        if start and review and review <= start:
            self.add_error("review_date", _("The check comes after the start"))

    def answer(self) -> dict:
        """The words and dates as services take them."""
        return dict(self.cleaned_data)


class WishForms:
    """The answers to several wishes on one page. The error summary reads it as a formset, and says which wish each error is about."""

    is_bound = True

    def __init__(self, titled: list[tuple[str, MeasureForm]]):
        self.forms = [form for _title, form in titled]
        for title, form in titled:
            form.summary_title = title


class UrgencyForm(forms.Form):
    """`seen`: the urgency that the page showed, so that nobody replaces a colleague's choice unseen."""

    use_required_attribute = False
    urgency = choice(_("How urgent is it?"), Urgency.choices)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class AcknowledgeForm(OnceForm):
    text = long_text(
        _("Your message"),
        help_text=_("Fill in every blank. The reporter reads this as it stands."),
        rows=10,
        required=True,
        blank=_("Write a message"),
    )
    promised_date = date_field(_("By when do they hear from you again?"), help_text=_("Shown to the reporter as a promise."), required=True)


class PersonChoice(forms.Form):
    """Somebody of a list that the view hands in."""

    use_required_attribute = False

    def __init__(self, *args, people, outside=(), **kwargs):
        """`outside`: accounts of investigators from outside, who are marked."""
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        self.fields["to"].choices = [(str(user.pk), self._words(user, user.pk in outside)) for user in people]

    @staticmethod
    def _words(user, is_outside: bool) -> str:
        return gettext("%(name)s, from outside") % {"name": user.display_name} if is_outside else user.display_name

    @property
    def person(self):
        return self.people[self.cleaned_data["to"]]


class AssignForm(PersonChoice, OnceForm):
    to = choice(
        _("Who handles this case?"),
        [],
        help_text=_("Only people free of conflict are listed. When you assign it, everybody else on the intake rota loses access."),
    )
    why_not_wished = long_text(
        _("If this isn’t whom they asked for: why"),
        help_text=_("The reporter reads this. Leave it empty when the person fits the wish."),
        rows=3,
    )


class HandOverForm(PersonChoice, OnceForm):
    to = choice(_("Who takes it over?"), [], help_text=_("Only people free of conflict are listed. They see everything in this case."))
    reason = long_text(_("Why"), help_text=_("For the file. The reporter does not see this."), rows=3, required=True, blank=_("Say why"))
    why_not_wished = long_text(
        _("If this isn’t whom they asked for: why"),
        help_text=_("The reporter reads this. Leave it empty when the person fits the wish."),
        rows=3,
    )
    told = long_text(
        _("What the reporter is told"), rows=3, required=True, blank=_("The reporter is told that somebody else looks after it now")
    )


class WayForm(OnceForm):
    way = choice(_("What happens now?"), Way.choices)
    reason = long_text(
        _("What you tell the reporter, with the reason"),
        help_text=_(
            "Say how you look into it, who is asked, and that nobody handling it has a conflict. "
            "For no case: why, and how to ask for a review."
        ),
        required=True,
        blank=_("Tell the reporter what happens now and why"),
    )
    promised_date = date_field(_("Next news by"), help_text=_("Shown to the reporter as a promise."))
    version = forms.IntegerField(widget=forms.HiddenInput)


def infection(upload):
    """Why a file of ours must not go to a reporter, or None: what we send is no evidence."""
    if upload.verdict.state == FOUND:
        return str(_("Our virus scanner found “{name}” in this file. It was not attached")).format(name=upload.verdict.name)
    return None


class MessageForm(OnceForm):
    purpose = choice(
        _("What is this?"),
        [
            ("plain", pgettext_lazy("kind of message", "A message")),
            ("question", pgettext_lazy("kind of message", "A question")),
            ("update", pgettext_lazy("kind of message", "News on how far we are")),
            ("plan", pgettext_lazy("kind of message", "How we look into it")),
        ],
    )
    text = long_text(_("Your message"), help_text=_("One question a line becomes numbered questions; each can be declined."))
    promised_date = date_field(_("Promise a date for the next news"), help_text=_("Shown to the reporter as a promise."))
    file = forms.FileField(label=_("Add a file"), required=False, allow_empty_file=True)

    def clean(self):
        cleaned = super().clean()
        upload = cleaned.get("file")
        if upload is not None and (problem := upload_problem(upload) or infection(upload)):
            self.add_error("file", problem)
        if upload is None and "text" not in self.errors and not cleaned.get("text", "").strip():
            self.add_error("text", _("Write a message or add a file"))
        if BLANK in cleaned.get("text", ""):
            self.add_error("text", _("There is still a blank to fill in"))
        if upload is not None and cleaned.get("purpose") == "question":
            self.add_error("file", _("A question goes without a file. Send the file as a message first"))
        return cleaned

    def questions(self) -> list[str]:
        return [text for text in self.cleaned_data["text"].splitlines() if text.strip()]


class PersonForm(forms.Form):
    use_required_attribute = False
    kind = choice(_("In this case"), PersonKind.choices)
    name = line(_("Name"))
    company = line(_("Company or shop"))
    owner = line(_("Who here manages that relationship"))
    outcome = line(_("What they did when they were told"))
    note = long_text(_("Notes"), rows=3)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_name(self):
        if not self.cleaned_data["name"].strip():
            raise forms.ValidationError(_("Write a name, or how you call this person"))
        return self.cleaned_data["name"]

    def detail(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("name", "company", "owner", "note", "outcome")}


class TaskForm(PersonChoice):
    title = line(_("What is to be done"))
    to = choice(_("Who"), [])
    due_date = date_field(_("By when"), required=True)
    done = forms.BooleanField(label=_("Done"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_title(self):
        if not self.cleaned_data["title"].strip():
            raise forms.ValidationError(_("Write what is to be done"))
        return self.cleaned_data["title"]


class NoteForm(forms.Form):
    use_required_attribute = False
    text = long_text(
        _("Note"), help_text=_("For the team only. Notes are dated and can’t be changed."), rows=4, required=True, blank=_("Write a note")
    )


class ExtendForm(SeenForm):
    use_required_attribute = False
    until = date_field(_("New date"), required=True)
    reason = long_text(
        _("Reason"), help_text=_("The reporter reads this."), rows=4, required=True, blank=_("Give a reason the reporter can read")
    )


class LateReasonForm(SeenForm):
    use_required_attribute = False
    text = long_text(
        _("Why are we late?"),
        help_text=_("The reporter reads this. It stays late until it is done."),
        rows=4,
        required=True,
        blank=_("Give a reason the reporter can read"),
    )


class AskOversightForm(forms.Form):
    use_required_attribute = False
    text = long_text(
        _("What do you want to ask?"),
        help_text=_("Oversight reads this, and nothing else of the case. Leave out names where you can."),
        required=True,
        blank=_("Write your question"),
    )


class ReviewMeasureForm(forms.Form):
    use_required_attribute = False
    go_on = choice(
        _("Does it go on?"), [("keep", _("Yes, and we check again on the date below")), ("end", _("No, it ends on the date below"))]
    )
    day = date_field(_("Date"), required=True)
    note = long_text(_("What you found"), help_text=_("The reporter reads this."), rows=3, required=True, blank=_("Say what you found"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class BackPayForm(forms.Form):
    use_required_attribute = False
    outcome = choice(_("What became of the pay?"), BackPay.choices)
    text = long_text(
        _("How much, from when to when, and why"), help_text=_("Kept as a note of the team. The reporter does not see it."), rows=3
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("outcome") in (BackPay.PARTLY, BackPay.KEPT) and not cleaned.get("text", "").strip() and "text" not in self.errors:
            self.add_error("text", _("Say why"))
        return cleaned


class PrintForm(forms.Form):
    use_required_attribute = False
    parts = forms.MultipleChoiceField(
        label=_("What to print"),
        choices=[
            ("report", _("The report")),
            ("messages", pgettext_lazy("case page", "Messages")),
            ("measures", pgettext_lazy("case page", "Measures")),
            ("dates", _("Dates we promised")),
            ("timeline", pgettext_lazy("case page", "Timeline")),
            ("access", pgettext_lazy("case page", "Access")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one part"), "invalid_choice": _("Choose at least one part")},
    )
