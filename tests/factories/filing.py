"""Filing a report the short way: straight through the services, with words that tests look for."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from complaints.models import Complaint
from complaints.services import filing, routing
from complaints.states import Identity
from tests.factories.cast import NOW
from vault import codes
from vault.keyring import Keyring

STORY = "CANARY-7f3a he made me drink and would not let me leave 金丝雀故事"


@dataclass(frozen=True)
class Filed:
    complaint: Complaint
    secret: bytes
    code: str

    @property
    def keyring(self) -> Keyring:
        return codes.derive(self.code).keyring(self.complaint.receipt_id)


def file_story(
    *,
    now: datetime = NOW,
    story: str = STORY,
    respondents: tuple[str, ...] = ("CANARY-Boss Zhou",),
    excluded: tuple[str, ...] = (),
    wishes: tuple[dict, ...] = ({"kind": "no_contact", "text": ""},),
    keep_private: bool = False,
    **fields,
) -> Filed:
    """File a report at `now` and return it with its code. `fields` go to the Submission (not_safe, ahead_date, identity …)."""
    secret = secrets.token_bytes(32)
    route = routing.route(routing.NamedPeople(respondents=respondents, excluded=excluded), now=now)
    names = [{"name": n, "source": "respondent", "employee": str(route.recognised.get(n) or "") or None} for n in respondents]
    names += [{"name": n, "source": "asked", "employee": str(route.recognised.get(n) or "") or None} for n in excluded]
    submission = filing.Submission(
        language=fields.pop("language", "en"),
        identity=fields.pop("identity", Identity.ANONYMOUS),
        report={
            "v": 1,
            "questionnaire": "test",
            "lang": "en",
            "answers": [
                {"id": "1", "question": "In your own words, what happened?", "value": story, "shown": story},
                {"id": "6", "question": "Who did this?", "value": [{"name": n} for n in respondents], "shown": ", ".join(respondents)},
            ],
        },
        wishes=wishes,
        exclusions={
            "names": names,
            "groups": [],
            "respondents": sorted(str(route.recognised[n]) for n in respondents if n in route.recognised),
            "employees": sorted(str(i) for i in route.blocked),
        },
        **fields,
    )
    complaint = filing.file_complaint(draft=None, secret=secret, submission=submission, route=route, now=now, keep_private=keep_private)
    return Filed(complaint=complaint, secret=secret, code=codes.code_from_secret(secret))
