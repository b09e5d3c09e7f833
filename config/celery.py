"""The Celery application. Beat says "look now"; the rows in the database say what there is to do."""

import os
import warnings
from logging.config import dictConfig

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import beat_init, celeryd_init, setup_logging, task_postrun, worker_ready

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


@celeryd_init.connect
def be_quiet_about_root(**kwargs) -> None:
    """The embedded installation may run as root in a container; its tasks carry nothing that could be unpickled."""
    from django.conf import settings

    if not settings.PRODUCTION:
        warnings.filterwarnings("ignore", category=SecurityWarning)


@worker_ready.connect
def look_at_once(sender=None, **kwargs) -> None:
    """A worker that starts looks at once, instead of being called silent until beat's first round."""
    from django.conf import settings

    from config.schedule import AT_ONCE

    for name in AT_ONCE:
        sender.app.send_task(settings.CELERY_BEAT_SCHEDULE[name]["task"], expires=60)


@worker_ready.connect
@beat_init.connect
def watch_the_broker(**kwargs) -> None:
    """On an embedded broker: start again when its file is replaced."""
    from config.embedded_broker import file_of, watch

    if path := file_of(app.conf.broker_url):
        watch(path)


@setup_logging.connect
def log_as_everywhere(**kwargs) -> None:
    """Celery's own handlers would write what exceptions say; the portal's write their kind and place only."""
    from django.conf import settings

    dictConfig(settings.LOGGING)
