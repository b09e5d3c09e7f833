"""A virus scanner that speaks INSTREAM as far as the portal uses it, and answers as a test wants."""

import socket
import struct
import tempfile
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

# In two parts, so that a scanner on a developer's machine leaves this file alone.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD" + b"-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd:
    """`seen`: the bytes of each file. `answer`: what to reply, or None to stay silent; `hang_up_after` bytes it closes the connection."""

    def __init__(self, *, answer: bytes | None = b"stream: OK\0", hang_up_after: int | None = None):
        self.answer, self.hang_up_after = answer, hang_up_after
        self.seen: list[bytes] = []
        self.stopped = threading.Event()
        self._socket = socket.socket(socket.AF_UNIX)

    def serve(self, path: str) -> None:
        self._socket.bind(path)
        self._socket.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self.stopped.set()
        self._socket.close()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            # A sender that breaks off leaves nothing to read.
            with connection, connection.makefile("rb") as incoming, suppress(EOFError, OSError):
                self._one(connection, incoming)

    def _one(self, connection, incoming) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += _exactly(incoming, 1)
        if command == b"zPING\0":
            connection.sendall(b"PONG\0")
            return
        assert command == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", _exactly(incoming, 4))[0]:
            content += _exactly(incoming, size)
            if self.hang_up_after is not None and len(content) > self.hang_up_after:
                return
        self.seen.append(content)
        if self.answer is None:
            self.stopped.wait(10)
        else:
            connection.sendall(self.answer)


def _exactly(incoming, size: int) -> bytes:
    data = incoming.read(size)
    if len(data) < size:
        raise EOFError
    return data


@contextmanager
def fake_clamd(settings, **how):
    """Run a fake scanner and point the settings at it."""
    # A socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder:
        path = str(Path(folder) / "s")
        server = FakeClamd(**how)
        server.serve(path)
        before, settings.CLAMD_SOCKET = settings.CLAMD_SOCKET, path
        try:
            yield server
        finally:
            settings.CLAMD_SOCKET = before
            server.stop()
