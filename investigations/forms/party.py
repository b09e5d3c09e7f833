"""Forms of a respondent's or witness's own pages. Plain words; nothing is compulsory but what the page is about."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.followup import CodeForm, OnceForm, WithFile, long_text, one_of
from investigations.services import witness_checks

__all__ = ["AnswerForm", "AppealForm", "CodeForm", "CommentForm", "HelperCheckForm", "ObjectForm", "RecordForm", "WriteForm"]


class AnswerForm(WithFile):
    empty_error = _("Write your answer or add a file")
    text = long_text(
        _("Your answer"),
        help_text=_("What happened, as you remember it. Name anybody or anything that can show it. You can send more later."),
        rows=12,
    )


class WriteForm(WithFile):
    empty_error = _("Write a message or add a file")
    text = long_text(_("Write a message"), help_text=_("For example a question, or a date that does not suit you"), rows=6)


class CommentForm(WithFile):
    empty_error = _("Write your comment or add a file")
    text = long_text(_("Your comment on what was found"), help_text=_("What is missing, or not right, and what shows it"), rows=10)


class AppealForm(WithFile):
    empty_error = _("Write why it should be looked at again, or add a file")
    text = long_text(
        _("Why should it be looked at again?"),
        help_text=_("For example: something new, a step that was left out, somebody who was not free to decide"),
        rows=8,
    )


class ObjectForm(OnceForm):
    """`seats`: [(mark, name)] of those who handle it."""

    seat = one_of(_("Who should not handle this?"), [])
    text = long_text(
        _("Why?"),
        help_text=_("For example a relative, a quarrel, their own part in it"),
        rows=5,
        required=True,
        blank=_("Write why, in a few words"),
    )

    def __init__(self, *args, seats=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seat"].choices = list(seats)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("seat"):
            self.add_error("seat", _("Choose one – or go back, and nothing changes"))
        return cleaned


CHANGED_WORDS = {
    witness_checks.NOTHING: _("Nothing has changed at work"),
    witness_checks.UNSURE: _("Not sure whether something has changed at work"),
    witness_checks.CHANGED: _("Something has changed at work"),
}


class HelperCheckForm(OnceForm):
    """For a witness, some time after they helped: two questions, either may be left out."""

    changed = one_of(
        _("Has anything changed for you at work because you helped?"),
        [
            (witness_checks.NOTHING, pgettext_lazy("has anything changed", "No")),
            (witness_checks.UNSURE, _("I am not sure")),
            (witness_checks.CHANGED, pgettext_lazy("has anything changed", "Yes")),
        ],
        help_text=_("For example shifts, pay, appraisal, tasks, contract, or how people treat you"),
    )
    text = long_text(_("Anything you want to tell us"), rows=4)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("changed") and not str(cleaned.get("text") or "").strip():
            self.add_error("changed", _("Answer one of the questions – or go back, and nothing changes"))
        return cleaned


class RecordForm(OnceForm):
    choice = one_of(
        _("Is this what you said?"),
        [("yes", _("Yes, this is right")), ("no", _("Not quite")), ("declined", _("I’d rather not confirm it"))],
    )
    correction = long_text(_("What should be different, or added?"), help_text=_("Your words are kept beside the record"), rows=6)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("choice"):
            self.add_error("choice", _("Choose whether the record is right"))
        elif cleaned["choice"] == "no" and not cleaned.get("correction", "").strip() and "correction" not in self.errors:
            self.add_error("correction", _("Write what should be different – a few words are enough"))
        return cleaned
