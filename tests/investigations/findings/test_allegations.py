"""Allegations: neutral, quoted, never overwritten, never deleted; what speaks for and against."""

import pytest
from django.utils import timezone
from django.utils.html import escape

from audit.models import Entry
from complaints.services.once import new_token
from investigations.models import Allegation, Bears, CasePerson, Investigation
from investigations.services import allegations, bearing, people
from investigations.services.changed import SavedMeanwhile
from tests.investigations.findings.conftest import allege, conduct_of, find, hear, reach, respondent_of, take_in, words

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def posted(desk, **changes) -> dict:
    person = respondent_of(desk)
    data = words(conduct=conduct_of(desk)) | {"person": str(person.pk), "once": new_token()}
    data["sources"] = "\n".join(data["sources"])
    return {name: value for name, value in (data | changes).items() if value is not False}


def test_an_allegation_is_added_shown_and_recorded_without_a_word(investigated):
    assert investigated.post("allegations/add/", posted(investigated)).status_code == 302
    page = investigated.get("allegations/").content.decode()
    assert "kept her from leaving a dinner" in page and "CANARY-Boss Zhou" in page
    entry = Entry.objects.get(action="allegation_saved")
    assert entry.facts == {"version": 1, "dropped": False}
    assert b"dinner" not in bytes(Allegation.objects.get().detail_sealed)


def test_what_can_be_quoted_stands_under_the_question_it_answers(investigated, now):
    ((_report, passages),) = allegations.quotable(**reach(investigated, now))
    asked = [(question, said) for question, said in passages if question]
    assert len(asked) > 1
    page = investigated.get("allegations/add/").content.decode()
    for question, said in asked:
        assert page.index(escape(question)) < page.index(escape(said))


def test_a_double_click_makes_one(investigated):
    data = posted(investigated)
    for _ in range(2):
        assert investigated.post("allegations/add/", data).status_code == 302
    assert Allegation.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words_on_page"),
    [
        ("text", "The victim was assaulted.", "Put it differently"),
        ("text", "受害者被灌酒。", "Put it differently"),
        ("sources", "he never said this", "stands in no report"),
        ("conduct", "made up", "Choose one"),
    ],
)
def test_what_judges_or_is_not_quoted_is_refused_and_what_was_typed_stays(investigated, field, value, words_on_page):
    page = investigated.post("allegations/add/", posted(investigated, **{field: value}))
    assert page.status_code == 200 and words_on_page in page.content.decode()
    assert Allegation.objects.count() == 0
    if field != "conduct":
        assert value in page.content.decode()


def test_it_is_about_a_respondent_unless_it_is_about_a_false_report(investigated, now):
    people.add_person(kind="witness", detail={"name": "Wu"}, **reach(investigated, now))
    witness = CasePerson.objects.get(kind="witness")
    detail = words(conduct=conduct_of(investigated))
    with pytest.raises(allegations.NotThisPerson):
        allegations.add_allegation(person_id=witness.pk, detail=detail, token="a", **reach(investigated, now))
    row = allegations.add_allegation(person_id=witness.pk, detail=detail | {"kind": "malicious"}, token="a", **reach(investigated, now))
    assert row.respondent == witness


def test_two_editors_never_overwrite(investigated, now):
    row = allege(investigated, now)
    data = posted(investigated, version="1")
    assert investigated.post(f"allegations/{row.pk}/", data | {"text": "He is said to have filled her glass."}).status_code == 302
    page = investigated.post(f"allegations/{row.pk}/", data | {"text": "He is said to have called a taxi."})
    assert page.status_code == 409 and "filled her glass" in page.content.decode() and "called a taxi" in page.content.decode()
    assert (
        investigated.post(f"allegations/{row.pk}/", data | {"text": "He is said to have called a taxi.", "version": "2"}).status_code == 302
    )


def test_set_aside_with_a_reason_and_never_deleted(investigated, now):
    row = allege(investigated, now)
    assert "Say why" in investigated.post(f"allegations/{row.pk}/aside/", {"reason": " ", "version": 1}).content.decode()
    assert investigated.post(f"allegations/{row.pk}/aside/", {"reason": "The same as the first.", "version": 1}).status_code == 302
    assert "The same as the first." in investigated.get("allegations/").content.decode()
    assert Allegation.objects.get().dropped_at is not None
    assert investigated.get(f"findings/{row.pk}/").status_code == 302


def test_evidence_and_talks_bear_on_it_once_each(investigated, now):
    item, talk, row = take_in(investigated, now), hear(investigated, now), allege(investigated, now)
    for source, meaning in ((f"e:{item.pk}", "for"), (f"t:{talk.pk}", "against")):
        data = {"source": source, "bearing": meaning, "note": "CANARY-note"}
        assert investigated.post(f"allegations/{row.pk}/bears/", data).status_code == 302
    again = investigated.post(f"allegations/{row.pk}/bears/", {"source": f"e:{item.pk}", "bearing": "context", "note": "x"})
    assert "said of it already" in again.content.decode()
    page = investigated.get("allegations/").content.decode()
    assert "CANARY-receipt" in page and "Speaks against it" in page
    first = Bears.objects.get(evidence=item)
    assert (
        investigated.post(
            f"allegations/{row.pk}/bears/{first.pk}/", {"source": f"e:{item.pk}", "bearing": "context", "version": 1}
        ).status_code
        == 302
    )
    with pytest.raises(SavedMeanwhile):
        bearing.change_bears(allegation_id=row.pk, bears_id=first.pk, version=1, bearing="for", note="", **reach(investigated, now))


def test_a_change_after_the_second_reading_means_reading_again(investigated, found, now):
    user = investigated.person.user
    Investigation.objects.update(second_reader=user, second_read_at=now)
    find(investigated, timezone.now(), found, version=1, result="not_enough")
    assert Investigation.objects.get().second_read_at is None


def test_without_an_investigation_there_are_no_such_pages(handler_desk):
    for page in ("allegations/", "allegations/add/", "findings/", "findings/ready/", "findings/comments/"):
        assert handler_desk.get(page).status_code == 404, page
    assert "Allegations" not in handler_desk.get("").content.decode()
