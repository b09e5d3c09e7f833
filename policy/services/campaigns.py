"""Re-issuing a version: prepare, start, close. Taking people in is the worker's (`policy.services.gathering`)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from audit.actions import Action
from audit.actors import Actor, staff
from audit.services import record
from people.models import Role, Unit, User
from people.selectors import organisation, today
from policy import comprehension
from policy.calendars import WorkCalendar
from policy.campaign_audience import audience_of
from policy.comprehension import Question
from policy.models import Acknowledgement, Campaign, CampaignState, Ended, PolicyState, PolicyVersion
from policy.selectors import content_of

EDITABLE = ("audience", "unit", "starts_on", "due_value", "due_unit", "closes_on")


class CampaignMoved(Exception):
    """It is not in the state this needs, or somebody else changed it meanwhile."""


@dataclass(frozen=True)
class Missing:
    """Something that keeps a campaign from starting. `code`: "superseded", "nobody", "closes_early", or a problem of a question:
    "language", "options", "right", "section". `question_id`: which one, or "".
    """

    code: str
    question_id: str = ""


class NotReadyToStart(Exception):
    """`missing`: everything that keeps it from starting."""

    def __init__(self, missing: list[Missing]):
        self.missing = missing
        super().__init__(", ".join(each.code for each in missing))


@dataclass(frozen=True)
class Settings:
    """What an administrator decides about a campaign. `due_value` in `due_unit` (days or working days) from the first day."""

    audience: str
    unit: Unit | None
    starts_on: date
    due_value: int
    due_unit: str
    closes_on: date | None = None


@transaction.atomic
def create(*, version: PolicyVersion, settings: Settings, by: User, now: datetime) -> Campaign:
    """A campaign that is not started yet, with the starter questions that fit. Raises CampaignMoved for a version that is not published."""
    if version.published_at is None:
        raise CampaignMoved
    questions = comprehension.fitting(comprehension.starter_questions(), section_keys(version))
    campaign = Campaign(version=version, questions=comprehension.write(questions), created_by=by, created_at=now, **_columns(settings))
    campaign.save(force_insert=True)
    _audit(campaign, Action.CAMPAIGN_CREATED, _admin(by), now, version=version.number, audience=campaign.audience)
    return campaign


def _columns(settings: Settings) -> dict:
    return {name: getattr(settings, name) for name in EDITABLE}


def section_keys(version: PolicyVersion) -> list[str]:
    return [section.key for section in content_of(version).sections]


@transaction.atomic
def save_settings(*, campaign: Campaign, settings: Settings, row_version: int, by: User, now: datetime) -> Campaign:
    """Raises CampaignMoved when it is started, or was changed since `row_version` was read."""
    return _edit(campaign, row_version, by, now, **_columns(settings))


@transaction.atomic
def save_questions(*, campaign: Campaign, questions: tuple[Question, ...], row_version: int, by: User, now: datetime) -> Campaign:
    """Replace the questions. Raises CampaignMoved when it is started, or was changed since `row_version` was read."""
    return _edit(campaign, row_version, by, now, questions=comprehension.write(questions))


def _edit(campaign: Campaign, row_version: int, by: User, now: datetime, **values) -> Campaign:
    locked = _locked(campaign)
    if locked.state != CampaignState.DRAFT or locked.row_version != row_version:
        raise CampaignMoved
    for name, value in values.items():
        setattr(locked, name, value)
    locked.row_version += 1
    locked.save()
    _audit(locked, Action.CAMPAIGN_EDITED, _admin(by), now)
    return locked


def missing(campaign: Campaign, now: datetime) -> list[Missing]:
    """Everything that keeps a campaign from starting; empty when it may."""
    found = []
    if campaign.version.state == PolicyState.SUPERSEDED:
        found.append(Missing("superseded"))
    first_day = max(campaign.starts_on, today(now))
    if campaign.closes_on and campaign.closes_on < first_day + timedelta(days=campaign.due_value):
        found.append(Missing("closes_early"))
    keys = section_keys(campaign.version)
    for question in comprehension.read(campaign.questions):
        found += [Missing(code, question.id) for code in question.problems(keys)]
    return found


def expected_people(campaign: Campaign, now: datetime) -> int:
    """How many people it would go to on its first day, as far as they are known now."""
    first_day = max(campaign.starts_on, today(now))
    return audience_of(campaign, today=first_day, now=now).count()


@transaction.atomic
def start(*, campaign: Campaign, by: User, now: datetime) -> Campaign:
    """Let the worker take people in, from the first moment of `starts_on` (now, if that has begun). Starting twice changes nothing.

    Raises NotReadyToStart; CampaignMoved for a closed one.
    """
    locked = _locked(campaign)
    if locked.is_open:
        return locked
    if locked.state != CampaignState.DRAFT:
        raise CampaignMoved
    lacks = missing(locked, now)
    if lacks:
        raise NotReadyToStart(lacks)
    locked.state = CampaignState.GATHERING
    locked.started_at = now
    locked.begins_at = max(now, WorkCalendar(zone_name=organisation().time_zone).start_of(locked.starts_on))
    locked.look_at = locked.begins_at
    locked.expected = expected_people(locked, now)
    locked.row_version += 1
    locked.save()
    _audit(locked, Action.CAMPAIGN_STARTED, _admin(by), now, people=locked.expected)
    return locked


@transaction.atomic
def close(*, campaign: Campaign, by: Actor, now: datetime) -> Campaign:
    """Nobody signs any more, nobody is reminded; who had not signed stays on the list. Closing twice changes nothing.

    The rows of those who had not signed end with it: one statement, because a half-closed campaign would go on reminding.
    Raises CampaignMoved for one that was never started.
    """
    locked = _locked(campaign)
    if locked.state == CampaignState.CLOSED:
        return locked
    if not locked.is_open:
        raise CampaignMoved
    locked.state, locked.closed_at, locked.look_at = CampaignState.CLOSED, now, None
    locked.row_version += 1
    locked.save()
    waiting = Acknowledgement.objects.filter(campaign=locked, signed_at__isnull=True, ended_at__isnull=True)
    count = waiting.update(ended_at=now, ended_reason=Ended.CLOSED, next_at=None)
    _audit(locked, Action.CAMPAIGN_CLOSED, by, now, unsigned=count)
    return locked


@transaction.atomic
def discard(*, campaign: Campaign, by: User, now: datetime) -> None:
    """Throw away a campaign that was never started. Raises CampaignMoved for any other."""
    locked = _locked(campaign)
    if locked.state != CampaignState.DRAFT:
        raise CampaignMoved
    _audit(locked, Action.CAMPAIGN_DISCARDED, _admin(by), now)
    locked.delete()


def due_to_close(day: date):
    """Open campaigns whose last day was before `day`."""
    open_ones = Q(state__in=[CampaignState.GATHERING, CampaignState.RUNNING])
    return Campaign.objects.filter(open_ones, closes_on__lt=day)


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).select_related("version", "unit").get(pk=campaign.pk)


def _admin(by: User) -> Actor:
    return staff(by, Role.POLICY_ADMIN.value)


def _audit(campaign: Campaign, action: Action, by: Actor, now: datetime, **facts) -> None:
    record(by=by, action=action, subject_id=None, object_kind="campaign", object_id=campaign.pk, facts=facts, now=now)
