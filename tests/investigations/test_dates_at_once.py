"""Pages on which somebody else was faster with the same date or the same urgency: what was typed is kept, nothing is overwritten unseen."""

from datetime import timedelta

import pytest

from complaints.services.extensions import extend_deadline
from investigations.steps import TriageStep
from tests.factories.forms import forms_of
from tests.investigations.conftest import Desk

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
MINE = "CANARY-mine <b>证人休假</b>"


def sent(desk, rest, **typed):
    """Send the one form of this page as a browser would, after somebody else did what `typed` calls first."""
    (form,) = [form for form in forms_of(desk.get(rest)) if not form.action]
    return lambda **more: desk.post(rest, form.values(**typed) | more)


@pytest.fixture
def colleague(handler_desk, investigator, now):
    """A function: somebody else moves the date by some days."""

    def move(row, days, seen=0):
        return extend_deadline(
            complaint=handler_desk.complaint,
            deadline=row,
            keyring=investigator.keyring,
            by=investigator.user,
            role="handler",
            until=row.due_date + timedelta(days=days),
            reason="A colleague's reason",
            seen=seen,
            now=now,
        )

    return move


@pytest.mark.parametrize("go", ["preview", "save"])
def test_a_date_that_was_moved_while_somebody_wrote_is_shown_first(handler_desk, colleague, go):
    desk = handler_desk
    row = desk.complaint.deadlines.get(limit_id="plan")
    until = (row.due_date + timedelta(days=9)).isoformat()
    path = f"dates/{row.pk}/"
    send = sent(desk, path, until=until, reason=MINE, go=go)
    moved = colleague(row, 4)
    response = send()
    html = response.content.decode()
    assert "This date changed while you were writing. Nothing was saved." in html
    assert "A colleague&#x27;s reason" in html and "moved it. It is promised by" in html
    assert row.changes.get() == moved
    # What was typed is kept, and the next sending has seen the colleague's.
    (again,) = [form for form in forms_of(response) if not form.action]
    assert again.fields["until"] == [until] and again.fields["reason"] == [MINE] and again.fields["seen"] == ["1"]
    (preview,) = [form for form in forms_of(desk.post(path, again.values(go="preview"))) if not form.action]
    assert desk.post(path, preview.values(go="save")).status_code == 302
    row.refresh_from_db()
    assert row.due_date.isoformat() == until and row.changes.count() == 2


def test_a_reason_for_lateness_is_not_covered_by_the_next_unseen(handler_desk):
    desk = handler_desk
    row = desk.complaint.deadlines.get(limit_id="plan")
    # As if it had been promised for long ago.
    type(row).objects.filter(pk=row.pk).update(due_at=row.starts_at)
    path = f"dates/{row.pk}/reason/"
    first, second = sent(desk, path, text="The first reason"), sent(desk, path, text=MINE)
    assert first().status_code == 302
    html = second().content.decode()
    assert "Nothing was saved" in html and "The first reason" in html and "has told the reporter why it is late" in html
    assert "CANARY-mine" in html and row.changes.count() == 1


def test_an_urgency_that_a_colleague_chose_is_shown_before_it_is_replaced(desk, second_officer, signed_in):
    desk.triage(until=TriageStep.URGENCY)
    other = Desk(signed_in(second_officer), desk.filed, second_officer)
    other.declare_free()
    mine = sent(desk, "triage/urgency/", urgency="can_wait")
    assert sent(other, "triage/urgency/", urgency="today")().status_code == 302
    response = mine()
    html = response.content.decode()
    assert "A colleague has answered this meanwhile. Nothing was saved." in html
    assert f"{second_officer.user.display_name} chose “Today”." in html
    assert desk.complaint.triage.urgency == "today"
    (again,) = [form for form in forms_of(response) if not form.action]
    assert again.fields["urgency"] == ["can_wait"]
    assert desk.post("triage/urgency/", again.values()).status_code == 302
    desk.complaint.triage.refresh_from_db()
    assert desk.complaint.triage.urgency == "can_wait"
