"""A witness who is punished for having helped: a linked urgent report of their own. Nothing of the first case shows in it."""

import pytest

from audit.models import Entry
from complaints.models import Complaint, Deadline, Seat
from complaints.services import access, keeping_out, leaving, retaliation
from complaints.services.access import exclusions, openable
from oversight import services as oversight
from tests.investigations.parties.conftest import handler_client, inquiry, party_client  # noqa: F401
from tests.journeys.telling import code_on
from vault import codes
from vault.models import Compartment
from vault.services import compartments

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
PAGE = "/s/work/"
SAID = {"what": "CANARY-nights only 全是夜班", "when": "since Monday", "who": "CANARY-Somebody New", "once": "w1", "go": "send"}


@pytest.fixture
def witness(inquiry, party_client):  # noqa: F811
    return party_client(inquiry.invite(inquiry.party("witness", "CANARY-Wu Fan")))


def main_of(response) -> str:
    return response.content.decode().split("<main")[1].split("</main")[0]


def linked_of(inquiry) -> Complaint:  # noqa: F811
    return Complaint.objects.get(linked_to=inquiry.complaint)


def test_it_is_a_linked_urgent_report_with_a_code_and_a_date_of_its_own(inquiry, witness, reporter_client):  # noqa: F811
    before = main_of(reporter_client(inquiry.filed.code).get("/f/home/"))
    assert PAGE in main_of(witness.get("/s/home/")) and "Oversight reads it first" in main_of(witness.get(PAGE))
    answer = witness.post(PAGE, SAID)
    code, again = code_on(answer), code_on(witness.post(PAGE, SAID))
    assert code == again and "You get an answer by" in main_of(answer)
    row = linked_of(inquiry)
    assert row.retaliation and row.oversight_handles and row.identity == "anonymous"
    assert Deadline.objects.filter(complaint=row, limit_id="retaliation_answer", met_at=None).exists()
    own = reporter_client(code)
    assert own.get("/f/home/").status_code == 200 and "CANARY-nights only" in own.get("/f/sent/").content.decode()
    assert inquiry.complaint.ref not in own.get("/f/home/").content.decode()
    assert main_of(reporter_client(inquiry.filed.code).get("/f/home/")) == before, "the first reporter learns nothing of it"


def test_only_whoever_has_a_seat_in_the_first_case_ever_reads_it(inquiry, witness, overseer, investigator, second_investigator, now):  # noqa: F811
    """Who must not see the first case stands on a list that a witness can't open: nobody who was not judged by it is let in."""
    witness.post(PAGE, SAID)
    row = linked_of(inquiry)
    there = set(Seat.objects.filter(complaint=inquiry.complaint, until=None).values_list("user_id", flat=True))
    assert set(Seat.objects.filter(complaint=row).values_list("user_id", flat=True)) <= there
    give = {"complaint": row, "keyring": overseer.keyring, "by": overseer.user, "now": now}
    assert [user.pk for user in oversight.candidates(**give)] == [inquiry.handler.user.pk] and second_investigator.user.pk not in there
    with pytest.raises(access.NotFreeOfConflict):
        oversight.reassign(**give, to=second_investigator.user, token="r")
    oversight.reassign(**give, to=inquiry.handler.user, token="r")
    assert Seat.objects.filter(complaint=row, user=inquiry.handler.user, role="handler", until=None).exists()


def test_whoever_the_first_reporter_keeps_out_later_reads_neither_it_nor_what_follows_from_it(inquiry, witness, overseer, now):  # noqa: F811
    """The witness can't know of it, and learns only that somebody has left; a successor is called or told."""
    code = code_on(witness.post(PAGE, SAID))
    row = linked_of(inquiry)
    keyring = codes.derive(code).keyring(row.receipt_id)
    again = {"fields": {"what": "again", "when": "", "who": ""}, "questions": {"what": "?"}, "token": "t", "now": now, "language": "en"}
    second = retaliation.report(complaint=row, keyring=keyring, **again).complaint
    theirs = {"user": overseer.user, "until": None}
    assert all(Seat.objects.filter(complaint=each, **theirs).exists() for each in (inquiry.complaint, row, second))
    others = Seat.objects.filter(complaint__in=(row, second), until=None).exclude(user=overseer.user)
    stay = set(others.values_list("pk", flat=True))
    keeping_out.exclude_people(complaint=inquiry.complaint, keyring=inquiry.filed.keyring, names=[overseer.employee.name], now=now)
    assert not Seat.objects.filter(complaint__in=(inquiry.complaint, row, second), **theirs).exists()
    assert set(others.values_list("pk", flat=True)) == stay
    assert Entry.objects.filter(subject_id=row.pk, action="unseated", facts__user=overseer.user.pk).count() == 1
    leaving.put_in_order(complaint=row, keyring=keyring, now=now)
    there = compartments.members(Compartment.objects.get(pk=row.statement_compartment_id))
    assert overseer.keyring.keyholder_id not in set(there.values_list("pk", flat=True))


def test_whoever_is_named_is_kept_out_and_without_oversight_the_outside_routes_are_shown(inquiry, witness, overseer):  # noqa: F811
    page = main_of(witness.post(PAGE, SAID | {"who": overseer.employee.name}))
    assert "Nobody in oversight is free" in page and "CANARY-nights only" in page
    assert not Complaint.objects.filter(linked_to=inquiry.complaint).exists()


def test_a_respondent_has_no_such_page_and_nothing_is_compulsory_but_what_changed(inquiry, witness, party_client):  # noqa: F811
    assert "Write what has changed" in main_of(witness.post(PAGE, SAID | {"what": " "}))
    respondent = party_client(inquiry.invite(inquiry.party()))
    assert respondent.get(PAGE).status_code == respondent.post(PAGE, SAID).status_code == 404
    assert PAGE not in main_of(respondent.get("/s/home/"))


def test_a_report_that_follows_from_it_lets_nobody_else_in_either(inquiry, witness, overseer, now):  # noqa: F811
    """Punished again for that: the second link is under the same rule, although its writer is a reporter by then."""
    code = code_on(witness.post(PAGE, SAID))
    first = linked_of(inquiry)
    keyring = codes.derive(code).keyring(first.receipt_id)
    asked = {"fields": {"what": "again", "when": "", "who": ""}, "questions": {"what": "?"}, "token": "t", "now": now, "language": "en"}
    second = retaliation.report(complaint=first, keyring=keyring, **asked).complaint
    assert exclusions(complaint=second, keys=openable(complaint=second, keyring=overseer.keyring))["of_linked"] is True
    assert set(Seat.objects.filter(complaint=second).values_list("user_id", flat=True)) <= {
        seat.user_id for seat in Seat.objects.filter(complaint=first)
    }
