"""The formal work on one or more complaints: state, plan, what must be preserved.

Every sealed column of an investigation is sealed to the **file compartment of its lead complaint**, so whoever sits on the team of the
lead reads all of it, and it is destroyed with the lead's shred key. Joined complaints keep their own statement, deadlines and messages.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.sealed import SealedRow


class InvestigationState(models.TextChoices):
    """The small table of `workflow.md` section 3. Steps are in `investigations.states`."""

    PLANNED = "planned", _("Planning")
    GATHERING = "gathering", _("Gathering")
    ANALYSING = "analysing", _("Weighing")
    REPORTED = "reported", _("Reported")


class Investigation(SealedRow):
    """`aims_sealed`: {"text"}, what is to be found out and how. The handler of the lead runs it."""

    lead = models.OneToOneField("complaints.Complaint", on_delete=models.PROTECT, related_name="investigation")
    state = models.CharField(max_length=12, choices=InvestigationState.choices, default=InvestigationState.PLANNED)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    aims_sealed = models.BinaryField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Who read the findings as the second pair of eyes, before they are called ready.
    second_reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second_read_at = models.DateTimeField(null=True)
    # Both sides were asked for their comments (R28), and until when.
    comments_asked_at = models.DateTimeField(null=True)
    comments_until = models.DateField(null=True)
    reported_at = models.DateTimeField(null=True)


class JoinedCase(models.Model):
    """A complaint that this investigation looks into besides its lead. Each keeps its own reporter, dates and messages."""

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="joined")
    complaint = models.OneToOneField("complaints.Complaint", on_delete=models.PROTECT, related_name="joined_to")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"joined case {self.pk}"


class PlanKind(models.TextChoices):
    QUESTION = "question", _("Question to answer")
    PERSON = "person", _("Person to hear")
    STEP = "step", _("Step")
    SUPPORT = "support", _("Support person")


class PlanItem(SealedRow):
    """One line of the plan, in an order the handler sets. `text_sealed`: {"text", "answer"}. `person`: whom a PERSON item is about."""

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="plan_items")
    kind = models.CharField(max_length=10, choices=PlanKind.choices)
    position = models.PositiveIntegerField()
    text_sealed = models.BinaryField()
    person = models.ForeignKey("investigations.CasePerson", on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    due_date = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["kind", "position"]
        constraints = [models.UniqueConstraint(fields=["investigation", "kind", "position"], name="plan_position_once")]


class RecordKind(models.TextChoices):
    MESSAGES = "messages", _("Messages and chat groups")
    MAIL = "mail", _("E-mail")
    CCTV = "cctv", _("Camera recordings")
    DOOR_LOGS = "door_logs", _("Door and sign-in records")
    TRIP = "trip", _("Trip and hotel records")
    EXPENSES = "expenses", _("Expense records")
    OTHER = "other", _("Something else")


class PreservationOutcome(models.TextChoices):
    SECURED = "secured", _("Secured")
    PARTLY = "partly", _("Partly secured")
    GONE = "gone", _("No longer there")
    REFUSED = "refused", _("Refused")


class PreservationRequest(SealedRow):
    """A dated request to keep records before they are overwritten. `detail_sealed`: {"what", "holder", "period", "answer"}."""

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="preservation_requests")
    kind = models.CharField(max_length=10, choices=RecordKind.choices)
    detail_sealed = models.BinaryField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField()
    outcome = models.CharField(max_length=10, choices=PreservationOutcome.choices, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at"]
