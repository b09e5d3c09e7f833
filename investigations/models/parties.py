"""Respondents and witnesses: each has a compartment of their own and comes in with an invitation code (`vault.md` section 4)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.sealed import SealedRow
from investigations.models.investigation import Investigation


class PartySide(models.TextChoices):
    RESPONDENT = "respondent", _("Respondent")
    WITNESS = "witness", _("Witness")


class Party(SealedRow):
    """Somebody who is heard. `compartment` ("party:<number>" of the lead complaint) opens to them by code and to the team.

    `person` names them, sealed, in the case; nothing here does. `keyholder`: the invitation in use; an earlier one is retired.
    """

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="parties")
    person = models.OneToOneField("investigations.CasePerson", on_delete=models.PROTECT, related_name="party")
    side = models.CharField(max_length=12, choices=PartySide.choices)
    number = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    third_party = models.BooleanField(default=False)
    compartment = models.OneToOneField("vault.Compartment", on_delete=models.PROTECT, related_name="+")
    keyholder = models.OneToOneField("vault.Keyholder", on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField(null=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # What was put to them reached them (R28); the reply date counts from here. How it was proved is in `detail_sealed` of the document.
    served_at = models.DateTimeField(null=True)
    reply_date = models.DateField(null=True)
    replied_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["investigation", "number"], name="party_number_once")]


class DocumentKind(models.TextChoices):
    PUT_TO = "put_to", _("What was put to them")
    ANSWER = "answer", _("Written answer")
    RECORD = "record", _("Record of the talk, to confirm")
    CORRECTION = "correction", _("Correction to the record")
    MESSAGE = "message", _("Message")
    FINDINGS = "findings", _("Findings shown for comment")
    COMMENT = "comment", _("Comment on the findings")
    OUTCOME = "outcome", _("Outcome")
    OBJECTION = "objection", _("Objection to somebody who handles this")
    APPEAL = "appeal", _("Request for a review")
    CHECK = "check", _("How it is for them since")


class PartyDocument(SealedRow):
    """One dated paper between us and a party, sealed to the party's compartment; never edited. `body_sealed`: {"text", …}.

    `by`: the staff member who sent it; empty for what the party wrote.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    body_sealed = models.BinaryField()
    read_at = models.DateTimeField(null=True)
    # A record of a talk: confirmed as it stands, or answered by a correction.
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["party", "at"], name="party_papers_in_order")]


class PartyFile(models.Model):
    """A file with a party's paper, sealed to the party's compartment."""

    document = models.ForeignKey(PartyDocument, on_delete=models.PROTECT, related_name="files")
    number = models.PositiveSmallIntegerField()
    file = models.OneToOneField("vault.SealedFile", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="party_file_number_once")]

    def __str__(self) -> str:
        return f"party file {self.pk}"
