"""The staff side, page after page and error after error, as the people of the demonstration come by.

`walk` does what each person would do and calls `stop(name, page)` wherever there is something to look at: pictures and checks share it.
One walk moves one report through triage, so a server serves two of them: one for each language, over a report of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import Browser, Page

from tests.browser.server import Running

Stop = Callable[[str, Page], None]
LOCALES = {"en": "en-GB", "zh-hans": "zh-CN"}
# Which report is triaged by the walk of which language.
TRIAGED = {"en": "dinner", "zh-hans": "night_shift"}
PLAIN = ("timeline/", "tasks/", "people/", "files/", "measures/", "messages/", "access/", "preview/", "report/")
FORMS = ("tasks/add/", "people/add/", "measures/add/", "handover/", "oversight/")
WORK = ("", "cases/", "calendar/", "search/", "regrants/", "no-keys/", "handed-over/", "stepped-back/", "with-oversight/")
ACCOUNT = ("2fa/", "password/change/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/recovery-codes/generate/", "reauthenticate/")
BEFORE_SIGN_IN = ("password/reset/", "password/reset/done/", "password/reset/key/done/", "password/reset/key/x-y/", "inactive/")
SOON = (date.today() + timedelta(days=40)).isoformat()


@dataclass
class Person:
    """A signed-in browser page of one account."""

    page: Page
    base: str
    stop: Stop

    def go(self, path: str, name: str = "") -> None:
        self.page.goto(self.base + path)
        if name:
            self.stop(name, self.page)

    def send(self, name: str | None = "", button: str = "main form button.btn-primary", /, **fields: str) -> None:
        """Fill what is named, press the button; `name`: something to look at comes back."""
        for field, value in fields.items():
            self.page.fill(f"main [name={field}]", value)
        # Unlocking takes its time: the page to look at is the one that comes back, not the one that was sent.
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(button).first.click()
        if name:
            self.stop(name, self.page)

    def second_tab(self) -> "Person":
        """The same page once more, as it is now: what this person does next is not on it."""
        other = self.page.context.new_page()
        other.goto(self.page.url)
        return Person(other, self.base, self.stop)

    def wrong(self, path: str, name: str) -> None:
        """A page and its error state: every text and date in sight is emptied, nothing is chosen, and it is sent."""
        self.go(path, name)
        for box in self.page.locator("main :is(textarea, input[type=text], input[type=date]):visible").all():
            box.fill("")
        self.send(f"{name}-error")


def sign_in(page: Page, base: str, account: dict) -> None:
    page.goto(base + "/a/login/")
    page.fill("input[name=login]", account["email"])
    page.fill("input[name=password]", account["password"])
    _press(page)
    if account["passphrase"] != "-":
        page.goto(base + "/unlock/")
        page.fill("main input[type=password]", account["passphrase"])
        _press(page)


def _press(page: Page) -> None:
    """Proving a password or a passphrase takes a while; whoever goes on before it is done is not signed in."""
    with page.expect_navigation(wait_until="load"):
        page.click("main button[type=submit]")


def walk(browser: Browser, running: Running, language: str, stop: Stop, **context) -> None:
    """Everything, in an order in which each person finds what the one before left. `context`: options of the browser profile."""
    options = {"locale": LOCALES[language], "viewport": {"width": 390, "height": 844}} | context

    @contextmanager
    def person(account: dict | None) -> Iterator[Person]:
        profile = browser.new_context(**options)
        profile.set_default_timeout(30_000)
        page = profile.new_page()
        if account:
            sign_in(page, running.url, account)
        yield Person(page, running.url, stop)
        profile.close()

    accounts = {account["email"].partition("@")[0]: account for account in running.demo["accounts"]}
    with person(None) as nobody:
        _before_sign_in(nobody, accounts["amelia.clarke"])
    with person(accounts["lin.mei"]) as officer:
        _triage(officer, running.report(TRIAGED[language])["ref"])
    with person(accounts["amelia.clarke"]) as handler:
        _begin(handler, running.report(TRIAGED[language])["ref"])
        _handle(handler, running.report("chat_group")["ref"])
    with person(None) as reporter:
        _write_past_the_handler(reporter, running.report("chat_group")["code"])
    with person(accounts["song.an"]) as overseer:
        _oversee(overseer, running.report("chat_group")["ref"])
    with person(accounts["deng.rui"]) as idle:
        _nothing_to_do(idle)
    with person(accounts["tang.wei"]) as admin:
        _directory(admin)
    with person(accounts["pan.li"]) as author:
        _word(author, language)


def _before_sign_in(nobody: Person, account: dict) -> None:
    nobody.go("/a/login/", "a-login")
    nobody.send("a-login-error", login="nobody@qinghe.example", password="not the password")
    for path in BEFORE_SIGN_IN:
        nobody.go(f"/a/{path}", f"a-{path.strip('/').replace('/', '-')}")
    sign_in(nobody.page, nobody.base, account | {"passphrase": "-"})
    nobody.go("/w/", "unlock")
    nobody.send("unlock-error", passphrase="not the passphrase at all")
    for path in ("vault/start/", "vault/forgot/"):
        nobody.go(f"/{path}", path.strip("/").replace("/", "-"))
    for path in ACCOUNT:
        nobody.go(f"/a/{path}", f"a-{path.strip('/').replace('/', '-')}")


def _triage(officer: Person, ref: str) -> None:
    case = f"/c/{ref}/"
    officer.go("/w/", "w-officer")
    officer.wrong(f"{case}conflict/", "c-conflict")
    officer.page.check("main input[value=no]")
    officer.send()
    if officer.page.url.endswith("/names/"):
        officer.stop("c-names", officer.page)
        officer.wrong(officer.page.locator("main a[href*='/names/']").first.get_attribute("href"), "c-name")
    officer.go(f"{case}triage/", "c-triage-read")
    officer.send("c-triage-safety")
    officer.send("c-triage-safety-error")
    officer.send("c-triage-protection", text="We moved your seat for tomorrow. Call me on 8000 at any hour.")
    if officer.page.locator("main input[type=radio]").count():
        officer.send("c-triage-protection-error")
        for box in officer.page.locator("main input[type=radio][value=granted]").all():
            box.check()
        for kind, day in (("start_date", SOON), ("review_date", "2030-01-15")):
            for box in officer.page.locator(f"main input[name$={kind}]").all():
                box.fill(day)
    officer.send("c-triage-urgency")
    other = officer.second_tab()
    for box in officer.page.locator("main input[type=radio]").all()[-1:]:
        box.check()
    officer.send("c-triage-acknowledge")
    other.page.locator("main input[type=radio]").first.check()
    other.send("c-triage-urgency-meanwhile")
    other.page.close()
    officer.send("c-triage-acknowledge-error")
    officer.send("c-triage-assign", text="Thank you for telling us. I have read all of it.", promised_date=SOON)
    officer.send("c-triage-assign-error")
    officer.page.get_by_label("Amelia Clarke").check()
    for box in officer.page.locator("main [name=why_not_wished]").all():
        box.fill("Nobody else is free this week.")
    officer.send("w-assigned", "main form button.btn-primary")
    _record(officer)


def _begin(handler: Person, ref: str) -> None:
    """The handler opens what was just assigned, looks at the name if there is one, and decides how it is looked into."""
    case = f"/c/{ref}/"
    handler.go(f"{case}conflict/")
    handler.page.check("main input[value=no]")
    handler.send("c-overview-new", "main form button.btn-primary")
    handler.send("c-overview-taken-on", f"main form[action='{case}take-on/'] button.btn-primary")
    handler.wrong(f"{case}way/", "c-way")
    handler.go(f"{case}people/", "c-people-new")
    reveal = handler.page.locator(f"main a[href='{case}people/reveal/']").first
    if reveal.count():
        handler.go(f"{case}people/reveal/", "c-reveal")
        handler.send("c-reveal-shown")


def _record(officer: Person) -> None:
    officer.wrong("/w/record/", "w-record")
    for box in ("channel", "language"):
        officer.page.locator(f"main input[name={box}]").first.check()
    officer.send("w-record-1", "main button.btn-primary")
    officer.send("w-record-1-error", "main button[value=next]")
    officer.page.locator("main textarea").first.fill("She said: he shouted at me in front of the counter. 他当着柜台骂我。")
    officer.send("w-record-2", "main button[value=next]")
    officer.send("w-record-check", "main button[value=check]")
    officer.send("w-record-check-error", "main form button.btn-primary")
    officer.page.check("main input[name=read_back]")
    officer.send("w-record-slip", "main form button.btn-primary")


def _handle(handler: Person, ref: str) -> None:
    case = f"/c/{ref}/"
    for path in WORK:
        handler.go(f"/w/{path}", f"w-{path.strip('/') or 'home'}")
    handler.go("/w/cases/?state=decided&late=on", "w-cases-empty")
    handler.wrong("/w/search/", "w-search")
    handler.send("w-search-found", words=ref)
    handler.go("/w/calendar/?month=2031-01", "w-calendar-empty")
    handler.go(case, "c-overview")
    for path in PLAIN:
        handler.go(case + path, f"c-{path.strip('/')}")
    handler.go(f"{case}timeline/?show=dates", "c-timeline-dates")
    for path in FORMS:
        handler.wrong(case + path, f"c-{path.strip('/').replace('/', '-')}")
    _write(handler, case)
    _change(handler, case)
    handler.go(f"{case}print/", "c-print")
    for box in handler.page.locator("main input[name=parts]").all():
        box.uncheck()
    handler.send("c-print-error")
    for box in handler.page.locator("main input[name=parts]").all():
        box.check()
    handler.send("c-print-bundle")
    handler.go("/c/NOTHERE1/", "c-no-access")


def _write(handler: Person, case: str) -> None:
    handler.go(f"{case}messages/?template=question", "c-messages-template")
    handler.page.fill("main [name=text]", "")
    handler.send("c-messages-error", "main button[value=send]")
    handler.page.fill("main [name=text]", "Who was in the chat?\nDo you still have the pictures?")
    handler.page.check("main input[value=question]")
    handler.send("c-messages-preview", "main button[value=preview]", promised_date=SOON)
    handler.send("c-messages-sent", "main button[value=send]")


def _change(handler: Person, case: str) -> None:
    """A person, a task, a moved date; and two browsers that save the same row."""
    handler.go(f"{case}people/add/")
    handler.page.check("main input[value=witness]")
    handler.send("c-people-added", name="Rita")
    handler.go(f"{case}tasks/add/")
    handler.send("c-tasks-added", title="Keep the chat from July", due_date=SOON)
    edit = handler.page.locator("main .work-list a").last.get_attribute("href")
    handler.wrong(edit, "c-task")
    other = handler.second_tab()
    handler.send(title="Keep the chat from June", due_date=SOON)
    other.send("c-compare", title="Keep the chat from July and August", due_date=SOON)
    other.page.close()
    handler.go(f"{case}tasks/")
    dates = handler.page.locator(f"main a[href*='{case}dates/']").all()
    moving = [link.get_attribute("href") for link in dates]
    for path in moving:
        handler.go(path)
        late = handler.page.locator("main [name=until]").count() == 0
        handler.wrong(path, "c-late-reason" if late else "c-extend")
        if not late:
            other = handler.second_tab()
            handler.send("c-extend-preview", until=SOON, reason="Two people are away until then.")
            handler.send("c-extend-done", "main button[value=save]")
            other.send("c-extend-moved", until=SOON, reason="The hotel answers next week.")
            other.page.close()
            break
    handler.go(f"{case}measures/")
    review = handler.page.locator("main .card a").first
    if review.count():
        handler.wrong(review.get_attribute("href"), "c-measure-review")


def _write_past_the_handler(reporter: Person, code: str) -> None:
    reporter.go("/f/")
    reporter.page.fill("main input[name=code]", code)
    reporter.page.click("main button[type=submit]")
    reporter.go("/f/escalate/")
    reporter.page.locator("main input[type=radio]").first.check()
    reporter.page.locator("main form:has(input[type=radio]) button.btn-primary").click()


def _oversee(overseer: Person, ref: str) -> None:
    overseer.go("/o/late/", "o-late")
    overseer.go(f"/o/c/{ref}/", "o-case")
    if overseer.page.locator("main form[action*=answer] button").count():
        overseer.send("o-case-error", "main form[action*=answer] button")
    overseer.go(f"/o/c/{ref}/call-in/", "o-call-in")
    overseer.go(f"/o/c/{ref}/")
    refuse = overseer.page.locator("main a[href*='/refuse/']").first
    if refuse.count():
        overseer.wrong(refuse.get_attribute("href"), "o-refuse")
    overseer.go("/w/", "w-overseer")


def _nothing_to_do(idle: Person) -> None:
    idle.go("/w/", "w-home-empty")
    idle.go("/w/cases/", "w-cases-none")
    idle.go("/vault/change/", "vault-change")
    idle.send("vault-change-error", "main form button.btn-primary")


def _directory(admin: Person) -> None:
    admin.go("/w/", "w-admin")
    admin.go("/w/directory/", "w-directory")
    admin.send("w-directory-error")
    for name, text in (("problems-error", "number,name\n1,\n"), ("changes", "number,name,joined\n9001,Nina New,2026-11-01\n")):
        admin.go("/w/directory/")
        admin.page.set_input_files("main input[type=file]", {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode()})
        admin.send(f"w-directory-{name}")


def _word(author: Person, language: str) -> None:
    """The questions in other words: an error, two browsers on one page, what is missing, published, read."""
    page = author.page
    author.go("/m/", "m-home")
    author.go("/m/wording/", "m-wording")
    author.send("m-wording-draft")
    draft = page.url.removeprefix(author.base)
    author.go(f"{draft}q/14/", "m-wording-page")
    author.send("m-wording-page-error", t5_en="Only <b>some</b> people know.")
    author.go(f"{draft}q/1/")
    other = page.context.new_page()
    other.goto(author.base + f"{draft}q/1/")
    author.send("m-wording-lacking", t1_en="A victim may begin anywhere", t1_zh="")
    Person(other, author.base, author.stop).send("m-wording-compare", t1_zh="从哪里开始都行。")
    other.close()
    author.go(draft, "m-wording-overview")
    author.go(f"{draft}publish/", "m-wording-not-yet")
    author.go(f"{draft}q/1/")
    author.send(t1_en=f"Begin anywhere ({language})", t1_zh=f"从哪里开始都行（{ {'en': '英文', 'zh-hans': '中文'}[language] }）。")
    author.go(f"{draft}changes/", "m-wording-changes")
    for page_id in ("1", "6", "10", "14"):
        author.go(f"{draft}q/{page_id}/look/", f"m-wording-look-{page_id}")
    author.go(f"{draft}publish/", "m-wording-publish")
    author.send("m-wording-published")
    author.go(draft, "m-wording-in-force")
    author.go(f"{draft}q/6/", "m-wording-read")
    author.go("/m/wording/0/", "m-wording-software")
