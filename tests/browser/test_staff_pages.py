"""The staff side, every page and one error state of every form, in both languages (acceptance points 17 to 21 for staff pages).

English is looked at as on a phone, Chinese as on a wide screen; both are squeezed to 320 px. Axe looks at each page in one language,
because the structure is one, and walks in which nothing is typed are taken in Chinese only; with EVERY_LANGUAGE=1 both in both.
"""

import csv
import re

import pytest

import demo.people
from tests.browser.axe import violations
from tests.browser.conftest import EVERYTHING
from tests.browser.look import WALKS
from tests.browser.server import demonstration
from tests.browser.staffwalk import sign_in

pytestmark = pytest.mark.browser
WIDTH = {"en": 390, "zh-hans": 1280}
# What may stand in Latin letters on a Chinese page: names of things that have no other name, and of people of the demonstration.
LATIN = {
    "English",
    "SHA-256",
    "UTF-8",
    "CSV",
    "PIN",
    "JavaScript",
    "Cookies",
    "Cookie",
    "Amelia Clarke",
    "Daniel Reyes",
    "Tom Whitfield",
    "Nina New",
    "Rita",
    "PDF",
    "JPG",
    "PNG",
    "MB",
    "DL",
    "ISO",
    "TS",
    "GDPR",
    "Asia",
    "Shanghai",
    "Grace Okafor",
    "Hannah Meyer",
    "Nina Petrova",
    "Oliver Grant",
    # An address of ours, the words of a list of days, and what a calendar was given that it can't read.
    "/health/",
    "holiday",
    "workday",
    "noon",
    # Formats and standards that go by these names everywhere.
    "SCORM",
    "xAPI",
    "Excel",
    "KB",
    "IMG",
    "image",
    "png",
    "MP",
    "WebM",
    "OGG",
    "WAV",
    "WebVTT",
    "http",
    # Units and walls of the demonstration, who taught where.
    "Fang Wen",
    "Qiming Training Centre",
    "Qinghe Academy",
    "it",
    "board-committee",
    "care-office",
    "client-team",
    "head-office",
    "learning",
    "legal",
    "logistics",
    "marketing",
    "people",
    "retail-north",
    "union",
    "canteen entrance",
    "changing room",
    "front desk",
    "time clock",
    "store",
    # A number of the policy within a text, and a word that is quoted because it judges.
    "readers",
    "victim",
}
with (demo.people.DIRECTORY).open(encoding="utf-8") as lines:
    LATIN |= {row["other_name"] for row in csv.DictReader(lines)}
# Both languages stand side by side here, or names that have no other: time zones, addresses, keys of sources.
BOTH = ("m-policy", "m-settings", "p-poster", "m-campaign-board", "m-campaigns-new", "m-campaign-edit", "m-campaign-people")
# One story was told in English, and everybody wrote about it in English.
TOLD_IN_ENGLISH = ("c-tasting", "f-tasting", "d")
WORDS = """() => {
  const copy = document.body.cloneNode(true);
  // Not ours to translate: what people wrote, names, addresses, keys and codes.
  const theirs = '[lang], [translate=no], textarea, input, .prewrap, .message-body, .narrative, .identity-ref, ' +
    '.work-row-task a, code, pre, del, ins, script, svg, .site-name';
  for (const e of copy.querySelectorAll(theirs)) e.remove();
  return copy.innerText || copy.textContent;
}"""
SMALL = """() => Array.from(document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden])')).filter(e => {
  const r = e.getBoundingClientRect();
  if (!r.width || !r.height || e.closest('.visually-hidden, .skip') || e.matches('.visually-hidden, .skip')) return false;
  // A link within a sentence is excepted (WCAG 2.5.8), and a box counts with the row that carries its label.
  if (e.tagName === 'A' && getComputedStyle(e).display === 'inline') return false;
  const box = (e.closest('.choice, .form-check') || e).getBoundingClientRect();
  return Math.min(box.width, box.height) < 24;
}).map(e => e.outerHTML.slice(0, 120))"""


class Inspector:
    """Looks at every stop of the walk and keeps what is wrong, by name of the page."""

    def __init__(self, language: str, *, axe: bool):
        self.language, self.axe = language, axe
        self.found, self.watched, self.seen = [], set(), set()

    def __call__(self, name: str, page) -> None:
        self._listen(page)
        for fault in self._faults(name, page):
            self.found.append(f"{self.language} {name}: {fault}")

    def _listen(self, page) -> None:
        """Whatever the browser complains of, refused scripts and styles included. A page that is not there is no complaint."""
        if page in self.watched:
            return
        self.watched.add(page)
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._console(page, said))

    def _console(self, page, said) -> None:
        if said.type in {"error", "warning"} and "Failed to load resource" not in said.text:
            self.found.append(f"{page.url}: {said.text}")

    def _faults(self, name: str, page):
        if self.axe and name not in self.seen:
            self.seen.add(name)
            yield from violations(page)
        yield from (f"smaller than 24 px: {html}" for html in page.evaluate(SMALL))
        if page.title().startswith(("Error: ", "有误：")) != name.endswith("-error") and not name.startswith("a-login"):
            yield f"title {page.title()!r}"
        page.set_viewport_size({"width": 320, "height": 844})
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > 320:
            yield f"scrolls sideways at 320 px: {wide}"
        page.set_viewport_size({"width": WIDTH[self.language], "height": 844})
        # The directory's own Latin spellings stand on the page that asks which person is meant.
        lang = page.evaluate("document.documentElement.lang")
        if lang == "zh-Hans" and not name.startswith(("c-name", *BOTH, *TOLD_IN_ENGLISH)):
            yield from (f"not translated: {run!r}" for run in _latin(page.evaluate(WORDS)))
        # Whoever comes with an invitation meets the language they were invited in.
        if lang != ("zh-Hans" if self.language == "zh-hans" else "en") and not name.startswith("s-"):
            yield "lang"


def _latin(text: str) -> list[str]:
    for allowed in sorted(LATIN, key=len, reverse=True):
        text = text.replace(allowed, "")
    text = re.sub(r"\S+@\S+|(?<![0-9A-Za-z])[0-9A-Z]{8}(?![0-9A-Za-z])|\b[\w.]+:\d+/\S*|\b[a-z_]+_[a-z_]+\b", "", text)
    return re.findall(r"[A-Za-z]{2,}(?:[ '’-][A-Za-z]+)*", text)


@pytest.fixture(scope="module")
def running():
    with demonstration() as demo:
        yield demo


ONLY_LOOKED_AT = {"inquiry", "training"}
TAKEN = [(name, language) for name in WALKS for language in WIDTH if EVERYTHING or language == "zh-hans" or name not in ONLY_LOOKED_AT]


@pytest.mark.parametrize(("name", "language"), TAKEN)
def test_every_page_and_error(browser, running, name, language):
    inspector = Inspector(language, axe=EVERYTHING or language == "en" or name in ONLY_LOOKED_AT)
    WALKS[name](browser, running, language, inspector, viewport={"width": WIDTH[language], "height": 844})
    assert not inspector.found, "\n".join(inspector.found)


def test_the_bar_is_one_row_and_its_menu_opens_without_javascript(browser, running):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, running.url, running.account("intake_officer"))
    page.goto(f"{running.url}/w/cases/")
    assert page.locator(".staff-header").bounding_box()["height"] <= 64
    assert not page.locator(".filters").is_visible()
    page.get_by_text("Menu", exact=True).click()
    page.locator(".staff-menu-list").get_by_role("link", name="Calendar").click()
    assert page.url.endswith("/w/calendar/")
    page.set_viewport_size({"width": 1280, "height": 844})
    page.goto(f"{running.url}/w/cases/")
    assert page.locator(".filters").is_visible() and not page.locator(".staff-menu").is_visible()
    context.close()


def test_the_bundle_prints_with_its_mark_and_without_navigation(browser, running):
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    account = next(a for a in running.demo["accounts"] if a["email"].startswith("amelia"))
    sign_in(page, running.url, account)
    page.goto(f"{running.url}/c/{running.report('chat_group')['ref']}/print/")
    for box in page.locator("main input[name=parts]").all():
        box.check()
    page.locator("main form button.btn-primary").click()
    page.emulate_media(media="print")
    assert page.locator(".watermark").evaluate("e => getComputedStyle(e).display") == "table-header-group"
    assert "Amelia Clarke" in page.locator(".watermark").inner_text()
    assert page.locator(".bundle-index li").count() == page.locator(".bundle-part h2").count() == 6
    assert not page.get_by_role("button").count()
    assert page.pdf(format="A4").startswith(b"%PDF")
    context.close()
