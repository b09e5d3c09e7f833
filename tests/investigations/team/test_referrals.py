"""Help outside: consent or a legal duty, two editors, dates. Notices to authorities where the policy of the case asks for them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.models import Event
from investigations.models import Referral
from investigations.services import authorities, referrals
from investigations.services.changed import SavedMeanwhile

from .conftest import reach

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def words(**changes):
    detail = {"whom": "CANARY-station", "what_was_passed_on": "Only the date", "basis_words": "", "outcome": "", "accompanied_by": "Lin"}
    values = {"kind": "police", "basis": "consent", "consent_on": timezone.now().date(), "detail": detail}
    return referrals.ReferralWords(**values | changes)


def test_written_down_sealed_and_read_again(lead):
    row = referrals.add(**reach(lead), words=words(), token="r")
    assert referrals.add(**reach(lead), words=words(), token="r") == row and Referral.objects.count() == 1
    assert b"CANARY" not in bytes(row.detail_sealed)
    assert "CANARY-station" in lead.get("referrals/").content.decode()
    assert lead.complaint.events.filter(kind="referred", subject=str(row.pk)).exists()


def test_without_consent_or_duty_nothing_is_passed_on(lead):
    with pytest.raises(referrals.NeedsBasis):
        referrals.add(**reach(lead), words=words(consent_on=None), token="r")
    with pytest.raises(referrals.NeedsBasis):
        referrals.add(**reach(lead), words=words(basis="duty"), token="r")
    duty = words(basis="duty", detail={"basis_words": "A child is in danger"}, consent_on=None)
    assert referrals.add(**reach(lead), words=duty, token="r").consent_at is None
    page = lead.post("referrals/add/", {"kind": "police", "basis": "consent", "whom": "CANARY-kept"}).content.decode()
    assert "Say when the person agreed" in page and "CANARY-kept" in page
    later = (timezone.now() + timedelta(days=3)).date().isoformat()
    page = lead.post("referrals/add/", {"kind": "police", "basis": "consent", "consent_on": later}).content.decode()
    assert "This day has not come yet" in page
    assert "Say which law" in lead.post("referrals/add/", {"kind": "doctor", "basis": "duty"}).content.decode()


def test_two_editors_never_overwrite_each_other(lead):
    row = referrals.add(**reach(lead), words=words(), token="r")
    referrals.change(**reach(lead), referral_id=row.pk, version=1, words=words(detail={"whom": "mine", "outcome": "x"}))
    with pytest.raises(SavedMeanwhile):
        referrals.change(**reach(lead), referral_id=row.pk, version=1, words=words(detail={"whom": "theirs"}))
    data = {"kind": "police", "basis": "consent", "consent_on": timezone.now().date().isoformat(), "whom": "theirs", "version": "1"}
    page = lead.post(f"referrals/{row.pk}/", data)
    assert page.status_code == 409 and "mine" in page.content.decode() and "theirs" in page.content.decode()


def test_another_cases_referral_is_absent(lead, other):
    row = referrals.add(**reach(lead), words=words(), token="r")
    assert other.get(f"referrals/{row.pk}/").status_code == 404
    assert other.get("referrals/").status_code == 200 and "CANARY-station" not in other.get("referrals/").content.decode()


def test_a_policy_without_notices_shows_none(lead):
    assert authorities.tasks_of(lead.complaint) == []
    assert "Notices to authorities" not in lead.get("tasks/").content.decode()
    assert lead.get("tasks/notice/authority_told/").status_code == 404


def test_a_notice_is_a_task_with_a_day(with_notice):
    assert "Notices to authorities" in with_notice.get("tasks/").content.decode()
    later = (timezone.now() + timedelta(days=3)).date().isoformat()
    assert "has not come yet" in with_notice.post("tasks/notice/authority_told/", {"done_on": later}).content.decode()
    today = timezone.localdate(timezone.now()).isoformat()
    for _twice in range(2):
        assert with_notice.post("tasks/notice/authority_told/", {"done_on": today}).status_code == 302
    assert Event.objects.filter(complaint=with_notice.complaint, kind="authority_told").count() == 1
    assert "Done on" in with_notice.get("tasks/").content.decode()
    assert "The authority was told" in with_notice.get("timeline/").content.decode()
    assert with_notice.get("tasks/notice/police_told/").status_code == 404
