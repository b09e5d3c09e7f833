"""The complaint: the spine that carries status, deadlines, messages and access; and the reporter's own words."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.sealed import SealedRow
from complaints.states import Channel, Identity, State


class Complaint(SealedRow):
    """One filed report.

    Plain columns hold only states, times and flags that lists need; `docs/threat-model.md` names them as known residue.
    `row_version` rises with every staff change, so that two editors never overwrite each other; nothing is sealed in this row.
    """

    ref = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=24, choices=State.choices, default=State.RECEIVED)
    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, null=True)
    channel = models.CharField(max_length=12, choices=Channel.choices, default=Channel.WEB)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    identity = models.CharField(max_length=14, choices=Identity.choices, default=Identity.ANONYMOUS)
    received_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    not_safe = models.BooleanField(default=False)
    third_party = models.BooleanField(default=False)
    retaliation = models.BooleanField(default=False)
    # A coming event puts the complaint first in the queue; the date itself is the due date of a deadline.
    ahead_date = models.DateField(null=True)
    waiting_since = models.DateTimeField(null=True)
    paused_until = models.DateField(null=True)
    # Who must act next is oversight, because too few unconflicted officers were left.
    oversight_handles = models.BooleanField(default=False)
    # Somebody left or was called in without keys: whoever opens it next, with a key of their own, puts seats and keys in order.
    keys_due = models.BooleanField(default=False)
    linked_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="linked")

    # One submission makes one complaint, on every resend, double click and second tab.
    submission_token = models.BinaryField(max_length=32, unique=True)
    receipt = models.OneToOneField("vault.Keyholder", on_delete=models.PROTECT, related_name="+")
    statement_compartment = models.OneToOneField("vault.Compartment", on_delete=models.PROTECT, related_name="+")
    file_compartment = models.OneToOneField("vault.Compartment", on_delete=models.PROTECT, null=True, related_name="+")
    oversight_compartment = models.OneToOneField("vault.Compartment", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["state", "-received_at"], name="complaint_by_state"),
            # In the order of the case list, so that a page of it is read and nothing is sorted.
            models.Index(fields=["-received_at", "id"], name="complaint_in_order"),
            models.Index(fields=["updated_at"], condition=models.Q(keys_due=True), name="complaint_keys_due"),
        ]

    def __str__(self) -> str:
        return self.ref


class StatementKind(models.TextChoices):
    REPORT = "report", _("Report")
    ADDITION = "addition", _("Addition")
    RETALIATION = "retaliation", _("Retaliation report")
    WITHDRAWAL = "withdrawal", _("Withdrawal")
    REVIEW = "review", _("Review request")
    INTERVIEW = "interview", _("Record of a talk, to confirm")
    COMMENT = "comment", _("Comment on the findings")
    INFORMAL = "informal", _("Informal way asked for")


class Statement(SealedRow):
    """What the reporter wrote, as written; never edited, only added to. The report keeps the questions as they were shown."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=12, choices=StatementKind.choices)
    at = models.DateTimeField()
    # Made up by staff from a call, letter or talk; the reporter confirms or corrects it (R14).
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    body_sealed = models.BinaryField()

    class Meta:
        ordering = ["at"]
