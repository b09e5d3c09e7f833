"""Walking through the report pages as a browser without scripts does."""

import re

from django.test import Client, RequestFactory
from django.utils import timezone

from complaints.models import Draft
from vault.sessions import Access

STORY = "CANARY-intake he would not let me leave the dinner"
EN, ZH = "en", "zh-hans"


def browser(lang: str = EN, **headers) -> Client:
    return Client(headers={"accept-language": lang, **headers})


def begin(client: Client, device: str = "own") -> Client:
    """From the start page to question 1."""
    response = client.post("/r/private/", {"device": device, "go": "next"})
    assert response.status_code == 303, response.content.decode()[:2000]
    return client


def write(client: Client, page: str, go: str = "next", path_query: str = "", **values):
    """Fill in one page and press a button."""
    end = {"end": "1"} if page == "10" else {}
    return client.post(f"/r/{page}/{path_query}", values | end | {"go": go})


def text(response) -> str:
    """The words of a page: no tags, single spaces."""
    import html

    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    body = re.sub(r"<head>.*?</head>", " ", body, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def told(lang: str = EN, story: str = STORY, **client_headers) -> Client:
    """A browser in which only the story was told."""
    client = begin(browser(lang, **client_headers))
    assert write(client, "1", story=story).status_code == 303
    return client


def readers_of(response) -> str:
    return re.search(r'name="readers" value="([^"]*)"', response.content.decode())[1]


def send(client: Client):
    """Press “Send to the case team” on the check page."""
    check = client.get("/r/check/")
    return client.post("/r/check/", {"go": "send", "readers": readers_of(check)})


def only_draft() -> Draft:
    return Draft.objects.get()


def secret_of(client: Client) -> bytes:
    """The draft secret of this browser."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    return Access(request, timezone.now()).draft_secret
