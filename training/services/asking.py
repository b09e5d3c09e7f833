"""Questions to a course's expert: asked, answered by a promised date, both kept.

Both sides are sealed under a key of the server, because neither employees nor training staff hold vault keys (docs/decisions.md).
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from notices.services import owe, owe_many
from people import serverseal
from people.models import Employee, Role, User
from people.selectors import has_left, has_role, users_with_role
from policy.calendars import add_working_days
from policy.selectors import calendar_for
from training.models import Course, CourseVersion, ExpertQuestion
from training.services.completing import EMPLOYEE
from vault.columns import open_column, seal_column

PURPOSE = "expert-question"
# What the messages are about (`register_right_to_know`): a question for whoever answers it, its answer for whoever asked.
TO_ANSWER, ANSWERED = "expert_question", "expert_answer"
TO_EXPERT, LATE, TO_ASKER = "expert_asked", "expert_late", "expert_answered"
MOST_CHARACTERS = 4_000


class NobodyToAsk(Exception):
    """No expert is named and there is no training administrator."""


class NothingWritten(Exception):
    """A question or an answer needs words."""


class AlreadyAnswered(Exception):
    """Somebody else has answered meanwhile; nothing was overwritten."""


def expert_of(course: Course, now: datetime) -> User | None:
    """Who answers questions in this course: the named colleague while they are here, else a training administrator."""
    named = course.expert
    if named is not None and named.is_active and not has_left(named, now):
        return named
    return users_with_role(Role.TRAINING_ADMIN, now).first()


def due_date(course: Course, now: datetime):
    """The date an answer is promised by, as (local date, first moment at which it is late)."""
    calendar = calendar_for()
    day = add_working_days(calendar, calendar.local_date(now), course.answer_days)
    return day, calendar.end_of(day)


def ask(*, course: Course, version: CourseVersion, part: str, employee: Employee, text: str, token: str, now: datetime) -> ExpertQuestion:
    """Ask the expert of a course. The same token twice asks once. Raises NothingWritten, NobodyToAsk."""
    if not text.strip():
        raise NothingWritten
    expert = expert_of(course, now)
    if expert is None:
        raise NobodyToAsk
    day, late_at = due_date(course, now)
    question = ExpertQuestion(
        token=f"{employee.pk.hex[:16]}{token[:40]}",
        employee=employee,
        course=course,
        version=version,
        part=part,
        asked_at=now,
        expert=expert,
        due_date=day,
        due_at=late_at,
    )
    question.key_id, key = serverseal.owner_key(PURPOSE, question.pk)
    seal_column(question, "question_sealed", text.strip(), key)
    try:
        with transaction.atomic():
            question.save(force_insert=True)
            owe(
                key=f"question:{question.pk}:new", recipient=expert, template=TO_EXPERT, about_kind=TO_ANSWER, about_id=question.pk, now=now
            )
            _audit(question, Action.EXPERT_ASKED, staff(employee.user, EMPLOYEE), now)
    except IntegrityError:
        return ExpertQuestion.objects.get(token=question.token)
    return question


def may_answer(user: User, question: ExpertQuestion, now: datetime) -> bool:
    """The expert who was asked, and training administrators, who stand in for them."""
    return question.expert_id == user.pk or has_role(user, Role.TRAINING_ADMIN, now)


def answer(*, question: ExpertQuestion, text: str, by: User, now: datetime) -> ExpertQuestion:
    """Answer a question, once. Raises NothingWritten, AlreadyAnswered; PermissionError for somebody who was not asked."""
    if not may_answer(by, question, now):
        raise PermissionError
    if not text.strip():
        raise NothingWritten
    fresh = ExpertQuestion.objects.select_related("course", "employee__user").get(pk=question.pk)
    if fresh.answered_at is not None:
        raise AlreadyAnswered
    before, asked = fresh.row_version, open_question(fresh)
    key = _key(fresh)
    fresh.row_version += 1
    seal_column(fresh, "question_sealed", asked, key)
    seal_column(fresh, "answer_sealed", text.strip(), key)
    fresh.answered_by, fresh.answered_at = by, now
    names = ("row_version", "question_sealed", "answer_sealed", "answered_by", "answered_at")
    with transaction.atomic():
        untouched = ExpertQuestion.objects.filter(pk=fresh.pk, row_version=before, answered_at__isnull=True)
        if not untouched.update(**{name: getattr(fresh, name) for name in names}):
            raise AlreadyAnswered
        user = fresh.employee.user
        if user is not None and user.is_active:
            owe(key=f"question:{fresh.pk}:answer", recipient=user, template=TO_ASKER, about_kind=ANSWERED, about_id=fresh.pk, now=now)
        _audit(fresh, Action.EXPERT_ANSWERED, staff(by, Role.TRAINING_ADMIN.value), now)
    return fresh


def open_question(question: ExpertQuestion) -> str:
    """What was asked. For pages of the two people concerned only."""
    return open_column(question, "question_sealed", _key(question)).text()


def open_answer(question: ExpertQuestion) -> str:
    """What was answered; "" while nothing was."""
    return open_column(question, "answer_sealed", _key(question)).text() if question.answered_at else ""


def mark_seen(*, question: ExpertQuestion, now: datetime) -> None:
    """The person who asked has the answer in front of them; the first time counts."""
    ExpertQuestion.objects.filter(pk=question.pk, answered_at__isnull=False, seen_at__isnull=True).update(seen_at=now)


def remind_late(*, now: datetime, limit: int = 200) -> int:
    """Tell the expert and every training administrator of questions whose promised date has passed, once. Returns how many are late."""
    late = list(
        ExpertQuestion.objects.filter(answered_at__isnull=True, due_at__lte=now).select_related("expert").order_by("due_at")[:limit]
    )
    if late:
        admins = list(users_with_role(Role.TRAINING_ADMIN, now))
        owed = [
            {"key": f"question:{row.pk}:late:{user.pk}", "recipient": user, "template": LATE, "about_kind": TO_ANSWER, "about_id": row.pk}
            for row in late
            for user in {row.expert, *admins}
        ]
        owe_many(owed, now=now)
    return len(late)


def still_to_answer(recipient: User, about_id, now: datetime) -> bool:
    """Asked when a message is delivered: whether this question still waits, and for this person."""
    question = ExpertQuestion.objects.filter(pk=about_id, answered_at__isnull=True).first()
    return question is not None and may_answer(recipient, question, now)


def asked_it(recipient: User, about_id, now: datetime) -> bool:
    """Asked when a message is delivered: whether this person asked the question, and has not read the answer yet."""
    return ExpertQuestion.objects.filter(pk=about_id, employee__user=recipient, seen_at__isnull=True).exists()


def _key(question: ExpertQuestion):
    return serverseal.owner_key(PURPOSE, question.pk, key_id=question.key_id)[1]


def _audit(question: ExpertQuestion, action: Action, by, now: datetime) -> None:
    facts = {"course": question.course.code, "due": question.due_date}
    record(by=by, action=action, subject_id=None, object_kind="expert_question", object_id=question.pk, facts=facts, now=now)
