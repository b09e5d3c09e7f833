"""What administrators look after: a draft of the policy and of the questions, a calendar, a poster, two campaigns. No case is touched."""

from datetime import datetime, timedelta

from complaints.services import wording
from policy.models import CampaignState, PosterPlace, SiteCalendar
from policy.selectors import content_of, policy_in_force
from policy.services import editing, posters, revise
from tests.policy.campaign_helpers import make_campaign, row_of, started

# What is only there before a campaign starts; everything else of a campaign only afterwards.
BEFORE_THE_START = frozenset(
    f"campaigns:{name}" for name in ("edit", "start", "discard", "question", "question_new", "question_remove", "question_up")
)


class Office:
    def __init__(self, admin, signer, now: datetime):
        by, in_force, today = {"by": admin.user, "now": now}, policy_in_force(now), now.date()
        self.version = revise(version=in_force, **by)
        self.content = content_of(self.version)
        said = editing.comment(version=self.version, part="limits", key="plan", words="too long?", **by)
        posters.hang(
            version=in_force, kind="a4", tongue="both", place="Canteen", site=None, check_by=today + timedelta(days=9), today=today, **by
        )
        self.running, self.planned = started(admin, now=now, starts_on=today), make_campaign(admin, now=now, starts_on=today)
        self.wording = wording.start(**by)
        self.ids = {
            "number": self.version.number,
            "comment_id": said.pk,
            "part": "limits",
            "key": self.content.limits[0].id,
            "page": "limits",
            "calendar_id": SiteCalendar.objects.get().pk,
            "poster_id": PosterPlace.objects.get().pk,
            "what": "gone",
            "question_id": self.planned.questions[0]["id"],
            "row_id": row_of(self.running, signer).pk,
        }
        self.special = {
            ("sign:question", "number"): 1,
            ("authoring:confirm", "part"): "facts",
            ("authoring:confirm", "key"): self.content.facts[0].key,
            ("authoring:confirm_part", "part"): "body",
        }
        assert (self.running.state, self.planned.state) == (CampaignState.RUNNING, CampaignState.DRAFT)

    def value(self, address: str, part: str):
        """What to put into `address` for `part`; None when that is not for the office to say."""
        if (address, part) in self.special:
            return self.special[address, part]
        if address.startswith("wording:") and part == "number":
            return self.wording.number
        if part == "campaign_id":
            return (self.planned if address in BEFORE_THE_START else self.running).pk
        return self.ids.get(part) if address.startswith(("authoring:", "calendars:", "campaigns:", "posters:", "sign:")) else None
