"""`manage.py check --deploy`: clean when the environment is right, and a refusal for everything that would undo a promise."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from config import checks
from tests.factories.cast import make_person
from vault.keysfile import generate

BASE = Path(__file__).resolve().parents[2]
MAIL = "django.core.mail.backends.{}.EmailBackend"


def ids(messages):
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("check", "name", "wrong", "right", "expected"),
    [
        ("background_work_is_real", "CELERY_TASK_ALWAYS_EAGER", True, False, "heard.E001"),
        ("background_work_is_real", "CELERY_BROKER_URL", "memory://", "redis://127.0.0.1:6379/0", "heard.E001"),
        ("mail_is_sent", "EMAIL_BACKEND", MAIL.format("console"), MAIL.format("smtp"), "heard.E002"),
        ("mail_is_sent", "EMAIL_BACKEND", MAIL.format("locmem"), MAIL.format("smtp"), "heard.E002"),
        ("mail_is_sent", "EMAIL_BACKEND", MAIL.format("filebased"), MAIL.format("smtp"), "heard.E002"),
        ("cookies_are_safe", "COOKIE_SECURE", False, True, "heard.E003"),
        ("cookies_are_safe", "COOKIE_PREFIX", "", "__Host-", "heard.E003"),
        ("nothing_is_for_developers", "DEBUG", True, False, "heard.E005"),
        ("nothing_is_for_developers", "CRASH_POINTS", True, False, "heard.E006"),
        ("the_address_is_ours", "ALLOWED_HOSTS", ["*"], ["support.test"], "heard.E007"),
        ("the_address_is_ours", "ALLOWED_HOSTS", [], ["support.test"], "heard.E007"),
        ("the_address_is_ours", "SITE_URL", "http://support.test", "https://support.test", "heard.E008"),
        ("company_sign_in_is_encrypted", "OIDC_SERVER_URL", "http://id.test", "https://id.test", "heard.E011"),
        ("company_sign_in_is_encrypted", "OIDC_SERVER_URL", "http://id.test", "", "heard.E011"),
        ("secrets_are_set", "SECRET_KEY", "not-set-up-yet-" + "0" * 50, "x" * 60, "heard.E009"),
        ("tries_are_counted_once", "CACHES", {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
         {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}, "heard.E010"),
    ],
)  # fmt: skip
def test_each_refusal_beside_what_is_right(settings, check, name, wrong, right, expected):
    settings.COOKIE_SECURE, settings.COOKIE_PREFIX, settings.DEBUG, settings.CRASH_POINTS = True, "__Host-", False, False
    settings.CELERY_BROKER_URL, settings.ALLOWED_HOSTS, settings.SITE_URL = "redis://x", ["support.test"], "https://support.test"
    setattr(settings, name, wrong)
    assert ids(getattr(checks, check)(None)) == [expected]
    setattr(settings, name, right)
    assert getattr(checks, check)(None) == []


def test_a_crash_point_in_the_environment_is_refused(settings, monkeypatch):
    settings.CRASH_POINTS = False
    monkeypatch.setenv("HEARD_CRASH_AT", "filing-before-commit")
    assert ids(checks.nothing_is_for_developers(None)) == ["heard.E006"]


def test_the_demonstration_is_refused_by_its_setting_and_by_its_accounts(world, settings):
    settings.DEMO = True
    assert ids(checks.this_is_not_the_demonstration(None)) == ["heard.E004"]
    settings.DEMO = False
    assert checks.this_is_not_the_demonstration(None) == []
    person = make_person("099", "From Demo")
    type(person.user).objects.filter(pk=person.user.pk).update(email="lin.mei@qinghe.example")
    assert ids(checks.this_is_not_the_demonstration(None)) == ["heard.E004"]


def production(folder: Path, **more) -> dict:
    """The environment of a real deployment, as docs/operations.md names it. Nothing is connected to."""
    (folder / "secret-key").write_text(secrets.token_urlsafe(64))
    generate(folder / "keys.toml")
    return {
        "PATH": os.environ["PATH"],
        "HEARD_PRODUCTION": "1",
        "HEARD_DATA": str(folder),
        "HEARD_KEYS_FILE": str(folder / "keys.toml"),
        # Nobody listens at port 1: the check must not need a database.
        "DATABASE_URL": "postgres://heard:secret@127.0.0.1:1/heard",
        "SHRED_DATABASE_URL": "postgres://heard_shred:secret@127.0.0.1:1/heard_shred",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
        "CACHE_URL": "redis://127.0.0.1:1/1",
        "ALLOWED_HOSTS": "support.test",
        "SITE_URL": "https://support.test",
        "EMAIL_URL": "smtp+tls://u:p@mail.test:587",
        **more,
    }


def check_deploy(env: dict) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=BASE, env=env, capture_output=True, text=True, check=False)


def test_a_right_environment_is_clean(tmp_path):
    done = check_deploy(production(tmp_path))
    assert done.returncode == 0, done.stderr


def test_a_wrong_environment_is_refused_in_one_list(tmp_path):
    env = production(tmp_path, HEARD_DEMO="1", EMAIL_URL="consolemail://", ALLOWED_HOSTS="*", HEARD_CRASH_AT="anywhere")
    (tmp_path / "keys.toml").chmod(0o440)
    done = check_deploy(env)
    assert done.returncode == 1
    for expected in ("vault.E001", "heard.E002", "heard.E004", "heard.E006", "heard.E007"):
        assert expected in done.stderr, done.stderr
    (tmp_path / "keys.toml").unlink()
    assert "vault.E001" in check_deploy(env).stderr
