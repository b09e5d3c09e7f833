"""The load: people who report and write, and a handler who opens and answers. Whoever gets no answer sends the same form again."""

import random
import re
import secrets
import threading
import time
from dataclasses import dataclass, field

import requests

from tests.factories.forms import PageForm, _Reader

PATIENCE_SECONDS = 120
# A token that is the cookie's own is all that the portal asks of a form; signing in changes it.
CSRF = "c" * 32
PAUSE_SECONDS = 0.2


class GaveUp(Exception):
    """No usable answer in two minutes, though nothing was broken any more for most of them."""


class Browser:
    """Keeps cookies, follows nothing, and asks again while there is no answer (503, or none at all)."""

    def __init__(self, base: str):
        self.base, self.session = base, requests.Session()
        self.session.cookies.set("c", CSRF, domain="127.0.0.1")
        self.session.headers["Accept-Language"] = "en"
        self.session.headers["X-Forwarded-For"] = ".".join(str(random.randint(1, 250)) for _ in range(4))
        # Answers that were neither what was asked for nor “not now”.
        self.errors: list[str] = []
        self.refused = 0

    def get(self, path: str) -> requests.Response:
        return self._ask("GET", path)

    def post(self, path: str, data: dict, files: dict | None = None) -> requests.Response:
        return self._ask("POST", path, data={**data, "csrfmiddlewaretoken": self.session.cookies["c"]}, files=files)

    def _ask(self, method: str, path: str, **more) -> requests.Response:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                answer = self.session.request(method, self.base + path, timeout=60, allow_redirects=False, **more)
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code < 500:
                return answer
            if answer is not None and answer.status_code != 503:
                self.errors.append(f"{answer.status_code} at {re.sub(r'[0-9A-Z]{8}', 'REF', path)}")
            self.refused += 1
            time.sleep(PAUSE_SECONDS)
        raise GaveUp(path)


def form_of(answer: requests.Response, address: str = "") -> PageForm:
    reader = _Reader()
    reader.feed(answer.text)
    return next(form for form in reader.forms if form.method == "post" and form.action == address)


@dataclass
class Report:
    """What a reporter was promised: the code was shown, so the report is there; each message that was confirmed is there once."""

    code: str
    story: str
    evidence: bytes | None
    messages: list[str] = field(default_factory=list)


class Reporter:
    """Files one report after the other and writes to the team about each."""

    def __init__(self, base: str):
        self.base, self.reports, self.browsers = base, [], []

    def act(self) -> None:
        report = self._file()
        self.reports.append(report)
        self._write(report)

    def _browser(self) -> Browser:
        browser = Browser(self.base)
        self.browsers.append(browser)
        return browser

    def _file(self) -> Report:
        browser, story = self._browser(), f"chaos-{secrets.token_hex(8)} he would not let me leave"
        evidence = f"evidence {secrets.token_hex(400)}".encode() if random.random() < 0.5 else None
        browser.post("/r/private/", {"device": "own", "go": "next"})
        browser.post("/r/1/", {"story": story, "go": "next"})
        if evidence:
            added = browser.post("/r/10/", {"note": "", "end": "1", "go": "add"}, {"file": ("a.txt", evidence, "text/plain")})
            # A file that was not taken is said so, and the report goes on without it.
            evidence = evidence if added.status_code in (302, 303) else None
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            readers = re.search(r'name="readers" value="([^"]*)"', browser.get("/r/check/").text)
            browser.post("/r/check/", {"go": "send", "readers": readers[1] if readers else ""})
            shown = re.search(r'name="code" value="([\d ]+)"', browser.get("/r/sent/").text)
            if shown:
                return Report(shown[1], story, evidence)
            time.sleep(PAUSE_SECONDS)
        raise GaveUp("/r/sent/")

    def _write(self, report: Report) -> None:
        browser = self._browser()
        if browser.post("/f/", {"code": report.code}).status_code != 302:
            return
        page = browser.get("/f/messages/")
        words = f"message {secrets.token_hex(8)}"
        sent = browser.post("/f/messages/", form_of(page).values(text=words, go="send"))
        if sent.status_code in (302, 303):
            report.messages.append(words)


class Handler:
    """An intake officer who says of each new report that there is no conflict, reads it and answers about safety."""

    def __init__(self, base: str, account: dict):
        self.browser, self.account, self._signed_in = Browser(base), account, False
        # What was confirmed as sent, by the reference of the report.
        self.answers: list[tuple[str, str]] = []

    def sign_in(self) -> None:
        self.browser.post("/a/login/", {"login": self.account["email"], "password": self.account["password"]})
        self.browser.post("/unlock/", {"passphrase": self.account["passphrase"]})
        self._signed_in = True

    def act(self) -> None:
        if not self._signed_in:
            self.sign_in()
        listed = self.browser.get("/w/cases/")
        if listed.status_code != 200:
            # The session is gone (a flushed cache): sign in again, as a person would.
            self._signed_in = False
            return
        found = re.findall(r'href="/c/([0-9A-Z]{8})/"', listed.text)
        for ref in random.sample(found, min(3, len(found))):
            self._read(ref)

    def _read(self, ref: str) -> None:
        self.browser.post(f"/c/{ref}/conflict/", {"conflict": "no", "once": secrets.token_hex(16)})
        step = self.browser.get(f"/c/{ref}/triage/")
        if not step.headers.get("Location", "").endswith("/triage/read/"):
            return
        read = self.browser.get(f"/c/{ref}/triage/read/")
        self.browser.post(f"/c/{ref}/triage/read/", form_of(read).values())
        asked = self.browser.get(f"/c/{ref}/triage/safety/")
        if asked.status_code == 200:
            words = f"Call me today {secrets.token_hex(8)}"
            sent = self.browser.post(f"/c/{ref}/triage/safety/", form_of(asked).values(text=words))
            if sent.status_code in (302, 303):
                self.answers.append((ref, words))


class Load:
    """Everybody at once, each in a thread, until told to stop."""

    def __init__(self, *people):
        self._people, self._over, self.broken = people, threading.Event(), []
        self._threads = [threading.Thread(target=self._keep_on, args=(person,), daemon=True) for person in people]

    def _keep_on(self, person) -> None:
        while not self._over.is_set():
            try:
                person.act()
            except Exception as error:
                self.broken.append(f"{type(person).__name__}: {type(error).__name__} {error}"[:120])
            time.sleep(PAUSE_SECONDS)

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *failure) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS * 2)
