"""Template tags for dates and moments in both languages. A builtin, as `config.look_tags` is."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import pgettext

register = template.Library()


def _as_local(value: date | datetime) -> date | datetime:
    """Return an aware datetime in the time zone in force; dates and naive datetimes as they are."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _in_words(value: date | datetime | None, pattern: str) -> str:
    return date_format(_as_local(value), pattern) if value else ""


@register.filter(name="weekday_date")
def weekday_date_text(value: date | datetime | None) -> str:
    """Return “Friday 14 November 2025” / “2025年11月14日（星期五）”; a moment is shown in the time zone in force."""
    return _in_words(value, pgettext("date format: weekday and date", "l j F Y"))


@register.filter(name="short_date")
def short_date_text(value: date | datetime | None) -> str:
    """Return “14 Nov 2025” / “2025年11月14日”, for tables of the staff pages."""
    return _in_words(value, pgettext("date format: short", "j M Y"))


@register.filter
def near_date(value: date | datetime | None) -> str:
    """Return “Fri 14 Nov” / “11月14日（星期五）”, with the year unless it is this one: for what is due soon."""
    if value and _as_local(value).year != timezone.localdate().year:
        return short_date_text(value)
    return _in_words(value, pgettext("date format: weekday and day of this year", "D j M"))


@register.filter(name="clock_time")
def clock_time_text(value: datetime | None) -> str:
    """Return “14:30” in the time zone in force."""
    return _in_words(value, "H:i")


@register.filter(name="moment")
def moment_text(value: datetime | None) -> str:
    """Return “Friday 14 November 2025, 14:30” / “2025年11月14日（星期五）14:30” in the time zone in force."""
    return _in_words(value, pgettext("date format: weekday, date and time", "l j F Y, H:i"))


@register.filter(name="short_moment")
def short_moment_text(value: datetime | None) -> str:
    """Return “14 Nov 2025, 14:30” / “2025年11月14日 14:30”, for tables and timelines of the staff pages."""
    return _in_words(value, pgettext("date format: short with time", "j M Y, H:i"))


def _time_element(value: date | datetime | None, text: str) -> str:
    return format_html('<time datetime="{}">{}</time>', _as_local(value).isoformat(), text) if value else ""


@register.simple_tag
def weekday_date(value: date | datetime | None) -> str:
    """Return the date with its weekday in a `<time>` element."""
    return _time_element(value, weekday_date_text(value))


@register.simple_tag
def moment(value: datetime | None) -> str:
    """Return date, weekday and time in a `<time>` element."""
    return _time_element(value, moment_text(value))


@register.simple_tag
def due_by(value: date | datetime | None) -> str:
    """Return when something promised is due: the day, or the exact time where one was promised (`PromiseRow.due`)."""
    return moment(value) if isinstance(value, datetime) else weekday_date(value)
