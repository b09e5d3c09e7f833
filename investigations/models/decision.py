"""The decision by somebody who took no part, what follows from it, and the review of it (R32, R33)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.sealed import SealedRow
from investigations.models.investigation import Investigation


class Decision(SealedRow):
    """The outcome of one investigation; after a successful appeal a second one with a higher number.

    `detail_sealed`: {"outcome", "reasons", "now": what happens now, "heard": what the affected person said, "not_heard_why",
    "not_told": what can't be told and why}. `letters_sealed`: {party id: words}, what respondents will be told, until it is told them.
    """

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField(default=1)
    decider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    detail_sealed = models.BinaryField(null=True)
    letters_sealed = models.BinaryField(null=True)
    # The affected person was heard before the sanction was chosen, or the reason why not is in `detail_sealed`.
    heard_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["investigation", "number"], name="decision_number_once")]


class PanelVote(models.Model):
    """Where a body decides: one vote of each member. A quorum of the policy's body is needed (R19)."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="votes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "member"], name="one_vote_each")]

    def __str__(self) -> str:
        return f"vote {self.pk}"


class ItemKind(models.TextChoices):
    SANCTION = "sanction", _("Sanction")
    REMEDY = "remedy", _("Remedy")
    ACTION = "action", _("Action so that it does not happen again")


class DecisionItem(SealedRow):
    """Something to carry out, with an owner, a date and a proof. Its deadline is the limit `implement`, subject = this id.

    `detail_sealed`: {"code", "text", "later_reason"}; `code` of the pinned policy's schedule. `outside_schedule` items have a written
    reason, which oversight reads: `outside_note_sealed` ({"text"}) is sealed to a compartment of its own, which whoever decided and
    oversight open. `proof_sealed`: {"text"}. What was taken back before the decision was made has `dropped_at`; nothing is deleted.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    allegation = models.ForeignKey("investigations.Allegation", on_delete=models.PROTECT, null=True, related_name="items")
    respondent = models.ForeignKey("investigations.CasePerson", on_delete=models.PROTECT, null=True, related_name="+")
    detail_sealed = models.BinaryField()
    outside_schedule = models.BooleanField(default=False)
    outside_note_sealed = models.BinaryField(null=True)
    outside_compartment = models.OneToOneField("vault.Compartment", on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField()
    added_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    proof_sealed = models.BinaryField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["added_at"]
        constraints = [
            models.CheckConstraint(condition=Q(done_at__isnull=True) | Q(proof_sealed__isnull=False), name="done_with_a_proof"),
            models.CheckConstraint(
                condition=~Q(outside_schedule=True) | Q(outside_note_sealed__isnull=False), name="outside_with_a_reason"
            ),
        ]


class Release(SealedRow):
    """The outcome as one reporter reads it (A15), sealed to the statement compartment of their complaint.

    `letter_sealed`: {"answer", "per_allegation": [{"finding", "reasons"}], "now", "not_told", "support"}. Invisible before `released_at`.
    Letters to respondents are PartyDocuments of the kind OUTCOME and never go out before the reporters’ letters.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="releases")
    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="releases")
    letter_sealed = models.BinaryField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "complaint"], name="one_letter_per_reporter")]


class AppealSide(models.TextChoices):
    REPORTER = "reporter", _("Reporter")
    RESPONDENT = "respondent", _("Respondent")


class AppealResult(models.TextChoices):
    UPHELD = "upheld", _("The decision stands")
    CHANGED = "changed", _("The decision is changed")
    SENT_BACK = "sent_back", _("It is looked into again")


class Appeal(SealedRow):
    """A request for a review by either side: `escalation` (in the reporter's oversight compartment) or `document` (in the party's).

    When it is given to `decider`, who took no part, the grounds ({"reason", "text"}) are sealed once more to `compartment`, which the
    decider and oversight open: the team never reads them. `answer_sealed`: {"text"}, in `compartment`. A late one is admitted or
    refused by oversight; refused: answered without a result, to a reporter by a message in the oversight thread. `subject` of its
    events: the escalation, or this id.
    """

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="appeals")
    side = models.CharField(max_length=10, choices=AppealSide.choices)
    escalation = models.OneToOneField("complaints.Escalation", on_delete=models.PROTECT, null=True, related_name="appeal")
    document = models.OneToOneField("investigations.PartyDocument", on_delete=models.PROTECT, null=True, related_name="appeal")
    at = models.DateTimeField()
    compartment = models.OneToOneField("vault.Compartment", on_delete=models.PROTECT, null=True, related_name="+")
    grounds_sealed = models.BinaryField(null=True)
    # After the window: oversight decides whether it is taken up.
    late = models.BooleanField(default=False)
    admitted_at = models.DateTimeField(null=True)
    decider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    assigned_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=10, choices=AppealResult.choices, blank=True)
    answer_sealed = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at"]
