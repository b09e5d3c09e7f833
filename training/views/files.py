"""Films, recordings and captions of courses, from our own address, to whoever is signed in."""

import re

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from training.player_selectors import file_by_id
from training.services import media

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


@require_safe
def file(request: HttpRequest, file_id) -> HttpResponse:
    """A file of a course, whole or the part that the player asks for (to jump ahead). Never opened as a page."""
    found = file_by_id(file_id)
    if found is None:
        raise Http404
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": "inline",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    span = _span(request.headers.get("Range", ""), found.length)
    if span is None:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{found.length}"})
    first, last = span
    is_part = "Range" in request.headers and (first, last) != (0, found.length - 1)
    headers["Content-Length"] = str(last - first + 1)
    if is_part:
        headers["Content-Range"] = f"bytes {first}-{last}/{found.length}"
    body = media.stream(found, first, last) if request.method == "GET" else ()
    return StreamingHttpResponse(body, content_type=found.media_type, headers=headers, status=206 if is_part else 200)


def _span(wanted: str, length: int) -> tuple[int, int] | None:
    """(first, last) of the bytes asked for; all of them for what can't be read; None when they lie outside."""
    match = _RANGE.fullmatch(wanted.strip())
    if not match or match.groups() == ("", ""):
        return 0, length - 1
    start, end = match.groups()
    if not start:
        first, last = max(0, length - int(end)), length - 1
    else:
        first, last = int(start), min(int(end) if end else length - 1, length - 1)
    return (first, last) if first <= last else None
