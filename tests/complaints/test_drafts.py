"""Drafts: sealed, saved page by page, continued with a code, erased."""

from datetime import timedelta
from hashlib import sha256

import pytest

from complaints.models import Draft
from complaints.services import drafts
from complaints.services.drafts import AlreadyFiled, DraftGone
from tests.factories.cast import NOW
from vault import codes, storage
from vault.models import SealedFile, VaultSession
from vault.uploads import sealed_upload

pytestmark = pytest.mark.django_db
WORDS = "CANARY-draft words"


def begun(device="own"):
    return drafts.begin(device=device, now=NOW)


def saved(draft, page="1", now=NOW, **values):
    return drafts.save_page(draft_id=draft.id, secret=draft.secret, page_id=page, values=values, now=now)


def with_file(draft, body=b"hello", name="a.txt", note=""):
    upload = sealed_upload(name=name, content_type="text/plain", chunks=[body])
    return drafts.add_file(draft_id=draft.id, secret=draft.secret, upload=upload, note=note, now=NOW)


def test_what_is_saved_comes_back_and_lies_sealed():
    draft = begun()
    saved(draft, story=WORDS)
    saved(draft, page="2", more="b")
    again = drafts.opened(draft_id=draft.id, secret=draft.secret, now=NOW)
    assert again.answers == {"1": {"story": WORDS}, "2": {"more": "b"}}
    assert again.last_page == "2"
    row = Draft.objects.get()
    assert WORDS.encode() not in bytes(row.answers_sealed)
    assert row.row_version == 3


def test_another_secret_opens_nothing():
    draft = begun()
    with pytest.raises(DraftGone):
        drafts.opened(draft_id=draft.id, secret=bytes(32), now=NOW)


def test_two_tabs_do_not_overwrite_each_other(monkeypatch):
    draft = begun()
    original = drafts._stored
    done = []

    def other_tab_first(opened, content, now):
        if not done:
            done.append(True)
            saved(draft, page="3", who="me")
        return original(opened, content, now)

    monkeypatch.setattr(drafts, "_stored", other_tab_first)
    result = saved(draft, story=WORDS)
    assert result.answers == {"3": {"who": "me"}, "1": {"story": WORDS}}


def test_a_draft_ends_after_72_hours():
    draft = begun()
    last = NOW + timedelta(hours=72)
    assert drafts.opened(draft_id=draft.id, secret=draft.secret, now=last - timedelta(seconds=1))
    with pytest.raises(DraftGone):
        drafts.opened(draft_id=draft.id, secret=draft.secret, now=last)


def test_the_code_gives_the_draft_back_and_closes_other_browsers():
    draft = begun()
    saved(draft, page="6", people=[{"name": "x"}])
    VaultSession.objects.create(
        id_hash="a" * 64, kind="draft", subject_id=draft.id, sealed_secret=b"x", created_at=NOW, seen_at=NOW, idle_seconds=9, expires_at=NOW
    )
    code = drafts.issue_code(draft_id=draft.id, secret=draft.secret, now=NOW)
    assert code == drafts.issue_code(draft_id=draft.id, secret=draft.secret, now=NOW)
    resumed = drafts.resume(code_keys=codes.derive(code), now=NOW)
    assert (resumed.draft_id, resumed.secret, resumed.last_page) == (draft.id, draft.secret, "6")
    assert resumed.idle_seconds == 20 * 60
    assert not VaultSession.objects.exists()


def test_no_code_opens_a_draft_whose_code_was_never_shown():
    draft = begun()
    from vault.drafts import draft_code

    with pytest.raises(DraftGone):
        drafts.resume(code_keys=codes.derive(draft_code(draft.secret)), now=NOW)


def test_a_code_runs_72_hours_from_when_it_was_shown():
    draft = begun()
    later = NOW + timedelta(hours=50)
    code = drafts.issue_code(draft_id=draft.id, secret=draft.secret, now=later)
    keys = codes.derive(code)
    assert drafts.resume(code_keys=[keys], now=later + timedelta(hours=71))
    with pytest.raises(DraftGone):
        drafts.resume(code_keys=[keys], now=later + timedelta(hours=72))


@pytest.mark.django_db(transaction=True, databases=["default", "shred_keys"])
def test_leaving_removes_the_bytes_too():
    draft = begun()
    with_file(draft)
    name = SealedFile.objects.get().storage_name
    drafts.leave(draft_id=draft.id)
    assert not Draft.objects.exists()
    assert not SealedFile.objects.exists()
    assert storage.stored_size(name) is None


def test_leaving_keeps_a_draft_whose_code_was_shown():
    draft = begun()
    drafts.issue_code(draft_id=draft.id, secret=draft.secret, now=NOW)
    drafts.leave(draft_id=draft.id)
    assert Draft.objects.filter(pk=draft.id).exists()


def test_expired_drafts_are_erased_and_others_stay():
    old, young = begun(), begun()
    with_file(old)
    Draft.objects.filter(pk=old.id).update(expires_at=NOW)
    assert drafts.erase_expired(now=NOW) == 1
    assert list(Draft.objects.values_list("pk", flat=True)) == [young.id]
    assert not SealedFile.objects.exists()


def test_files_are_described_in_the_draft_and_can_be_removed():
    draft = with_file(begun(), note=" from Friday ")
    (described,) = draft.files
    known = {"name": "a.txt", "size": 5, "note": "from Friday", "familiar": True, "sha256": sha256(b"hello").hexdigest()}
    assert described == known | {"id": described["id"]}
    (row,) = drafts.files_of(draft)
    assert str(row.pk) == described["id"]
    draft = drafts.remove_file(draft_id=draft.id, secret=draft.secret, file_id=described["id"], now=NOW)
    assert draft.files == [] and not SealedFile.objects.exists()


def test_a_file_that_is_sent_twice_is_there_once():
    draft = begun()
    with_file(draft, note="from Friday")
    again = with_file(draft, note="from Friday")
    assert len(again.files) == SealedFile.objects.count() == 1
    with_file(draft, note="from Monday")
    assert len(with_file(draft, body=b"other").files) == SealedFile.objects.count() == 3


def test_somebody_elses_file_can_not_be_removed():
    mine, theirs = begun(), with_file(begun())
    drafts.remove_file(draft_id=mine.id, secret=mine.secret, file_id=theirs.files[0]["id"], now=NOW)
    drafts.remove_file(draft_id=mine.id, secret=mine.secret, file_id="nonsense", now=NOW)
    assert SealedFile.objects.count() == 1


def test_there_is_an_end_to_files(monkeypatch):
    monkeypatch.setattr(drafts, "MOST_FILES", 1)
    draft = with_file(begun())
    with pytest.raises(drafts.TooManyFiles):
        with_file(draft)
    assert SealedFile.objects.count() == 1


def test_a_filed_draft_takes_no_more_words():
    draft = begun()
    Draft.objects.filter(pk=draft.id).update(filed_at=NOW, answers_sealed=b"")
    with pytest.raises(AlreadyFiled):
        saved(draft, story=WORDS)
    with pytest.raises(AlreadyFiled):
        drafts.issue_code(draft_id=draft.id, secret=draft.secret, now=NOW)


def test_nothing_of_an_open_draft_shows_in_its_repr():
    draft = saved(begun(), story=WORDS)
    assert WORDS not in repr(draft) and WORDS not in str(draft)
