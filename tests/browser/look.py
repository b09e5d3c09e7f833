"""`make look`: walk the demonstration and save a picture of every page, at both widths, in both languages.

python -m tests.browser.look FOLDER [reporter inquiry staff policy training]
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import inquirywalk, policywalk, staffwalk, trainingwalk
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.server import Running, demonstration

WIDTHS = (390, 1280)
# In this order: the later ones change what the earlier ones look at.
WALKS = {"inquiry": inquirywalk.walk, "staff": staffwalk.walk, "policy": policywalk.walk, "training": trainingwalk.walk}
LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}
OPEN_PAGES = (
    "/",
    "/r/",
    "/f/",
    "/f/lost/",
    "/p/",
    "/p/steps/",
    "/p/respond/",
    "/help/",
    "/private/",
    "/cookies/",
    "/accessibility/",
    "/nope/",
    "/a/login/",
)
FOLLOW_PAGES = (
    "home",
    "messages",
    "add",
    "sent",
    "protect",
    "exclude",
    "escalate",
    "withdraw",
    "retaliation",
    "review",
    "code",
    "identity",
)


class Camera:
    """Saves what a page shows as <folder>/<width>-<language>-<name>.png."""

    def __init__(self, page: Page, folder: Path, prefix: str, base: str):
        self.page, self.folder, self.prefix, self.base = page, folder, prefix, base

    def at(self, path: str, name: str = "") -> None:
        self.page.goto(self.base + path)
        self.shot(name or path.strip("/").replace("/", "-") or "home")

    def shot(self, name: str) -> None:
        self.page.screenshot(path=self.folder / f"{self.prefix}-{name}.png", full_page=True)


def report(camera: Camera) -> None:
    """Every question of the report, an error, the check page and the receipt."""
    page = camera.page
    page.goto(camera.base + "/r/private/")
    camera.shot("r-private")
    page.click("main button[value=next], main button[type=submit]")
    page.click("main button[value=next]")
    camera.shot("r-1-error")
    page.fill("textarea", "It happened at the dinner on Friday. 周五的饭局上发生的事。")
    for _ in range(30):
        name = page.url.removeprefix(camera.base).strip("/").replace("/", "-")
        camera.shot(name)
        if page.url.endswith("/r/check/"):
            break
        choose_something(page)
        page.click("main button[value=next]")
    page.click("main button[value=send]")
    camera.shot("r-sent")


def choose_something(page: Page) -> None:
    """Pick answers that open the conditional pages."""
    for value in ("saw", "no", "not_yet", "client", "yes"):
        for box in page.locator(f"main input[type=radio][value={value}]").all():
            box.check()


def follow(camera: Camera, code: str) -> None:
    page = camera.page
    page.goto(camera.base + "/f/")
    page.fill("main input[name=code]", code)
    page.click("main button[type=submit]")
    for name in FOLLOW_PAGES:
        camera.at(f"/f/{name}/", f"f-{name}")


def walk(browser: Browser, running: Running, folder: Path) -> None:
    for width in WIDTHS:
        for language, locale in LANGUAGES.items():
            for part in (opened, report, followed):
                context = browser.new_context(viewport={"width": width, "height": 844}, locale=locale)
                camera = Camera(context.new_page(), folder, f"{width}-{language}", running.url)
                try:
                    part(camera, running) if part is not report else report(camera)
                except Exception as error:
                    print(f"{width} {language} {part.__name__}: {str(error).splitlines()[0]} at {camera.page.url}")
                context.close()


def staff(browser: Browser, running: Running, folder: Path, parts: set[str]) -> None:
    """The staff side (`parts` of `WALKS`), one walk for each language, every stop at both widths and on a phone in the dark."""
    for language in LANGUAGES:

        def stop(name: str, page: Page, language: str = language) -> None:
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 844})
                page.screenshot(path=folder / f"{width}-{language}-{name}.png", full_page=True)
            page.set_viewport_size({"width": WIDTHS[0], "height": 844})
            page.emulate_media(color_scheme="dark")
            page.screenshot(path=folder / f"dark-{language}-{name}.png", full_page=True)
            page.emulate_media(color_scheme="light")

        for name, walked in WALKS.items():
            if name in parts:
                walked(browser, running, language, stop)


def opened(camera: Camera, running: Running) -> None:
    for path in OPEN_PAGES:
        camera.at(path)


def followed(camera: Camera, running: Running) -> None:
    follow(camera, running.report("chat_group")["code"])
    camera.page.goto(running.url + "/x/")


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "look")
    parts = set(sys.argv[2:]) or {"reporter", *WALKS}
    folder.mkdir(parents=True, exist_ok=True)
    with demonstration() as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        if "reporter" in parts:
            walk(browser, running, folder)
        staff(browser, running, folder, parts)
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}/")


if __name__ == "__main__":
    main()
