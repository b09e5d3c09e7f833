"""The forms of a page, as a browser without scripts would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageForm:
    """A form: where it goes, what it sends (a field that is repeated gives a list), and its buttons as (name, value)."""

    action: str
    method: str
    multipart: bool
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    # Where its buttons send it instead of `action`.
    actions: list[str] = field(default_factory=list)
    # What may be chosen: values of radio buttons, boxes and lists.
    choices: dict[str, list[str]] = field(default_factory=dict)
    id: str = ""
    # What a person fills in: name of the field and what it is (type of an input, else the tag), in the order of the page.
    kinds: list[tuple[str, str]] = field(default_factory=list)

    def values(self, **more) -> dict:
        """What is sent, without the token of the cookie."""
        return {name: v if len(v) > 1 else v[0] for name, v in self.fields.items() if name != "csrfmiddlewaretoken"} | more


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms: list[PageForm] = []
        self._open: PageForm | None = None
        self._text: str | None = None
        self._select: str | None = None
        self._first: str | None = None
        self._chosen = False

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name = given.get("name")
        if tag == "form":
            multipart = given.get("enctype") == "multipart/form-data"
            self._open = PageForm(given.get("action") or "", (given.get("method") or "get").lower(), multipart, id=given.get("id") or "")
            self.forms.append(self._open)
        elif self._open is None or "disabled" in given:
            return
        elif tag == "input":
            kind = given.get("type", "text")
            if name and kind not in ("hidden", "submit", "button"):
                self._open.kinds.append((name, kind))
            if name and kind in ("checkbox", "radio"):
                self._open.choices.setdefault(name, []).append(given.get("value") or "on")
            if name and kind not in ("submit", "file", "button") and (kind not in ("checkbox", "radio") or "checked" in given):
                self._put(name, given.get("value") or ("on" if kind == "checkbox" else ""))
        elif tag == "textarea" and name:
            self._text = name
            self._put(name, "")
            self._open.kinds.append((name, "textarea"))
        elif tag == "select":
            self._select, self._chosen, self._first = name, False, None
            self._open.kinds.append((name, "select"))
        elif tag == "option" and self._select:
            self._open.choices.setdefault(self._select, []).append(given.get("value") or "")
            if "selected" in given:
                self._chosen = True
                self._put(self._select, given.get("value") or "")
            elif self._first is None:
                self._first = given.get("value") or ""
        elif tag == "button":
            self._open.buttons.append((name or "", given.get("value") or ""))
            if elsewhere := given.get("formaction"):
                self._open.actions.append(elsewhere)

    def _put(self, name, value):
        self._open.fields.setdefault(name, []).append(value)

    def handle_data(self, data):
        if self._text:
            self._open.fields[self._text][-1] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            if self._text:
                # The first line break after the tag is none.
                stored = self._open.fields[self._text]
                stored[-1] = stored[-1].removeprefix("\n")
            self._text = None
        elif tag == "select" and self._select:
            # With nothing selected a browser sends the first.
            if not self._chosen and self._first is not None:
                self._put(self._select, self._first)
            self._select = None


def all_forms_of(response) -> list[PageForm]:
    """Every form of the page, in its order."""
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.forms


def forms_of(response) -> list[PageForm]:
    """Every form of the page with method post."""
    return [form for form in all_forms_of(response) if form.method == "post"]
