"""The forced order of reading a new report (C4). Pure: a triage row in, the next step out."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class TriageStep(StrEnum):
    """Each step is a page. The conflict question comes before all of them and belongs to the person, not to the case."""

    READ = "read"
    SAFETY = "safety"
    PROTECTION = "protection"
    URGENCY = "urgency"
    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"

    @classmethod
    def before(cls, step: "TriageStep") -> list["TriageStep"]:
        steps = list(cls)
        return steps[: steps.index(step)]


TITLES = {
    TriageStep.READ: _("Read it in full"),
    TriageStep.SAFETY: _("Answer about safety"),
    TriageStep.PROTECTION: _("Answer each wish for protection"),
    TriageStep.URGENCY: _("Say how urgent it is"),
    TriageStep.ACKNOWLEDGE: _("Acknowledge with a date"),
    TriageStep.ASSIGN: _("Assign a case handler"),
}

_DONE = {
    TriageStep.READ: "read_at",
    TriageStep.SAFETY: "safety_answered_at",
    TriageStep.PROTECTION: "protection_answered_at",
    TriageStep.URGENCY: "urgency",
    TriageStep.ACKNOWLEDGE: "acknowledged_at",
    TriageStep.ASSIGN: "assigned_at",
}


def is_done(triage, step: TriageStep) -> bool:
    return triage is not None and bool(getattr(triage, _DONE[step]))


def next_triage_step(triage) -> TriageStep | None:
    """The first step that is not done, or None when the report was assigned."""
    return next((step for step in TriageStep if not is_done(triage, step)), None)
