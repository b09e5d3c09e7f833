"""Wordings of the questions. What was once in force, or shipped with the software, never changes again (triggers)."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy


class WordingState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("of a wording", "Draft")
    PUBLISHED = "published", pgettext_lazy("of a wording", "In force")
    SUPERSEDED = "superseded", pgettext_lazy("of a wording", "Replaced")
    # The words that a release of the software brought, kept so that a report that was asked in them can always be read beside them.
    SHIPPED = "shipped", pgettext_lazy("of a wording", "As shipped")


class WordingVersion(models.Model):
    """One complete wording in both languages. `texts`: [[key, English, Chinese], …] in the order of the questions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=12, choices=WordingState.choices, default=WordingState.DRAFT)
    texts = models.JSONField(default=list)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    publisher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    row_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="draft", author__isnull=False, publisher__isnull=True, published_at__isnull=True, content_hash="")
                | (
                    models.Q(state__in=["published", "superseded"], author__isnull=False, publisher__isnull=False)
                    & models.Q(published_at__isnull=False)
                    & ~models.Q(content_hash="")
                )
                | (
                    models.Q(state="shipped", author__isnull=True, publisher__isnull=True, published_at__isnull=False)
                    & ~models.Q(content_hash="")
                ),
                name="wording_is_complete",
            ),
            models.UniqueConstraint(fields=["state"], condition=models.Q(state__in=["draft", "published"]), name="wording_one_of_a_kind"),
            models.UniqueConstraint(fields=["content_hash"], condition=~models.Q(content_hash=""), name="wording_hash_once"),
        ]

    def __str__(self) -> str:
        return f"wording {self.number}"


class WordingEdit(models.Model):
    """Who last saved a page of a draft, and when: told to the next one whose page had changed meanwhile."""

    version = models.ForeignKey(WordingVersion, on_delete=models.CASCADE, related_name="edits")
    page = models.CharField(max_length=8)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["version", "page"], name="wording_edit_of_page")]

    def __str__(self) -> str:
        return f"edit of page {self.page}"
