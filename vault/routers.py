"""Shred keys live in a database of their own; everything else in the main one."""

SHRED = "shred_keys"
_APP, _MODEL = "vault", "shredkey"


class ShredKeyRouter:
    def db_for_read(self, model, **hints):
        return SHRED if _is_shred_key(model) else None

    def db_for_write(self, model, **hints):
        return SHRED if _is_shred_key(model) else None

    def allow_relation(self, first, second, **hints):
        # Instances, not their types: `request.user` is a lazy object whose type has no `_meta`.
        return False if _is_shred_key(first) != _is_shred_key(second) else None

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        if app_label == _APP and model_name == _MODEL:
            return db == SHRED
        return db != SHRED


def _is_shred_key(model) -> bool:
    return model._meta.app_label == _APP and model._meta.model_name == _MODEL
