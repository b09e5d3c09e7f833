"""The plan: lines in an order, starting points, requests to keep records, and the steps in their forced order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.models import Complaint
from complaints.services.changing import CaseEnded
from complaints.states import State
from investigations import plans, selectors_plan, verify
from investigations.models import Investigation, InvestigationState, Note, PlanItem, PlanKind, PreservationRequest, RecordKind
from investigations.services import planning, preserving
from investigations.services.changed import SavedMeanwhile
from investigations.services.investigating import StepNotAllowed
from investigations.services.tasks import NotOfTheTeam
from tests.investigations.inquiry import begun_without_a_word, inquiry_of, reach_of

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
GATHERING, ANALYSING = InvestigationState.GATHERING, InvestigationState.ANALYSING


@pytest.fixture
def by(handler_desk, now):
    inquiry_of(handler_desk, now)
    return reach_of(handler_desk, now)


def add(by, *texts, kind="question", token="p1", **more):
    return planning.add_lines(**by, lines=[planning.Line(kind, text, **more) for text in texts], token=token)


def ask(by, now, **changes):
    words = {"kind": "cctv", "what": "lift, 3 November", "holder": "security", "period": "", "token": "r1"}
    dates = {"asked_at": now, "asked_date": now.date(), "due_date": now.date() + timedelta(days=2)}
    return preserving.ask(**by, **words | dates | changes)


def test_lines_are_written_changed_and_moved(handler_desk, by, decision_maker, now):
    """One case, step by step: a triage for each question would take longer than the questions."""
    first, second, third = add(by, "Who was there?", "Who arranged it?", "Who knew?")
    assert [row.pk for row in add(by, "Who was there?", "Who arranged it?", "Who knew?")] == [first.pk, second.pk, third.pk]
    assert PlanItem.objects.count() == 3

    page = lambda: handler_desk.get("plan/").content.decode()  # noqa: E731
    order = lambda: [page().index(text) for text in ("Who was there?", "Who arranged it?", "Who knew?")]  # noqa: E731
    assert order() == sorted(order())
    assert handler_desk.post(f"plan/{third.pk}/move/", {"go": "up"}).status_code == 302
    handler_desk.post(f"plan/{third.pk}/move/", {"go": "up"})
    handler_desk.post(f"plan/{third.pk}/move/", {"go": "up"})
    assert list(PlanItem.objects.order_by("position").values_list("pk", flat=True)) == [third.pk, first.pk, second.pk]
    handler_desk.post(f"plan/{third.pk}/move/", {"go": "sideways"})
    assert handler_desk.post(f"plan/{by['investigation'].pk}/move/", {"go": "up"}).status_code == 404
    handler_desk.post(f"plan/{second.pk}/move/", {"go": "down"})
    assert list(PlanItem.objects.order_by("position").values_list("pk", flat=True)) == [third.pk, first.pk, second.pk]

    # Moving is no edit: whoever has the line open still saves.
    late = timezone.localdate() - timedelta(days=1)
    words = {"text": "Who was at the table?", "owner": handler_desk.person.user.pk, "due_date": late.isoformat(), "version": 1}
    assert handler_desk.post(f"plan/{first.pk}/", words).status_code == 302
    assert "Who was at the table?" in page() and "Late" in page()
    clash = handler_desk.post(f"plan/{first.pk}/", words | {"text": "Mine", "answer": "nobody"})
    assert clash.status_code == 409 and "Who was at the table?" in clash.content.decode() and "nobody" in clash.content.decode()
    with pytest.raises(SavedMeanwhile):
        planning.change_line(**by, item_id=first.pk, version=1, line=planning.Line("question", "x"), done=False)
    with pytest.raises(NotOfTheTeam):
        add(by, "x", token="p2", owner=decision_maker.user)
    with pytest.raises(planning.EmptyLine):
        add(by, " ", token="p3")
    assert "Write a few words" in handler_desk.post("plan/add/step/", {"text": " ", "once": "x"}).content.decode()
    assert handler_desk.get("plan/add/nothing/").status_code == 404
    assert list(verify.problems(now=now)) == []

    calendar = handler_desk.client.get(f"/w/calendar/?month={late:%Y-%m}").content.decode()
    assert "A line of the plan, yours" in calendar and "Who was at the table?" not in calendar

    # What is to be found out outlives the steps of the investigation, whose row it is in.
    assert handler_desk.post("plan/aims/", {"text": "What happened in the lift", "version": 1}).status_code == 302
    assert handler_desk.post("plan/aims/", {"text": "Mine", "version": 1}).status_code == 409
    planning.go_on(**by, to=GATHERING, reason="")
    assert "What happened in the lift" in page()

    Complaint.objects.update(state=State.CLOSED)
    for address in ("plan/aims/", "plan/add/step/", f"plan/{first.pk}/", "plan/records/", "plan/from/touch/", "plan/step/analysing/"):
        assert handler_desk.get(address).headers["Location"] == handler_desk.path(), address
    with pytest.raises(CaseEnded):
        add(by, "x", token="p9")
    with pytest.raises(CaseEnded):
        ask(by, now, token="r9")


def test_records_are_asked_for_late_and_answered(handler_desk, by, now):
    form = handler_desk.get("plan/records/?from=power&record=record-1").content.decode()
    assert plans.template("power").records[0].in_language("en") in form
    today = timezone.localdate()
    words = {"kind": "door_logs", "what": "fourth floor", "holder": "Security", "period": "November", "once": "r1"}
    sent = handler_desk.post("plan/records/", words | {"asked_on": today.isoformat(), "due_date": today.isoformat()})
    row = PreservationRequest.objects.get()
    assert sent.headers["Location"] == handler_desk.path(f"plan/records/{row.pk}/letter/")
    letter = handler_desk.get(f"plan/records/{row.pk}/letter/").content.decode()
    assert "fourth floor" in letter and "Please keep the following records" in letter and "请将下列记录按原样保存" in letter
    assert 'lang="zh-hans"' in letter and "Zhou" not in letter
    early = words | {"asked_on": today.isoformat(), "due_date": (today - timedelta(days=1)).isoformat(), "once": "r2"}
    assert "The answer comes after the request" in handler_desk.post("plan/records/", early).content.decode()
    with pytest.raises(preserving.NothingAsked):
        ask(by, now, what=" ")
    with pytest.raises(preserving.DueTooEarly):
        ask(by, now, due_date=now.date() - timedelta(days=1))
    assert PreservationRequest.objects.count() == 1

    PreservationRequest.objects.update(due_date=today - timedelta(days=1))
    assert "Late" in handler_desk.get("plan/").content.decode()
    assert "Answer about records" in handler_desk.client.get(f"/w/calendar/?month={today - timedelta(days=1):%Y-%m}").content.decode()
    answer = {"outcome": "partly", "text": "Only the stairs", "version": 1}
    assert handler_desk.post(f"plan/records/{row.pk}/", answer).status_code == 302
    clash = handler_desk.post(f"plan/records/{row.pk}/", answer | {"text": "My answer"}).content.decode()
    assert "has just noted an answer" in clash and "Only the stairs" in clash and "My answer" in clash
    assert (
        handler_desk.post(f"plan/records/{row.pk}/", answer | {"text": "My answer", "version": 2, "outcome": "secured"}).status_code == 302
    )
    page = handler_desk.get("plan/").content.decode()
    assert "Only the stairs" in page and "My answer" in page and "Secured" in page
    with pytest.raises(preserving.AnsweredMeanwhile):
        preserving.answer(**by, request_id=row.pk, version=1, outcome="gone", text="x")
    assert list(verify.problems(now=now)) == []


def test_nothing_is_gathered_before_the_reporter_knows_the_plan(handler_desk, now):
    begun_without_a_word(handler_desk, now)
    by = reach_of(handler_desk, now)
    with pytest.raises(planning.PlanNotTold):
        planning.go_on(**by, to=GATHERING, reason="in a hurry")
    refused = handler_desk.post("plan/step/gathering/", {"reason": "in a hurry"}).content.decode()
    assert "Tell the reporter first" in refused and "in a hurry" in refused
    assert Investigation.objects.get().state == InvestigationState.PLANNED and not Note.objects.exists()
    plan = {"purpose": "plan", "text": "We speak with everybody.", "once": "m1", "go": "send", "promised_date": ""}
    assert handler_desk.post("messages/", plan).status_code == 302
    assert handler_desk.post("plan/step/gathering/", {"reason": ""}).headers["Location"] == handler_desk.path("plan/")
    assert Investigation.objects.get().state == GATHERING


def test_each_step_from_each_state(handler_desk, by, now):
    line = add(by, "Who was there?")[0]
    states = (*InvestigationState.values,)
    for state in states:
        for to in (InvestigationState.PLANNED, GATHERING, ANALYSING, InvestigationState.REPORTED):
            Investigation.objects.update(state=state)
            allowed = to in {"planned": {GATHERING}, "gathering": {ANALYSING}, "analysing": {GATHERING}, "reported": {GATHERING}}[state]
            if allowed:
                planning.go_on(**by, to=to, reason="because")
                assert Investigation.objects.get().state == to
            else:
                with pytest.raises(StepNotAllowed):
                    planning.go_on(**by, to=to, reason="because")
                assert Investigation.objects.get().state == state
    Investigation.objects.update(state=GATHERING)
    notes = Note.objects.count()
    assert selectors_plan.still_open(Investigation.objects.get()) == (1, 0, 0)
    assert "Say why, for the file" in handler_desk.post("plan/step/analysing/", {"reason": " "}).content.decode()
    PlanItem.objects.filter(pk=line.pk).update(done_at=now)
    planning.go_on(**by, to=ANALYSING, reason="")
    with pytest.raises(planning.NeedsReason):
        planning.go_on(**by, to=GATHERING, reason="")
    assert Note.objects.count() == notes


@pytest.mark.parametrize("conduct", plans.CLASSES)
def test_starting_points_are_whole_in_both_languages(conduct):
    found = plans.template(conduct)
    assert {line.kind for line in found.lines} == set(PlanKind.values) and found.records
    assert {record.kind for record in found.records} <= set(RecordKind.values)
    for each in (*found.lines, *found.records):
        assert each.words.keys() == {"en", "zh-hans"} and all(each.words.values()), each.key
        assert each.words["zh-hans"] != each.words["en"] and not each.words["zh-hans"].isascii()
        assert not any(word in each.words["en"].lower() for word in ("victim", "perpetrator"))


def test_ticked_lines_of_a_starting_point_join_the_plan(handler_desk, by):
    page = handler_desk.get("plan/from/power/").content.decode()
    assert "Expense records" in page
    lines = [line.key for line in plans.template("power").lines][:3]
    assert "Tick at least one line" in handler_desk.post("plan/from/power/", {"once": "s1"}).content.decode()
    for _ in range(2):
        assert handler_desk.post("plan/from/power/", {"lines": lines, "once": "s1"}).status_code == 302
    assert PlanItem.objects.count() == 3
    assert plans.template("power").lines[0].in_language("en") in handler_desk.get("plan/").content.decode()
    assert handler_desk.get("plan/from/nothing/").status_code == 404
