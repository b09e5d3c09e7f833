"""Project configuration. Importing Celery here makes the web process use the configured broker too."""

from config import checks  # noqa: F401 (registers the refusals)
from config.celery import app as celery_app

__all__ = ["celery_app"]
