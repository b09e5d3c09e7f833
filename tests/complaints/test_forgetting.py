"""Reports kept private are erased when the policy's time for them is over, and only those."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Entry
from complaints.models import Attachment, Complaint, Statement
from complaints.services import additions, forgetting, private
from complaints.tasks import erase_private_reports
from notices.heartbeat import beat
from notices.models import Heartbeat
from tests.factories.filing import file_story
from vault import storage
from vault.models import Compartment, Keyholder, SealedFile, ShredKey
from vault.uploads import sealed_upload

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
YEAR = timedelta(days=366)


@pytest.fixture
def kept(handlers, now):
    filed = file_story(now=now, keep_private=True)
    upload = sealed_upload(name="a.txt", content_type="text/plain", chunks=[b"CANARY"])
    additions.add(complaint=filed.complaint, keyring=filed.keyring, text="more", uploads=[upload], token="a", now=now, language="en")
    return filed


def test_it_is_kept_to_its_last_day_and_no_longer(kept, now):
    until = forgetting.kept_until(kept.complaint)
    assert until.year == now.year + 1
    assert forgetting.erase_kept_too_long(now=now + timedelta(days=364)) == 0
    stored = SealedFile.objects.get().storage_name
    assert forgetting.erase_kept_too_long(now=now + YEAR) == 1
    pk = kept.complaint.pk
    assert not Complaint.objects.filter(pk=pk).exists()
    assert not ShredKey.objects.filter(subject_id=pk).exists()
    assert not Keyholder.objects.filter(pk=kept.complaint.receipt_id).exists()
    for model in (Statement, Attachment, SealedFile, Compartment):
        assert not model.objects.exists()
    entry = Entry.objects.get(action="disposed")
    assert (entry.subject_id, entry.actor_kind, entry.facts) == (pk, "system", {"files": 1, "private": True})
    assert stored and forgetting.erase_kept_too_long(now=now + YEAR) == 0


def test_its_file_leaves_the_disk(kept, now, django_capture_on_commit_callbacks):
    name = SealedFile.objects.get().storage_name
    assert storage.stored_size(name)
    with django_capture_on_commit_callbacks(execute=True):
        forgetting.erase_kept_too_long(now=now + YEAR)
    assert storage.stored_size(name) is None


def test_what_was_sent_stays(kept, now):
    other = file_story(now=now)
    private.send_private(complaint=kept.complaint, keyring=kept.keyring, now=now)
    assert forgetting.erase_kept_too_long(now=now + 5 * YEAR) == 0
    assert Complaint.objects.filter(pk__in=[kept.complaint.pk, other.complaint.pk]).count() == 2


def test_one_that_was_sent_meanwhile_is_not_erased(kept, now):
    """The list was read before the reporter pressed “send”."""
    stale = Complaint.objects.select_related("policy_version").get(pk=kept.complaint.pk)
    private.send_private(complaint=kept.complaint, keyring=kept.keyring, now=now)
    assert forgetting._erase(stale, now + YEAR) is False
    assert Statement.objects.filter(complaint=stale).exists()


def test_a_failure_half_way_is_made_up_by_the_next_look(kept, now, monkeypatch):
    """The key goes first of all: what is left opens no more."""
    real = forgetting.destroy_subject

    def destroyed_then_killed(subject_id):
        real(subject_id)
        raise RuntimeError("killed")

    monkeypatch.setattr(forgetting, "destroy_subject", destroyed_then_killed)
    with pytest.raises(RuntimeError):
        forgetting.erase_kept_too_long(now=now + YEAR)
    assert Complaint.objects.filter(pk=kept.complaint.pk).exists()
    monkeypatch.setattr(forgetting, "destroy_subject", real)
    assert forgetting.erase_kept_too_long(now=now + YEAR) == 1


def test_without_a_time_in_the_policy_nothing_is_erased(kept, now, monkeypatch):
    monkeypatch.setattr(forgetting, "kept_at_most", lambda version, record: None)
    assert forgetting.kept_until(kept.complaint) is None
    assert forgetting.erase_kept_too_long(now=now + 9 * YEAR) == 0


def test_a_clock_that_jumped_erases_nothing(kept, monkeypatch):
    later = timezone.now() + YEAR
    monkeypatch.setattr(timezone, "now", lambda: later)
    beat("look_at_deadlines", later - timedelta(days=40))
    assert erase_private_reports() == 0
    Heartbeat.objects.all().delete()
    assert erase_private_reports() == 1


@pytest.mark.parametrize(("language", "words"), [("en", "We keep it until"), ("zh-hans", "我们会保存到")])
def test_the_page_says_until_when(handlers, reporter_client, language, words):
    filed = file_story(now=timezone.now(), keep_private=True)
    client = reporter_client(filed.code)
    client.cookies["django_language"] = language
    assert words in client.get("/f/home/", headers={"accept-language": language}).content.decode()
