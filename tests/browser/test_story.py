"""The story the product exists for, from the phone of the person it happened to: Chinese, 390 px, no JavaScript."""

import pytest
from django.core import mail

from complaints.models import Complaint
from complaints.services import clockwork
from demo import stories, words
from notices.services import deliver_next
from tests.browser.cases import Cases, Told
from tests.browser.people import WEEKDAY, code_on, enter, go_on, tell
from tests.factories.canary import leaks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "shred_keys"])]
CANARIES = ("必须到场，这是工作", "特意带来陪您的", "鲁北鲜货", "陶建军", "任晓彤", "罗晓知道我", "同一排", "商家又要来开会")


@pytest.fixture
def phone(browser, live_server):
    """Return a function that opens a page of a fresh browser."""
    contexts = []

    def fresh():
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", java_script_enabled=False)
        contexts.append(context)
        return context.new_page()

    yield fresh
    for context in contexts:
        context.close()


def let_time_pass(clock, days: int) -> None:
    """The scheduler looks once a day and the mail goes out."""
    for _ in range(days):
        clock.forward(days=1)
        clockwork.look(now=clock.now)
        while deliver_next(now=clock.now, worker_id="test"):
            continue


def test_told_opened_answered_and_then_late(phone, live_server, away, clock, handlers, caplog):
    page = phone()
    tell(page, live_server.url, stories.DINNER["answers"])
    assert "这是特意带来陪您的" in page.inner_text("main")
    go_on(page, "send")
    assert "我们已收到" in page.inner_text("h1") and WEEKDAY.search(page.inner_text("main"))
    code = code_on(page)
    page.click("header a.btn-exit")
    assert page.url == away

    # The team opens it and answers.
    told, cases = Told(Complaint.objects.get(), code), Cases(handlers, clock.now)
    officer = cases.triaged(told, clock.forward(hours=3))["by"]

    # Back with the code, in another browser.
    clock.forward(minutes=40)
    page = phone()
    enter(page, live_server.url, code)
    home = page.inner_text("main")
    assert "受过培训的人员打开了您的材料" in home and officer.display_name in home
    page.click("main a[href='/f/messages/']")
    assert words.ACKNOWLEDGE in page.inner_text("main")
    page.fill("main textarea", "下周三商家又要来开会，我不想去。")
    page.click("main form:has(textarea) button.btn-primary")
    assert WEEKDAY.search(page.inner_text("main .panel-done"))

    # Nobody answers. The clock moves past the promised date.
    let_time_pass(clock, days=12)
    page = phone()
    enter(page, live_server.url, code)
    late = page.inner_text("main .panel-late")
    assert "我们已超期" in late and "告知监督人" in late and WEEKDAY.search(late)
    assert "已告知监督人我们超期" in page.inner_text("main .timeline")
    overseer = handlers[-1].user
    reminded = {address for message in mail.outbox for address in message.to}
    assert officer.email in reminded and overseer.email in reminded

    assert leaks([*CANARIES, code, words.ACKNOWLEDGE[:40]], ("logs", caplog.text.encode())) == []
