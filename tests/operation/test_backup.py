"""The rehearsal (Q10): back up, lose everything, put it back into an empty place with the real commands; what had ended stays ended."""

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from complaints.services import additions
from managing import backups
from notices.models import Notice
from notices.services import owe
from tests.factories.browsers import unlock
from tests.factories.filing import STORY, file_story
from vault.services import shred
from vault.uploads import sealed_upload

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True)
BASE = Path(__file__).resolve().parents[2]
EVIDENCE = b"CANARY-evidence of the dinner " * 9000
# What a process of the restored place sees.
LOOK = """
import json, sys
import django; django.setup()
from django.contrib.sessions.models import Session
from django.utils import timezone
from audit.models import Entry
from complaints.models import Attachment, Complaint
from complaints.services.access import openable
from complaints.services.additions import open_statements
from complaints.services.entering import EnteredReport, enter
from notices.models import Notice
from vault.models import VaultSession
from vault.services import files
told = {"reports": Complaint.objects.count(), "sessions": Session.objects.count() + VaultSession.objects.count(), "opened": []}
told["waiting"] = Notice.objects.filter(sent_at=None, dropped_at=None).count()
told["recorded"] = Entry.objects.filter(action="backup_restored").count()
for code in json.loads(sys.argv[1]):
    entered = enter(text=code, now=timezone.now())
    if not isinstance(entered, EnteredReport):
        told["opened"].append(None)
        continue
    complaint = Complaint.objects.get(pk=entered.complaint_id)
    keys = openable(complaint=complaint, keyring=entered.keyring).statement
    words = " ".join(str(each.body) for each in open_statements(complaint=complaint, keys=keys))
    rows = Attachment.objects.filter(complaint=complaint)
    told["opened"].append([words, [b"".join(files.stream(row.file, keys)).decode() for row in rows]])
print(json.dumps(told))
"""


@pytest.fixture
def place(tmp_path):
    """An empty machine: a data folder with nothing but the keys, and two empty databases. Returns its environment."""
    data = tmp_path / "new"
    data.mkdir(mode=0o700)
    shutil.copy(settings.HEARD_KEYS_FILE, data / "keys.toml")
    (data / "keys.toml").chmod(0o400)
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SHRED_DATABASE_URL", "HEARD_KEYS_FILE")
    }
    environment |= {"HEARD_DATA": str(data), "SECRET_KEY": "x" * 60, "DJANGO_SETTINGS_MODULE": "config.settings"}
    if connection.vendor != "postgresql":
        yield environment
        return
    at = connection.settings_dict
    names = {"DATABASE_URL": f"{at['NAME']}_back", "SHRED_DATABASE_URL": f"{at['NAME']}_back_shred"}
    for name in names.values():
        _on_server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    user = ":".join(part for part in (at["USER"], at["PASSWORD"]) if part)
    yield environment | {key: f"postgres://{user}@{at['HOST']}:{at['PORT'] or 5432}/{name}" for key, name in names.items()}
    for name in names.values():
        _on_server(f'DROP DATABASE "{name}"')


def _on_server(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def manage(environment: dict, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, check=False)


def look(environment: dict, *codes: str) -> dict:
    command = [sys.executable, "-c", LOOK, json.dumps(codes)]
    done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def with_evidence(filed, now):
    upload = sealed_upload(name="a.txt", content_type="text/plain", chunks=[EVIDENCE])
    additions.add(complaint=filed.complaint, keyring=filed.keyring, text="see", uploads=[upload], token="t", now=now, language="en")
    return filed


def put_back(environment: dict, main: Path, shred_copy: Path, files: Path) -> subprocess.CompletedProcess:
    return manage(environment, "restore", "--main", str(main), "--shred-keys", str(shred_copy), "--files", str(files))


def test_everything_comes_back_and_what_had_ended_stays_ended(handlers, intake_officer, client, place, tmp_path):
    now = timezone.now()
    kept, destroyed = (with_evidence(file_story(now=now), now) for _ in range(2))
    client.force_login(intake_officer.user)
    unlock(client, kind="staff", subject_id=intake_officer.keyring.keyholder_id, secret=intake_officer.keyring.seed, now=now)
    owe(key="waiting", recipient=intake_officer.user, template="update", about_kind="", about_id=None, now=now)
    main_folder, shred_folder = tmp_path / "main", tmp_path / "elsewhere"
    old_main, old_shred = backups.save(main=main_folder, shred=shred_folder, now=now)
    # After the older backup: one report is destroyed, and somebody reports again.
    assert shred.destroy_subject(destroyed.complaint.pk)
    since = with_evidence(file_story(now=now), now)
    _new_main, new_shred = backups.save(main=main_folder, shred=shred_folder, now=now + timedelta(days=1))
    assert Session.objects.exists() and Notice.objects.filter(sent_at=None).exists()
    connections.close_all()

    # The newest copy of the shred keys is asked for, whatever the age of the other.
    refused = put_back(place, old_main, old_shred, main_folder / "sealed")
    assert refused.returncode and "would revive what was destroyed" in refused.stderr
    done = put_back(place, old_main, new_shred, main_folder / "sealed")
    assert done.returncode == 0, done.stderr
    verified = manage(place, "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    told = look(place, kept.code, destroyed.code, since.code)
    assert told["reports"] == 2 and told["sessions"] == 0 and told["waiting"] == 0 and told["recorded"] == 1
    words, files = told["opened"][0]
    assert STORY in words and files == [EVIDENCE.decode()]
    assert told["opened"][1:] == [None, None]
    # Whatever was there is not written over.
    again = put_back(place, old_main, new_shred, main_folder / "sealed")
    assert again.returncode and "is not empty. Nothing was changed" in again.stderr


def test_the_newest_backup_brings_back_everything(handlers, place, tmp_path):
    now = timezone.now()
    filed = [with_evidence(file_story(now=now), now) for _ in range(2)]
    main, shred_copy = backups.save(main=tmp_path / "main", shred=tmp_path / "elsewhere", now=now)
    connections.close_all()
    assert put_back(place, main, shred_copy, tmp_path / "main" / "sealed").returncode == 0
    assert manage(place, "verify").returncode == 0
    assert all(each and STORY in each[0] for each in look(place, *(each.code for each in filed))["opened"])
    # A copy holds nothing that could be read without a code or a passphrase.
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"CANARY" not in everything and "金丝雀".encode() not in everything


def test_copies_of_shred_keys_are_kept_35_days_and_apart(tmp_path):
    now = timezone.now()
    main, apart = tmp_path / "main", tmp_path / "apart"
    for days in (36, 35, 34, 0):
        backups.save(main=main, shred=apart, now=now - timedelta(days=days))
    assert len(list(main.glob("*.backup"))) == 4
    left = sorted(path.name for path in apart.glob("*.backup"))
    assert left == sorted(f"shred-keys-{(now - timedelta(days=days)).strftime(backups.STAMP)}.backup" for days in (34, 0))
    for wrong in (main, main / "keys"):
        with pytest.raises(CommandError, match="a place of their own"):
            call_command("backup", main=main, shred_keys=wrong)


def test_a_copy_that_fails_leaves_no_file_that_looks_whole(tmp_path, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "_durable", broken)
    with pytest.raises(CommandError, match="Not backed up"):
        call_command("backup", main=tmp_path / "main", shred_keys=tmp_path / "apart")
    assert not list(tmp_path.rglob("*.backup"))
