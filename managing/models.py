"""What the administrators' pages remember between two looks."""

from django.conf import settings
from django.db import models


class ExitCheck(models.Model):
    """Whether the address behind “Leave this site” answered when it was last tried, per language."""

    language = models.CharField(max_length=10, choices=settings.LANGUAGES, primary_key=True)
    url = models.URLField()
    checked_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"exit {self.language}"
