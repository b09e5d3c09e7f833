"""Rows and constraints only."""

from training.models.assignments import Absence, Assignment, Sweep
from training.models.attempts import Answer, AnswerCount, Attempt
from training.models.completions import Completion
from training.models.courses import Course, CourseFile, CourseVersion
from training.models.imports import ImportFile
from training.models.questions import ExpertQuestion
from training.models.sessions import Attendance, LiveSession, SignInSheet
from training.models.xapi import LearningSystem, MappedActivity, ReceivedStatement

__all__ = [
    "Absence",
    "Answer",
    "AnswerCount",
    "Assignment",
    "Attempt",
    "Attendance",
    "Completion",
    "Course",
    "CourseFile",
    "CourseVersion",
    "ExpertQuestion",
    "ImportFile",
    "LearningSystem",
    "LiveSession",
    "MappedActivity",
    "ReceivedStatement",
    "SignInSheet",
    "Sweep",
]
