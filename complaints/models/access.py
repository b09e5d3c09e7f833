"""Who may reach a complaint. There is no other way in than an open seat or the receipt code."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.sealed import SealedRow
from people.models import Role


class SeatRole(models.TextChoices):
    INTAKE = "intake", _("Intake officer")
    HANDLER = "handler", _("Case handler")
    DECISION_MAKER = "decision_maker", _("Decision-maker")
    OVERSIGHT = "oversight", _("Oversight")
    SUPPORT = "support", _("Support contact")


# Seats whose holders read the statement and work on the file.
TEAM_ROLES = frozenset({SeatRole.INTAKE, SeatRole.HANDLER})


# Which role of the organisation a seat needs, for as long as it is open.
ROLES_FOR_SEAT: dict[str, frozenset[str]] = {
    SeatRole.INTAKE: frozenset({Role.INTAKE_OFFICER}),
    SeatRole.HANDLER: frozenset({Role.INVESTIGATOR, Role.EXTERNAL_INVESTIGATOR, Role.INTAKE_OFFICER}),
    SeatRole.DECISION_MAKER: frozenset({Role.DECISION_MAKER}),
    SeatRole.OVERSIGHT: frozenset({Role.OVERSIGHT}),
    SeatRole.SUPPORT: frozenset({Role.SUPPORT_CONTACT}),
}


class Seat(models.Model):
    """A positive list: `user` may reach `complaint` as `role` from `since` until `until`.

    Exclusions are never stored in the clear; somebody who must not see a complaint simply has no seat.
    A decision-maker or oversight seat made at filing names whom the clock may call without opening anything.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(max_length=16, choices=SeatRole.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    # Set by the conflict declaration; content is shown only after "no conflict".
    conflict_declared_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    # A party objected: nothing opens from here until oversight decided (R20).
    suspended_at = models.DateTimeField(null=True)
    # A decision-maker's seat opens the case only once they are called to decide; until then it is a standby.
    called_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "user", "role"], condition=models.Q(until__isnull=True), name="one_open_seat")
        ]
        indexes = [models.Index(fields=["user", "role"], condition=models.Q(until__isnull=True), name="open_seats_of_user")]

    def __str__(self) -> str:
        return f"{self.role} seat {self.pk}"


class ExclusionList(SealedRow):
    """Who must never see the complaint: names, groups, and directory ids where they were recognised. Sealed to the statement."""

    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, related_name="exclusion_list")
    list_sealed = models.BinaryField()
