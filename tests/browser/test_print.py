"""What comes out of the printer: the paper it asks for, whole words, who printed it on every sheet, nothing of the page around."""

import re
import shutil
import subprocess

import pytest

from tests.browser.staffwalk import sign_in

pytestmark = pytest.mark.browser
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext (poppler-utils)")
# Millimetres of paper.
PAPER = {"a4": (210, 297), "a3": (297, 420), "a5": (148, 210), "dl": (99, 210), "card": (210, 297)}
CHROME = re.compile(r"Leave this site|离开本站|Cookies|JavaScript|简体中文|English|Menu|菜单")
# How far the last line of the words stands above the line of the address, in pixels.
ROOM = """() => {
  const words = Array.from(document.querySelectorAll('.sheet-points')).at(-1).getBoundingClientRect();
  return document.querySelector('.sheet-foot').getBoundingClientRect().top - words.bottom;
}"""


def pages_of(pdf: bytes) -> list[str]:
    """The text of every sheet."""
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return text.split("\f")[:-1]


def printed(page) -> bytes:
    return page.pdf(prefer_css_page_size=True, format="A4")


@pytest.fixture(params=["en-GB", "zh-CN"])
def page(browser, request):
    context = browser.new_context(viewport={"width": 1280, "height": 844}, locale=request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("kind", PAPER)
def test_a_sheet_asks_for_its_paper_and_fills_one(page, running, kind):
    page.goto(f"{running.url}/p/poster/?kind={kind}")
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed(page))
    assert [(round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) for width, height in sizes] == [PAPER[kind]]


@pytest.mark.parametrize("kind", ["a4", "a3", "a5", "dl"])
def test_two_languages_have_room_on_a_sheet(page, running, kind):
    page.goto(f"{running.url}/p/poster/?kind={kind}")
    page.emulate_media(media="print")
    assert page.evaluate(ROOM) > 0


@needs_poppler
@pytest.mark.parametrize("path", ["/p/", "/p/steps/", "/help/"])
def test_public_pages_print_without_what_is_around_them(page, running, path):
    page.goto(running.url + path)
    sheets = pages_of(printed(page))
    assert 1 < len(sheets) < 25 and all(sheet.strip() for sheet in sheets)
    assert CHROME.search("".join(sheets)) is None


@needs_poppler
def test_who_printed_a_bundle_stands_on_every_sheet(page, running):
    account = next(each for each in running.demo["accounts"] if each["email"].startswith("amelia"))
    sign_in(page, running.url, account)
    page.goto(f"{running.url}/c/{running.report('chat_group')['ref']}/print/")
    for box in page.locator("main input[name=parts]").all():
        box.check()
    with page.expect_navigation():
        page.locator("main form button.btn-primary").click()
    sheets = pages_of(printed(page))
    assert len(sheets) > 6
    for sheet in sheets:
        first = next(line for line in sheet.splitlines() if line.strip())
        assert "Amelia Clarke" in first, sheet
    assert CHROME.search("".join(sheets)) is None
