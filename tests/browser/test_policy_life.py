"""The main path of a policy in Chromium, on a phone without JavaScript: mended, approved by a second person, published, re-issued,
on the poster, read and signed. Every refusal on the way is in `tests/journeys/test_policy_life.py`.
"""

import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.browser.policywalk import complete, newest_version
from tests.browser.server import BASE, demonstration, environment
from tests.browser.staffwalk import Person, sign_in
from tests.browser.test_signing import read_and_sign

pytestmark = pytest.mark.browser
# What the worker does every few seconds where one runs.
TAKE_IN = "from django.utils import timezone\nfrom policy.services import gathering\nwhile gathering.look(now=timezone.now()): pass"


@pytest.fixture
def running():
    with demonstration() as demo:
        yield demo


@contextmanager
def person(browser, running, name: str):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    if name:
        sign_in(page, running.url, next(each for each in running.demo["accounts"] if each["email"].startswith(f"{name}@")))
    yield Person(page, running.url, lambda _name, _page: None)
    context.close()


def test_a_version_is_published_re_issued_and_signed(browser, running):
    with person(browser, running, "pan.li") as author, person(browser, running, "qin.hua") as second:
        draft = newest_version(author)
        complete(author, draft)
        second.go(draft)
        second.send(None, f"main form[action='{draft}approve/'] button")
        second.go(f"{draft}publish/")
        second.send()
        assert second.page.locator(f"main a[href='/p/{draft.rstrip('/').rpartition('/')[2]}/']").count()
        author.go("/m/campaigns/new/")
        author.send()
        author.go(f"{author.page.url.removeprefix(running.url)}start/")
        author.send()
    subprocess.run([sys.executable, "manage.py", "shell", "-c", TAKE_IN], cwd=BASE, env=environment(str(running.data)), check=True)
    with person(browser, running, "") as visitor:
        visitor.go("/p/")
        assert "三个工作日" in visitor.page.inner_text("main") or "3 个工作日" in visitor.page.inner_text("main")
        visitor.go("/p/poster/")
        assert visitor.page.locator("main svg").count()
    with person(browser, running, "ye.fan") as employee:
        employee.go("/p/sign/")
        before = employee.page.locator("main .door a").count()
        employee.page.locator("main .door a", has_text="2").first.click()
        read_and_sign(employee.page, "demo-1017-sign-in")
        employee.go("/p/sign/")
        assert employee.page.locator("main .door a").count() == before - 1
