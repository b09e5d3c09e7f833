"""Settings of the test run: same code, small key-derivation costs, everything below a folder of its own."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("HEARD_DATA", tempfile.mkdtemp(prefix="heard-test-"))
# Each of several processes has a folder of its own: what one clears away must not be what another is writing.
# Programs that a test starts inherit both variables, and stay in the folder of their test.
if (_worker := os.environ.get("PYTEST_XDIST_WORKER", "")) and Path(os.environ["HEARD_DATA"]).name != _worker:
    os.environ["HEARD_DATA"] = str(Path(os.environ["HEARD_DATA"]) / _worker)

from config.settings import *  # noqa: F403
from config.settings import DATABASES, HEARD_DATA

SECRET_KEY = "test-only-" + "x" * 50
HEARD_KEYS_FILE = Path(HEARD_DATA) / "keys.toml"
if not HEARD_KEYS_FILE.exists():
    from vault.keysfile import generate

    HEARD_KEYS_FILE.parent.mkdir(parents=True, exist_ok=True)
    generate(HEARD_KEYS_FILE)

for _name, _config in DATABASES.items():
    if _config["ENGINE"] == "django.db.backends.sqlite3":
        # A file rather than memory: tests with threads need a database that several connections see.
        _config["TEST"] = {"NAME": str(Path(HEARD_DATA) / f"test-{_name}.sqlite3"), "MIGRATE": True}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if _redis := os.environ.get("TEST_REDIS_URL"):
    # A database of its own for each worker, because every test begins with an empty cache.
    _number = int(_worker.removeprefix("gw") or 0)
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": f"{_redis}/{9 + _number}"}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
CELERY_BROKER_URL = "memory://"
ACCOUNT_RATE_LIMITS = False
# The smallest cost the reader of format 0x21 accepts; production uses 128 MiB and three passes.
VAULT_ARGON2 = {"memory_kib": 19_456, "iterations": 2}
