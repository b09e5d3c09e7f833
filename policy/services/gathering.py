"""Taking people into a campaign, and letting those who leave drop out.

A campaign of a hundred thousand people is taken in by the worker, batch by batch. A batch is one transaction: people, their first
messages, and the place where the next batch begins. Whoever is killed in between has done nothing; the next worker goes on from the
kept place. People who join the directory behind that place are found by the later looks, which go on until the campaign is closed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction

from audit.actors import SYSTEM
from notices.bulk import insert_new
from notices.services import owe_alike
from people.selectors import today
from policy.campaign_audience import audience_of, not_yet_in
from policy.models import Acknowledgement, Campaign, CampaignState, Ended
from policy.services.campaigns import close, due_to_close
from policy.signing_dates import SiteDates

BATCH = 2_000
LOOK_EVERY = timedelta(minutes=10)
# First messages go out in a steady stream, so that a large campaign never stands in the way of somebody's case.
MESSAGES_A_MINUTE = 300
ABOUT, FIRST = "acknowledgement", "sign_new"


def look(*, now: datetime, limit: int = BATCH) -> bool:
    """Do one batch of work on one campaign. Returns whether there may be more to do now."""
    _close_ended(now)
    with transaction.atomic():
        campaign = _claim(now)
        if campaign is None:
            return False
        if campaign.state == CampaignState.GATHERING:
            _gather(campaign, now, limit)
        else:
            _follow(campaign, now, limit)
        campaign.save(update_fields=["state", "cursor", "gathered", "gathered_at", "look_at"])
    return True


def _close_ended(now: datetime) -> None:
    for campaign in due_to_close(today(now)):
        close(campaign=campaign, by=SYSTEM, now=now)


def _claim(now: datetime) -> Campaign | None:
    """Lock the campaign that has waited longest; one that another worker holds is passed over."""
    due = Campaign.objects.filter(look_at__lte=now).select_related("version").order_by("look_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    return due.first()


def _gather(campaign: Campaign, now: datetime, limit: int) -> None:
    """The next people in the order of their ids, from where the last batch ended."""
    people = audience_of(campaign, today=today(now), now=now).order_by("pk")
    if campaign.cursor:
        people = people.filter(pk__gt=campaign.cursor)
    found = _rows(people, limit)
    _take_in(campaign, found, now)
    if found:
        campaign.cursor = found[-1][0]
        campaign.gathered += len(found)
    if len(found) < limit:
        campaign.state, campaign.gathered_at = CampaignState.RUNNING, now
    campaign.look_at = now


def _follow(campaign: Campaign, now: datetime, limit: int) -> None:
    """Those who joined since come in, those who left drop out, those who came back are asked again."""
    left = _drop_leavers(campaign, now, limit)
    back = _ask_again(campaign, now, limit)
    found = _rows(not_yet_in(campaign, today=today(now), now=now).order_by("pk"), limit)
    _take_in(campaign, found, now)
    campaign.gathered += len(found)
    has_more = limit in (len(found), left, back)
    campaign.look_at = now if has_more else now + LOOK_EVERY


def _rows(people, limit: int) -> list[tuple]:
    return list(people.values_list("pk", "site_id", "user_id", "user__is_active")[:limit])


def _take_in(campaign: Campaign, people: Iterable[tuple], now: datetime) -> None:
    """Rows for `people` (employee, site, account, whether it is active), and a first message for whoever has an account."""
    dates, starts_at = SiteDates(campaign), _starts_at(campaign, now)
    rows, owed = [], []
    for number, (employee_id, site_id, user_id, is_active) in enumerate(people, campaign.gathered):
        when, row_id = dates.of(site_id, starts_at, now), uuid4()
        rows.append((row_id, employee_id, when.due_at, when.due_date, when.position, when.next_at))
        if is_active:
            after = timedelta(minutes=number / MESSAGES_A_MINUTE) if campaign.state == CampaignState.GATHERING else timedelta()
            owed.append((_first_key(campaign.pk, employee_id, starts_at), user_id, row_id, now + after))
    same = dict.fromkeys(("opened_at", "signed_at", "recorded_by", "ended_at", "manager_told_at"))
    same |= {"campaign": campaign.pk, "starts_at": starts_at, "answered": [], "version_hash": "", "method": "", "ended_reason": ""}
    insert_new(Acknowledgement, same=same, names=("id", "employee", "due_at", "due_date", "last_rung", "next_at"), rows=rows)
    owe_alike(template=FIRST, about_kind=ABOUT, owed=owed, now=now)


def _starts_at(campaign: Campaign, now: datetime) -> datetime:
    """Everybody of the first day has the same start; whoever comes later has the whole time from then."""
    return campaign.begins_at if today(campaign.begins_at) == today(now) else now


def _first_key(campaign_id: UUID, employee_id: UUID, starts_at: datetime) -> str:
    return f"sign:{campaign_id}:{employee_id}:new:{starts_at:%Y%m%d}"


def _drop_leavers(campaign: Campaign, now: datetime, limit: int) -> int:
    gone = _open_rows(campaign).filter(employee__left_date__lte=today(now)).values_list("pk", flat=True)[:limit]
    keys = list(gone)
    _open_rows(campaign).filter(pk__in=keys).update(ended_at=now, ended_reason=Ended.LEFT, next_at=None)
    return len(keys)


def _ask_again(campaign: Campaign, now: datetime, limit: int) -> int:
    """Whoever left and works here again has the whole time from now."""
    people = audience_of(campaign, today=today(now), now=now).values("pk")
    back = Acknowledgement.objects.filter(campaign=campaign, ended_reason=Ended.LEFT, employee__in=people).select_related("employee__user")
    rows = list(back.order_by("pk")[:limit])
    reopen(campaign, rows, now=now)
    return len(rows)


def reopen(campaign: Campaign, rows: list[Acknowledgement], *, now: datetime) -> None:
    """Ask these people again, with the whole time from now and a message. `rows`: ended, with their employees and accounts loaded."""
    dates, owed = SiteDates(campaign), []
    for row in rows:
        when = dates.of(row.employee.site_id, now, now)
        row.starts_at, row.due_at, row.due_date = now, when.due_at, when.due_date
        row.last_rung, row.next_at, row.manager_told_at = when.position, when.next_at, None
        row.ended_at, row.ended_reason = None, ""
        user = row.employee.user
        if user is not None and user.is_active:
            owed.append((_first_key(campaign.pk, row.employee_id, now), user.pk, row.pk, now))
    fields = ["starts_at", "due_at", "due_date", "last_rung", "next_at", "manager_told_at", "ended_at", "ended_reason"]
    Acknowledgement.objects.bulk_update(rows, fields, batch_size=200)
    owe_alike(template=FIRST, about_kind=ABOUT, owed=owed, now=now)


def _open_rows(campaign: Campaign):
    return Acknowledgement.objects.filter(campaign=campaign, signed_at__isnull=True, ended_at__isnull=True)
