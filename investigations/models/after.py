"""Beside and after the decision: outside help, informal ways, aftercare, the watch for retaliation, repetition (R18, R34)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.sealed import SealedRow


class ReferralBasis(models.TextChoices):
    CONSENT = "consent", _("The person agreed")
    DUTY = "duty", _("A legal duty")


class Referral(SealedRow):
    """Help or an authority outside. `kind`: a word of `policy.vocabulary.SUPPORT_KINDS` or "client_company".

    `detail_sealed`: {"whom", "what_was_passed_on", "basis_words", "accompanied_by", "outcome"}. An outside date is shown, never ours.
    """

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="referrals")
    kind = models.CharField(max_length=20)
    basis = models.CharField(max_length=8, choices=ReferralBasis.choices)
    consent_at = models.DateTimeField(null=True)
    detail_sealed = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outside_date = models.DateField(null=True)
    outcome_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(basis="consent") | Q(consent_at__isnull=False), name="referral_with_consent_or_duty")
        ]


class InformalResolution(SealedRow):
    """Only when the reporter asked for it, never for money (T11). `terms_sealed`: {"text"}, in the statement compartment.

    Both sides confirm with their own code: the reporter here, the respondent by `document`.
    """

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="informal_ways")
    asked_at = models.DateTimeField()
    terms_sealed = models.BinaryField(null=True)
    written_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reporter_confirmed_at = models.DateTimeField(null=True)
    document = models.OneToOneField("investigations.PartyDocument", on_delete=models.PROTECT, null=True, related_name="informal_way")
    respondent_confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # agreed | reporter_left | no_agreement
    ended_how = models.CharField(max_length=14, blank=True)


class AftercareCheck(SealedRow):
    """One check of the policy (limits aftercare_1, _3, _6) with the reporter. `result_sealed`: {"stopped", "punished", "needs", "text"}."""

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="aftercare")
    number = models.CharField(max_length=2)
    asked_at = models.DateTimeField(null=True)
    message = models.OneToOneField("complaints.Message", on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    result_sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["complaint", "number"], name="one_check_of_each")]


class DetrimentKind(models.TextChoices):
    APPRAISAL = "appraisal", _("Appraisal")
    PAY = "pay", _("Pay or bonus")
    SHIFT = "shift", _("Shifts or hours")
    DUTIES = "duties", _("Duties or place of work")
    CONTRACT = "contract", _("Contract, probation or renewal")
    DISCIPLINE = "discipline", _("Warning or discipline")
    OTHER = "other", _("Something else")


class WatchEntry(SealedRow):
    """A change at work since the report of a named person who agreed to be watched over. `detail_sealed`: {"text", "explained"}.

    `person`: a witness; none stands for the reporter, who is named in the report and not in a row of the team.
    """

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="watch")
    person = models.ForeignKey("investigations.CasePerson", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=DetrimentKind.choices)
    happened_date = models.DateField()
    detail_sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["happened_date"]


class WatchConsent(models.Model):
    """The reporter (`person` is none) or a witness agreed to the watch, or took it back."""

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="watch_consents")
    person = models.OneToOneField("investigations.CasePerson", on_delete=models.PROTECT, null=True, related_name="watch_consent")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint"], condition=Q(person__isnull=True), name="one_watch_consent_of_the_reporter")
        ]

    def __str__(self) -> str:
        return f"watch consent {self.pk}"


class RepeatMark(models.Model):
    """One respondent of one complaint in the repeat index: Argon2id under the blind-index key over a directory entry.

    Made only by an officer from a directory entry. Equal marks mean the same person; the row does not say who.
    """

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="repeat_marks")
    person = models.OneToOneField("investigations.CasePerson", on_delete=models.PROTECT, related_name="repeat_mark")
    mark = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["mark"], name="repeat_mark_lookup")]

    def __str__(self) -> str:
        return f"repeat mark {self.pk}"


class Objection(SealedRow):
    """A party says that somebody who handles the case is not free to (R20): their access rests until oversight decided.

    `reason_sealed`: {"text"}: for a reporter in the oversight compartment of the complaint, for a party in a `compartment` that their code
    and oversight open: oversight holds no key to what a party writes to the team, and the team none to this.
    """

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="objections")
    seat = models.ForeignKey("complaints.Seat", on_delete=models.PROTECT, related_name="objections")
    at = models.DateTimeField()
    reason_sealed = models.BinaryField(null=True)
    document = models.OneToOneField("investigations.PartyDocument", on_delete=models.PROTECT, null=True, related_name="objection")
    compartment = models.OneToOneField("vault.Compartment", on_delete=models.PROTECT, null=True, related_name="+")
    party = models.ForeignKey("investigations.Party", on_delete=models.PROTECT, null=True, related_name="objections")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    upheld = models.BooleanField(null=True)
    answer_sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["seat"], condition=Q(decided_at__isnull=True), name="one_open_objection_per_seat")]
