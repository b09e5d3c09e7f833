"""The sentences of the import of completions: what is wrong with a line, and what happens to a row."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.import_file import BAD, NEW, THERE, Problem

COLUMN_NAMES = {
    "person": _("E-mail or staff number"),
    "course": _("Course (code or title)"),
    "completed": _("Completed on"),
    "minutes": _("Minutes"),
    "provider": pgettext_lazy("of training", "Provider"),
    "reference": _("Number of the record in the other system"),
}
STATES = {NEW: _("Will be imported"), THERE: _("Was imported before"), BAD: _("Needs mending")}
PROBLEMS = {
    "encoding": _("The file is not text we can read. Save it as CSV (UTF-8)."),
    "malformed": _("A quotation mark is missing or in the wrong place."),
    "empty": _("The file has no rows below the heading."),
    "too_many": _("The file has more than %(value)s rows. Split it."),
    "unknown_column": _("We don’t know a column called “%(value)s”."),
    "column_twice": _("The column “%(column)s” is there twice."),
    "column_missing": _("The column “%(column)s” is missing."),
    "cells": _("The row has %(value)s cells, the heading has another number."),
    "missing": _("“%(column)s” is empty."),
    "formula": _("%(column)s: “%(value)s” begins like a spreadsheet formula."),
    "too_long": _("%(column)s: “%(value)s…” is too long."),
    "characters": _("%(column)s holds characters that can’t be shown."),
    "unknown": _("Nobody in the directory has “%(value)s”."),
    "several": _("“%(value)s” may mean several people. Use the staff number."),
    "unknown_course": _("There is no course “%(value)s”."),
    "minutes": _("“%(value)s” is no number of minutes from 1 to 6000."),
    "date": _("%(column)s: “%(value)s” is not a date. Write it as 2026-11-23."),
    "future": _("%(value)s lies in the future."),
    "not_here": _("The person did not work here on %(value)s."),
    "twice": _("This completion stands in line %(value)s already."),
}


def sentence(problem: Problem) -> str:
    """What is wrong, in the language in force."""
    return str(PROBLEMS[problem.code]) % {"column": COLUMN_NAMES.get(problem.column, problem.column), "value": problem.value}
