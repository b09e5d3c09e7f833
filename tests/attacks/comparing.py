"""Two answers side by side: what may differ between two requests of one browser, and nothing else, is taken out."""

import re
from urllib.parse import quote

_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
# The strip counts down to the end of the session, and a second may have passed in between.
_COUNTDOWN = re.compile(rb'data-[a-z-]+="\d+"')
_ONCE = re.compile(rb'name="([a-z0-9-]*once|[a-z0-9-]*token)" value="[^"]*"')


def bare(response, *, path: str = "") -> tuple[int, bytes, tuple]:
    """Status, body and headers without one-time tokens, and without the address itself where the page repeats it."""
    body = _ONCE.sub(b"", _COUNTDOWN.sub(b"", _TOKEN.sub(b"", response.content)))
    if path:
        body = body.replace(b"next=" + quote(path, safe="").encode(), b"next=PATH")
    cookies = tuple(sorted(name for name in response.cookies))
    headers = {k: v for k, v in response.headers.items() if k not in {"Content-Length", "Set-Cookie"}}
    if path and "Location" in headers:
        headers["Location"] = headers["Location"].replace(path, "PATH").replace(quote(path, safe=""), "PATH")
    headers["Vary"] = ", ".join(sorted(headers.get("Vary", "").split(", ")))
    return response.status_code, body, (*sorted(headers.items()), cookies)
