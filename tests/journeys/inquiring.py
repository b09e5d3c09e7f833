"""The investigation and what comes after, through the pages, with a canary in everything that anybody can type, name or send."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.actors import SYSTEM
from complaints.models import Complaint, Event
from complaints.services.events import happened
from complaints.states import EventKind
from investigations.models import CasePerson, Evidence, PlanItem, PreservationRequest
from tests.journeys import telling
from tests.journeys.telling import attachment, say


def inquire(browser: telling.Teller, complaint: Complaint) -> None:
    """Plan, records, evidence, custody, copies and the bundle; each form once with something wrong in it."""
    at, today = f"/c/{complaint.ref}/", timezone.localdate()
    soon, past = (today + timedelta(days=3)).isoformat(), (today - timedelta(days=3)).isoformat()
    browser.send(f"{at}plan/aims/", 302, text=say("aims"), version=1)
    browser.send(f"{at}plan/aims/", 409, text=say("stale aims"), version=1)
    browser.send(f"{at}plan/add/question/", 200, text=say("a question"), due_date=say("no date"), once="p1")
    browser.send(f"{at}plan/add/question/", 302, text=say("a question"), due_date=soon, once="p1")
    person = CasePerson.objects.get(complaint=complaint)
    browser.send(f"{at}plan/add/person/", 302, text=say("whom to hear"), person=str(person.pk), once="p2")
    line = PlanItem.objects.filter(investigation__lead=complaint, kind="question").get()
    words = {"text": say("another question"), "answer": say("what came out")}
    browser.send(f"{at}plan/{line.pk}/", 409, version=9, **words)
    browser.send(f"{at}plan/{line.pk}/", 302, version=1, **words)
    records = {"kind": "cctv", "what": say("records"), "holder": say("holder"), "period": say("period"), "asked_on": past}
    browser.send(f"{at}plan/records/", 200, due_date=say("no date"), once="r1", **records)
    browser.send(f"{at}plan/records/", 302, due_date=soon, once="r1", **records)
    asked = PreservationRequest.objects.get(investigation__lead=complaint)
    browser.send(f"{at}plan/records/{asked.pk}/", 200, outcome="partly", text=say("stale answer"), version=7)
    browser.send(f"{at}plan/records/{asked.pk}/", 302, outcome="partly", text=say("answer"), version=1)
    browser.send(f"{at}plan/step/gathering/", 302, reason=say("step"))
    described = {name: say(f"evidence {name}") for name in ("name", "given_by", "method", "about", "content_note")}
    browser.send(f"{at}evidence/add/upload/", 200, day=say("no day"), once="e1", file=attachment("evidence"), **described)
    browser.send(f"{at}evidence/add/upload/", 302, day=past, once="e1", file=attachment("evidence"), **described)
    browser.send(f"{at}evidence/add/thing/", 302, day=past, once="e2", kept_where=say("kept where"), **described)
    number = Evidence.objects.filter(investigation__lead=complaint, file__isnull=False).get().number
    item = f"{at}evidence/{number}/"
    browser.send(f"{item}words/", 409, version=9, **described)
    browser.send(f"{item}words/", 302, version=1, **described)
    copy = {"name": say("copy"), "text": say("transcript"), "about": say("who made it"), "once": "d1"}
    browser.send(f"{item}copy/", 200, derivation="", **copy)
    browser.send(f"{item}copy/", 302, derivation="transcript", **copy)
    browser.send(f"{item}copy/", 302, derivation="redaction", name=say("redacted"), text="", file=attachment("redacted"), once="d2")
    moved = {"kind": "handed_over", "giver": say("giver"), "taker": say("taker"), "how": say("how")}
    browser.send(f"{item}custody/", 200, day=soon, once="h1", **moved)
    browser.send(f"{item}custody/", 302, day=past, once="h1", **moved)
    browser.send(f"{item}check/", 302)
    pages = ("plan/", f"plan/records/{asked.pk}/letter/", "evidence/", "evidence/3/?words=1", "evidence/bundle/")
    assert {page: browser.get(at + page).status_code for page in pages} == dict.fromkeys(pages, 200)
    for path in (f"{item}original/", f"{at}evidence/bundle/"):
        assert len(b"".join(browser.post(path).streaming_content)) > 100


def look_after(browser: telling.Teller, reporter: telling.Teller, complaint: Complaint) -> None:
    """A check that the reporter answers, the watch, and the end. The decision is dated back so that the check is open."""
    at, today, now = f"/c/{complaint.ref}/", timezone.localdate(), timezone.now()
    then = now - timedelta(days=26)
    Complaint.objects.filter(pk=complaint.pk).update(state="aftercare", identity="named", received_at=then - timedelta(days=30))
    with transaction.atomic():
        happened(complaint=complaint, kind=EventKind.DECISION_NOTIFIED, by=SYSTEM, now=then)
    browser.send(f"{at}aftercare/1/ask/", 200, text=f"____ {say('asked')}", once="a1")
    browser.send(f"{at}aftercare/1/ask/", 302, text=say("asked"), once="a1")
    answers = {"stopped": "partly", "punished": "yes", "needs": say("needs"), "text": say("check-in")}
    reporter.send("/f/checkin/", 200, go="lang", **answers)
    reporter.send("/f/checkin/", 200, **answers | {"text": say("too long") * 3000})
    reporter.send("/f/checkin/", 302, **answers)
    reporter.send("/f/checkin/work/", 302, go="yes")
    change = {"who": "reporter", "kind": "pay", "text": say("pay cut"), "explained": say("explained"), "once": "w1"}
    browser.send(f"{at}aftercare/watch/", 200, day=say("no day"), **change)
    browser.send(f"{at}aftercare/watch/", 302, day=today.isoformat(), **change)
    assert browser.get(f"{at}aftercare/").status_code == reporter.get("/f/checkin/").status_code == 200
    version = Complaint.objects.get(pk=complaint.pk).row_version
    end = {"told": say("the end"), "reason": say("why it ends"), "once": "c1"}
    browser.send(f"{at}aftercare/close/", 200, version=version - 1, **end)
    browser.send(f"{at}aftercare/close/", 302, version=version, **end)
    assert Event.objects.filter(complaint=complaint, kind=EventKind.CASE_CLOSED).exists()
