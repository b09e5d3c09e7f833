"""Sealed columns of a row: `seal_column` sets the attribute, `open_column` returns the opened value without putting it on the row."""

import json
from uuid import UUID

from vault.fields import open_field, seal_field
from vault.keys import Opened, OpeningKeys, SealingKey


def seal_column(instance, name: str, value: str | bytes | dict | list, key: SealingKey) -> None:
    """Seal `value` and set it as `instance.<name>`. Text is stored as UTF-8, dict and list as JSON.

    The row needs its UUID primary key and a whole `row_version`. When an existing value is replaced, the caller raises `row_version` by
    one first (and re-seals every sealed column of the row), so that the old value can't be put back.
    """
    sealed = seal_field(key, data=_encoded(value), **_place(instance, name))
    setattr(instance, name, sealed)


def open_column(instance, name: str, keys: OpeningKeys | SealingKey) -> Opened:
    """Open `instance.<name>`. Raises NoAccess, Damaged or BadFormat; ValueError when the column is empty."""
    blob = getattr(instance, name)
    if blob is None:
        raise ValueError("nothing is sealed in this column")
    return open_field(keys, blob=bytes(blob), **_place(instance, name))


def _place(instance, name: str) -> dict:
    field = instance._meta.get_field(name)
    if not name.endswith("_sealed") or not isinstance(instance.pk, UUID):
        raise TypeError("sealed columns end in _sealed and belong to rows with a UUID key")
    return {"table": instance._meta.db_table, "column": field.column, "row_id": instance.pk, "row_version": instance.row_version}


def _encoded(value) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    if isinstance(value, bytes):
        return value
    raise TypeError("seal text, bytes, dict or list")
