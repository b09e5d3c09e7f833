"""The rules of the body (R19), and whom a reporter would rather speak to."""

from datetime import date
from types import SimpleNamespace

import pytest

from investigations.panel import Lacking, Member, composition, outcome

TODAY = date(2026, 11, 25)
OPEN = date(2025, 1, 1)


def body(**rules):
    values = {"women_share_percent": None, "external_member": False, "term_years": None, "quorum": None}
    return SimpleNamespace(**values | rules)


def people(women=0, others=0, unsaid=0, outside=0, since=OPEN):
    found = [Member(True, False, since)] * women + [Member(False, False, since)] * others + [Member(None, False, since)] * unsaid
    return found + [Member(None, True, since)] * outside


@pytest.mark.parametrize(
    ("rules", "members", "lacking"),
    [
        ({}, people(), []),
        ({"quorum": 3}, people(women=2), [(Lacking.QUORUM, 2, 3)]),
        ({"quorum": 3}, people(women=3), []),
        ({"women_share_percent": 50}, people(women=2, others=2), []),
        ({"women_share_percent": 50}, people(women=2, others=3), [(Lacking.WOMEN, 2, 3)]),
        ({"women_share_percent": 50}, people(women=2, others=2, unsaid=1), [(Lacking.WOMEN_UNSAID, 2, 3)]),
        ({"women_share_percent": 50}, people(), []),
        ({"external_member": True}, people(women=3), [(Lacking.OUTSIDE, 0, 1)]),
        ({"external_member": True}, people(women=3, outside=1), []),
        ({"term_years": 3}, people(women=1, since=date(2023, 11, 25)), [(Lacking.TERM, 1, 3)]),
        ({"term_years": 3}, people(women=1, since=date(2023, 11, 26)), []),
        ({"term_years": 1}, people(women=1, since=date(2024, 2, 29)), [(Lacking.TERM, 1, 1)]),
    ],
)
def test_composition(rules, members, lacking):
    assert [(each.kind, each.have, each.need) for each in composition(body(**rules), members, TODAY)] == lacking


@pytest.mark.parametrize(
    ("quorum", "members", "votes", "agreed", "met"),
    [
        (3, 5, [True, True], None, False),
        (3, 5, [True, True, False], True, True),
        (3, 5, [True, False, False], False, True),
        (4, 5, [True, True, False, False], None, True),
        (3, 2, [True, True], None, False),
        (None, 2, [], None, False),
        (None, 2, [True], None, False),
        (None, 2, [True, True], True, True),
        (None, 5, [True, True, False], True, True),
        (None, 5, [True, True], None, False),
    ],
)
def test_a_vote_counts_once_the_quorum_has_voted(quorum, members, votes, agreed, met):
    found = outcome(body(quorum=quorum), votes, members)
    assert (found.agreed, found.quorum_met) == (agreed, met)
