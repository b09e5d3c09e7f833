"""Rows of the vault. Whoever reads all of them learns how many things there are, their padded sizes and who may open them, and no word."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Keyholder(models.Model):
    """Somebody or something with a public key. `mark` is the server's MAC over the row: see `vault.keyholders`."""

    class Kind(models.TextChoices):
        STAFF = "staff"
        RECEIPT = "receipt"
        INVITATION = "invitation"
        RECOVERY = "recovery"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="keyholders")
    suite = models.PositiveSmallIntegerField()
    public_key = models.BinaryField()
    # Receipt and invitation codes: HMAC of what the code derives to. Never the code.
    lookup_id = models.BinaryField(max_length=32, null=True, unique=True)
    # Staff: the seed under the vault passphrase (format 0x21), and which pepper it was sealed with.
    sealed_seed = models.BinaryField(null=True)
    pepper_id = models.CharField(max_length=64, blank=True)
    mark = models.BinaryField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(kind="staff", retired_at__isnull=True), name="one_staff_key_per_user"),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="recovery", retired_at__isnull=True), name="one_recovery_key"),
            models.CheckConstraint(
                condition=Q(kind="staff", user__isnull=False, lookup_id__isnull=True)
                | Q(kind__in=["receipt", "invitation"], user__isnull=True, sealed_seed__isnull=True)
                | Q(kind="recovery", user__isnull=True, lookup_id__isnull=True, sealed_seed__isnull=True),
                name="keyholder_fits_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Compartment(models.Model):
    """A thing with its own core key, for instance the statement of one complaint (`subject_id` is opaque here)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=32)
    epoch = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "kind"], name="one_compartment_per_kind"),
            models.CheckConstraint(condition=Q(epoch__gte=1), name="epochs_start_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Grant(models.Model):
    """The core key of one epoch, sealed to one keyholder (format 0x01). `mark` is the server's MAC over the row."""

    compartment = models.ForeignKey(Compartment, on_delete=models.CASCADE, related_name="grants")
    epoch = models.PositiveIntegerField()
    keyholder = models.ForeignKey(Keyholder, on_delete=models.PROTECT, related_name="grants")
    sealed = models.BinaryField()
    mark = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["compartment", "epoch", "keyholder"], name="one_grant_per_epoch")]

    def __str__(self) -> str:
        return f"grant {self.pk}"


class SealedFile(models.Model):
    """A file on disk (format 0x12) and its manifest, a field sealed to the owner: a compartment, or a draft before filing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_id = models.UUIDField(db_index=True)
    epoch = models.PositiveIntegerField()
    storage_name = models.CharField(max_length=64, unique=True)
    stored_size = models.PositiveBigIntegerField()
    manifest_sealed = models.BinaryField()
    row_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"file {self.pk}"


class VaultSession(models.Model):
    """A secret that is open for one browser (format 0x31). The row opens only with the browser's cookie and the server's session key."""

    class Kind(models.TextChoices):
        STAFF = "staff"
        REPORTER = "reporter"
        DRAFT = "draft"

    id_hash = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    # The keyholder (staff, reporter) or the draft.
    subject_id = models.UUIDField(db_index=True)
    sealed_secret = models.BinaryField()
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    idle_seconds = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} session"


class ShredKey(models.Model):
    """In the database `shred_keys`: 32 bytes without which nothing of this subject opens. Deleting the row is the disposal."""

    subject_id = models.UUIDField(primary_key=True)
    key = models.BinaryField()
    mark = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"shred key {self.subject_id}"
