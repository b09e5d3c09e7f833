"""Forms of the reporter's pages after sending. Nothing is compulsory but what the page is about; errors keep what was typed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.intake import TOO_LONG, OneOf, SomeOf, Words
from complaints.forms.uploads import upload_problem
from complaints.models import EscalationReason, Urgency
from complaints.questions import BY_ID, WISHES
from complaints.questions.about import CONFIDENTIAL, NAMED
from complaints.questions.kinds import LONGEST_LINE, LONGEST_TEXT
from complaints.questions.safety import NOTHING_FOR_NOW, OTHER
from complaints.services.once import new_token, token_of
from complaints.services.review import ReviewReason
from complaints.services.withdrawal import PAUSE, WITHDRAW

# Fields that are no part of what somebody wrote.
MOVES = ("csrfmiddlewaretoken", "go", "once")


def long_text(label, *, help_text="", rows: int = 6, required: bool = False, blank: str = "") -> Words:
    """A large text field; too long keeps the text and says what to do."""
    return Words(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST_TEXT,
        error_messages={"max_length": TOO_LONG, "required": blank},
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
    )


def line(label, *, help_text="") -> Words:
    return Words(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST_LINE,
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def one_of(label, choices, *, help_text="") -> OneOf:
    return OneOf(label=label, choices=choices, help_text=help_text, required=False, widget=forms.RadioSelect)


class OnceForm(forms.Form):
    """A form whose hidden `once` makes two clicks one act."""

    use_required_attribute = False
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args, **kwargs):
        initial = {"once": new_token()} | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)

    @property
    def token(self) -> str:
        """The token that came with the form (a fresh one when somebody took it out), bound to what was written in it."""
        given = self.cleaned_data.get("once") or new_token()
        words = [(name, self.data.getlist(name)) for name in self.data if name not in MOVES]
        return token_of(given, words, [(name, file.name, file.size) for name, file in self.files.items()])


class WithFile(OnceForm):
    """One file beside the words."""

    file = forms.FileField(
        label=_("Add a file"),
        help_text=_("A photo, screenshot, recording or document. One at a time; you can add more afterwards."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput,
    )
    # What the page says when it needs words or a file and got neither; blank where neither is needed.
    empty_error = ""
    words_field = "text"

    def clean(self):
        cleaned = super().clean()
        upload = cleaned.get("file")
        if upload is not None and (problem := upload_problem(upload, note=cleaned.get(self.words_field, ""))):
            self.add_error("file", problem)
        elif self.empty_error and self.words_field not in self.errors and not upload and not cleaned.get(self.words_field, "").strip():
            self.add_error(self.words_field, self.empty_error)
        return cleaned

    @property
    def uploads(self) -> list:
        return [upload] if (upload := self.cleaned_data.get("file")) else []


class CodeForm(forms.Form):
    """The 20 digits. What is wrong with a code is never said more exactly than that it was not found."""

    use_required_attribute = False
    code = forms.CharField(
        label=_("Your 20-digit code"),
        help_text=_("Spaces and dashes are fine"),
        required=False,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-input", "spellcheck": "false", "maxlength": "200"}
        ),
    )

    def say_not_found(self) -> None:
        self.add_error("code", _("We cannot find that code. Check each group of four."))


class MessageForm(WithFile):
    empty_error = _("Write a message or add a file")
    text = long_text(_("Write a message"), rows=5)
    field_order = ("answers", "text", "file")

    def __init__(self, *args, questions=(), **kwargs):
        super().__init__(*args, **kwargs)
        if questions:
            choices = [(str(q.row.pk), _("Question %(number)d") % {"number": q.row.question_number}) for q in questions]
            self.fields["answers"] = one_of(_("What is this about?"), [*choices, ("", _("Something else"))])
            self.initial.setdefault("answers", choices[0][0] if len(choices) == 1 else "")
            self.order_fields(self.field_order)


class AddForm(WithFile):
    empty_error = _("Write something or add a file")
    text = long_text(
        _("What would you like to add?"),
        help_text=_("What you sent before stays as it is – this is kept beside it with today’s date"),
        rows=8,
    )


class ProtectForm(OnceForm):
    wishes = SomeOf(
        label=_("What would help protect you?"),
        choices=[(option.value, option.label) for option in WISHES if option.value != NOTHING_FOR_NOW],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = long_text(_("Anything you want to say about it"), rows=4)
    urgency = one_of(_("How urgent is it?"), Urgency.choices)
    # In which wording the answers were offered: it is kept with each wish.
    wording = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("wishes") and not cleaned.get("text", "").strip() and "text" not in self.errors:
            self.add_error("wishes", _("Choose what would help, or write it in your own words"))
        return cleaned

    @property
    def wanted(self) -> list[dict]:
        """One {"kind", "text", "wording"} per wish; the words go with “Other”, or with the last one chosen."""
        kinds = self.cleaned_data["wishes"] or [OTHER]
        with_words = OTHER if OTHER in kinds else kinds[-1]
        text, wording = self.cleaned_data["text"].strip(), self.cleaned_data["wording"]
        return [{"kind": kind, "text": text if kind == with_words else "", "wording": wording} for kind in kinds]


class NotWorkingForm(OnceForm):
    text = long_text(_("What is not working?"), help_text=_("A few words are enough, or leave it blank"), rows=4)


class ExcludeForm(OnceForm):
    names = long_text(
        _("Who should not see this?"),
        help_text=_("One name a line – they are blocked at once and not told"),
        rows=4,
        required=True,
        blank=_("Write at least one name"),
    )


class EscalateForm(WithFile):
    reason = one_of(_("What is wrong?"), EscalationReason.choices)
    text = long_text(_("What should oversight know?"), help_text=_("You can leave this blank"), rows=6)
    field_order = ("reason", "text", "file")

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("reason"):
            cleaned["reason"] = EscalationReason.OTHER
        return cleaned


class WithdrawForm(OnceForm):
    how = one_of(
        _("What would you like?"),
        [(PAUSE, _("Pause for 30 days")), (WITHDRAW, _("Withdraw my report"))],
    )
    reason = long_text(_("Is there anything you want to tell us about it?"), help_text=_("You don’t have to give a reason"), rows=4)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["how"].option_hints = {
            PAUSE: _("We take no new steps and contact nobody. You can take it up again any time."),
            WITHDRAW: _("We stop, unless somebody is in danger or the law makes us go on. We tell you which it is."),
        }

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("how"):
            self.add_error("how", _("Choose one – or go back, and nothing changes"))
        return cleaned


class RetaliationForm(WithFile):
    words_field = "what"
    empty_error = _("Write what has changed – one sentence is enough")
    what = long_text(
        _("What has changed for you?"),
        help_text=_("For example shifts, pay, appraisal, tasks, how people treat you, or a threat"),
        rows=6,
    )
    when = line(_("Since when?"), help_text=_("A rough time is fine"))
    who = line(_("Who is doing it?"), help_text=_("Whoever you name here cannot see this"))
    field_order = ("what", "when", "who", "file")

    @property
    def answers(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "").strip() for name in ("what", "when", "who")}

    @property
    def questions(self) -> dict[str, str]:
        return {name: str(self.fields[name].label) for name in ("what", "when", "who")}


class ReviewForm(WithFile):
    reasons = SomeOf(
        label=_("Why should it be looked at again?"),
        choices=ReviewReason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = long_text(_("Tell us more"), rows=6)
    field_order = ("reasons", "text", "file")

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("reasons"):
            self.add_error("reasons", _("Choose at least one reason"))
        return cleaned


class IdentityForm(OnceForm):
    """Question 14 and 14b again; only towards more openness, because nobody can unlearn a name."""

    identity = one_of(_("How do you want us to know you?"), [])
    name = line(_("Your name"))
    contact = SomeOf(label=_("How is it safe to contact you?"), required=False, widget=forms.CheckboxSelectMultiple)
    details = line(_("Phone number or email, if you chose one"))
    time = line(_("When is a safe time?"))
    voice = one_of(_("Is it OK to leave a voice message or text?"), [])

    def __init__(self, *args, readers: int = 0, **kwargs):
        super().__init__(*args, **kwargs)
        options = [option for option in BY_ID["14"].field("identity").options if option.value in {NAMED, CONFIDENTIAL}]
        self.fields["identity"].choices = [(option.value, option.label) for option in options]
        self.fields["identity"].option_hints = {option.value: _hint(option, readers) for option in options}
        for name in ("contact", "voice"):
            self.fields[name].choices = [(option.value, option.label) for option in BY_ID["14b"].field(name).options]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("identity"):
            self.add_error("identity", _("Choose one – or go back, and nothing changes"))
        if not cleaned.get("name", "").strip() and "name" not in self.errors:
            self.add_error("name", _("Write your name, or go back to stay without a name"))
        return cleaned

    @property
    def told(self) -> dict[str, str]:
        """What was told, with choices in their words as shown."""
        cleaned = self.cleaned_data
        contact = dict(self.fields["contact"].choices)
        voice = dict(self.fields["voice"].choices)
        return {
            "name": cleaned["name"].strip(),
            "contact": ", ".join(str(contact[each]) for each in cleaned["contact"]),
            "details": cleaned["details"].strip(),
            "time": cleaned["time"].strip(),
            "voice": str(voice.get(cleaned["voice"], "")),
        }


def _hint(option, readers: int) -> str:
    if "{readers}" in str(option.hint):
        return str(option.hint).format(readers=readers) if readers else str(option.hint_without)
    return str(option.hint)


class ConfirmForm(OnceForm):
    is_right = one_of(_("Is this what you told us?"), [("yes", _("Yes, this is right")), ("no", _("Not quite"))])
    correction = long_text(_("What should be different, or added?"), help_text=_("Your words are kept beside the record"), rows=6)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("is_right"):
            self.add_error("is_right", _("Choose whether the record is right"))
        elif cleaned["is_right"] == "no" and not cleaned.get("correction", "").strip() and "correction" not in self.errors:
            self.add_error("correction", _("Write what should be different – a few words are enough"))
        return cleaned


class CommentForm(OnceForm):
    text = long_text(
        _("What you want to say to it"),
        help_text=_("What is wrong, what is missing, what we should look at again. It is read before anything is final."),
        rows=8,
        required=True,
        blank=_("Write what you want to say to it"),
    )
