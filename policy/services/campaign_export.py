"""The list of a campaign as a CSV file: for spreadsheets, and safe in them."""

import csv
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
from policy.campaign_selectors import export_rows
from policy.models import Campaign, Ended, Method

# With it, spreadsheets read the file as UTF-8 and show Chinese.
BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(value: str) -> str:
    """The same words, never a formula: what begins like one gets an apostrophe in front."""
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) or value.startswith(_FORMULA) else value


def take_list(*, campaign: Campaign, leader: Employee | None, by: Actor, now: datetime) -> Iterator[str]:
    """The file line by line, recorded before the first. `leader`: only the people below them."""
    with transaction.atomic():
        facts = {"version": campaign.version.number, "own_line": leader is not None}
        record(
            by=by, action=Action.CAMPAIGN_LIST_TAKEN, subject_id=None, object_kind="campaign", object_id=campaign.pk, facts=facts, now=now
        )
    return _lines(campaign, leader, campaign.closed_at or now)


class _Line:
    """What the csv module writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(campaign: Campaign, leader: Employee | None, until: datetime) -> Iterator[str]:
    writer, zone = csv.writer(_Line()), ZoneInfo(organisation().time_zone)
    yield BYTE_ORDER_MARK + writer.writerow(_heading())
    for row in export_rows(campaign, leader=leader):
        number, name, other_name, unit, site, due_date, due_at, signed_at, method, digest, ended = row
        state = _state(signed_at, ended, due_at <= until)
        signed = signed_at.astimezone(zone).isoformat(" ", "minutes") if signed_at else ""
        how = str(Method(method).label) if method else ""
        cells = (number, name, other_name, unit or "", site or "", due_date.isoformat(), state, signed, how, digest)
        yield writer.writerow([safe(cell) for cell in cells])


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
