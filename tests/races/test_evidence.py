# ruff: noqa: F811 (fixtures of other folders are imported by name)
"""Eight workers of two handlers at one register: numbers without a gap, one item for one form, a chain without a lost entry."""

from datetime import timedelta

import pytest

from audit.models import Entry
from audit.services import verify
from investigations.models import CustodyEntry, CustodyKind, Evidence
from investigations.services import calling, custody, evidence, evidence_reading
from tests.investigations.conftest import desk, filed, handler_desk, now, without_second_factor  # noqa: F401
from tests.investigations.evidence.conftest import by, given, inquiry  # noqa: F401
from tests.races.test_editors import at_once
from vault.uploads import sealed_upload
from vault.verify import problems

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True)


@pytest.fixture(autouse=True)
def everything_still_holds():
    yield
    assert verify() == [] and list(problems()) == []


@pytest.fixture
def two_handlers(by, second_investigator, now, handler_desk, signed_in) -> list[dict]:
    """What the services ask of each of two handlers of one case."""
    calling.call_reader(to=second_investigator.user, **{name: value for name, value in by.items() if name != "investigation"})
    client = signed_in(second_investigator)
    client.post(handler_desk.path("conflict/"), {"conflict": "no"})
    return [by, by | {"keyring": second_investigator.keyring, "by": second_investigator.user}]


def take(reach: dict, token: str, now):
    upload = sealed_upload(name="a.txt", content_type="text/plain", chunks=[token.encode() * 100])
    return evidence.take_in(**reach, detail={"name": token}, obtained_at=now, token=token, upload=upload)


def test_eight_workers_of_two_handlers_take_in_without_a_gap(two_handlers, now):
    calls = [lambda n=n: take(two_handlers[n % 2], f"t{n}", now) for n in range(8)]
    results = at_once(*calls)
    assert {type(each).__name__ for each in results} == {"Evidence"}
    assert sorted(Evidence.objects.values_list("number", flat=True)) == list(range(1, 9))
    taken = CustodyEntry.objects.filter(kind=CustodyKind.TAKEN_IN)
    assert taken.count() == 8 and len(set(taken.values_list("evidence", flat=True))) == 8
    assert {row.added_by_id for row in Evidence.objects.all()} == {reach["by"].pk for reach in two_handlers}
    assert Entry.objects.filter(action="evidence_added").count() == 8


def test_one_form_from_eight_workers_is_one_item_with_one_entry(by, now):
    at_once(*[lambda: take(by, "same", now)] * 8)
    assert Evidence.objects.count() == 1 and CustodyEntry.objects.count() == 1


def test_one_file_that_was_given_is_taken_over_once(two_handlers, given, now):
    def over(n):
        return lambda: evidence.take_in(**two_handlers[n % 2], detail={"name": "chat"}, obtained_at=now, token=f"g{n}", attachment=given)

    results = [type(each).__name__ for each in at_once(*[over(n) for n in range(8)])]
    assert sorted(set(results)) == ["AlreadyTaken", "Evidence"] and results.count("Evidence") == 1
    assert Evidence.objects.count() == 1


def test_nothing_of_a_chain_is_lost_when_all_write_at_once(two_handlers, now):
    """Copies, hand-overs, checks and views of one item together: every one is there, each once, and copies have numbers of their own."""
    item = take(two_handlers[0], "t", now)
    later = now + timedelta(minutes=1)

    def of(n):
        reach = two_handlers[n % 2] | {"now": later}
        moved = {"kind": "handed_over", "at": now, "giver": "A", "taker": "B", "how": "by hand", "token": f"h{n}"}
        return (
            lambda: evidence.derive(
                **reach, number=item.number, derivation="transcript", detail={"name": f"c{n}"}, token=f"c{n}", text=f"words {n}"
            ),
            lambda: custody.note(number=item.number, **moved, **reach),
            lambda: custody.check(number=item.number, **reach),
            lambda: evidence_reading.open_item(number=item.number, **reach),
        )

    results = at_once(*(call for n in (0, 1) for call in of(n)))
    assert not [each for each in results if isinstance(each, Exception)], results
    assert sorted(Evidence.objects.values_list("number", flat=True)) == [1, 2, 3]
    kinds = list(CustodyEntry.objects.filter(evidence=item).values_list("kind", flat=True))
    assert sorted(kinds) == sorted(["taken_in", "derived", "derived", "handed_over", "handed_over", "checked", "checked"])
    assert Entry.objects.filter(action="opened_evidence", object_id=item.pk).count() == 2
