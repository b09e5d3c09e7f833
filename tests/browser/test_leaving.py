"""Leaving the site, and losing nothing while on it (acceptance points 3, 4, 6, 9 and 10), with JavaScript and without."""

import re

import pytest

from complaints.services import drafts
from tests.browser.cases import Cases
from tests.browser.people import WEEKDAY, begin, code_on, enter, go_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "shred_keys"])]
SECRET = "SECRET STORY of Friday 周五的事"


@pytest.fixture
def opened(whole_browser):
    """Return a function that opens a page of a fresh browser."""
    contexts = []

    def fresh(*, js: bool = False, locale: str = "en-GB", width: int = 390):
        context = whole_browser.new_context(viewport={"width": width, "height": 844}, locale=locale, java_script_enabled=js)
        contexts.append(context)
        return context.new_page()

    yield fresh
    for context in contexts:
        context.close()


def nothing_comes_back(page, away: str, steps: int = 5) -> None:
    """Press Back again and again: neither what was written nor an answer is to be seen."""
    assert page.url == away
    for _ in range(steps):
        page.go_back()
        page.wait_for_load_state("load")
        assert "SECRET" not in page.content() and "half" not in page.content()


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_back_shows_nothing_after_leaving_a_report(opened, live_server, away, clock, handlers, js):
    page = opened(js=js)
    begin(page, live_server.url)
    page.fill("main textarea", SECRET)
    go_on(page)
    page.fill("main textarea", "half a sentence")
    cookies = page.context.cookies()
    page.click("header a.btn-exit")
    page.wait_for_url(away)
    nothing_comes_back(page, away)
    assert {cookie["name"] for cookie in cookies} <= {"c", "d", "l"}
    # The old cookies open nothing either.
    page.context.add_cookies(cookies)
    for path in ("r/1/", "r/2/", "r/check/", "r/save/"):
        assert page.goto(f"{live_server.url}/{path}").status == 404 and "SECRET" not in page.content()


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_back_shows_nothing_after_leaving_the_follow_up_pages(opened, live_server, away, clock, handlers, js):
    told = Cases(handlers, clock.now).file({"1": {"story": SECRET}})
    page = opened(js=js)
    enter(page, live_server.url, told.code)
    page.goto(f"{live_server.url}/f/sent/")
    assert "SECRET" in page.content()
    if js:
        page.goto(f"{live_server.url}/f/messages/")
        page.focus("main textarea")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    else:
        page.click("header a.btn-exit")
    page.wait_for_url(away)
    nothing_comes_back(page, away)


def test_a_saved_draft_is_found_again_with_its_code(opened, live_server, away, clock, handlers):
    page = opened()
    begin(page, live_server.url)
    page.fill("main textarea", SECRET)
    go_on(page, "save")
    code = code_on(page)
    page.click("header a.btn-exit")
    clock.forward(hours=70)
    # Spaces, dashes and full-width digits are one code.
    typed = "－".join(code[i : i + 4] for i in range(0, 20, 4)).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    enter(page, live_server.url, f" {typed} ")
    page.goto(f"{live_server.url}/r/1/")
    assert page.input_value("main textarea") == SECRET
    clock.forward(hours=3)
    enter(page, live_server.url, code)
    assert page.title().startswith("Error: ")


def test_the_code_stands_in_groups_that_can_be_read_aloud(opened, live_server, clock, handlers):
    page = opened()
    begin(page, live_server.url)
    page.fill("main textarea", SECRET)
    go_on(page, "save")
    lines = {}
    for group in page.locator("#code span").all():
        assert len(group.inner_text()) == 4
        lines.setdefault(round(group.bounding_box()["y"]), []).append(group.inner_text())
    assert [len(groups) for groups in lines.values()] == [2, 2, 1]
    assert page.locator("#code [aria-label]").count() == 0
    assert " ".join(code_on(page)[:4]) in page.locator(".code-spelled").text_content()


def test_nothing_typed_is_lost(opened, live_server, clock, handlers, monkeypatch):
    page = opened()
    begin(page, live_server.url)
    page.fill("main textarea", SECRET)
    page.click("header button.language")
    assert "请用您自己的话" in page.inner_text("h1") and page.url.endswith("/r/1/")
    assert page.input_value("main textarea") == SECRET

    # Back and forward in the browser.
    go_on(page)
    page.go_back()
    assert page.input_value("main textarea") == SECRET
    page.go_forward()

    # Our fault: the page comes again with the words.
    def broken(**_given):
        raise RuntimeError("no")

    with monkeypatch.context() as patched:
        patched.setattr(drafts, "save_page", broken)
        page.fill("main textarea", SECRET + " 2")
        go_on(page)
        assert page.title().startswith("有误") and page.input_value("main textarea") == SECRET + " 2"

    # The page was open for too long: the words are given back.
    clock.forward(hours=25)
    page.fill("main textarea", SECRET + " 3")
    go_on(page)
    assert page.input_value("main textarea") == SECRET + " 3"
    go_on(page)
    assert page.url.endswith("/r/2/") and page.input_value("main textarea") == SECRET + " 3"


def test_five_wrong_codes_and_the_time_to_wait(opened, live_server, clock, handlers):
    page = opened()
    for _ in range(6):
        enter(page, live_server.url, "1111 2222 3333 4444 5555")
    assert re.search(r"Wait \d+ minutes?, then try again", page.inner_text(".error-summary"))
    assert page.title().startswith("Error: ")


def test_a_second_code_opens_its_own_report(opened, live_server, clock, handlers):
    cases = Cases(handlers, clock.now)
    page = opened()
    for story in ("the first one", "the second one"):
        enter(page, live_server.url, cases.file({"1": {"story": story}}).code)
        page.goto(f"{live_server.url}/f/sent/")
        assert story in page.inner_text("main")


def test_every_wish_is_two_clicks_away_and_answered_with_a_date(opened, live_server, clock, handlers):
    page = opened()
    cases = Cases(handlers, clock.now)
    asks = {
        "protect": lambda: page.locator("main input[type=checkbox]").first.check(),
        "exclude": lambda: page.fill("main textarea", "Wang Qiang"),
        "escalate": lambda: page.locator("main input[type=radio]").first.check(),
        "retaliation": lambda: page.fill("main textarea >> nth=0", "My shifts were changed"),
        "withdraw": lambda: page.locator("main input[type=radio]").last.check(),
    }
    enter(page, live_server.url, cases.file().code)
    _ask_each(page, live_server.url, asks)
    enter(page, live_server.url, cases.decided().code)
    _ask_each(page, live_server.url, {"review": lambda: page.locator("main input[type=checkbox]").first.check()})


def _ask_each(page, base: str, asks: dict) -> None:
    for name, fill in asks.items():
        page.goto(f"{base}/f/home/")
        page.locator(f"main a[href^='/f/{name}/']").last.click()
        fill()
        page.locator("main form button[name=go]").last.click()
        assert WEEKDAY.search(page.inner_text("main")), name
