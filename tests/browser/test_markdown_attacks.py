"""The corpus of attacks in Chromium, without a Content-Security-Policy to help: what the renderer lets through runs nothing."""

import pytest

from policy.templatetags.policy_tags import policy_markdown
from tests.policy.markup import vectors

pytestmark = pytest.mark.browser
NOTED = "() => { window.runs = []; window.ran = what => window.runs.push(what); }"
# Whatever may be clicked, hovered or focused is; only links that lead to another page are not followed.
PROVOKED = """() => {
  const events = ['click', 'mouseover', 'pointerenter', 'focus', 'toggle', 'animationstart', 'beforeinput', 'load', 'error', 'begin'];
  for (const element of document.body.querySelectorAll('*')) {
    if (element.tagName === 'A' && ['http:', 'https:', 'mailto:', 'tel:', ':'].includes(element.protocol)) element.removeAttribute('href');
    for (const name of events) element.dispatchEvent(new Event(name, {bubbles: true, cancelable: true}));
    if (element.tagName === 'A') element.click();
  }
}"""


@pytest.fixture
def page(browser):
    """A page that notes every script that runs and every request that leaves it, and can go nowhere."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()


def runs_of(page, html: str) -> list:
    page.evaluate(NOTED)
    page.set_content(f"<!doctype html><title>x</title><body>{html}", wait_until="domcontentloaded")
    page.evaluate(PROVOKED)
    page.wait_for_timeout(20)
    return page.evaluate("window.runs")


def test_no_script_runs_and_nothing_is_fetched(page):
    page.goto("about:blank")
    for attack in [*vectors(), "\n\n".join(vectors())]:
        page.asked.clear()
        assert runs_of(page, policy_markdown(attack)) == [], attack
        assert [url for url in page.asked if not url.startswith("data:text/html")] == [], attack


def test_the_same_attacks_run_where_nothing_is_taken_out(page):
    """Otherwise the test above could never fail."""
    page.goto("about:blank")
    ran = [attack for attack in vectors()[:60] if runs_of(page, attack)]
    assert len(ran) >= 10
