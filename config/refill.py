"""Putting what somebody has typed back into a page of ours that was drawn anew.

A page is drawn for the language button as if it were opened (`config.language_button`); then its form is filled in here, as it is written.
So no view and no form has to know of it, and forms written by hand or by a library are kept like all others.
"""

from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

from django.utils.translation import gettext

from people.wording import listed

PAGE_FORM = "page-form"
# Set anew by whoever draws the page, or never shown again: what opens something stays unseen.
NEVER = ("csrfmiddlewaretoken",)
SECRET = ("code", "pass", "secret")
# Nothing is typed into these.
WITHOUT_TEXT = ("submit", "button", "reset", "image", "password")


def is_secret(name: str) -> bool:
    """Whether a field of this name holds something that opens something: a code, a passphrase."""
    return any(word in name for word in SECRET)


def refilled(page: str, typed: dict[str, Sequence[str]], place: int) -> str:
    """The HTML `page` with `typed` in its form number `place` (0 is the first), which becomes the page's form.

    Passwords, codes and passphrases stay empty. A browser gives no file to a page: where one had been chosen, a sentence says so.
    """
    writer = _Writer(page, typed, place)
    writer.feed(page)
    writer.close()
    return writer.result()


class _Writer(HTMLParser):
    """Reads the page and notes which stretches of it are to be written otherwise."""

    def __init__(self, page: str, typed: dict[str, Sequence[str]], place: int):
        super().__init__(convert_charrefs=False)
        self._page, self._typed, self._place = page, typed, place
        self._lines = _line_starts(page)
        self._changes: list[tuple[int, int, str]] = []
        self._forms = 0
        self._inside = False
        self._used: dict[str, int] = {}
        self._folds: list[tuple[int, str]] = []
        self._select: str | None = None
        self._text: tuple[int, str] | None = None

    def result(self) -> str:
        pieces, at = [], 0
        for start, end, text in sorted(self._changes):
            pieces += [self._page[at:start], text]
            at = end
        return "".join([*pieces, self._page[at:]])

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "details":
            self._folds.append((self._here(), self.get_starttag_text()))
        elif tag == "form":
            self._inside = self._forms == self._place
            self._forms += 1
            if self._inside:
                self._rewrite(tag, given | {"id": PAGE_FORM})
                self._unfold()
            elif given.get("id") == PAGE_FORM:
                self._rewrite(tag, {name: value for name, value in given.items() if name != "id"})
        elif self._inside and "disabled" not in given:
            getattr(self, f"_fill_{tag}", lambda _given: None)(given)

    def handle_endtag(self, tag):
        if tag == "form":
            self._inside = False
        elif tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._text:
            start, text = self._text
            # A browser drops the first line break after the tag.
            self._changes.append((start, self._here(), "\n" + escape(text)))
            self._text = None

    def _unfold(self) -> None:
        """Open what the form is folded into."""
        for start, written in self._folds:
            if " open" not in written:
                self._changes.append((start, start + len(written), written[:-1] + " open>"))

    def _fill_input(self, given: dict) -> None:
        name, kind = given.get("name"), given.get("type", "text")
        if not name or name in NEVER or kind in WITHOUT_TEXT or is_secret(name):
            return
        if kind in ("checkbox", "radio"):
            given.pop("checked", None)
            chosen = (given.get("value") or "on") in self._typed.get(name, ())
            self._rewrite("input", given | ({"checked": None} if chosen else {}))
        elif kind == "file":
            self._say_choose_again(name)
        elif (text := self._next(name)) is not None:
            self._rewrite("input", given | {"value": text})

    def _fill_textarea(self, given: dict) -> None:
        name = given.get("name")
        if name and not is_secret(name) and (text := self._next(name)) is not None:
            self._text = (self._here() + len(self.get_starttag_text()), text)

    def _fill_select(self, given: dict) -> None:
        self._select = given.get("name")

    def _fill_option(self, given: dict) -> None:
        if self._select not in self._typed:
            return
        given.pop("selected", None)
        chosen = (given.get("value") or "") in self._typed[self._select]
        self._rewrite("option", given | ({"selected": None} if chosen else {}))

    def _say_choose_again(self, name: str) -> None:
        chosen = [file for file in self._typed.get(name, ()) if file]
        if chosen:
            words = gettext("Please choose again: %(names)s. A page can’t keep a file that was not sent.") % {"names": listed(chosen)}
            end = self._here() + len(self.get_starttag_text())
            self._changes.append((end, end, f'<p class="form-text" role="status">{escape(words)}</p>'))

    def _next(self, name: str) -> str | None:
        """What was typed into the next field of this name; None when the form that was sent had none."""
        number = self._used[name] = self._used.get(name, 0) + 1
        values = self._typed.get(name, ())
        return values[number - 1] if number <= len(values) else None

    def _rewrite(self, tag: str, given: dict) -> None:
        words = [tag, *(name if value is None else f'{name}="{escape(value)}"' for name, value in given.items())]
        start = self._here()
        self._changes.append((start, start + len(self.get_starttag_text()), f"<{' '.join(words)}>"))

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _line_starts(page: str) -> list[int]:
    starts = [0]
    while (found := page.find("\n", starts[-1])) != -1:
        starts.append(found + 1)
    return starts
