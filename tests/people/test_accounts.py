"""Accounts, roles, vault keys, set-up."""

import re
import stat
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from audit import actors
from audit.models import Entry
from notices.models import Notice
from people.models import Employee, Organisation, Role, User
from people.selectors import forget_organisation, organisation, roles_of
from people.services import accounts, installation, vault_keys
from vault.errors import WeakPassphrase, WrongPassphrase
from vault.models import Keyholder
from vault.recovery import keyring_from_printed, recovery_keyholder
from vault.staff import unlock

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
BY = actors.SYSTEM
PASSPHRASE = "seven quiet rivers run north"
OTHER = "nine loud hills stand south"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_organisation():
    forget_organisation()
    yield
    forget_organisation()


def make(email="anna@example.test", **more):
    return accounts.create_account(**{"email": email, "display_name": "Anna", "language": "en", "by": BY, "now": NOW} | more)


def test_an_account_is_linked_to_the_employee_with_its_address():
    employee = Employee.objects.create(number="1", name="Anna", name_key="anna", email="anna@example.test", joined_date="2020-01-06")
    user = make("Anna@Example.test ")
    employee.refresh_from_db()
    assert user.email == "anna@example.test" and employee.user == user
    assert not user.has_usable_password()


def test_an_address_has_one_account_whatever_its_case():
    make()
    with pytest.raises(accounts.AccountExists):
        make("ANNA@example.test")


def test_a_weak_password_is_refused():
    with pytest.raises(ValidationError):
        make(password="password1234")


def test_roles_begin_and_end_and_are_recorded():
    user = make()
    accounts.grant_role(user=user, role=Role.OVERSIGHT, by=BY, now=NOW)
    accounts.grant_role(user=user, role=Role.OVERSIGHT, by=BY, now=LATER)
    assert roles_of(user, NOW) == {"oversight"}
    assert accounts.end_role(user=user, role=Role.OVERSIGHT, by=BY, now=LATER)
    assert not accounts.end_role(user=user, role=Role.OVERSIGHT, by=BY, now=LATER)
    assert roles_of(user, LATER) == frozenset()
    assert list(Entry.objects.order_by("seq").values_list("action", flat=True)) == ["account_created", "role_granted", "role_ended"]


def test_a_forgotten_passphrase_means_a_new_key_and_asks_the_colleagues():
    user, colleague, stranger = make(), make("b@example.test"), make("c@example.test")
    for person, role in ((user, Role.INTAKE_OFFICER), (colleague, Role.INVESTIGATOR), (stranger, Role.SYSTEM_ADMIN)):
        accounts.grant_role(user=person, role=role, by=BY, now=NOW)
    first = vault_keys.make_keys(user=user, passphrase=PASSPHRASE, by=BY, now=NOW)
    assert not Notice.objects.exists()
    second = vault_keys.replace_keys(user=user, passphrase=OTHER, by=BY, now=LATER)
    assert first.keyholder_id != second.keyholder_id
    old = Keyholder.objects.get(pk=first.keyholder_id)
    assert old.retired_at == LATER and old.sealed_seed is None
    assert unlock(user=user, passphrase=OTHER).keyholder_id == second.keyholder_id
    with pytest.raises(WrongPassphrase):
        unlock(user=user, passphrase=PASSPHRASE)
    assert [(notice.recipient, notice.template, notice.about_id) for notice in Notice.objects.all()] == [
        (colleague, "regrant", second.keyholder_id)
    ]
    assert [entry.action for entry in Entry.objects.filter(object_kind="keyholder").order_by("seq")] == [
        "vault_keys_made",
        "vault_keys_replaced",
    ]


def test_a_weak_new_passphrase_costs_nobody_their_old_key():
    user = make()
    keyring = vault_keys.make_keys(user=user, passphrase=PASSPHRASE, by=BY, now=NOW)
    with pytest.raises(WeakPassphrase):
        vault_keys.replace_keys(user=user, passphrase="short", by=BY, now=LATER)
    assert unlock(user=user, passphrase=PASSPHRASE).keyholder_id == keyring.keyholder_id


ANSWERS = """
[organisation]
name_en = "Linden Retail"
name_zh = "菩提零售"
country = "CN"
site_code = "hangzhou"

[[account]]
email = "lin@example.test"
name = "林梅"
roles = ["intake_officer"]

[[account]]
email = "root@example.test"
name = "Tang Wei"
language = "en"
roles = ["system_admin", "policy_admin"]
password = "correct horse battery staple"
"""


def run_setup(tmp_path, text=ANSWERS, **options):
    path = tmp_path / "answers.toml"
    path.write_text(text)
    out = StringIO()
    call_command("setup", answers=path, stdout=out, **options)
    return out.getvalue()


def test_setup_from_a_file(tmp_path):
    page = tmp_path / "recovery.html"
    said = run_setup(tmp_path, recovery_file=page)
    assert organisation().name_zh == "菩提零售" and organisation().site.code == "hangzhou"
    root = User.objects.get(email="root@example.test")
    assert root.check_password("correct horse battery staple") and {"system_admin", "policy_admin"} == roles_of(root, datetime.now(UTC))
    assert not User.objects.get(email="lin@example.test").has_usable_password()
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    html = page.read_text()
    printed = " ".join(re.findall(r"<code>(\w+)</code>", html))
    assert keyring_from_printed(printed).keyholder_id == recovery_keyholder().pk
    assert "intake_officer: 1 of at least 2" in said
    assert not any(group in said for group in printed.split())


def test_setup_again_changes_the_names_and_adds_but_shows_no_key_twice(tmp_path):
    first = run_setup(tmp_path)
    assert "shown only now" in first
    again = run_setup(tmp_path, ANSWERS.replace("Linden Retail", "Linden Stores").replace("lin@", "he@"))
    assert "can't be shown again" in again
    assert Organisation.objects.get().name_en == "Linden Stores"
    assert User.objects.count() == 3 and Keyholder.objects.filter(kind="recovery").count() == 1


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ('country = "CN"', 'time_zone = "Mars/Olympus"'),
        ('"intake_officer"', '"emperor"'),
        ("correct horse battery staple", "short"),
        ("lin@example.test", "lin"),
        ('name_zh = "菩提零售"', 'nickname = "x"'),
        ("[organisation]", "[company]"),
        ("[organisation]", "[organisation"),
    ],
)
def test_wrong_answers_change_nothing(tmp_path, wrong, right):
    with pytest.raises(CommandError):
        run_setup(tmp_path, ANSWERS.replace(wrong, right))
    assert not Organisation.objects.exists() and not User.objects.exists() and recovery_keyholder() is None


def test_a_recovery_file_is_never_overwritten(tmp_path):
    page = tmp_path / "recovery.html"
    page.write_text("something else")
    with pytest.raises(CommandError):
        run_setup(tmp_path, recovery_file=page)
    assert page.read_text() == "something else" and recovery_keyholder() is None


class Terminal:
    """Somebody at a terminal who answers in this order; an exception among the answers is raised instead."""

    def __init__(self, monkeypatch, *answers, passwords=()):
        self.out, self.answers, self.passwords = StringIO(), iter(answers), iter(passwords)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", self.answer)
        monkeypatch.setattr("getpass.getpass", lambda question: next(self.passwords, ""))

    def answer(self, question):
        self.out.write(question + "\n")
        found = next(self.answers)
        if isinstance(found, BaseException):
            raise found
        return self.last_group() if found == LAST_GROUP else found

    def last_group(self):
        return re.findall(r"14 ([0-9A-Z]{5})", self.out.getvalue())[0]

    def setup(self, **options):
        call_command("setup", stdout=self.out, **options)
        return self.out.getvalue()


COMPANY = ["Linden", "菩提", "", "", "en", "Europe/Berlin", "de", "berlin", "Berlin", "112"]
LAST_GROUP = object()


def test_setup_asks_at_the_terminal(monkeypatch):
    anna = ["anna@example.test", "Anna", "intake_officer, decision_maker", ""]
    said = Terminal(monkeypatch, *COMPANY, *anna, "", "", "WRONG", LAST_GROUP).setup()
    made = organisation()
    assert (made.name_en, made.service_name_zh, made.time_zone, made.site.country, made.emergency_number) == (
        "Linden", "职场支持", "Europe/Berlin", "DE", "112",
    )  # fmt: skip
    assert roles_of(User.objects.get(), datetime.now(UTC)) == {"intake_officer", "decision_maker"}
    assert "that is not the last group" in said and "intake_officer: 1 of at least 2" in said
    assert keyring_from_printed(" ".join(re.findall(r"\d ([0-9A-Z]{5})\b", said)[:14])).keyholder_id == recovery_keyholder().pk


def test_what_can_not_be_used_is_asked_again_with_the_reason(monkeypatch):
    company = ["", "Linden", "菩提", "", "", "fr", "en", "Berlin", "Europe/Berlin", "Germany", "de", "the site", "berlin", "", "112"]
    account = ["anna", "anna@example.test", "", "Anna", "boss", "system_admin intake_officer", "system_admin", "english", ""]
    terminal = Terminal(monkeypatch, *company, *account, "", "", LAST_GROUP, passwords=["short", *["correct horse battery staple"] * 2])
    said = terminal.setup()
    sentences = (
        "name in both languages", "the language is one of", "unknown time zone", "two letters", "letters, digits and dashes",
        "not an e-mail address", "needs a name", "unknown role boss", "handles or oversees reports", "at least 12",
    )  # fmt: skip
    for sentence in sentences:
        assert sentence in said, sentence
    user = User.objects.get()
    assert user.check_password("correct horse battery staple") and roles_of(user, datetime.now(UTC)) == {"system_admin"}
    assert "correct horse" not in said


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), EOFError()])
def test_an_interrupted_setup_keeps_what_was_answered_and_goes_on(monkeypatch, stop):
    with pytest.raises(CommandError, match="run setup again"):
        Terminal(monkeypatch, *COMPANY, "anna@example.test", "Anna", "oversight", "", "bo@example.test", stop).setup()
    assert organisation().name_en == "Linden" and User.objects.count() == 1 and recovery_keyholder() is None
    with pytest.raises(CommandError, match="run setup again"):
        # Interrupted with the key on the screen: it is not in force, so the next one is shown whole.
        Terminal(monkeypatch, *[""] * 10, "", "", stop).setup()
    assert recovery_keyholder() is None
    said = Terminal(monkeypatch, *[""] * 10, "", "", LAST_GROUP).setup()
    assert "There already: anna@example.test  oversight" in said and "[Linden]" in said
    assert organisation().time_zone == "Europe/Berlin" and recovery_keyholder() is not None


def test_without_a_terminal_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(CommandError, match="--answers"):
        call_command("setup", stdout=StringIO())


def test_roles_and_accounts_later_on(capsys):
    user = make()
    run = lambda *args: (call_command("accounts", *args), capsys.readouterr().out)[1]  # noqa: E731
    assert "is decision_maker now" in run("grant", user.email, "decision_maker")
    assert "decision_maker" in run("list")
    assert "no longer decision_maker" in run("end", user.email, "decision_maker")
    assert "is closed" in run("close", user.email) and not User.objects.get().is_active
    assert "is open again" in run("open", user.email) and roles_of(User.objects.get(), datetime.now(UTC)) == frozenset()
    assert "made" in run("add", "bo@example.test", "--name", "Bo", "--language", "en") and User.objects.count() == 2


@pytest.mark.parametrize(
    "args",
    [("grant", "nobody@example.test", "oversight"), ("grant", "anna@example.test", "emperor"), ("end", "anna@example.test", "oversight"),
     ("add", "anna@example.test", "--name", "Anna"), ("add", "bad", "--name", "Anna"), ("open", "anna@example.test")],
)  # fmt: skip
def test_what_the_accounts_command_refuses(args):
    make()
    with pytest.raises(CommandError):
        call_command("accounts", *args)


def test_the_accounts_command_keeps_roles_apart():
    user = make()
    call_command("accounts", "grant", user.email, "oversight")
    with pytest.raises(CommandError, match="can't handle or decide"):
        call_command("accounts", "grant", user.email, "investigator")
    assert roles_of(user, datetime.now(UTC)) == {"oversight"}


def test_create_keys_makes_private_files_once(tmp_path, settings):
    settings.HEARD_KEYS_FILE, settings.SECRET_KEY_FILE = tmp_path / "k" / "keys.toml", tmp_path / "k" / "secret-key"
    call_command("create_keys", stdout=StringIO())
    made = settings.HEARD_KEYS_FILE.read_bytes(), settings.SECRET_KEY_FILE.read_bytes()
    assert len(made[1]) > 60
    assert stat.S_IMODE(settings.HEARD_KEYS_FILE.stat().st_mode) == 0o400
    assert stat.S_IMODE(settings.SECRET_KEY_FILE.stat().st_mode) == 0o600
    call_command("create_keys", stdout=StringIO())
    assert made == (settings.HEARD_KEYS_FILE.read_bytes(), settings.SECRET_KEY_FILE.read_bytes())
    settings.HEARD_KEYS_FILE.chmod(0o644)
    with pytest.raises(CommandError):
        call_command("create_keys", stdout=StringIO())


def test_missing_roles_of_an_empty_installation():
    assert len(installation.missing_roles(NOW)) == 6
