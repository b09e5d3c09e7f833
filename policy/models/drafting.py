"""What happens to a version before it is published: edits one by one, and what reviewers say."""

from django.conf import settings
from django.db import models

from policy.models.versions import PolicyVersion


class PolicyEdit(models.Model):
    """One change of one item of a draft, with what it said before and after. Policy texts are public, so they may be kept here."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="edits")
    part = models.CharField(max_length=16)
    key = models.CharField(max_length=64, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["version", "part", "key"], name="policy_edit_of_item")]

    def __str__(self) -> str:
        return f"edit of {self.part} {self.key}"


class PolicyComment(models.Model):
    """What a reviewer says about one item of a version, until somebody has dealt with it."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="comments")
    part = models.CharField(max_length=16)
    key = models.CharField(max_length=64, blank=True)
    words = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, settled_by__isnull=True)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="policy_comment_settled_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"
