"""What a browser would make of HTML that came out of somebody's words: parsed as HTML5, and held against a list of what is allowed."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import tinyhtml5

XHTML = "{http://www.w3.org/1999/xhtml}"
# Characters a browser drops before it looks for a scheme.
_DROPPED = dict.fromkeys(map(ord, "\t\n\r"))


def vectors() -> list[str]:
    """The corpus: one attack a line."""
    text = Path(__file__).with_name("xss.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def offences(html: str, *, tags: set[str], attributes: dict[str, set[str]], schemes: set[str]) -> list[str]:
    """Every element, attribute, comment or address in `html` that is not on the lists. Empty: nothing but the allowed."""
    document = tinyhtml5.parse(f"<!doctype html><html><head></head><body>{html}</body></html>")
    body = document.find(f"{XHTML}body")
    found = [f"attribute of body: {name}" for name in body.attrib]
    found += [f"outside body: {each.tag}" for each in document.find(f"{XHTML}head")]
    for element in body.iter():
        if element is body:
            continue
        if not isinstance(element.tag, str) or not element.tag.startswith(XHTML):
            found.append(f"no HTML element: {element.tag}")
            continue
        name = element.tag.removeprefix(XHTML)
        if name not in tags:
            found.append(f"element: {name}")
        found += [f"attribute: {name} {attribute}" for attribute in element.attrib if attribute not in attributes.get(name, set())]
        if "href" in element.attrib and _scheme(element.attrib["href"]) not in {*schemes, ""}:
            found.append(f"address: {element.attrib['href']}")
    return found


def _scheme(address: str) -> str:
    """The scheme a browser would see: spaces and controls before it, tabs and line ends inside it are dropped."""
    plain = address.translate(_DROPPED).lstrip("".join(map(chr, range(0x21))))
    return urlsplit(plain).scheme.lower()
