"""The sentences of the directory import: what is wrong with a line, and what changes."""

from django.utils.translation import gettext_lazy as _

from people.directory import Problem

COLUMN_NAMES = {
    "number": _("Employee number"),
    "name": _("Name"),
    "other_name": _("Name in the other language"),
    "email": _("E-mail"),
    "manager": _("Manager’s number"),
    "hr_contact": _("HR contact’s number"),
    "unit": _("Unit"),
    "site": _("Site"),
    "language": _("Language"),
    "joined": _("Joined"),
    "left": _("Left"),
}
KIND_NAMES = {"join": _("Joins"), "change": _("Changes"), "leave": _("Leaves"), "return": _("Comes back")}
PROBLEMS = {
    "encoding": _("The file is not text we can read. Save it as CSV (UTF-8)."),
    "malformed": _("A quotation mark is missing or in the wrong place."),
    "empty": _("The file has no rows below the heading."),
    "unknown_column": _("We don’t know a column called “%(value)s”."),
    "column_twice": _("The column “%(column)s” is there twice."),
    "column_missing": _("The column “%(column)s” is missing."),
    "cells": _("The row has %(value)s cells, the heading has another number."),
    "missing": _("“%(column)s” is empty."),
    "formula": _("%(column)s: “%(value)s” begins like a spreadsheet formula."),
    "too_long": _("%(column)s: “%(value)s…” is too long."),
    "characters": _("%(column)s holds characters that can’t be shown."),
    "email": _("%(column)s: “%(value)s” is not an e-mail address."),
    "date": _("%(column)s: “%(value)s” is not a date. Write it as 2026-11-23."),
    "language": _("%(column)s: “%(value)s” is not a language of this site. Use en or zh-hans."),
    "left_before_joined": _("The leaving date is before the joining date."),
    "own_manager": _("%(value)s is entered as their own manager."),
    "twice": _("%(column)s: %(value)s is there twice (first line in brackets)."),
    "unknown_person": _("%(column)s: nobody has the number %(value)s, in this file or in the directory."),
    "unknown_site": _("%(column)s: there is no site called “%(value)s”."),
    "circle": _("The reporting line goes in a circle: %(value)s"),
    "email_of_other": _("%(column)s: %(value)s belongs to somebody else’s account."),
}


def sentence(problem: Problem) -> str:
    """Return what is wrong, in the language in force."""
    return str(PROBLEMS[problem.code]) % {"column": COLUMN_NAMES.get(problem.column, problem.column), "value": problem.value}
