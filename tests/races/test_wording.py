"""Administrators who word the questions at the same moment, with real threads."""

import pytest
from django.utils import timezone

from audit.services import verify
from complaints import wording_selectors as selectors
from complaints.models import WordingState, WordingVersion
from complaints.services import wording
from tests.complaints.wording_helpers import HINT, OWN_HINT, own_hint, reword
from tests.races.test_editors import at_once, kinds

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True)


@pytest.fixture(autouse=True)
def everything_still_holds():
    yield
    assert verify() == []


@pytest.mark.parametrize("before", [0, 1])
def test_two_who_begin_get_the_same_draft(policy_admin, before):
    if before:
        own_hint(policy_admin.user)
    results = at_once(*[lambda: wording.start(by=policy_admin.user, now=timezone.now()).pk] * 4)
    assert len(set(map(str, results))) == 1, results
    assert WordingVersion.objects.filter(state=WordingState.DRAFT).count() == 1


def test_of_two_who_save_one_page_one_is_shown_the_other(policy_admin):
    draft = wording.start(by=policy_admin.user, now=timezone.now())
    seen = selectors.fingerprint(selectors.texts_of(draft), "1")

    def save(words):
        return lambda: wording.save_page(
            version=draft, page_id="1", texts={HINT: (words, words)}, seen=seen, by=policy_admin.user, now=timezone.now()
        )

    assert kinds(at_once(save("one"), save("two"))) == ["ChangedMeanwhile", "WordingVersion"]


def test_pages_saved_at_the_same_moment_are_all_kept(policy_admin):
    draft = wording.start(by=policy_admin.user, now=timezone.now())
    texts = selectors.texts_of(draft)
    keys = {"1": HINT, "2": "2/more.hint", "3": "3/who.hint"}

    def save(page_id, key):
        seen = selectors.fingerprint(texts, page_id)
        return lambda: wording.save_page(
            version=draft, page_id=page_id, texts={key: ("new", "新")}, seen=seen, by=policy_admin.user, now=timezone.now()
        )

    at_once(*(save(*each) for each in keys.items()))
    stored = selectors.texts_of(WordingVersion.objects.get())
    assert [stored[key] for key in keys.values()] == [("new", "新")] * 3


def test_published_twice_it_is_published_once(policy_admin):
    draft = reword(policy_admin.user, p1={HINT: OWN_HINT})

    def publish():
        return wording.publish(version=draft, row_version=draft.row_version, by=policy_admin.user, now=timezone.now())

    assert kinds(at_once(publish, publish)) == ["WordingVersion", "WrongState"]
    assert selectors.in_force().texts[HINT] == OWN_HINT


def test_a_release_keeps_its_words_once(policy_admin):
    def keep():
        return wording.keep_shipped(now=timezone.now())

    def begin():
        return wording.start(by=policy_admin.user, now=timezone.now()).state

    results = at_once(keep, keep, keep, begin)
    assert sorted(map(str, results)) == ["False", "False", "True", "draft"], results
