"""What is said to have happened, what speaks for and against it, and what was established (R28, R30, R31)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.sealed import SealedRow
from investigations.models.investigation import Investigation


class Allegation(SealedRow):
    """One numbered, neutral sentence about one respondent.

    `detail_sealed`: {"text", "conduct", "gravity", "repeat", "when", "where", "sources": [quoted sentences], "kind"}; `conduct` is a code
    of the pinned policy. `kind` "" or "malicious" (only as an allegation of its own, R31). Which complaints it comes from: `complaints`.
    """

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="allegations")
    number = models.PositiveSmallIntegerField()
    respondent = models.ForeignKey("investigations.CasePerson", on_delete=models.PROTECT, related_name="allegations")
    complaints = models.ManyToManyField("complaints.Complaint", related_name="allegations")
    detail_sealed = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Dropped with a reason in `detail_sealed`; never deleted.
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["investigation", "number"], name="allegation_number_once")]


class Bearing(models.TextChoices):
    FOR = "for", _("Speaks for it")
    AGAINST = "against", _("Speaks against it")
    CONTEXT = "context", _("Background")


class Bears(SealedRow):
    """What an item of evidence or a talk means for an allegation. `note_sealed`: {"text"}."""

    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="bears")
    evidence = models.ForeignKey("investigations.Evidence", on_delete=models.PROTECT, null=True, related_name="bears")
    interview = models.ForeignKey("investigations.Interview", on_delete=models.PROTECT, null=True, related_name="bears")
    bearing = models.CharField(max_length=8, choices=Bearing.choices)
    note_sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(evidence__isnull=False, interview__isnull=True)
                | models.Q(evidence__isnull=True, interview__isnull=False),
                name="bears_from_one_source",
            ),
            models.UniqueConstraint(
                fields=["allegation", "evidence"], condition=models.Q(evidence__isnull=False), name="evidence_bears_once"
            ),
            models.UniqueConstraint(
                fields=["allegation", "interview"], condition=models.Q(interview__isnull=False), name="interview_bears_once"
            ),
        ]


class Result(models.TextChoices):
    """R31. "Unproved" is never "false" (T10): not enough evidence says only that."""

    SUBSTANTIATED = "substantiated", _("Established")
    NOT_SUBSTANTIATED = "not_substantiated", _("Did not happen as described")
    NOT_ENOUGH = "not_enough", _("Not enough evidence either way")
    OUT_OF_SCOPE = "out_of_scope", _("Not covered by the policy")
    WITHDRAWN = "withdrawn", _("Withdrawn, not decided")


class Finding(SealedRow):
    """The result for one allegation with its reasons. `detail_sealed`: {"result", "for", "against", "weight", "reasons", "recommendation"}.

    The result says something about a person, so it is sealed as well. Final once the investigation is reported.
    """

    allegation = models.OneToOneField(Allegation, on_delete=models.PROTECT, related_name="finding")
    detail_sealed = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")


class Rendering(models.TextChoices):
    FULL = "full", _("Full")
    IDENTITY_FREE = "identity_free", _("Without identities")


class Report(SealedRow):
    """A report as it stood when it was made; a new one never replaces it. `body_sealed`: {"title", "parts": [{"heading", "text"}]}."""

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    rendering = models.CharField(max_length=14, choices=Rendering.choices)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    body_sealed = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    final = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["investigation", "number"], name="report_number_once")]
