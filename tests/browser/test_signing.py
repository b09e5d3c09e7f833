"""Reading and signing in Chromium, on a phone without JavaScript in both languages. Axe looks at the pages in `test_staff_pages`."""

import pytest

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


def read_and_sign(page, password: str) -> None:
    """From the first page of what is due to the signature: read, answered (wrong before right), proved, signed."""
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
    page.fill("main input[type=password]", password)
    page.click("main button.btn-primary")
    page.click("main button.btn-primary")
    assert page.url.endswith("/done/")


@pytest.mark.parametrize("locale", LOCALES)
def test_an_employee_reads_answers_and_signs_without_javascript(browser, running, locale):
    context = opened(browser, locale, 390, js=False)
    page = context.new_page()
    sign_in(page, running, SIGNERS[locale])
    page.goto(f"{running.url}/p/sign/")
    page.locator("main .door a").first.click()
    read_and_sign(page, f"demo-{SIGNERS[locale]}-sign-in")
    assert page.locator(".fingerprint").inner_text().isalnum()
    context.close()
