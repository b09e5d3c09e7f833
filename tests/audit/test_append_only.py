"""The database refuses to change the record; `manage.py verify` names what somebody with more power changed all the same."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit import noted, triggers
from audit.actions import Action
from audit.actors import SYSTEM
from audit.chain import digest_of
from audit.models import Entry, Head
from audit.services import record, verify
from audit.verify import Noted, head, problems_since

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture(autouse=True)
def note(settings, tmp_path):
    settings.AUDIT_NOTED_FILE = tmp_path / "audit-head"
    return settings.AUDIT_NOTED_FILE


@pytest.fixture
def written():
    return [record(by=SYSTEM, action=Action.REMINDED, subject_id=uuid4(), facts={"n": n}, now=NOW) for n in range(6)]


@pytest.fixture
def unguarded(written):
    """Somebody who can take the triggers away."""
    triggers.uninstall(connection)


def run_verify(*args):
    out = StringIO()
    call_command("verify", *args, stdout=out)
    return out.getvalue()


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_entry SET role = 'x' WHERE seq = 3",
            "UPDATE audit_entry SET seq = 99 WHERE seq = 6",
            "DELETE FROM audit_entry WHERE seq = 6",
            "DELETE FROM audit_entry",
            "DELETE FROM audit_head",
            "UPDATE audit_head SET seq = 5",
            "UPDATE audit_head SET mark = mark",
            "UPDATE audit_head SET id = 2, seq = 9",
            "INSERT INTO audit_head (id, seq, digest, key_id, mark) SELECT 2, seq, digest, key_id, mark FROM audit_head",
        ],
    )
    def test_changing_and_deleting(self, written, statement):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert Entry.objects.count() == 6
        assert verify() == []

    def test_through_the_models_too(self, written):
        for act in (
            lambda: Entry.objects.update(role="x"),
            lambda: Entry.objects.all().delete(),
            lambda: written[2].save(),
            lambda: Head.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()

    def test_truncating(self, written):
        if connection.vendor != "postgresql":
            pytest.skip("PostgreSQL only")
        for table in ("audit_entry", "audit_head"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {table}")

    def test_the_owner_gave_up_the_right(self):
        if connection.vendor != "postgresql":
            pytest.skip("PostgreSQL only")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT privilege_type FROM information_schema.role_table_grants "
                "WHERE table_name = 'audit_entry' AND grantee = current_user"
            )
            rights = {right for (right,) in cursor.fetchall()}
        assert {"SELECT", "INSERT"} <= rights
        assert not rights & {"UPDATE", "DELETE", "TRUNCATE"}

    def test_the_migration_can_be_undone_and_done_again(self, written):
        triggers.uninstall(connection)
        assert triggers.missing(connection)
        triggers.install(connection)
        assert triggers.missing(connection) == []


def relink(start: int) -> None:
    """Rewrite the chain from `start` on so that it is consistent in itself, as a patient forger would."""
    previous = bytes(Entry.objects.get(seq=start - 1).digest)
    for entry in Entry.objects.filter(seq__gte=start):
        entry.previous = previous
        entry.digest = previous = digest_of(entry)
        entry.save()


class TestVerifyNames:
    def test_nothing_wrong(self, written):
        assert verify() == []
        assert "Everything holds. Head 6:" in run_verify()

    def test_an_empty_record(self):
        assert "empty" in run_verify()

    def test_missing_triggers(self, unguarded):
        assert len(verify()) == len(triggers.missing(connection)) >= 4

    @pytest.mark.parametrize(
        "change",
        [
            {"role": "x"},
            {"at": NOW + timedelta(seconds=1)},
            {"subject_id": None},
            {"facts": {"n": 7}},
            {"action": "filed"},
            {"digest": bytes(32)},
            {"previous": bytes(32)},
        ],
    )
    def test_a_changed_entry(self, unguarded, change):
        Entry.objects.filter(seq=3).update(**change)
        assert any("entry 3" in line for line in verify())

    def test_an_entry_taken_out_of_the_middle(self, unguarded):
        Entry.objects.filter(seq=3).delete()
        assert any("between 2 and 4" in line for line in verify())

    def test_the_first_entries_taken_away(self, unguarded):
        Entry.objects.filter(seq__lte=2).delete()
        assert any("between 0 and 3" in line for line in verify())

    def test_a_rewritten_chain(self, unguarded):
        Entry.objects.filter(seq=3).update(role="x")
        relink(3)
        assert any("head" in line for line in verify())

    def test_a_rewritten_chain_with_its_head(self, unguarded):
        Entry.objects.filter(seq=3).update(role="x")
        relink(3)
        Head.objects.update(digest=bytes(Entry.objects.get(seq=6).digest))
        assert any("not made by this server" in line for line in verify())

    def test_a_trimmed_tail(self, unguarded):
        Entry.objects.filter(seq__gt=4).delete()
        assert any("cut off" in line for line in verify())

    def test_a_trimmed_tail_with_its_head(self, unguarded):
        Entry.objects.filter(seq__gt=4).delete()
        Head.objects.update(seq=4, digest=bytes(Entry.objects.get(seq=4).digest))
        assert any("not made by this server" in line for line in verify())

    def test_a_missing_head_or_an_unknown_key(self, unguarded):
        Head.objects.update(key_id="other")
        assert any("unknown key" in line for line in verify())
        Head.objects.all().delete()
        assert any("head is missing" in line for line in verify())

    def test_it_stops_after_many(self, unguarded):
        for n in range(80):
            record(by=SYSTEM, action=Action.REMINDED, subject_id=None, facts={"n": n}, now=NOW)
        Entry.objects.update(role="x")
        assert 50 <= len(verify()) <= 60


class TestTheNote:
    def test_the_tail_cut_off_together_with_an_old_head(self, written, note):
        """The one forgery the database can't show by itself: an old state, put back whole."""
        old = Head.objects.get()
        for _ in range(3):
            record(by=SYSTEM, action=Action.REMINDED, subject_id=None, now=NOW)
        run_verify()
        assert note.read_text().startswith("9:")
        triggers.uninstall(connection)
        Entry.objects.filter(seq__gt=6).delete()
        old.save()
        triggers.install(connection)
        assert verify() == []
        with pytest.raises(CommandError):
            run_verify()
        assert list(problems_since(noted.read()))
        assert note.read_text().startswith("9:")  # a failed run notes nothing

    def test_a_head_written_down_elsewhere(self, written):
        known = str(head())
        assert "Everything holds" in run_verify("--head", known)
        with pytest.raises(CommandError, match=r"1 problem"):
            run_verify("--head", f"7:{known.split(':')[1]}")
        with pytest.raises(CommandError, match=r"1 problem"):
            run_verify("--head", "6:" + "0" * 64)
        with pytest.raises(CommandError, match="SEQ:DIGEST"):
            run_verify("--head", "6")

    def test_it_can_be_left_alone(self, written, note):
        run_verify("--no-note")
        assert not note.exists()

    def test_an_unreadable_note_is_a_problem(self, written, note):
        note.write_text("nonsense")
        with pytest.raises(CommandError):
            run_verify()

    def test_reading_and_writing(self):
        noted.write(Noted(5, "ab" * 32))
        assert noted.read() == Noted(5, "ab" * 32)
        assert noted.path().stat().st_mode & 0o077 == 0


class TestTheCommand:
    def test_it_asks_the_vault_too(self, written):
        from vault.models import ShredKey

        ShredKey.objects.create(subject_id=uuid4(), key=bytes(32), mark=b"", created_at=NOW)
        out = StringIO()
        with pytest.raises(CommandError, match="1 problem"):
            call_command("verify", stdout=out)
        assert "PROBLEM  shred key" in out.getvalue()
