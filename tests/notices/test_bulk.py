"""Owing many people the same message: the same rows as one by one, and once."""

from datetime import timedelta
from uuid import uuid4

import pytest

from notices.bulk import insert_new
from notices.models import Heartbeat, Notice
from notices.services import owe, owe_alike
from people.models import User

pytestmark = pytest.mark.django_db


def test_the_same_rows_as_one_by_one_and_only_once(now):
    users = [User.objects.create_user(f"u{n}@example.test", "x", display_name="U") for n in range(700)]
    about, later = uuid4(), now + timedelta(hours=1)
    owed = [(f"k:{user.pk}", user.pk, about, later) for user in users]
    for _ in range(2):
        owe_alike(template="task", about_kind="thing", owed=owed, now=now)
    owe(key="one", recipient=users[0], template="task", about_kind="thing", about_id=about, now=now, not_before=later)
    assert Notice.objects.count() == len(users) + 1
    many, one = (Notice.objects.filter(key=key).values().get() for key in (f"k:{users[0].pk}", "one"))
    assert many | {"id": 0, "key": ""} == one | {"id": 0, "key": ""}
    owe_alike(template="task", about_kind="thing", owed=[], now=now)


def test_an_unknown_template_and_a_forgotten_column_are_refused(now):
    with pytest.raises(ValueError, match="unknown notice template"):
        owe_alike(template="nothing", about_kind="", owed=[], now=now)
    with pytest.raises(ValueError, match="no value for at"):
        insert_new(Heartbeat, same={}, names=("name",), rows=[("x",)])
