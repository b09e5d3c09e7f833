"""The recovery key from the safe: whom it lets in, whom it never lets in, what the reporter sees."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.actors import SYSTEM
from audit.models import Entry
from complaints.followup_selectors import access_list
from complaints.models import Complaint
from complaints.selectors import open_seats, responsible_seats
from complaints.services import recovering
from complaints.services.access import hand_over, openable
from complaints.services.keeping_out import exclude_people
from complaints.services.recovering import NotSealedToIt, Refusal, Refused, recover
from investigations.selectors import staff_accesses
from people.services import vault_keys
from tests.factories.cast import make_person
from tests.factories.filing import file_story
from vault import recovery
from vault.errors import NoAccess
from vault.staff import unlock

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
NEW = "nine loud hills stand south"


@pytest.fixture
def printed(world, now):
    return recovery.create_recovery_key(now=now)


@pytest.fixture
def safe(printed):
    return recovery.keyring_from_printed(" ".join(printed.groups))


@pytest.fixture
def locked_out(printed, handlers, intake_officer, investigator, now):
    """The only handler forgot the passphrase and made a new key: nobody at work opens the case."""
    filed = file_story(now=now)
    hand_over(complaint=filed.complaint, keyring=intake_officer.keyring, by=intake_officer.user, to=investigator.user, now=now)
    vault_keys.replace_keys(user=investigator.user, passphrase=NEW, by=SYSTEM, now=now)
    filed.complaint.refresh_from_db()
    return filed


def fresh(filed):
    return Complaint.objects.get(pk=filed.complaint.pk)


def test_only_cases_that_nobody_opens_are_listed(locked_out, now):
    other = file_story(now=now)
    file_story(now=now, keep_private=True)
    assert list(recovering.cases_nobody_opens()) == [locked_out.complaint]
    assert other.complaint.ref not in run(list=True)


def test_it_lets_the_handler_in_again_with_the_past(locked_out, safe, investigator, now):
    mine = unlock(user=investigator.user, passphrase=NEW)
    with pytest.raises(NoAccess):
        openable(complaint=locked_out.complaint, keyring=mine)
    assert [(each.user, each.role) for each in recover(complaint=fresh(locked_out), keyring=safe, users=[investigator.user], now=now)] == [
        (investigator.user, "handler")
    ]
    keys = openable(complaint=fresh(locked_out), keyring=mine)
    assert keys.statement and keys.file
    assert not recovering.cases_nobody_opens().exists()
    assert open_seats(locked_out.complaint, "handler").count() == 1


def test_the_reporter_and_the_team_see_who_was_let_in(locked_out, safe, second_investigator, now):
    recover(complaint=fresh(locked_out), keyring=safe, users=[second_investigator.user], now=now)
    row = access_list(fresh(locked_out))[0]
    assert (row.name, row.role, row.outside_team) == ("Fang Yi", "Case handler", False) and "recovery key" in row.what
    assert next((name, str(label)) for _, name, _, label in staff_accesses(fresh(locked_out))) == ("Fang Yi", "Recovery key used")
    entry = Entry.objects.get(action="recovery_key_used")
    assert entry.facts == {"to": second_investigator.user.pk, "role": "handler"} and entry.subject_id == locked_out.complaint.pk


def test_oversight_that_is_let_in_handles_a_case_without_a_team(locked_out, safe, overseer, investigator, now):
    open_seats(locked_out.complaint, "handler").update(until=now)
    recover(complaint=fresh(locked_out), keyring=safe, users=[overseer.user], now=now)
    assert fresh(locked_out).oversight_handles
    assert [seat.user for seat in responsible_seats(fresh(locked_out))] == [overseer.user]
    assert openable(complaint=fresh(locked_out), keyring=overseer.keyring).file


@pytest.mark.parametrize("why", ["excluded", "respondent's line", "no keys", "no role"])
def test_nobody_gets_past_an_exclusion(locked_out, safe, top, respondent, respondent_manager, second_investigator, now, why):
    filed, reason = locked_out, Refusal.CONFLICT
    if why == "excluded":
        person = make_person("050", "Kept Out", "investigator", manager=top.employee)
        exclude_people(complaint=fresh(filed), keyring=filed.keyring, names=["Kept Out"], now=now)
    elif why == "respondent's line":
        filed = file_story(now=now, respondents=("Zhou Qiang",))
        person = make_person("050", "Sub Ordinate", "investigator", manager=respondent.employee)
    elif why == "no keys":
        person, reason = make_person("050", "No Keys", "investigator", manager=top.employee, keys=False), Refusal.NO_KEYS
    else:
        person, reason = make_person("050", "No Role", manager=top.employee), Refusal.NO_ROLE
        vault_keys.make_keys(user=person.user, passphrase=NEW, by=SYSTEM, now=now)
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        recover(complaint=fresh(filed), keyring=safe, users=[second_investigator.user, person.user], now=now)
    assert (refused.value.user, refused.value.reason) == (person.user, reason)
    assert not open_seats(filed.complaint).filter(user__in=[person.user, second_investigator.user]).exists(), "all or nobody"
    assert Entry.objects.count() == before
    for who in (person, second_investigator):
        if who.keyring:
            with pytest.raises(NoAccess):
                openable(complaint=fresh(filed), keyring=who.keyring)


def test_what_it_does_not_open(printed, safe, handlers, investigator, now):
    kept = file_story(now=now, keep_private=True)
    with pytest.raises(NotSealedToIt):
        recover(complaint=kept.complaint, keyring=safe, users=[investigator.user], now=now)


def run(*refs, stdin=None, monkeypatch=None, **options):
    out = StringIO()
    if stdin is not None:
        monkeypatch.setattr("sys.stdin", StringIO(stdin))
    call_command("recover", *refs, stdout=out, **options)
    return out.getvalue()


def test_the_command(locked_out, printed, investigator, monkeypatch):
    typed = "\n".join(printed.groups).lower()
    assert "is the recovery key" in run(check=True, stdin=typed, monkeypatch=monkeypatch)
    said = run(locked_out.complaint.ref, to=[investigator.user.email], stdin=typed, monkeypatch=monkeypatch)
    assert f"{locked_out.complaint.ref}: {investigator.user.email} is let in (handler)" in said


def test_the_command_names_the_group_that_is_mistyped(locked_out, printed, investigator, monkeypatch):
    groups = list(printed.groups)
    groups[6] = ("2" if groups[6][0] != "2" else "3") + groups[6][1:]
    with pytest.raises(CommandError, match="Look at group 7"):
        run(locked_out.complaint.ref, to=[investigator.user.email], stdin=" ".join(groups), monkeypatch=monkeypatch)
    assert recovering.cases_nobody_opens().exists()


@pytest.mark.parametrize(("refs", "to"), [((), ["a@b.test"]), (("NOSUCH00",), ["a@b.test"]), (("REF",), []), (("REF",), ["nobody@x.test"])])
def test_the_command_asks_for_what_is_missing_before_it_asks_for_the_key(locked_out, refs, to):
    with pytest.raises(CommandError):
        run(*[locked_out.complaint.ref if ref == "REF" else ref for ref in refs], to=to)


def test_at_the_terminal_a_slip_is_asked_again_at_once(printed, monkeypatch):
    class Terminal(StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    lines = iter([printed.groups[0][::-1] + "x", *printed.groups])
    monkeypatch.setattr("builtins.input", lambda question: next(lines))
    said = run(check=True)
    assert said.count("Not quite") == 1 and "is the recovery key" in said
