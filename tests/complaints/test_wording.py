"""The questions keep the wording that was agreed, word by word, in both languages. Only numbers come from the policy."""

from dataclasses import fields, is_dataclass

import pytest
from django.utils.translation import override

from complaints.questions import BY_ID

EXPECTED = {
    "1": ("In your own words, what happened?", "请用您自己的话，说说发生了什么"),
    "2": ("Is there anything else you remember?", "还想起什么吗？"),
    "3": ("Who did this happen to?", "这件事发生在谁身上？"),
    "3b": ("Do they know you are telling us?", "对方知道您在向我们反映吗？"),
    "4": ("It hasn’t happened yet – I’m worried about something coming up", "还没发生，我担心接下来会发生"),
    "4b": ("What is coming up, and when?", "接下来会发生什么？什么时候？"),
    "5": ("At a client’s, customer’s or merchant’s place", "客户、顾客或商家的场所"),
    "6": ("HR, or someone who handles complaints", "人力资源，或负责处理投诉的人"),
    "6b": ("Where are they from, and who here deals with them?", "对方来自哪里？公司里由谁与其对接？"),
    "7": ("This helps us protect you and decide who must stay out of this case", "这有助于我们保护您，并判断哪些人应当回避。"),
    "8": ("Did anyone else see, hear or know about it?", "还有谁看到、听到或知道这件事吗？"),
    "9": ("Have you already told anyone at work?", "您已经告诉过公司里的人吗？"),
    "9b": ("Told me to let it go or keep quiet", "劝我算了，或让我别声张"),
    "10": ("Is there anything you want to show us?", "有什么想给我们看的吗？"),
    "11": ("Do you feel safe at work right now?", "您现在在工作中觉得安全吗？"),
    "11b": ("What worries you most?", "您最担心什么？"),
    "12": ("What would help protect you while we look into it?", "调查期间，怎样做能让您更安全？"),
    "13": ("There’s no wrong answer, and you can change your mind", "没有对错之分，也可以改变想法。"),
    "14": ("It can be harder to check what happened. You can tell us your name later.", "核实起来可能更困难。以后您也可以再告诉我们姓名。"),
    "14b": ("How is it safe to contact you?", "怎样联系您比较安全？"),
    "15": ("Is there anyone who should not see this?", "有没有人不应该看到这些内容？"),
    "16": ("Would anything make it easier to talk to us?", "怎样沟通会让您更自在？"),
}


def words(value) -> str:
    """Everything a page may show."""
    if is_dataclass(value):
        return " ".join(words(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, list | tuple):
        return " ".join(words(each) for each in value)
    return "" if value is None or callable(value) else str(value)


@pytest.mark.parametrize("page_id", EXPECTED)
@pytest.mark.parametrize(("number", "language"), [(0, "en"), (1, "zh-hans")])
def test_a_question_says_what_was_agreed(page_id, number, language):
    with override(language):
        assert EXPECTED[page_id][number] in words(BY_ID[page_id])
