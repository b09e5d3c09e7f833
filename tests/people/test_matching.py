"""Names in a text, found in the directory."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.matching import _name_candidates, _number_candidates, employees_named_in, employees_named_in_each, fold_name
from people.models import Employee


def employee(number, name, other="", email=""):
    return Employee.objects.create(
        number=number,
        name=name,
        name_key=fold_name(name),
        other_name=other,
        other_name_key=fold_name(other),
        email=email,
        joined_date=date(2020, 1, 6),
    )


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Zhou Qiang", "qiang  ZHOU"),
        ("Zhou, Qiang", "Ｚｈｏｕ Ｑｉａｎｇ"),
        ("周强", "周 强"),
        ("José Ñandú", "jose nandu"),
        ("O'Brien Anna", "Anna O’Brien"),
        ("阿卜杜拉·买买提", "阿卜杜拉•买买提"),
        ("Jean-Luc Martin", "Martin Jean Luc"),
    ],
)
def test_the_same_name_folds_alike(a, b):
    assert fold_name(a) == fold_name(b) != ""


def test_different_names_fold_apart():
    assert len({fold_name(name) for name in ("周强", "强周", "Zhou Qian", "Zhou Qiang", "Li Zhou Qiang")}) == 5


@given(st.text(max_size=300))
def test_folding_is_stable_and_short(text):
    key = fold_name(text)
    assert len(key) <= 160
    assert fold_name(key) == key or len(key) == 160


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "周强",
        "昨天周强在会上当着大家的面说了那些话",
        "市场部的 周 强，还有别人",
        "Zhou Qiang",
        "qiang zhou",
        "Zhou, Qiang",
        "It was Mr Zhou Qiang from sales.",
        "write to ZHOU.qiang@example.test please",
        "工号：0031",
        "A0031",
    ],
)
def test_somebody_is_found_by_name_address_or_number(text):
    number = "A0031" if "A0031" in text else "0031"
    who = employee(number, "周强", "Zhou Qiang", "zhou.qiang@example.test")
    employee("0032", "王芳", "Wang Fang", "wang@example.test")
    assert set(employees_named_in(text)) == {who.pk}


@pytest.mark.django_db
def test_the_words_that_named_somebody_are_returned():
    who = employee("1", "周强", "Zhou Qiang")
    assert employees_named_in("我说的是周强经理") == {who.pk: "周强"}
    assert employees_named_in("I mean qiang ZHOU here") == {who.pk: "qiang ZHOU"}


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "   ", "Li Wei, Zhang San", "周 和 强", "It happened in 2024 on floor 31", "Zhou", "强", "。，！"])
def test_nobody_is_named_by_halves_years_or_neighbours(text):
    employee("2024", "周强", "Zhou Qiang")
    employee("31", "张伟", "Zhang Wei")  # "Wei, Zhang" of two other people
    assert employees_named_in(text) == {}


@pytest.mark.django_db
def test_a_name_written_together_or_apart():
    who = employee("1", "李晓明", "Li Xiaoming")
    assert set(employees_named_in("it was Li Xiao Ming again")) == {who.pk}


@pytest.mark.django_db
def test_several_people_and_namesakes_are_all_found():
    a, b, c = employee("1", "张伟"), employee("2", "张伟"), employee("3", "Anna Berg")
    assert set(employees_named_in("张伟\nAnna Berg")) == {a.pk, b.pk, c.pk}


@pytest.mark.django_db
def test_a_long_story_takes_one_query_and_no_time_in_a_large_directory(django_assert_num_queries):
    surnames, given_names = "王李张刘陈杨黄赵周吴", [chr(0x4E00 + at) for at in range(0, 4000, 2)]
    Employee.objects.bulk_create(
        [
            Employee(
                number=str(at), name=(name := f"{surnames[at % 10]}{given_names[at // 10]}"), name_key=name, joined_date=date(2020, 1, 6)
            )
            for at in range(20_000)
        ],
        batch_size=2000,
    )
    story = "昨天下午在会议室里他当着大家说了很多话。" * 40 + "周" + given_names[880]
    started = time.process_time()
    with django_assert_num_queries(1):
        found = employees_named_in(story)
    assert len(found) >= 1
    assert time.process_time() - started < 1


def test_a_story_full_of_numbers_takes_time_for_its_length_only():
    started = time.process_time()
    assert set(_number_candidates("number 1 " * 20_000)) == {"1"}
    assert time.process_time() - started < 3


@pytest.mark.django_db
def test_several_texts_are_looked_up_together(django_assert_num_queries):
    a, b = employee("1", "张伟"), employee("2", "周强", "Zhou Qiang", "zhou@example.test")
    with django_assert_num_queries(1):
        found = employees_named_in_each(["张伟", "nobody we know", "zhou@example.test\n张伟", ""])
    assert found == [{a.pk: "张伟"}, {}, {a.pk: "张伟", b.pk: "zhou@example.test"}, {}]


@given(st.text(alphabet=" ,.'’-·\n周强々zhouqiangZHÉéñß０ｗ1", max_size=60))
def test_candidates_are_folded_as_the_directory_folds_its_names(text):
    """Whatever way the candidates of a text are made, a name in the directory must have the same key."""
    for key, words in _name_candidates(text):
        together = {fold_name(words), *(fold_name(each) for each in _written_together(words))}
        assert key in together


def _written_together(words: str) -> list[str]:
    parts = words.split(" ")
    return [f"{parts[0]} {parts[1]}{parts[2]}", f"{parts[0]}{parts[1]} {parts[2]}"] if len(parts) == 3 else []


@pytest.mark.parametrize("words", ["x" * 50_000, "漢" * 50_000, "x." * 25_000, "a@" * 25_000])
def test_a_story_without_a_space_is_looked_through_in_one_go(words):
    from people.matching import _EMAIL

    started = time.process_time()
    assert _EMAIL.findall(words) == []
    assert _EMAIL.findall(f"{words} li.na+x@example.test，") == ["li.na+x@example.test"]
    assert time.process_time() - started < 1
