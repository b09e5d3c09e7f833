"""The shared look in Chromium: accessibility, small screens, leaving, weight."""

from contextlib import contextmanager

import pytest
from django.conf import settings

from tests.browser.axe import violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.pages.fixture_views"),
    pytest.mark.django_db(transaction=True, databases=["default", "shred_keys"]),
]

PAGES = [
    "/", "/private/", "/cookies/", "/accessibility/", "/nowhere/", "/fixture/reporter/", "/fixture/question/", "/fixture/question/?error",
    "/fixture/fields/", "/fixture/fields/?error", "/fixture/staff/", "/fixture/print/",
]  # fmt: skip


@pytest.fixture
def site(live_server, settings):
    """The address of a server that also has the fixture pages, and a neutral page in place of the weather site."""
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], settings.BASE_DIR / "tests/pages/templates"]}]
    return live_server.url


@pytest.fixture
def open_page(site, browser):
    """Return a function that opens a page in a fresh browser profile: language, width, colour scheme, JavaScript."""
    with opening(browser, site) as opened:
        yield opened


@contextmanager
def opening(browser, site):
    contexts = []

    def opened(path, language="en", width=390, scheme="light", js=True):
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme=scheme,
            locale="zh-CN" if language == "zh-hans" else "en-GB",
            java_script_enabled=js,
        )
        contexts.append(context)
        context.route("**/x/", lambda route: route.fulfill(status=200, content_type="text/html", body="<title>Weather</title>weather"))
        page = context.new_page()
        page.goto(site + path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page, site, language, scheme):
    page = open_page("/", language, scheme=scheme)
    found = {}
    for path in PAGES:
        page.goto(site + path)
        if lines := violations(page):
            found[path] = lines
    assert found == {}


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_at_320_px(open_page, path):
    page = open_page(path, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_way_out_stays_in_view(open_page, width):
    page = open_page("/fixture/reporter/", width=width)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    box = page.get_by_role("banner").locator(".btn-exit").bounding_box()
    assert 0 <= box["y"] < 64 and box["x"] >= 0 and box["x"] + box["width"] <= width and box["height"] >= 44


def test_the_second_tab_stop_leaves(open_page):
    page = open_page("/fixture/question/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/x/"


def test_esc_twice_leaves_from_inside_a_textarea_and_back_shows_nothing_of_it(whole_browser, site):
    with opening(whole_browser, site) as open_page:
        page = open_page("/")
        page.goto(page.url + "fixture/question/")
        page.locator("textarea").fill("SECRET STORY")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.wait_for_url("**/x/")
        page.go_back()
        assert "SECRET" not in page.content()


def test_a_single_esc_a_slow_pair_and_composing_do_not_leave(open_page):
    page = open_page("/fixture/question/")
    area = page.locator("textarea")
    area.focus()
    page.keyboard.press("Escape")
    page.wait_for_timeout(1200)
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.evaluate("""() => { for (let i = 0; i < 2; i++) document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', {key: 'Escape', isComposing: true, bubbles: true})) }""")
    page.wait_for_timeout(200)
    assert page.url.endswith("/fixture/question/")


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(open_page):
    page = open_page("/fixture/fields/?error")
    assert page.title().startswith("Error: ")
    assert "error-summary" in page.evaluate("document.activeElement.className")
    page.get_by_role("link", name="Choose one answer").click()
    assert page.evaluate("document.activeElement.id") == "id_who_0"


def test_enter_in_a_text_field_continues_and_does_not_switch_the_language(open_page):
    page = open_page("/fixture/fields/")
    sent = []
    page.route("**/fixture/fields/", lambda route: (sent.append(route.request.post_data or ""), route.fulfill(body="ok")))
    page.locator("#id_name").press("Enter")
    page.wait_for_timeout(300)
    assert sent and "lang" not in sent[0]


def test_the_language_control_sends_what_was_typed(open_page):
    page = open_page("/fixture/question/", js=False)
    sent = []
    page.route("**/fixture/question/", lambda route: (sent.append(route.request.post_data or ""), route.fulfill(body="ok")))
    page.locator("textarea").fill("typed")
    page.get_by_role("button", name="简体中文").click()
    assert "typed" in sent[0] and "lang" in sent[0]


def test_focus_is_never_hidden_under_the_bar(open_page):
    page = open_page("/fixture/reporter/")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    for _ in range(25):
        page.keyboard.press("Shift+Tab")
        hidden = page.evaluate("""() => { const e = document.activeElement, r = e.getBoundingClientRect();
            const bar = document.querySelector('.site-bar').getBoundingClientRect();
            return !e.closest('header') && e !== document.body && r.bottom <= bar.bottom }""")
        assert not hidden


def test_the_first_page_is_light_and_comes_from_here_alone(open_page, browser, site):
    import gzip

    context = browser.new_context()
    page = context.new_page()
    bodies = {}
    page.on("response", lambda response: bodies.update({response.url: response}))
    page.goto(site + "/", wait_until="networkidle")
    size = sum(len(gzip.compress(response.body())) for response in bodies.values())
    context.close()
    assert all(url.startswith(site) for url in bodies)
    assert len(bodies) <= 5
    assert size < 40_000


def test_the_pages_ask_for_no_inline_code_and_no_data_urls():
    css = (settings.BASE_DIR / "static/css/app.css").read_text()
    assert "url(data" not in css and 'url("data' not in css
    for template in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = template.read_text()
        assert " style=" not in text, template
        assert "<script>" not in text and " onclick=" not in text, template
