"""Questions that lead are marked in both languages; open ones are not."""

import pytest
from django.utils.translation import override

from investigations.guides import RESPONDENT, STAGES, WITNESS, guide_for
from investigations.leading import WHY, Lead, hints, marked

LEADING = [
    ("Did he touch you?", Lead.YES_NO),
    ("And was anybody else there?", Lead.YES_NO),
    ("Have you told anyone?", Lead.YES_NO),
    ("He shouted at you, didn’t he?", Lead.TAG),
    ("You were drunk, right?", Lead.TAG),
    ("Surely you could have left?", Lead.TAG),
    ("Why didn't you leave?", Lead.BLAME),
    ("Why did you go to the room?", Lead.BLAME),
    ("How scared were you?", Lead.FEELING),
    ("Did you feel humiliated?", Lead.FEELING),
    ("Was it on Monday or on Tuesday?", Lead.CHOICE),
    ("Where was it? Who was there?", Lead.SEVERAL),
    ("他是不是碰了你？", Lead.TAG),
    ("他当时喝醉了，对吧？", Lead.TAG),
    ("难道您没有拒绝？", Lead.TAG),
    ("您有没有告诉别人？", Lead.YES_NO),
    ("他骂您了吗？", Lead.YES_NO),
    ("您为什么不离开？", Lead.BLAME),
    ("您当时怎么没有报警？", Lead.BLAME),
    ("您是不是非常害怕？", Lead.FEELING),
    ("是在办公室还是在饭店？", Lead.CHOICE),
    ("在哪里？还有谁在场？", Lead.SEVERAL),
]
OPEN = [
    "Please tell me what happened.",
    "What happened next?",
    "Can you describe the room?",
    "Could you tell me more about that?",
    "Would you like to add anything?",
    "Who was there?",
    "How was it for you?",
    "您当时看到了什么？",
    "请说说那天晚上的经过。",
    "能说说当时的情况吗？",
    "当时有谁在场？",
    "您的感受怎样？",
]


@pytest.mark.parametrize(("question", "lead"), LEADING, ids=lambda each: str(each)[:24])
def test_what_leads_is_marked_with_why(question, lead):
    found = {hint.lead: hint for hint in hints(question)}
    assert lead in found, found
    assert 0 <= found[lead].start < found[lead].end <= len(question) and WHY[lead]


@pytest.mark.parametrize("question", OPEN)
def test_what_is_open_is_not_marked(question):
    assert hints(question) == []


def test_the_pieces_are_the_whole_question():
    for question, _ in LEADING:
        found = marked(question)
        assert "".join(words for words, _ in found.pieces) == question
        assert any(leads for _, leads in found.pieces)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_our_own_guides_do_not_lead(language):
    with override(language):
        for side in ("reporter", RESPONDENT, WITNESS):
            lines = guide_for(side)
            assert {line["stage"] for line in lines} == set(STAGES)
            assert [line["text"] for line in lines if hints(line["text"])] == []


def test_the_guides_come_in_both_languages():
    for side in ("reporter", RESPONDENT, WITNESS):
        with override("zh-hans"):
            chinese = guide_for(side)
        with override("en"):
            english = guide_for(side)
        assert not {line["text"] for line in chinese} & {line["text"] for line in english}
