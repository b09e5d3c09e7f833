"""HTML to PDF by WeasyPrint, which needs Pango on the server. Where it is missing, pages offer the browser's own print instead."""

from functools import cache

from django.contrib.staticfiles import finders


@cache
def available() -> bool:
    """Whether this server can make PDF files."""
    try:
        import weasyprint  # noqa: F401 (slow to load, and absent without Pango: asked for only when wanted)
    except (ImportError, OSError):
        return False
    return True


def render(html: str, css: str) -> bytes:
    """The PDF of a page. Nothing is fetched: neither files of the server nor other hosts, only `data:` addresses in the text."""
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols=("data",))
    return HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=[CSS(string=css, url_fetcher=fetcher)])


def stylesheet(name: str) -> str:
    """The text of a style sheet below static/css."""
    with open(finders.find(f"css/{name}"), encoding="utf-8") as file:
        return file.read()
