"""A closed case is read, not planned in: every form of the team is refused kindly, also when it was opened before the end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.models import Complaint, Measure, ProtectionRequest
from complaints.services import protection
from complaints.services.changing import CaseEnded
from complaints.states import State
from investigations.models import CasePerson, Task
from investigations.services import people, tasks

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture
def closed(handler_desk, now):
    """A case with a task and a person in it, closed since."""
    by = reach(handler_desk, now)
    tasks.add_task(title="Call", owner=handler_desk.person.user, due_date=now.date(), **by)
    people.add_person(kind="witness", detail={"name": "Wu"}, **by)
    Complaint.objects.filter(pk=handler_desk.complaint.pk).update(state=State.CLOSED)
    return handler_desk


def reach(desk, now) -> dict:
    return {"complaint": desk.complaint, "keyring": desk.person.keyring, "by": desk.person.user, "role": "handler", "now": now}


def everything() -> list:
    return [list(model.objects.order_by("pk").values_list("pk", "row_version")) for model in (Task, CasePerson, Measure)]


def forms(now) -> dict:
    soon, later = ((now + timedelta(days=days)).date().isoformat() for days in (3, 30))
    measure = {"decision": "granted", "what": "x", "start_date": soon, "review_date": later}
    task = {"title": "More", "to": "", "due_date": soon, "version": 1}
    return {
        "tasks/add/": task,
        f"tasks/{Task.objects.get().pk}/": task,
        "people/add/": {"kind": "witness", "name": "Li"},
        f"people/{CasePerson.objects.get().pk}/": {"kind": "told", "name": "Li", "version": 1},
        "measures/add/": measure,
    }


def test_forms_say_that_the_case_is_closed_and_change_nothing(closed, now):
    before = everything()
    for address, data in forms(now).items():
        for answer in (closed.get(address), closed.post(address, data | ({"to": closed.person.user.pk} if "to" in data else {}))):
            assert answer.headers.get("Location") == closed.path(), address
        assert "This case is closed" in closed.get().content.decode()
    assert everything() == before


def test_pages_of_a_closed_case_offer_none_of_it(closed, now):
    for page in ("", "tasks/", "people/", "measures/"):
        content = closed.get(page).content.decode()
        assert not [address for address in (*forms(now), "handover/", "oversight/") if f'href="{closed.path(address)}"' in content], page


def test_the_forms_are_there_while_it_is_open(closed, now):
    Complaint.objects.update(state=State.ASSESSED)
    assert all(closed.get(address).status_code == 200 for address in forms(now))
    assert f'href="{closed.path("tasks/add/")}"' in closed.get("tasks/").content.decode()


def test_a_case_that_ended_while_a_form_was_open_refuses_in_the_service(closed, now):
    by, before = reach(closed, now), everything()
    task, person = Task.objects.get(), CasePerson.objects.get()
    words = {"title": "More", "owner": closed.person.user, "due_date": now.date()}
    dates = {"start_date": now.date(), "review_date": now.date() + timedelta(days=9)}
    for act in (
        lambda: tasks.add_task(**words, **by),
        lambda: tasks.change_task(task_id=task.pk, version=1, done=True, **words, **by),
        lambda: people.add_person(kind="witness", detail={"name": "Li"}, **by),
        lambda: people.change_person(person_id=person.pk, version=1, kind="told", detail={"name": "Li"}, **by),
        lambda: protection.answer_request(decision="granted", what="x", **dates, **by),
    ):
        with pytest.raises(CaseEnded):
            act()
    assert everything() == before


def test_a_wish_is_answered_after_the_end_too(closed, now):
    """The reporter was promised an answer; closing does not take it back."""
    protection.ask(
        complaint=closed.complaint,
        keyring=closed.filed.keyring,
        wishes=[{"kind": "other", "text": "x"}],
        urgency="today",
        token="t9",
        now=timezone.now(),
    )
    wish = ProtectionRequest.objects.get(answered_at=None)
    made = protection.answer_request(decision="refused", reason="not possible", wish=wish, **reach(closed, timezone.now()))
    assert made.request == wish
