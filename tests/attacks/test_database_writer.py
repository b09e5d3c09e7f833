"""Somebody who can write to the database, and holds no key (section 3.8 of the quality rules): refused on opening, or reported.

Swapped public keys, swapped grants and a replaced case are in `tests/vault/test_verify.py`, the trimmed record in `tests/audit`.
"""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from complaints.models import Measure, Statement
from complaints.services import protection
from complaints.services.access import openable
from complaints.verify import problems
from investigations.models import CasePerson, Task
from investigations.services import people, tasks
from notices.models import Notice
from tests.attacks.world import Case, give_to, read_by
from tests.clocks.helpers import deadline, run_until_quiet
from tests.factories.filing import file_story
from vault.columns import open_column
from vault.errors import Damaged, Tampered

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture(autouse=True)
def note(settings, tmp_path):
    settings.AUDIT_NOTED_FILE = tmp_path / "audit-head"


@pytest.fixture
def now():
    """The command looks at the clock."""
    return timezone.now()


@pytest.fixture
def handled(handlers, filed, now):
    """A case whose handler has written a task, a person and a measure, each twice."""
    officer, investigator = handlers[0], handlers[2]
    case = Case(filed)
    read_by(case, officer, "intake", now)
    give_to(case, officer, investigator, now)
    by = {"complaint": case.complaint, "keyring": investigator.keyring, "by": investigator.user, "role": "handler", "now": now}
    task = tasks.add_task(title="Call", owner=investigator.user, due_date=now.date(), **by)
    person = people.add_person(kind="witness", detail={"name": "Wu"}, **by)
    dates = {"start_date": now.date(), "review_date": now.date() + timedelta(days=9)}
    measure = protection.answer_request(decision="granted", what="another floor", **dates, **by)
    case.before = {type(row): type(row).objects.filter(pk=row.pk).values().get() for row in (task, person, measure)}
    tasks.change_task(task_id=task.pk, version=1, title="Call again", owner=investigator.user, due_date=now.date(), done=False, **by)
    people.change_person(person_id=person.pk, version=1, kind="told", detail={"name": "Wu Li"}, **by)
    protection.review_measure(measure=measure, version=1, note="holds", next_review_date=dates["review_date"], **by)
    case.reader = investigator
    return case


def verified() -> str:
    """What `manage.py verify` prints."""
    out = StringIO()
    try:
        call_command("verify", "--no-note", stdout=out)
    except CommandError:
        assert "PROBLEM" in out.getvalue()
    return out.getvalue()


def test_what_the_portal_wrote_holds(handled):
    assert "Everything holds" in verified()


@pytest.mark.parametrize("model", [Task, CasePerson, Measure])
class TestAnOldFieldPutBack:
    def test_alone_it_does_not_open(self, handled, model):
        old = handled.before[model]
        column = next(name for name in old if name.endswith("_sealed"))
        model.objects.filter(pk=old["id"]).update(**{column: old[column]})
        keys = openable(complaint=handled.complaint, keyring=handled.reader.keyring)
        with pytest.raises(Damaged):
            open_column(model.objects.get(pk=old["id"]), column, keys.statement if model is Measure else keys.file)

    def test_with_its_old_version_it_is_reported(self, handled, model):
        old = handled.before[model]
        model.objects.filter(pk=old["id"]).update(**{name: value for name, value in old.items() if name != "id"})
        assert f"{model._meta.label} {old['id']}: version 2 was recorded, version 1 is stored" in verified()

    def test_a_deleted_row_is_reported(self, handled, model):
        model.objects.filter(pk=handled.before[model]["id"]).delete()
        assert f"{model._meta.label} {handled.before[model]['id']}: recorded, and gone" in verified()


class TestTheOutbox:
    @pytest.fixture
    def late(self, filed):
        run_until_quiet(deadline(filed.complaint, "open").due_at)
        return filed

    def test_it_holds_with_all_messages(self, late):
        assert Notice.objects.filter(template="oversight").exists() and "Everything holds" in verified()

    def test_a_message_that_was_taken_out_is_reported(self, late):
        Notice.objects.filter(template="oversight").delete()
        assert f"complaint {late.complaint.pk}: 1 message(s)" in verified()

    def test_what_is_forgotten_after_half_a_year_is_no_problem(self, late):
        Notice.objects.all().delete()
        assert list(problems(now=timezone.now())) and not list(problems(now=timezone.now() + timedelta(days=200)))


def test_a_case_put_in_the_place_of_another_one_does_not_open(handlers, filed, now):
    """The sealed words of one case under the number of another: every field is bound to its row and its compartment."""
    other = file_story(now=now, story="another story")
    mine, theirs = (each.complaint.statements.get() for each in (filed, other))
    Statement.objects.filter(pk=theirs.pk).update(body_sealed=bytes(mine.body_sealed))
    keys = openable(complaint=other.complaint, keyring=other.keyring).statement
    with pytest.raises((Damaged, Tampered)):
        open_column(Statement.objects.get(pk=theirs.pk), "body_sealed", keys)
