"""What one person sees of their own training. Reads only; nothing here serves anybody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from people.models import Employee, Role
from people.selectors import roles_of, today
from training.groups import GROUP_OF, members
from training.models import Answer, Assignment, Attempt, Completion, Course, CourseFile, CourseVersion, ExpertQuestion, LiveSession
from training.parts import Chapter, CourseContent, Part
from training.selectors import content_of
from training.states import AssignmentState, Audience, VersionState
from training.validity import counting


@dataclass(frozen=True)
class CourseLine:
    """One course on the list of a person. `assignment`: what is due, if anything; `done`: the newest completion."""

    course: Course
    content: CourseContent
    assignment: Assignment | None
    attempt: Attempt | None
    done: Completion | None
    is_late: bool


@dataclass(frozen=True)
class MyTraining:
    """The list A22: what is due (the most urgent first), what was begun or may be taken, what was completed (the newest first)."""

    due: list[CourseLine]
    others: list[CourseLine]
    done: list[Completion]


def my_training(employee: Employee, now: datetime) -> MyTraining:
    """Everything on a person's own list, in a number of queries that does not grow with it."""
    published = CourseVersion.objects.filter(state=VersionState.PUBLISHED, course__retired_at__isnull=True).select_related("course")
    due = {row.course_id: row for row in Assignment.objects.filter(employee=employee, state=AssignmentState.OPEN)}
    begun = {row.course_id: row for row in Attempt.objects.filter(employee=employee, finished_at__isnull=True)}
    done = list(completions_of(employee))
    newest: dict = {}
    for each in done:
        newest.setdefault(each.course_id, each)
    lines = [
        CourseLine(
            course=version.course,
            content=content_of(version),
            assignment=(row := due.get(version.course_id)),
            attempt=begun.get(version.course_id),
            done=newest.get(version.course_id),
            is_late=row is not None and row.due_at <= now,
        )
        for version in published
    ]
    order = list(Audience.values)
    return MyTraining(
        due=sorted((line for line in lines if line.assignment), key=lambda line: line.assignment.due_at),
        others=sorted(
            (line for line in lines if not line.assignment), key=lambda line: (order.index(line.course.audience), line.course.code)
        ),
        done=done,
    )


@dataclass(frozen=True)
class SessionLine:
    """A live session that somebody may come to."""

    session: LiveSession
    content: CourseContent


def coming_sessions(employee: Employee, now: datetime, course: Course | None = None) -> list[SessionLine]:
    """Planned sessions that fit a person, the next one first: of what is on their list, and of what is made for them and they don't have.

    One that has begun is shown until it is over.
    """
    rows = LiveSession.objects.filter(held_at__gt=now - timedelta(days=1), cancelled_at__isnull=True, replaced_by__isnull=True)
    rows = rows.filter(course__retired_at__isnull=True).select_related("course").order_by("held_at", "pk")
    if course is not None:
        rows = rows.filter(course=course)
    ahead = [row for row in rows if row.held_at + timedelta(minutes=row.minutes) > now]
    courses = {row.course_id: row.course for row in ahead}
    fitting = {pk for pk, course in courses.items() if _fits(course, employee, now)}
    published = CourseVersion.objects.filter(course__in=fitting, state=VersionState.PUBLISHED).select_related("course")
    contents = {version.course_id: content_of(version) for version in published}
    return [SessionLine(row, contents[row.course_id]) for row in ahead if row.course_id in contents]


def _fits(course: Course, employee: Employee, now: datetime) -> bool:
    if open_assignment(employee, course):
        return True
    group = members(GROUP_OF[Audience(course.audience)], today=today(now), now=now)
    return group.filter(pk=employee.pk).exists() and not counting(course).filter(employee=employee).exists()


def due_for(user) -> list[Assignment]:
    """What this account's person still has to do, the most urgent first (for the home page)."""
    rows = Assignment.objects.filter(employee__user_id=user.pk, state=AssignmentState.OPEN)
    return list(rows.only("due_date", "due_at").order_by("due_at", "pk"))


def given_course(code: str) -> CourseVersion | None:
    """The version of a course that is given now."""
    rows = CourseVersion.objects.select_related("course__expert")
    return rows.filter(course__code=code, state=VersionState.PUBLISHED, course__retired_at__isnull=True).first()


def open_attempt(employee: Employee, course: Course) -> Attempt | None:
    rows = Attempt.objects.select_related("version", "course", "employee")
    return rows.filter(employee=employee, course=course, finished_at__isnull=True).first()


def open_assignment(employee: Employee, course: Course) -> Assignment | None:
    return Assignment.objects.filter(employee=employee, course=course, state=AssignmentState.OPEN).first()


def completions_of(employee: Employee) -> QuerySet[Completion]:
    """A person's completions that were not taken back, the newest first."""
    return Completion.objects.filter(employee=employee, revoked_at__isnull=True).select_related("course").order_by("-completed_at", "pk")


def completion_of(employee: Employee, completion_id) -> Completion | None:
    """One completion of this person; None for anybody else's."""
    return Completion.objects.select_related("course", "version", "employee").filter(employee=employee, pk=completion_id).first()


def completion_by_number(number: str) -> Completion | None:
    """For the public check, which shows the month only."""
    return Completion.objects.filter(number=number).first() if number else None


@dataclass(frozen=True)
class Screen:
    """One part on the progress page. `state`: "done", "next" or "" (later)."""

    number: int
    part: Part
    state: str


@dataclass(frozen=True)
class Progress:
    """How far somebody is. `next_number`: where they go on, None after the last part; `minutes_left`: of the parts not read yet."""

    content: CourseContent
    chapters: list[tuple[Chapter, list[Screen]]]
    done: int
    total: int
    next_number: int | None
    minutes_left: int


def progress(version: CourseVersion, attempt: Attempt | None) -> Progress:
    """The chapters with their parts, and which of them were read to the end."""
    content = content_of(version)
    read = set(answers_of(attempt).filter(read_at__isnull=False).values_list("part", flat=True)) if attempt else set()
    next_number = next((number for number, part in enumerate(content.parts, 1) if part.id not in read), None)
    screens = [
        Screen(number, part, "done" if part.id in read else "next" if number == next_number and attempt else "")
        for number, part in enumerate(content.parts, 1)
    ]
    chapters = [(chapter, [screen for screen in screens if screen.part.chapter == chapter.id]) for chapter in content.chapters]
    left = sum(screen.part.minutes for screen in screens if screen.state != "done")
    return Progress(content, chapters, len(screens) - sum(s.state != "done" for s in screens), len(screens), next_number, left)


def answers_of(attempt: Attempt) -> QuerySet[Answer]:
    return Answer.objects.filter(attempt=attempt)


def answer_to(attempt: Attempt, part: Part) -> Answer | None:
    return answers_of(attempt).filter(part=part.id).first()


def file_by_id(file_id) -> CourseFile | None:
    return CourseFile.objects.select_related("file").filter(pk=file_id).first()


# --- questions ------------------------------------------------------------------------------------


def questions_of(employee: Employee) -> QuerySet[ExpertQuestion]:
    """What this person asked, the newest first."""
    return (
        ExpertQuestion.objects.filter(employee=employee).select_related("course", "version", "expert", "answered_by").order_by("-asked_at")
    )


def question_of(employee: Employee, question_id) -> ExpertQuestion | None:
    return questions_of(employee).filter(pk=question_id).first()


def answers_questions(user, now: datetime) -> bool:
    """Whether somebody is a training administrator or was asked something as a course's expert."""
    if Role.TRAINING_ADMIN in roles_of(user, now):
        return True
    return Course.objects.filter(expert_id=user.pk).exists() or ExpertQuestion.objects.filter(expert_id=user.pk).exists()


def questions_for(user, now: datetime) -> QuerySet[ExpertQuestion]:
    """What this person may answer: everything for training administrators, else what they were asked; open ones first."""
    rows = ExpertQuestion.objects.select_related("course", "version", "employee", "expert", "answered_by")
    if Role.TRAINING_ADMIN not in roles_of(user, now):
        rows = rows.filter(expert_id=user.pk)
    return rows.order_by(F("answered_at").desc(nulls_first=True), "due_at", "pk")
