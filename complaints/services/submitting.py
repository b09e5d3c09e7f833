"""From answers to a filed report: who reads it, what is sealed, and sending it."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from complaints.models import Complaint
from complaints.questions import Wording, sealed_answers, using, version
from complaints.questions.about import respondent_names
from complaints.questions.kinds import Answers
from complaints.questions.meaning import (
    ahead_date,
    excluded_groups,
    excluded_names,
    identity,
    named_people,
    not_safe,
    third_party,
    wishes,
)
from complaints.questions.problems import problems
from complaints.services import filing, routing
from complaints.services.drafts import OpenDraft, as_saved, files_of
from complaints.wording_selectors import named
from people.selectors import organisation
from vault.services.changes import retried


class NotReady(Exception):
    """Something must be looked at again before this can be sent."""


def route_of(answers: Answers, *, now: datetime) -> routing.Route:
    """Choose who will read a report with these answers."""
    return routing.route(routing.NamedPeople(**named_people(answers)), now=now)


def submission_of(answers: Answers, *, wording: Wording, route: routing.Route, lang: str, now: datetime, **more) -> filing.Submission:
    """What is filed for these answers to questions asked in `wording`.

    `more`: further fields of `filing.Submission` (files, channel, taken_by).
    """
    today = now.astimezone(ZoneInfo(organisation().time_zone)).date()
    with using(wording):
        report = {"v": 1, "questionnaire": version(wording), "lang": lang, "answers": sealed_answers(answers, lang)}
    return filing.Submission(
        language=lang,
        report=report,
        wishes=tuple(wish | {"wording": wording.label} for wish in wishes(answers)),
        exclusions=_exclusions(answers, route),
        identity=identity(answers),
        not_safe=not_safe(answers),
        third_party=third_party(answers),
        ahead_date=ahead_date(answers, today),
        **more,
    )


@retried
def send(*, draft: OpenDraft, lang: str, now: datetime, route: routing.Route | None) -> Complaint:
    """File a draft, once, for the readers of `route` (`route_of` these answers); None keeps it private, sealed to its code alone.

    Raises NotReady, filing.FilingClosed.
    """
    saved = as_saved(draft, now=now)
    if saved is not draft:
        # Another tab added something: what it says may change who can read it.
        draft, route = saved, route and route_of(saved.answers, now=now)
    if problems(draft.answers):
        raise NotReady
    known = route or route_of(draft.answers, now=now)
    wording = named(draft.wording)
    submission = submission_of(draft.answers, wording=wording, route=known, lang=lang, now=now, files=files_of(draft), files_key=draft.key)
    return filing.file_complaint(
        draft=draft.row, secret=draft.secret, submission=submission, route=route, now=now, keep_private=route is None
    )


def _exclusions(answers: Answers, route: routing.Route) -> Mapping:
    """What the exclusion list seals. Respondents are blocked with their reporting lines, the others by themselves."""
    respondents = respondent_names(answers)
    named = [(name, "respondent") for name in respondents] + excluded_names(answers)
    found = route.recognised
    return {
        "names": [{"name": name, "source": source, "employee": str(found[name]) if name in found else None} for name, source in named],
        "groups": list(excluded_groups(answers)),
        "respondents": sorted(str(found[name]) for name in respondents if name in found),
        "employees": sorted(str(i) for i in route.blocked),
    }
