"""A whole report and its handling through the pages, with a canary in everything that anybody can type, name or send."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint, Deadline, Escalation, Measure, ProtectionRequest
from complaints.questions import BY_ID
from complaints.questions.kinds import CHOICE, CHOICES, FILES, GROUP
from investigations.models import CasePerson, Interview, PartyDocument, Task
from tests.factories.canary import document
from tests.factories.cast import PASSPHRASE, PASSWORD
from tests.policy.campaign_helpers import started

LATIN, CHINESE = "Kanarivogel", "金絲雀鳴囀"
DOCX = document(f"{LATIN} in a document", CHINESE)
RAW = f"{LATIN} {CHINESE}"
# Answers that bring up every question there is.
CHOSEN = {
    "3.who": "told", "3b.know": "yes", "3c.manager": "no", "4.still": "not_yet", "4b.must": "yes", "6.relation": "client",
    "9.told": "yes", "9b.did": "hush", "11.safe": "no", "14.identity": "confidential", "14b.voice": "no",
}  # fmt: skip
SEVERAL = {"12.wishes": ["no_contact", "move_me", "other"], "15.blocked": []}


def say(where: str) -> str:
    """Words with a canary in two scripts. `where` is for whoever has to find the leak."""
    return f"{LATIN} {where} {CHINESE}"


def attachment(where: str, content: bytes = DOCX) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{say(where)}.docx", content, content_type="application/octet-stream")


class Teller(Client):
    """A browser that goes on after errors of the server and remembers every header it was sent."""

    def __init__(self, language: str = "en"):
        super().__init__(headers={"accept-language": language}, raise_request_exception=False)
        self.headers_seen: list[str] = []

    def request(self, **request):
        response = super().request(**request)
        self.headers_seen += [f"{name}: {value}" for name, value in response.headers.items()]
        self.headers_seen += [morsel.OutputString() for morsel in response.cookies.values()]
        return response

    def send(self, path: str, expected: int | tuple = (200, 302, 303), **data):
        response = self.post(path, data)
        wanted = expected if isinstance(expected, tuple) else (expected,)
        assert response.status_code in wanted, (path, response.status_code, re.sub(r"<[^>]+>|\s+", " ", response.content.decode())[:900])
        return response


# --- the reporter ---


def answers(page_id: str) -> dict:
    """Something for every field of a question."""
    page, data = BY_ID[page_id], {}
    for field in page.fields:
        if field.kind == GROUP:
            for number in (0, 1):
                data |= {f"{field.name}-{number}-{part.name}": _answer(page_id, part, number) for part in field.parts}
        elif field.kind != FILES:
            data[field.name] = _answer(page_id, field, 0)
    return data


def _answer(page_id: str, field, number: int):
    key = f"{page_id}.{field.name}"
    if field.kind == CHOICE:
        return CHOSEN.get(key, field.options[-1].value)
    if field.kind == CHOICES:
        return SEVERAL.get(key, [option.value for option in field.options][-3:])
    return say(f"{key}-{number}")


def write_report(browser: Teller) -> None:
    """Every question, with a look back, a change of language and two files on the way."""
    browser.send("/r/private/", device="own", go="next")
    path, seen = "/r/1/", []
    while path != "/r/check/":
        page_id = path.strip("/").split("/")[-1]
        seen.append(page_id)
        assert browser.get(path).status_code == 200
        if page_id == "10":
            for content in (DOCX, RAW.encode("utf-16"), RAW.encode()):
                browser.send(path, go="add", end="1", file=attachment("file", content), note=say("note"))
            response = browser.send(path, go="next", end="1")
        else:
            browser.send(path, go="lang", **answers(page_id))
            response = browser.send(path, go="next", **answers(page_id))
        path = response.headers["Location"].split("?")[0]
        assert len(seen) < 40
    assert set(seen) == set(BY_ID)


def stumble(browser: Teller) -> None:
    """Posts that fail, each in its own way."""
    browser.send("/r/1/", story=say("too long") * 2000, go="next")
    browser.send("/r/1/", story="  ", go="next")
    browser.send("/r/1/", **answers("1"), go="next")
    browser.send("/r/6/", **answers("6"), go="add:people")
    browser.send("/r/10/", go="add", end="1", file=attachment("empty", b""), note=say("empty"))
    browser.send("/r/10/", go="add", file=attachment("cut off"), note=say("cut off"))
    browser.send("/r/nothing-here/", 404, story=say("absent"))
    guarded = Client(enforce_csrf_checks=True, raise_request_exception=False)
    guarded.cookies.update(browser.cookies)
    assert guarded.post("/r/1/", {"story": say("no token")}).status_code == 403
    assert browser.post("/r/1/", {f"x{n}": say("many") for n in range(500)}).status_code == 400
    assert browser.post("/r/1/", {"story": RAW * 60_000}).status_code == 400
    half = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{LATIN}"\r\n\r\n{RAW}'.encode()
    browser.generic("POST", "/r/10/", half, content_type="multipart/form-data; boundary=b")
    browser.generic("POST", "/r/1/", RAW.encode("utf-16"), content_type="application/x-www-form-urlencoded; charset=utf-16")


def file_report(browser: Teller) -> str:
    """Save, come back, send. Returns the code."""
    page = browser.get("/r/save/").content.decode()
    page = browser.get("/r/check/").content.decode()
    readers = re.search(r'name="readers" value="([^"]*)"', page)[1]
    browser.send("/r/check/", go="send", readers=readers)
    return code_on(browser.get("/r/sent/"))


def code_on(response) -> str:
    found = re.search(r"(\d{4})\D{1,40}?(\d{4})\D{1,40}?(\d{4})\D{1,40}?(\d{4})\D{1,40}?(\d{4})", response.content.decode())
    return "".join(found.groups())


def enter(code: str, language: str = "en", *, mistyped: bool = True) -> Teller:
    """Come in with `code`; `mistyped`: after two tries that fail (only some are allowed in a while)."""
    browser = Teller(language)
    if mistyped:
        browser.send("/f/", 200, code=say("no code"))
        browser.send("/f/", 200, code="0000 1111 2222 3333 4444")
    browser.send("/f/", 302, code=code)
    assert browser.get("/f/home/").status_code in (200, 302)
    return browser


def follow_up(browser: Teller) -> None:
    for path, data in {
        "/f/messages/": {"text": say("message"), "file": attachment("message file")},
        "/f/add/": {"text": say("addition"), "file": attachment("addition file")},
        "/f/protect/": {"wishes": ["other"], "text": say("protection"), "urgency": "today"},
        "/f/exclude/": {"names": say("excluded")},
        "/f/escalate/": {"reason": "other", "text": say("escalation"), "file": attachment("escalation file")},
        "/f/identity/": {"identity": "named", "name": say("name"), "contact": ["phone"], "details": say("phone"), "time": say("time")},
        "/f/withdraw/": {"how": "pause", "reason": say("withdrawal")},
    }.items():
        long = {name: value * 1500 if isinstance(value, str) and LATIN in value else value for name, value in data.items()}
        browser.send(path, 200, **{name: value for name, value in long.items() if name != "file"})
        browser.send(path, 200, go="lang", **{name: value for name, value in data.items() if name != "file"})
        browser.send(path, 302, **data)
        assert browser.get(path).status_code == 200
    browser.send("/f/resume/", 302)
    for path in ("/f/home/", "/f/sent/", "/f/file/1/", "/f/file/4/"):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert path.startswith("/f/file/") == answer.streaming


def tell_of_punishment(browser: Teller) -> str:
    data = {"what": say("punished"), "when": say("since"), "who": say("by whom"), "file": attachment("punished file")}
    return code_on(browser.send("/f/retaliation/", 200, **data))


def end_of_the_report(browser: Teller, complaint: Complaint) -> list[str]:
    """A measure that does not help, a review, another code. Returns the new code."""
    measure = Measure.objects.filter(complaint=complaint).first()
    browser.send(f"/f/protect/{measure.pk}/again/", 302, text=say("not working"))
    Complaint.objects.filter(pk=complaint.pk).update(state="decided")
    browser.send("/f/review/", 302, reasons=["procedure"], text=say("review"), file=attachment("review file"))
    new = code_on(browser.send("/f/code/", 200, once="t1"))
    browser.send("/f/code/", 302, once="t1", go="switch")
    return [new]


# --- the case team ---


def sign_in(person) -> Teller:
    browser = Teller(person.user.language)
    browser.send("/a/login/", 200, login=say("login"), password=say("password"))
    browser.send("/a/login/", 302, login=person.user.email, password=PASSWORD)
    browser.send("/unlock/", 200, passphrase=say("passphrase"))
    browser.send("/unlock/", 302, passphrase=PASSPHRASE)
    return browser


def triage(browser: Teller, complaint: Complaint, to) -> None:
    at, today = f"/c/{complaint.ref}/", timezone.localdate()
    browser.get(at)
    browser.send(f"{at}conflict/", 302, conflict="no")
    browser.get(f"{at}triage/")
    browser.get(f"{at}triage/read/")
    browser.send(f"{at}triage/read/", 302)
    browser.send(f"{at}triage/safety/", 302, text=say("safety"))
    wishes = ProtectionRequest.objects.filter(complaint=complaint, answered_at=None).count()
    data = {}
    for n in range(wishes):
        data |= {f"w{n}-decision": "partly", f"w{n}-what": say("what"), f"w{n}-reason": say("reason"), f"w{n}-pay_effect": say("pay")}
        data |= {f"w{n}-start_date": today.isoformat(), f"w{n}-review_date": (today + timedelta(days=9)).isoformat()}
    browser.send(f"{at}triage/protection/", 200, **data | {"w0-review_date": say("no date")})
    browser.send(f"{at}triage/protection/", 302, **data)
    browser.send(f"{at}triage/urgency/", 302, urgency="today")
    later = (today + timedelta(days=5)).isoformat()
    browser.send(f"{at}triage/acknowledge/", 200, text=f"____ {say('blank')}", promised_date=later)
    browser.send(f"{at}triage/acknowledge/", 302, text=say("acknowledged"), promised_date=later)
    browser.send(f"{at}triage/assign/", 302, to=str(to.user.pk))


def handle(browser: Teller, complaint: Complaint, colleague, inquire) -> tuple[list[Teller], list[str]]:
    """The handler's work up to handing over, with `inquire` on the way. Returns the browsers and codes of those who were heard."""
    at, today = f"/c/{complaint.ref}/", timezone.localdate()
    soon, later = ((today + timedelta(days=n)).isoformat() for n in (3, 30))
    browser.send(f"{at}conflict/", 302, conflict="no")
    browser.send("/w/search/", 200, words=say("search"))
    browser.send("/w/search/", 200, words=say("search") * 20)
    browser.send(f"{at}tasks/", 302, text=say("note"))
    browser.send(f"{at}tasks/add/", 302, title=say("task"), to=str(_me(browser)), due_date=soon)
    task = Task.objects.get(complaint=complaint)
    stale = {"title": say("changed task"), "to": str(_me(browser)), "due_date": soon, "version": 7}
    browser.send(f"{at}tasks/{task.pk}/", 409, **stale)
    browser.send(f"{at}tasks/{task.pk}/", 302, **stale | {"version": 1})
    detail = {name: say(f"person {name}") for name in ("name", "company", "owner", "outcome", "note")}
    browser.send(f"{at}people/add/", 302, kind="witness", **detail)
    person = CasePerson.objects.get(complaint=complaint, kind="witness")
    browser.send(f"{at}people/{person.pk}/", 409, kind="told", version=7, **detail)
    browser.send(f"{at}people/{person.pk}/", 302, kind="told", version=1, **detail)
    browser.send(f"{at}people/reveal/", 200)
    for go, purpose in (("draft", "plain"), ("preview", "plain"), ("send", "question"), ("send", "update")):
        browser.send(f"{at}messages/", go=go, purpose=purpose, text=say(f"{go} {purpose}"), promised_date="")
    browser.send(f"{at}messages/", 302, go="send", purpose="plain", text=say("with a file"), file=attachment("from staff"))
    measure = {"decision": "granted", "what": say("own measure"), "reason": say("why"), "pay_effect": say("pay")}
    browser.send(f"{at}measures/add/", 302, start_date=soon, review_date=later, **measure)
    for wish in ProtectionRequest.objects.filter(complaint=complaint, answered_at=None):
        browser.send(f"{at}measures/wish/{wish.pk}/", 302, **measure | {"decision": "refused"})
    own = Measure.objects.filter(complaint=complaint, request=None).first()
    checked = {"go_on": "keep", "day": later, "note": say("checked")}
    browser.send(f"{at}measures/{own.pk}/", 200, version=own.row_version + 7, **checked)
    browser.send(f"{at}measures/{own.pk}/", 302, version=own.row_version, **checked)
    browser.send(f"{at}oversight/", 302, text=say("asked oversight"))
    _dates(browser, complaint)
    pages = ("", "report/", "timeline/", "people/", "files/", "measures/", "messages/", "access/", "preview/", "tasks/")
    assert all(browser.get(at + page).status_code == 200 for page in pages)
    browser.send(f"{at}print/", 200, parts=["report", "messages", "timeline"])
    assert browser.post(f"{at}files/1/").status_code == 200
    version = Complaint.objects.get(pk=complaint.pk).row_version
    browser.send(f"{at}way/", 200, way="investigate", reason=say("stale way"), promised_date=later, version=version - 1)
    browser.send(f"{at}way/", 302, way="investigate", reason=say("way"), promised_date=later, version=version)
    inquire(browser, complaint)
    heard = hear(browser, complaint)
    browser.send(f"{at}handover/", 302, to=str(colleague.user.pk), reason=say("handover"), told=say("told"))
    return heard


def hear(browser: Teller, complaint: Complaint) -> tuple[list[Teller], list[str]]:
    """A respondent and a witness, from the people of the case to what they answer; talks with both. Returns their browsers and codes."""
    at, soon = f"/c/{complaint.ref}/", (timezone.localdate() + timedelta(days=40)).isoformat()
    browsers, codes = [], []
    for number, kind in enumerate(("respondent", "witness"), 1):
        browser.send(f"{at}people/add/", 302, kind=kind, **{name: say(f"{kind} {name}") for name in ("name", "company", "owner", "note")})
        person = CasePerson.objects.filter(complaint=complaint, kind=kind).latest("added_at")
        browser.send(f"{at}parties/add/", 302, person=person.pk, language="zh-hans", third_party="on")
        slip = browser.send(f"{at}parties/{number}/invite/", 200, until=soon, once=f"invite {number}", replaces="")
        codes.append(code_on(slip))
        _put_to(browser, f"{at}parties/{number}/", kind)
        theirs, code = _come_in(codes[-1])
        browsers.append(theirs)
        codes.append(code)
        assert browser.get(f"{at}parties/{number}/").status_code == 200
        _talk(browser, theirs, at, person, number)
    document = PartyDocument.objects.filter(party__investigation__lead=complaint, kind="answer").first()
    assert browser.post(f"{at}parties/{document.party.number}/file/{document.pk}/1/").status_code == 200
    assert browser.get(f"{at}parties/").status_code == browser.get(f"{at}talks/").status_code == 200
    browser.send(f"{at}parties/2/revoke/", 302)
    return browsers, codes


def _put_to(browser: Teller, at: str, kind: str) -> None:
    served_at = (timezone.now() - timedelta(minutes=30)).astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M")
    Complaint.objects.update(received_at=timezone.now() - timedelta(hours=1))
    if kind == "respondent":
        put = {"text": say("put to them"), "served_at": served_at, "how": "handed", "proof": say("proof"), "once": "serve"}
        browser.send(f"{at}serve/", 200, go="save", **put | {"served_at": say("no date")})
        browser.send(f"{at}serve/", 200, go="preview", **put)
        browser.send(f"{at}serve/", 302, go="save", file=attachment("put file"), **put)
    browser.send(f"{at}write/", 302, kind="put_to", text=say("written to them"), once="write", file=attachment("written file"))


def _come_in(code: str) -> tuple[Teller, str]:
    theirs = Teller("zh-hans")
    theirs.send("/s/", 302, code=code)
    assert theirs.get("/s/home/").status_code == 200
    theirs.send("/s/answer/", 200, text=say("too long answer") * 2000, once="a")
    theirs.send("/s/answer/", 200, text=say("language"), go="lang", once="a")
    theirs.send("/s/answer/", 302, text=say("answer"), once="a", file=attachment("answer file"))
    theirs.send("/s/messages/", 302, text=say("message"), once="m", file=attachment("message file"))
    new = code_on(theirs.send("/s/code/", 200, once="n"))
    theirs.send("/s/code/", 302, once="n", go="switch")
    return theirs, new


def _talk(browser: Teller, theirs: Teller, at: str, person: CasePerson, number: int) -> None:
    day = (timezone.localdate() + timedelta(days=20 + number)).isoformat()
    data = {"person": person.pk, "planned_at": f"{day}T10:00", "place": say("place"), "support_person": say("support"), "language": "en"}
    browser.send(f"{at}talks/add/", 200, **data | {"planned_at": say("no date")})
    browser.send(f"{at}talks/add/", 302, **data | {"once": f"talk {number}"})
    browser.send(f"{at}talks/add/", 302, **data | {"once": f"again {number}", "again": say("again")})
    talk = Interview.objects.filter(person=person).first()
    path = f"{at}talks/{talk.pk}/"
    browser.send(f"{path}guide/", 302, open=say("Did he"), probe=say("probe"), close=say("close"), version=1)
    held = (timezone.now() - timedelta(minutes=5)).astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M")
    record = {"held_at": held, "present": say("present"), "text": say("said")}
    browser.send(f"{path}record/", 409, version=7, **record)
    browser.send(f"{path}record/", 302, version=2, **record)
    browser.send(f"{path}send/", 302)
    document = PartyDocument.objects.get(party__person=person, kind="record")
    theirs.send(f"/s/record/{document.pk}/", 200, choice="", correction=say("unsent correction"), once="r")
    theirs.send(f"/s/record/{document.pk}/", 302, choice="no", correction=say("correction of a record"), once="r")
    assert browser.get(path).status_code == 200


def _dates(browser: Teller, complaint: Complaint) -> None:
    """One date is moved, one has passed already and gets a reason."""
    at = f"/c/{complaint.ref}/dates"
    plan = Deadline.objects.filter(complaint=complaint, met_at=None, ended_at=None, limit_id="plan").get()
    until = (plan.due_date + timedelta(days=1)).isoformat()
    browser.send(f"{at}/{plan.pk}/", 200, go="preview", until=until, reason=say("extension"))
    browser.send(f"{at}/{plan.pk}/", 302, go="save", until=until, reason=say("extension"))
    late = Deadline.objects.filter(complaint=complaint, met_at=None, ended_at=None, responsible_role="handler").exclude(pk=plan.pk).first()
    late = late or Deadline.objects.filter(complaint=complaint, met_at=None, ended_at=None).exclude(pk=plan.pk).first()
    Deadline.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=1))
    browser.send(f"{at}/{late.pk}/reason/", 302, text=say("late reason"))


def _me(browser: Teller) -> int:
    return int(browser.session["_auth_user_id"])


def oversee(browser: Teller, complaint: Complaint) -> None:
    at = f"/o/c/{complaint.ref}/"
    assert browser.get("/o/late/").status_code == browser.get(at).status_code == 200
    for asked in Escalation.objects.filter(complaint=complaint):
        prefix = f"a{asked.pk.hex[:8]}"
        words = {f"{prefix}-text": say("answer"), f"{prefix}-token": "t", f"{prefix}-promised_date": ""}
        browser.send(f"{at}answer/{asked.pk}/", 200, **words | {f"{prefix}-promised_date": say("no date")})
        browser.send(f"{at}answer/{asked.pk}/", 302, **words)
    plan = Deadline.objects.get(complaint=complaint, limit_id="plan")
    if browser.get(f"{at}refuse/{plan.pk}/").status_code == 200:
        browser.send(f"{at}refuse/{plan.pk}/", 302, text=say("refused"))
    browser.send(f"{at}call-in/", 302)


def record_a_call(browser: Teller) -> str:
    """Staff write down a call. Returns the code on the slip."""
    browser.send("/w/record/", 302, channel="hotline", language="zh-hans")
    path = "/w/record/1/"
    while path != "/w/record/check/":
        page_id = path.strip("/").split("/")[-1]
        if page_id == "10":
            browser.send(path, 302, go="add", end="1", file=attachment("scan"), note=say("scan note"))
        path = browser.send(path, 302, go="next", end="1", **answers(page_id)).headers["Location"]
    browser.send(path, 200)
    browser.send(path, 302, read_back="on")
    code = code_on(browser.get("/w/record/slip/"))
    browser.send("/w/record/slip/", 302)
    return code


def sign_on_paper(admin) -> None:
    """A policy administrator records a signature on paper: the scan and the reason are sealed under a key of the server."""
    campaign = started(admin, now=timezone.now(), starts_on=timezone.localdate())
    browser, row = Teller(), campaign.acknowledgements.first()
    browser.send("/a/login/", 302, login=admin.user.email, password=PASSWORD)
    form = {"signed_on": timezone.localdate().isoformat(), "reason": say("on paper")}
    path = f"/m/campaigns/{campaign.pk}/people/{row.pk}/"
    browser.send(path, 200, **form | {"file": attachment("not a scan", RAW.encode())})
    browser.send(path, 302, **form | {"file": attachment("scan", b"%PDF-1.7\n" + RAW.encode())})
    assert browser.get(path).status_code == 200
