"""Names that nothing recognised: somebody settles who is meant, and the wrong reader is out before reading a word."""

import pytest
from django.utils import timezone

from audit.models import Entry
from complaints.models import Seat
from complaints.services import excluding, naming, retaliation
from complaints.services.access import openable
from notices.models import Notice
from tests.factories.filing import file_story
from vault.errors import NoAccess

from .conftest import Desk

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture
def filed(handlers, now):
    """A report whose respondent is called by a nickname, and which keeps out somebody called by another one."""
    return file_story(now=now, respondents=("CANARY-Boss",), excluded=("CANARY-Cousin",))


def names(filed):
    return naming.listed_names(complaint=filed.complaint, keys=openable(complaint=filed.complaint, keyring=filed.keyring).statement)


def seats(complaint) -> set[str]:
    return set(Seat.objects.filter(complaint=complaint, until__isnull=True).values_list("user__display_name", flat=True))


def settle(desk, number: int, employee):
    return desk.post(f"names/{number}/", {"words": employee.name, "who": str(employee.pk), "go": "save"})


def test_open_names_come_before_anything_is_read(desk):
    assert desk.get("names/").headers["Location"].endswith("/conflict/")
    assert desk.declare_free().headers["Location"].endswith("/names/")
    page = desk.get("names/").content.decode()
    assert "CANARY-Boss" in page and "CANARY-Cousin" in page and "CANARY-7f3a" not in page
    assert not Entry.objects.filter(action="opened_report").exists()
    assert Entry.objects.filter(action="opened_exclusions").exists()


def test_without_open_names_the_report_comes_at_once(handlers, respondent, intake_officer, signed_in, now):
    desk = Desk(signed_in(intake_officer), file_story(now=now, respondents=("Zhou Qiang",)), intake_officer)
    assert desk.declare_free().headers["Location"] == desk.path()


@pytest.mark.parametrize(
    ("words", "finds"),
    [("Zhou", True), ("Boss Zhou", True), ("qiang zhou", True), ("031", True), ("nobody at all", False), ("", False)],
)
def test_the_directory_is_searched_by_part_number_or_both_ways(desk, respondent, words, finds):
    desk.declare_free()
    page = desk.post("names/0/", {"words": words, "go": "look"}).content.decode()
    assert (str(respondent.employee.pk) in page) == finds
    assert not any(each.how for each in names(desk.filed))


def test_a_colleague_who_is_meant_loses_access_at_once(desk, second_officer):
    desk.declare_free()
    assert second_officer.user.display_name in seats(desk.complaint)
    assert settle(desk, 1, second_officer.employee).headers["Location"] == desk.path("names/")
    assert second_officer.user.display_name not in seats(desk.complaint)
    with pytest.raises(NoAccess):
        openable(complaint=desk.complaint, keyring=second_officer.keyring)
    assert openable(complaint=desk.complaint, keyring=desk.person.keyring).statement
    entry = Entry.objects.get(action="name_settled")
    assert entry.facts == {"how": "employee", "lost_access": 1} and entry.user == desk.person.user
    assert desk.complaint.events.filter(kind="exclusion_confirmed").exists()
    assert Notice.objects.filter(about_id=desk.complaint.pk, template="update", recipient=desk.person.user).exists()
    assert not Notice.objects.filter(about_id=desk.complaint.pk, template="update", recipient=second_officer.user).exists()


def test_the_line_of_a_respondent_is_out_and_stays_out(desk, top, decision_maker, overseer):
    """Everybody on the rota reports to the top, so when the top is meant only oversight is left."""
    desk.declare_free()
    assert settle(desk, 0, top.employee).headers["Location"] == "/w/shut-out/"
    assert seats(desk.complaint) == {overseer.user.display_name}
    assert desk.complaint.oversight_handles
    assert desk.get("names/").status_code == 404
    keys = openable(complaint=desk.complaint, keyring=overseer.keyring)
    listed = naming.listed_names(complaint=desk.complaint, keys=keys.statement)
    assert listed[0].employee == top.employee and listed[0].by == desk.person.user


def test_somebody_excluded_takes_nobody_of_their_line_along(desk, top):
    desk.declare_free()
    before = seats(desk.complaint)
    settle(desk, 1, top.employee)
    assert seats(desk.complaint) == before


def test_whoever_finds_themselves_meant_can_read_no_more(desk, second_officer):
    desk.declare_free()
    assert settle(desk, 1, desk.person.employee).headers["Location"] == "/w/shut-out/"
    assert desk.get("").status_code == 404
    assert seats(desk.complaint) >= {second_officer.user.display_name}
    keys = openable(complaint=desk.complaint, keyring=second_officer.keyring)
    assert naming.listed_names(complaint=desk.complaint, keys=keys.statement)[1].employee == desk.person.employee


def test_a_settled_person_gets_no_seat_later_not_even_in_a_linked_report(desk, investigator, second_officer, filed):
    desk.declare_free()
    settle(desk, 1, second_officer.employee)
    linked = retaliation.report(
        complaint=desk.complaint,
        keyring=filed.keyring,
        fields={"what": "moved to nights", "when": "", "who": ""},
        questions={"what": "What changed?", "when": "When?", "who": "Who?"},
        token="t",
        now=timezone.now(),
        language="en",
    )
    assert second_officer.user.display_name not in seats(linked.complaint)


def test_nobody_who_works_here(desk, reporter_client, filed):
    desk.declare_free()
    before = seats(desk.complaint)
    desk.post("names/0/", {"words": "", "who": "outside", "go": "save"})
    assert seats(desk.complaint) == before
    assert [(each.how, each.is_open) for each in names(filed)] == [("outside", False), ("", True)]
    page = reporter_client(filed.code).get("/f/exclude/").content.decode()
    assert f"{desk.person.user.display_name} said on" in page and "nobody who works here is meant" in page
    assert "ask oversight to step in" in page


def test_an_answer_can_be_mended_and_both_stay_out(desk, second_officer, respondent):
    desk.declare_free()
    settle(desk, 1, second_officer.employee)
    settle(desk, 1, respondent.employee)
    assert names(desk.filed)[1].employee == respondent.employee
    assert second_officer.user.display_name not in seats(desk.complaint)


def test_nothing_chosen_and_nobody_known_change_nothing(desk, respondent):
    desk.declare_free()
    assert "Choose one of the answers" in desk.post("names/0/", {"words": "", "go": "save"}).content.decode()
    forged = desk.post("names/0/", {"words": "", "who": str(respondent.employee.pk), "go": "save"})
    assert "Choose one of the answers" in forged.content.decode()
    assert desk.post("names/7/", {"words": "", "who": "outside", "go": "save"}).status_code == 404
    assert not any(each.how for each in names(desk.filed))


def test_a_promise_to_confirm_is_kept_by_settling_the_last_name(desk, filed, second_officer):
    """Two people named later: one loses a seat by itself, the other must be looked up; only then is it confirmed."""
    desk.declare_free()
    excluding.exclude(
        complaint=filed.complaint, keyring=filed.keyring, names=[second_officer.employee.name, "CANARY-Uncle"], now=timezone.now()
    )
    deadline = desk.complaint.deadlines.get(limit_id="exclusion_confirm")
    assert deadline.met_at is None
    assert second_officer.user.display_name not in seats(desk.complaint)
    waiting = [each for each in names(filed) if each.is_open and each.source == "later"]
    assert [each.name for each in waiting] == ["CANARY-Uncle"]
    desk.post(f"names/{waiting[0].number}/", {"words": "", "who": "outside", "go": "save"})
    deadline.refresh_from_db()
    assert deadline.met_at is not None


def test_whoever_lets_somebody_in_is_warned(desk, investigator):
    from investigations.steps import TriageStep

    desk.triage(until=TriageStep.ASSIGN)
    page = desk.get("triage/assign/").content.decode()
    assert "Names nobody has recognised yet" in page and "CANARY-Cousin" in page
    for number in (0, 1):
        desk.post(f"names/{number}/", {"words": "", "who": "outside", "go": "save"})
    assert "Names nobody has recognised yet" not in desk.get("triage/assign/").content.decode()
    assert "Who is meant" in desk.get("people/").content.decode()
