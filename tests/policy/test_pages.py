"""The public pages: no sign-in, both languages, every number from the policy."""

import re

import pytest
from django.urls import reverse

from policy.demo import publish_demo_policy
from policy.templatetags.policy_tags import policy_markdown
from tests.policy.conftest import MONDAY

PAGES = ["policy:policy", "policy:steps", "policy:respond", "policy:help"]


def read(client, name, language="en", **kwargs):
    return client.get(reverse(name, **kwargs), headers={"accept-language": language})


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_open_to_everybody(client, in_force, name, language):
    answer = read(client, name, language)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count("<h1") == 1
    assert "[[" not in text and "{number}" not in text
    assert not re.search(r"<(script|style)[^>]*>[^<]", text) and " style=" not in text


@pytest.mark.parametrize("name", PAGES)
def test_every_page_works_before_a_policy_exists(client, employer, name):
    assert read(client, name).status_code == 200


def test_the_policy_page_before_a_policy_says_so(client, employer):
    assert "As soon as it is in force you can report here." in read(client, "policy:policy").content.decode()


def test_the_policy_page_tells_the_numbers_in_both_languages(client, in_force):
    english, chinese = (read(client, "policy:policy", language).content.decode() for language in ("en", "zh-hans"))
    assert "45 days" in english and "10 working days" in english
    assert "45 天" in chinese and "10 个工作日" in chinese
    assert "弄错了不等于诬告" in chinese and "Mistaken is not false" in english


def test_no_english_sentence_is_left_on_the_chinese_page(client, in_force):
    text = read(client, "policy:policy", "zh-hans").content.decode()
    body = re.sub(r"<[^>]+>", " ", text[text.index("<main") : text.index("</main>")])
    assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{3,}", body)


def test_earlier_versions_stay_readable_and_unknown_ones_are_closed(client, in_force, author, approver):
    publish_demo_policy(now=MONDAY, by=author, approver=approver)
    old = read(client, "policy:version", kwargs={"number": in_force.number})
    assert old.status_code == 200
    assert "This is not the version in force today." in old.content.decode()
    assert read(client, "policy:version", kwargs={"number": 77}).status_code == 404


def test_a_draft_is_not_readable(client, in_force, author):
    from policy.services import revise

    draft = revise(version=in_force, by=author, now=MONDAY)
    assert read(client, "policy:version", kwargs={"number": draft.number}).status_code == 404


def test_the_pages_only_answer_reading(client, in_force):
    assert client.post(reverse("policy:policy")).status_code == 405


# --- Markdown ------------------------------------------------------------------------------------


def test_markdown_renders_the_subset():
    html = policy_markdown("## Head\n\n- **bold**\n- [link](https://a.example/)")
    assert html == (
        "<h5>Head</h5>\n<ul>\n<li><strong>bold</strong></li>\n"
        '<li><a href="https://a.example/" rel="noopener noreferrer">link</a></li>\n</ul>\n'
    )


@pytest.mark.parametrize("text", ["**期限不会停止。**它们列在本页", "参与者必须保密。**但这从不限制您**向警方求助", "**“离开”**二字"])
def test_bold_words_in_chinese_need_no_space_around_them(text):
    html = policy_markdown(text)
    assert "<strong>" in html and "*" not in html and "\u200b" not in html
