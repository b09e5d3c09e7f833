"""What can be checked without any person's key: marks, formats, sizes, epochs. `manage.py verify` calls `problems()`."""

from collections import defaultdict
from collections.abc import Iterator

from django.apps import apps
from django.db.models import BinaryField

from vault import hpke, storage
from vault.errors import BadFormat
from vault.fields import epoch_of
from vault.files import is_stored_length
from vault.grants import check_grant
from vault.keyholders import is_genuine
from vault.keysfile import SERVER_SEAL, SERVER_SEAL_LEAST
from vault.marks import fits
from vault.models import Compartment, Grant, Keyholder, SealedFile, ShredKey
from vault.services.changes import grant_parts
from vault.staffkey import BLOB_BYTES
from vault.staffkey import FORMAT as STAFF_FORMAT

CHUNK = 500


def problems() -> Iterator[str]:
    """One line per thing that is not as the vault wrote it; names rows by id only. Constant memory; reads everything once."""
    yield from _keyholders()
    yield from _grants()
    yield from _compartments()
    yield from _shred_keys()
    yield from _files()
    yield from _sealed_columns()


def _keyholders() -> Iterator[str]:
    for holder in Keyholder.objects.iterator(CHUNK):
        if not is_genuine(holder):
            yield f"keyholder {holder.id}: the row (public key, owner or kind) was changed or not made by this server"
        if len(bytes(holder.public_key)) != hpke.PUBLIC_KEY_BYTES.get(holder.suite):
            yield f"keyholder {holder.id}: public key of the wrong length"
        sealed = bytes(holder.sealed_seed or b"")
        wants_seed = holder.kind == Keyholder.Kind.STAFF and holder.retired_at is None
        if wants_seed and (len(sealed) != BLOB_BYTES or sealed[0] != STAFF_FORMAT):
            yield f"keyholder {holder.id}: sealed seed is damaged"


def _grants() -> Iterator[str]:
    for grant in Grant.objects.select_related("compartment", "keyholder").iterator(CHUNK):
        if not fits(grant.mark, "grant", *grant_parts(grant)):
            yield f"grant {grant.pk}: not made by this server for this compartment, epoch and public key"
        try:
            check_grant(grant.sealed, grant.keyholder.suite)
        except BadFormat:
            yield f"grant {grant.pk}: not in the grant format"
        if not 1 <= grant.epoch <= grant.compartment.epoch:
            yield f"grant {grant.pk}: epoch {grant.epoch} does not exist in its compartment"


def _compartments() -> Iterator[str]:
    for batch in _batches(Compartment.objects.order_by("pk").iterator(CHUNK)):
        epochs = defaultdict(set)
        for compartment_id, epoch in Grant.objects.filter(compartment__in=batch).values_list("compartment_id", "epoch").distinct():
            epochs[compartment_id].add(epoch)
        for compartment in batch:
            if compartment.epoch not in epochs[compartment.id]:
                yield f"compartment {compartment.id}: nobody holds its newest epoch"


def _shred_keys() -> Iterator[str]:
    for row in ShredKey.objects.iterator(CHUNK):
        if not fits(row.mark, "shred-key", row.subject_id, bytes(row.key)):
            yield f"shred key {row.subject_id}: changed"


def _files() -> Iterator[str]:
    for row in SealedFile.objects.iterator(CHUNK):
        try:
            size = storage.stored_size(row.storage_name)
        except ValueError:
            yield f"file {row.id}: impossible storage name"
            continue
        if size is None:
            yield f"file {row.id}: missing on disk"
        elif size != row.stored_size or not is_stored_length(size):
            yield f"file {row.id}: cut or extended on disk"


def _sealed_columns() -> Iterator[str]:
    for model in apps.get_models():
        for name in sealed_columns(model):
            rows = model._base_manager.filter(**{f"{name}__isnull": False})
            for row_id, blob in rows.values_list("pk", name).iterator(CHUNK):
                try:
                    epoch_of(blob)
                except BadFormat:
                    yield f"{model._meta.label} {row_id}: column {name} is not a sealed field"

    for model in apps.get_models():
        for name in getattr(model, "server_sealed", ()):
            rows = model._base_manager.filter(**{f"{name}__isnull": False})
            for row_id, blob in rows.values_list("pk", name).iterator(CHUNK):
                if bytes(blob)[:1] != SERVER_SEAL or len(blob) < SERVER_SEAL_LEAST:
                    yield f"{model._meta.label} {row_id}: column {name} is not sealed by a server"


def sealed_columns(model) -> list[str]:
    """Names of a model's columns of format 0x11. A model names those that a server sealed for itself in `server_sealed`."""
    by_server = getattr(model, "server_sealed", ())
    columns = (f.name for f in model._meta.local_concrete_fields if isinstance(f, BinaryField))
    return [name for name in columns if name.endswith("_sealed") and name not in by_server]


def _batches(rows: Iterator) -> Iterator[list]:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == CHUNK:
            yield batch
            batch = []
    if batch:
        yield batch
