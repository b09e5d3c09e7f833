"""What was typed goes back into the page's form, and nothing else does."""

import pytest

from config.refill import refilled
from tests.factories.forms import PageForm, _Reader

PAGE = """
<form method="post"><input name="title" value="other form"></form>
<details class="fold"><summary>More</summary>
<form id="page-form" method="post">
  <input type="hidden" name="csrfmiddlewaretoken" value="fresh"><input type="hidden" name="version" value="8">
  <input name="title" value="as stored"><input name="title" value="as stored">
  <textarea name="text" rows="4">
as stored</textarea>
  <input type="checkbox" name="wish" value="a" checked><input type="checkbox" name="wish" value="b">
  <input type="radio" name="way" value="1" checked><input type="radio" name="way" value="2">
  <select name="who"><option value="">-</option><option value="7" selected>Seven</option><option value="8">Eight</option></select>
  <select name="many" multiple><option value="1" selected>1</option><option value="2">2</option><option value="3">3</option></select>
  <input type="password" name="key"><input name="totp_code" value=""><input name="fixed" value="as stored" disabled>
  <input type="file" name="file"><button type="submit" name="go" value="save">Save</button>
</form></details>
<textarea name="text">outside</textarea>
"""
TYPED = {
    "csrfmiddlewaretoken": ["old"],
    "version": ["7"],
    "title": ["one", 'two" autofocus onfocus="x'],
    "text": ["\nfirst line empty\r\n</textarea><script>x</script>"],
    "wish": ["b"],
    "way": ["2"],
    "who": ["8"],
    "many": ["2", "3"],
    "key": ["a passphrase"],
    "totp_code": ["123456"],
    "fixed": ["typed"],
    "file": ["<b>.pdf"],
    "go": ["other"],
}


def forms(page: str) -> list[PageForm]:
    reader = _Reader()
    reader.feed(page)
    return reader.forms


@pytest.fixture(scope="module")
def page() -> str:
    return refilled(PAGE, TYPED, 1)


def test_every_kind_of_field_is_as_it_was_typed(page):
    assert forms(page)[1].fields == {
        "csrfmiddlewaretoken": ["fresh"],
        "version": ["7"],
        "title": TYPED["title"],
        "text": TYPED["text"],
        "wish": ["b"],
        "way": ["2"],
        "who": ["8"],
        "many": ["2", "3"],
        "key": [""],
        "totp_code": [""],
    }


def test_the_rest_of_the_page_is_as_it_was(page):
    assert forms(page)[0].fields == {"title": ["other form"]}
    assert page.endswith('<textarea name="text">outside</textarea>\n')
    assert '<input name="fixed" value="as stored" disabled>' in page and '<button type="submit" name="go" value="save">' in page


def test_what_was_typed_is_text_and_never_markup(page):
    assert "<script>" not in page and " onfocus=" not in page.replace("&quot;", '"').partition('"two')[0]
    assert "<b>" not in page and "&lt;b&gt;.pdf" in page


def test_no_secret_comes_back(page):
    assert "a passphrase" not in page and "123456" not in page


def test_the_form_is_unfolded(page):
    assert '<details class="fold" open>' in page


def test_a_field_that_was_not_sent_stays_as_drawn():
    assert forms(refilled(PAGE, {"version": ["7"]}, 1))[1].fields["title"] == ["as stored", "as stored"]


def test_another_form_of_the_page_becomes_its_form():
    first, second = forms(refilled(PAGE, {"title": ["typed"]}, 0))
    assert first.fields == {"title": ["typed"]} and first.id == "page-form"
    assert second.fields["title"] == ["as stored", "as stored"] and second.id == ""


def test_a_form_that_is_not_there_any_more_changes_nothing_typed():
    assert all("typed" not in str(each.fields) for each in forms(refilled(PAGE, {"title": ["typed"]}, 5)))
