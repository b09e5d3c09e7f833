"""Asking for a review of a decision (A16): the request goes to oversight, which answers by a date."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Escalation
from complaints.services import escalation
from complaints.states import EventKind, State
from vault.keyring import Keyring

# From these states a decision can be asked to be looked at again.
DECIDED = frozenset({State.NO_CASE, State.REFERRED_OUT, State.DECIDED, State.ACTION_TAKEN, State.AFTERCARE, State.CLOSED})


class ReviewReason(models.TextChoices):
    NEW_INFORMATION = "new_information", _("There is new information")
    PROCEDURE = "procedure", _("The procedure was not followed")
    CONFLICT = "conflict", _("Somebody who decided had a conflict of interest")
    NOT_CARRIED_OUT = "not_carried_out", _("What was decided was not carried out")


class NothingDecided(Exception):
    """There is no decision yet; oversight can be asked to step in at any time instead."""


def may_ask(complaint: Complaint) -> bool:
    return complaint.state in DECIDED


def request(
    *,
    complaint: Complaint,
    keyring: Keyring,
    reasons: Sequence[str],
    text: str,
    token: str,
    now: datetime,
    uploads: Sequence = (),
    after_window: bool = False,
) -> Escalation:
    """Ask for a review; late requests are taken too, and say that they are late.

    Raises NothingDecided, NoOversight, NoAccess; ValueError for an unknown reason.
    """
    if not may_ask(complaint):
        raise NothingDecided
    if not reasons or not set(reasons) <= set(ReviewReason.values):
        raise ValueError("unknown reason")
    return escalation.send_past_the_team(
        complaint=complaint,
        keyring=keyring,
        kind=escalation.REVIEW,
        reason=",".join(reasons),
        text=text,
        token=token,
        now=now,
        uploads=uploads,
        facts={"after_window": after_window},
    )


def decided_at(complaint: Complaint) -> datetime | None:
    """When the reporter was told the decision, if they were."""
    event = complaint.events.filter(kind__in=[EventKind.DECISION_NOTIFIED, EventKind.ASSESSED]).order_by("-at").first()
    return event.at if event and may_ask(complaint) else None
