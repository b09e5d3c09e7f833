"""Two people on one case at the same moment, with real threads: nothing is overwritten, nobody who left reads on, no lock meets another."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from audit.models import SentForm
from audit.services import verify
from complaints.models import (
    Complaint,
    Deadline,
    DeadlineChange,
    Event,
    ExclusionList,
    Measure,
    ProtectionRequest,
    Seat,
    SeatRole,
    Statement,
)
from complaints.services import (
    access,
    additions,
    code_change,
    drafts,
    extensions,
    keeping_out,
    messages,
    protection,
    submitting,
    withdrawal,
)
from complaints.services.access import ChangedMeanwhile, openable
from complaints.states import State
from investigations.models import CasePerson, Note, Task, Triage
from investigations.services import deciding, people, tasks, triage
from investigations.services.changed import SavedMeanwhile
from investigations.steps import TriageStep
from tests.factories.filing import file_story
from vault.columns import open_column
from vault.errors import NoAccess, VaultError
from vault.services import compartments
from vault.verify import problems

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True)


def at_once(*jobs) -> list:
    """Run all jobs at the same moment; return what each gave or raised, in their order."""
    results: list = [None] * len(jobs)
    gate = threading.Barrier(len(jobs))

    def run(place, job):
        try:
            gate.wait(30)
            results[place] = job()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def kinds(results) -> list[str]:
    return sorted(type(result).__name__ for result in results)


@pytest.fixture(autouse=True)
def everything_still_holds():
    yield
    assert verify() == [] and list(problems()) == []


@pytest.fixture
def case(handlers, now):
    return file_story(now=now)


def again(case) -> Complaint:
    return Complaint.objects.get(pk=case.complaint.pk)


def reach(case, person, now, **more) -> dict:
    return {"complaint": again(case), "keyring": person.keyring, "by": person.user, "role": "intake", "now": now} | more


def keys_of(case, person):
    return openable(complaint=case.complaint, keyring=person.keyring)


def saved_person(case, person, now):
    row = people.add_person(**reach(case, person, now), kind="witness", detail={"name": "A"})

    def change(editor, words):
        return people.change_person(**reach(case, editor, now), person_id=row.pk, version=1, kind="witness", detail={"name": words})

    def stored():
        return open_column(CasePerson.objects.get(pk=row.pk), "detail_sealed", keys_of(case, person).file).json()["name"]

    return change, stored


def saved_task(case, person, now):
    fields = {"owner": person.user, "due_date": now.date()}
    row = tasks.add_task(**reach(case, person, now), title="A", **fields)

    def change(editor, words):
        return tasks.change_task(**reach(case, editor, now), task_id=row.pk, version=1, title=words, done=False, **fields)

    def stored():
        return open_column(Task.objects.get(pk=row.pk), "title_sealed", keys_of(case, person).file).text()

    return change, stored


def saved_measure(case, person, now):
    day = now.date()
    wish = ProtectionRequest.objects.get(complaint=case.complaint)
    dates = {"start_date": day, "review_date": day + timedelta(days=9)}
    row = protection.answer_request(**reach(case, person, now), wish=wish, decision="granted", what="x", **dates)

    def change(editor, words):
        end = {"end_date": day + timedelta(days=3)}
        return protection.review_measure(**reach(case, editor, now), measure=row, version=1, note=words, **end)

    def stored():
        (review,) = open_column(Measure.objects.get(pk=row.pk), "detail_sealed", keys_of(case, person).statement).json()["reviews"]
        return review["note"]

    return change, stored


@pytest.mark.parametrize("saved", [saved_person, saved_task, saved_measure])
def test_of_two_editors_one_saves_and_the_other_is_shown_it(case, intake_officer, second_officer, now, saved):
    change, stored = saved(case, intake_officer, now)
    results = at_once(lambda: change(intake_officer, "first"), lambda: change(second_officer, "second"))
    refused = [each for each in results if isinstance(each, SavedMeanwhile | ChangedMeanwhile)]
    assert len(refused) == 1, kinds(results)
    winner = "second" if results[0] is refused[0] else "first"
    assert stored() == winner
    if isinstance(refused[0], SavedMeanwhile):
        assert winner in refused[0].stored.values()


@pytest.mark.parametrize("clicks", [2, 4])
def test_a_double_click_is_one_act(case, intake_officer, signed_in, now, settings, clicks):
    settings.DEMO = True
    walked(case, intake_officer, now, TriageStep.SAFETY)
    path = f"/c/{case.complaint.ref}/tasks/"
    sent = {"text": "A note of the team", "once": "c" * 32}
    browsers = [signed_in(intake_officer) for _ in range(clicks)]
    answers = at_once(*(lambda browser=browser: browser.post(path, sent) for browser in browsers))
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(302, path)}
    assert Note.objects.count() == 1
    assert SentForm.objects.get().location == path


def test_two_answers_to_one_wish(case, intake_officer, second_officer, now):
    wish = ProtectionRequest.objects.get(complaint=case.complaint)

    def answer(person):
        return lambda: protection.answer_request(**reach(case, person, now), wish=wish, decision="refused", reason="no")

    assert kinds(at_once(answer(intake_officer), answer(second_officer))) == ["AlreadyAnswered", "Measure"]
    assert Measure.objects.count() == 1


def walked(case, person, now, until):
    """The triage of `case` up to (not including) `until`, by its services."""
    Seat.objects.filter(complaint=case.complaint, role=SeatRole.INTAKE).update(conflict_declared_at=now)
    row = triage.begin(complaint=case.complaint, by=person.user, now=now)
    done = {"read_at": now, "safety_answered_at": now, "protection_answered_at": now, "urgency": "today", "acknowledged_at": now}
    for (name, value), step in zip(done.items(), TriageStep, strict=False):
        if step == until:
            break
        setattr(row, name, value)
    row.save()


def test_two_officers_decide_the_way(case, intake_officer, second_officer, now):
    Complaint.objects.filter(pk=case.complaint.pk).update(state=State.ASSESSED)
    version = Complaint.objects.get(pk=case.complaint.pk).row_version

    def decide(person, way):
        return lambda: deciding.decide_way(**reach(case, person, now), way=way, reason="because", token=way, version=version)

    results = at_once(decide(intake_officer, "investigate"), decide(second_officer, "no_case"))
    assert kinds(results) == ["ChangedMeanwhile", "NoneType"]
    assert case.complaint.messages.count() == 1


@pytest.mark.parametrize("days", [(3, 3), (3, 9)])
def test_of_two_who_move_one_date_the_second_is_shown_the_first(case, intake_officer, second_officer, now, days):
    due = Deadline.objects.get(complaint=case.complaint, limit_id="plan")

    def move(person, by_days):
        until = due.due_date + timedelta(days=by_days)
        return lambda: extensions.extend_deadline(**reach(case, person, now), deadline=due, until=until, reason="because", seen=0)

    results = at_once(move(intake_officer, days[0]), move(second_officer, days[1]))
    assert kinds(results) == ["DeadlineChange", "MovedMeanwhile"]
    (saved,) = [each for each in results if isinstance(each, DeadlineChange)]
    (refused,) = [each for each in results if isinstance(each, extensions.MovedMeanwhile)]
    due.refresh_from_db()
    assert refused.change == saved == DeadlineChange.objects.get() and due.due_at == saved.new_due_at


def test_oversight_refuses_while_the_handler_moves_the_date_again(case, intake_officer, overseer, now):
    due = Deadline.objects.get(complaint=case.complaint, limit_id="plan")
    move = reach(case, intake_officer, now) | {"deadline": due, "reason": "because"}
    extensions.extend_deadline(**move, until=due.due_date + timedelta(days=3), seen=0)
    no = {"complaint": case.complaint, "deadline": due, "keyring": overseer.keyring, "by": overseer.user, "text": "no", "now": now}
    results = at_once(
        lambda: extensions.extend_deadline(**move, until=due.due_date + timedelta(days=9), seen=1),
        lambda: extensions.refuse_extension(**no, seen=1),
    )
    assert kinds(results) == ["DeadlineChange", "MovedMeanwhile"]
    assert DeadlineChange.objects.count() == 2


def test_of_two_who_say_how_urgent_it_is_the_second_is_shown_the_first(case, intake_officer, second_officer, now):
    walked(case, intake_officer, now, TriageStep.URGENCY)
    people = {"today": intake_officer, "can_wait": second_officer}

    def choose(urgency, person):
        at = {"complaint": case.complaint, "by": person.user, "role": "intake", "now": now}
        return lambda: triage.set_urgency(**at, urgency=urgency, seen="")

    results = at_once(*(choose(urgency, person) for urgency, person in people.items()))
    assert kinds(results) == ["ChosenMeanwhile", "NoneType"]
    (refused,) = [each for each in results if each]
    stored = Triage.objects.get().urgency
    assert (refused.urgency, refused.by) == (stored, people[stored].user)


def test_the_reporter_withdraws_while_the_handler_acknowledges(case, intake_officer, now):
    walked(case, intake_officer, now, TriageStep.ACKNOWLEDGE)
    day = now.date() + timedelta(days=3)
    results = at_once(
        lambda: triage.acknowledge(**reach(case, intake_officer, now), text="Read", promised_date=day, today=now.date(), token="a"),
        lambda: withdrawal.ask(
            complaint=Complaint.objects.get(pk=case.complaint.pk),
            keyring=case.keyring,
            how="withdraw",
            reason="",
            token="w",
            now=now,
            language="en",
        ),
    )
    assert kinds(results) == ["NoneType", "Statement"]
    assert Complaint.objects.get(pk=case.complaint.pk).state == State.ACKNOWLEDGED
    assert set(Event.objects.filter(complaint=case.complaint).values_list("kind", flat=True)) >= {"acknowledged", "withdrawal_asked"}


def test_excluding_somebody_while_the_case_is_handed_to_them(case, intake_officer, investigator, now):
    results = at_once(
        lambda: access.hand_over(
            complaint=case.complaint, keyring=intake_officer.keyring, by=intake_officer.user, to=investigator.user, now=now
        ),
        lambda: keeping_out.exclude_people(complaint=case.complaint, keyring=case.keyring, names=["Xu Ning"], now=now),
    )
    assert results[1] in (True, False), kinds(results)
    assert isinstance(results[0], Seat | access.NotFreeOfConflict | NoAccess), kinds(results)
    # Whoever was first: the excluded person has no seat and no key at the end.
    assert not Seat.objects.filter(user=investigator.user, until__isnull=True).exists()
    with pytest.raises(NoAccess):
        openable(complaint=case.complaint, keyring=investigator.keyring)
    listed = open_column(ExclusionList.objects.get(complaint=case.complaint), "list_sealed", keys_of_reporter(case)).json()
    assert "Xu Ning" in [each["name"] for each in listed["names"]]


def keys_of_reporter(case):
    return openable(complaint=case.complaint, keyring=case.keyring).statement


def test_two_exclusions_at_once_are_both_kept(case, intake_officer, second_officer, now):
    names = ("Lin Mei", "He Tao", "Somebody Else")
    results = at_once(
        *(
            lambda name=name: keeping_out.exclude_people(complaint=case.complaint, keyring=case.keyring, names=[name], now=now)
            for name in names
        )
    )
    assert all(result in (True, False) for result in results), results
    listed = open_column(ExclusionList.objects.get(complaint=case.complaint), "list_sealed", keys_of_reporter(case)).json()
    assert {each["name"] for each in listed["names"]} >= set(names)
    for person in (intake_officer, second_officer):
        with pytest.raises(NoAccess):
            openable(complaint=case.complaint, keyring=person.keyring)
    assert Complaint.objects.get(pk=case.complaint.pk).oversight_handles


def test_what_is_written_while_somebody_is_excluded_is_never_sealed_to_them(case, intake_officer, second_officer, now):
    """A core key that the excluded person may have kept opens nothing that is stored after the exclusion."""
    kept = keys_of(case, second_officer).statement
    results = at_once(
        lambda: keeping_out.exclude_people(complaint=case.complaint, keyring=case.keyring, names=["He Tao"], now=now),
        *(
            lambda n=n: messages.write_to_team(complaint=case.complaint, keyring=case.keyring, text="x", token=f"t{n}", now=now)
            for n in range(3)
        ),
        *(lambda n=n: messages.send_to_reporter(**reach(case, intake_officer, now), text="y", token=f"s{n}") for n in range(3)),
    )
    assert not [each for each in results if isinstance(each, Exception)], results
    excluded = Event.objects.get(complaint=case.complaint, kind="exclusion_asked")
    wrote = Event.objects.filter(complaint=case.complaint, kind__in=("reporter_wrote", "reporter_answered"), pk__gt=excluded.pk)
    later = case.complaint.messages.filter(pk__in=[event.subject for event in wrote])
    for message in later:
        with pytest.raises(VaultError):
            open_column(message, "body_sealed", kept)
    assert case.complaint.messages.count() == 6


def test_a_handler_who_is_removed_while_reading_reads_and_writes_no_more(case, intake_officer, second_officer, now):
    keys = keys_of(case, second_officer)
    keeping_out.exclude_people(complaint=case.complaint, keyring=case.keyring, names=["He Tao"], now=now)
    with pytest.raises(NoAccess):
        messages.send_to_reporter(**reach(case, second_officer, now), text="still here")
    with pytest.raises(NoAccess):
        tasks.write_note(**reach(case, second_officer, now), text="still here")
    assert (
        keys.statement.current.epoch
        < compartments.open_keys(
            compartment=Complaint.objects.get(pk=case.complaint.pk).statement_compartment, keyring=case.keyring
        ).current.epoch
    )


def test_the_code_is_changed_while_another_tab_writes(case, intake_officer, now):
    results = at_once(
        lambda: code_change.change(complaint=case.complaint, keyring=case.keyring, token="new", now=now),
        lambda: additions.add(complaint=case.complaint, keyring=case.keyring, text="more", token="t", now=now, language="en"),
    )
    fresh = results[0]
    assert not isinstance(fresh, Exception) and isinstance(results[1], Statement | NoAccess), results
    keys = openable(complaint=case.complaint, keyring=fresh).statement
    opened = additions.open_statements(complaint=case.complaint, keys=keys)
    assert len(opened) == (2 if isinstance(results[1], Statement) else 1)
    with pytest.raises(NoAccess):
        openable(complaint=case.complaint, keyring=case.keyring)


def test_a_code_changed_in_two_tabs_leaves_one_that_works(case, now):
    results = at_once(
        *(lambda token=token: code_change.change(complaint=case.complaint, keyring=case.keyring, token=token, now=now) for token in "ab")
    )
    (fresh,) = [each for each in results if not isinstance(each, Exception)]
    assert kinds(results) == ["Keyring", "NoAccess"]
    openable(complaint=case.complaint, keyring=fresh)


def test_a_page_saved_in_another_tab_is_in_what_is_sent_or_is_refused(handlers, now):
    made = drafts.begin(device="own", now=now)
    at = {"draft_id": made.id, "secret": made.secret, "now": now}
    draft = drafts.save_page(**at, page_id="1", values={"story": "first words"})
    results = at_once(
        *(lambda: submitting.send(draft=draft, lang="en", now=now, route=submitting.route_of(draft.answers, now=now)) for _ in range(2)),
        lambda: drafts.save_page(**at, page_id="2", values={"more": "words of the other tab"}),
    )
    complaint = Complaint.objects.get()
    assert results[0].pk == results[1].pk == complaint.pk, results
    keys = openable(complaint=complaint, keyring=keyring_of(made, complaint)).statement
    body = str(additions.open_statements(complaint=complaint, keys=keys)[0].body)
    assert ("words of the other tab" in body) != isinstance(results[2], drafts.AlreadyFiled)


def keyring_of(draft, complaint):
    from vault import codes

    return codes.derive(codes.code_from_secret(draft.secret)).keyring(complaint.receipt_id)
