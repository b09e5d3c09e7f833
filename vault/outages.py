"""When something the portal stands on does not answer: a database, the cache, a volume that is full."""

import contextlib
import errno
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, OperationalError
from redis.exceptions import RedisError

from vault.errors import Changed, NoAccess

# What a cache raises that is away: Redis, or the folder of the embedded one.
NO_CACHE = (RedisError, OSError)
# Whatever a database raises. A connection that was cut between two questions is an InterfaceError, which is no DatabaseError.
DATABASE_ERRORS = (DatabaseError, InterfaceError)
FULL_OR_BROKEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE}
T = TypeVar("T")


def is_outage(error: BaseException | None) -> bool:
    """Whether `error`, or what it came from, is nobody's mistake and goes by itself: the same request may work in a minute."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError | RedisError | ConnectionError | TimeoutError):
            return True
        # Colleagues were faster again and again; whoever lost access meanwhile gains nothing by trying once more.
        if isinstance(error, Changed) and not isinstance(error, NoAccess):
            return True
        if isinstance(error, OSError) and error.errno in FULL_OR_BROKEN:
            return True
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return False


def remembered(key: str, seconds: int, find: Callable[[], T]) -> T:
    """What `find` gives, kept in the cache for `seconds`. Found anew each time while the cache is away: it is a convenience here."""
    try:
        kept = cache.get(key)
    except NO_CACHE:
        return find()
    if kept is None:
        kept = find()
        with contextlib.suppress(*NO_CACHE):
            cache.set(key, kept, seconds)
    return kept


def forget(key: str) -> None:
    """Find it anew next time. While the cache is away other processes may know the old one until its time is up."""
    with contextlib.suppress(*NO_CACHE):
        cache.delete(key)
