"""The same respondent again: a handler learns of cases they sit in, oversight of the others it oversees, and nobody of anything else."""

import pytest
from django.utils import timezone

from complaints.models import Seat
from investigations.models import RepeatMark
from investigations.services import people, repeats
from notices.models import Notice
from tests.attacks.comparing import bare

from .conftest import reach

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def mark(desk, employee):
    person = people.add_person(kind="respondent", detail={"name": "The boss"}, **reach(desk))
    return repeats.link(**reach(desk), person_id=person.pk, employee=employee)


def test_the_mark_says_nothing_and_is_the_same_for_the_same_entry(lead, other, respondent, respondent_manager):
    mark(lead, respondent.employee)
    mark(other, respondent.employee)
    first, second = RepeatMark.objects.values_list("mark", flat=True)
    assert bytes(first) == bytes(second) and respondent.employee.pk.bytes not in bytes(first)
    assert repeats.mark_of(respondent_manager.employee.pk, repeats.server_keys().active("blind_index")) != bytes(first)


def test_an_earlier_case_one_may_see_is_shown(lead, other, respondent):
    mark(lead, respondent.employee)
    assert repeats.earlier_cases(complaint=other.complaint, user=other.person.user) == []
    mark(other, respondent.employee)
    assert repeats.earlier_cases(complaint=other.complaint, user=other.person.user) == [lead.complaint]
    assert "An earlier case you may see" in other.get("people/").content.decode()
    assert not Notice.objects.filter(key__contains="repeat:").exists()


def test_an_earlier_case_one_may_not_see_leaves_no_trace_but_with_oversight(lead, other, respondent, overseer, signed_in):
    mark(lead, respondent.employee)
    # The investigator is no longer in the first case.
    Seat.objects.filter(complaint=lead.complaint, role="handler").update(until=timezone.now())
    person = people.add_person(kind="respondent", detail={"name": "The boss"}, **reach(other))
    answered = other.post(f"people/{person.pk}/entry/", {"words": "Zhou", "who": str(respondent.employee.pk), "go": "save"})
    assert b"Whoever stands too near" in other.get("people/").content, "the same words, whatever there is"
    with_earlier = bare(other.get("people/"))
    assert answered.status_code == 302 and lead.complaint.ref.encode() not in with_earlier[1]
    RepeatMark.objects.filter(complaint=lead.complaint).delete()
    assert bare(other.get("people/")) == with_earlier
    assert Notice.objects.filter(key__contains="repeat:", recipient=overseer.user, about_id=other.complaint.pk).count() == 1
    assert not Notice.objects.filter(key__contains="repeat:").exclude(recipient=overseer.user).exists()


def test_oversight_reads_the_reference_only_of_what_it_oversees(lead, other, respondent, overseer, signed_in):
    mark(lead, respondent.employee)
    mark(other, respondent.employee)
    desk = signed_in(overseer)
    assert lead.complaint.ref in desk.get(f"/o/c/{other.complaint.ref}/").content.decode()
    Seat.objects.filter(complaint=lead.complaint, user=overseer.user).update(until=timezone.now())
    assert lead.complaint.ref not in desk.get(f"/o/c/{other.complaint.ref}/").content.decode()


def test_only_a_respondent_gets_one(lead, respondent):
    person = people.add_person(kind="witness", detail={"name": "Somebody"}, **reach(lead))
    with pytest.raises(repeats.NotARespondent):
        repeats.link(**reach(lead), person_id=person.pk, employee=respondent.employee)
    assert lead.get(f"people/{person.pk}/entry/").status_code == 404
    assert not RepeatMark.objects.exists()


def test_whoever_links_their_own_line_is_out_at_once(lead, top):
    person = people.add_person(kind="respondent", detail={"name": "The boss of all"}, **reach(lead))
    response = lead.post(f"people/{person.pk}/entry/", {"words": "Gu", "who": str(top.employee.pk), "go": "save"})
    assert response.headers["Location"] == "/w/shut-out/"
    assert lead.get("").status_code == 404
