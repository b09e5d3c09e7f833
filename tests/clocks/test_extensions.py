"""Moving dates, refusing to, and explaining lateness."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from complaints.clock_selectors import late_since, next_promise, promises_of
from complaints.models import Deadline, DeadlineChange
from complaints.services import engine, extensions
from complaints.services.access import openable
from complaints.services.extensions import extend_deadline, give_late_reason, reason_of, refuse_extension
from policy.limits import ExtensionRule, Span
from tests.clocks.helpers import deadline, run_until_quiet, say
from tests.factories.canary import leaks
from tests.factories.filing import file_story
from vault.errors import NoAccess

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
REASON = "CANARY-reason the witness is on leave 证人休假"


@pytest.fixture
def extend(filed, intake_officer, now):
    def extended(until=date(2026, 12, 9), limit_id="plan", **fields):
        values = {
            "complaint": filed.complaint,
            "deadline": deadline(filed.complaint, limit_id),
            "keyring": intake_officer.keyring,
            "by": intake_officer.user,
            "role": "intake",
            "until": until,
            "reason": REASON,
            "now": now,
        } | fields
        values.setdefault("seen", extensions.change_count(values["deadline"]))
        return extend_deadline(**values)

    return extended


def test_the_new_date_is_promised_and_the_old_one_kept(filed, extend, now):
    before = deadline(filed.complaint, "plan")
    change = extend()
    row = deadline(filed.complaint, "plan")
    assert row.due_date == date(2026, 12, 9)
    assert (change.kind, change.old_due_at, change.new_due_at) == ("extension", before.due_at, row.due_at)
    assert DeadlineChange.objects.count() == 1
    shown = next(each for each in promises_of(filed.complaint, now) if each.limit_id == "plan")
    assert (shown.state, shown.due, shown.first_due) == ("extended", date(2026, 12, 9), before.due_date)


def test_the_reporter_reads_the_reason_and_nobody_else_does(filed, extend, overseer):
    change = extend()
    keys = openable(complaint=filed.complaint, keyring=filed.keyring)
    assert reason_of(change, statement=keys.statement, oversight=keys.oversight) == REASON
    watching = openable(complaint=filed.complaint, keyring=overseer.keyring)
    assert reason_of(change, statement=watching.statement, oversight=watching.oversight) == ""
    assert leaks(["CANARY-reason", "证人休假"]) == []


def test_a_date_moves_only_with_a_reason(extend):
    with pytest.raises(extensions.NeedsReason):
        extend(reason="  ")


def test_a_date_moves_only_forward(filed, extend):
    with pytest.raises(extensions.NotLater):
        extend(until=deadline(filed.complaint, "plan").due_date)


def test_a_missed_date_can_not_be_moved(filed, extend):
    late = deadline(filed.complaint, "plan").due_at
    with pytest.raises(extensions.AlreadyLate):
        extend(now=late)
    assert not DeadlineChange.objects.exists()


def test_a_kept_promise_can_not_be_moved(filed, extend, now):
    say(filed.complaint, "plan_told", now + timedelta(hours=1))
    with pytest.raises(extensions.Settled):
        extend(now=now + timedelta(hours=2))


def test_the_most_the_policy_allows_counts_from_the_first_date(filed, extend, now, monkeypatch):
    rules = engine.rules_of(filed.complaint.policy_version_id)
    limits = tuple(
        replace(each, extension=ExtensionRule(at_most=Span(5, "working_day"))) if each.id == "plan" else each for each in rules.limits
    )
    monkeypatch.setattr(engine, "rules_of", lambda _: engine.Rules(rules.version, limits))
    first = deadline(filed.complaint, "plan").due_date
    assert first == date(2026, 11, 30)
    extend(until=date(2026, 12, 4))
    with pytest.raises(extensions.BeyondPolicy) as refused:
        extend(until=date(2026, 12, 8))
    assert refused.value.latest == date(2026, 12, 7)
    extend(until=date(2026, 12, 7))
    assert deadline(filed.complaint, "plan").due_date == date(2026, 12, 7)


def test_another_complaints_deadline_is_out_of_reach(extend, now):
    other = file_story(now=now)
    with pytest.raises(Deadline.DoesNotExist):
        extend(deadline=deadline(other.complaint, "plan"))


def test_whoever_has_no_key_moves_nothing(extend, stranger):
    with pytest.raises(NoAccess):
        extend(keyring=stranger.keyring, by=stranger.user)


def test_oversight_refuses_and_the_first_date_stands_late_at_once(filed, extend, overseer, now):
    before = deadline(filed.complaint, "plan")
    extend()
    later = before.due_at + timedelta(hours=2)
    assert not [each for each in promises_of(filed.complaint, later) if each.limit_id == "plan" and each.state == "late"]
    change = refuse_extension(
        complaint=filed.complaint,
        deadline=before,
        keyring=overseer.keyring,
        by=overseer.user,
        text="CANARY-no",
        seen=1,
        now=later,
    )
    row = deadline(filed.complaint, "plan")
    assert row.due_at == before.due_at
    assert row.next_at == later
    assert any(each.limit_id == "plan" and each.state == "late" for each in promises_of(filed.complaint, later))
    keys = openable(complaint=filed.complaint, keyring=filed.keyring)
    assert reason_of(change, statement=keys.statement, oversight=keys.oversight) == "CANARY-no"
    run_until_quiet(later)
    assert deadline(filed.complaint, "plan").late_noted_at == later
    with pytest.raises(extensions.NothingToRefuse):
        refuse_extension(
            complaint=filed.complaint, deadline=row, keyring=overseer.keyring, by=overseer.user, text="again", seen=2, now=later
        )


def test_explaining_lateness_does_not_end_it(filed, intake_officer, now):
    row = deadline(filed.complaint, "open")
    give = {"complaint": filed.complaint, "deadline": row, "keyring": intake_officer.keyring, "by": intake_officer.user, "role": "intake"}
    with pytest.raises(extensions.NotLate):
        give_late_reason(**give, text="why", seen=0, now=now)
    later = row.due_at + timedelta(hours=1)
    with pytest.raises(extensions.NeedsReason):
        give_late_reason(**give, text="", seen=0, now=later)
    change = give_late_reason(**give, text=REASON, seen=0, now=later)
    assert late_since(filed.complaint, later) is not None
    keys = openable(complaint=filed.complaint, keyring=filed.keyring)
    assert reason_of(change, statement=keys.statement, oversight=keys.oversight) == REASON


def test_a_date_that_a_colleague_moved_is_not_moved_again_unseen(filed, extend, intake_officer, second_officer, now):
    first = extend(until=date(2026, 12, 2), seen=0)
    with pytest.raises(extensions.MovedMeanwhile) as refused:
        extend(by=second_officer.user, keyring=second_officer.keyring, seen=0)
    assert refused.value.change == first
    assert deadline(filed.complaint, "plan").due_date == date(2026, 12, 2)
    extend(by=second_officer.user, keyring=second_officer.keyring, seen=1)
    assert deadline(filed.complaint, "plan").due_date == date(2026, 12, 9)


def test_oversight_refuses_only_the_move_it_saw(filed, extend, overseer, now):
    extend(until=date(2026, 12, 2))
    second = extend(now=now + timedelta(minutes=1))
    refuse = {"complaint": filed.complaint, "deadline": second.deadline, "keyring": overseer.keyring, "by": overseer.user, "text": "no"}
    with pytest.raises(extensions.MovedMeanwhile) as refused:
        refuse_extension(**refuse, seen=1, now=now)
    assert refused.value.change == second and deadline(filed.complaint, "plan").due_date == date(2026, 12, 9)
    assert refuse_extension(**refuse, seen=2, now=now).kind == "refused"


def test_a_colleagues_reason_for_lateness_is_not_covered_unseen(filed, intake_officer, second_officer, now):
    row = deadline(filed.complaint, "open")
    later = row.due_at + timedelta(hours=1)
    give = {"complaint": filed.complaint, "deadline": row, "role": "intake", "now": later}
    first = give_late_reason(**give, keyring=intake_officer.keyring, by=intake_officer.user, text="ours", seen=0)
    mine = give | {"keyring": second_officer.keyring, "by": second_officer.user, "text": "mine"}
    with pytest.raises(extensions.MovedMeanwhile):
        give_late_reason(**mine, seen=0)
    assert list(DeadlineChange.objects.filter(kind="late_reason")) == [first]
    assert give_late_reason(**mine, seen=1).by == second_officer.user


def test_the_next_promise_is_the_earliest_ahead(filed, now):
    assert next_promise(filed.complaint, now).limit_id == "open"
    say(filed.complaint, "opened", now)
    assert next_promise(filed.complaint, now).limit_id in ("acknowledge", "safety_answer")
    assert next_promise(filed.complaint, now + timedelta(days=900)) is None
