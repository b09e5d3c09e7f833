"""What settings said before and after: kept as a row of its own, because the record itself holds facts and never words."""

import hashlib
import json
from collections.abc import Mapping

from people.models import SettingChange


def keep_change(before: Mapping[str, object], after: Mapping[str, object]) -> dict:
    """Keep what differs between two states of a setting ({name: JSON value}), inside the caller's transaction.

    Returns facts for the entry in the record: "change" names the row, "said" is its digest. Empty when nothing differs.
    """
    names = sorted({name for name in (*before, *after) if before.get(name) != after.get(name)})
    if not names:
        return {}
    change = SettingChange(
        before={name: before[name] for name in names if name in before}, after={name: after[name] for name in names if name in after}
    )
    change.save(force_insert=True)
    return {"change": change.pk, "said": digest_of(change)}


def digest_of(change: SettingChange) -> str:
    """SHA-256 over what a change said, as 64 hex digits."""
    said = json.dumps([change.before, change.after], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
