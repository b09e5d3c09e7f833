"""The language button keeps what was typed, on every page of staff with a form, without JavaScript.

A page with a form to fill in whose main form lacks `id="page-form"` fails here.
"""

from urllib.parse import urlencode

import pytest
from django.test import override_settings

from config.refill import is_secret
from tests.attacks.conftest import undone
from tests.attacks.portal.test_sent_twice import browser_of, pages, rows
from tests.factories.forms import PageForm, all_forms_of
from tests.factories.language import language_button

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])

TYPED = 'Typed “so” & <b>"not" sent'
SECRETS = "not-to-be-shown"
BY_KIND = {"date": "2031-02-03", "time": "07:08", "number": "7", "email": "typed@example.test", "datetime-local": "2031-02-03T07:08"}
# How a page says that its view draws its form again by itself.
OWN_WAY = 'name="go" value="lang"'


def is_filled_in(name: str, kind: str) -> bool:
    return kind not in ("password", "file") and not is_secret(name)


def to_fill_in(form: PageForm) -> bool:
    return any(is_filled_in(name, kind) for name, kind in form.kinds)


def has_button(response) -> bool:
    """Whether the language is changed by a button of a form, or should be."""
    return html(response) and any(form.id == "page-form" or to_fill_in(form) for form in all_forms_of(response))


def typed_into(form: PageForm) -> list[tuple[str, str]]:
    """The form as a browser sends it after somebody filled in every field with something of their own."""
    seen = {name for name, _kind in form.kinds}
    sent = [(name, value) for name, values in form.fields.items() if name not in seen for value in values]
    for name, kind in dict.fromkeys(form.kinds):
        if kind == "file":
            sent.append((name, "scan & <b>.pdf"))
        elif not is_filled_in(name, kind):
            sent.append((name, SECRETS))
        elif kind in ("select", "radio", "checkbox"):
            sent.append((name, form.choices[name][-1]))
        else:
            many = form.kinds.count((name, kind))
            sent += [(name, BY_KIND.get(kind, f"{TYPED} {number}")) for number in range(many)]
    return sent


def kept(form: PageForm) -> list[tuple[str, str]]:
    secret = {name for name, kind in form.kinds if not is_filled_in(name, kind)}
    values = ((name, value) for name, values in form.fields.items() for value in values)
    return sorted((name, value) for name, value in values if name not in secret | {"csrfmiddlewaretoken"})


def press(browser, response, sent):
    """Press the language button of the page with `sent` in its form."""
    button = language_button(response)
    (form,) = [each for each in all_forms_of(response) if each.id == button["form"]]
    assert button["formenctype"] == "application/x-www-form-urlencoded", "files would be sent for nothing"
    sent = [*sent, (button["name"], button["value"])]
    if form.method == "get":
        return browser.get(button["formaction"].partition("?")[0], dict(sent), follow=True)
    return browser.post(button["formaction"], urlencode(sent), content_type="application/x-www-form-urlencoded")


def main_form(response) -> PageForm:
    (form,) = [each for each in all_forms_of(response) if each.id == "page-form"]
    return form


def try_page(browser, response) -> str:
    """What is wrong with the language button of this page; "" when nothing is."""
    mains = [form for form in all_forms_of(response) if form.id == "page-form"]
    if len(mains) != 1:
        return f"{len(mains)} forms have the id page-form"
    sent = typed_into(mains[0])
    secret = {name for name, kind in mains[0].kinds if not is_filled_in(name, kind)}
    wanted = sorted(each for each in sent if each[0] not in secret | {"csrfmiddlewaretoken", "lang_to"})
    before = rows()
    for language in ("zh-Hans", "en"):
        response = press(browser, response, sent)
        text = response.content.decode()
        if response.status_code != 200 or f'<html lang="{language}">' not in text:
            return f"{response.status_code}, not in {language}"
        if kept(main_form(response)) != wanted:
            return f"lost: {set(wanted) ^ set(kept(main_form(response)))}"
        if SECRETS in text:
            return "shows a secret"
        if any(kind == "file" for _name, kind in mains[0].kinds) and "scan &amp; &lt;b&gt;.pdf" not in text:
            return "does not say that the file has to be chosen again"
    return "" if rows() == before else "something was stored"


def html(response) -> bool:
    return response.status_code == 200 and "text/html" in response.headers.get("Content-Type", "")


@pytest.fixture(scope="module")
def with_forms(portal):
    """Every page of staff with something to fill in: (actor, page)."""
    found = {}
    for actor, page in pages(portal):
        with undone(), override_settings(DEMO=True):
            response = browser_of(actor).get(page)
        if has_button(response) and OWN_WAY not in response.content.decode():
            found[page] = actor
    return found


def test_what_was_typed_stays_on_every_page(with_forms):
    assert len(with_forms) > 70
    wrong = {}
    for page, actor in with_forms.items():
        with undone():
            browser = browser_of(actor)
            wrong[page] = try_page(browser, browser.get(page))
    assert {page: words for page, words in wrong.items() if words} == {}


def test_what_was_typed_stays_on_every_page_that_came_back_with_errors(with_forms):
    tried, wrong = 0, {}
    for page, actor in with_forms.items():
        with undone():
            browser = browser_of(actor)
            for form in all_forms_of(browser.get(page)):
                if form.method != "post" or not form.kinds:
                    continue
                response = browser.post(form.action or page, dict.fromkeys(form.fields, ""))
                if has_button(response):
                    tried += 1
                    wrong[f"{page} to {form.action or page}"] = try_page(browser, response)
    assert tried > 40
    assert {page: words for page, words in wrong.items() if words} == {}
