"""Who stands above whom."""

from datetime import date

import pytest

from people.lines import ancestors, reporting_line_conflicts
from people.models import Employee

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    """top → a → b → c, and top → x → y."""
    people = {}
    for name, above in (("top", None), ("a", "top"), ("b", "a"), ("c", "b"), ("x", "top"), ("y", "x")):
        people[name] = Employee.objects.create(
            number=name, name=name, name_key=name, joined_date=date(2020, 1, 6), manager=people.get(above)
        )
    return people


def ids(tree, names):
    return {tree[name].pk for name in names.split()}


def test_everyone_above_and_nobody_else(tree):
    above = ancestors([tree["c"].pk, tree["y"].pk, tree["top"].pk])
    assert above == {tree["c"].pk: ids(tree, "b a top"), tree["y"].pk: ids(tree, "x top"), tree["top"].pk: set()}


def test_one_query_a_level(tree, django_assert_num_queries):
    with django_assert_num_queries(4):
        ancestors([tree["c"].pk])


def test_a_circle_ends(tree):
    Employee.objects.filter(pk=tree["top"].pk).update(manager=tree["c"])
    assert ancestors([tree["c"].pk])[tree["c"].pk] == ids(tree, "b a top")


def test_conflicts_are_the_respondent_and_the_line_up_and_down(tree):
    everyone = [person.pk for person in tree.values()]
    assert reporting_line_conflicts([tree["a"].pk], everyone) == ids(tree, "top a b c")
    assert reporting_line_conflicts([tree["y"].pk], everyone) == ids(tree, "top x y")
    assert reporting_line_conflicts([], everyone) == set()


def test_unknown_ids_are_in_nobodys_line(tree):
    from uuid import uuid4

    stranger = uuid4()
    assert ancestors([stranger]) == {stranger: set()}
    assert reporting_line_conflicts([stranger], [tree["a"].pk]) == set()
