"""The Celery application. Beat says "look now"; the rows in the database say what there is to do."""

import os
import warnings
from logging.config import dictConfig

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import setup_logging, task_postrun, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("heard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_postrun.connect
def note_run(task=None, state=None, **kwargs) -> None:
    """A round that got through is a heartbeat; the health page tells its age. The look at the deadlines notes its own."""
    from django.utils import timezone

    from complaints.services.clockwork import LOOKING
    from notices.heartbeat import beat

    name = task.name.rpartition(".")[2]
    if state == "SUCCESS" and name != LOOKING:
        beat(name, timezone.now())


@worker_ready.connect
def look_at_once(sender=None, **kwargs) -> None:
    """A worker that starts looks at once, instead of being called silent until beat's first round."""
    from django.conf import settings

    from config.schedule import AT_ONCE

    if not settings.PRODUCTION:
        # The embedded installation may run as root in a container; its tasks carry nothing that could be unpickled.
        warnings.filterwarnings("ignore", category=SecurityWarning)
    for name in AT_ONCE:
        sender.app.send_task(settings.CELERY_BEAT_SCHEDULE[name]["task"], expires=60)


@setup_logging.connect
def log_as_everywhere(**kwargs) -> None:
    """Celery's own handlers would write what exceptions say; the portal's write their kind and place only."""
    from django.conf import settings

    dictConfig(settings.LOGGING)
