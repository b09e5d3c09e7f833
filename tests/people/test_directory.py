"""Reading a directory file and planning what it changes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.directory import Entry, plan, read

TODAY = date(2026, 11, 23)
HEAD = "number,name,email,manager,unit,site,joined,left\n"


def planned(text, *, existing=(), complete=False, sites=("hz",), units=()):
    raw = text.encode() if isinstance(text, str) else text
    known = {entry.number: entry for entry in existing}
    return plan(read(raw), existing=known, sites=sites, units=units, complete=complete, today=TODAY)


def codes(made):
    return [(problem.line, problem.code) for problem in made.problems]


def test_new_people_join_with_their_manager_by_number():
    made = planned(HEAD + "1,Gu Wenbo,gu@example.test,,Top,hz,2020-01-06,\n2,Lin Mei,lin@example.test,1,Top,hz,2021/3/1,\n")
    assert made.may_apply
    assert [(c.line, c.kind, c.number) for c in made.changes] == [(2, "join", "1"), (3, "join", "2")]
    assert made.after["2"] == Entry("2", "Lin Mei", email="lin@example.test", manager="1", unit="Top", site="hz", joined="2021-03-01")
    assert made.new_units == ["Top"]


def test_the_same_file_again_changes_nothing():
    text = HEAD + "1,Gu Wenbo,gu@example.test,,Top,hz,2020-01-06,\n"
    existing = planned(text).after.values()
    made = planned(text, existing=existing, units=["Top"])
    assert made.changes == [] and made.unchanged == 1 and made.new_units == []


def test_a_change_names_the_column_with_both_values():
    made = planned("number,name,joined\n1,Gu Wen-bo,2020-01-06\n", existing=[Entry("1", "Gu Wenbo", joined="2020-01-06", email="a@b.test")])
    assert made.changes[0].fields == (("name", "Gu Wenbo", "Gu Wen-bo"),)
    assert made.after["1"].email == "a@b.test"  # a column that is not in the file stays


def test_chinese_headings_and_gb18030_are_understood():
    made = planned("工号,姓名,入职日期,上级工号\n1,顾文博,2020年1月6日,\n2,林梅,2021年3月1日,1\n".encode("gb18030"))
    assert made.may_apply
    assert made.after["2"].name == "林梅" and made.after["2"].manager == "1"


def test_a_byte_order_mark_and_semicolons_do_not_matter():
    assert planned("\ufeffnumber;name;joined\n1;Gu;2020-01-06\n").may_apply


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("9,,x@example.test,,,hz,2020-01-06,", "missing"),
        ("9,=HYPERLINK(1),,,,hz,2020-01-06,", "formula"),
        ("9,+cmd,,,,hz,2020-01-06,", "formula"),
        ("9,Gu,not-an-address,,,hz,2020-01-06,", "email"),
        ("9,Gu,,,,hz,06.01.2020,", "date"),
        ("9,Gu,,,,hz,2020-02-30,", "date"),
        ("9,Gu,,77,,hz,2020-01-06,", "unknown_person"),
        ("9,Gu,,,,mars,2020-01-06,", "unknown_site"),
        ("9,Gu,,,,hz,2020-01-06,2019-01-01", "left_before_joined"),
        ("9,Gu,,9,,hz,2020-01-06,", "own_manager"),
        ("9,Gu,,,,hz,2020-01-06", "cells"),
        ("9," + "x" * 121 + ",,,,hz,2020-01-06,", "too_long"),
    ],
)
def test_a_bad_row_is_named_by_its_line(row, code):
    made = planned(HEAD + "1,Fine,,,,hz,2020-01-06,\n\n" + row + "\n")
    assert codes(made) == [(4, code)]
    assert not made.may_apply


def test_a_number_or_an_address_twice_is_refused():
    made = planned(HEAD + "1,A,a@example.test,,,,2020-01-06,\n1,B,,,,,2020-01-06,\n2,C,A@example.test,,,,2020-01-06,\n")
    assert codes(made) == [(3, "twice"), (4, "twice")]


def test_a_quoted_cell_over_two_lines_keeps_the_line_numbers_right():
    made = planned('number,name,joined\n1,"Gu\nWenbo",2020-01-06\n2,Lin,never\n')
    assert codes(made) == [(4, "date")]
    assert made.after["1"].name == "Gu Wenbo"


def test_heading_problems_stop_the_reading():
    assert codes(planned("number,nickname\n1,x\n")) == [(1, "unknown_column"), (1, "column_missing"), (1, "column_missing")]
    assert codes(planned("number,name,number,joined\n1,x,2,2020-01-06\n")) == [(1, "column_twice")]
    assert codes(planned("number,name,joined\n")) == [(1, "empty")]
    assert codes(planned('number,name,joined\n1,"Gu,2020-01-06\n')) == [(2, "malformed")]
    assert codes(planned(b"\xff\xfe\x00\xd8")) == [(1, "encoding")]


def test_a_circle_in_the_reporting_line_is_named_once():
    text = "number,name,joined,manager\n1,A,2020-01-06,3\n2,B,2020-01-06,1\n3,C,2020-01-06,2\n4,D,2020-01-06,1\n"
    made = planned(text)
    assert [(p.line, p.code) for p in made.problems] == [(2, "circle")]
    assert made.problems[0].value == "1 → 3 → 2 → 1"


def test_a_circle_that_closes_through_the_existing_directory_is_found():
    existing = [Entry("1", "A", manager="2", joined="2020-01-06"), Entry("2", "B", joined="2020-01-06")]
    made = planned("number,name,joined,manager\n2,B,2020-01-06,1\n", existing=existing)
    assert codes(made) == [(2, "circle")]


def test_leavers_of_a_complete_list():
    existing = [
        Entry("1", "A", joined="2020-01-06"),
        Entry("2", "B", joined="2020-01-06"),
        Entry("3", "C", joined="2020-01-06", left="2022-01-01"),
    ]
    text = "number,name,joined\n1,A,2020-01-06\n"
    assert planned(text, existing=existing).changes == []
    made = planned(text, existing=existing, complete=True)
    assert [(c.kind, c.number, c.line) for c in made.changes] == [("leave", "2", 0)]
    assert made.after["2"].left == "2026-11-23"


def test_leaving_and_coming_back_are_named():
    existing = [Entry("1", "A", joined="2020-01-06", left="2022-01-01"), Entry("2", "B", joined="2020-01-06")]
    made = planned("number,name,joined,left\n1,A,2020-01-06,\n2,B,2020-01-06,2026-10-01\n", existing=existing)
    assert [c.kind for c in made.changes] == ["return", "leave"]


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_reading_never_fails_whatever_the_bytes(raw):
    reading = read(raw)
    assert reading.problems or reading.rows


@given(st.lists(st.tuples(st.sampled_from("1234567"), st.sampled_from(" 1234567")), max_size=12))
def test_an_accepted_plan_has_no_circle(pairs):
    text = "number,name,joined,manager\n" + "".join(f"{number},N,2020-01-06,{manager.strip()}\n" for number, manager in pairs)
    made = planned(text)
    if made.may_apply:
        for start in made.after:
            seen, at = set(), start
            while at:
                assert at not in seen
                seen.add(at)
                at = made.after[at].manager if at in made.after else ""
