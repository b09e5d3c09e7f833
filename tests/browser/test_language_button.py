"""The language button of staff pages in a browser: what was typed stays, without JavaScript too."""

import pytest

from tests.browser.server import demonstration
from tests.browser.staffwalk import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def running():
    with demonstration() as demo:
        yield demo


def signed_in(browser, running, role: str, *, scripts: bool):
    page = browser.new_context(viewport={"width": 1280, "height": 844}, locale="en-GB", java_script_enabled=scripts).new_page()
    sign_in(page, running.url, running.account(role))
    return page


def change_language(page) -> None:
    with page.expect_navigation():
        page.locator(".staff-language .language").click()


def test_a_message_and_a_file_without_javascript(browser, running, tmp_path):
    account = next(a for a in running.demo["accounts"] if a["email"].startswith("amelia"))
    page = browser.new_context(viewport={"width": 1280, "height": 844}, locale="en-GB", java_script_enabled=False).new_page()
    sign_in(page, running.url, account)
    address = f"{running.url}/c/{running.report('chat_group')['ref']}/messages/"
    page.goto(address)
    text = "We have begun.\n\nWhen “can” you talk? <b>Tell me</b>"
    page.fill("main textarea[name=text]", text)
    scan = tmp_path / "scan.txt"
    scan.write_text("what a scan says", encoding="utf-8")
    page.set_input_files("main input[type=file]", scan)
    change_language(page)
    assert page.url == address and page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert page.input_value("main textarea[name=text]") == text
    assert "scan.txt" in page.locator("main form [role=status]").inner_text()
    change_language(page)
    assert page.url == address and page.evaluate("document.documentElement.lang") == "en"
    assert page.input_value("main textarea[name=text]") == text
    page.context.close()


@pytest.mark.parametrize("scripts", [False, True])
def test_enter_sends_a_form_whose_button_has_no_name(browser, running, scripts):
    page = signed_in(browser, running, "training", scripts=scripts)
    page.goto(f"{running.url}/m/training/sessions/new/")
    page.fill("#id_topic", "Dinners")
    with page.expect_navigation():
        page.press("#id_topic", "Enter")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator(".error-summary").count() == 1 and page.input_value("#id_topic") == "Dinners"
    page.context.close()


def test_enter_saves_and_does_not_change_the_language(browser, running):
    page = signed_in(browser, running, "system_admin", scripts=False)
    page.goto(f"{running.url}/m/settings/")
    page.fill("main [name=name_en]", "Linden Group")
    with page.expect_navigation():
        page.press("main [name=name_en]", "Enter")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.goto(f"{running.url}/m/settings/")
    assert page.input_value("main [name=name_en]") == "Linden Group"
    page.context.close()


def test_of_several_forms_the_one_that_was_typed_into(browser, running):
    page = signed_in(browser, running, "policy_admin", scripts=True)
    page.goto(f"{running.url}/m/posters/")
    place = "main #page-form [name=place]"
    page.fill(place, "Third floor")
    page.fill("main #page-form [name=check_by]", "2030-01-01")
    for choice in ("kind", "tongue"):
        page.select_option(f"main #page-form [name={choice}]", index=1)
    page.locator("main #page-form button[type=submit]").click()
    page.locator("main details:has(form) > summary").first.click()
    date = page.locator("main details form [name$=check_by]").first
    date.fill("2031-02-03")
    for _language in ("zh-Hans", "en"):
        change_language(page)
        assert date.input_value() == "2031-02-03" and date.is_visible()
    page.fill("main form:not(details form) [name=place]", "Canteen")
    change_language(page)
    assert page.input_value(place) == "Canteen"
    page.context.close()
