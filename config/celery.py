"""The Celery application. Beat says "look now"; the rows in the database say what there is to do."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("heard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "look-at-deadlines": {"task": "complaints.tasks.look_at_deadlines", "schedule": 20.0, "options": {"expires": 60}},
    "send-notices": {"task": "notices.tasks.send_notices", "schedule": 15.0, "options": {"expires": 60}},
    "erase-expired-drafts": {"task": "complaints.tasks.erase_expired_drafts", "schedule": 600.0, "options": {"expires": 600}},
    "close-leavers": {"task": "people.tasks.close_leavers", "schedule": 900.0, "options": {"expires": 900}},
    "collect-leftovers": {"task": "complaints.tasks.collect_leftovers", "schedule": 3600.0, "options": {"expires": 3600}},
}
