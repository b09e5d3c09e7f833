"""Talks of an investigation. Nothing here opens anything."""

from uuid import UUID

from complaints.models import Statement, StatementKind
from investigations.models import CasePerson, Interview, Investigation


def talks_of(investigation: Investigation) -> list[Interview]:
    """Every talk, by number."""
    return list(_talks(investigation))


def talk_of(investigation: Investigation, talk_id: UUID) -> Interview:
    """Raises Interview.DoesNotExist."""
    return _talks(investigation).get(pk=talk_id)


def _talks(investigation: Investigation):
    related = ("person", "interviewer", "changed_by", "document", "statement", "investigation__lead")
    return Interview.objects.filter(investigation=investigation).select_related(*related).order_by("number")


def may_be_heard(investigation: Investigation) -> list[CasePerson]:
    """People of the case, in the order in which they were added."""
    return list(CasePerson.objects.filter(complaint=investigation.lead_id).order_by("added_at", "pk"))


def heard_before(investigation: Investigation) -> set[UUID]:
    """People (ids) who have had, or are to have, a talk."""
    return set(Interview.objects.filter(investigation=investigation, cancelled_at=None).values_list("person_id", flat=True))


def corrections_of_reporter(statement: Statement) -> list[Statement]:
    """What the reporter added since the record was sent to them: its correction is among it."""
    later = Statement.objects.filter(complaint=statement.complaint_id, kind=StatementKind.ADDITION, at__gte=statement.at)
    return list(later.order_by("at"))
