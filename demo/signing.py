"""The demonstration's re-issue of the policy: everybody was asked three weeks ago, some signed, one on paper, some are late."""

from datetime import datetime, timedelta

from demo.people import Account
from policy import comprehension
from policy.models import Acknowledgement, Audience, Campaign, PolicyVersion
from policy.services import campaigns, gathering, sign_reminders, signing
from vault.uploads import sealed_upload

SIGNED = ("1003", "1004", "1005", "1006", "1008", "1010", "1012")
ON_PAPER = "1031"
ON_LEAVE = "1028"
DAYS_AGO = 20
# The smallest picture there is, in place of a scan.
SCAN = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fea735815d0000000049454e44ae426082"
)


def load_signing(*, version: PolicyVersion, accounts: dict[str, Account], now: datetime) -> Campaign:
    """Re-issue `version` to everybody and let three weeks pass."""
    admin, start = accounts["1008"].user, now - timedelta(days=DAYS_AGO)
    settings = campaigns.Settings(Audience.EVERYBODY, None, start.date(), 14, "calendar_day")
    campaign = campaigns.create(version=version, settings=settings, by=admin, now=start)
    campaign = campaigns.start(campaign=campaign, by=admin, now=start)
    while gathering.look(now=campaign.begins_at):
        continue
    for days, number in enumerate(SIGNED, 1):
        _sign(_row(campaign, number), accounts[number], now=campaign.begins_at + timedelta(days=days))
    paper = sealed_upload(name="scan.png", content_type="image/png", chunks=[SCAN])
    signed_on = campaign.starts_on + timedelta(days=8)
    signing.record_on_paper(
        row=_row(campaign, ON_PAPER),
        upload=paper,
        reason="仓库岗位，没有账号。",
        signed_on=signed_on,
        by=admin,
        now=now - timedelta(days=11),
    )
    signing.set_aside(row=_row(campaign, ON_LEAVE), by=admin, now=now - timedelta(days=15))
    for day in range(DAYS_AGO, -1, -1):
        while sign_reminders.remind(now=now - timedelta(days=day)):
            continue
    return campaign


def _row(campaign: Campaign, number: str) -> Acknowledgement:
    return Acknowledgement.objects.select_related("campaign__version").get(campaign=campaign, employee__number=number)


def _sign(row: Acknowledgement, account: Account, *, now: datetime) -> None:
    signing.open_text(row=row, now=now)
    for question in comprehension.read(row.campaign.questions):
        signing.answer(row=row, question_id=question.id, choice=question.right, now=now + timedelta(minutes=6))
    proved = now + timedelta(minutes=9)
    signing.sign(row=row, by=account.user, proved_at=proved, now=proved)
