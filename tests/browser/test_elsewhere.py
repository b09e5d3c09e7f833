"""Training from elsewhere in Chromium: a list of who was there without JavaScript, and every page looked at by axe."""

import pytest

from tests.browser.axe import violations
from tests.browser.conftest import VIEWS
from tests.browser.staffwalk import sign_in

pytestmark = pytest.mark.browser
LOCALES = ("en-GB", "zh-CN")


def opened(browser, running, locale: str, width: int, js: bool):
    page = browser.new_context(viewport={"width": width, "height": 844}, locale=locale, java_script_enabled=js).new_page()
    page.set_default_timeout(30_000)
    sign_in(page, running.url, running.account("training"))
    page.at = f"{running.url}/m/training/"
    return page


def last_session(page) -> str:
    """The address of the session that was held."""
    page.goto(page.at + "sessions/")
    page.locator("main table a").last.click()
    return page.url


@pytest.mark.parametrize("locale", LOCALES)
def test_a_list_is_looked_at_and_recorded_without_javascript(browser, running, locale):
    page = opened(browser, running, locale, 390, js=False)
    session = last_session(page)
    page.goto(session + "people/")
    page.fill("#q", "1016" if locale == "en-GB" else "1017")
    page.locator("main button[value=find]:visible").last.click()
    page.locator("input[name=who]").first.check()
    page.locator("main button[value=add]:visible").click()
    page.locator("main button[value=look]:visible").last.click()
    before = page.locator("main table tbody tr").count()
    page.locator("main button[value=apply]:visible").click()
    assert page.url == session
    assert before == 1
    assert ("周强" if locale == "en-GB" else "叶帆") in page.locator("main").inner_text()
    page.context.close()


@pytest.mark.parametrize(("locale", "width"), VIEWS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser, running, locale, width):
    page, found = opened(browser, running, locale, width, js=True), []

    def look(path: str = "") -> None:
        if path:
            page.goto(path)
        found.extend(f"{page.url}: {each}" for each in violations(page))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{page.url} scrolls sideways")

    session = last_session(page)
    for path in ("sessions/", "sessions/new/", "import/", "records/", "systems/", "packages/"):
        look(page.at + path)
    look(session)
    look(session + "edit/")
    look(session + "people/")
    page.fill("main textarea", "nobody@example.com\n1019, 20\n1002")
    page.locator("main button[value=look]:visible").last.click()
    look()
    page.goto(page.at + "systems/")
    page.locator("main table a").first.click()
    look()
    look(page.url + "waiting/")
    page.locator("main table a").first.click()
    look()
    page.goto(page.at + "import/")
    rows = b"person,course,completed,minutes,provider\n1016,everyone,2026-01-02,45,Lantern\nnobody,everyone,x,45,Lantern\n"
    page.set_input_files("main input[type=file]", {"name": "list.csv", "mimeType": "text/csv", "buffer": rows})
    # A form with a file leaves later than the click returns; axe must not meet the page that is about to go.
    with page.expect_navigation():
        page.locator("main form[enctype] button[type=submit]").click()
    look()
    page.context.close()
    assert found == []
