"""A mail server that keeps what it takes and, when told to, stalls after taking it: the sender can't know that it arrived."""

import asyncio
import email
import threading
from collections import Counter

from aiosmtpd.controller import Controller


class MailServer:
    """`taken`: how often each Message-ID arrived."""

    def __init__(self, port: int):
        self.port = port
        self.taken: Counter[str] = Counter()
        self.stalls = threading.Event()
        # Set while a message was taken and the sender does not know it yet.
        self.waiting = threading.Event()
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 (the library's name)
        self.taken[email.message_from_bytes(envelope.content)["Message-ID"].strip()] += 1
        while self.stalls.is_set():
            self.waiting.set()
            await asyncio.sleep(0.05)
        self.waiting.clear()
        return "250 OK"

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self.stalls.clear()
        self._controller.stop()
