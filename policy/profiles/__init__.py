"""The eight sourced starting points for a policy: what the law (or a standard) says, with source and certainty.

`procedure_profiles.yaml` is the reference data, `engine.yaml` says how its limits run on the portal's events.
Nothing here is legal advice, and nothing is hard-coded: a profile is dated data.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policy.limits import WINDOW_KINDS, ExtensionRule, Longstop, Span
from policy.parts import Fact, LimitPart, RetentionRule, Source, TrainingRule
from policy.records import Text
from policy.shipped import read_yaml

_FOLDER = Path(__file__).parent

# A source within the words that name it, and the articles of a law: "Arts 23(3), 72", "ss 30(2), 10(2)(h)", "R7(1)".
_KEY = re.compile(r"\bS-[A-Z]{2,3}(?:-[A-Z0-9]+)+\b")
_ARTICLE = re.compile(r"\b(?:Arts? |ss? |R)(\d[\w-]*(?:\(\w+\)[\w-]*)*(?:, (?:\d[\w-]*|\(\w+\))(?:\(\w+\)[\w-]*)*)*)")

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
    "annual_report_fields", "clause_map", "investigation_lifecycle", "reminders", "privacy_duties",
)  # fmt: skip


# Words of facts that are given as dates, numbers or lists.
def _listed(names: list[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


_OWN_WORDS = {
    "in_force": lambda raw: f"in force since {raw['in_force']['date']}",
    "model_text": lambda raw: "{doc_no} of {issued}: {chapters} chapters, {articles} articles".format(**raw["model_text"]),
    "policy_sections_src": lambda raw: "a policy must have: " + _listed(raw["policy_sections"]),
    "stages_src": lambda raw: "stages: " + _listed(raw["stages"]),
    "policy_review": lambda raw: "the policy is reviewed at least every {value} {unit}s".format(**raw["policy_review"]),
}


class UnknownProfile(KeyError):
    """No profile has this id."""


@dataclass(frozen=True)
class Profile:
    """One starting point. `limits` are ready for the engine; `standards` maps the employer's own limit ids to the
    legal standard they carry out; `facts` are everything else the profile says, each with its source.
    """

    id: str
    title: Text
    jurisdiction: str
    legal_force: str
    day_count: str
    limits: tuple[LimitPart, ...]
    standards: dict[str, tuple[Text, Source]]
    training: tuple[TrainingRule, ...]
    retention: tuple[RetentionRule, ...]
    facts: tuple[Fact, ...]
    policy_sections: tuple[str, ...]
    # The law's standards without a number, and the employer's own limit that carries each of them out.
    carried_out: dict[str, str]
    # The facts in Chinese, by key.
    chinese: dict[str, str]

    def limit(self, limit_id: str) -> LimitPart:
        return next(limit for limit in self.limits if limit.id == limit_id)

    def limit_sources(self) -> dict[str, Source]:
        """The source of every time limit that the law knows, by its own id; also of those that the employer's own carry out."""
        return {limit.id: limit.source for limit in self.limits} | {name: self.standards[own][1] for name, own in self.carried_out.items()}


@cache
def profiles() -> dict[str, Profile]:
    """All profiles by id, read once."""
    data = _yaml("procedure_profiles.yaml")
    engine = _yaml("engine.yaml")
    chinese = _yaml("words_zh.yaml")
    return {raw["id"]: _profile(raw, engine[raw["id"]], chinese[raw["id"]]) for raw in data["profiles"]}


def profile(profile_id: str) -> Profile:
    """Raises `UnknownProfile`."""
    try:
        return profiles()[profile_id]
    except KeyError:
        raise UnknownProfile(profile_id) from None


def fact_words(fact: Fact) -> Text:
    """A fact of a profile in both languages; one that somebody reworded in the words it has."""
    return Text(fact.text, _in_chinese().get((fact.key, fact.text), ""))


@cache
def _in_chinese() -> dict[tuple[str, str], str]:
    return {(fact.key, fact.text): each.chinese[fact.key] for each in profiles().values() for fact in each.facts}


@cache
def sources() -> dict[str, Text]:
    """What each source is called, by its key."""
    return {key: Text(each["en"], each["zh-hans"]) for key, each in _yaml("sources.yaml").items() if key != "notes"}


def source_words(src: str, language: str) -> str:
    """Where a fact comes from, for people: "《民法典》第 1010 条" for "S-CN-CIVIL Art 1010". What is not a key stays as it is."""
    titles = sources()
    words = _KEY.sub(lambda found: titles[found[0]].in_language(language) if found[0] in titles else found[0], src)
    if not language.lower().startswith("zh"):
        return words
    for note, chinese in _yaml("sources.yaml")["notes"].items():
        words = words.replace(note, chinese)
    words = _ARTICLE.sub(lambda found: f"第 {found[1].replace(', ', '、')} 条", words).replace("; ", "；")
    return re.sub(r"(?<=[》）条定]) (?=[第（\u4e00-\u9fff])", "", words)


def _yaml(name: str):
    return read_yaml(_FOLDER / name)


def _profile(raw: dict, engine: dict, chinese: dict[str, str]) -> Profile:
    limits, standards = [], {}
    for each in raw["time_limits"]:
        extra = engine["limits"][each["id"]]
        if "becomes" in extra:
            standards[extra["becomes"]] = (Text(each["standard"], extra["standard_zh"]), _source(each))
        else:
            limits.append(_limit(each, extra))
    return Profile(
        id=raw["id"],
        title=Text(raw["title"], chinese["title"]),
        jurisdiction=raw["jurisdiction"],
        legal_force=raw["legal_force"],
        day_count=engine["day_count"],
        limits=tuple(limits),
        standards=standards,
        training=tuple(_training(each, chinese[f"training_rules/{n}"]) for n, each in enumerate(raw["training_rules"])),
        retention=tuple(_retention(each, chinese[f"retention/{n}"]) for n, each in enumerate(raw["retention"])),
        facts=tuple(_facts(raw)),
        policy_sections=tuple(raw["policy_sections"]),
        chinese=chinese,
        carried_out={name: each["becomes"] for name, each in engine["limits"].items() if "becomes" in each},
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


def _training(each: dict, chinese: str) -> TrainingRule:
    first = each.get("first_due") or {}
    name, _colon, note = chinese.partition("：")
    return TrainingRule(
        audience=each["audience"],
        label=Text(": ".join(filter(None, (each.get("place"), each["audience"].replace("_", " ")))).capitalize(), name),
        minutes=each["hours"] * 60 if each.get("hours") else None,
        first_due=_span(first),
        first_due_from=first.get("from", ""),
        recurrence=_span(each.get("recurrence")),
        note=Text(each.get("text") or "", note),
        source=_source(each),
    )


def _retention(each: dict, chinese: str) -> RetentionRule:
    words = [each.get("text"), *(each.get(side) for side in ("min", "max") if isinstance(each.get(side), str))]
    name, _colon, note = chinese.partition("：")
    return RetentionRule(
        record=each["record"],
        label=Text(each["record"].replace("_", " ").capitalize(), name),
        minimum=_span(each.get("min")),
        maximum=_span(each.get("max")),
        trigger=each.get("from", ""),
        note=Text("; ".join(word for word in words if word), note),
        source=_source(each),
    )


def _facts(raw: dict):
    for name in _FACT_LISTS:
        for number, each in enumerate(raw.get(name) or ()):
            yield Fact(f"{name}/{each.get('id') or number}", _words(each), _source(each))
    for name in (
        "protects", "scope_warning", "status_warning", "adoption_procedure", "policy_sections_src", "follow_up", "in_force", "model_text",
        "stages_src", "policy_review", "annual_report_addressees",
    ):  # fmt: skip
        if name in raw:
            yield Fact(name, _OWN_WORDS[name](raw) if name in _OWN_WORDS else _words(raw[name]), _source(raw[name]))


def _size(each: dict) -> str:
    """ "10 or more employees, fewer than 30" where a fact holds from a size on."""
    least, below = each.get("employees_min"), each.get("employees_below")
    return f"{least} or more employees" * bool(least) + f", fewer than {below}" * bool(below)


def _words(each: dict) -> str:
    """The sentence of a fact, whatever its fields are called."""
    named = ("role", "channel", "to", "clause")
    said = ("text", "what", "rule", "note", "when", "persons")
    head = " / ".join(str(each[name]).replace("_", " ") for name in named if name in each) or _size(each)
    body = "; ".join(str(each[name]) for name in said if name in each)
    return ": ".join(part for part in (head, body) if part)
