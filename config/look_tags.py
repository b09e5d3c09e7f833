"""Template tags of the shared look: icons, form questions, code groups. Dates are in `config.date_tags`.

Registered as a builtin, so that templates use these without `{% load %}`.
"""

import re
import secrets
import xml.etree.ElementTree as ElementTree
from functools import cache
from typing import NamedTuple

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxSelectMultiple, RadioSelect, Textarea
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.context import site
from people.models import CASE_ROLES, Role
from people.selectors import roles_of
from people.wording import listed

register = template.Library()
register.filter("listed", listed)

SVG = "{http://www.w3.org/2000/svg}"

# The paths are part of the design (they carry no meaning for whoever reads a browser history), so they are named once, here.
ADDRESSES = {
    "home": "/",
    "policy": "/p/",
    "steps": "/p/steps/",
    "sign": "/p/sign/",
    "campaigns": "/m/campaigns/",
    "training": "/t/",
    "report": "/r/",
    "follow": "/f/",
    "help": "/help/",
    "private": "/private/",
    "cookies": "/cookies/",
    "accessibility": "/accessibility/",
    "leave": "/x/",
    "stay": "/stay/",
    "work": "/w/",
    "cases": "/w/cases/",
    "calendar": "/w/calendar/",
    "search": "/w/search/",
    "oversight": "/o/",
    "oversight_training": "/o/training/",
    "manage": "/m/",
    "people": "/m/people/",
    "settings": "/m/settings/",
    "log": "/m/log/",
    "policies": "/m/policies/",
    "calendars": "/m/calendars/",
    "posters": "/m/posters/",
    "courses": "/m/training/",
    "directory": "/w/directory/",
    "account": "/a/2fa/",
    "lock": "/lock/",
    "unlock": "/unlock/",
    "sign_out": "/a/logout/",
}


class Stroke(NamedTuple):
    """One `<path>` of an icon: its outline and fill rule."""

    d: str
    rule: str


@cache
def icon_strokes() -> dict[str, tuple[Stroke, ...]]:
    """Return the outlines of every icon in static/img/icons.svg by name.

    The outlines are written into the page rather than referenced: one request fewer on the first page, and they print.
    """
    tree = ElementTree.parse(settings.BASE_DIR / "static" / "img" / "icons.svg")  # noqa: S314 - our own file
    return {
        symbol.attrib["id"]: tuple(Stroke(path.attrib["d"], path.attrib.get("fill-rule", "nonzero")) for path in symbol.iter(f"{SVG}path"))
        for symbol in tree.iter(f"{SVG}symbol")
    }


@register.inclusion_tag("components/icon.html")
def icon(name: str, extra: str = "") -> dict:
    """Draw the icon `name` in the colour of the text beside it; always next to a word, never instead of one.

    Raises KeyError for a name that static/img/icons.svg does not hold. `extra`: more CSS classes.
    """
    return {"strokes": icon_strokes()[name], "extra": extra}


@register.simple_tag
def address(name: str) -> str:
    """Return the path of a page that every template may link to, or "" when this installation has no such page."""
    return _existing(ADDRESSES[name])


@cache
def _existing(path: str) -> str:
    try:
        resolve(path)
    except Resolver404:
        return ""
    return path


@register.filter
def code_groups(code: str) -> list[str]:
    """Split a code into groups of four: "48217305…" -> ["4821", "7305", …]. Anything that is no digit is dropped."""
    return re.findall(r"\d{1,4}", re.sub(r"\D", "", str(code)))


@register.filter
def one_by_one(code: str) -> str:
    """Return the code one digit at a time, groups parted by commas, for dictation: "4 8 2 1, 7 3 0 5"."""
    return ", ".join(" ".join(group) for group in code_groups(code))


@register.filter
def lookup(mapping, key):
    """Return `mapping[key]`, or None."""
    return mapping.get(key) if mapping else None


# --- places -----------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def own_site(context) -> dict:
    """Return our `site`, also where a library's view has put its own `site` into the context (allauth's sign-in does)."""
    given = context.get("site")
    return given if isinstance(given, dict) else site(context["request"])["site"]


@register.simple_tag(takes_context=True)
def here(context, path: str, exact: bool = False) -> str:
    """Return ` aria-current="page"` when the page shown lies at `path`, or below it unless `exact`."""
    shown = context.get("site", {}).get("path", "").partition("?")[0]
    if shown == path:
        return format_html(' aria-current="{}"', "page")
    return format_html(' aria-current="{}"', "true") if not exact and path != "/" and shown.startswith(path) else ""


class Place(NamedTuple):
    """One link of the staff bar."""

    label: str
    path: str
    exact: bool


# Which roles see which place; the pages themselves refuse everyone else.
STAFF_PLACES = (
    ("work", _("My work"), CASE_ROLES),
    ("cases", _("Cases"), CASE_ROLES - {Role.OVERSIGHT}),
    ("oversight", _("Late and escalated"), frozenset({Role.OVERSIGHT})),
    ("oversight_training", _("Training"), frozenset({Role.OVERSIGHT})),
    ("calendar", _("Calendar"), CASE_ROLES - {Role.OVERSIGHT}),
    ("search", _("Search"), CASE_ROLES - {Role.OVERSIGHT}),
    ("manage", _("Administration"), frozenset({Role.POLICY_ADMIN, Role.TRAINING_ADMIN, Role.SYSTEM_ADMIN})),
    ("policies", _("Policies"), frozenset({Role.POLICY_ADMIN})),
    ("calendars", _("Calendars"), frozenset({Role.POLICY_ADMIN})),
    ("posters", _("Posters"), frozenset({Role.POLICY_ADMIN})),
    ("campaigns", _("Reading and signing"), frozenset({Role.POLICY_ADMIN})),
    ("courses", pgettext_lazy("navigation", "Courses"), frozenset({Role.TRAINING_ADMIN})),
    ("directory", _("Directory"), frozenset({Role.SYSTEM_ADMIN})),
    ("people", _("People"), frozenset({Role.SYSTEM_ADMIN})),
    ("settings", _("Settings"), frozenset({Role.SYSTEM_ADMIN})),
    ("log", _("Log"), frozenset({Role.POLICY_ADMIN, Role.TRAINING_ADMIN, Role.SYSTEM_ADMIN})),
    ("account", pgettext_lazy("navigation", "Account"), None),
    ("help", pgettext_lazy("navigation", "Help"), None),
)


@register.simple_tag(takes_context=True)
def staff_places(context) -> list[Place]:
    """Return the places of the staff bar that exist and that this person's roles lead to; none before sign-in."""
    user = context.get("user")
    if not getattr(user, "is_authenticated", False):
        return []
    roles = getattr(context.get("request"), "roles", None)
    if roles is None:
        roles = roles_of(user, timezone.now())
    allowed = [(name, label) for name, label, wanted in STAFF_PLACES if wanted is None or wanted & roles]
    return [Place(str(label), address(name), name in ("work", "manage", "oversight")) for name, label in allowed if address(name)]


@register.simple_tag(takes_context=True)
def idle_left(context) -> int:
    """Return the seconds of inactivity after which this page's session ends, or 0 when the view opened no session.

    Asks only where the view itself has read the session: a public page must not touch one.
    """
    access = getattr(context.get("request"), "vault", None)
    if access is None or not access.was_read or access.idle_ends_at is None:
        return 0
    return max(0, int((access.idle_ends_at - timezone.now()).total_seconds()))


# --- promises ---------------------------------------------------------------------------------------

PROMISE_STATES = {
    "done": ("done", pgettext_lazy("promise", "Done")),
    "met": ("done", pgettext_lazy("promise", "Done")),
    "met_late": ("late", pgettext_lazy("promise", "Done late")),
    "late": ("late", pgettext_lazy("promise", "Late")),
    "due": ("", pgettext_lazy("promise", "Due")),
    "extended": ("active", pgettext_lazy("promise", "New date")),
    "stopped": ("", pgettext_lazy("promise", "No longer needed")),
}


@register.inclusion_tag("components/tag.html")
def promise_tag(state: str) -> dict:
    """Show the state of a promise in a word; raises KeyError for a state that PROMISE_STATES does not name."""
    kind, text = PROMISE_STATES[str(state)]
    return {"state": kind, "text": text}


@register.simple_tag
def late_words(amount: int, unit: str = "working_days") -> str:
    """Return “We are 2 working days late.” `unit`: working_days, days, working_hours or hours."""
    if unit == "working_days":
        return ngettext("We are %(amount)d working day late.", "We are %(amount)d working days late.", amount) % {"amount": amount}
    if unit == "working_hours":
        return ngettext("We are %(amount)d working hour late.", "We are %(amount)d working hours late.", amount) % {"amount": amount}
    if unit == "hours":
        return ngettext("We are %(amount)d hour late.", "We are %(amount)d hours late.", amount) % {"amount": amount}
    return ngettext("We are %(amount)d day late.", "We are %(amount)d days late.", amount) % {"amount": amount}


# --- forms ------------------------------------------------------------------------------------------


@register.simple_tag
def prepare_field(field: BoundField) -> str:
    """Take out what Django adds and we don't want: the `required` attribute, browser memory of long texts."""
    field.form.use_required_attribute = False
    if isinstance(field.field.widget, Textarea):
        field.field.widget.attrs.setdefault("autocomplete", "off")
        field.field.widget.attrs.setdefault("rows", 8)
        _let_browser_count(field)
    return ""


def _let_browser_count(field: BoundField) -> None:
    """Hand the limit to the live count instead of `maxlength`, which would silently cut what somebody pastes."""
    limit = getattr(field.field, "max_length", None)
    if limit:
        field.field.widget.attrs |= {
            "data-limit": str(limit),
            "data-left": gettext("{} characters left"),
            "data-over": gettext("{} characters too many"),
            "maxlength": False,
        }


@register.simple_tag(takes_context=True)
def field(context, bound: BoundField, heading: bool = False, rows: int | None = None) -> str:
    """Render one form field: label, hint, error, input, in this order.

    `heading`: make the label or legend the page's `<h1>`. `rows`: height of a textarea.
    """
    if rows and isinstance(bound.field.widget, Textarea):
        bound.field.widget.attrs["rows"] = rows
    values = {"field": bound, "heading": heading, "form_show_errors": True, "form_show_labels": True}
    return template.loader.get_template("bootstrap5/field.html").render(values | {"site": context.get("site")})


@register.simple_tag(takes_context=True)
def question(context, bound: BoundField, rows: int | None = None) -> str:
    """Render the field whose label is the page's heading."""
    return field(context, bound, heading=True, rows=rows)


@register.filter
def option_hint(bound: BoundField, value) -> str:
    """Return the sentence under one option, from `form.fields[…].option_hints = {value: text}`."""
    return getattr(bound.field, "option_hints", {}).get(str(value), "")


@register.filter
def is_fixed_option(bound: BoundField, value) -> bool:
    """True for an option that is always ticked, from `form.fields[…].fixed_options = {value, …}`."""
    return str(value) in getattr(bound.field, "fixed_options", ())


class SummaryLine(NamedTuple):
    """One line of an error summary: the words, and the id of the field that takes the focus ("" for none)."""

    text: str
    target: str


@register.simple_tag
def summary_lines(form=None, extra=()) -> list[SummaryLine]:
    """Return every error of a form (or of each form in a formset) in the order of the page, after the `extra` sentences."""
    lines = [SummaryLine(str(text), "") for text in extra or ()]
    if not getattr(form, "is_bound", False):
        return lines
    lines += [SummaryLine(str(text), "") for text in getattr(form, "non_form_errors", list)()]
    for each in getattr(form, "forms", [form]):
        lines += [SummaryLine(str(text), "") for text in each.non_field_errors()]
        for bound in each:
            lines += [SummaryLine(_under(each, text), _first_input_id(bound)) for text in bound.errors]
    return lines


def _under(form, text) -> str:
    """The error, after the title of its form where a page holds several: six times “Choose one” would say nothing."""
    title = getattr(form, "summary_title", "")
    return f"{title}: {text}" if title else str(text)


def _first_input_id(bound: BoundField) -> str:
    """Return the id of the first input: radios and checkboxes have one per option and none for the whole."""
    if isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple):
        options = list(bound)
        return options[0].id_for_label if options else f"div_{bound.auto_id}"
    return bound.id_for_label or bound.auto_id


@register.simple_tag
def error_prefix(form=None, failed: bool = False) -> str:
    """Return “Error: ” for the title of a page that shows an error, else ""."""
    return gettext("Error: ") if failed or summary_lines(form) else ""


@register.simple_tag(takes_context=True)
def once(context) -> str:
    """The one-time token of a form of staff: two clicks are one act (`audit.once`). A form that comes back with errors keeps its own."""
    form, request = context.get("form"), context.get("request")
    if "once" in getattr(form, "fields", {}) and not form.prefix:
        return form["once"]
    sent = request.POST.get("once", "") if request is not None else ""
    return format_html('<input type="hidden" name="once" value="{}">', sent[:64] or secrets.token_hex(16))
