"""Who has a new key and can't open their own cases until a colleague lets them in again."""

from dataclasses import dataclass

from complaints.models import Complaint, Seat
from complaints.selectors import IN_FORCE
from investigations.selectors import FEW_SEATS, WORKING, cases_worked_by
from vault.models import Keyholder
from vault.services.handover import subjects_of


@dataclass(frozen=True)
class Regrant:
    """A colleague with a new key who can't open `complaint` until somebody restores it."""

    complaint: Complaint
    user: object
    old: Keyholder
    new: Keyholder


def waiting_for_access(user) -> list[Regrant]:
    """Colleagues who still sit in a case of `user`'s but whose key in use is newer than the one it was sealed to."""
    mine = {c.pk: c for c in cases_worked_by(user)[:FEW_SEATS]}
    seats = Seat.objects.filter(WORKING, IN_FORCE, complaint__in=mine).exclude(user_id=user.pk).select_related("user")
    colleagues = {seat.user_id: seat.user for seat in seats}
    sits = {(seat.complaint_id, seat.user_id) for seat in seats}
    holders = Keyholder.objects.filter(kind=Keyholder.Kind.STAFF, user__in=colleagues)
    in_use = {h.user_id: h for h in holders if h.retired_at is None}
    found = []
    for old in (h for h in holders if h.retired_at is not None and h.user_id in in_use):
        new = in_use[old.user_id]
        reads_already = set(subjects_of(new.pk))
        for subject in subjects_of(old.pk):
            if (subject, old.user_id) in sits and subject not in reads_already:
                found.append(Regrant(mine[subject], colleagues[old.user_id], old, new))
    return sorted(found, key=lambda each: (each.user.display_name, each.complaint.ref))
