"""The eight sourced starting points for a policy: what the law (or a standard) says, with source and certainty.

`procedure_profiles.yaml` is the reference data, `engine.yaml` says how its limits run on the portal's events.
Nothing here is legal advice, and nothing is hard-coded: a profile is dated data.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from policy.limits import WINDOW_KINDS, ExtensionRule, Longstop, Span
from policy.parts import Fact, LimitPart, RetentionRule, Source, TrainingRule
from policy.records import Text

_FOLDER = Path(__file__).parent

# Who answers for a limit on this actor of the law.
_RESPONSIBLE = {
    "employer": "handler",
    "committee": "handler",
    "handler": "handler",
    "designated_person": "intake",
    "designated_recipient": "intake",
    "local_committee": "authority",
    "authority": "authority",
}

# Lists of facts of a profile that are kept beside the policy, as `<list>/<number>`.
_FACT_LISTS = (
    "definition", "conduct_types", "employer_measures", "handling_body", "channels_required", "required_notices",
    "procedure_rules", "interim_and_support", "sanctions_tiers", "confidentiality", "retaliation", "escalation",
    "core_principles", "principles", "thresholds", "complaint_fields", "complaint_register", "report_contents",
    "annual_report_fields", "clause_map", "investigation_lifecycle", "reminders",
)  # fmt: skip


class UnknownProfile(KeyError):
    """No profile has this id."""


@dataclass(frozen=True)
class Profile:
    """One starting point. `limits` are ready for the engine; `standards` maps the employer's own limit ids to the
    legal standard they carry out; `facts` are everything else the profile says, each with its source.
    """

    id: str
    title: str
    jurisdiction: str
    legal_force: str
    day_count: str
    limits: tuple[LimitPart, ...]
    standards: dict[str, tuple[Text, Source]]
    training: tuple[TrainingRule, ...]
    retention: tuple[RetentionRule, ...]
    facts: tuple[Fact, ...]
    policy_sections: tuple[str, ...]

    def limit(self, limit_id: str) -> LimitPart:
        return next(limit for limit in self.limits if limit.id == limit_id)


@cache
def profiles() -> dict[str, Profile]:
    """All profiles by id, read once."""
    data = _yaml("procedure_profiles.yaml")
    engine = _yaml("engine.yaml")
    return {raw["id"]: _profile(raw, engine[raw["id"]]) for raw in data["profiles"]}


def profile(profile_id: str) -> Profile:
    """Raises `UnknownProfile`."""
    try:
        return profiles()[profile_id]
    except KeyError:
        raise UnknownProfile(profile_id) from None


@cache
def sources() -> dict[str, str]:
    """Source id to title, for showing where a fact comes from."""
    return {key: value["title"] for key, value in _yaml("procedure_profiles.yaml")["sources"].items()}


def _yaml(name: str):
    return yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))


def _profile(raw: dict, engine: dict) -> Profile:
    limits, standards = [], {}
    for each in raw["time_limits"]:
        extra = engine["limits"][each["id"]]
        if "becomes" in extra:
            standards[extra["becomes"]] = (Text(each["standard"], extra["standard_zh"]), _source(each))
        else:
            limits.append(_limit(each, extra))
    return Profile(
        id=raw["id"],
        title=raw["title"],
        jurisdiction=raw["jurisdiction"],
        legal_force=raw["legal_force"],
        day_count=engine["day_count"],
        limits=tuple(limits),
        standards=standards,
        training=tuple(_training(each) for each in raw["training_rules"]),
        retention=tuple(_retention(each) for each in raw["retention"]),
        facts=tuple(_facts(raw)),
        policy_sections=tuple(raw["policy_sections"]),
    )


def _limit(each: dict, extra: dict) -> LimitPart:
    extendable = each.get("extendable")
    longstop = each.get("longstop")
    window = each["kind"] in WINDOW_KINDS
    return LimitPart(
        id=each["id"],
        label=Text(each["what"][:1].upper() + each["what"][1:], extra["zh"]),
        kind=each["kind"],
        value=each["value"],
        unit=each.get("unit"),
        anchor=extra.get("from", each["from"]),
        fallback=extra.get("fallback", ""),
        direction=each.get("direction", "after"),
        recurring=extra.get("recurring", ""),
        per_event=extra.get("per_event", False),
        met_by=tuple(extra.get("met_by", ())),
        ends_with=tuple(extra.get("ends_with", () if window else ("case_closed",))),
        counts=tuple(extra.get("counts", ())),
        reset_by=tuple(extra.get("reset_by", ())),
        longstop=Longstop(Span(longstop["value"], longstop["unit"]), longstop["from"]) if longstop else None,
        extension=ExtensionRule(_span(extendable["by"]), tuple(extra.get("tells", ()))) if extendable else None,
        extension_condition=Text(extendable["condition"], extra.get("condition_zh", "")) if extendable else Text(),
        joined_to=extra.get("joined_to", ""),
        join=extra.get("join", ""),
        responsible=extra.get("responsible") or ("party" if window else _RESPONSIBLE.get(each["actor"], "handler")),
        escalates_to=extra.get("escalates_to", "" if window else "oversight"),
        outside=extra.get("outside", False),
        standard=Text(each.get("standard", ""), extra.get("standard_zh", "")),
        suggested=_span(extra.get("suggested")),
        source=_source(each),
    )


def _span(data) -> Span | None:
    return Span(data["value"], data["unit"]) if isinstance(data, dict) and "value" in data else None


def _source(each: dict) -> Source:
    return Source(src=each.get("src", ""), confidence=each.get("confidence", "knowledge"))


def _training(each: dict) -> TrainingRule:
    first = each.get("first_due") or {}
    note = " ".join(part for part in (each.get("place"), each.get("text")) if part)
    return TrainingRule(
        audience=each["audience"],
        minutes=each["hours"] * 60 if each.get("hours") else None,
        first_due=_span(first),
        first_due_from=first.get("from", ""),
        recurrence=_span(each.get("recurrence")),
        note=Text(en=note),
        source=_source(each),
    )


def _retention(each: dict) -> RetentionRule:
    words = [each.get("text"), *(each.get(side) for side in ("min", "max") if isinstance(each.get(side), str))]
    return RetentionRule(
        record=each["record"],
        minimum=_span(each.get("min")),
        maximum=_span(each.get("max")),
        trigger=each.get("from", ""),
        note=Text(en="; ".join(word for word in words if word)),
        source=_source(each),
    )


def _facts(raw: dict):
    for name in _FACT_LISTS:
        for number, each in enumerate(raw.get(name) or ()):
            yield Fact(f"{name}/{each.get('id') or number}", _words(each), _source(each))
    for name in ("protects", "scope_warning", "status_warning", "adoption_procedure", "policy_sections_src", "follow_up"):
        if name in raw:
            yield Fact(name, _words(raw[name]), _source(raw[name]))


def _words(each: dict) -> str:
    """The sentence of a fact, whatever its fields are called."""
    named = ("role", "channel", "to", "clause", "tier")
    said = ("text", "what", "rule", "note", "when", "persons")
    head = " / ".join(str(each[name]) for name in named if name in each)
    body = "; ".join(str(each[name]) for name in said if name in each)
    return ": ".join(part for part in (head, body) if part)
