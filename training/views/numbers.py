"""Numbers that may be shown, in words: what templates and charts are given (E7)."""

from django.utils.translation import gettext as _

from people.charts import Bar
from people.small_numbers import LEAST_NUMBER, Said, Share
from training.shown import ALL, AND_SMALL, SMALL, CourseAnswers, Group, PartAnswers, Shown
from training.vocabulary import FITS, VERDICTS


def share_words(share: Share) -> str:
    """ "45 of 60 (75%)", or as much as may be said."""
    if share.said == Said.EXACT:
        return _("%(part)d of %(base)d (%(percent)d%%)") % {"part": share.part, "base": share.base, "percent": share.percent}
    if share.said == Said.FEW:
        return _("fewer than %(number)d of %(base)d") % {"number": LEAST_NUMBER, "base": share.base}
    if share.said == Said.NEARLY_ALL:
        return _("all but fewer than %(number)d of %(base)d") % {"number": LEAST_NUMBER, "base": share.base}
    return _("Hidden to protect people")


def bar_words(share: Share) -> str:
    """What stands beside a bar."""
    if share.said == Said.FEW:
        return _("fewer than %(number)d") % {"number": LEAST_NUMBER}
    if share.said == Said.NEARLY_ALL:
        return _("all but fewer than %(number)d") % {"number": LEAST_NUMBER}
    return _("hidden") if share.percent is None else f"{share.percent}%"


def group_words(group: Group) -> str:
    if group.kind == ALL:
        return _("All units together")
    if group.kind == SMALL:
        return _("Smaller units together")
    return _("%(name)s and smaller units") % {"name": group.name} if group.kind == AND_SMALL else group.name


def bar_of(label: str, share: Share) -> Bar:
    return Bar(label, share.percent, bar_words(share))


def course_context(found: Shown) -> dict:
    """One course for `training/_shown.html`."""
    lines = [(group_words(group), share) for group, share in found.lines]
    return {
        "code": found.course.code,
        "chart": f"chart-{found.course.code}",
        "title": str(found.content.title),
        "rows": [(label, share_words(share)) for label, share in lines],
        "bars": [bar_of(label, share) for label, share in lines],
        "total": share_words(found.total) if found.total else "",
        "headline": _headline(found),
    }


def _headline(found: Shown) -> str:
    if found.total is None:
        return ""
    if found.total.percent is None:
        return _("%(title)s: who has it, by unit") % {"title": found.content.title}
    return _("%(title)s: %(percent)d%% have it") % {"title": found.content.title, "percent": found.total.percent}


def answers_context(found: CourseAnswers) -> dict:
    """The answers of one course for `training/_answers_shown.html`."""
    by_group = [(group_words(group), share) for group, share in found.by_group]
    return {
        "since": found.since,
        "until": found.until,
        "parts": [_part(each) for each in found.parts],
        "group_rows": [(label, share_words(share)) for label, share in by_group],
        "group_bars": [bar_of(label, share) for label, share in by_group],
    }


def _part(found: PartAnswers) -> dict:
    rows = [(_choice(found, choice), str(FITS.get(fit, "")), share) for choice, fit, share in found.choices or ()]
    return {
        "number": found.number,
        "chart": f"answers-{found.number}",
        "title": str(found.part.title),
        "rows": [(label, fit, share_words(share)) for label, fit, share in rows],
        "bars": [bar_of(label, share) for label, _fit, share in rows],
        "headline": _good(found),
    }


def _choice(found: PartAnswers, choice: str) -> str:
    option = found.part.option(choice)
    return str(option.text) if option else str(VERDICTS.get(choice, choice))


def _good(found: PartAnswers) -> str:
    if found.good is None or found.good.percent is None:
        return _("What was answered")
    return _("%(number)d%% chose a good answer") % {"number": found.good.percent}
