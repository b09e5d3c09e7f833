"""The doors to a complaint: an open seat, or the reporter's receipt. Nothing else reaches one."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import BigIntegerField, CharField, Q, QuerySet, UUIDField

from complaints.models import TEAM_ROLES, Complaint, Seat, SeatRole
from complaints.states import ENDED, State
from people.models import User
from policy.selectors import version_by_id
from vault.kept_queries import KeptQuery

# A seat from which something opens: not ended, and not resting while oversight decides about an objection (R20).
IN_FORCE = Q(until__isnull=True, suspended_at__isnull=True)


def complaints_visible_to(user) -> QuerySet[Complaint]:
    """Return the complaints `user` has an open seat in. Everything a staff page shows, counts or searches starts here."""
    seats = Seat.objects.filter(IN_FORCE, user_id=user.pk)
    return Complaint.objects.filter(pk__in=seats.values("complaint_id"))


def staff_door(user, ref: str) -> tuple[Complaint, list[Seat]]:
    """Return the complaint `ref` through the staff door, and everybody's open seats in it, oldest first, with their accounts.

    Raises Complaint.DoesNotExist for absent and forbidden alike; it is the same one question for both.
    """
    seats = _SEATS_OF_REF.all(ref=ref)
    own = next((seat for seat in seats if seat.user_id == user.pk), None)
    if own is None:
        raise Complaint.DoesNotExist
    return with_policies([own.complaint])[0], seats


_SEATS_OF_REF = KeptQuery(
    lambda ref: Seat.objects.filter(IN_FORCE, complaint__ref=ref).select_related("complaint", "user").order_by("since", "pk"),
    ref=CharField(),
)


def complaint_for_staff(user, ref: str) -> Complaint:
    """Return the complaint `ref` through the staff door. Raises Complaint.DoesNotExist for absent and forbidden alike."""
    return staff_door(user, ref)[0]


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
    return _SEATS_OF_USER.all(user_id=user.pk, complaint_id=complaint.pk)


_SEATS_OF_USER = KeptQuery(
    lambda user_id, complaint_id: Seat.objects.filter(IN_FORCE, user_id=user_id, complaint_id=complaint_id).order_by("since", "pk"),
    user_id=BigIntegerField(),
    complaint_id=UUIDField(),
)


def seat_of(user, complaint: Complaint, *roles: str) -> Seat | None:
    """Return the first open seat of `user`, limited to `roles` when given."""
    return next((seat for seat in seats_of(user, complaint) if not roles or seat.role in roles), None)


def open_seats(complaint: Complaint, *roles: str) -> QuerySet[Seat]:
    """Return who may reach `complaint` now, with their accounts."""
    seats = Seat.objects.filter(IN_FORCE, complaint=complaint).select_related("user").order_by("since", "pk")
    return seats.filter(role__in=roles) if roles else seats


def working_seats_of_leavers(*, today: date, until: date, user=None) -> list[tuple[User, date, list]]:
    """Who works on open cases and leaves from `today` to `until`: (account, last day, ids of the complaints). `user`: only that account."""
    works = Q(role__in=TEAM_ROLES) | Q(role=SeatRole.DECISION_MAKER) | Q(role=SeatRole.OVERSIGHT, complaint__oversight_handles=True)
    seats = Seat.objects.filter(works, IN_FORCE, user__employee__left_date__gt=today, user__employee__left_date__lte=until)
    seats = seats.exclude(complaint__state__in=[*ENDED, State.PRIVATE]).select_related("user__employee").order_by("user_id", "pk")
    if user is not None:
        seats = seats.filter(user=user)
    found: dict[int, tuple[User, date, list]] = {}
    for seat in seats:
        found.setdefault(seat.user_id, (seat.user, seat.user.employee.left_date, []))[2].append(seat.complaint_id)
    return list(found.values())


def resting_seats(complaint: Complaint) -> QuerySet[Seat]:
    """Return the seats that open nothing while oversight decides about an objection. Their keys stay until then."""
    return Seat.objects.filter(complaint=complaint, until__isnull=True, suspended_at__isnull=False).select_related("user")


def responsible_seats(complaint: Complaint) -> list[Seat]:
    """Return whoever must act: the assigned handler, else the intake officers, else oversight."""
    for role in ("handler", "intake", "oversight"):
        seats = list(open_seats(complaint, role))
        if seats:
            return seats
    return []
