"""Markdown of policy texts, the one place in the product where text becomes HTML."""

import re

import nh3
from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from markdown_it import MarkdownIt

from policy.authoring_selectors import PART_HEADINGS, page_of
from policy.models import DayKind
from policy.outside import clock_sentence
from policy.profiles import source_words

register = template.Library()

_HEADINGS_START_AT = 4
_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br", "hr", "h2", "h3", "h4", "h5", "h6", "code"}
_ATTRIBUTES = {"*": set(), "a": {"href"}}
_SCHEMES = {"http", "https", "mailto", "tel"}

# Bold words that end in a Chinese full stop with no space after them: CommonMark sees no end there, a reader does. An unseen letter
# inside the asterisks makes it see one; it is taken out again afterwards.
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_UNSEEN = "\u200b"

# Raw HTML is never parsed; what the parser makes is then reduced to the tags above.
_markdown = MarkdownIt("commonmark", {"html": False}).disable("image")


@register.filter
def policy_markdown(text: str, headings_start_at: int = _HEADINGS_START_AT) -> SafeString:
    """Render the Markdown subset of a policy text. Headings start below the page's: "#" becomes `headings_start_at`, never `<h1>`."""
    tokens = _markdown.parse(_BOLD.sub(rf"**{_UNSEEN}\1{_UNSEEN}**", str(text)))
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{max(2, min(6, int(token.tag[1]) + headings_start_at - 1))}"
    html = _markdown.renderer.render(tokens, _markdown.options, {}).replace(_UNSEEN, "")
    # Safe because nh3 has just reduced it to a fixed list of tags, attributes and schemes.
    return SafeString(nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer"))


@register.filter
def source_in_words(src: str) -> str:
    """The law or text behind a fact, by its name."""
    return source_words(src, get_language() or "en")


@register.filter
def clock(part) -> str:
    """A clock of an outside route, with the day it runs from."""
    return clock_sentence(part, get_language() or "en")


@register.simple_tag
def part_heading(part: str) -> str:
    """The name of a part of the policy; "" for one that does not exist."""
    return str(PART_HEADINGS.get(part, ""))


@register.simple_tag
def part_page(number: int, part: str) -> str:
    """The address of the editor's page for a part of version `number`."""
    page = page_of(part)
    return reverse("authoring:facts", args=[number]) if page == "facts" else reverse("authoring:page", args=[number, page])


@register.simple_tag
def day_kind(kind: str) -> str:
    """ "Day off" or "Make-up working day"."""
    return str(DayKind(kind).label)
