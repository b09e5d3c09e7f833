"""The questions as descriptions: order, conditions, words, and what answers mean."""

from datetime import date

import pytest
from django.utils.translation import override

from complaints.questions import BY_ID, PAGES, asked, meaning, next_page, page_before, sealed_answers, shown_answers, version
from complaints.questions.kinds import fill, is_blank
from complaints.questions.problems import problems

FULL = {
    "1": {"story": "It was after the dinner."},
    "3": {"who": "saw"},
    "4": {"when": "last week", "still": "not_yet"},
    "4b": {"what": "a trip", "date": "2026-12-01", "must": "yes", "by": "Ma Jun"},
    "6": {"people": [{"name": "Zhou Qiang", "relation": "manager"}, {"name": "Mr Li", "relation": "client"}]},
    "9": {"told": "yes"},
    "9b": {"people": [{"name": "He Tao", "when": "Monday", "did": "hush", "more": ""}, {"name": "zhou qiang"}], "outside": ""},
    "11": {"safe": "no"},
    "12": {"wishes": ["no_contact", "other"], "more": "a lift home"},
    "14": {"identity": "confidential"},
    "14b": {"name": "Chen Jie"},
    "15": {"blocked": ["respondent:Zhou Qiang", "told:He Tao", "group:hr_contact"], "others": "Lin Mei、 Xu Ning\nher cousin"},
}


def ids(pages) -> list[str]:
    return [page.id for page in pages]


def test_without_answers_only_the_sixteen_questions_are_asked():
    assert ids(asked({})) == [str(n) for n in range(1, 17)]


@pytest.mark.parametrize(
    ("answers", "extra"),
    [
        ({"3": {"who": "saw"}}, ["3b", "3c"]),
        ({"3": {"who": "told"}}, ["3b", "3c"]),
        ({"3": {"who": "me"}}, []),
        ({"4": {"still": "not_yet"}}, ["4b"]),
        ({"6": {"people": [{"name": "", "relation": "client"}]}}, ["6b"]),
        ({"6": {"people": [{"name": "x", "relation": "contractor"}]}}, ["6b"]),
        ({"6": {"people": [{"name": "x", "relation": "peer"}]}}, []),
        ({"9": {"told": "yes"}}, ["9b"]),
        ({"9": {"told": "tried"}}, ["9b"]),
        ({"9": {"told": "no"}}, []),
        ({"11": {"safe": "no"}}, ["11b"]),
        ({"11": {"safe": "mostly"}}, ["11b"]),
        ({"11": {"safe": "yes"}}, []),
        ({"14": {"identity": "named"}}, ["14b"]),
        ({"14": {"identity": "confidential"}}, ["14b"]),
        ({"14": {"identity": "anonymous"}}, []),
    ],
)
def test_a_follow_up_page_is_asked_only_when_it_fits(answers, extra):
    assert [page for page in ids(asked(answers)) if not page.isdigit()] == extra


def test_next_and_back_walk_over_the_pages_that_are_asked():
    answers = {"3": {"who": "told"}}
    assert next_page("3", answers).id == "3b"
    assert next_page("3", {}).id == "4"
    assert page_before("4", answers).id == "3c"
    assert page_before("1", answers) is None
    assert next_page("16", answers) is None


def test_only_the_story_is_compulsory():
    compulsory = [(page.id, field.name) for page in PAGES for field in page.fields if field.compulsory]
    assert compulsory == [("1", "story")]
    assert ids(problems({})) == ["1"]
    assert ids(problems({"1": {"story": "one sentence"}})) == []
    assert ids(problems({"1": {"story": "x" * 20_001}})) == ["1"]
    assert ids(problems({"1": {"story": "x"}, "6": {"people": [{"name": "x" * 2001}]}})) == ["6"]


def test_answers_are_shown_in_words_of_both_languages():
    english = {each.id: each for each in shown_answers(FULL, "en")}
    assert english["3"].question == "Who did this happen to?"
    assert english["3"].text == "Someone else – I saw or heard it"
    assert english["6"].question == "Who did this?"
    assert english["6"].lines == ("Zhou Qiang – My manager", "Mr Li – A client, customer, merchant or supplier")
    assert english["9b"].lines[0] == "He Tao – Monday, Told me to let it go or keep quiet"
    assert english["15"].lines == ("Zhou Qiang", "He Tao", "My HR contact")
    assert english["2"].lines == ()
    chinese = {each.id: each for each in shown_answers(FULL, "zh-hans")}
    assert chinese["3"].question == "这件事发生在谁身上？"
    assert chinese["3"].text == "别人，我看到或听到了"
    assert chinese["6"].lines[0] == "Zhou Qiang – 我的直属上级"


def test_a_report_keeps_the_questions_as_they_were_shown_and_leaves_blanks_out():
    sealed = sealed_answers({"1": {"story": "x"}, "2": {"more": "  "}}, "zh-hans")
    assert sealed == [{"id": "1", "question": "请用您自己的话，说说发生了什么", "value": "x", "shown": "x"}]


def test_answers_of_pages_that_are_no_longer_asked_are_not_part_of_the_report():
    answers = {"1": {"story": "x"}, "3": {"who": "me"}, "3b": {"know": "no"}}
    assert [each["id"] for each in sealed_answers(answers, "en")] == ["1", "3"]


def test_the_version_tells_number_and_content(monkeypatch):
    before = version()
    with override("zh-hans"):
        assert version() == before
    number, digest = before.split("-")
    assert number == "1.0" and len(digest) == 64
    from complaints.questions import flow

    monkeypatch.setattr(flow, "SLOTS", {**flow.SLOTS, "1": flow.SLOTS["1"][:-1]})
    monkeypatch.setattr(flow, "shipped", flow.shipped.__wrapped__)
    assert version() != before


def test_who_must_not_read_it():
    named = meaning.named_people(FULL)
    assert named["respondents"] == ("Zhou Qiang", "Mr Li")
    assert named["excluded"] == ("He Tao", "Lin Mei", "Xu Ning", "her cousin")
    assert named["groups"] == ("hr_contact",)
    assert named["reporter"] == "Chen Jie"
    assert not named["respondent_handles_complaints"]
    assert "Ma Jun" in named["others"] and "It was after the dinner." in named["others"]
    assert "Chen Jie" not in named["others"]


def test_a_respondent_who_was_also_told_is_listed_once():
    assert [name for name, source in meaning.excluded_names(FULL) if source == "told"] == ["He Tao"]


def test_an_unnamed_respondent_in_hr_is_noticed():
    answers = {"6": {"people": [{"name": "", "relation": "hr"}]}}
    assert meaning.named_people(answers)["respondent_handles_complaints"]


def test_identity_is_anonymous_when_blank_or_when_no_name_was_written():
    assert meaning.identity({}) == "anonymous"
    assert meaning.identity({"14": {"identity": "named"}}) == "anonymous"
    assert meaning.identity(FULL) == "confidential"
    hidden = {"14": {"identity": "anonymous"}, "14b": {"name": "Chen Jie"}}
    assert meaning.reporter_name(hidden) == ""


def test_wishes():
    assert meaning.wishes(FULL) == ({"kind": "no_contact", "text": ""}, {"kind": "other", "text": "a lift home"})
    assert meaning.wishes({"12": {"wishes": ["nothing"]}}) == ()
    assert meaning.wishes({"12": {"wishes": [], "more": "a taxi"}}) == ({"kind": "other", "text": "a taxi"},)
    assert meaning.wishes({"12": {"wishes": ["counselling"], "more": "soon"}}) == ({"kind": "counselling", "text": "soon"},)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("2026年12月1日", date(2026, 12, 1)),
        ("1/12/2026", date(2026, 12, 1)),
        ("1.12.2026", date(2026, 12, 1)),
        ("2026-02-30", None),
        ("next Friday", None),
        ("", None),
    ],
)
def test_a_date_is_read_in_the_ways_people_write_it(typed, day):
    assert meaning.date_of(typed) == day


def test_a_coming_date_counts_only_when_something_is_still_to_come():
    assert meaning.ahead_date(FULL, date(2026, 11, 23)) == date(2026, 12, 1)
    assert meaning.ahead_date(FULL, date(2026, 12, 1)) == date(2026, 12, 1)
    assert meaning.ahead_date(FULL, date(2026, 12, 2)) is None
    assert meaning.ahead_date(FULL | {"4": {"still": "yes"}}, date(2026, 11, 23)) is None


def test_a_number_the_policy_does_not_give_is_not_invented():
    assert fill("within {span}", {"span": "2 days"}, "soon") == "within 2 days"
    assert fill("within {span}", {"span": ""}, "soon") == "soon"
    assert fill("call {n}, within {span}", {"span": "", "n": "110"}, "call {n}") == "call 110"
    assert fill("call {n}, within {span}", {"span": "", "n": ""}, "call {n}") == ""


@pytest.mark.parametrize(
    ("value", "blank"), [("", True), (" \n", True), ([], True), ([{"a": " "}], True), ([{"a": "x"}], False), ("x", False)]
)
def test_blank(value, blank):
    assert is_blank(value) is blank


def test_every_word_of_the_questions_exists_in_chinese():
    for page in PAGES:
        for words in _words(page):
            with override("en"):
                english = str(words)
            with override("zh-hans"):
                assert not english or str(words) != english, english


def test_words_that_judge_are_never_used():
    for lang, words in (("en", ("victim", "perpetrator", "alleg", "harass")), ("zh-hans", ("受害者", "加害者", "疑似", "骚扰", "投诉人"))):
        with override(lang):
            everything = " ".join(str(each) for page in PAGES for each in _words(page)).lower()
        assert not [word for word in words if word in everything]


def _words(page):
    yield from (page.title, page.hint, page.why, *(page.details or ()), *(note.text for note in page.notes))
    for field in page.fields:
        for each in (field, *field.parts):
            yield from (each.label, each.hint, each.add_label, *(o.label for o in each.options), *(o.hint for o in each.options))


def test_a_page_knows_its_fields():
    assert BY_ID["4"].field("still").kind == "choice"
