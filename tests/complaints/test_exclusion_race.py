"""Somebody is kept out between two looks of a colleague's request: keys first, then a list that is sealed to newer ones by then."""

import pytest

from complaints.models import ExclusionList
from complaints.services import keeping_out
from complaints.services.access import openable
from vault.columns import open_column

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def test_an_exclusion_that_meets_a_newer_epoch_begins_again(filed, now, monkeypatch):
    keyring, look = filed.keyring, keeping_out.openable

    def look_and_be_overtaken(**asked):
        keys = look(**asked)
        monkeypatch.setattr(keeping_out, "openable", look)
        keeping_out.exclude_people(complaint=filed.complaint, keyring=keyring, names=["Lin Mei"], now=now)
        return keys

    monkeypatch.setattr(keeping_out, "openable", look_and_be_overtaken)
    keeping_out.exclude_people(complaint=filed.complaint, keyring=keyring, names=["He Tao"], now=now)
    row = ExclusionList.objects.get(complaint=filed.complaint)
    listed = open_column(row, "list_sealed", openable(complaint=filed.complaint, keyring=keyring).statement).json()
    assert {each["name"] for each in listed["names"]} >= {"Lin Mei", "He Tao"}
