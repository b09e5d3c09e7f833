"""People, tasks and notes of one complaint. Words are sealed to the file compartment."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.sealed import SealedRow


class PersonKind(models.TextChoices):
    REPORTER = "reporter", _("Reporter")
    AFFECTED = "affected", _("Affected person")
    RESPONDENT = "respondent", _("Respondent")
    WITNESS = "witness", _("Witness")
    TOLD = "told", _("Person told earlier")


class CasePerson(SealedRow):
    """Somebody in the case: {"name", "employee", "company", "owner", "note", "outcome"}, sealed."""

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="people")
    kind = models.CharField(max_length=12, choices=PersonKind.choices)
    detail_sealed = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Who saved last, for the colleague whose own change would have overwritten it.
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["added_at"]


class Task(SealedRow):
    """A piece of work beside the policy's deadlines."""

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="tasks")
    title_sealed = models.BinaryField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["due_date", "created_at"]


class Note(SealedRow):
    """An internal note, a question to oversight, or a message being written; never shown to the reporter.

    A question to oversight is sealed to a compartment of its own, which its author and oversight open; the others to the file compartment.
    """

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="notes")
    # internal | oversight | draft (a message being written, seen by its author only)
    kind = models.CharField(max_length=10, default="internal")
    compartment = models.OneToOneField("vault.Compartment", on_delete=models.PROTECT, null=True, related_name="+")
    body_sealed = models.BinaryField()
    # Oversight's answer to a question, in the question's compartment.
    answer_sealed = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
