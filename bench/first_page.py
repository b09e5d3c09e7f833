"""What the first page of the reporter's area costs on the wire: bytes after gzip, and requests."""

import gzip
import re
from pathlib import Path

from django.conf import settings
from django.test import Client

from bench.world import Result, make_cast

LINKED = re.compile(r"""<(?:link|script|img)\b[^>]*?(?:href|src)=["']([^"']+)["']""")


def main(quick: bool = False) -> list[Result]:
    make_cast()
    results = []
    for path in ("/", "/r/"):
        requests, size = _cost(path)
        results += [Result(f"{path} gzip", size / 1024, 40, "KB"), Result(f"{path} requests", requests, 5, "")]
    return results


def _cost(path: str) -> tuple[int, int]:
    response = Client().get(path)
    assert response.status_code == 200, response.status_code
    html = response.content
    links = {link for link in LINKED.findall(html.decode()) if link.startswith(settings.STATIC_URL)}
    files = [Path(settings.BASE_DIR) / "static" / link.removeprefix(settings.STATIC_URL).split("?")[0] for link in links]
    return 1 + len(files), sum(len(gzip.compress(data)) for data in (html, *(each.read_bytes() for each in files)))
