"""Other learning systems as training administrators see them. Reads only."""

from django.db.models import Count, Q, QuerySet

from training.models import LearningSystem, MappedActivity, ReceivedStatement
from training.states import Outcome


def systems() -> QuerySet[LearningSystem]:
    """Every system, with the number of its activities (`mapped`) and of the statements that wait (`waiting`)."""
    return LearningSystem.objects.annotate(
        mapped=Count("activities", distinct=True),
        waiting=Count("statements", filter=Q(statements__outcome=Outcome.WAITING), distinct=True),
    ).order_by("name", "pk")


def system_by_id(system_id) -> LearningSystem | None:
    return LearningSystem.objects.filter(pk=system_id).first()


def system_by_key(key: str) -> LearningSystem | None:
    return LearningSystem.objects.filter(key=key).first()


def activities_of(system: LearningSystem) -> QuerySet[MappedActivity]:
    return system.activities.select_related("course", "system")


def activity_of(system: LearningSystem, activity_id) -> MappedActivity | None:
    return activities_of(system).filter(pk=activity_id).first()


def waiting_of(system: LearningSystem) -> QuerySet[ReceivedStatement]:
    """What waits for an administrator, the oldest first."""
    return system.statements.filter(outcome=Outcome.WAITING).order_by("received_at", "pk")


def statement_of(system: LearningSystem, row_id) -> ReceivedStatement | None:
    return system.statements.filter(pk=row_id).first()


def how_many_wait() -> int:
    return ReceivedStatement.objects.filter(outcome=Outcome.WAITING).count()
