"""A list of completions between its dry run and its import."""

import uuid

from django.conf import settings
from django.db import models


class ImportFile(models.Model):
    """What somebody uploaded: compressed, sealed under a key of the server, gone after an hour."""

    server_sealed = ("content_sealed",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    content_sealed = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"import file {self.pk}"
