"""What every row with sealed columns has: an identifier made before sealing, and a version that binds what was sealed."""

import uuid

from django.db import models


class SealedRow(models.Model):
    """Identifier and row version go into the sealed text's authenticated data, so that an old or foreign value can't be put back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"
