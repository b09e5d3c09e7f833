"""A form of staff that is sent twice is done once, and the second sending lands where the first one led: for every form there is.

A new form without the token fails here, and in `tests/architecture`. What is in `FILLED` is sent twice as well.
"""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory, override_settings
from django.urls import resolve
from django.utils import timezone

from audit import once
from audit.actions import ACCESSES
from audit.models import Entry, SentForm
from config import middleware
from investigations.models import Task
from people.models import User
from policy.forms.authoring import StartForm
from tests.attacks.addresses import ADDRESSES, path_of
from tests.attacks.conftest import undone
from tests.attacks.matrix import matrix
from tests.factories.browsers import prove
from tests.factories.forms import forms_of

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])

# Pages of people who are not at work here; each has its own way (`tests/complaints`, `tests/races/test_filing.py`).
OF_REPORTERS = ("report", "followup", "checkin", "outcome", "party")
# Forms after which nothing is there that was not there before, however often they are sent.
MAKES_NOTHING = {
    "case:watch_consent": "one consent a person",
    "own:way_yes": "an answer to terms that wait, once",
    "own:way_leave": "ends something",
    "account_change_password": "a password",
    "account_logout": "ends something",
    "account_reauthenticate": "a session",
    "directory": "a person keeps one file, the newest, for an hour",
    "records:import": "a person keeps one file, the newest, for an hour",
    "lock": "ends something",
    "unlock": "a session",
    "vault_change": "a passphrase",
    "vault_forgot": "asks for the password first; one key pair a person",
    "vault_start": "one key pair a person",
    "mfa_activate_totp": "one app a person",
    "mfa_add_webauthn": "a credential can be used once",
    "mfa_generate_recovery_codes": "replaces the codes there are",
    "mfa_login_webauthn": "a session",
    "case:download": "a file; each download is recorded",
    "case:check_file": "looks again",
    "case:evidence_bundle": "a file; each download is recorded",
    "case:evidence_check": "looks again; each look is recorded",
    "case:evidence_original": "a file; each download is recorded",
    "case:evidence_show": "a picture; each look is recorded",
    "case:print": "a page; each print is recorded",
    "case:reveal": "a page; each look is recorded",
    "campaigns:take_list": "a file; each download is recorded",
    "campaigns:scan": "a file; each download is recorded",
    "records:waiting": "looks again; what waits is settled once",
    "records:package": "a file; each download is recorded",
    "records:token": "a new token ends the one before it",
    "records:sheet": "a file; each download is recorded",
    "teaching:look": "a page",
    "teaching:list": "a file; each download is recorded",
    "sign:team_list": "a file; each download is recorded",
    "work:search": "a page",
    # Whose first answer never arrived has no cookie of the first draft either.
    "work:record": "an empty draft, for the browser that is answered; one that nobody writes into expires",
    "sign:confirm": "leads to the password",
    "sign:question": "an answer that is right is noted once",
}
# The first of what may be chosen there.
FIRST = object()


def day(number: int) -> str:
    return (timezone.localdate() + timedelta(days=number)).isoformat()


def measure() -> dict:
    return {"decision": "granted", "what": "another floor", "start_date": day(0), "review_date": day(9)}


def question() -> dict:
    words = {"text_en": "Whom can you tell?", "text_zh": "可以告诉谁？", "right": "1", "section": FIRST}
    for number, (en, zh) in enumerate([("Anybody", "任何人"), ("Nobody", "没有人")], 1):
        words |= {f"option_{number}_en": en, f"option_{number}_zh": zh}
    return words


# What a person would fill in, beyond what the page holds already.
FILLED = {
    "authoring:approve": dict,
    "authoring:back": dict,
    "authoring:comments": lambda: {"words": "Is this too long?"},
    "authoring:confirm": dict,
    "authoring:confirm_part": dict,
    "authoring:item": lambda: {"label_en": "Another name"},
    "authoring:move": lambda: {"way": "down"},
    "authoring:new": lambda: {"start": StartForm.IN_FORCE},
    "authoring:numbers": dict,
    "authoring:publish": dict,
    "authoring:remove": dict,
    "authoring:settle": dict,
    "authoring:submit": dict,
    "calendars:calendar": lambda: {"office_hours": "09:00-12:00"},
    "calendars:confirm": dict,
    "calendars:create": dict,
    "calendars:days": lambda: {"text": f"{day(30)},holiday,Anniversary,周年", "go": "apply"},
    "calendars:fill": dict,
    "campaigns:aside": dict,
    "campaigns:back": dict,
    "campaigns:close": dict,
    "campaigns:discard": dict,
    "campaigns:edit": lambda: {"closes_on": day(60)},
    "campaigns:new": lambda: {"closes_on": day(60)},
    "campaigns:person": lambda: {
        "reason": "No computer",
        "signed_on": day(0),
        "file": SimpleUploadedFile("page.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF", "application/pdf"),
    },
    "campaigns:question": question,
    "campaigns:question_new": question,
    "campaigns:question_remove": dict,
    "campaigns:question_up": dict,
    "campaigns:start": dict,
    "case:add_bears": lambda: {"source": FIRST, "bearing": FIRST, "note": "It says so"},
    "case:call_reader": lambda: {"to": FIRST},
    "case:drop_allegation": lambda: {"reason": "Written twice"},
    "case:edit_allegation": lambda: {"text": "He is said to have written at night, again"},
    "case:edit_bears": lambda: {"note": "It says so twice"},
    "case:edit_finding": lambda: {"reasons": "Two people saw it"},
    "case:evidence_copy": lambda: {"derivation": FIRST, "name": "Copy", "text": "What it says", "about": "A copy"},
    "case:evidence_custody": lambda: {"kind": FIRST, "giver": "A", "taker": "B", "day": day(0), "clock": "00:01", "how": "By hand"},
    "case:evidence_words": lambda: {"about": "A photo of the table"},
    "case:item_done": lambda: {"text": "Done"},
    "case:plan_add": lambda: {"text": "Who was in the room?", "due_date": day(5)},
    "case:plan_aims": lambda: {"text": "Find out what happened"},
    "case:plan_line": lambda: {"text": "Who else was in the room?"},
    "case:plan_suggestions": lambda: {"lines": FIRST},
    "case:records_answer": lambda: {"outcome": FIRST, "text": "They have it"},
    "case:records_ask": lambda: {"kind": FIRST, "what": "Mails", "holder": "IT", "period": "May", "asked_on": day(0), "due_date": day(5)},
    "case:take_in": lambda: {
        "name": "Photo",
        "given_by": "Wu Di",
        "method": "By mail",
        "day": day(0),
        "clock": "00:01",
        "about": "The table",
        "file": SimpleUploadedFile("table.txt", b"a table", "text/plain"),
    },
    "case:add_person": lambda: {"kind": "witness", "name": "Wu Di"},
    "case:add_task": lambda: {"title": "Ask the hotel", "due_date": day(4)},
    "case:answer_wish": measure,
    "case:ask_oversight": lambda: {"text": "May I?"},
    "case:conflict": lambda: {"conflict": "no"},
    "case:edit_person": lambda: {"name": "Wu Di Li"},
    "case:edit_task": lambda: {"title": "Ask twice"},
    "case:extend": lambda: {"until": day(40), "reason": "A witness is away", "go": "save"},
    "case:handover": lambda: {"to": FIRST, "reason": "I go on leave", "told": "Somebody else looks after it."},
    "case:late_reason": lambda: {"text": "We were slow"},
    "case:messages": lambda: {"text": "We have begun.", "go": "send", "purpose": "plain"},
    "case:name": lambda: {"who": "outside", "go": "save"},
    "case:own_measure": measure,
    "case:review_measure": lambda: {"go_on": "keep", "day": day(20), "note": "It helps"},
    "case:step": lambda: {"text": "Call me."},
    "case:tasks": lambda: {"text": "A note"},
    "case:way": lambda: {"way": "investigate", "reason": "We look into it."},
    "decide:item_done": lambda: {"text": "Done"},
    "decide:respondent_letter": lambda: {"text": "This is what was decided."},
    "directory_check": dict,
    "managing:account": dict,
    "managing:people": lambda: {"email": "new.person@example.test", "name": "New Person"},
    "managing:person": lambda: {"roles": ["training_admin"]},
    "managing:settings": lambda: {"name_en": "Linden Retail Group"},
    "managing:test_mail": dict,
    "oversight:answer": lambda: {"text": "We look into it."},
    "oversight:answer_question": lambda: {"text": "Yes."},
    "oversight:call_in": dict,
    "oversight:reassign": lambda: {"to": FIRST},
    "oversight:refuse": lambda: {"text": "It can be done in time"},
    "posters:act": lambda: {"check_by": day(90)},
    "posters:register": lambda: {"place": "Third floor", "check_by": day(90), "kind": FIRST, "tongue": FIRST},
    "records:attendance": lambda: {"people": "050", "go": "apply"},
    "records:attendance_back": dict,
    "records:aside": dict,
    "records:import_check": dict,
    "records:settle": lambda: {"person": "050"},
    "records:system": lambda: {"activity": "https://lms.example.test/18"},
    "records:systems": lambda: {"name": "Moon LMS"},
    "records:token_revoke": dict,
    "records:unmap": dict,
    "records:record_back": dict,
    "records:session_cancel": dict,
    "records:session_edit": lambda: {"place": "Room 7"},
    "records:session_new": lambda: {"course": FIRST, "day": day(-1), "clock": "09:30", "minutes": "60", "trainer": "Zhao Wen"},
    "records:sheet_add": lambda: {"file": SimpleUploadedFile("sheet.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")},
    "sign:sign": dict,
    "teaching:chapter": lambda: {"title_en": "Much later"},
    "teaching:chapter_move": lambda: {"way": "down"},
    "teaching:chapter_remove": dict,
    "teaching:course": lambda: {"answer_days": "4"},
    "teaching:discard": dict,
    "teaching:new": lambda: {"code": "dinners", "audience": FIRST},
    "teaching:part": lambda: {"title_en": "Welcome to all of you"},
    "teaching:part_move": lambda: {"way": "down"},
    "teaching:part_remove": dict,
    "teaching:person_away": lambda: {"since": day(1), "until": day(9), "reason": FIRST},
    "teaching:person_back": dict,
    "teaching:person_give": lambda: {"course": FIRST, "due": day(30)},
    "teaching:person_move": lambda: {"due": day(40), "reason": FIRST},
    "teaching:person_returned": dict,
    "teaching:publish": lambda: {"past": FIRST},
    "teaching:retire": dict,
    "teaching:start": dict,
    "teaching:words": lambda: {"title_en": "Respect everywhere"},
    "wording:discard": dict,
    "wording:page": lambda: {"t0_en": "What happened to you?"},
    "work:record_page": dict,
    "work:record_check": dict,
    "work:record_slip": dict,
    "work:regrant": dict,
}
# What the world of these tests does not bring to a state in which the form is shown or leads on; see `test_every_form_has_its_token`.
NOT_SHOWN = {
    "authoring:approve", "authoring:back", "authoring:confirm", "authoring:confirm_part", "authoring:publish", "calendars:confirm",
    "campaigns:back", "campaigns:question_up", "case:conflict", "case:late_reason", "directory_check", "sign:sign", "teaching:start",
    "work:record_page", "work:record_check", "work:record_slip", "work:regrant",
}  # fmt: skip


def browser_of(actor):
    browser = actor.browser()
    if number := browser.session.get("_auth_user_id"):
        prove(browser, User.objects.get(pk=number))
    return browser


def inside(address: str) -> list[str]:
    expected = matrix().expected(address, "GET")
    return [who for who, got in expected.items() if got in ("page", "confirm") and who != "visitor"][:1]


def pages(portal):
    """Every page of staff: (who opens it, its path)."""
    for address in sorted(name for name in ADDRESSES if not name.startswith(OF_REPORTERS)):
        for who in inside(address):
            instead = {"step": "safety"} if address == "case:step" else {}
            yield portal.actors[who], path_of(address, portal.actors[who].case, portal, **instead)
    for address in ("campaigns:show", "campaigns:questions"):
        yield portal.actors["policy administrator"], path_of(address, None, portal, campaign_id=portal.office.planned.pk)
    yield portal.actors["training administrator"], path_of("records:session", None, portal, session_id=portal.school.planned.pk)


def filled_in(name: str, form) -> dict:
    """The form as a person would send it. Forms that stand on a page several times have a prefix before the names of their fields."""
    sent = form.values()
    for field, value in FILLED[name]().items():
        known = [each for each in {*form.fields, *form.choices} if each == field or each.endswith(f"-{field}")]
        chosen = next(filter(None, form.choices[known[0]])) if value is FIRST else value
        sent[known[0] if known else field] = chosen
    return sent


@pytest.fixture(scope="module")
def shown(portal):
    """Every form that the pages of staff show: {name of the address it goes to: (actor, page, place of the form on it, the form)}."""
    found = {}
    for actor, page in pages(portal):
        with undone(), override_settings(DEMO=True):
            response = browser_of(actor).get(page)
        if response.status_code == 200 and "text/html" in response.headers["Content-Type"]:
            for form in forms_of(response):
                for action in form.actions or [form.action or page]:
                    going = replace(form, action=action.partition("?")[0])
                    found.setdefault(resolve(going.action).view_name, (actor, page, going))
    return found


def test_every_form_has_its_token(shown):
    without = {name for name, (_, _, form) in shown.items() if "once" not in form.fields and not name.startswith(("account_", "mfa_"))}
    assert without <= MAKES_NOTHING.keys()
    assert FILLED.keys() - shown.keys() <= NOT_SHOWN, "these can be tried"
    assert FILLED.keys() & MAKES_NOTHING.keys() == set()
    assert (FILLED.keys() | MAKES_NOTHING.keys()) <= ADDRESSES.keys()


def rows() -> Counter:
    """How many rows there are of everything. That somebody looked at a page again is no second act."""
    counted = Counter({model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed})
    return Counter(counted | {"audit.Entry": Entry.objects.exclude(action__in=ACCESSES).count()})


def blind_once(monkeypatch) -> None:
    """The next request finds no trace of an earlier one when it comes in, as if both came in at the same moment."""
    came_before, asked = middleware._came_before, []

    def ask(key: str) -> bool:
        asked.append(key)
        return len(asked) > 1 and came_before(key)

    monkeypatch.setattr(middleware, "_came_before", ask)


@pytest.mark.parametrize("at_once", [False, True], ids=["one after the other", "at the same moment"])
@pytest.mark.parametrize("name", sorted(FILLED.keys() - NOT_SHOWN))
def test_sent_twice_is_done_once(shown, monkeypatch, name, at_once):
    actor, _page, form = shown[name]
    before = rows()
    with undone():
        browser, filled = browser_of(actor), filled_in(name, form)
        first = browser.post(form.action, filled)
        assert 300 <= first.status_code < 400, f"{name}: say in FILLED what to fill in ({first.status_code})"
        whole = rows()
        assert whole != before, f"{name}: nothing happened"
        for upload in (value for value in filled.values() if hasattr(value, "seek")):
            upload.seek(0)
        if at_once:
            blind_once(monkeypatch)
        second = browser.post(form.action, filled)
        assert second.status_code in (302, 303) and second.headers["Location"] == first.headers["Location"]
        assert rows() == whole


@pytest.fixture
def task_form(shown):
    actor, _page, form = shown["case:add_task"]
    return browser_of(actor), form, filled_in("case:add_task", form)


def test_a_form_that_came_back_with_errors_is_sent_again(task_form):
    browser, form, filled = task_form
    with undone():
        response = browser.post(form.action, filled | {"title": ""})
        assert response.status_code == 200 and SentForm.objects.count() == 0
        (shown_again,) = [each for each in forms_of(response) if "title" in each.fields]
        assert shown_again.values()["once"] == filled["once"]
        assert browser.post(form.action, shown_again.values() | {"title": "Now with a title"}).status_code == 302
        assert SentForm.objects.count() == 1


def test_what_was_edited_on_a_page_the_browser_kept_is_not_lost(task_form):
    browser, form, filled = task_form
    with undone():
        before = Task.objects.count()
        browser.post(form.action, filled)
        browser.post(form.action, filled | {"title": "Another task, after going back"})
        assert Task.objects.count() == before + 2


def test_the_token_of_one_person_is_nothing_to_another(shown, portal):
    actor, _page, form = shown["case:add_task"]
    filled = filled_in("case:add_task", form)
    with undone():
        assert browser_of(actor).post(form.action, filled).status_code == 302
        other = portal.actors["intake officer / other's"]
        assert other.browser().post(form.action, filled).status_code == 404


def test_a_process_that_died_before_it_could_say_where_to_go(task_form):
    """The work was committed with the claim: it is not done again, and whoever sends the form once more is told so."""
    browser, form, filled = task_form
    with undone(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(middleware, "ROUND_SECONDS", 0)
        browser.post(form.action, filled)
        SentForm.objects.update(location="")
        whole = rows()
        response = browser.post(form.action, filled, headers={"referer": "http://testserver/w/"})
        assert response.headers["Location"] == "http://testserver/w/" and rows() == whole
        assert "Nothing was done twice" in browser.get("/w/").content.decode()
        response = browser.post(form.action, filled, headers={"referer": "https://elsewhere.example/"})
        assert response.headers["Location"] == form.action


def test_a_form_that_is_answered_with_a_page_is_answered_alike():
    """A slip with a code: whoever clicks twice while the first is worked on must see it, and the browser sends the form once more."""
    request = RequestFactory().post("/c/ABCDEFGH/invite/?x=1", {"once": "a"})
    response = middleware._landed(request, "the first has released it")
    assert response.status_code == 307 and response.headers["Location"] == "/c/ABCDEFGH/invite/?x=1"


def test_old_forms_are_forgotten(task_form):
    browser, form, filled = task_form
    with undone():
        browser.post(form.action, filled)
        assert once.forget(now=timezone.now() + once.KEPT_FOR - timedelta(minutes=1)) == 0
        assert once.forget(now=timezone.now() + once.KEPT_FOR + timedelta(minutes=1)) == 1


def test_nothing_of_a_form_is_in_its_row(task_form):
    browser, form, filled = task_form
    with undone():
        browser.post(form.action, filled)
        row = SentForm.objects.get()
        assert filled["once"] not in row.key + row.location and filled["title"] not in row.key + row.location
