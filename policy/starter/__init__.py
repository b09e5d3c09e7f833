"""The texts and parts a new policy starts with: original wording, in both languages, for the employer to change."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policy.parts import ConductPart, LimitPart, RetentionRule, Schedule, Section
from policy.records import Text, load, load_all
from policy.shipped import read_yaml

_FOLDER = Path(__file__).parent

SECTION_ORDER = (
    "position", "definition", "examples", "duties", "channels", "procedure", "limits", "body", "interim", "sanctions",
    "confidentiality", "no_retaliation", "mistaken", "outside", "support", "review",
)  # fmt: skip

TITLE = Text("Policy against sexual harassment at work", "消除工作场所性骚扰制度")
FIRST = Text("First version.", "首个版本。")
SUMMARY = Text(
    """- Nobody at work has to put up with sexual harassment: not from a manager, not from a colleague, not from a client.
- What counts is that it was unwelcome and what it did to you, not what the other person meant.
- You can tell us by phone or computer, without a name and without proof. One sentence is enough.
- You get a code and dates at once. Your report is opened within [[open]], and you get an answer about your safety within [[safety_answer]].
- We look into it within [[investigate]] and give you the decision and its reasons in writing.
- Nobody may punish you for telling us. If we miss a date, oversight is told by itself, and you see it.""",
    """- 工作中任何人都不必忍受性骚扰，无论来自上级、同事还是客户。
- 判断的依据是您是否愿意、受到了什么影响，而不是对方怎么想。
- 用手机或电脑就能告诉我们，不必留姓名，也不需要证据，写一句也可以。
- 马上得到查询码和日期：[[open]]内有受过培训的人员打开阅读，[[safety_answer]]内答复您的安全和保护需求。
- [[investigate]]内完成调查，并书面告知您决定和理由。
- 任何人不得因此打击报复。一旦逾期，系统会自动告知监督人，您也能看到。""",
)


@dataclass(frozen=True)
class LawText:
    """What a profile's law adds to a section, or (`replaces`) says in its place. `facts`: what of the profile it rests on (R44).

    A fact is named by its key, a limit as `time_limits/<id>`, a rule of training or keeping as `training_rules/<number>`,
    `retention/<number>`; each has its source and confidence in the profile.
    """

    body: Text
    facts: tuple[str, ...]
    replaces: bool = False


@cache
def law_texts(profile_id: str) -> dict[str, LawText]:
    """The texts of a profile by section; empty for a profile without any."""
    place = _FOLDER / "law" / f"{profile_id}.yaml"
    raw = read_yaml(place) if place.exists() else {}
    return {
        key: LawText(Text(each["en"].strip(), each["zh-hans"].strip()), tuple(each["facts"]), each.get("replaces", False))
        for key, each in raw.items()
    }


@cache
def sections(profile_id: str = "") -> tuple[Section, ...]:
    """The sections of the starter policy, in order; with what the law of a profile adds where it differs."""
    law = law_texts(profile_id) if profile_id else {}
    return tuple(_section(key, law.get(key)) for key in SECTION_ORDER)


def _section(key: str, law: LawText | None) -> Section:
    heads, bodies = {}, {}
    for field, language in (("en", "en"), ("zh_hans", "zh-hans")):
        text = (_FOLDER / "sections" / f"{key}.{language}.md").read_text(encoding="utf-8")
        first, rest = text.split("\n", 1)
        heads[field], bodies[field] = first.removeprefix("# ").strip(), rest.strip()
    body = Text(**bodies)
    if law:
        body = law.body if law.replaces else Text(f"{body.en}\n\n{law.body.en}", f"{body.zh_hans}\n\n{law.body.zh_hans}")
    return Section(key, Text(**heads), body)


@cache
def limits() -> tuple[LimitPart, ...]:
    """The employer's own limits, without numbers."""
    return load_all(LimitPart, _yaml("limits.yaml"), "starter limits")


@cache
def conduct() -> tuple[ConductPart, ...]:
    """The six groups of conduct with examples."""
    return load_all(ConductPart, _yaml("conduct.yaml"), "starter conduct")


@cache
def retention() -> tuple[RetentionRule, ...]:
    """How long what the portal itself keeps may be kept."""
    return load_all(RetentionRule, _yaml("retention.yaml"), "starter retention")


@cache
def schedule() -> Schedule:
    """The sanctions schedule."""
    return load(Schedule, _yaml("schedule.yaml"), "starter schedule")


def _yaml(name: str):
    return read_yaml(_FOLDER / name)
