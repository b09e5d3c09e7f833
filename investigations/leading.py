"""Hints on questions that lead: they put the answer into somebody's mouth, in English or Chinese. Pure; nothing is ever refused for it.

An open question lets people tell what they remember; a closed or leading one tells them what we expect (`pages.md` C5, Interviews).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Lead(StrEnum):
    """Why a question leads."""

    YES_NO = "yes_no"
    TAG = "tag"
    CHOICE = "choice"
    BLAME = "blame"
    FEELING = "feeling"
    SEVERAL = "several"


WHY = {
    Lead.YES_NO: _("Can be answered with yes or no. Ask what happened, and let them tell it."),
    Lead.TAG: _("Says which answer you expect. Leave the ending out."),
    Lead.CHOICE: _("Offers two answers; what happened may be a third one."),
    Lead.BLAME: _("Sounds like blame. Ask what they did or thought at that moment."),
    Lead.FEELING: _("Names the feeling for them. Ask how it was for them."),
    Lead.SEVERAL: _("Several questions in one. Ask them one after the other."),
}


@dataclass(frozen=True)
class Hint:
    """`start` and `end`: the words of the question that led to it."""

    lead: Lead
    start: int
    end: int

    @property
    def why(self) -> object:
        return WHY[self.lead]


# An opening that looks closed and is open: “Could you tell me …”, “Can you describe …”, “能说说……吗”.
_INVITES_EN = re.compile(
    r"^\s*(?:please\s+)?(?:can|could|would|will|do|may)\s+(?:you|we|i)\s+(?:like\s+to\s+|please\s+|mind\s+)?(?:perhaps\s+)?"
    r"(?:tell|describe|say|show|explain|walk|help|talk|draw|go|start|begin|hear|telling|describing|ask|add)\b",
    re.IGNORECASE,
)
_INVITES_ZH = re.compile(
    r"(?:能|可以|能不能|可不可以|可否|能否|请|愿意|方便)[^，。？?]{0,6}(?:说说|讲讲|描述|告诉|谈谈|介绍|说一下|讲一下|补充|画)"
)
_RULES: tuple[tuple[Lead, re.Pattern], ...] = (
    (
        Lead.TAG,
        re.compile(
            r"(?:,\s*(?:right|correct|yes|no|ok(?:ay)?)\s*\?)|(?:\b(?:is|was|were|are|did|does|do|had|has|have|would|could)n['’]t\s+"
            r"(?:it|he|she|they|you|that|there)\s*\?)|(?:\bdon['’]t\s+you\s+think\b)|(?:\bsurely\b)|(?:\bisn['’]t\s+it\s+true\b)",
            re.IGNORECASE,
        ),
    ),
    (Lead.TAG, re.compile(r"是不是|对吧|对不对|对吗|是吧|不是吗|难道|没错吧|肯定是|一定是|应该是[^，。？?]*吧|吧\s*[？?]|想必")),
    (Lead.BLAME, re.compile(r"\bwhy\s+(?:did|didn['’]t|do|don['’]t|were|weren['’]t|have|haven['’]t)\s+you\b", re.IGNORECASE)),
    (Lead.BLAME, re.compile(r"(?:你|您)?(?:当时)?(?:为什么|为何|怎么)(?:不|没|没有|还)")),
    (
        Lead.FEELING,
        re.compile(
            r"\b(?:how\s+(?:scared|afraid|angry|upset|humiliated|hurt|ashamed|uncomfortable)\b)|"
            r"(?:(?:did|do|were|was|are)\s+(?:you|he|she|they)\s+(?:feel\s+)?"
            r"(?:scared|afraid|angry|upset|humiliated|hurt|ashamed|uncomfortable|offended)\b)",
            re.IGNORECASE,
        ),
    ),
    (
        Lead.FEELING,
        re.compile(r"(?:你|您|他|她)[^，。？?]{0,6}(?:很|非常|特别|多么|有没有感到|是否感到)(?:害怕|生气|难堪|羞辱|难过|委屈|不舒服|愤怒)"),
    ),
    (
        Lead.YES_NO,
        re.compile(
            r"^\s*(?:and|so|but|then)?,?\s*(?:did|didn['’]t|was|wasn['’]t|were|weren['’]t|is|isn['’]t|are|aren['’]t|do|don['’]t|does|"
            r"doesn['’]t|has|hasn['’]t|have|haven['’]t|had|hadn['’]t|can|could|would|will|should)\s+\w+",
            re.IGNORECASE,
        ),
    ),
    (Lead.YES_NO, re.compile(r"有没有|是否|会不会|能不能|知不知道|记不记得|(?:了|过|着)吗|吗\s*[？?]|了没有|没有\s*[？?]")),
    (
        Lead.CHOICE,
        re.compile(
            r"^\s*(?:did|was|were|is|are|do|does|has|have|had)\b.*\bor\b|\beither\b.+\bor\b|\bor\s+(?:did|was|were|is|not)\b", re.IGNORECASE
        ),
    ),
    (Lead.CHOICE, re.compile(r"还是")),
)
_ENDS = re.compile(r"[?？]")


def hints(question: str) -> list[Hint]:
    """What in one question leads, in order of place; at most one hint of each kind."""
    found: dict[Lead, Hint] = {}
    is_invitation = bool(_INVITES_EN.search(question) or _INVITES_ZH.search(question))
    for lead, pattern in _RULES:
        match = pattern.search(question)
        if match is None or lead in found or (lead == Lead.YES_NO and (is_invitation or Lead.TAG in found)):
            continue
        found[lead] = Hint(lead, match.start(), match.end())
    ends = list(_ENDS.finditer(question))
    if len(ends) > 1:
        found[Lead.SEVERAL] = Hint(Lead.SEVERAL, ends[0].end(), ends[-1].end())
    return sorted(found.values(), key=lambda hint: hint.start)


@dataclass(frozen=True)
class Marked:
    """One question of a guide with what leads in it. `pieces`: (words, whether they are marked)."""

    text: str
    hints: tuple[Hint, ...]
    pieces: tuple[tuple[str, bool], ...]


def marked(question: str) -> Marked:
    """The question in pieces, for a page that shows which words lead."""
    found = hints(question)
    return Marked(question, tuple(found), tuple(_pieces(question, found)))


def _pieces(question: str, found: list[Hint]) -> Iterator[tuple[str, bool]]:
    place = 0
    for hint in found:
        if hint.start < place:
            continue
        if hint.start > place:
            yield question[place : hint.start], False
        yield question[hint.start : hint.end], True
        place = hint.end
    if place < len(question):
        yield question[place:], False
