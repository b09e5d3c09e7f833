"""The embedded broker's file vanishes under a running process: it notices, and starts again."""

import threading
from pathlib import Path

import pytest
from django.conf import settings

from config.embedded_broker import file_of, watch


def test_only_a_file_is_watched(tmp_path):
    assert file_of(f"sqla+sqlite:///{tmp_path}/broker.sqlite3") == tmp_path / "broker.sqlite3"
    assert file_of("redis://127.0.0.1:6379/0") is None and file_of(settings.CELERY_BROKER_URL) is None


def replaced(path: Path) -> None:
    newer = path.with_name("newer")
    newer.write_bytes(b"")
    newer.replace(path)


@pytest.mark.parametrize("happens", [Path.unlink, replaced], ids=["deleted", "replaced"])
def test_a_file_that_is_gone_or_another_ends_the_process(tmp_path, happens):
    path, ended = tmp_path / "broker.sqlite3", threading.Event()
    path.write_bytes(b"")
    watch(path, seconds=0.02, then=ended.set)
    path.write_bytes(b"written to")
    assert not ended.wait(0.2), "the same file, whatever is written into it"
    happens(path)
    assert ended.wait(5)


def test_whoever_starts_before_there_is_a_file_waits_for_it(tmp_path):
    path, ended = tmp_path / "broker.sqlite3", threading.Event()
    watch(path, seconds=0.02, then=ended.set)
    path.write_bytes(b"")
    assert not ended.wait(0.2)
    path.unlink()
    assert ended.wait(5)
