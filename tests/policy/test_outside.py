"""Clocks of outside routes: a number, and the day it is counted from, wherever they are told (R17)."""

from dataclasses import replace

import pytest

from policy.outside import clock_sentence, clock_words
from policy.profiles import profiles
from policy.records import Text
from tests.policy.test_pages import read


def limit(profile: str, name: str):
    return next(each for each in profiles()[profile].limits if each.id == name)


@pytest.mark.parametrize(
    ("profile", "name", "words"),
    [
        ("cn-model-2023", "labour_arbitration", ("1 year from the day you knew of it", "自您知道之日起 1 年")),
        (
            "cn-model-2023",
            "civil_claim",
            (
                "3 years from the day you knew of it, and at the latest 20 years from the last incident",
                "自您知道之日起 3 年，最长不超过自最后一次事件起 20 年",
            ),
        ),
        ("us-eeoc-best-practice", "eeoc_charge_180", ("180 days from the last incident", "自最后一次事件起 180 天")),
    ],
)
def test_a_clock_says_from_when_it_runs(profile, name, words):
    assert (clock_words(limit(profile, name), "en"), clock_words(limit(profile, name), "zh-hans")) == words


def test_every_clock_of_every_profile_is_told_in_both_languages():
    clocks = [each for found in profiles().values() for each in found.limits if each.outside and each.number]
    assert len(clocks) > 10
    for each in clocks:
        assert str(each.number.value) in clock_sentence(each, "en"), each.id
        assert str(each.number.value) in clock_sentence(each, "zh-hans"), each.id


def test_the_policys_own_sentence_goes_first():
    own = replace(limit("cn-model-2023", "civil_claim"), promise=Text("In court: {number}.", "起诉：{number}。"))
    assert clock_sentence(own, "en") == "In court: 3 years."


def test_the_public_page_tells_them(client, in_force):
    page = read(client, "policy:policy", "zh-hans").content.decode()
    assert "起 3 年" in page or "起3 年" in page
