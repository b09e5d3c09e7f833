"""What the editor's pages say: labels that mean the thing, refusals that name it, sources by their name, differences one can read."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from policy.comprehension import starter_questions
from policy.diff import FieldChange, ItemChange, pieces
from policy.forms.limits import LimitForm, NumbersForm
from policy.forms.parts import FORMS
from policy.limits import Span
from policy.parts import Source
from policy.profiles import profiles, source_words, sources
from policy.records import Text
from policy.selectors import content_of
from policy.services import create_from_profile
from policy.starter import limits
from policy.words import change_lines, compare_rows, value_words
from tests.factories import cast

# Words of the directory and of cases, which English shares with the parts of a policy.
OF_SOMETHING_ELSE = {"姓名", "工号", "部门", "新收到", "由谁"}


@pytest.mark.parametrize("part", [*FORMS, "limits"])
def test_chinese_labels_mean_the_part_of_a_policy(part):
    with override("zh-hans"):
        form = (FORMS | {"limits": LimitForm})[part](content=None)
        labels = {re.sub(r"[（(].*", "", str(field.label)) for field in form.fields.values()}
    assert not labels & OF_SOMETHING_ELSE


def test_a_number_that_is_too_large_is_refused_by_name():
    first, second = limits()[:2]
    form = NumbersForm({f"{first.id}_amount": "99999", f"{second.id}_amount": "x"}, limits=[first, second])
    refused = [str(error) for errors in form.errors.values() for error in errors if "whole number" in str(error)]
    assert [str(first.label) in refused[0], str(second.label) in refused[1]] == [True, True]


def test_both_versions_are_compared_where_they_differ_and_by_language():
    stored, mine = limits()[0], limits()[1]
    rows = {row["label"]: row for row in compare_rows(stored, mine)}
    assert rows["Name (English)"]["mine"] == mine.label.en
    assert rows["Name (中文)"]["mine"] == mine.label.zh_hans
    assert all(row["stored"] != row["mine"] for row in rows.values())
    assert compare_rows(Text("a", "b"), Text("a", "c")) == [{"label": "中文", "stored": "b", "mine": "c"}]


def test_codes_are_shown_in_words():
    assert value_words("working_day", "unit") == "working days"
    assert value_words("hotline", "kind") == "Hotline"
    assert value_words(Span(2, "month")) == "2 months / 2 个月"


def test_a_phrase_goes_and_comes_as_a_whole():
    assert [(each.kind, each.words) for each in pieces("It is old news.", "It is fresh bread.")] == [
        ("same", "It is "), ("out", "old news"), ("in", "fresh bread"), ("same", "."),
    ]  # fmt: skip


def test_a_long_passage_that_stayed_is_shown_by_its_ends():
    stayed = "Begin " + "word " * 200 + "end. "
    change = FieldChange("body", "en", pieces=pieces(f"{stayed}Old.", f"{stayed}New."))
    shown = change_lines([ItemChange("sections", "x", "changed", limits()[0], (change,))])[0].fields[0].pieces
    assert shown[0].words.startswith("Begin word") and " […] " in shown[0].words and shown[0].words.endswith("end. ")
    assert len(shown[0].words) < 300
    assert [each.words for each in shown[1:]] == ["Old", "New", "."]


class TestSources:
    def test_every_source_of_a_fact_has_a_name_in_both_languages(self):
        named = [fact.source for each in profiles().values() for fact in (*each.facts, *each.limits, *each.training, *each.retention)]
        for source in named:
            for language in ("en", "zh-hans"):
                assert not re.search(r"\bS-[A-Z]{2}", source_words(source.src, language)), source
        assert all(title.en and title.zh_hans for title in sources().values())

    @pytest.mark.parametrize(
        ("src", "words"),
        [
            (
                "S-CN-CIVIL Art 1010; S-CN-WRPL Art 23(2), 25(6)",
                "《民法典》第 1010 条；《妇女权益保障法》（2022 年修订）第 23(2)、25(6) 条",
            ),
            ("S-IN-S12 s 12(1)(b), (2)", "印度 2013 年《工作场所性骚扰法》第 12(1)(b)、(2) 条"),
            ("公共服务号码", "公共服务号码"),
        ],
    )
    def test_articles_are_written_as_the_language_does(self, src, words):
        assert source_words(src, "zh-hans") == words

    def test_the_form_names_it(self, company, policy_admin, signed_in, settings):
        settings.DEMO = True
        draft = create_from_profile(profile_id="cn-model-2023", by=policy_admin.user, now=cast.NOW)
        limit = next(each for each in content_of(draft).limits if each.id == "civil_claim")
        assert isinstance(limit.source, Source)
        page = signed_in(policy_admin).get(reverse("authoring:item", args=[draft.number, "limits", "civil_claim"])).content.decode()
        assert "PRC Civil Code Art 188" in page


def test_questions_leave_the_numbers_to_the_policy():
    for question in starter_questions():
        for words in (question.text, *question.options):
            assert not re.search(r"\d|working day|工作日", words.en + words.zh_hans)
