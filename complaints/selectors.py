"""The doors to a complaint: an open seat, or the reporter's receipt. Nothing else reaches one."""

from uuid import UUID

from django.db.models import QuerySet

from complaints.models import Complaint, Seat


def complaints_visible_to(user) -> QuerySet[Complaint]:
    """Return the complaints `user` has an open seat in. Everything a staff page shows, counts or searches starts here."""
    seats = Seat.objects.filter(user_id=user.pk, until__isnull=True)
    return Complaint.objects.filter(pk__in=seats.values("complaint_id"))


def complaint_for_staff(user, ref: str) -> Complaint:
    """Return the complaint `ref` through the staff door. Raises Complaint.DoesNotExist for absent and forbidden alike."""
    return complaints_visible_to(user).select_related("policy_version").get(ref=ref)


def complaint_of_receipt(keyholder_id: UUID) -> Complaint:
    """Return the complaint of a receipt code's keyholder. Raises Complaint.DoesNotExist."""
    return Complaint.objects.select_related("policy_version").get(receipt_id=keyholder_id)


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
