"""Reading and signing in a real browser: on a phone without JavaScript in both languages, and every page looked at by axe."""

import pytest

from tests.browser.axe import violations

pytestmark = pytest.mark.browser
# Who signs in which language: each signs once.
SIGNERS = {"zh-CN": "1017", "en-GB": "1013"}
LOCALES = sorted(SIGNERS)


def sign_in(page, running, number: str) -> None:
    account = next(each for each in running.demo["accounts"] if each["password"] == f"demo-{number}-sign-in")
    page.goto(f"{running.url}/a/login/")
    page.fill("input[name=login]", account["email"])
    page.fill("input[name=password]", account["password"])
    page.click("main button[type=submit]")


def opened(browser, locale: str, width: int, js: bool):
    return browser.new_context(viewport={"width": width, "height": 844}, locale=locale, java_script_enabled=js)


@pytest.mark.parametrize("locale", LOCALES)
def test_an_employee_reads_answers_and_signs_without_javascript(browser, running, locale):
    context = opened(browser, locale, 390, js=False)
    page = context.new_page()
    sign_in(page, running, SIGNERS[locale])
    page.goto(f"{running.url}/p/sign/")
    page.locator("main .door a").first.click()
    page.click("main a.btn-primary")
    assert page.url.endswith("/read/")
    page.click("section[aria-labelledby=go-on] a")
    wrong = 0
    for _step in range(40):
        if "/q/" not in page.url:
            break
        question, choice = page.url, 0
        while page.url == question:
            page.locator("main input[type=radio]").nth(choice).check()
            page.click("main button.btn-primary")
            choice += 1
            wrong += page.locator("#passage").count()
    assert wrong > 0
    assert page.url.endswith("/sign/")
    page.click("main button.btn-primary")
    page.fill("main input[type=password]", f"demo-{SIGNERS[locale]}-sign-in")
    page.click("main button.btn-primary")
    page.click("main button.btn-primary")
    assert page.url.endswith("/done/")
    assert page.locator(".fingerprint").inner_text().isalnum()
    context.close()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser, running, locale, width):
    context = opened(browser, locale, width, js=True)
    page = context.new_page()
    found = {}

    def look(name: str) -> None:
        if lines := violations(page):
            found[name] = lines
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found[f"{name} wide"] = page.url

    def follow(path: str) -> None:
        page.goto(running.url + path)
        look(path)

    sign_in(page, running, "1007")
    for path in ("/", "/p/sign/", "/p/sign/team/"):
        follow(path)
    page.locator("tbody a").last.click()
    look("team board")
    follow("/p/sign/")
    page.locator("main .door a").first.click()
    look("start")
    page.locator("main .task a").first.click()
    look("read")
    page.click("section[aria-labelledby=go-on] a")
    look("question")
    page.locator("main input[type=radio]").first.check()
    page.click("main button.btn-primary")
    look("passage")
    context.clear_cookies()
    sign_in(page, running, "1008")
    follow("/m/campaigns/")
    page.locator("tbody a").last.click()
    look("campaign")
    at = page.url.removeprefix(running.url)
    for inner in ("board/", "people/?show=outstanding", "questions/", "close/"):
        follow(at + inner)
    page.goto(f"{running.url}{at}people/?show=outstanding")
    page.locator("tbody a").first.click()
    look("person")
    follow("/m/campaigns/new/")
    page.click("main button.btn-primary")
    look("draft")
    draft = page.url.removeprefix(running.url)
    follow(draft + "start/")
    follow(draft + "questions/new/")
    page.click("main button.btn-primary")
    look("question with errors")
    page.goto(running.url + draft)
    page.click("form[action$='/discard/'] button")
    assert found == {}
    context.close()
