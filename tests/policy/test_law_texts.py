"""The starter texts of every profile: complete in both languages, resting on the profile's own facts, and saying no number of their own."""

import re
from dataclasses import replace

import pytest

from policy import starter
from policy.profiles import fact_words, profile, profiles
from policy.records import Text
from policy.requirements import TOKEN, lacks
from policy.selectors import content_of
from policy.services import create_from_profile
from policy.templatetags.policy_tags import policy_markdown
from policy.vocabulary import LANGUAGES
from tests.policy.conftest import MONDAY

IDS = sorted(profiles())
PLAIN = {"organisation", "emergency"}
# Where the law of a place says something of its own, the text must, too (issue: "per profile where law differs").
DIFFERS = {
    "cn-model-2023": "definition procedure body outside interim confidentiality no_retaliation channels sanctions",
    "in-posh-2013": "definition procedure body outside interim confidentiality channels sanctions mistaken",
    "eu-2019-1937": "procedure body outside confidentiality no_retaliation channels",
    "us-eeoc-best-practice": "definition procedure outside confidentiality no_retaliation channels sanctions",
    "tw-2024": "definition procedure body outside interim confidentiality no_retaliation channels sanctions",
    "kr": "definition procedure outside interim confidentiality no_retaliation channels sanctions",
    "ca-sor-2020-130": "procedure body outside interim confidentiality channels review",
    "generic-iso37002": "position procedure interim confidentiality no_retaliation",
}


def known(profile_id: str) -> dict[str, str]:
    """Everything a text may rest on: its name, and where it comes from."""
    found = {fact.key: fact.source for fact in profile(profile_id).facts}
    found |= {f"training_rules/{n}": each.source for n, each in enumerate(profile(profile_id).training)}
    found |= {f"retention/{n}": each.source for n, each in enumerate(profile(profile_id).retention)}
    return found | {f"time_limits/{name}": source for name, source in profile(profile_id).limit_sources().items()}


@pytest.mark.parametrize("profile_id", IDS)
def test_the_law_is_told_where_it_differs(profile_id):
    assert set(starter.law_texts(profile_id)) >= set(DIFFERS[profile_id].split())
    general = {section.key: section for section in starter.sections()}
    for section in starter.sections(profile_id):
        assert (section.body != general[section.key].body) == (section.key in starter.law_texts(profile_id))


@pytest.mark.parametrize("profile_id", IDS)
def test_every_text_rests_on_facts_of_its_profile(profile_id):
    facts = known(profile_id)
    for key, text in starter.law_texts(profile_id).items():
        assert key in starter.SECTION_ORDER
        assert text.facts and set(text.facts) <= set(facts), key
        assert all(facts[name].src for name in text.facts), key


@pytest.mark.parametrize("profile_id", IDS)
def test_numbers_come_from_the_limits(profile_id):
    """A digit in a text would not follow when the employer or the law changes; what the law counts otherwise is written in words."""
    limits = {limit.id for limit in (*starter.limits(), *profile(profile_id).limits)}
    for key, text in starter.law_texts(profile_id).items():
        for language in LANGUAGES:
            words = text.body.in_language(language)
            tokens = set(TOKEN.findall(words))
            assert tokens <= limits | PLAIN, (key, tokens - limits)
            assert {name for name in tokens if f"time_limits/{name}" in known(profile_id)} <= {
                name.removeprefix("time_limits/") for name in text.facts
            }, key
            # Years of laws and numbers of sections are names; so are the numbers of a list.
            rest = re.sub(r"(?m)^\d+\. |2013|127\.1", "", TOKEN.sub("", words))
            assert not re.search(r"\d", rest), (key, language)


@pytest.mark.parametrize("profile_id", IDS)
def test_both_languages_say_the_same(profile_id):
    """As many paragraphs, points, bold words and numbers on either side."""
    for key, text in starter.law_texts(profile_id).items():
        english, chinese = text.body.en, text.body.zh_hans
        for pattern in (r"\n\n", r"(?m)^- ", r"(?m)^\d+\. "):
            assert len(re.findall(pattern, english)) == len(re.findall(pattern, chinese)), (key, pattern)
        assert sorted(TOKEN.findall(english)) == sorted(TOKEN.findall(chinese)), key
        assert not re.search(r"[一-鿿]", english) and len(re.findall(r"[一-鿿]", chinese)) > len(chinese) // 2, key


@pytest.mark.parametrize("profile_id", IDS)
def test_the_markup_is_whole(profile_id):
    for section in starter.sections(profile_id):
        for language in LANGUAGES:
            html = policy_markdown(section.body.in_language(language))
            assert ("**" not in html and "[[" in section.body.in_language(language)) or "**" not in html, section.key
            assert html.count("<li>") == len(re.findall(r"(?m)^(- |\d+\. )", section.body.in_language(language))), section.key


@pytest.mark.parametrize("profile_id", IDS)
def test_a_draft_lacks_only_what_the_employer_must_add(author, profile_id):
    draft = create_from_profile(profile_id=profile_id, by=author, now=MONDAY)
    codes = {lack.code for lack in lacks(content_of(draft))}
    assert codes <= {
        "language_missing", "limit_without_number", "channels_missing", "body_missing", "support_unconfirmed", "review_missing",
        "adoption_missing", "fact_unconfirmed", "token_unknown", "body_composition", "title_missing",
    }  # fmt: skip
    unknown = [lack.text for lack in lacks(content_of(draft)) if lack.code == "token_unknown"]
    numberless = {limit.id for limit in content_of(draft).limits if not limit.number}
    assert all(TOKEN.search(text).group(1) in numberless for text in unknown)


def test_no_two_limits_are_called_the_same():
    for each in profiles().values():
        for language in LANGUAGES:
            labels = [limit.label.in_language(language) for limit in (*starter.limits(), *each.limits)]
            assert len(labels) == len(set(labels)), each.id


def test_what_only_one_place_has_stands_in_no_general_text():
    general = " ".join(section.body.en + section.body.zh_hans for section in starter.sections())
    for name in ("women’s federation", "妇联", "EEOC", "procuratorate", "Internal Committee"):
        assert name not in general


@pytest.mark.parametrize("profile_id", IDS)
def test_every_fact_is_told_in_both_languages(profile_id):
    start = profile(profile_id)
    texts = [fact_words(fact) for fact in start.facts] + [start.title]
    texts += [each.label for each in (*start.training, *start.retention)]
    texts += [each.note for each in (*start.training, *start.retention) if each.note.en]
    for text in texts:
        assert not text.missing() and re.search(r"[\u4e00-\u9fff]", text.zh_hans), text
        assert "_" not in text.en
    # Nothing is translated that is no fact.
    keys = {fact.key for fact in start.facts} | {"title"}
    keys |= {f"training_rules/{n}" for n in range(len(start.training))} | {f"retention/{n}" for n in range(len(start.retention))}
    assert set(start.chinese) == keys


def test_a_fact_that_somebody_reworded_keeps_those_words():
    fact = profile("cn-model-2023").facts[0]
    assert fact_words(fact).zh_hans
    assert fact_words(replace(fact, text="Our own words")) == Text("Our own words")


@pytest.mark.django_db(databases=["default", "shred_keys"])
def test_the_form_of_a_section_shows_what_its_text_rests_on(company, policy_admin, signed_in, settings):
    settings.DEMO = True
    draft = create_from_profile(profile_id="tw-2024", by=policy_admin.user, now=MONDAY)
    client, at = signed_in(policy_admin), f"/m/policies/{draft.number}/sections"
    page = client.get(f"{at}/interim/edit/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "薪资等劳动条件不得作不利变更" in page and "台湾地区《工作场所性骚扰防治措施准则》（2024 年）" in page
    assert "rests on" in client.get(f"{at}/interim/edit/").content.decode()
    assert "rests on" not in client.get(f"{at}/mistaken/edit/").content.decode()
