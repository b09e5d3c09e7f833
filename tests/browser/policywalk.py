"""Policy and administration, page after page and error after error, as the people of the demonstration come by.

Like `staffwalk`: calls `stop(name, page)` wherever there is something to look at. It leaves the draft in review as it found it, so that a
server serves two walks.
"""

from contextlib import contextmanager
from datetime import date

from playwright.sync_api import Browser, Page

from tests.browser.server import Running
from tests.browser.staffwalk import LOCALES, Person, Stop, sign_in

PUBLIC = ("p/", "p/1/", "p/steps/", "p/respond/", "help/", "p/poster/", "p/poster/?format=card")
# One form of each part of a policy: where its list stands, and the part of its items.
PARTS = (
    ("sections", "sections"),
    ("limits", "limits"),
    ("conduct", "conduct"),
    ("sanctions", "measures"),
    ("sanctions", "rows"),
    ("channels", "channels"),
    ("body", "members"),
    ("support", "support"),
    ("training", "training"),
    ("retention", "retention"),
)
# A new one of these can't be saved without its key; everything else may stay empty while it is a draft.
KEYED = ("sections", "limits", "conduct", "measures")
SINGLE = ("words", "review", "weighed", "body")
LISTS = ("limits", "conduct", "sanctions", "channels", "body")
TODAY = date.today().isoformat()
LOOKS = ("", "preview/", "dates/", "changes/", "facts/")


def walk(browser: Browser, running: Running, language: str, stop: Stop, **context) -> None:
    """Everything, once. `context`: options of the browser profile."""
    options = {"locale": LOCALES[language], "viewport": {"width": 390, "height": 844}} | context
    accounts = {account["email"].partition("@")[0]: account for account in running.demo["accounts"]}

    @contextmanager
    def person(name: str | None):
        profile = browser.new_context(**options)
        profile.set_default_timeout(30_000)
        page = profile.new_page()
        if name:
            sign_in(page, running.url, accounts[name])
        yield Person(page, running.url, stop)
        profile.close()

    with person(None) as reader:
        for path in PUBLIC:
            reader.go(f"/{path}", path.strip("/").replace("/", "-").replace("?format=", "-"))
    with person("pan.li") as author, person("qin.hua") as second:
        _write(author, language)
        _review(author, second)
        _calendars(author)
        _reissue(author)
        _posters(author)
        author.go("/m/log/", "m-log")
        author.go("/m/log/?kind=training", "m-log-kind")
    with person("tang.wei") as admin:
        _administer(admin)
    with person("deng.rui") as employee:
        _read_and_sign(employee)
    with person("lin.mei") as signed:
        signed.go("/p/sign/")
        signed.page.locator("main a[href$='/done/'], main a[href^='/p/sign/']").last.click()
        signed.stop("p-sign-done", signed.page)


def newest_version(person: Person) -> str:
    """The path of the newest version."""
    person.go("/m/policies/")
    return person.page.locator("tbody a").first.get_attribute("href")


def _write(author: Person, language: str) -> None:
    author.go("/m/", "m-home-author")
    author.go("/m/policies/", "m-policies")
    author.go("/m/policies/new/", "m-policies-new")
    author.send("m-policies-new-error")
    draft = newest_version(author)
    author.go(draft, "m-policy-in-review")
    author.go(f"{draft}limits/", "m-policy-limits-read")
    author.go(draft)
    author.send("m-policy-draft", f"main form[action='{draft}back/'] button")
    for path in LOOKS[1:]:
        author.go(draft + path, f"m-policy-{path.strip('/')}")
    for name in LISTS:
        author.go(f"{draft}{name}/", f"m-policy-{name}")
    _numbers_too_large(author, draft)
    for page, part in PARTS:
        author.go(f"{draft}{page}/")
        item = author.page.locator(f"main a[href^='{draft}{part}/'][href$='/edit/']:not([href*='/new/'])").first.get_attribute("href")
        author.go(item, f"m-policy-edit-{part}")
    for part in KEYED:
        author.wrong(f"{draft}{part}/new/edit/", f"m-policy-new-{part}")
    for part in SINGLE:
        author.go(f"{draft}{part}/all/edit/", f"m-policy-edit-{part}")
    _two_at_once(author, draft, language)


def _numbers_too_large(author: Person, draft: str) -> None:
    author.go(f"{draft}limits/")
    for box in author.page.locator("main input[name$=_amount]").all():
        box.fill("99999")
    author.send("m-policy-limits-error", f"main form[action='{draft}numbers/'] button")


def _two_at_once(author: Person, draft: str, language: str) -> None:
    """Two browsers with the same section: the later one is shown both."""
    edit = f"{draft}sections/position/edit/"
    other = author.page.context.new_page()
    for page, words in ((author.page, "First"), (other, "Second")):
        page.goto(author.base + edit)
        page.locator("main input[type=text]").first.fill(f"{words} ({language})")
    author.send()
    Person(other, author.base, author.stop).send("m-policy-compare")
    other.close()


def _review(author: Person, second: Person) -> None:
    """Handed in with something missing, commented, completed, approved; the page before publishing; and handed in again."""
    draft = newest_version(author)
    author.go(draft)
    author.send(None, f"main form[action='{draft}submit/'] button")
    second.go(draft, "m-policy-to-approve")
    second.send(None, f"main form[action='{draft}approve/'] button")
    if second.page.locator(f"main form[action='{draft}approve/']").count():
        second.stop("m-policy-incomplete", second.page)
        second.wrong(f"{draft}comments/?part=limits&key=plan", "m-policy-comments")
        second.send("m-policy-commented", words="Three days, even in January?")
        complete(author, draft)
        second.go(draft)
        second.send(None, f"main form[action='{draft}approve/'] button")
    second.stop("m-policy-approved", second.page)
    second.go(f"{draft}publish/", "m-policy-publish")
    second.send("m-policy-publish-error", effective_date="2020-01-01")
    author.go(draft)
    author.send(None, f"main form[action='{draft}back/'] button")
    author.send(None, f"main form[action='{draft}submit/'] button")


def complete(author: Person, draft: str) -> None:
    """Take it back, ring up the new line and confirm it, hand it in again."""
    author.go(draft)
    author.send(None, f"main form[action='{draft}back/'] button")
    author.go(f"{draft}support/")
    last = author.page.locator(f"main a[href^='{draft}support/'][href$='/edit/']").last.get_attribute("href")
    author.go(last)
    author.page.locator("main input[type=date]").fill(TODAY)
    author.send()
    author.go(f"{draft}facts/")
    author.send(None, "main .fact-list form button")
    author.go(draft)
    author.send(None, f"main form[action='{draft}submit/'] button")


def _calendars(author: Person) -> None:
    author.go("/m/calendars/", "m-calendars")
    own = author.page.locator("tbody a").first.get_attribute("href")
    author.go(own, "m-calendar")
    author.send("m-calendar-error", "main section.card button", office_hours="noon")
    author.go(f"{own}days/", "m-calendar-days")
    author.send("m-calendar-days-error", text="2026-13-01,holiday")
    author.send("m-calendar-days-plan", text="2026-11-27,休,司庆\n2026-11-29,班,")


def _reissue(author: Person) -> None:
    author.go("/m/campaigns/", "m-campaigns")
    running = author.page.locator("tbody a").last.get_attribute("href")
    author.go(running, "m-campaign")
    for path in ("board/", "people/?show=outstanding", "questions/", "close/"):
        author.go(running + path, f"m-campaign-{path.partition('/')[0]}")
    author.go(f"{running}people/?show=outstanding")
    author.wrong(author.page.locator("tbody a").first.get_attribute("href"), "m-campaign-person")
    author.wrong("/m/campaigns/new/", "m-campaigns-new")
    author.go("/m/campaigns/new/")
    author.send("m-campaign-draft")
    draft = author.page.url.removeprefix(author.base)
    author.go(f"{draft}start/", "m-campaign-start")
    author.go(f"{draft}edit/", "m-campaign-edit")
    author.go(f"{draft}questions/", "m-campaign-questions-draft")
    author.wrong(f"{draft}questions/new/", "m-campaign-question")
    author.go(draft)
    author.send(None, "main form[action$='/discard/'] button")


def _posters(author: Person) -> None:
    author.wrong("/m/posters/", "m-posters")


def _administer(admin: Person) -> None:
    admin.go("/m/", "m-home-admin")
    admin.go("/m/people/", "m-people")
    admin.send("m-people-error")
    person = admin.page.locator("tbody a").first.get_attribute("href")
    admin.go(person, "m-person")
    for role in ("policy_admin", "investigator"):
        admin.page.check(f"main input[value={role}]")
    admin.send("m-person-error")
    admin.go("/m/settings/", "m-settings")
    admin.send("m-settings-error", "main button[value=save]", name_en="", max_upload_mb="1", mail_note_en="See https://example.test")
    admin.go("/m/log/?kind=people", "m-log-people")


def _read_and_sign(employee: Person) -> None:
    for path in ("/p/sign/", "/p/sign/team/"):
        employee.go(path, path.strip("/").replace("/", "-"))
    page: Page = employee.page
    page.locator("tbody a").last.click()
    employee.stop("p-sign-team-board", page)
    employee.go("/p/sign/")
    page.locator("main .door a").first.click()
    employee.stop("p-sign-start", page)
    page.locator("main .task a").first.click()
    employee.stop("p-sign-read", page)
    page.click("section[aria-labelledby=go-on] a")
    employee.wrong(page.url.removeprefix(employee.base), "p-sign-question")
    page.locator("main input[type=radio]").first.check()
    employee.send("p-sign-passage")
