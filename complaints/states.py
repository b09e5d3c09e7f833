"""The states of a complaint: one table of allowed steps, a staff label and a public label for each state.

`workflow.md` section 3: waiting and suspended are flags with a reason, not states; they never stop the day count.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Staff labels."""

    PRIVATE = "private", _("Kept private by the reporter")
    RECEIVED = "received", _("New")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    ASSESSED = "assessed", _("Assessed")
    IN_INVESTIGATION = "in_investigation", _("Investigating")
    INFORMAL = "informal_resolution", _("Informal resolution")
    REFERRED_OUT = "referred_out", _("Referred out")
    NO_CASE = "no_case", _("No case")
    FINDINGS_READY = "findings_ready", _("Findings ready")
    DECIDED = "decided", _("Decided")
    ACTION_TAKEN = "action_taken", _("Action taken")
    APPEALED = "appealed", _("Under review")
    AFTERCARE = "aftercare", _("Aftercare")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_S = State
# From each state, the states a declared step may lead to.
STEPS: dict[str, frozenset[str]] = {
    _S.PRIVATE: frozenset({_S.RECEIVED}),
    _S.RECEIVED: frozenset({_S.ACKNOWLEDGED, _S.WITHDRAWN}),
    _S.ACKNOWLEDGED: frozenset({_S.ASSESSED, _S.WITHDRAWN}),
    _S.ASSESSED: frozenset({_S.IN_INVESTIGATION, _S.INFORMAL, _S.REFERRED_OUT, _S.NO_CASE, _S.WITHDRAWN}),
    _S.IN_INVESTIGATION: frozenset({_S.FINDINGS_READY, _S.INFORMAL, _S.WITHDRAWN}),
    _S.INFORMAL: frozenset({_S.IN_INVESTIGATION, _S.AFTERCARE, _S.WITHDRAWN}),
    _S.REFERRED_OUT: frozenset({_S.IN_INVESTIGATION, _S.AFTERCARE, _S.APPEALED, _S.WITHDRAWN}),
    _S.NO_CASE: frozenset({_S.APPEALED, _S.AFTERCARE}),
    _S.FINDINGS_READY: frozenset({_S.DECIDED, _S.IN_INVESTIGATION, _S.WITHDRAWN}),
    _S.DECIDED: frozenset({_S.ACTION_TAKEN, _S.APPEALED, _S.AFTERCARE}),
    _S.ACTION_TAKEN: frozenset({_S.AFTERCARE, _S.APPEALED}),
    _S.APPEALED: frozenset({_S.DECIDED, _S.IN_INVESTIGATION}),
    _S.AFTERCARE: frozenset({_S.CLOSED, _S.APPEALED, _S.IN_INVESTIGATION}),
    _S.CLOSED: frozenset({_S.APPEALED, _S.IN_INVESTIGATION}),
    _S.WITHDRAWN: frozenset({_S.CLOSED, _S.RECEIVED, _S.IN_INVESTIGATION}),
}

# Nothing more is owed to the reporter on these, other than what was promised after the end.
ENDED = frozenset({_S.CLOSED})

# There is a decision, and the reporter was told.
DECISION_MADE = frozenset({_S.NO_CASE, _S.DECIDED, _S.ACTION_TAKEN})

# What the reporter sees: the words of `pages.md` 1.6, and one sentence that says what the word means.
PUBLIC: dict[str, tuple] = {
    _S.PRIVATE: (pgettext_lazy("public status", "Kept private"), _("Only you can open this. Nobody at work can see it.")),
    _S.RECEIVED: (pgettext_lazy("public status", "Received"), _("It is stored safely and waiting for a trained person to open it.")),
    _S.ACKNOWLEDGED: (pgettext_lazy("public status", "Being read"), _("A trained person has opened it and is reading it.")),
    _S.ASSESSED: (pgettext_lazy("public status", "Being read"), _("We have read it and are deciding how to look into it.")),
    _S.IN_INVESTIGATION: (pgettext_lazy("public status", "Being looked into"), _("We are finding out what happened.")),
    _S.INFORMAL: (pgettext_lazy("public status", "Being looked into"), _("We are working on the way you asked for.")),
    _S.REFERRED_OUT: (pgettext_lazy("public status", "Being looked into"), _("Somebody outside is dealing with this. We stay in touch.")),
    _S.NO_CASE: (pgettext_lazy("public status", "Decision made"), _("We have decided and told you why. You can ask for a review.")),
    _S.FINDINGS_READY: (pgettext_lazy("public status", "Being looked into"), _("The facts are together. The decision comes next.")),
    _S.DECIDED: (pgettext_lazy("public status", "Decision made"), _("We have decided and told you why. You can ask for a review.")),
    _S.ACTION_TAKEN: (pgettext_lazy("public status", "Decision made"), _("What was decided has been carried out.")),
    _S.APPEALED: (pgettext_lazy("public status", "Being looked into"), _("Someone who took no part before is reviewing the decision.")),
    _S.AFTERCARE: (
        pgettext_lazy("public status", "Checking in with you"),
        _("We check with you that it has stopped and that nobody is punishing you."),
    ),
    _S.CLOSED: (pgettext_lazy("public status", "Closed"), _("Our work on this has ended. You can still write to us.")),
    _S.WITHDRAWN: (pgettext_lazy("public status", "Withdrawn by you"), _("You asked us to stop. You can report again any time.")),
}
WAITING_PUBLIC = (pgettext_lazy("public status", "Waiting for you"), _("We have asked you something. You choose whether to answer."))


class Channel(models.TextChoices):
    WEB = "web", _("Web form")
    HOTLINE = "hotline", _("Hotline call")
    LETTER = "letter", _("Letter or mailbox")
    EMAIL = "email", _("E-mail")
    IN_PERSON = "in_person", _("Talk in person")


class Identity(models.TextChoices):
    NAMED = "named", _("Named")
    CONFIDENTIAL = "confidential", _("Confidential")
    ANONYMOUS = "anonymous", _("Anonymous")


class EventKind(models.TextChoices):
    """Dated facts that start or meet deadlines. The policy's limits name these (see `policy.demo`)."""

    COMPLAINT_RECEIVED = "complaint_received", _("Report received")
    UNSAFE_REPORTED = "unsafe_reported", _("The reporter does not feel safe")
    EVENT_AHEAD = "event_ahead", _("Something is about to happen")
    AHEAD_ANSWERED = "ahead_answered", _("Answered about what is about to happen")
    OPENED = "opened", _("Opened by a trained person")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    SAFETY_ANSWERED = "safety_answered", _("Safety and protection answered")
    PROTECTION_REQUESTED = "protection_requested", _("Protection asked for")
    PROTECTION_ANSWERED = "protection_answered", _("Protection request answered")
    MEASURE_REVIEW_SET = "measure_review_set", _("Review date of a protection measure set")
    MEASURE_REVIEWED = "measure_reviewed", _("Protection measure reviewed")
    ASSESSED = "assessed", _("Way of handling decided")
    PLAN_TOLD = "plan_told", _("Told how it will be looked into")
    UPDATE_SENT = "update_sent", _("Update sent")
    REPORTER_WROTE = "reporter_wrote", _("Reporter wrote")
    REPORTER_ANSWERED = "reporter_answered", _("Reporter was answered")
    QUESTION_ASKED = "question_asked", _("Reporter was asked something")
    QUESTION_CLOSED = "question_closed", _("Question answered or declined")
    ESCALATED = "escalated", _("Reporter asked oversight to step in")
    ESCALATION_ANSWERED = "escalation_answered", _("Oversight answered")
    RETALIATION_REPORTED = "retaliation_reported", _("Retaliation reported")
    RETALIATION_ANSWERED = "retaliation_answered", _("Retaliation report answered")
    EXCLUSION_ASKED = "exclusion_asked", _("Reporter excluded someone")
    EXCLUSION_CONFIRMED = "exclusion_confirmed", _("Exclusion confirmed")
    WITHDRAWAL_ASKED = "withdrawal_asked", _("Reporter asked to withdraw or pause")
    WITHDRAWAL_ANSWERED = "withdrawal_answered", _("Withdrawal or pause answered")
    REVIEW_REQUESTED = "review_requested", _("Reporter asked for a review")
    REVIEW_ANSWERED = "review_answered", _("Review answered")
    RESPONDENT_REVIEW_REQUESTED = "respondent_review_requested", _("Respondent asked for a review")
    RESPONDENT_REVIEW_ANSWERED = "respondent_review_answered", _("Respondent’s request for a review answered")
    ACCESS_ENDED = "access_ended", _("Somebody of the team left")
    OVERSIGHT_CALLED = "oversight_called", _("Oversight called, because nobody of the team was left")
    HANDED_OVER = "handed_over", _("Handed over to somebody else")
    DEADLINE_MOVED = "deadline_moved", _("A promised date was moved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    PAUSED = "paused", _("Paused by the reporter")
    RESUMED = "resumed", _("Taken up again")
    SUSPENDED = "suspended", _("Suspended")
    INVESTIGATION_STARTED = "investigation_started", _("Investigation started")
    RESPONDENT_SERVED = "respondent_served", _("Respondent told")
    FINDINGS_READY = "findings_ready", _("Findings ready")
    DECISION_NOTIFIED = "decision_notified", _("Decision told to the reporter")
    ASSIGNED = "assigned", _("Assigned to a case handler")
    ASSIGNMENT_ACCEPTED = "assignment_accepted", _("Case handler took it on")
    OBJECTION_MADE = "objection_made", _("Somebody objected to who handles it")
    OBJECTION_DECIDED = "objection_decided", _("Objection decided")
    RESPONDENT_REPLIED = "respondent_replied", _("Respondent answered")
    WITNESS_INVITED = "witness_invited", _("Witness invited")
    INTERVIEW_HELD = "interview_held", _("Talk held")
    INTERVIEW_CONFIRMED = "interview_confirmed", _("Record of a talk confirmed")
    COMMENTS_ASKED = "comments_asked", _("Findings shown for comment")
    COMMENTS_GIVEN = "comments_given", _("Comment on the findings received")
    DECISION_MADE = "decision_made", _("Decision made")
    RESPONDENT_TOLD_OUTCOME = "respondent_told_outcome", _("Respondent told the outcome")
    INFORMAL_ASKED = "informal_asked", _("Informal way asked for")
    INFORMAL_AGREED = "informal_agreed", _("Informal way agreed by both")
    INFORMAL_ENDED = "informal_ended", _("Informal way ended")
    REFERRED = "referred", _("Passed to help or an authority outside")
    JOINED = "joined", _("Looked into together with another report")
    APPEAL_ASSIGNED = "appeal_assigned", _("Review given to a new decision-maker")
    ACTION_DECIDED = "action_decided", _("Something to carry out was decided")
    SANCTION_EXECUTED = "sanction_executed", _("Decision carried out")
    AFTERCARE_CHECKED = "aftercare_checked", _("Aftercare check made")
    LATE = "late", _("A promised date was missed")
    ESCALATED_BY_CLOCK = "escalated_by_clock", _("Passed above the person responsible")
    OVERSIGHT_TOLD = "oversight_told", _("Oversight was told")
    CALLED_IN = "called_in", _("Oversight asked for it to be handed over")
    CASE_CLOSED = "case_closed", _("Closed")


def event_kinds() -> list[tuple[str, str]]:
    """The choices of an event's kind, looked up when needed: a new kind of fact changes no table."""
    return EventKind.choices
