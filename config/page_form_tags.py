"""Template tags for the form of a page, to which its language button belongs. A builtin, as `config.look_tags` is."""

import re
from html import unescape
from typing import NamedTuple

from django import template
from django.utils.html import format_html, format_html_join

from config.refill import PAGE_FORM

register = template.Library()

PAGE_FORM_MARK = f' id="{PAGE_FORM}"'
_FORM = re.compile(r"<form\b")
_FIRST_BUTTON = re.compile(r'<button\b[^>]*\btype="submit"[^>]*>')
_WHAT_IT_DOES = re.compile(r' (name|value|formaction)="([^"]*)"')


class PageForm(NamedTuple):
    """The form of a page: which of its forms it is (0 is the first), whether a button of its own sends it, and what the first of them
    says (attributes, ready to be written; often none)."""

    place: int
    has_button: bool
    first_button: str


@register.simple_tag
def page_form(body: str = "") -> PageForm | None:
    """The form with the id `page-form` in the drawn page `body`, or None."""
    mark = body.find(PAGE_FORM_MARK)
    if mark == -1:
        return None
    button = _FIRST_BUTTON.search(body, mark, body.find("</form>", mark))
    says = ((name, unescape(value)) for name, value in _WHAT_IT_DOES.findall(button[0])) if button else ()
    return PageForm(len(_FORM.findall(body, 0, mark)) - 1, button is not None, format_html_join("", ' {}="{}"', says))


@register.simple_tag
def is_page_form() -> str:
    """The mark of the page's form, for pages that choose among several."""
    return format_html(' id="{}"', PAGE_FORM)


@register.tag
def drawn(parser, token) -> "Drawn":
    """`{% drawn as name %}…{% enddrawn %}`: draw what is inside now, to be put with `{% written name %}` further down."""
    _tag, _as, name = token.split_contents()
    inside = parser.parse(("enddrawn",))
    parser.delete_first_token()
    return Drawn(inside, name)


@register.tag
def written(parser, token) -> "Written":
    """`{% written name %}`: what `{% drawn as name %}` drew."""
    _tag, name = token.split_contents()
    return Written(name)


class Drawn(template.Node):
    """What is inside, drawn before what stands above it on the page; with what was typed, when the language button was pressed."""

    def __init__(self, nodelist: template.NodeList, name: str):
        self.nodelist, self.name = nodelist, name

    def render(self, context) -> str:
        page, unsent = self.nodelist.render(context), getattr(context.get("request"), "unsent", None)
        context[self.name] = unsent.put_into(page) if unsent else page
        return ""


class Written(template.Node):
    """A part of the page that is HTML already."""

    def __init__(self, name: str):
        self.name = name

    def render(self, context) -> str:
        return context[self.name]
