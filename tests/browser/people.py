"""What a person with a phone does on the reporter's pages, step by step. Works without JavaScript."""

import re

from playwright.sync_api import Page

WEEKDAY = re.compile(
    r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day \d{1,2} [A-Z][a-z]+ 20\d\d|20\d\d年\d{1,2}月\d{1,2}日（星期[一二三四五六日]）"
)


def begin(page: Page, base: str) -> None:
    page.goto(f"{base}/r/")
    page.click("main a.btn-primary")
    page.locator("main input[type=radio]").first.check()
    page.click("main button[type=submit]")


def go_on(page: Page, go: str = "next") -> None:
    page.click(f"main button[value='{go}']")


def answer(page: Page, values: dict) -> None:
    """Fill in one question page. A list of dicts is a group: one block each, added with its button."""
    for name, value in values.items():
        if value and isinstance(value, list) and isinstance(value[0], dict):
            for n, block in enumerate(value):
                if n:
                    go_on(page, f"add:{name}")
                answer(page, {f"{name}-{n}-{part}": words for part, words in block.items()})
        elif isinstance(value, list):
            for each in value:
                page.check(f"main input[name='{name}'][value='{each}']")
        elif page.locator(f"main input[type=radio][name='{name}']").count():
            page.check(f"main input[name='{name}'][value='{value}']")
        else:
            page.fill(f"main [name='{name}']", value)


def tell(page: Page, base: str, answers: dict) -> None:
    """From the start page to the check page, answering what `answers` knows and passing the rest."""
    begin(page, base)
    while not page.url.endswith("/r/check/"):
        number = page.url.rstrip("/").rpartition("/")[2]
        answer(page, answers.get(number, {}))
        go_on(page)


def code_on(page: Page) -> str:
    """The twenty digits of the page that shows them."""
    return re.sub(r"\D", "", page.inner_text("main #code"))


def enter(page: Page, base: str, code: str) -> None:
    page.goto(f"{base}/f/")
    page.fill("main input[name=code]", code)
    page.click("main button[type=submit]")
