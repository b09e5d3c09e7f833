"""No word of allegation, finding, report, decision, letter, proof or review outside the sealed fields (Q1), through the pages."""

import pytest

from complaints.services import review
from complaints.services.once import new_token
from investigations.models import Decision, DecisionItem
from investigations.services import appeals, making
from tests.factories.canary import LogBook, leaks
from tests.investigations.deciding.conftest import Bench

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
WORDS = ("CANARY-dd1", "CANARY-dd2", "CANARY-dd3", "CANARY-dd4", "CANARY-dd5", "CANARY-dd6", "CANARY-reasons", "CANARY-Boss")


def test_nothing_leaks_on_the_way_from_finding_to_review(bench: Bench, found, overseer, signed_in, reporter_client, now):
    with LogBook() as book:
        words = {"outcome": WORDS[0], "reasons": WORDS[1], "now": "x", "heard_on": now.date().isoformat(), "heard": WORDS[2], "version": 0}
        assert bench.post("write/", words).status_code == 302
        data = {"code": "dismissal", "text": WORDS[3], "to": str(bench.person.user.pk), "due_date": now.date().isoformat()}
        assert bench.post("add/sanction/?for=1", data | {"outside_reason": WORDS[4], "once": new_token()}).status_code == 302
        assert bench.post("make/", {"version": making.stamp(Decision.objects.get())}).status_code == 302
        letter = {"answer": WORDS[0], "finding0": "x", "reasons0": WORDS[1], "version": 0}
        assert bench.post(f"letters/to/{bench.complaint.ref}/", letter).status_code == 302
        assert bench.post("release/", {"to": "reporters"}).status_code == 302
        assert bench.post(f"items/{DecisionItem.objects.get().pk}/", {"text": WORDS[5], "version": 1}).status_code == 302
        reporter_client(bench.filed.code).get("/f/decision/")
        review.request(complaint=bench.complaint, keyring=bench.filed.keyring, reasons=["procedure"], text=WORDS[2], token="r", now=now)
        appeals.gather(complaint=bench.complaint, now=now)
        signed_in(overseer).get(f"/o/c/{bench.complaint.ref}/")
    logged = "\n".join([*book.written, *book.unfiltered])
    assert leaks(WORDS, ("log", logged.encode())) == []
