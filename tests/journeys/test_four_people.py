"""The story of an investigation, by everybody's own pages: from triage to a decision, its review, what is carried out and the first check.

A reporter, a respondent, a handler and a decider, each in their own browser; oversight gives the review to somebody who took no part.
Each short cut is tried where somebody would try it, and refused. Time passes as the policy promised it.
"""

import pytest
import time_machine

from complaints.models import Complaint, Deadline, Event
from complaints.services import clockwork
from tests.factories import cast
from tests.journeys import deciding

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


def promised(desk, limit_id: str) -> Deadline:
    return Deadline.objects.filter(complaint=desk.complaint, limit_id=limit_id).latest("starts_at")


def main_of(response) -> str:
    return response.content.decode().split("<main")[1]


def test_from_triage_to_the_first_check(handlers, second_investigator, now):
    intake, second, handler, decider, overseer = handlers
    reviewer = cast.make_person("090", "Mo Lan", "decision_maker")
    desk = deciding.told((intake, second), handler)
    deciding.gather(desk)
    deciding.hear(desk)
    # No decision before there are findings, and none by whoever investigated.
    desk.team.send(f"{desk.at}decision/call/", 302, to=decider.user.pk)
    assert desk.team.get(desk.deciding).status_code == 404 and desk.state == "in_investigation"
    deciding.establish(desk, second_investigator)
    bench = deciding.call(desk, decider)
    assert promised(desk, "decide").is_open
    deciding.decide(desk, bench, handler)
    deciding.tell(desk, bench)
    assert promised(desk, "decide").met_at
    # Carried out only after the reporter was told; closed only after the first check.
    assert desk.team.get(f"{desk.at}aftercare/close/").status_code == 404

    deciding.ask_for_review(desk, "respondent")
    answer = promised(desk, "respondent_review_answer")
    assert answer.is_open and "We answer your request for a review by" in main_of(desk.respondent.get("/s/home/"))
    oversight = deciding.telling.sign_in(overseer)
    bench_of_review = deciding.call(desk, reviewer)
    assert f"{desk.overseen}reviews/" in main_of(oversight.get("/o/late/"))
    deciding.review(desk, oversight, reviewer, bench_of_review, "respondent")
    assert promised(desk, "respondent_review_answer").met_at

    desk.team.send(f"{desk.at}aftercare/begin/", 302)
    assert desk.state == "decided", "something is still to be carried out"
    deciding.carry_out(desk)
    assert not any(row.is_open for row in Deadline.objects.filter(complaint=desk.complaint, limit_id="implement"))
    desk.team.send(f"{desk.at}aftercare/begin/", 302)
    assert desk.state == "aftercare"
    desk.team.send(f"{desk.at}aftercare/close/", 200, told="It ends.", reason="enough", version=desk.version, once="x")
    assert desk.state == "aftercare", "no end before the first check"

    check = promised(desk, "aftercare_1")
    with time_machine.travel(check.due_at.replace(hour=3), tick=False):
        clockwork.look(now=check.due_at.replace(hour=3))
        reporter = deciding.telling.enter(desk.code, mistyped=False)
        assert "/f/checkin/" in main_of(reporter.get("/f/home/"))
        reporter.send("/f/checkin/", 302, stopped="yes", punished="no", needs="", text="It is quiet now.")
    assert promised(desk, "aftercare_1").met_at <= check.due_at
    told = set(Event.objects.filter(complaint=desk.complaint).values_list("kind", flat=True))
    assert told >= {
        "acknowledged", "assigned", "assignment_accepted", "investigation_started", "respondent_served", "respondent_replied",
        "findings_ready", "decision_made", "decision_notified", "respondent_told_outcome", "respondent_review_requested",
        "respondent_review_answered", "sanction_executed", "aftercare_checked",
    }  # fmt: skip
    assert Complaint.objects.get(pk=desk.complaint.pk).state == "aftercare"
