"""Training as its people see it: an employee who learns and asks, the expert who answers, administrators, a lead, oversight.

Like `staffwalk`: calls `stop(name, page)` wherever there is something to look at.
"""

from contextlib import contextmanager

from playwright.sync_api import Browser

from tests.browser.server import Running
from tests.browser.staffwalk import LOCALES, Person, Stop, sign_in

COURSE = "/t/everyone/"
DRAFT = "/m/training/c/everyone/draft/"
ADMIN = (
    "", "overdue/", "people/?q=10", "sessions/", "sessions/new/", "import/", "systems/", "packages/", "c/everyone/", "c/everyone/coverage/",
    "c/everyone/people/?state=all", "c/everyone/answers/", "c/everyone/retire/", "c/everyone/v/1/3/",
)  # fmt: skip
DRAFTING = (
    "", "words/", "chapters/new/", "parts/text/", "parts/scenario/", "parts/judgement/", "parts/media/", "parts/ordered-dinner/",
    "publish/",
)  # fmt: skip
# A screen of each kind is among the first of the course.
SCREENS = 9


def walk(browser: Browser, running: Running, language: str, stop: Stop, **context) -> None:
    """Every page of training. `context`: options of the browser profile."""
    options = {"locale": LOCALES[language], "viewport": {"width": 390, "height": 844}} | context
    accounts = {account["email"].partition("@")[0]: account for account in running.demo["accounts"]}

    @contextmanager
    def person(name: str):
        profile = browser.new_context(**options)
        profile.set_default_timeout(30_000)
        one = Person(profile.new_page(), running.url, stop)
        sign_in(one.page, running.url, accounts[name])
        yield one
        profile.close()

    with person("ye.fan") as employee:
        _learn(employee)
    with person("su.jing") as admin:
        _answer(admin)
        _administer(admin)
    with person("deng.rui") as certified:
        certified.go("/t/", "t-mine-done")
        certified.go(certified.page.locator("main a[href^='/t/certificate/']").first.get_attribute("href"), "t-certificate")
        certified.go("/t/team/", "t-team")
        certified.wrong("/t/check/", "t-check")
    with person("song.an") as overseer:
        for path in ("/o/training/", "/o/training/everyone/"):
            overseer.go(path, path.strip("/").replace("/", "-"))


def _learn(employee: Person) -> None:
    employee.go("/t/", "t-mine")
    employee.go("/t/questions/", "t-questions")
    for number, link in enumerate([each.get_attribute("href") for each in employee.page.locator("main a[href^='/t/questions/']").all()]):
        employee.go(link, f"t-question-{number}")
    employee.go(COURSE, "t-course")
    employee.send("t-screen-1")
    for number in range(2, SCREENS):
        page = employee.page
        shown, boxes = page.locator("main .interruption a.btn-primary"), page.locator("main input[type=radio], main input[type=checkbox]")
        if boxes.count():
            boxes.last.check()
        with page.expect_navigation(wait_until="load"):
            (shown if shown.count() else page.locator("main button.btn-primary").last).click()
        employee.stop(f"t-screen-{number}", page)


def _answer(expert: Person) -> None:
    expert.go("/t/answers/", "t-answers")
    for number, link in enumerate([each.get_attribute("href") for each in expert.page.locator("main a[href^='/t/answers/']").all()]):
        expert.go(link, f"t-answer-{number}")
        if expert.page.locator("main textarea").count():
            expert.wrong(link, f"t-answer-{number}")


def _administer(admin: Person) -> None:
    for path in ADMIN:
        admin.go(f"/m/training/{path}", f"m-training-{path.replace('/', '-').replace('?', '-').strip('-') or 'first'}")
    person = admin.page.locator("main table th a")
    admin.go("/m/training/c/everyone/people/?state=due")
    record = person.last.get_attribute("href")
    for path in ("", "give/", "away/"):
        admin.go(record + path, f"m-training-person-{path.strip('/') or 'first'}")
    admin.go("/m/training/c/everyone/")
    newest = admin.page.locator("main form button[value=newest]")
    if newest.count():
        admin.send(None, "main form button[value=newest]")
    for path in DRAFTING:
        admin.go(DRAFT + path, f"m-draft-{path.strip('/').replace('/', '-') or 'first'}")
