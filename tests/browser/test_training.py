"""Training in Chromium: a whole course on a phone without JavaScript, in both languages, and every page looked at by axe."""

import re
from datetime import date, timedelta

import pytest

from tests.browser.axe import violations
from tests.browser.conftest import EVERYTHING, VIEWS
from tests.browser.staffwalk import sign_in
from tests.browser.test_signing import opened

pytestmark = pytest.mark.browser
# Who takes the course in which language: each takes it once.
LEARNERS = {"zh-CN": "1017", "en-GB": "1013"}
LOCALES = sorted(LEARNERS)
COURSE = "/t/everyone/"
DRAFT = "/m/training/c/everyone/draft/"


def account(running, number: str) -> dict:
    return next(each for each in running.demo["accounts"] if each["password"] == f"demo-{number}-sign-in")


def learn(page) -> list[str]:
    """From part to part to the certificate: the last answer each time, every second scene skipped that may be. Says what was met."""
    met = []
    for _step in range(200):
        if "/certificate/" in page.url:
            return met
        if page.locator("main button[value=skip]").count() and "scene=1" not in page.url:
            met.append("note")
            if met.count("note") % 2:
                page.click("main button[value=skip]")
            else:
                page.click("main .interruption a.btn-primary")
            continue
        boxes = page.locator("main input[type=radio], main input[type=checkbox]")
        if boxes.count():
            met.append("question")
            boxes.last.check()
        page.locator("main button.btn-primary").last.click()
    raise AssertionError(f"no end of the course at {page.url}")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_whole_course_on_a_phone_without_javascript(browser, running, locale):
    context = opened(browser, locale, 390, js=False)
    page = context.new_page()
    sign_in(page, running.url, account(running, LEARNERS[locale]))
    page.goto(running.url + COURSE)
    page.click("main form button.btn-primary")
    page.click("main button.btn-primary")
    assert page.url.endswith("/2/")
    # Somewhere else and back: one goes on where one was.
    page.goto(running.url + COURSE)
    page.click("main form button.btn-primary")
    assert page.url.endswith("/2/")
    met = learn(page)
    assert met.count("note") >= 2 and met.count("question") >= 8
    number = page.locator(".certificate-number").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", number)
    page.goto(f"{running.url}/t/check/")
    page.fill("main input[name=number]", number)
    page.click("main button.btn-primary")
    assert page.locator("main .panel-done").count() == 1
    context.close()


def go_on(page) -> None:
    """One screen further, whatever it is; the scene itself, where one might skip it."""
    shown = page.locator("main .interruption a.btn-primary")
    boxes = page.locator("main input[type=radio], main input[type=checkbox]")
    if boxes.count():
        boxes.last.check()
    with page.expect_navigation(wait_until="load"):
        (shown if shown.count() else page.locator("main button.btn-primary").last).click()


MARKS = (".interruption", "input[type=radio]", "input[type=checkbox]", "textarea", ".card", "video", ".certificate-number", "details")


def kind_of(page) -> tuple[bool, ...]:
    """What a screen is made of."""
    return tuple(page.locator(f"main {mark}").count() > 0 for mark in MARKS)


class Looker:
    """Looks at pages of one person: axe, and nothing wider than the screen."""

    def __init__(self, page, base: str, width: int):
        self.page, self.base, self.width = page, base, width
        self.found: dict = {}

    def look(self, name: str) -> None:
        if lines := violations(self.page):
            self.found[name] = lines
        if self.page.evaluate("document.documentElement.scrollWidth") > self.width:
            self.found[f"{name} wide"] = self.page.url

    def follow(self, path: str) -> None:
        response = self.page.goto(self.base + path)
        assert response.status == 200, path
        self.look(path)


@pytest.fixture
def looker(browser, running):
    contexts = []

    def make(number: str, locale: str, width: int) -> Looker:
        contexts.append(opened(browser, locale, width, js=True))
        page = contexts[-1].new_page()
        sign_in(page, running.url, account(running, number))
        return Looker(page, running.url, width)

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("locale", "width"), VIEWS if EVERYTHING else VIEWS[:1])
def test_axe_finds_nothing_in_the_player(looker, locale, width):
    eye = looker("1007", locale, width)
    for path in ("/t/", COURSE, "/t/questions/", "/t/team/", "/t/check/"):
        eye.follow(path)
    eye.page.goto(eye.base + COURSE)
    go_on(eye.page)
    seen = set()
    for _step in range(80):
        if (kind := kind_of(eye.page)) not in seen:
            # One screen of each kind is enough.
            seen.add(kind)
            eye.look(eye.page.url)
        if "/certificate/" in eye.page.url:
            break
        go_on(eye.page)
    assert eye.found == {} and len(seen) >= 4


def look_at_somebody(eye: Looker) -> None:
    """One person's record and what is changed there, up to the page that shows what a colleague did meanwhile."""
    eye.follow("/m/training/people/?q=10")
    eye.follow("/m/training/c/everyone/people/?state=due")
    person = eye.page.locator("main table th a").last.get_attribute("href")
    for path in ("", "give/", "away/"):
        eye.follow(person + path)
    eye.page.goto(eye.base + person)
    move = eye.page.locator("main table a[href$='/move/']").first.get_attribute("href")
    for days in (40, 50):
        eye.page.goto(eye.base + move)
        if days == 50:
            eye.page.evaluate("document.querySelector('[name=seen]').value = '2020-01-01'")
        eye.page.fill("main [name=due]", (date.today() + timedelta(days=days)).isoformat())
        eye.page.locator("main [name=reason]").first.check()
        with eye.page.expect_navigation(wait_until="load"):
            eye.page.click("main button.btn-primary")
        eye.look(f"moved by {days} days")
    assert eye.page.locator("main .panel-late dl").count() == 1


@pytest.mark.parametrize(("locale", "width"), VIEWS if EVERYTHING else VIEWS[:1])
def test_axe_finds_nothing_in_the_pages_of_administrators_and_oversight(looker, locale, width):
    eye = looker("1010", locale, width)
    eye.follow("/m/training/c/everyone/")
    if eye.page.locator("main form button[value=newest]").count():
        eye.page.click("main form button[value=newest]")
    for path in ("", "new/", "overdue/", "c/everyone/coverage/", "c/everyone/coverage/?by=role", "c/everyone/people/?state=all"):
        eye.follow(f"/m/training/{path}")
    for path in ("c/everyone/answers/", "c/everyone/retire/", "c/everyone/v/1/1/", "c/everyone/v/1/3/"):
        eye.follow(f"/m/training/{path}")
    for path in ("", "words/", "chapters/new/", "parts/text/", "parts/scenario/", "parts/judgement/", "parts/media/", "publish/"):
        eye.follow(DRAFT + path)
    # A form with much in it, before and after an answer was moved.
    eye.follow(f"{DRAFT}parts/ordered-dinner/")
    with eye.page.expect_navigation(wait_until="load"):
        eye.page.locator("button[name=move]").nth(2).click()
    assert eye.page.locator("fieldset .line-move + p[role=status]").count() == 1
    eye.look("an answer was moved")
    look_at_somebody(eye)
    overseer = looker("1011", locale, width)
    for path in ("/o/training/", "/o/training/everyone/"):
        overseer.follow(path)
    assert eye.found | overseer.found == {}
