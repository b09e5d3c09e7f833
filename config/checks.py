"""Refusals of `manage.py check --deploy`: what would quietly undo the promises of a production installation."""

import os
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Error, Tags, register

from vault.outages import DATABASE_ERRORS

_NOT_REAL_MAIL = ("console", "filebased", "locmem", "dummy")
_ONE_PROCESS_CACHES = ("locmem", "dummy")


@register(Tags.security, deploy=True)
def background_work_is_real(app_configs, **kwargs):
    """Eager tasks would run reminders inside web requests, and only when somebody happens to click."""
    if settings.CELERY_TASK_ALWAYS_EAGER:
        return [Error("Celery runs tasks eagerly.", hint="Remove CELERY_TASK_ALWAYS_EAGER.", id="heard.E001")]
    if settings.CELERY_BROKER_URL.startswith("memory:"):
        return [Error("The broker lives in one process.", hint="Set CELERY_BROKER_URL to Redis.", id="heard.E001")]
    return []


@register(Tags.security, deploy=True)
def mail_is_sent(app_configs, **kwargs):
    if settings.EMAIL_BACKEND.rsplit(".", 2)[-2] in _NOT_REAL_MAIL:
        return [Error("Mail is not sent to anybody.", hint="Set EMAIL_URL to a mail server.", id="heard.E002")]
    return []


@register(Tags.security, deploy=True)
def cookies_are_safe(app_configs, **kwargs):
    if settings.COOKIE_SECURE and settings.COOKIE_PREFIX == "__Host-":
        return []
    return [Error("Cookies may travel unencrypted.", hint="Serve over HTTPS with HEARD_PRODUCTION=1.", id="heard.E003")]


@register(Tags.security, deploy=True)
def this_is_not_the_demonstration(app_configs, **kwargs):
    if settings.DEMO:
        return [Error("The demonstration asks nobody for a second factor.", hint="Unset HEARD_DEMO.", id="heard.E004")]
    try:
        # `.example` belongs to nobody (RFC 2606): only the demonstration has accounts there, with passwords that everybody knows.
        if get_user_model().objects.filter(email__endswith=".example").exists():
            return [Error("The database holds the demonstration's accounts.", hint="Start with an empty one.", id="heard.E004")]
    except DATABASE_ERRORS:
        # Not migrated yet, or away: nothing can be signed in to either.
        return []
    return []


@register(Tags.security, deploy=True)
def nothing_is_for_developers(app_configs, **kwargs):
    """Error pages with local variables would show what somebody wrote; a crash point would end a process in the middle of filing."""
    found = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on: error pages would show what people wrote.", hint="Remove DEBUG.", id="heard.E005"))
    if getattr(settings, "CRASH_POINTS", False) or os.environ.get("HEARD_CRASH_AT"):
        found.append(Error("Crash points are on.", hint="Unset HEARD_CRASH_AT; never run on test settings.", id="heard.E006"))
    return found


@register(Tags.security, deploy=True)
def the_address_is_ours(app_configs, **kwargs):
    """Links in mail lead to SITE_URL; a password link must not be made for whatever host a visitor names."""
    found = []
    if "*" in settings.ALLOWED_HOSTS or not settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS must name this site.", hint="ALLOWED_HOSTS=support.example.com", id="heard.E007"))
    address = urlsplit(settings.SITE_URL)
    if address.scheme != "https" or address.hostname in (None, "localhost"):
        found.append(Error("SITE_URL must be the public https address.", hint="Mail links to it.", id="heard.E008"))
    return found


@register(Tags.security, deploy=True)
def company_sign_in_is_encrypted(app_configs, **kwargs):
    """Whoever stands between the portal and the company's identity service could sign in as anybody."""
    if settings.OIDC_SERVER_URL and urlsplit(settings.OIDC_SERVER_URL).scheme != "https":
        return [Error("OIDC_SERVER_URL must be an https address.", hint="Name the issuer of the company.", id="heard.E011")]
    return []


@register(Tags.security, deploy=True)
def secrets_are_set(app_configs, **kwargs):
    if settings.SECRET_KEY.startswith("not-set-up-yet"):
        return [Error("There is no secret key.", hint="Run manage.py create_keys, or set SECRET_KEY_FILE.", id="heard.E009")]
    return []


@register(Tags.security, deploy=True)
def tries_are_counted_once(app_configs, **kwargs):
    """A cache of one process would count tries of codes and passwords for that process only."""
    if settings.CACHES["default"]["BACKEND"].rsplit(".", 2)[-2] in _ONE_PROCESS_CACHES:
        return [Error("The cache is not shared between processes.", hint="Set CACHE_URL to Redis.", id="heard.E010")]
    return []
