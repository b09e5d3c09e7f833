"""Which investigation a complaint belongs to."""

from complaints.models import Complaint, Seat
from investigations.models import JoinedCase
from investigations.selectors_findings import investigation_of

__all__ = ["investigation_of", "leading_case_of"]


def leading_case_of(user, complaint: Complaint) -> Complaint | None:
    """The complaint whose investigation looks into `complaint` too, if `user` sits in it."""
    joined = JoinedCase.objects.filter(complaint=complaint).select_related("investigation__lead").first()
    if joined is None:
        return None
    lead = joined.investigation.lead
    return lead if Seat.objects.filter(complaint=lead, user_id=user.pk, until__isnull=True).exists() else None
