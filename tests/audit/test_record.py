"""Writing the record: in the transaction of what it records, facts only, one chain."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import ACCESSES, Action
from audit.actors import REPORTER, SYSTEM, Actor
from audit.chain import GENESIS, digest, digest_of, head_mark, microseconds
from audit.facts import NotAFact, checked
from audit.models import Entry, Head
from audit.selectors import accesses, entries_about
from audit.services import BrokenChain, Line, NotInTransaction, record, record_many, verify

NOW = datetime(2026, 11, 23, 2, 0, 0, 5, tzinfo=UTC)
CASE = uuid4()
# Frozen: every stored entry depends on these bytes.
FROZEN_DIGEST = "efb2fe8592ceb236c8c122623746d2377f778b9e570d81ceee432e529d85d637"
FROZEN_MARK = "e08135d691f10f5b08fd3faac94e50fcb4f9582cd6c4c312df2a1ab17ac4d47e"


def write(by=SYSTEM, action=Action.FILED, subject_id=CASE, now=NOW, **more):
    return record(by=by, action=action, subject_id=subject_id, now=now, **more)


@pytest.mark.django_db
class TestRecording:
    def test_an_entry_says_who_what_when_and_about_what(self, officer):
        object_id = uuid4()
        entry = write(officer, Action.HANDED_OVER, object_kind="seat", object_id=object_id, facts={"to": 7, "role": "investigator"})
        entry = Entry.objects.get(pk=entry.pk)
        assert (entry.seq, entry.at, entry.actor_kind, entry.user_id, entry.role) == (1, NOW, "staff", officer.user_id, "intake_officer")
        assert (entry.action, entry.subject_id, entry.object_kind, entry.object_id) == ("handed_over", CASE, "seat", object_id)
        assert entry.facts == {"to": 7, "role": "investigator"}
        assert str(entry) == "entry 1"

    def test_entries_form_a_chain(self):
        first, second = write(), write()
        assert bytes(first.previous) == GENESIS
        assert bytes(second.previous) == bytes(first.digest) == digest_of(first)
        head = Head.objects.get()
        assert (head.seq, bytes(head.digest)) == (2, bytes(second.digest))
        assert verify() == []

    def test_several_at_once(self, officer, django_assert_num_queries):
        write()
        with django_assert_num_queries(3):
            entries = record_many([Line(officer, Action.SEATED, CASE), Line(SYSTEM, Action.REMINDED, CASE)], now=NOW)
        assert [entry.seq for entry in entries] == [2, 3]
        assert verify() == []
        assert record_many([], now=NOW) == []

    def test_what_is_rolled_back_was_never_recorded(self):
        write()
        with pytest.raises(RuntimeError), transaction.atomic():
            write()
            raise RuntimeError
        assert Entry.objects.count() == Head.objects.get().seq == 1
        write()
        assert verify() == []

    def test_an_unknown_action_is_refused(self):
        with pytest.raises(ValueError, match="valid"):
            write(action="opened_something_else")

    def test_nothing_is_written_when_one_line_is_refused(self):
        with pytest.raises(NotAFact):
            record_many([Line(SYSTEM, Action.FILED, CASE), Line(SYSTEM, Action.FILED, CASE, facts={"a": "Words"})], now=NOW)
        assert not Entry.objects.exists()

    def test_without_a_head_nothing_is_written_on_top(self):
        write()
        from django.db import connection

        from audit import triggers

        triggers.uninstall(connection)
        Head.objects.all().delete()
        with pytest.raises(BrokenChain):
            write()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused():
    with pytest.raises(NotInTransaction):
        write()
    assert not Entry.objects.exists()


class TestActors:
    def test_staff_have_an_account_and_others_do_not(self):
        for wrong in (("staff", None, "x"), ("reporter", 3, ""), ("system", 3, ""), ("root", None, "")):
            with pytest.raises(ValueError, match="account"):
                Actor(*wrong)

    def test_the_reporter_is_nobody_in_particular(self):
        assert (REPORTER.user_id, REPORTER.role) == (None, "")


class TestFacts:
    @pytest.mark.parametrize(
        ("facts", "stored"),
        [
            (None, {}),
            ({"n": 3, "yes": True}, {"n": 3, "yes": True}),
            ({"on": date(2026, 11, 23)}, {"on": "2026-11-23"}),
            ({"id": UUID(int=5)}, {"id": str(UUID(int=5))}),
            ({"action": Action.FILED}, {"action": "filed"}),
            ({"limit": "answer_protection.v2:a-b", "none": ""}, {"limit": "answer_protection.v2:a-b", "none": ""}),
        ],
    )
    def test_what_is_a_fact(self, facts, stored):
        assert checked(facts) == stored

    @pytest.mark.parametrize(
        "value", ["He said", "ÄÖ", "字", "a b", "x" * 65, "a\n", 1.5, None, ["a"], {"a": 1}, b"a", 2**53, datetime(2026, 1, 1, tzinfo=UTC)]
    )
    def test_what_is_none(self, value):
        with pytest.raises(NotAFact) as caught:
            checked({"note": value})
        assert str(value) not in str(caught.value) or value in (None, "x")

    @pytest.mark.parametrize("facts", [{"": 1}, {"A": 1}, {3: 1}, {"what he said": 1}, {f"n{i}": i for i in range(21)}])
    def test_names_and_number(self, facts):
        with pytest.raises(NotAFact):
            checked(facts)

    @given(st.text(min_size=1))
    def test_no_text_outside_the_vocabulary_gets_through(self, text):
        try:
            checked({"note": text})
        except NotAFact:
            return
        assert text.isascii()
        assert len(text) <= 64
        assert not set(text) - set("abcdefghijklmnopqrstuvwxyz0123456789_.:-")


class TestChain:
    ROW = {
        "seq": 1,
        "at": NOW,
        "actor_kind": "staff",
        "user_id": 7,
        "role": "intake_officer",
        "action": "filed",
        "subject_id": UUID(int=5),
        "object_kind": "",
        "object_id": None,
        "facts": {"b": 1, "a": True},
        "previous": GENESIS,
    }

    def test_frozen(self):
        assert digest(**self.ROW).hex() == FROZEN_DIGEST
        assert head_mark(key=bytes(range(32)), seq=1, digest=bytes(32)).hex() == FROZEN_MARK

    @pytest.mark.parametrize(
        "change",
        [
            {"seq": 2},
            {"at": NOW + timedelta(microseconds=1)},
            {"actor_kind": "system"},
            {"user_id": 8},
            {"role": ""},
            {"action": "handed_over"},
            {"subject_id": None},
            {"object_kind": "seat"},
            {"object_id": UUID(int=5)},
            {"facts": {"b": 1, "a": 1}},
            {"facts": {"b": 1}},
            {"previous": bytes([1] * 32)},
        ],
    )
    def test_every_part_counts(self, change):
        assert digest(**{**self.ROW, **change}) != digest(**self.ROW)

    def test_the_order_of_facts_and_the_time_zone_do_not(self):
        east = NOW.astimezone(datetime.strptime("+0800", "%z").tzinfo)
        assert digest(**{**self.ROW, "facts": {"a": True, "b": 1}, "at": east}) == digest(**self.ROW)

    def test_microseconds(self):
        assert microseconds(datetime(1970, 1, 2, 0, 0, 1, 3, tzinfo=UTC)) == 86_401_000_003


@pytest.mark.django_db
class TestReading:
    def test_accesses_are_the_same_rows_newest_first(self, officer):
        write(REPORTER, Action.FILED)
        write(officer, Action.OPENED_REPORT)
        write(officer, Action.OPENED_REPORT, subject_id=uuid4())
        write(officer, Action.HANDED_OVER)
        write(officer, Action.PRINTED_CASE)
        assert [entry.action for entry in accesses(CASE)] == ["printed_case", "opened_report"]
        assert [entry.seq for entry in entries_about(CASE)] == [1, 2, 4, 5]

    def test_what_counts_as_an_access(self):
        assert {Action.OPENED_FILE, Action.EXPORTED_CASE, Action.PRINTED_CASE, Action.REVEALED_IDENTITY} <= set(ACCESSES)
        assert Action.FILED not in ACCESSES

    def test_values_fit_and_are_words(self):
        assert all(len(action.value) <= 48 and checked({"a": action}) for action in Action)
