"""The words a policy may use: events that start and meet limits, roles, kinds of channels and support.

A limit that names an unknown event could never start, so loading a policy refuses it. What the portal itself records
is in `complaints.states.EventKind`; a test keeps that list inside this one.
"""

from django.utils.translation import gettext_lazy as _

LANGUAGES = ("en", "zh-hans")

# Facts the portal records on a complaint.
PORTAL_EVENTS = frozenset(
    {
        "complaint_received",
        "unsafe_reported",
        "event_ahead",
        "ahead_answered",
        "opened",
        "acknowledged",
        "safety_answered",
        "protection_requested",
        "protection_answered",
        "measure_review_set",
        "measure_reviewed",
        "interim_measure_granted",
        "interim_measure_ended",
        "assessed",
        "plan_told",
        "update_sent",
        "reporter_wrote",
        "reporter_answered",
        "question_asked",
        "question_closed",
        "escalated",
        "escalation_answered",
        "retaliation_reported",
        "retaliation_answered",
        "exclusion_asked",
        "exclusion_confirmed",
        "withdrawal_asked",
        "withdrawal_answered",
        "review_requested",
        "review_answered",
        "respondent_review_requested",
        "respondent_review_answered",
        "handed_over",
        "deadline_moved",
        "withdrawn",
        "paused",
        "resumed",
        "suspended",
        "investigation_started",
        "respondent_served",
        "findings_ready",
        "decision_notified",
        "action_decided",
        "assigned",
        "assignment_accepted",
        "objection_made",
        "objection_decided",
        "respondent_replied",
        "witness_invited",
        "interview_held",
        "interview_confirmed",
        "comments_asked",
        "comments_given",
        "decision_made",
        "respondent_told_outcome",
        "informal_asked",
        "informal_agreed",
        "informal_ended",
        "referred",
        "joined",
        "appeal_assigned",
        "sanction_executed",
        "aftercare_checked",
        "late",
        "escalated_by_clock",
        "oversight_told",
        "called_in",
        "access_ended",
        "oversight_called",
        "case_closed",
    }
)

# Facts of the law's procedures that a handler may note, or that only date an outside route.
LEGAL_EVENTS = frozenset(
    {
        "incident_last",
        "became_aware",
        "manager_told",
        "manager_passed_on",
        "became_adult",
        "left_employment",
        "ack_period_expired",
        "party_absence_over_90d_return",
        "investigator_notice_given",
        "investigator_agreed",
        "investigation_requested",
        "inquiry_completed",
        "report_received_by_employer",
        "recommendation_issued",
        "recommendation_carried_out",
        "result_known_to_employer",
        "result_served_on_employer",
        "authority_told",
        "authority_result_told",
        "authority_decision_notified",
        "authority_notice_received",
        "fatality_learnt",
        "fatality_reported",
        "first_unexcused_absence",
        "unexcused_absence",
        "hearing_attended",
        "termination_or_exparte_order",
        "exparte_notice_given",
        "resolution_begun",
        "resolution_completed",
        "witness_contacted",
        "corrected",
        "police_told",
        "employment_started",
        "role_assumed",
        "training_completed",
        "policy_adopted",
        "calendar_year_end",
        "annual_report_sent",
        "feedback_given",
        "hours_worked_100",
    }
)

EVENTS = PORTAL_EVENTS | LEGAL_EVENTS

# Who owes a limit, and who is told when it is late.
RESPONSIBLE = {
    "intake": _("Intake officer"),
    "handler": _("Case handler"),
    "decision_maker": _("Decision-maker"),
    "oversight": _("Oversight"),
    "support": _("Support contact"),
    "employer": _("The employer"),
    "manager": _("Whoever leads people"),
    "party": _("You, or the other person"),
    "authority": _("An outside body"),
}

CHANNEL_KINDS = {
    "web": _("Online form"),
    "hotline": _("Hotline"),
    "email": _("E-mail"),
    "mailbox": _("Letter or mailbox"),
    "person": _("A person you can talk to"),
    "external": _("Outside route"),
}

SUPPORT_KINDS = {
    "police": _("Police"),
    "womens_federation": _("Women’s federation"),
    "union": _("Trade union"),
    "labour_authority": _("Labour authority"),
    "legal_aid": _("Legal aid"),
    "doctor": _("Medical help"),
    "counselling": _("Counselling"),
    "equality_body": _("Equality body"),
    "court": _("Court"),
}

CONFIDENCE = {
    "found": _("Read in the source"),
    "knowledge": _("General knowledge, to be confirmed"),
    "employer": _("Set by the employer"),
}

# How sure the handling body must be before it says that something happened.
STANDARDS_OF_PROOF = {
    "more_likely": _("More likely than not"),
    "clear": _("Clear and convincing"),
    "beyond_doubt": _("Beyond reasonable doubt"),
}

GRAVITIES = {"minor": _("Less serious"), "serious": _("Serious"), "grave": _("Very serious")}

# R01: a policy that says nothing on one of these can't be published.
MANDATORY_SECTIONS = {
    "position": _("Position statement"),
    "definition": _("Definition"),
    "examples": _("Examples"),
    "body": _("Responsible body"),
    "channels": _("Channels"),
    "procedure": _("Procedure"),
    "limits": _("Time limits"),
    "interim": _("Interim protection"),
    "sanctions": _("Sanctions schedule"),
    "confidentiality": _("Confidentiality and its limits"),
    "no_retaliation": _("No retaliation"),
    "outside": _("Outside routes"),
    "support": _("Support"),
    "review": _("Review"),
}
