"""Django's database sessions, except that the database holds only a hash of the session key.

Whoever reads the table (a dump, a backup) can't take over anybody's session. `SESSION_ENGINE = "vault.websessions"`.
"""

import base64
import hashlib

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from vault.encoding import ctx
from vault.kept_queries import KeptQuery


def stored_key(session_key: str) -> str:
    """40 characters (240 bits), which is what the column takes. The key itself is 165 random bits, so no salt is needed."""
    digest = hashlib.sha256(ctx("web-session", session_key)).digest()
    return base64.urlsafe_b64encode(digest[:30]).decode()


class SessionStore(DatabaseSessionStore):
    """`self.session_key` is what the browser holds; every look-up and row uses `stored_key` of it."""

    def _get_session_from_db(self):
        row = _LIVE.first(key=stored_key(self.session_key), now=timezone.now())
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key):
        return super().exists(stored_key(session_key))

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        return row

    def delete(self, session_key=None):
        session_key = session_key or self.session_key
        if session_key is not None:
            self.model.objects.filter(session_key=stored_key(session_key)).delete()

    # The portal is WSGI only. Inherited asynchronous methods would look for the key itself, so they go through the methods above.
    async def _aget_session_from_db(self):
        return await sync_to_async(self._get_session_from_db)()

    async def aexists(self, session_key):
        return await sync_to_async(self.exists)(session_key)

    async def acreate_model_instance(self, data):
        return await sync_to_async(self.create_model_instance)(data)

    async def adelete(self, session_key=None):
        await sync_to_async(self.delete)(session_key)


_LIVE = KeptQuery(
    lambda key, now: SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=now),
    key=CharField(),
    now=DateTimeField(),
)
