"""The doors to a complaint: an open seat, or the reporter's receipt. Nothing else reaches one."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from complaints.models import Complaint, Seat
from policy.selectors import version_by_id


def complaints_visible_to(user) -> QuerySet[Complaint]:
    """Return the complaints `user` has an open seat in. Everything a staff page shows, counts or searches starts here."""
    seats = Seat.objects.filter(user_id=user.pk, until__isnull=True)
    return Complaint.objects.filter(pk__in=seats.values("complaint_id"))


def complaint_for_staff(user, ref: str) -> Complaint:
    """Return the complaint `ref` through the staff door. Raises Complaint.DoesNotExist for absent and forbidden alike."""
    return with_policies([complaints_visible_to(user).get(ref=ref)])[0]


def complaint_of_receipt(keyholder_id: UUID) -> Complaint:
    """Return the complaint of a receipt code's keyholder. Raises Complaint.DoesNotExist."""
    return with_policies([Complaint.objects.get(receipt_id=keyholder_id)])[0]


def with_policies(complaints: Iterable[Complaint]) -> list[Complaint]:
    """Give each complaint its policy version from those kept in memory. A join would read the large row anew for each of them."""
    complaints = list(complaints)
    for complaint in complaints:
        complaint.policy_version = version_by_id(complaint.policy_version_id)
    return complaints


def seats_of(user, complaint: Complaint) -> list[Seat]:
    """Return the open seats of `user` in `complaint`, oldest first."""
    return list(Seat.objects.filter(user_id=user.pk, complaint=complaint, until__isnull=True).order_by("since", "pk"))


def seat_of(user, complaint: Complaint, *roles: str) -> Seat | None:
    """Return the first open seat of `user`, limited to `roles` when given."""
    return next((seat for seat in seats_of(user, complaint) if not roles or seat.role in roles), None)


def open_seats(complaint: Complaint, *roles: str) -> QuerySet[Seat]:
    """Return who may reach `complaint` now, with their accounts."""
    seats = Seat.objects.filter(complaint=complaint, until__isnull=True).select_related("user").order_by("since", "pk")
    return seats.filter(role__in=roles) if roles else seats


def responsible_seats(complaint: Complaint) -> list[Seat]:
    """Return whoever must act: the assigned handler, else the intake officers, else oversight."""
    for role in ("handler", "intake", "oversight"):
        seats = list(open_seats(complaint, role))
        if seats:
            return seats
    return []
