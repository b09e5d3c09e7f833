"""The broker of an installation without servers is a file.

A process that has it open does not notice when it is deleted: it would read the file that is gone for ever, while whoever writes has made
a new one. So worker and beat look at it, and end when it is another one. They are started again at once, and nothing is lost, because a
task only says "look now".
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

PREFIX = "sqla+sqlite:///"
SECONDS = 5.0
logger = logging.getLogger(__name__)


def file_of(url: str) -> Path | None:
    """The file behind a broker's address; None for a server."""
    return Path(url.removeprefix(PREFIX)) if url.startswith(PREFIX) else None


def end_this_process() -> None:
    """As whoever stops it would: what is being done is finished first."""
    os.kill(os.getpid(), signal.SIGTERM)


def watch(path: Path, *, seconds: float = SECONDS, then: Callable[[], None] = end_this_process) -> threading.Thread:
    """Look at `path` every few `seconds` from a thread, and call `then` once when it is gone or another file."""
    first = _which(path)

    def look() -> None:
        # Whoever comes before everybody else makes the file only with the first message.
        known = first
        while known is None or _which(path) == known:
            time.sleep(seconds)
            known = known or _which(path)
        logger.warning("the broker's file was replaced: starting again")
        then()

    thread = threading.Thread(target=look, name="broker-watch", daemon=True)
    thread.start()
    return thread


def _which(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None
