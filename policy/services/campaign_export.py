"""The list of a campaign as a CSV file."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Action
from audit.actors import Actor
from audit.services import record
from people.models import Employee
from people.selectors import organisation
from people.spreadsheets import csv_lines
from policy.campaign_selectors import export_rows
from policy.models import Campaign, Ended, Method


def take_list(*, campaign: Campaign, leader: Employee | None, by: Actor, now: datetime) -> Iterator[str]:
    """The file line by line, recorded before the first. `leader`: only the people below them."""
    with transaction.atomic():
        facts = {"version": campaign.version.number, "own_line": leader is not None}
        record(
            by=by, action=Action.CAMPAIGN_LIST_TAKEN, subject_id=None, object_kind="campaign", object_id=campaign.pk, facts=facts, now=now
        )
    return _lines(campaign, leader, campaign.closed_at or now)


def _lines(campaign: Campaign, leader: Employee | None, until: datetime) -> Iterator[str]:
    return csv_lines(_heading(), _rows(campaign, leader, until))


def _rows(campaign: Campaign, leader: Employee | None, until: datetime) -> Iterator[tuple]:
    zone = ZoneInfo(organisation().time_zone)
    for row in export_rows(campaign, leader=leader):
        number, name, other_name, unit, site, due_date, due_at, signed_at, method, digest, ended = row
        state = _state(signed_at, ended, due_at <= until)
        signed = signed_at.astimezone(zone).isoformat(" ", "minutes") if signed_at else ""
        how = str(Method(method).label) if method else ""
        yield number, name, other_name, unit or "", site or "", due_date.isoformat(), state, signed, how, digest


def _heading() -> list[str]:
    return [
        _("Number"), _("Name"), _("Name in the other language"), _("Unit"), _("Site"), _("Due"), _("State"), _("Signed at"), _("How"),
        _("Fingerprint of the version"),
    ]  # fmt: skip


def _state(signed_at: datetime | None, ended: str, is_late: bool) -> str:
    if signed_at:
        return _("Signed")
    if ended:
        return str(Ended(ended).label)
    return _("Late") if is_late else _("Outstanding")
