"""Mail servers of every temper."""

import socket
import threading

import pytest
from aiosmtpd.controller import Controller


class Sink:
    """Keeps what it receives."""

    def __init__(self):
        self.envelopes = []

    async def handle_DATA(self, server, session, envelope):
        self.envelopes.append(envelope)
        return "250 OK"


class Refusing:
    """Takes nothing from anybody."""

    def __init__(self):
        self.asked = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.asked += 1
        return "451 not now"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mail_server(settings):
    """Return a function that starts a server with `handler` and points Django's mail at it."""
    running = []

    def start(handler):
        controller = Controller(handler, hostname="127.0.0.1", port=free_port())
        controller.start()
        running.append(controller)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", controller.port, 5
        return handler

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def hanging_server(settings):
    """A server that takes the connection and never says a word."""
    listener = socket.create_server(("127.0.0.1", 0))
    held, stop = [], threading.Event()

    def accept():
        listener.settimeout(0.2)
        while not stop.is_set():
            try:
                held.append(listener.accept()[0])
            except TimeoutError:
                continue

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", listener.getsockname()[1], 0.5
    yield held
    stop.set()
    thread.join()
    for connection in held:
        connection.close()
    listener.close()


@pytest.fixture
def anna(db):
    from people.models import User

    return User.objects.create_user("anna@example.test", "x", display_name="Anna Berg", language="en")


@pytest.fixture
def li(db):
    from people.models import User

    return User.objects.create_user("li@example.test", "x", display_name="李梅", language="zh-hans")
