"""Refusals at start: settings under which the vault would not keep what it promises."""

import sqlite3

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import connections

from vault.errors import KeysFileError
from vault.keysfile import load
from vault.routers import SHRED
from vault.scanner import is_of_this_host

HANDLER = "vault.uploadhandler.SealingUploadHandler"
MIDDLEWARE = "vault.middleware.VaultSessionMiddleware"
ROUTER = "vault.routers.ShredKeyRouter"
SAFE_SQLITE = (3, 51, 3)
_SQLITE = "django.db.backends.sqlite3"


@register(Tags.security, deploy=True)
def keys_file(app_configs, **kwargs):
    """The keys file is there, complete and readable by its owner only."""
    try:
        load(settings.HEARD_KEYS_FILE)
    except KeysFileError as problem:
        return [Error(f"Server keys: {problem}.", hint="See HEARD_KEYS_FILE in docs/operations.md.", id="vault.E001")]
    return []


@register(Tags.security)
def wiring(app_configs, **kwargs):
    """Uploads are sealed while they arrive, sessions are sealed, shred keys live apart."""
    found = []
    if list(settings.FILE_UPLOAD_HANDLERS) != [HANDLER]:
        found.append(Error(f"FILE_UPLOAD_HANDLERS must be [{HANDLER!r}]: any other writes uploads in the clear.", id="vault.E002"))
    if MIDDLEWARE not in settings.MIDDLEWARE:
        found.append(Error(f"{MIDDLEWARE} is missing from MIDDLEWARE.", id="vault.E003"))
    if SHRED not in settings.DATABASES or ROUTER not in settings.DATABASE_ROUTERS:
        found.append(Error("The database shred_keys or its router is missing.", id="vault.E004"))
    elif _same_place(settings.DATABASES["default"], settings.DATABASES[SHRED]):
        found.append(Error("shred_keys must be another database than default: it has its own short-lived backups.", id="vault.E005"))
    return found


@register(Tags.security, deploy=True)
def cookies(app_configs, **kwargs):
    """Sealed sessions hang on cookies that only this host sets and only HTTPS carries."""
    names = (settings.VAULT_COOKIE, settings.DRAFT_COOKIE)
    if settings.COOKIE_SECURE and all(name.startswith("__Host-") for name in names):
        return []
    return [Error("Cookies must be secure and carry the __Host- prefix.", hint="Set HEARD_PRODUCTION=1.", id="vault.E006")]


@register(Tags.security)
def sqlite_settings(app_configs, **kwargs):
    """SQLite without memory mapping (it lost committed rows) and with write locks taken at the start of a transaction."""
    found = []
    for alias, config in settings.DATABASES.items():
        if config["ENGINE"] != _SQLITE:
            continue
        options = config.get("OPTIONS", {})
        if "mmap_size" in str(options.get("init_command", "")).lower():
            found.append(Error(f"PRAGMA mmap_size is set for {alias}: it can lose committed rows. Remove it.", id="vault.E007"))
        if options.get("transaction_mode") != "IMMEDIATE":
            found.append(Error(f'{alias} needs OPTIONS["transaction_mode"] = "IMMEDIATE".', id="vault.E008"))
    return found


@register(Tags.database)
def sqlite_memory_map(app_configs, databases=None, **kwargs):
    """No memory map by the library's own default either."""
    found = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                row = cursor.execute("PRAGMA mmap_size").fetchone()
            if row and row[0]:
                found.append(Error(f"{alias} is memory-mapped: it can lose committed rows.", id="vault.E009"))
    return found


@register(Tags.security, deploy=True)
def sqlite_version(app_configs, **kwargs):
    """Versions before 3.51.3 have known faults with several writers."""
    uses = any(config["ENGINE"] == _SQLITE for config in settings.DATABASES.values())
    if uses and sqlite3.sqlite_version_info < SAFE_SQLITE:
        wanted = ".".join(map(str, SAFE_SQLITE))
        return [Warning(f"SQLite {sqlite3.sqlite_version} is in use; {wanted} or later, or PostgreSQL, is safer.", id="vault.W010")]
    return []


@register(Tags.security)
def scanner_is_near(app_configs, **kwargs):
    """The virus scanner sees plaintext, and its protocol encrypts nothing."""
    address = settings.CLAMD_SOCKET
    try:
        near = not address or is_of_this_host(address)
    except ValueError:
        return [Error("CLAMD_SOCKET must be a path or host:port.", id="vault.E011")]
    if near:
        return []
    return [Error("CLAMD_SOCKET names another host: files would travel there unsealed.", hint="Run clamd on this host.", id="vault.E012")]


def _same_place(first: dict, second: dict) -> bool:
    parts = ("ENGINE", "NAME", "HOST", "PORT")
    return all(str(first.get(part, "")) == str(second.get(part, "")) for part in parts)
