"""What somebody sees who is kept out of a case is byte-equal to a world in which the case does not exist (Q11).

The same days are lived twice: once with the hidden case, filed, handled, late and escalated; once without it. Everything that the
people kept out can look at, and every mail they get, is compared.
"""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from complaints.models import SeatRole
from complaints.services import escalation, messages, reminders
from complaints.services.once import new_token
from notices.services import deliver_next
from tests.attacks.comparing import bare
from tests.attacks.conftest import undone
from tests.attacks.world import Case, give_to, read_by
from tests.factories import cast
from tests.factories.browsers import unlock
from tests.factories.filing import file_story

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
PAGES = (
    "/", "/w/", "/w/cases/", "/w/cases/?sort=due&late=on", "/w/calendar/", "/w/calendar/?month=2026-12", "/w/regrants/", "/w/search/",
    "/w/record/", "/w/directory/", "/o/", "/o/late/", "/a/2fa/", "/unlock/", "/p/", "/p/steps/", "/help/",
)  # fmt: skip
SEARCHES = ("CANARY", "Zhou Qiang", "Shen Yu", "金丝雀", "no such thing")
DAYS = 20


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


@pytest.fixture
def kept_out(handlers, second_investigator, respondent_manager, respondent, top):
    """Named by the reporter; above whom the report is about; under whom; with every role that has pages."""
    people = {
        "excluded": cast.make_person("060", "Shen Yu", "intake_officer", "oversight", manager=top.employee),
        "below": cast.make_person("061", "Jin Bo", "intake_officer", "investigator", manager=respondent.employee),
        "administrator": cast.make_person("062", "Wei Lan", "system_admin", "decision_maker", manager=respondent.employee),
    }
    respondent_manager.user.role_grants.create(role="oversight", since=cast.SINCE)
    return people | {"superior": respondent_manager, "respondent": respondent}


@pytest.fixture
def open_case(kept_out, intake_officer, now):
    """A case of their own for those who are kept out of the other one, so that lists and counts are not merely empty."""
    free = file_story(now=now, story="An open matter", respondents=("Nobody known",))
    for person in (kept_out["excluded"], kept_out["below"]):
        free.complaint.seats.update_or_create(
            user=person.user, role=SeatRole.INTAKE, until=None, defaults={"since": now, "conflict_declared_at": now}
        )
    return free


def browser_of(person, now) -> Client:
    client = Client()
    client.force_login(person.user)
    if person.keyring:
        unlock(client, kind="staff", subject_id=person.keyring.keyholder_id, secret=person.keyring.seed, now=now)
    return client


def hidden_case(people, now, free_officer) -> str:
    """Everything that can happen to a case in three weeks."""
    filed = file_story(now=now, respondents=("Zhou Qiang",), excluded=("Shen Yu",), not_safe=True)
    officer = next(p for p in free_officer if filed.complaint.seats.filter(user=p.user, role="intake", until=None).exists())
    case = Case(filed)
    read_by(case, officer, SeatRole.INTAKE, now + timedelta(hours=1))
    escalation.escalate(complaint=filed.complaint, keyring=filed.keyring, reason="other", text="x", token=new_token(), now=now)
    give_to(case, officer, people["investigator"], now + timedelta(hours=2))
    messages.write_to_team(
        complaint=case.complaint, keyring=filed.keyring, text="x" * 5000, token=new_token(), now=now + timedelta(hours=3)
    )
    return filed.complaint.ref


def seen(kept_out, now, ref: str) -> dict:
    """Everything everybody of them gets to see, after the clock has run."""
    mail.outbox.clear()
    for day in range(DAYS):
        moment = now + timedelta(days=day)
        while reminders.do_batch(now=moment):
            pass
        while deliver_next(now=moment, worker_id="test"):
            pass
    found = {}
    for name, person in kept_out.items():
        cache.clear()
        client = browser_of(person, now + timedelta(days=DAYS))
        answers = {path: bare(client.get(path)) for path in PAGES}
        answers |= {words: bare(client.post("/w/search/", {"words": words})) for words in SEARCHES}
        for path in ("/c/{}/", "/c/{}/report/", "/o/c/{}/"):
            address = path.format(ref)
            answers[path] = bare(client.get(address), path=address)
        answers["mail"] = sorted(
            (m.subject, m.body, tuple(sorted(m.extra_headers.keys()))) for m in mail.outbox if person.user.email in m.to
        )
        found[name] = answers
    return found


@pytest.fixture
def time_machine_at():
    import time_machine

    running = []

    def travel(moment):
        running.append(time_machine.travel(moment, tick=False))
        running[-1].start()

    yield travel
    for each in running:
        each.stop()


def both_worlds(kept_out, now, people, officers, time_machine_at):
    """(without the case, with the case)"""
    time_machine_at(now + timedelta(days=DAYS))
    with undone():
        without = seen(kept_out, now, "ZZZZZZZZ")
    with undone():
        ref = hidden_case(people, now, officers)
        with_case = seen(kept_out, now, ref)
    return without, with_case


def test_nobody_who_is_kept_out_can_tell_that_there_is_a_case(
    kept_out, open_case, intake_officer, second_officer, investigator, now, time_machine_at
):
    officers = (intake_officer, second_officer)
    without, with_case = both_worlds(kept_out, now, {"investigator": investigator}, officers, time_machine_at)
    different = [(who, what) for who in without for what in without[who] if without[who][what] != with_case[who][what]]
    assert different == []
    # The comparison is not one of empty pages.
    assert open_case.complaint.ref.encode() in without["excluded"]["/w/cases/"][1]
    assert len(without["excluded"]["mail"]) > 0


def test_somebody_who_is_not_kept_out_does_see_it(kept_out, intake_officer, second_officer, investigator, overseer, now, time_machine_at):
    """The control: for those inside the two worlds differ, in pages and in mail."""
    inside = {"investigator": investigator, "overseer": overseer}
    without, with_case = both_worlds(inside, now, {"investigator": investigator}, (intake_officer, second_officer), time_machine_at)
    assert without["investigator"]["/w/"] != with_case["investigator"]["/w/"]
    assert without["overseer"]["/o/late/"] != with_case["overseer"]["/o/late/"]
    assert len(with_case["investigator"]["mail"]) > len(without["investigator"]["mail"])
