"""Somebody new is named in a case: whoever handles it and stands too near loses access in the same moment."""

import pytest
from django.utils import timezone

from complaints.models import Seat
from complaints.services import naming
from complaints.services.access import openable
from investigations.services import people
from tests.investigations.conftest import Desk
from vault.errors import NoAccess

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def seated(complaint) -> set[str]:
    return set(Seat.objects.filter(complaint=complaint, until__isnull=True).values_list("user__display_name", flat=True))


def add(desk, name, kind="respondent", **detail):
    reach = {"complaint": desk.complaint, "keyring": desk.person.keyring, "by": desk.person.user, "role": "intake", "now": timezone.now()}
    return people.add_person(kind=kind, detail={"name": name, **detail}, **reach)


def test_who_is_named_and_their_line_are_out_and_keys_with_them(desk, second_officer, top, reporter_client):
    """He Tao reports to the top like everybody; named himself he goes, the others stay."""
    desk.declare_free()
    before = reporter_client(desk.filed.code).get("/f/exclude/").content.decode()
    add(desk, "He Tao")
    assert "He Tao" not in seated(desk.complaint) and "Lin Mei" in seated(desk.complaint)
    with pytest.raises(NoAccess):
        openable(complaint=desk.complaint, keyring=second_officer.keyring)
    assert openable(complaint=desk.complaint, keyring=desk.person.keyring).file
    assert desk.complaint.events.filter(kind="access_ended").exists()
    # Whom the team came upon is not the reporter's to know: the list shows whom the reporter named.
    after = reporter_client(desk.filed.code).get("/f/exclude/").content.decode()
    assert "He Tao" not in after and before.count("<li>") == after.count("<li>")


def test_the_whole_team_in_the_line_leaves_oversight(desk, overseer, signed_in):
    desk.declare_free()
    add(desk, "Gu Wenbo")
    assert seated(desk.complaint) == {"Song An"} and desk.complaint.oversight_handles
    assert Desk(desk.client, desk.filed, desk.person).get("").status_code == 404
    assert openable(complaint=desk.complaint, keyring=overseer.keyring).file


def test_a_witness_is_out_but_not_their_line(desk):
    desk.declare_free()
    add(desk, "Gu Wenbo", kind="witness")
    assert {"Lin Mei", "He Tao"} <= seated(desk.complaint)
    add(desk, "He Tao", kind="witness")
    assert "He Tao" not in seated(desk.complaint)


def test_the_owner_of_a_client_relationship_is_kept_out(desk):
    desk.declare_free()
    add(desk, "Somebody of the client", kind="respondent", company="Client Ltd", owner="He Tao")
    assert "He Tao" not in seated(desk.complaint)


def test_a_changed_name_is_judged_as_well(desk):
    desk.declare_free()
    row = add(desk, "Somebody unknown")
    assert "He Tao" in seated(desk.complaint)
    reach = {"complaint": desk.complaint, "keyring": desk.person.keyring, "by": desk.person.user, "role": "intake", "now": timezone.now()}
    people.change_person(person_id=row.pk, version=1, kind="respondent", detail={"name": "He Tao"}, **reach)
    assert "He Tao" not in seated(desk.complaint)


def test_an_unknown_respondent_waits_to_be_settled_and_nobody_near_changes_nothing(desk):
    desk.declare_free()
    before = seated(desk.complaint)
    add(desk, "Old Wang from the warehouse")
    assert seated(desk.complaint) == before
    keys = openable(complaint=desk.complaint, keyring=desk.person.keyring).statement
    waiting = [each.name for each in naming.listed_names(complaint=desk.complaint, keys=keys) if each.is_open]
    assert "Old Wang from the warehouse" in waiting


def test_the_page_leads_out_who_named_themselves(desk):
    desk.declare_free()
    desk.get("triage/")
    desk.get("triage/read/")
    desk.post("triage/read/", {})
    response = desk.post("people/add/", {"kind": "witness", "name": "Lin Mei"})
    assert response.headers["Location"] == "/w/shut-out/"
    assert desk.get("").status_code == 404
