"""Words of the reporter's pages for facts, roles and accesses. What is not listed here stays inside."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.states import EventKind

_K = EventKind

EVENT_TITLES: dict[str, object] = {
    _K.COMPLAINT_RECEIVED: _("We received your report"),
    _K.OPENED: _("A trained person opened your report"),
    _K.ACKNOWLEDGED: _("We confirmed that we are dealing with it"),
    _K.SAFETY_ANSWERED: _("We answered about your safety"),
    _K.AHEAD_ANSWERED: _("We answered about what is coming up"),
    _K.PROTECTION_REQUESTED: _("You asked for protection"),
    _K.PROTECTION_ANSWERED: _("We answered your wish for protection"),
    _K.MEASURE_REVIEWED: _("We checked whether a protection measure works"),
    _K.ASSESSED: _("We decided how to look into it"),
    _K.PLAN_TOLD: _("We told you how we look into it"),
    _K.UPDATE_SENT: _("We sent you news"),
    _K.REPORTER_WROTE: _("You wrote to us"),
    _K.REPORTER_ANSWERED: _("We wrote to you"),
    _K.QUESTION_ASKED: _("We asked you something"),
    _K.QUESTION_CLOSED: _("A question was settled"),
    _K.ESCALATED: _("You asked oversight to step in"),
    _K.ESCALATION_ANSWERED: _("Oversight answered you"),
    _K.RETALIATION_REPORTED: _("You told us you are being punished for this"),
    _K.RETALIATION_ANSWERED: _("We answered about the punishment"),
    _K.EXCLUSION_ASKED: _("You kept somebody else out"),
    _K.EXCLUSION_CONFIRMED: _("We confirmed that they are kept out"),
    _K.WITHDRAWAL_ASKED: _("You asked us to pause or stop"),
    _K.WITHDRAWAL_ANSWERED: _("We told you what stops and what cannot"),
    _K.WITHDRAWN: _("Your report was withdrawn"),
    _K.PAUSED: _("You paused it"),
    _K.RESUMED: _("It was taken up again"),
    _K.SUSPENDED: _("It had to be suspended"),
    _K.REVIEW_REQUESTED: _("You asked for a review"),
    _K.REVIEW_ANSWERED: _("Your request for a review was answered"),
    _K.RESPONDENT_REVIEW_REQUESTED: _("The other person asked for a review of the decision"),
    _K.RESPONDENT_REVIEW_ANSWERED: _("The other person’s request for a review was answered"),
    _K.ACCESS_ENDED: _("Somebody who worked on it has left. They can’t open it any more"),
    _K.OVERSIGHT_CALLED: _("Oversight was asked to look after it"),
    _K.HANDED_OVER: _("Somebody else looks after it now"),
    _K.ASSIGNED: _("A case handler was asked to take it on"),
    _K.ASSIGNMENT_ACCEPTED: _("Your case handler took it on"),
    _K.OBJECTION_MADE: _("Somebody said that a person handling it is not free to. Their access rests"),
    _K.OBJECTION_DECIDED: _("Oversight decided who may handle it"),
    _K.INFORMAL_ASKED: _("You asked for an informal way"),
    _K.INFORMAL_AGREED: _("Both sides agreed on an informal way"),
    _K.INFORMAL_ENDED: _("The informal way ended. We look into it"),
    _K.DEADLINE_MOVED: _("We moved a promised date"),
    _K.INVESTIGATION_STARTED: _("We began to look into it"),
    _K.COMMENTS_ASKED: _("We showed what we found, to be commented on"),
    _K.RESPONDENT_SERVED: _("The other person was told what this is about"),
    _K.RESPONDENT_REPLIED: _("The other person answered"),
    _K.FINDINGS_READY: _("The facts are together"),
    _K.DECISION_NOTIFIED: _("You were told the decision"),
    _K.SANCTION_EXECUTED: _("The decision was carried out"),
    _K.AFTERCARE_CHECKED: _("We checked in with you"),
    _K.LATE: _("We missed a promised date"),
    _K.ESCALATED_BY_CLOCK: _("It was passed above the person responsible"),
    _K.OVERSIGHT_TOLD: _("Oversight was told that we are late"),
    _K.CASE_CLOSED: _("Our work on this has ended"),
}

# The reporter's words to oversight: the team must not even see that there are any.
OVERSIGHT_ONLY = frozenset(
    {_K.ESCALATED, _K.ESCALATION_ANSWERED, _K.REVIEW_REQUESTED, _K.REVIEW_ANSWERED, _K.OBJECTION_MADE, _K.OBJECTION_DECIDED}
)

_ROLES = {
    "intake": _("Intake officer"),
    "intake_officer": _("Intake officer"),
    "handler": _("Case handler"),
    "investigator": _("Case handler"),
    "decision_maker": _("Decision-maker"),
    "oversight": _("Oversight"),
    "support": _("Support contact"),
    "support_contact": _("Support contact"),
    "reporter": pgettext_lazy("who did it", "You"),
    "system": pgettext_lazy("who did it", "Automatically"),
    "party": "",
}


def role_words(role: str) -> object:
    """The plain word for a seat's role; nothing for an unknown one."""
    return _ROLES.get(role, "")


def role_from(role: str, is_outside: bool) -> str:
    """The word for a role, marked when its holder is an investigator from outside."""
    words = str(role_words(role))
    return gettext("%(role)s, from outside") % {"role": words} if is_outside else words


PURPOSES_OF_ACCESS: dict[str, object] = {
    "": _("Your report"),
    "opened_report": _("Your report"),
    "opened_complaint": _("Your report"),
    "opened_statement": _("Your report"),
    "opened_messages": _("Messages"),
    "opened_escalation": _("What you wrote to oversight"),
    "opened_file": _("A file"),
    "opened_notes": _("The team’s own notes on your case"),
    "opened_findings": _("What was said to have happened, and what was found"),
    "opened_decision": _("The decision"),
    "opened_wishes": _("Your wishes for protection"),
    "opened_exclusions": _("The names that appear in it, to check for conflicts"),
    "opened_plan": _("The plan of how it is looked into"),
    "opened_evidence": _("The list of evidence, or one item of it"),
    "exported_evidence": _("The evidence, to take along"),
    "opened_party": _("What others told us"),
    "opened_interviews": _("Notes of talks"),
    "exported_file": _("A file, downloaded"),
    "opened_picture": _("A picture, looked at"),
    "exported_case": _("Made an export"),
    "printed_case": _("Printed it"),
    "revealed_identity": _("Your name"),
    "recovery_key_used": _("Was let in with the recovery key from the safe"),
}
