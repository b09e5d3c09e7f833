"""Every page of a reporter in every state, in both languages, looked at once each (acceptance points 5, 7, 17 to 22).

With LOOK_AT=folder in the environment a picture of each is kept there.
"""

import os
from pathlib import Path

import pytest

from tests.browser.cases import Cases
from tests.browser.faults import error_faults, faults
from tests.browser.plain import grade, too_long

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "shred_keys"])]
LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}
OPEN = (
    "", "r/", "r/private/", "f/", "f/lost/", "p/", "p/steps/", "p/respond/", "help/", "private/", "cookies/", "accessibility/", "nope/",
)  # fmt: skip
EVERY = ("home", "messages", "add", "sent", "protect", "exclude", "escalate", "withdraw", "retaliation", "review", "code", "identity")
# For each state the pages that look different in it.
STATES = {
    "file": EVERY,
    "asked": ("home", "messages", "protect"),
    "worked_on": ("home", "messages", "protect", "sent", "escalate", "exclude"),
    "late": ("home",),
    "paused": ("home", "withdraw"),
    "withdrawn": ("home", "withdraw"),
    "decided": ("home", "review"),
    "closed": ("home", "add", "identity"),
    "kept_private": ("home",),
    "written_down": ("confirm",),
}
# Forms that can't be taken as they are when nothing was filled in.
WRONG = {
    "file": ("messages", "add", "protect", "exclude", "withdraw", "retaliation", "identity"),
    "decided": ("review",),
    "written_down": ("confirm",),
}


class Walk:
    """One browser that goes from page to page and notes what is wrong with each."""

    def __init__(self, page, base: str, language: str, names):
        self.page, self.base, self.language, self.names = page, base, language, names
        self.found: dict[str, list[str]] = {}
        folder = os.environ.get("LOOK_AT")
        self.folder = Path(folder) if folder else None

    def at(self, path: str, name: str = "") -> None:
        self.page.goto(f"{self.base}/{path}")
        self.look(name or path.strip("/").replace("/", "-") or "first")

    def look(self, name: str) -> None:
        self.page.wait_for_load_state("load")
        if self.folder:
            for width in (390, 1280):
                self.page.set_viewport_size({"width": width, "height": 844})
                self.page.screenshot(path=self.folder / f"{name}-{width}-{self.language}.png", full_page=True)
            self.page.set_viewport_size({"width": 390, "height": 844})
        wrong = faults(self.page, self.language, names=self.names)
        if name.endswith("error"):
            wrong += error_faults(self.page, self.language)
        if wrong:
            self.found[name] = wrong

    def end(self) -> None:
        assert not self.found, "\n".join(f"{name}: {line}" for name, lines in self.found.items() for line in lines)

    def send(self, button: str = "main form:last-of-type .btn-primary, main .btn-caution") -> None:
        self.page.locator(button).last.click()

    def enter(self, code: str) -> None:
        self.page.goto(f"{self.base}/f/")
        self.page.fill("main input[name=code]", code)
        self.page.click("main .btn-primary")


@pytest.fixture(params=LANGUAGES)
def walk(browser, live_server, clock, handlers, request):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale=LANGUAGES[request.param])
    yield Walk(context.new_page(), live_server.url, request.param, [person.user.display_name for person in handlers])
    context.close()


def test_pages_for_everybody(walk):
    for path in OPEN:
        walk.at(path)
    walk.page.goto(f"{walk.base}/f/")
    walk.page.fill("main input[name=code]", "1234")
    walk.send()
    walk.look("f-error")
    walk.end()


def test_every_question_and_what_follows(walk):
    page, said = walk.page, []
    page.goto(f"{walk.base}/r/private/")
    page.click("main .btn-primary")
    page.click("main button[value=next]")
    walk.look("r-1-error")
    page.reload()
    page.fill("main textarea", "It happened at the dinner. 饭局上发生的事。")
    while (name := page.url.removeprefix(walk.base).strip("/").replace("/", "-")) != "r-check":
        walk.look(name)
        said.append(page.inner_text("main form"))
        for value in ("saw", "no", "not_yet", "client", "yes", "confidential"):
            for choice in page.locator(f"main input[type=radio][value={value}]").all():
                choice.check()
        if name == "r-10":
            page.set_input_files("main input[type=file]", {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""})
            page.click("main button[value=add]")
            walk.look("r-10-error")
        page.click("main button[value=next]")
    walk.look("r-check")
    walk.at("r/save/")
    walk.at("r/keep/")
    page.goto(f"{walk.base}/r/check/")
    page.click("main button[value=send]")
    walk.look("r-sent")
    walk.end()
    assert too_long("\n".join(said)) == []
    assert walk.language != "en" or grade("\n".join(said)) <= 8


def test_every_state_of_a_report(walk, handlers, clock):
    cases = Cases(handlers, clock.now)
    for state, paths in STATES.items():
        walk.enter(getattr(cases, state)().code)
        for path in paths:
            walk.at(f"f/{path}/", f"f-{state}-{path}")
        for path in WRONG.get(state, ()):
            walk.page.goto(f"{walk.base}/f/{path}/")
            walk.send()
            walk.look(f"f-{state}-{path}-error")
    walk.end()
