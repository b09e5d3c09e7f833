"""The pages on which administrators word the questions anew (D12)."""

import pytest
from django.urls import reverse

from complaints import wording_selectors as selectors
from complaints.models import WordingState, WordingVersion
from complaints.questions.flow import PAGES, SLOTS, shipped_texts
from tests.complaints.report_helpers import text
from tests.complaints.wording_helpers import HINT, OWN_HINT, own_hint, reword
from tests.factories import cast

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
SHIPPED = {key: (en, zh) for key, en, zh in shipped_texts()}


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


@pytest.fixture
def editor(world, policy_admin, signed_in):
    return signed_in(policy_admin)


@pytest.fixture
def colleague(world, top, signed_in):
    return signed_in(cast.make_person("012", "Han Xue", "policy_admin", manager=top.employee))


@pytest.fixture
def draft(editor) -> WordingVersion:
    editor.post(at("new"))
    return WordingVersion.objects.get(state=WordingState.DRAFT)


def at(name: str, *args) -> str:
    return reverse(f"wording:{name}", args=args)


def form_of(client, version, page_id: str, **changed) -> dict:
    """What the form of a page sends, with some boxes changed: `hint_en="…"` for the box of the text whose key ends in “.hint”."""
    form = client.get(at("page", version.number, page_id)).context["form"]
    sent = {bound.html_name: bound.value() for bound in form}
    for name, words in changed.items():
        kind, _, language = name.rpartition("_")
        i = next(n for n, slot in enumerate(SLOTS[page_id]) if slot.key.endswith(f".{kind}"))
        sent[f"t{i}_{language}"] = words
    return sent


def test_every_page_can_be_saved_unchanged_and_then_says_what_is_in_force(editor, draft):
    """Opening a page and saving it changes nothing: no text is lost on the way."""
    for page_id in SLOTS:
        answer = editor.post(at("page", draft.number, page_id), form_of(editor, draft, page_id))
        assert answer.status_code == 302, page_id
    draft.refresh_from_db()
    assert draft.row_version == 1 and selectors.texts_of(draft) == SHIPPED


def test_from_the_first_word_to_publishing(editor, draft):
    page = at("page", draft.number, "1")
    assert editor.post(page, form_of(editor, draft, "1", hint_en="Begin  anywhere\n", hint_zh="")).status_code == 302
    assert "Nothing is said in this language" in text(editor.get(page))
    assert "1 thing must be mended" in text(editor.get(at("version", draft.number)))
    refused = editor.get(at("publish", draft.number))
    assert "It can’t be published yet" in text(refused) and "Publish it" not in text(refused)
    answer = editor.post(page, form_of(editor, draft, "1", hint_en="Begin anywhere", hint_zh=OWN_HINT[1]) | {"go": "look"})
    assert answer.url == at("preview", draft.number, "1")
    assert "Begin anywhere" in text(editor.get(answer.url))
    shown = editor.get(at("publish", draft.number))
    assert editor.post(at("publish", draft.number), {"row_version": shown.context["form"]["row_version"].value()}).url == at("versions")
    assert selectors.in_force().texts[HINT] == ("Begin anywhere", OWN_HINT[1])
    words = text(editor.get(at("versions")))
    assert "Wording 1" in words and "published on" in words
    changes = editor.get(at("changes", draft.number)).content.decode()
    assert "compare-new" in changes and "compare-old" in changes


def test_a_form_that_is_refused_keeps_what_was_typed(editor, draft):
    answer = editor.post(at("page", draft.number, "1"), form_of(editor, draft, "1", hint_en="<b>Begin</b>", hint_zh="从哪里都行"))
    words = answer.content.decode()
    assert answer.status_code == 200 and "&lt;b&gt;Begin&lt;/b&gt;" in words and "从哪里都行" in words
    assert "Hint – In your own words, what happened? (English): No &lt; &gt; or" in words
    assert selectors.texts_of(WordingVersion.objects.get()) == SHIPPED


def test_two_editors_never_overwrite_each_other(editor, colleague, draft):
    mine = form_of(editor, draft, "1", hint_en="Mine", hint_zh="我的")
    colleague.post(at("page", draft.number, "1"), form_of(colleague, draft, "1", hint_en="Theirs", hint_zh="他们的"))
    answer = editor.post(at("page", draft.number, "1"), mine)
    words = text(answer)
    assert answer.status_code == 409 and "Han Xue saved a change 1 minute ago" in words and "Theirs" in words and "Mine" in words
    assert selectors.texts_of(WordingVersion.objects.get())[HINT] == ("Theirs", "他们的")
    again = {bound.html_name: bound.value() for bound in answer.context["form"]}
    assert editor.post(at("page", draft.number, "1"), again).status_code == 302
    assert selectors.texts_of(WordingVersion.objects.get())[HINT] == ("Mine", "我的")


def test_what_a_colleague_saved_is_looked_at_before_publishing(editor, colleague, draft):
    editor.post(at("page", draft.number, "1"), form_of(editor, draft, "1", hint_en=OWN_HINT[0], hint_zh=OWN_HINT[1]))
    row_version = editor.get(at("publish", draft.number)).context["form"]["row_version"].value()
    colleague.post(at("page", draft.number, "2"), form_of(colleague, draft, "2", hint_en="Small things", hint_zh="小事"))
    answer = editor.post(at("publish", draft.number), {"row_version": row_version})
    assert answer.status_code == 409 and "Han Xue saved a change while this page was open" in text(answer)
    assert selectors.in_force().number == 0
    assert editor.post(at("publish", draft.number), {"row_version": answer.context["form"]["row_version"].value()}).status_code == 302


@pytest.mark.parametrize("end", ["publish", "discard"])
def test_words_typed_for_a_draft_that_is_gone_are_given_back(editor, colleague, draft, end):
    editor.post(at("page", draft.number, "1"), form_of(editor, draft, "1", hint_en=OWN_HINT[0], hint_zh=OWN_HINT[1]))
    late = form_of(editor, draft, "2", hint_en="An hour of work", hint_zh="一小时的工作")
    shown = colleague.get(at("publish", draft.number)).context["form"]["row_version"].value()
    colleague.post(at(end, draft.number), {"row_version": shown})
    answer = editor.post(at("page", draft.number, "2"), late)
    assert answer.status_code == 409 and "nothing was saved" in text(answer) and "An hour of work" in answer.content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "Without my name"), ("zh-hans", "匿名")])
def test_a_page_is_previewed_in_both_languages(editor, draft, language, words):
    answer = editor.get(at("preview", draft.number, "14") + f"?lang={language}")
    page = answer.content.decode()
    assert words in page and f'<html lang="{"zh-Hans" if language == "zh-hans" else "en"}">' in page
    # There is nothing on it that could be sent, and the numbers of the policy stand in its sentences.
    assert ("<form" not in page and "{readers}" not in page and "Only 2 named" in page) or "2 位" in page


def test_every_question_has_a_preview(editor):
    for page in PAGES:
        assert editor.get(at("preview", 0, page.id)).status_code == 200, page.id


def test_a_version_in_force_is_read_only(editor, policy_admin):
    done = own_hint(policy_admin.user)
    page = editor.get(at("page", done.number, "1"))
    assert "<textarea" not in page.content.decode() and OWN_HINT[0] in text(page)
    assert editor.get(at("publish", done.number)).url == at("version", done.number)
    assert editor.post(at("discard", done.number)).url == at("versions")
    assert WordingVersion.objects.get().state == WordingState.PUBLISHED


def test_what_is_not_there(editor, draft):
    for path in (at("version", 99), at("page", 99, "1"), at("page", draft.number, "99"), at("preview", draft.number, "parts")):
        assert editor.get(path).status_code == 404, path
    assert editor.post(at("page", draft.number, "99")).status_code == 404


def test_a_draft_is_thrown_away(editor, draft):
    assert editor.post(at("discard", draft.number)).status_code == 302
    assert not WordingVersion.objects.exists()


@pytest.mark.parametrize("role", ["sysadmin", "intake_officer", "overseer"])
def test_nobody_else_finds_them(request, world, policy_admin, signed_in, role):
    draft = reword(policy_admin.user, p1={HINT: OWN_HINT})
    client = signed_in(request.getfixturevalue(role))
    for path in (at("versions"), at("version", 0), at("page", draft.number, "1"), at("preview", draft.number, "1")):
        assert client.get(path).status_code == 404, path
    assert client.post(at("page", draft.number, "1"), {}).status_code == 404
    assert client.post(at("new")).status_code == 404


def test_the_home_of_administrators_leads_there_and_tells_of_a_draft(editor, draft):
    words = editor.get("/m/").content.decode()
    assert f'href="{at("versions")}"' in words and f'href="{at("version", draft.number)}"' in words
