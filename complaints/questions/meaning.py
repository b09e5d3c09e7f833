"""What the answers mean for routing, clocks and protection. Pure: answers in, facts out."""

import re
from datetime import date
from itertools import chain

from complaints.questions.about import ANONYMOUS, GROUP_OF, TOLD, respondent_names, told_names
from complaints.questions.kinds import Answers, answer
from complaints.questions.people import HANDLES_COMPLAINTS, has_third_party, respondents
from complaints.questions.safety import NOTHING_FOR_NOW, OTHER, WISHES, is_unsafe
from complaints.questions.what_happened import NOT_YET

_BETWEEN_NAMES = re.compile(r"[\n\r,;、，；/]+|\s(?:and|和|与|及)\s")
_DATE_PARTS = (
    re.compile(r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?"),
    re.compile(r"(?P<d>\d{1,2})\s*[./]\s*(?P<m>\d{1,2})\s*[./]\s*(?P<y>\d{4})"),
)


def identity(answers: Answers) -> str:
    """named, confidential or anonymous; blank means without a name, and so does a name that was never written down."""
    chosen = answer(answers, "14", "identity") or ANONYMOUS
    return chosen if chosen == ANONYMOUS or reporter_name(answers) else ANONYMOUS


def reporter_name(answers: Answers) -> str:
    if (answer(answers, "14", "identity") or ANONYMOUS) == ANONYMOUS:
        return ""
    return answer(answers, "14b", "name").strip()


def not_safe(answers: Answers) -> bool:
    return is_unsafe(answers)


def third_party(answers: Answers) -> bool:
    return has_third_party(answers)


def date_of(text: str) -> date | None:
    """The date in what somebody typed or picked: 2026-11-25, 25/11/2026 or 2026年11月25日; None when it is none."""
    for pattern in _DATE_PARTS:
        if found := pattern.fullmatch(text.strip()):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None


def ahead_date(answers: Answers, today: date) -> date | None:
    """The day of the coming event, when it lies today or later (M12)."""
    if answer(answers, "4", "still") != NOT_YET:
        return None
    day = date_of(answer(answers, "4b", "date"))
    return day if day and day >= today else None


def wishes(answers: Answers) -> tuple[dict, ...]:
    """One {"kind", "text"} per protection asked for in question 12; the added words go with “Other”, or with the last wish."""
    chosen = [option.value for option in WISHES if option.value in answer(answers, "12", "wishes", [])]
    kinds = [kind for kind in chosen if kind != NOTHING_FOR_NOW]
    words = answer(answers, "12", "more").strip()
    if words and not kinds and NOTHING_FOR_NOW not in chosen:
        kinds = [OTHER]
    with_words = OTHER if OTHER in kinds else kinds[-1] if kinds else ""
    return tuple({"kind": kind, "text": words if kind == with_words else ""} for kind in kinds)


def separate_names(text: str) -> list[str]:
    """Names out of free text: one a line, or parted by commas."""
    return [name.strip() for name in _BETWEEN_NAMES.split(text) if name.strip()]


def excluded_names(answers: Answers) -> list[tuple[str, str]]:
    """(name, source) of everyone the reporter wants kept out besides the respondents; source is “told” or “asked”."""
    blocked = answer(answers, "15", "blocked", [])
    told = [(name, "told") for name in told_names(answers) if TOLD + name in blocked]
    return told + [(name, "asked") for name in separate_names(answer(answers, "15", "others"))]


def excluded_groups(answers: Answers) -> tuple[str, ...]:
    return tuple(each.removeprefix(GROUP_OF) for each in answer(answers, "15", "blocked", []) if each.startswith(GROUP_OF))


def named_people(answers: Answers) -> dict:
    """The fields of `routing.NamedPeople`: who must not, and who should rather not, read this report.

    Whoever appears anywhere else in the answers (witnesses, people told, the client's contact, names in the story) is
    merely not chosen as a reader.
    """
    everything = chain.from_iterable(_texts(values) for page, values in answers.items() if page not in ("14", "14b", "15"))
    return {
        "respondents": tuple(respondent_names(answers)),
        "excluded": tuple(name for name, _ in excluded_names(answers)),
        "others": tuple(everything),
        "groups": excluded_groups(answers),
        "reporter": reporter_name(answers),
        "respondent_handles_complaints": any(block.get("relation") == HANDLES_COMPLAINTS for block in respondents(answers)),
    }


def _texts(value):
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
