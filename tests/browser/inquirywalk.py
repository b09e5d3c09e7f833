"""The inquiry as its people see it: the handler, both parties, whoever decided, and the reporter who was told. Nothing is changed.

Like `staffwalk`: calls `stop(name, page)` wherever there is something to look at.
"""

import re
from contextlib import contextmanager

from playwright.sync_api import Browser

from tests.browser.server import Running
from tests.browser.staffwalk import LOCALES, Person, Stop, sign_in

CASE = (
    "", "report/", "timeline/", "tasks/", "people/", "plan/", "parties/", "talks/", "evidence/", "evidence/1/", "evidence/3/",
    "allegations/", "findings/", "decision/", "measures/", "referrals/", "aftercare/", "access/",
)  # fmt: skip
FORMS = (
    "evidence/add/upload/",
    "evidence/add/thing/",
    "evidence/1/copy/",
    "evidence/1/custody/",
    "plan/records/",
    "parties/1/",
    "parties/2/",
)
PARTY = ("home/", "answer/", "messages/", "review/", "checkin/", "work/", "object/", "code/")
DECIDING = ("", "write/", "letters/", "release/")
REPORTER = ("home/", "decision/", "checkin/", "review/")
ID = re.compile(r"[0-9a-f-]{36}")


def walk(browser: Browser, running: Running, language: str, stop: Stop, **context) -> None:
    """Both stories of the demonstration that were looked into. `context`: options of the browser profile."""
    options = {"locale": LOCALES[language], "viewport": {"width": 390, "height": 844}} | context
    accounts = {account["email"].partition("@")[0]: account for account in running.demo["accounts"]}

    @contextmanager
    def person(name: str = "", door: str = "", code: str = ""):
        profile = browser.new_context(**options)
        profile.set_default_timeout(30_000)
        one = Person(profile.new_page(), running.url, stop)
        if name:
            sign_in(one.page, running.url, accounts[name])
        else:
            one.go(door)
            one.send(None, code=code)
        yield one
        profile.close()

    for story in ("stocktaking", "tasting"):
        report = running.report(story)
        with person("xu.ning") as handler:
            _handle(handler, f"/c/{report['ref']}/", story)
        for number, code in enumerate(report["invitations"], 1):
            with person(door="/s/", code=code) as party:
                _pages(party, "/s/", PARTY, f"s-{story}-{number}")
        with person(door="/f/", code=report["code"]) as reporter:
            _pages(reporter, "/f/", REPORTER, f"f-{story}")
    with person("deng.rui") as decider:
        _pages(decider, f"/d/{running.report('tasting')['ref']}/", DECIDING, "d")


def _handle(handler: Person, case: str, story: str) -> None:
    _pages(handler, case, (*CASE, *FORMS), f"c-{story}")
    for start in ("talks/", "allegations/", "findings/", "plan/"):
        handler.go(case + start)
        seen = {}
        for link in handler.page.locator(f"main a[href^='{case}{start}']").all():
            path = link.get_attribute("href")
            seen.setdefault(ID.sub("id", path), path)
        for name, path in seen.items():
            handler.go(path, f"c-{story}-{name.removeprefix(case).strip('/').replace('/', '-').replace('?', '-')}")


def _pages(one: Person, start: str, paths: tuple[str, ...], name: str) -> None:
    """Each page that is there; what is absent for this person is passed over."""
    for path in paths:
        if one.page.goto(one.base + start + path).ok:
            one.stop(f"{name}-{path.strip('/').replace('/', '-') or 'first'}", one.page)
