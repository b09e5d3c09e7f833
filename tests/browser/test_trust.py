"""What the reporter is told about readers and accesses is what the database and the team's pages say (acceptance points 11, 13 to 15)."""

import re
from collections import Counter

import pytest

from complaints.models import Complaint
from complaints.selectors import open_seats
from tests.browser.cases import Cases
from tests.browser.people import WEEKDAY, enter, go_on, tell
from tests.factories.cast import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "shred_keys"])]


@pytest.fixture
def page(browser, clock):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB", java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_the_check_page_names_the_readers_the_database_then_holds(page, live_server, handlers, respondent, top):
    third = make_person("026", "Cao Yun", "intake_officer", manager=top.employee)
    answers = {
        "1": {"story": "He shouted at me."},
        "6": {"people": [{"name": respondent.employee.name, "relation": "peer"}]},
        "15": {"others": "He Tao"},
    }
    tell(page, live_server.url, answers)
    said = page.inner_text("main")
    count = int(re.search(r"trained intake officers, (\d+) pe", said)[1])
    kept_out = re.search(r"Who will not: (.*)", said)[1]
    assert respondent.employee.name in kept_out and "He Tao" in kept_out
    go_on(page, "send")
    seated = {seat.user_id for seat in open_seats(Complaint.objects.get(), "intake")}
    assert len(seated) == count
    assert seated <= {handlers[0].user.pk, third.user.pk}


def test_both_sides_see_the_same_accesses_and_every_open_case_a_date(page, live_server, clock, handlers, signed_in, settings):
    settings.DEMO = True  # no second factor
    cases = Cases(handlers, clock.now)
    told = cases.worked_on()
    _seat, by = cases.seated(told, "handler")
    staff = signed_in(cases.by_user[by["by"].pk])
    staff.get(f"/c/{told.complaint.ref}/report/")
    table = staff.get(f"/c/{told.complaint.ref}/access/").content.decode()
    names = [person.user.display_name for person in handlers]
    theirs = Counter(name for row in re.findall(r"<tr>.*?</tr>", table, re.S) for name in names if name in row)
    enter(page, live_server.url, told.code)
    page.click("#opened + details summary")
    own = Counter(name for row in page.locator("#opened + details li").all_inner_texts() for name in names if name in row)
    assert own == theirs and own.total() > 2
    for state in ("file", "asked", "late"):
        enter(page, live_server.url, getattr(cases, state)().code)
        assert WEEKDAY.search(page.inner_text(".status-next")), state
        assert page.locator(".panel-late").count() == (state == "late")
