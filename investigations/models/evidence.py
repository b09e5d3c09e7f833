"""Evidence: the original bit for bit, who had it when, and what was made from it (R24, R25)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.sealed import SealedRow
from investigations.models.investigation import Investigation


class Derivation(models.TextChoices):
    REDACTION = "redaction", _("Redacted copy")
    TRANSCRIPT = "transcript", _("Transcript")
    TRANSLATION = "translation", _("Translation")
    EXTRACT = "extract", _("Extract")


class Evidence(SealedRow):
    """One numbered item. The row is never deleted and its file never replaced: a trigger refuses (R25, T17).

    `detail_sealed`: {"name", "given_by", "method", "about"}. `file` is a sealed file of the file compartment (taken in by the team),
    `attachment` one the reporter gave, `party_file` one a party gave; exactly one of them, or none for a thing that is kept elsewhere
    ({"kept_where"}). A derivative names what it was made from and never stands in its place.
    """

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveIntegerField()
    detail_sealed = models.BinaryField()
    file = models.OneToOneField("vault.SealedFile", on_delete=models.PROTECT, null=True, related_name="+")
    attachment = models.OneToOneField("complaints.Attachment", on_delete=models.PROTECT, null=True, related_name="evidence")
    party_file = models.OneToOneField("investigations.PartyFile", on_delete=models.PROTECT, null=True, related_name="evidence")
    request = models.ForeignKey("investigations.PreservationRequest", on_delete=models.PROTECT, null=True, related_name="evidence")
    derived_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="derivatives")
    derivation = models.CharField(max_length=12, choices=Derivation.choices, blank=True)
    obtained_at = models.DateTimeField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["investigation", "number"], name="evidence_number_once"),
            models.CheckConstraint(
                condition=Q(derived_from__isnull=True, derivation="") | (Q(derived_from__isnull=False) & ~Q(derivation="")),
                name="derivative_says_of_what",
            ),
        ]


class CustodyKind(models.TextChoices):
    TAKEN_IN = "taken_in", _("Taken in")
    HANDED_OVER = "handed_over", _("Handed over")
    RETURNED = "returned", _("Given back")
    CHECKED = "checked", _("Hash checked")
    DERIVED = "derived", _("Copy made from it")


class CustodyEntry(SealedRow):
    """A hand-over or check of one item; views and exports are audit rows. `detail_sealed`: {"from", "to", "how"}. Append-only."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="custody")
    kind = models.CharField(max_length=12, choices=CustodyKind.choices)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    detail_sealed = models.BinaryField()

    class Meta:
        ordering = ["at", "recorded_at"]
