"""Messages both ways, their files, and what the reporter sends past the handler to oversight."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint, Statement
from complaints.models.sealed import SealedRow


class Thread(models.TextChoices):
    TEAM = "team", _("With the case team")
    OVERSIGHT = "oversight", _("With oversight")


class Side(models.TextChoices):
    REPORTER = "reporter", _("Reporter")
    STAFF = "staff", _("Case team")


class Message(SealedRow):
    """One message. Sealed to the statement compartment, or to the oversight compartment in the oversight thread."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="messages")
    thread = models.CharField(max_length=10, choices=Thread.choices, default=Thread.TEAM)
    side = models.CharField(max_length=10, choices=Side.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    author_role = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()
    body_sealed = models.BinaryField()
    # acknowledgement | question | update | answer | protection | notice | plain
    purpose = models.CharField(max_length=16, default="plain")
    question_number = models.PositiveSmallIntegerField(null=True)
    # answered | declined, empty while open
    question_state = models.CharField(max_length=10, blank=True)
    answers = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replies")
    promised_date = models.DateField(null=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["complaint", "thread", "at"], name="thread_in_order")]


class Attachment(models.Model):
    """A sealed file given with a statement or a message; name, type and hash are in its sealed manifest."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="attachments")
    number = models.PositiveSmallIntegerField()
    file = models.OneToOneField("vault.SealedFile", on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="attachments")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="attachments")
    at = models.DateTimeField()
    by_reporter = models.BooleanField(default=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["complaint", "number"], name="attachment_number_once")]

    def __str__(self) -> str:
        return f"attachment {self.number}"


class EscalationReason(models.TextChoices):
    LATE = "late", _("You are late")
    NOT_SERIOUS = "not_serious", _("I am not being taken seriously")
    CONFLICT = "conflict", _("The person handling it has a conflict of interest")
    PUNISHED = "punished", _("I am being punished for this")
    OTHER = "other", _("Something else")


class Escalation(SealedRow):
    """The reporter's request that oversight steps in. The handler never sees it; its words are a message in the oversight thread."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="escalations")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="escalation")
    # escalation | review
    kind = models.CharField(max_length=12, default="escalation")
    # Which reason was chosen says something about the case, so it is sealed with the message, not here.
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
