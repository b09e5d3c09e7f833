"""Refusals of `manage.py check --deploy`: what would quietly undo the promises of a production installation."""

from django.conf import settings
from django.core.checks import Error, Tags, register

_NOT_REAL_MAIL = ("console", "filebased", "locmem", "dummy")


@register(Tags.security, deploy=True)
def background_work_is_real(app_configs, **kwargs):
    """Eager tasks would run reminders inside web requests, and only when somebody happens to click."""
    if settings.CELERY_TASK_ALWAYS_EAGER:
        return [Error("Celery runs tasks eagerly.", hint="Remove CELERY_TASK_ALWAYS_EAGER.", id="heard.E001")]
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
    return []
