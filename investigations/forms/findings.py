"""Forms of allegations, findings and reports."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.followup import OnceForm, line, long_text
from investigations.forms.case import PersonChoice, choice
from investigations.models import Bearing, Result
from policy.vocabulary import GRAVITIES


class AllegationForm(OnceForm):
    """`people`: (row, name); `conduct`: (code, words). What the policy does not know can't be chosen."""

    person = choice(_("Who it is about"), [], help_text=_("Only people who were added as respondents. Others come first under People."))
    text = long_text(
        _("What is said to have happened"),
        help_text=_("One neutral sentence, without judging: who is said to have done what, to whom."),
        rows=4,
        required=True,
        blank=_("Write one sentence"),
    )
    when = line(_("When"))
    where = line(_("Where"))
    sources = long_text(
        _("Sentences of the report it comes from"),
        help_text=_("Copy them word by word, one a line. Nothing is summed up here."),
        rows=4,
    )
    conduct = choice(_("Kind of conduct, as the policy names it"), [])
    gravity = choice(_("How serious, if it happened"), list(GRAVITIES.items()))
    repeat = forms.BooleanField(label=_("It is said to have happened more than once, or after an earlier decision"), required=False)
    malicious = forms.BooleanField(
        label=_("This is about a report made although it was known to be false"),
        help_text=_("Only ever an allegation of its own, looked into like any other. “Not proved” is not “false”."),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, people, conduct, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(row.pk): row for row, _name in people}
        self.fields["person"].choices = [(str(row.pk), name) for row, name in people]
        self.fields["conduct"].choices = conduct

    def detail(self) -> dict:
        data = self.cleaned_data
        return {
            "text": data["text"],
            "when": data["when"],
            "where": data["where"],
            "sources": data["sources"].splitlines(),
            "conduct": data["conduct"],
            "gravity": data["gravity"],
            "repeat": data["repeat"],
            "kind": "malicious" if data["malicious"] else "",
        }

    @property
    def person_id(self):
        return self.people[self.cleaned_data["person"]].pk


class DropForm(forms.Form):
    use_required_attribute = False
    reason = long_text(
        _("Why it is set aside"), help_text=_("Kept with the allegation. Nothing is deleted."), rows=3, required=True, blank=_("Say why")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class BearsForm(forms.Form):
    use_required_attribute = False
    source = choice(_("Evidence or talk"), [])
    bearing = choice(_("What it means here"), Bearing.choices)
    note = long_text(_("What exactly"), rows=3)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, sources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(each.key, f"{each.name} {each.title}".strip()) for each in sources]


class FindingForm(forms.Form):
    use_required_attribute = False
    result = choice(
        pgettext_lazy("finding", "Result"),
        Result.choices,
        help_text=_("“Not enough evidence either way” says only that. It never means that somebody lied."),
    )
    for_text = long_text(_("What speaks for it"), rows=4)
    against = long_text(_("What speaks against it"), rows=4)
    weight = long_text(_("How you weigh it against the standard of proof"), rows=4)
    reasons = long_text(_("Reasons"), help_text=_("In words that both sides can read."), rows=5, required=True, blank=_("Give the reasons"))
    recommendation = long_text(_("What you recommend, if anything"), help_text=_("Also when it was not established."), rows=3)
    early_reason = long_text(
        _("Why it is decided although not everybody was heard"),
        help_text=_("Planned talks are still open, or nobody was heard. Without a reason the finding waits for them."),
        rows=3,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, talks_open: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not talks_open:
            del self.fields["early_reason"]

    def detail(self) -> dict:
        data = dict(self.cleaned_data)
        data["for"] = data.pop("for_text")
        return data


class CommentsForm(OnceForm):
    """One text for each person who is shown the findings. `people`: recipients of `services.commenting`."""

    def __init__(self, *args, people, reason_needed: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.keys = {f"to{at}": each.key for at, each in enumerate(people)}
        for at, each in enumerate(people):
            self.fields[f"to{at}"] = long_text(
                _("What %(name)s is shown") % {"name": each.name},
                help_text=_("Read it as they will. Leave out what says who somebody is and what they need not know."),
                rows=9,
            )
            self.initial.setdefault(f"to{at}", each.text)
        self.fields["why_not"] = long_text(
            _("Why somebody is not shown the findings here"),
            help_text=_("Needed when a text is empty, or a respondent has no code. Kept as a note of the team."),
            rows=3,
        )
        self.reason_needed = reason_needed

    def texts(self) -> dict[str, str]:
        return {key: self.cleaned_data[name] for name, key in self.keys.items()}


class ReportForm(OnceForm):
    title = line(_("Title"))
    about = long_text(_("What it is about"), rows=8)
    heard = long_text(_("Who was heard"), rows=5)
    seen = long_text(_("What was looked at"), rows=5)
    facts = long_text(_("What was established, and why"), rows=12)
    advice = long_text(_("What is recommended"), rows=5)
    final = forms.BooleanField(
        label=_("This is the report that goes to the decision"),
        help_text=_("Needs the second reader and the comments of both sides, where the policy says so."),
        required=False,
    )
    after = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_title(self):
        if not self.cleaned_data["title"].strip():
            raise forms.ValidationError(_("Give it a title"))
        return self.cleaned_data["title"]


class CallForm(PersonChoice):
    to = choice(_("Who?"), [], help_text=_("Only people free of conflict are listed. They read everything in this case."))
