"""Settings as production reads them, in a process of their own: cookies, HTTPS, and what may be written to the log."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[2]
ASK = """
import json, logging, sys
# As gunicorn does before it loads the application: a handler of its own, past which nothing goes.
own = logging.StreamHandler(sys.stderr)
logging.getLogger("gunicorn.error").addHandler(own)
logging.getLogger("gunicorn.error").propagate = False
import django
django.setup()
from django.conf import settings
from config.celery import app
app.log.setup(loglevel="INFO")
for name in ("django.request", "gunicorn.error", "celery.worker", "celery.task", "celery.app.trace", "complaints", "py.warnings"):
    try:
        raise ValueError("Kanarivogel")
    except ValueError:
        logging.getLogger(name).exception("failed with Kanarivogel")
print(json.dumps({name: getattr(settings, name) for name in (
    "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "VAULT_COOKIE", "DRAFT_COOKIE", "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY", "COOKIE_SECURE",
    "LANGUAGE_COOKIE_SECURE", "LANGUAGE_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD", "DEBUG", "MESSAGE_STORAGE")}))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    data = tmp_path_factory.mktemp("production")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "SHRED", "HEARD", "PYTEST"))},
        "HEARD_DATA": str(data),
        "HEARD_PRODUCTION": "1",
        "ALLOWED_HOSTS": "work.example",
        "SECRET_KEY": "x" * 60,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run([sys.executable, "-c", ASK], cwd=BASE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout), done.stderr


def test_cookies_are_bound_to_this_host_and_to_https(production):
    found, _log = production
    names = [found[name] for name in found if name.endswith(("COOKIE_NAME", "VAULT_COOKIE", "DRAFT_COOKIE"))]
    assert len(names) == len(set(names)) == 5
    assert all(name.startswith("__Host-") for name in names)
    switches = [name for name in found if name.endswith(("SECURE", "HTTPONLY"))]
    assert len(switches) == 7 and all(found[name] is True for name in switches)
    assert found["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_https_and_no_debug(production):
    found, _log = production
    assert found["SECURE_SSL_REDIRECT"] and found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] and found["SECURE_HSTS_PRELOAD"]
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["DEBUG"] is False


def test_no_process_logs_what_an_exception_says(production):
    """Web server, worker and beat bring handlers of their own; none of them may get past the filter."""
    _found, log = production
    assert log.count("ValueError at") == 7
    assert "Kanarivogel" not in log
