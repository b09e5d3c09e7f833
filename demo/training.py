"""The demonstration's training: the shipped courses, handlers who have taken theirs, questions to an expert."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.actors import staff
from demo import words
from demo.people import Account
from people.models import Employee, Role
from training.models import Course, ExpertQuestion
from training.selectors import published_version
from training.services import asking, shipping
from training.services.completing import Earned, record_completion
from training.states import Source

EXPERT, LEARNER = "1010", "1017"
HANDLING = (Role.INTAKE_OFFICER, Role.INVESTIGATOR, Role.DECISION_MAKER)
COURSES = ("everyone", "handlers")
# The question box at the end of the course.
PART = "ask-us"
PROVIDER = "Qinghe Learning Team 清禾培训组"


def load_training(*, accounts: dict[str, Account], now: datetime) -> None:
    """Put the courses in place, name their expert, and record what handlers learnt in a room before the portal was there."""
    shipping.install(now=now)
    expert = accounts[EXPERT].user
    Course.objects.update(expert=expert)
    for account in accounts.values():
        if set(account.roles) & set(HANDLING):
            for number, code in enumerate(COURSES):
                _taken(account.user.employee, Course.objects.get(code=code), expert, now + timedelta(minutes=number), now)
    everyone = Course.objects.get(code="everyone")
    # Two thirds of whoever has no account were taught in a room, some each week before.
    for place, employee in enumerate(Employee.objects.filter(user=None, left_date=None).order_by("number")):
        if place % 3:
            _taken(employee, everyone, expert, now - timedelta(weeks=5 + place % 6), now)


def load_questions(*, accounts: dict[str, Account], now: datetime) -> None:
    """One question to the expert that was answered, and one that waits."""
    answered = _asked(accounts, words.LEARNER_ASKED, now - timedelta(days=9))
    asking.answer(question=answered, text=words.EXPERT_ANSWERED, by=accounts[EXPERT].user, now=now - timedelta(days=8))
    _asked(accounts, words.LEARNER_ASKS, now - timedelta(hours=20))


def _asked(accounts: dict[str, Account], text: str, at: datetime) -> ExpertQuestion:
    course = Course.objects.get(code="everyone")
    employee = accounts[LEARNER].user.employee
    return asking.ask(course=course, version=published_version(course), part=PART, employee=employee, text=text, token=text[:8], now=at)


def _taken(employee: Employee, course: Course, by, at: datetime, now: datetime) -> None:
    version = published_version(course)
    earned = Earned(
        key=f"import:demo:{course.code}:{employee.number}",
        employee=employee,
        course=course,
        version=version,
        completed_at=at,
        seconds=version.content["minutes"] * 60,
        provider=PROVIDER,
        source=Source.IMPORT,
        recorded_by=by,
    )
    with transaction.atomic():
        record_completion(earned, by=staff(by, Role.TRAINING_ADMIN.value), now=now)
