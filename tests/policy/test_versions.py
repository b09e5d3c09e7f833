"""The life of a policy version, and what it refuses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit.models import Entry
from policy import triggers
from policy.demo import demo_content, publish_demo_policy
from policy.event_words import EVENT_WORDS
from policy.models import PolicyState, PolicyVersion
from policy.parts import Source
from policy.profiles import UnknownProfile, profiles
from policy.records import Text
from policy.requirements import lacks
from policy.selectors import (
    content_of,
    limit_parts,
    policy_in_force,
    published_version,
    support_contacts,
)
from policy.services import (
    DateBehindUs,
    NotReady,
    SamePerson,
    WrongState,
    approve,
    create_from_profile,
    publish,
    retire_superseded,
    save_content,
    send_back,
    submit,
)
from policy.services.versions import content_hash
from policy.vocabulary import EVENTS, MANDATORY_SECTIONS
from tests.factories.policies import revised
from tests.policy.conftest import MONDAY, SINCE

# The employer's promises, as the rest of the portal relies on them.
EXPECTED = {
    "open": (1, "working_day", "complaint_received", "opened"),
    "open_unsafe": (4, "working_hour", "unsafe_reported", "opened"),
    "open_ahead": (1, "working_day", "event_ahead", "ahead_answered"),
    "acknowledge": (2, "working_day", "complaint_received", "acknowledged"),
    "safety_answer": (2, "working_day", "complaint_received", "safety_answered"),
    "protection_answer": (2, "working_day", "protection_requested", "protection_answered"),
    "plan": (5, "working_day", "complaint_received", "plan_told"),
    "update": (10, "working_day", "complaint_received", "update_sent"),
    "investigate": (45, "calendar_day", "complaint_received", "findings_ready"),
    "decide": (5, "working_day", "findings_ready", "decision_notified"),
    "review_window": (15, "working_day", "decision_notified", "review_requested"),
    "review_answer": (15, "working_day", "review_requested", "review_answered"),
    "respondent_review_answer": (15, "working_day", "respondent_review_requested", "respondent_review_answered"),
    "message_answer": (5, "working_day", "reporter_wrote", "reporter_answered"),
    "escalation_answer": (3, "working_day", "escalated", "escalation_answered"),
    "retaliation_answer": (1, "working_day", "retaliation_reported", "retaliation_answered"),
    "exclusion_confirm": (1, "working_day", "exclusion_asked", "exclusion_confirmed"),
    "manager_duty": (1, "working_day", "manager_told", "manager_passed_on"),
    "withdrawal_answer": (3, "working_day", "withdrawal_asked", "withdrawal_answered"),
    "measure_review": (0, "calendar_day", "measure_review_set", "measure_reviewed"),
    "implement": (10, "calendar_day", "action_decided", "sanction_executed"),
    "accept": (1, "working_day", "assigned", "assignment_accepted"),
    "objection_answer": (3, "working_day", "objection_made", "objection_decided"),
    "respondent_reply": (5, "working_day", "respondent_served", "respondent_replied"),
    "comments_window": (5, "working_day", "comments_asked", "comments_given"),
    "aftercare_1": (1, "month", "decision_notified", "aftercare_checked"),
    "aftercare_3": (3, "month", "decision_notified", "aftercare_checked"),
    "aftercare_6": (6, "month", "decision_notified", "aftercare_checked"),
    "civil_claim": (3, "year", "became_aware", None),
    "labour_arbitration": (1, "year", "became_aware", None),
}


def test_the_demonstration_policy_promises_what_the_portal_relies_on(in_force):
    found = {limit.id: limit.rule for limit in limit_parts(in_force).values()}
    told = {name: (limit.value, limit.unit, limit.anchor, limit.met_by[0] if limit.met_by else None) for name, limit in found.items()}
    assert told == EXPECTED
    assert found["open"].responsible == "intake" and found["decide"].responsible == "decision_maker"
    assert all(limit.escalates_to for limit in found.values() if limit.is_ours)
    assert found["open_ahead"].direction == "before"
    assert found["update"].recurring == "after_met"


def test_every_text_of_the_demonstration_policy_is_in_both_languages(in_force):
    assert lacks(content_of(in_force)) == []
    for section in content_of(in_force).sections:
        assert section.body.missing() == []


@pytest.mark.parametrize("profile_id", sorted(profiles()))
def test_every_profile_makes_a_draft_that_is_refused_with_a_list(profile_id, author):
    draft = create_from_profile(profile_id=profile_id, by=author, now=SINCE)
    missing = {lack.code for lack in lacks(content_of(draft))}
    assert {"limit_without_number", "support_unconfirmed", "channels_missing", "body_missing", "review_missing"} <= missing


def test_an_unknown_profile_is_refused(author):
    with pytest.raises(UnknownProfile):
        create_from_profile(profile_id="atlantis", by=author, now=SINCE)


def test_what_the_law_leaves_open_names_its_standard(author):
    draft = create_from_profile(profile_id="cn-model-2023", by=author, now=SINCE)
    lack = next(lack for lack in lacks(content_of(draft)) if lack.place == "limit:investigate")
    assert "及时" in lack.text


@pytest.fixture
def ready(author, approver):
    """An approved draft that only waits to be published."""
    draft = create_from_profile(profile_id="cn-model-2023", by=author, now=SINCE)
    content = demo_content(content_of(draft), today=date(2026, 1, 5), by=author, now=SINCE)
    draft = save_content(version=draft, content=content, row_version=draft.row_version, by=author, now=SINCE)
    return submit(version=draft, by=author, now=SINCE)


def _spoil(version, author, **changes):
    version = send_back(version=version, by=author, now=SINCE)
    content = replace(content_of(version), **changes)
    version = save_content(version=version, content=content, row_version=version.row_version, by=author, now=SINCE)
    return submit(version=version, by=author, now=SINCE)


@pytest.mark.parametrize("key", MANDATORY_SECTIONS)
def test_a_missing_section_is_refused(ready, author, approver, key):
    sections = tuple(section for section in content_of(ready).sections if section.key != key)
    spoiled = _spoil(ready, author, sections=sections)
    with pytest.raises(NotReady) as caught:
        approve(version=spoiled, by=approver, now=SINCE)
    assert ("section_missing", key) in [(lack.code, lack.place) for lack in caught.value.lacks]


def _without_number(content):
    return {"limits": tuple(replace(each, value=None, unit=None) if each.id == "investigate" else each for each in content.limits)}


def _one_language(content):
    first = content.sections[0]
    return {"sections": (replace(first, body=Text(en="Only English")), *content.sections[1:])}


def _unconfirmed_support(content):
    return {"support": tuple(replace(each, confirmed_on=None) for each in content.support)}


def _doubtful_fact(content):
    return {"support": (replace(content.support[0], source=Source("hearsay", "knowledge")), *content.support[1:])}


def _no_outsider(content):
    return {"body": replace(content.body, members=tuple(replace(each, outside=False) for each in content.body.members))}


def _wrong_token(content):
    return {"summary": Text("within [[someday]]", "[[someday]]内")}


def _endless(content):
    return {"limits": tuple(replace(each, met_by=()) if each.id == "open" else each for each in content.limits)}


def _no_review(content):
    return {"review": replace(content.review, next_date=None)}


def _no_adoption(content):
    return {"adoption": replace(content.adoption, date=None)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_without_number, "limit_without_number"),
        (_one_language, "language_missing"),
        (_unconfirmed_support, "support_unconfirmed"),
        (_doubtful_fact, "fact_unconfirmed"),
        (_no_outsider, "body_composition"),
        (_wrong_token, "token_unknown"),
        (_endless, "limit_never_met"),
        (_no_review, "review_missing"),
        (_no_adoption, "adoption_missing"),
    ],
)
def test_publishing_is_refused(ready, author, approver, change, code):
    spoiled = _spoil(ready, author, **change(content_of(ready)))
    with pytest.raises(NotReady) as caught:
        approve(version=spoiled, by=approver, now=SINCE)
    assert code in [lack.code for lack in caught.value.lacks]
    PolicyVersion.objects.filter(pk=spoiled.pk).update(state=PolicyState.APPROVED, approver=approver, approved_at=SINCE)
    with pytest.raises(NotReady):
        publish(version=spoiled, effective_date=date(2026, 1, 6), by=author, now=SINCE)


def test_an_untranslated_form_of_words_is_no_excuse_for_an_empty_one(ready):
    assert lacks(content_of(ready)) == []


def test_the_author_may_not_approve(ready, author):
    with pytest.raises(SamePerson):
        approve(version=ready, by=author, now=SINCE)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=ready.pk).update(approver=author)


def test_only_an_approved_version_is_published(ready, author):
    with pytest.raises(WrongState):
        publish(version=ready, effective_date=date(2026, 1, 6), by=author, now=SINCE)


def test_a_version_cannot_take_effect_on_a_day_that_is_over(ready, author, approver):
    approved = approve(version=ready, by=approver, now=SINCE)
    with pytest.raises(DateBehindUs):
        publish(version=approved, effective_date=date(2026, 1, 4), by=author, now=SINCE)


def test_two_people_editing_never_overwrite_each_other(author):
    draft = create_from_profile(profile_id="cn-model-2023", by=author, now=SINCE)
    save_content(version=draft, content=content_of(draft), row_version=1, by=author, now=SINCE)
    with pytest.raises(WrongState):
        save_content(version=draft, content=content_of(draft), row_version=1, by=author, now=SINCE)


def test_a_published_version_cannot_be_changed_by_anybody(in_force, author):
    with pytest.raises(WrongState):
        save_content(version=in_force, content=content_of(in_force), row_version=in_force.row_version, by=author, now=MONDAY)
    rows = PolicyVersion.objects.filter(pk=in_force.pk)
    for change in ({"limits": []}, {"title": {"en": "x"}}, {"effective_at": MONDAY}, {"content_hash": "0" * 64}, {"state": "draft"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE policy_policyversion SET summary = '{}'")
    in_force.refresh_from_db()
    assert content_hash(in_force) == in_force.content_hash


def test_the_trigger_names_every_column():
    columns = {field.column for field in PolicyVersion._meta.concrete_fields}
    assert set(triggers.FIXED) == columns - {"state"}


def test_drafts_can_be_changed_and_deleted(author):
    draft = create_from_profile(profile_id="kr", by=author, now=SINCE)
    PolicyVersion.objects.filter(pk=draft.pk).update(title={"en": "x"})
    draft.delete()


def test_the_hash_names_the_content(in_force, author, approver):
    again = publish_demo_policy(now=MONDAY, by=author, approver=approver)
    assert len(in_force.content_hash) == 64
    assert again.content_hash != in_force.content_hash


def test_the_version_in_force_on_a_day(in_force, author, approver):
    assert policy_in_force(SINCE - timedelta(seconds=1)) is None
    assert policy_in_force(SINCE) == in_force
    newer = publish_demo_policy(now=MONDAY, by=author, approver=approver)
    assert policy_in_force(MONDAY - timedelta(seconds=1)) == in_force
    assert policy_in_force(MONDAY) == newer
    in_force.refresh_from_db()
    assert in_force.state == PolicyState.SUPERSEDED
    assert published_version(in_force.number, MONDAY) == in_force
    assert published_version(99, MONDAY) is None


def test_a_version_for_later_waits_for_its_day(in_force, author, approver):
    draft = revised(in_force, by=author, now=MONDAY)
    draft = approve(version=submit(version=draft, by=author, now=MONDAY), by=approver, now=MONDAY)
    later = publish(version=draft, effective_date=date(2026, 12, 1), by=approver, now=MONDAY)
    in_force.refresh_from_db()
    assert in_force.state == PolicyState.PUBLISHED
    # The first of December begins in Shanghai at 16:00 UTC on the last of November.
    begins = datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert policy_in_force(begins - timedelta(seconds=1)) == in_force
    assert policy_in_force(begins) == later
    assert retire_superseded(now=begins) == 1
    assert retire_superseded(now=begins) == 0


def test_every_step_is_recorded(in_force):
    actions = list(Entry.objects.filter(object_kind="policy_version").values_list("action", flat=True))
    assert actions == ["policy_drafted", "policy_edited", "policy_moved", "policy_moved", "policy_published"]


def test_a_refused_step_records_nothing(ready, author):
    before = Entry.objects.count()
    with pytest.raises(WrongState):
        publish(version=ready, effective_date=date(2026, 1, 6), by=author, now=SINCE)
    assert Entry.objects.count() == before


def test_only_confirmed_help_is_shown(in_force):
    content = content_of(in_force)
    assert [each.phone for each in support_contacts(in_force)][:2] == ["110", "120"]
    assert len(support_contacts(in_force)) == len(content.support)


def test_the_portal_knows_no_event_the_policy_does_not():
    from complaints.states import EventKind

    assert set(EventKind.values) <= EVENTS


def test_every_event_has_words_for_whoever_writes_limits():
    assert set(EVENT_WORDS) == EVENTS


@pytest.mark.parametrize(
    ("limit_id", "value", "unit", "before"),
    [("investigate", 1, "hour", "plan"), ("acknowledge", 2, "hour", "open"), ("investigate", 3, "calendar_day", "plan")],
)
def test_a_step_can_not_be_promised_before_the_one_it_follows(in_force, author, limit_id, value, unit, before):
    content = set_number_in(content_of(in_force), limit_id, value, unit)
    found = {lack.place: lack.text for lack in lacks(content) if lack.code == "limits_contradict"}
    names = {limit.id: str(limit.label) for limit in content.limits}
    assert names[limit_id] in found[f"limit:{limit_id}"] and names[before] in found[f"limit:{limit_id}"]


def set_number_in(content, limit_id, value, unit):
    limits = tuple(replace(each, value=value, unit=unit) if each.id == limit_id else each for each in content.limits)
    return replace(content, limits=limits)
