"""A company with a published policy and people to sign it, so that tests read as sentences."""

from datetime import date, datetime, timedelta

from policy.models import Acknowledgement, Audience, Campaign
from policy.selectors import policy_in_force
from policy.services import campaigns, gathering, signing
from policy.services.campaigns import Settings
from tests.factories import cast

FIRST_DAY = date(2026, 11, 23)


def make_campaign(
    admin, *, now: datetime = cast.NOW, audience: str = Audience.EVERYBODY, unit=None, starts_on=FIRST_DAY, **more
) -> Campaign:
    """A campaign for the version in force, not started: fourteen days from Monday 23 November 2026."""
    more = {"due_value": 14, "due_unit": "calendar_day"} | more
    settings = Settings(audience, unit, starts_on, **more)
    return campaigns.create(version=policy_in_force(now), settings=settings, by=admin.user, now=now)


def started(admin, *, now: datetime = cast.NOW, **more) -> Campaign:
    """A running campaign that has taken in everybody there is."""
    campaign = campaigns.start(campaign=make_campaign(admin, now=now, **more), by=admin.user, now=now)
    gather(now)
    return Campaign.objects.get(pk=campaign.pk)


def gather(now: datetime, limit: int = 100) -> int:
    """Let the worker look until it has nothing more to do; how many batches."""
    done = 0
    while gathering.look(now=now, limit=limit):
        done += 1
        assert done < 1000
    return done


def row_of(campaign: Campaign, person) -> Acknowledgement:
    return Acknowledgement.objects.select_related("campaign__version", "employee__user").get(
        campaign=campaign, employee=getattr(person, "employee", person)
    )


def answer_all(row: Acknowledgement, now: datetime) -> None:
    for question in campaigns.comprehension.read(row.campaign.questions):
        assert signing.answer(row=row, question_id=question.id, choice=question.right, now=now)


def sign(campaign: Campaign, person, now: datetime = cast.NOW) -> Acknowledgement:
    """Open, answer and sign, each a minute after the other."""
    row = row_of(campaign, person)
    signing.open_text(row=row, now=now)
    answer_all(row, now + timedelta(minutes=1))
    proved = now + timedelta(minutes=2)
    return signing.sign(row=row, by=person.user, proved_at=proved, now=proved)
