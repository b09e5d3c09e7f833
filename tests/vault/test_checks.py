"""Refusals at start."""

import pytest
from django.core.checks import run_checks
from django.core.checks.registry import registry

from vault import checks
from vault.routers import ShredKeyRouter


def ids(messages) -> list[str]:
    return [message.id for message in messages]


def test_the_test_installation_is_wired():
    assert checks.wiring(None) == []
    assert checks.sqlite_settings(None) == []


def test_the_keys_file(settings, tmp_path):
    assert checks.keys_file(None) == []
    settings.HEARD_KEYS_FILE = tmp_path / "none.toml"
    (error,) = checks.keys_file(None)
    assert error.id == "vault.E001"
    assert str(tmp_path) not in error.msg


def test_the_keys_file_readable_by_its_group(settings, tmp_path):
    from vault.keysfile import generate

    settings.HEARD_KEYS_FILE = tmp_path / "keys.toml"
    generate(settings.HEARD_KEYS_FILE)
    settings.HEARD_KEYS_FILE.chmod(0o440)
    assert ids(checks.keys_file(None)) == ["vault.E001"]


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("FILE_UPLOAD_HANDLERS", ["django.core.files.uploadhandler.MemoryFileUploadHandler"], ["vault.E002"]),
        ("FILE_UPLOAD_HANDLERS", [checks.HANDLER, "django.core.files.uploadhandler.TemporaryFileUploadHandler"], ["vault.E002"]),
        ("MIDDLEWARE", [], ["vault.E003"]),
        ("DATABASE_ROUTERS", [], ["vault.E004"]),
        ("DATABASES", {"default": {"ENGINE": "x"}}, ["vault.E004"]),
        ("DATABASES", {"default": {"ENGINE": "x", "NAME": "n"}, "shred_keys": {"ENGINE": "x", "NAME": "n"}}, ["vault.E005"]),
    ],
)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_wiring(settings, setting, value, expected):
    setattr(settings, setting, value)
    assert ids(checks.wiring(None)) == expected


@pytest.mark.parametrize(
    ("secure", "name", "found"), [(True, "__Host-k", []), (False, "__Host-k", ["vault.E006"]), (True, "k", ["vault.E006"])]
)
def test_cookies(settings, secure, name, found):
    settings.COOKIE_SECURE, settings.VAULT_COOKIE, settings.DRAFT_COOKIE = secure, name, "__Host-d"
    assert ids(checks.cookies(None)) == found


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"transaction_mode": "IMMEDIATE"}, []),
        ({"transaction_mode": "IMMEDIATE", "init_command": "pragma MMAP_SIZE=268435456"}, ["vault.E007"]),
        ({"transaction_mode": "DEFERRED"}, ["vault.E008"]),
        ({}, ["vault.E008"]),
    ],
)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_sqlite(settings, options, found):
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": options}, "pg": {"ENGINE": "x"}}
    assert ids(checks.sqlite_settings(None)) == found


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_an_old_sqlite_is_warned_of_and_postgresql_is_not(settings, monkeypatch):
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
    monkeypatch.setattr(checks.sqlite3, "sqlite_version_info", (3, 40, 1))
    assert ids(checks.sqlite_version(None)) == ["vault.W010"]
    monkeypatch.setattr(checks.sqlite3, "sqlite_version_info", (3, 51, 3))
    assert checks.sqlite_version(None) == []
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
    monkeypatch.setattr(checks.sqlite3, "sqlite_version_info", (3, 40, 1))
    assert checks.sqlite_version(None) == []


@pytest.mark.django_db
def test_a_memory_map_is_seen_on_the_connection():
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    assert checks.sqlite_memory_map(None, databases=["default"]) == []
    try:
        connection.cursor().execute("PRAGMA mmap_size = 1048576")
        assert ids(checks.sqlite_memory_map(None, databases=["default"])) == ["vault.E009"]
    finally:
        connection.cursor().execute("PRAGMA mmap_size = 0")


def test_they_are_registered():
    names = {check.__name__ for check in registry.get_checks(include_deployment_checks=True) if check.__module__ == "vault.checks"}
    assert names == {"keys_file", "wiring", "cookies", "sqlite_settings", "sqlite_memory_map", "sqlite_version", "scanner_is_near"}
    always = {check.__name__ for check in registry.get_checks() if check.__module__ == "vault.checks"}
    assert "wiring" in always
    assert "keys_file" not in always
    assert not [m for m in run_checks(tags=["security"]) if m.id and m.id.startswith("vault.")]


class TestRouter:
    def test_where_rows_live(self):
        from vault.models import Grant, ShredKey

        router = ShredKeyRouter()
        assert (router.db_for_read(ShredKey), router.db_for_write(ShredKey)) == ("shred_keys", "shred_keys")
        assert (router.db_for_read(Grant), router.db_for_write(Grant)) == (None, None)

    @pytest.mark.parametrize(
        ("db", "app", "model", "allowed"),
        [
            ("shred_keys", "vault", "shredkey", True),
            ("default", "vault", "shredkey", False),
            ("default", "vault", "grant", True),
            ("shred_keys", "vault", "grant", False),
            ("shred_keys", "people", "user", False),
            ("shred_keys", "audit", None, False),  # triggers are made in the main database only
            ("default", "audit", None, True),
        ],
    )
    def test_where_tables_are_made(self, db, app, model, allowed):
        assert ShredKeyRouter().allow_migrate(db, app, model_name=model) is allowed
