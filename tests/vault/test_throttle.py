"""Tries per network with growing waits, and no address anywhere."""

import hashlib
from datetime import timedelta

import pytest
from django.core.cache import cache

from vault import throttle

from .conftest import NOW

HOME = {"address": "203.0.113.7", "purpose": "code"}


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()
    yield
    cache.clear()


def take(now=NOW, **other):
    return throttle.take_try(**{**HOME, **other}, now=now)


def test_five_tries_are_free_then_waits_grow():
    assert [take().tries_left for _ in range(5)] == [4, 3, 2, 1, 0]
    assert take() == throttle.Verdict(False, 0, 1)
    now, waits = NOW, []
    for _ in range(7):
        minutes = throttle.wait_minutes(**HOME, now=now)
        waits.append(minutes)
        now += timedelta(minutes=minutes)
        assert take(now).allowed
    assert waits == [1, 2, 4, 8, 15, 30, 30]


def test_a_refused_try_does_not_make_the_wait_longer():
    for _ in range(5):
        take()
    for _ in range(20):
        assert not take().allowed
    assert take(NOW + timedelta(minutes=1)).allowed


def test_a_right_code_gives_its_try_back():
    for _ in range(50):
        assert take().allowed
        throttle.give_back(**HOME)
    assert throttle.tries_left(**HOME) == 5


def test_one_right_code_does_not_forgive_the_wrong_ones():
    for _ in range(4):
        take()
    take()
    throttle.give_back(**HOME)
    assert throttle.tries_left(**HOME) == 1


def test_neighbours_share_and_others_do_not():
    for _ in range(5):
        take()
    assert not take(address="203.0.113.250").allowed
    assert take(address="203.0.114.7").allowed
    assert take(purpose="unlock").allowed


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_networks(address, network):
    assert throttle.network(address) == network


def test_looking_counts_nothing():
    throttle.tries_left(**HOME)
    throttle.wait_minutes(**HOME, now=NOW)
    assert throttle.tries_left(**HOME) == 5


def test_the_cache_holds_no_address(monkeypatch):
    seen = []
    for name in ("get", "add", "set", "incr", "touch"):
        real = getattr(cache, name)
        monkeypatch.setattr(cache, name, lambda key, *a, _real=real, **k: (seen.append((key, a)), _real(key, *a, **k))[1])
    for _ in range(6):
        take()
    plain = {"203.0.113.7", "203.0.113.0/24", "203.0.113"}
    plain |= {hashlib.sha256(text.encode()).hexdigest()[:32] for text in plain}
    assert seen
    assert not any(text in f"{key} {args}" for key, args in seen for text in plain)


def test_it_is_forgotten_after_a_while(monkeypatch):
    seen = []
    real = cache.add
    monkeypatch.setattr(cache, "add", lambda key, value, timeout: (seen.append(timeout), real(key, value, timeout))[1])
    take()
    assert seen == [throttle.FORGET_SECONDS]
