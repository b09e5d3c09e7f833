"""A person with a phone, JavaScript off, in both languages: from the start page to writing past the handler (acceptance point 1)."""

import re

import pytest

pytestmark = pytest.mark.browser
STORY = {
    "zh-CN": "上周五的饭局上，组长让我陪客户喝酒，我说不会喝，他们一直劝。",
    "en-GB": "At the dinner on Friday I was made to drink with a client.",
}


@pytest.fixture(params=["zh-CN", "en-GB"])
def phone(browser, request):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale=request.param, java_script_enabled=False)
    context.locale = request.param
    yield context
    context.close()


def go_on(page) -> None:
    page.click("main button[value=next]")


def begin(page, running) -> None:
    page.goto(f"{running.url}/r/")
    page.click("main a.btn-primary")
    page.locator("main input[type=radio]").first.check()
    page.click("main button[type=submit]")


def file_report(page, running, story: str) -> str:
    """Answer the one question, pass all others blank, add a file, send; return the code."""
    begin(page, running)
    page.fill("main textarea", story)
    go_on(page)
    for _ in range(30):
        if page.url.endswith("/r/check/"):
            break
        if page.url.endswith("/r/10/"):
            page.set_input_files("main input[type=file]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"proof"})
            page.click("main button[value=add]")
            assert "a.txt" in page.inner_text("main")
        go_on(page)
    assert story in page.inner_text("main")
    page.click("main button[value=send]")
    assert page.url.endswith("/r/sent/")
    return re.sub(r"\D", "", page.inner_text("main [translate=no]"))[:20]


def on_paper(page, code: str) -> None:
    """Two sides of a wallet card: the code and bare dates, no title, no address, no word of what it is for."""
    pages = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True, display_header_footer=True))
    assert [(round(float(w) / 72 * 25.4), round(float(h) / 72 * 25.4)) for w, h in pages] == [(85, 55)] * 2
    page.emulate_media(media="print")
    printed = page.inner_text("body")
    page.emulate_media(media="screen")
    assert code in re.sub(r"\D", "", printed) and printed.count("2026") + printed.count("2027") >= 3
    assert not re.search(r"http|127\.0\.0\.1|Support|职场|report|材料|safety|安全", printed)


def enter(page, running, code: str) -> None:
    page.goto(f"{running.url}/f/")
    page.fill("main input[name=code]", code)
    page.click("main button[type=submit]")


def test_from_the_start_page_to_writing_past_the_handler(phone, running):
    page = phone.new_page()
    story = STORY[phone.locale]
    code = file_report(page, running, story)
    assert len(code) == 20
    on_paper(page, code)

    other = phone.browser.new_context(locale=phone.locale, java_script_enabled=False).new_page()
    spaced = " ".join(code[i : i + 4] for i in range(0, 20, 4))
    enter(other, running, spaced)
    assert other.url.endswith("/f/home/")
    other.goto(f"{running.url}/f/sent/")
    assert story in other.inner_text("main")
    other.goto(f"{running.url}/f/messages/")
    other.fill("main textarea", "还有一件事 / one more thing")
    other.locator("main form:has(textarea) button.btn-primary").click()
    assert "one more thing" in other.inner_text("main")
    other.goto(f"{running.url}/f/escalate/")
    other.locator("main input[type=radio]").first.check()
    other.locator("main form:has(input[type=radio]) button.btn-primary").click()
    assert re.search(r"20\d\d", other.inner_text("main"))
    other.context.close()


def test_one_sentence_can_be_sent_at_once(phone, running):
    page = phone.new_page()
    begin(page, running)
    page.fill("main textarea", STORY[phone.locale])
    page.click("main button[value=send]")
    assert page.url.endswith("/r/check/")
    page.click("main button[value=send]")
    assert page.url.endswith("/r/sent/")


def test_after_leaving_the_old_cookies_open_nothing(phone, running):
    page = phone.new_page()
    begin(page, running)
    page.fill("main textarea", STORY[phone.locale])
    go_on(page)
    cookies = phone.cookies()
    answer = page.request.get(f"{running.url}/x/", max_redirects=0)
    assert answer.status == 303
    phone.add_cookies(cookies)
    page.goto(f"{running.url}/r/1/")
    assert STORY[phone.locale] not in page.content()


def test_a_passkey_is_added_and_signs_in(browser, running):
    """With Chromium's own virtual authenticator; a passkey belongs to a name, so the address is `localhost` here."""
    url = running.url.replace("127.0.0.1", "localhost")
    account = running.account("training_admin")
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    key |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.goto(f"{url}/a/login/")
    page.fill("main input[name=login]", account["email"])
    page.fill("main input[name=password]", account["password"])
    page.click("main button[type=submit]")
    page.goto(f"{url}/a/2fa/webauthn/add/")
    page.check("main input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    # The first factor comes with recovery codes for the day it is lost.
    page.wait_for_url("**/a/2fa/recovery-codes/")
    context.clear_cookies()
    page.goto(f"{url}/a/2fa/")
    assert "/a/login/" in page.url, "signed out"
    page.goto(f"{url}/a/login/")
    page.click("#passkey_login")
    page.wait_for_url(lambda address: "/a/login/" not in address)
    page.goto(f"{url}/a/2fa/")
    assert account["email"] in page.inner_text("main")
    context.close()
