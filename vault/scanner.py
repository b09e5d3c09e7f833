"""Asking a virus scanner about a file while it is being received: ClamAV's INSTREAM over a socket of this host.

A finding is a warning to the people who open the file, never a loss. A scanner that is missing, slow or confused leaves the file
"not checked"; nobody who reports waits longer for it than `settings.CLAMD_PATIENCE_SECONDS`. The scanner sees plaintext: its temporary
folder belongs on tmpfs (`docs/operations.md`).
"""

import re
import socket
import struct
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from django.conf import settings

CLEAN, FOUND, UNCHECKED = "clean", "found", "unchecked"
NAME_LENGTH = 100
_MOST_REPLY_BYTES = 4096
_SIZE = struct.Struct(">I")
# What clamd says of a file too large or too deeply nested to look at in full (AlertExceedsMax).
_BEYOND_LIMITS = "Heuristics.Limits.Exceeded"
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True)
class Verdict:
    """`state`: CLEAN, FOUND or UNCHECKED. `name`: what the scanner calls its finding, printable ASCII, at most 100 characters."""

    state: str = UNCHECKED
    name: str = ""


NOT_CHECKED = Verdict()


class Scan:
    """One file on its way through the scanner: `feed()` it, `end()` it, then read the `verdict()`. Never raises because of the scanner."""

    def __init__(self):
        self._left = float(settings.CLAMD_PATIENCE_SECONDS)
        self._socket: socket.socket | None = None
        if settings.CLAMD_SOCKET:
            with self._patiently():
                self._socket = _connect(settings.CLAMD_SOCKET, self._left)
                self._socket.sendall(b"zINSTREAM\0")

    def feed(self, data: bytes) -> None:
        """Pass on the next bytes of the file."""
        if data:
            self._send(_SIZE.pack(len(data)), data)

    def end(self) -> None:
        """Say that the file is complete; the scanner works while the caller does something else."""
        self._send(_SIZE.pack(0))

    def verdict(self) -> Verdict:
        """Wait for the answer. Call it once, after `end()`."""
        reply = b""
        with self._patiently():
            while self._socket and not reply.endswith(b"\0") and len(reply) < _MOST_REPLY_BYTES:
                piece = self._socket.recv(_MOST_REPLY_BYTES)
                if not piece:
                    break
                reply += piece
        self.close()
        return read_reply(reply)

    def close(self) -> None:
        """Break off. Safe to call twice."""
        found, self._socket = self._socket, None
        if found:
            found.close()

    def _send(self, *parts: bytes) -> None:
        with self._patiently():
            for part in parts:
                if self._socket:
                    self._socket.sendall(part)

    @contextmanager
    def _patiently(self):
        """Spend what is left of the patience on one step; give the scanner up when it is used up or the connection breaks."""
        started = monotonic()
        try:
            if self._socket:
                self._socket.settimeout(max(self._left, 0.001))
            yield
        except (OSError, ValueError):
            self.close()
        finally:
            self._left -= monotonic() - started


def answers() -> bool:
    """Whether the scanner of the settings is there: for the health page, because a silent one stops nobody."""
    try:
        with _connect(settings.CLAMD_SOCKET, timeout=1) as connection:
            connection.sendall(b"zPING\0")
            return connection.recv(16).startswith(b"PONG")
    except (OSError, ValueError):
        return False


def scan(chunks: Iterable[bytes]) -> Verdict:
    """Pass a whole file through the scanner."""
    running = Scan()
    for chunk in chunks:
        running.feed(chunk)
    running.end()
    return running.verdict()


def read_reply(reply: bytes) -> Verdict:
    """Read clamd's answer (`stream: OK`, `stream: NAME FOUND`, anything else)."""
    text = _UNPRINTABLE.sub("", reply.decode("ascii", "replace")).removeprefix("stream: ")
    if text == "OK":
        return Verdict(CLEAN)
    name, found, _ = text.rpartition(" FOUND")
    if found and not name.startswith(_BEYOND_LIMITS):
        return Verdict(FOUND, name[:NAME_LENGTH])
    return Verdict()


def is_of_this_host(address: str) -> bool:
    """Whether `address` (a path, or host:port) stays on this machine: what the scanner is told travels unencrypted."""
    return address.startswith("/") or _host_and_port(address)[0] in ("127.0.0.1", "::1", "localhost")


def _connect(address: str, timeout: float) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection(_host_and_port(address), timeout=timeout)


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    return host.strip("[]"), int(port)
