"""Reads `deadlines.csv`: plain words for limits, events and extensions, so that whoever checks the law can add rows."""

import csv
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from policy.calendars import RULES, WorkCalendar
from policy.deadlines import Event, Extension, ExtensionRule, Limit, Longstop, Span
from policy.profiles import profile

PATH = Path(__file__).parent / "deadlines.csv"


def rows() -> list[dict[str, str]]:
    with PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def calendar(row) -> WorkCalendar:
    hours = tuple(tuple(map(time.fromisoformat, span.split("-"))) for span in (row["hours"] or "09:00-18:00").split())
    return WorkCalendar(
        zone_name=row["zone"],
        holidays=frozenset(_days(row["holidays"])),
        makeup_workdays=frozenset(_days(row["makeup"])),
        office_hours=hours,
        rule=RULES[row["rule"]],
    )


def _days(text):
    for part in text.split():
        first, _dots, last = part.partition("..")
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        while day <= end:
            yield day
            day += timedelta(days=1)


def limits(row) -> list[Limit]:
    return [_limit(text.strip()) for text in row["limits"].split(" | ")]


def _limit(text) -> Limit:
    if re.fullmatch(r"[a-z0-9-]+/\w+", text):
        profile_id, limit_id = text.split("/")
        return profile(profile_id).limit(limit_id).rule
    name, rest = text.split(": ")
    words = rest.split()
    fields = {"id": name, "kind": "hard", "value": int(words.pop(0)), "unit": words.pop(0)}
    while words:
        fields |= _clause(words.pop(0), words)
    return Limit(**fields)


def _clause(word, words) -> dict:
    many = lambda: tuple(words.pop(0).split("+"))  # noqa: E731
    simple = {
        "before": {"direction": "before"},
        "every-answer": {"recurring": "after_met"},
        "every-fixed": {"recurring": "fixed"},
        "each": {"per_event": True},
        "any-answer": {"one_answer_meets_all": True},
        "window": {"kind": "party_window"},
        "tells": {"extension": ExtensionRule(tells=("reporter",))},
    }
    if word in simple:
        return simple[word]
    if word in ("later-of", "first-of"):
        return {"joined_to": words.pop(0), "join": word.replace("-", "_")}
    if word == "floor":
        return {"floor": Span(int(words.pop(0)), words.pop(0))}
    if word == "longstop":
        span = Span(int(words.pop(0)), words.pop(0))
        assert words.pop(0) == "from"
        return {"longstop": Longstop(span, words.pop(0))}
    names = {"from": "anchor", "else": "fallback", "subject": "met_subject"}
    if word in names:
        return {names[word]: words.pop(0)}
    lists = {"met": "met_by", "until": "ends_with", "counts": "counts", "reset": "reset_by"}
    return {lists[word]: many()}


def events(row) -> list[Event]:
    zone = ZoneInfo(row["zone"])
    return [_event(text.strip(), str(n), zone) for n, text in enumerate(row["events"].split(" | "), 1)]


def _event(text, number, zone) -> Event:
    kind, day, *rest = text.split()
    event = Event(kind, _at(day, "10:00", zone), id=number)
    for word in rest:
        if word.startswith("#"):
            event = replace(event, subject=word[1:])
        elif word.startswith("@"):
            event = replace(event, date=date.fromisoformat(word[1:]))
        else:
            event = replace(event, at=_at(day, word, zone))
    return event


def extensions(row) -> list[Extension]:
    zone = ZoneInfo(row["zone"])
    return [_extension(text.split(), zone) for text in row["extensions"].split(" | ") if text]


def _extension(words, zone) -> Extension:
    limit_id, how, amount = words[0], words[1], words[2]
    fields = {"until": date.fromisoformat(amount)} if how == "until" else {"span": Span(int(how), amount)}
    granted = _at(words[words.index("on") + 1], "10:00", zone)
    told = _at(words[words.index("told") + 1], "10:00", zone) if "told" in words else None
    return Extension(limit_id, granted, **fields, told_at=told, reason_recorded="unreasoned" not in words)


def now(row, default: datetime) -> datetime:
    if not row["now"]:
        return default
    return _at(*row["now"].split(), ZoneInfo(row["zone"]))


def _at(day, clock, zone) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), tzinfo=zone)
