"""Nobody who is heard learns of anybody else who is heard (Q11): two respondents and a witness, each with a code of their own.

The same moment is lived twice: once while everything happens to another party, once without. Every page of whoever looks on is compared.
"""

from datetime import timedelta
from itertools import permutations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from investigations.models import PartyDocument
from investigations.selectors_parties import party_of
from investigations.services import informal, party_side, serving, talks, witness_checks
from tests.attacks.comparing import bare
from tests.attacks.conftest import undone
from tests.investigations.parties.conftest import inquiry  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
PAGES = (
    "/s/", "/s/home/", "/s/answer/", "/s/messages/", "/s/object/", "/s/code/", "/s/comment/", "/s/review/", "/s/way/", "/s/way/yes/",
    "/s/checkin/", "/s/work/", "/s/sent/answer/", "/s/sent/appeal/",
)  # fmt: skip


@pytest.fixture
def now():
    return timezone.now()


def looked_at(client: Client, stranger) -> dict:
    """Every page, and the addresses of the other one's papers."""
    found = {path: bare(client.get(path), path=path) for path in PAGES}
    for paper in stranger:
        for path in (f"/s/record/{paper}/", f"/s/file/{paper}/1/"):
            found[path] = bare(client.get(path), path=path)
    return found


def everything_happens_to(inquiry, party, now) -> list:  # noqa: F811
    """Served, invited, answered, talked to, asked for an informal way, watched over. Returns the ids of their papers."""
    code = inquiry.invite(party)
    if party.side == "respondent":
        inquiry.serve(party, text="CANARY-put to somebody else")
        reach = {"complaint": inquiry.complaint, **inquiry.by()}
        informal.ask(complaint=inquiry.complaint, keyring=inquiry.filed.keyring, text="", token="i", now=now, language="en")
        informal.write_terms(**reach, text="CANARY-terms", no_money=True, version=1)
        informal.put_to_respondent(**reach, party_id=party.pk)
    else:
        serving.write(party=party, text="CANARY-asked", kind="put_to", token="w", **inquiry.by())
    mine = party_side.enter(text=code, now=now)
    party_side.write(party=mine.party, keyring=mine.keyring, kind="answer", text="CANARY-answer", token="a", now=now)
    at = {"investigation": inquiry.investigation, "person_id": party.person_id, "words": {"place": "CANARY-place"}, "guide": []}
    talks.plan(**at, planned_at=now + timedelta(days=9), token="t", **inquiry.by())
    if party.side == "witness":
        witness_checks.set_watch(party=mine.party, keyring=mine.keyring, agrees=True, now=now)
    return list(PartyDocument.objects.filter(party=party).values_list("pk", flat=True))


EVERYBODY = ("first respondent", "second respondent", "witness")


@pytest.mark.parametrize(("looking", "busy"), list(permutations(EVERYBODY, 2)))
def test_what_happens_to_one_leaves_no_trace_on_another(inquiry, now, looking, busy):  # noqa: F811
    people = {
        "first respondent": inquiry.party("respondent", "CANARY-Zhou Da"),
        "second respondent": inquiry.party("respondent", "CANARY-Qian Er"),
        "witness": inquiry.party("witness", "CANARY-Wu Fan"),
    }
    client = entered(inquiry, people[looking])
    with undone():
        papers = everything_happens_to(inquiry, people[busy], now)
        after = looked_at(client, papers)
        assert all(after[path][0] == 404 for path in after if path not in PAGES)
    with undone():
        before = looked_at(client, papers)
    assert [path for path in before if before[path] != after[path]] == []


def test_their_own_pages_do_change(inquiry, now):  # noqa: F811
    """The control: whoever it happens to does see it."""
    party = inquiry.party("respondent", "CANARY-Zhou Da")
    client = entered(inquiry, party)
    with undone():
        before = looked_at(client, [])
    papers = everything_happens_to(inquiry, party_of(party.investigation, party.number), now)
    after = looked_at(entered(inquiry, party), papers)
    assert before["/s/home/"] != after["/s/home/"] and after["/s/way/"][0] == 200


def entered(inquiry, party) -> Client:  # noqa: F811
    cache.clear()
    client = Client()
    assert client.post("/s/", {"code": inquiry.invite(party)}).status_code == 302
    return client
