"""Tries per network, with growing waits, without storing an address.

The cache key is a keyed hash of the network prefix (IPv4 /24, IPv6 /48): whoever reads the cache learns no address. The first five tries
are free; after that each further one waits 1, 2, 4, 8, 15, then 30 minutes. A right code gives its try back, so that a busy office is not
locked out. Counting happens before the work: many tries at once don't slip through.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from vault.encoding import ctx
from vault.keysfile import server_keys
from vault.primitives import hkdf, mac

FREE_TRIES = 5
WAIT_MINUTES = (1, 2, 4, 8, 15, 30)
FORGET_SECONDS = 2 * 3600


@dataclass(frozen=True)
class Verdict:
    """`allowed`: the try may be made. `tries_left` free ones after it. `wait_minutes` (at least 1) when it is refused."""

    allowed: bool
    tries_left: int
    wait_minutes: int


def take_try(*, address: str, purpose: str, now: datetime) -> Verdict:
    """Count one try from this network for one purpose ("code", "unlock") and say whether it may be made. Refused tries aren't counted."""
    key = _key(address, purpose)
    until = cache.get(key + ":until")
    if until is not None and until > now.timestamp():
        return Verdict(False, 0, _minutes(until - now.timestamp()))
    cache.add(key, 0, FORGET_SECONDS)
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out between the two calls
        cache.set(key, 1, FORGET_SECONDS)
        count = 1
    cache.touch(key, FORGET_SECONDS)
    if count >= FREE_TRIES:
        wait = timedelta(minutes=WAIT_MINUTES[min(count - FREE_TRIES, len(WAIT_MINUTES) - 1)])
        cache.set(key + ":until", (now + wait).timestamp(), int(wait.total_seconds()) + 1)
    return Verdict(True, max(0, FREE_TRIES - count), 0)


def give_back(*, address: str, purpose: str) -> None:
    """The try was right: it does not count, and a wait that it began ends."""
    key = _key(address, purpose)
    cache.delete(key + ":until")
    try:
        if cache.decr(key) < 0:
            cache.delete(key)
    except ValueError:
        pass


def wait_minutes(*, address: str, purpose: str, now: datetime) -> int:
    """Minutes until the next try is taken; 0 when it would be now. Counts nothing."""
    until = cache.get(_key(address, purpose) + ":until")
    return _minutes(until - now.timestamp()) if until is not None and until > now.timestamp() else 0


def tries_left(*, address: str, purpose: str) -> int:
    """Free tries left for this network. Counts nothing."""
    return max(0, FREE_TRIES - (cache.get(_key(address, purpose)) or 0))


def network(address: str) -> str:
    """The network prefix of an address; "unknown" for anything that is none, so that those share one budget."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def _key(address: str, purpose: str) -> str:
    secret = hkdf(server_keys().active("lookup").secret, info=ctx("throttle"))
    return "vault-tries-" + mac(secret, ctx("network", purpose, network(address))).hex()[:32]


def _minutes(seconds: float) -> int:
    return max(1, -int(-seconds // 60))
