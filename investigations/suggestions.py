"""Tasks worth starting with, by the kind of report. Pure: what is known of a complaint in, words out; nothing is made by itself."""

from django.utils.translation import gettext_lazy as _

_ALWAYS = {
    "records": _("Ask for messages, camera pictures and records to be kept"),
    "order": _("Plan whom to speak with, and in which order"),
}
_OUTSIDE = {"owner": _("Tell whoever manages the relationship with the company what they must know, and no more")}
_RETALIATION = {"compare": _("Compare appraisal, pay and shifts with the time before the report")}
_AHEAD = {"ahead": _("Settle what happens on the day that is coming up")}
_NOT_SAFE = {"apart": _("Make sure the two do not meet at work")}


def suggested_tasks(complaint) -> dict[str, object]:
    """Words by name, the most pressing first. Reads only what is stored in the clear: flags, no word of the report."""
    found = {}
    found |= _AHEAD if complaint.ahead_date else {}
    found |= _NOT_SAFE if complaint.not_safe else {}
    found |= _RETALIATION if complaint.retaliation else {}
    found |= _OUTSIDE if complaint.third_party else {}
    return found | _ALWAYS
