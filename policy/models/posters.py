"""Where posters hang, so that none says something old for long."""

from django.conf import settings
from django.db import models

from people.models import Site
from policy.models.versions import PolicyVersion


class PosterPlace(models.Model):
    """One sheet on one wall. `says`: the fingerprint of what is printed on it."""

    place = models.CharField(max_length=120)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8)
    tongue = models.CharField(max_length=8)
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    says = models.CharField(max_length=16)
    hung_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    hung_at = models.DateTimeField()
    checked_at = models.DateTimeField()
    check_by = models.DateField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["check_by", "id"]
        indexes = [models.Index(fields=["check_by"], condition=models.Q(removed_at__isnull=True), name="poster_to_check")]

    def __str__(self) -> str:
        return f"poster {self.pk}"
