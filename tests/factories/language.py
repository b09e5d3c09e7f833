"""The language button of a page, as it is written there."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.buttons: list[dict[str, str | None]] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "button" and "language" in (given.get("class") or "").split():
            self.buttons.append(given)


def language_button(response) -> dict[str, str | None]:
    """The attributes of the first language button. Raises AssertionError when the page has only a link, which would lose what was typed."""
    reader = _Reader()
    reader.feed(response.content.decode())
    assert reader.buttons, "the language is changed by a link"
    return reader.buttons[0]
