"""One world for every attack: five reports, and a browser for everyone who could try a door."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint, Deadline, Measure, SeatRole
from complaints.selectors import seat_of
from complaints.services import additions, confirm, drafts, escalation, excluding, extensions, messages, protection
from complaints.services.changing import locked
from complaints.services.clockwork import LOOKING
from complaints.services.once import new_token
from complaints.states import Identity
from investigations.services import (
    asking,
    declaring,
    evidence,
    informal,
    investigating,
    objections,
    parties,
    party_side,
    people,
    planning,
    preserving,
    reading,
    referrals,
    serving,
    talks,
    tasks,
    triage,
)
from notices.heartbeat import beat
from people.services import directory
from policy.demo import publish_demo_policy
from tests.attacks.investigated import investigate
from tests.attacks.office import Office
from tests.attacks.school import School
from tests.factories import cast
from tests.factories.browsers import unlock
from tests.factories.filing import Filed, file_story
from vault.uploads import sealed_upload

YES = {"decision": "granted", "what": "another floor"}

# The world stays as it was built while thousands of pages are asked for, on a slow machine too.
LONG = 8 * 3600


@dataclass
class Case:
    """A report with one of everything that has an address of its own."""

    filed: Filed
    ids: dict = field(default_factory=dict)
    invited: object = None

    @property
    def complaint(self) -> Complaint:
        return self.filed.complaint

    @property
    def ref(self) -> str:
        return self.filed.complaint.ref


@dataclass(frozen=True)
class Actor:
    """Somebody at a door: the cookies of the browser, and the case whose addresses are tried."""

    cookies: object
    case: Case
    without_second_factor: bool = False

    def browser(self, **options) -> Client:
        """A browser of its own for each request, so that a sign-out or a leave in one does not change the next."""
        client = Client(**options)
        client.handler = _handler(client.handler)
        client.cookies.update(self.cookies)
        return client


_HANDLERS = {}


def _handler(new):
    """One for all browsers with the same rules: putting the middleware together takes as long as answering a small request."""
    return _HANDLERS.setdefault(new.enforce_csrf_checks, new)


@dataclass
class World:
    actors: dict[str, Actor]
    cases: dict[str, Case]
    people: dict[str, cast.Person]
    directory_upload: object
    office: Office
    school: School


def build() -> World:
    now = timezone.now()
    cast.make_organisation()
    top = cast.make_person("001", "Gu Wenbo")

    def person(number, name, *roles, manager=top, **options):
        return cast.make_person(number, name, *roles, manager=manager.employee if manager else None, **options)

    admin, approver = person("010", "Pan Li", "policy_admin"), person("011", "Qin Hua", "policy_admin")
    publish_demo_policy(now=cast.SINCE, by=admin.user, approver=approver.user)
    boss = person("030", "Ma Jun", "intake_officer")
    who = {
        "policy administrator": admin,
        "training administrator": person("012", "Bai Xue", "training_admin"),
        "system administrator": person("041", "Tang Wei", "system_admin"),
        "employee": person("050", "Lu Ping"),
        "support contact": person("051", "Shao Min", "support_contact"),
        "officer": person("020", "Lin Mei", "intake_officer"),
        "former officer": person("021", "He Tao", "intake_officer"),
        "investigator": person("022", "Xu Ning", "investigator"),
        "decision-maker": person("024", "Deng Rui", "decision_maker"),
        "reviewer": person("026", "Luo Min", "decision_maker"),
        "overseer": person("025", "Song An", "oversight", manager=None),
        "respondent": person("031", "Zhou Qiang", manager=boss),
        # Named by the reporter as people who must not see it; and the superior of whom the report is about.
        "excluded officer": person("060", "Shen Yu", "intake_officer"),
        "excluded overseer": person("061", "Wei Lan", "oversight"),
        "officer in the line": boss,
    }

    def report(*more_excluded, **fields):
        excluded = ("Shen Yu", "Wei Lan", *more_excluded)
        filed = file_story(now=now - timedelta(hours=2), respondents=("Zhou Qiang",), excluded=excluded, identity=Identity.NAMED, **fields)
        return Case(filed)

    cases = {
        "new": report(),
        "handled": report(),
        "closed": report(),
        "by oversight": report("Lin Mei", "He Tao"),
        "private": report(keep_private=True),
    }
    readers = {
        "new": (who["officer"], SeatRole.INTAKE),
        "handled": (who["investigator"], SeatRole.HANDLER),
        "closed": (who["investigator"], SeatRole.HANDLER),
        "by oversight": (who["overseer"], SeatRole.OVERSIGHT),
    }
    for name, (reader, role) in readers.items():
        first = (who["officer"], SeatRole.INTAKE) if role == SeatRole.HANDLER else (reader, role)
        read_by(cases[name], *first, now)
        if role == SeatRole.HANDLER:
            give_to(cases[name], who["officer"], reader, now)
        cases[name].ids = _everything_with_an_address(cases[name], reader, role, now)
        cases[name].ids |= investigate(cases[name], reader, role, who["reviewer"] if name == "handled" else None, now)
    cases["handled"].ids["objection"] = _objected(cases["handled"], who["investigator"], who["overseer"], now)
    Complaint.objects.filter(pk=cases["closed"].complaint.pk).update(state="closed")
    # Whoever comes after the reports were filed sits in none of them.
    who |= {
        "other officer": person("070", "Hu Die", "intake_officer"),
        "other investigator": person("071", "Ye Fan", "investigator"),
        "other overseer": person("072", "Ren Jie", "oversight"),
    }
    beat(LOOKING, now)
    upload = directory.keep_upload(content=b"number,name\n", complete=False, by=who["system administrator"].user, now=now)
    school = School(who["training administrator"], who["employee"], now)
    return World(_actors(who, cases, now), cases, who, upload, Office(admin, who["employee"], now), school)


def read_by(case: Case, officer, role: str, now: datetime) -> None:
    complaint = case.complaint
    _declared(complaint, officer, role, now)
    by = {"complaint": complaint, "by": officer.user, "role": role, "now": now}
    reading.open_report(keyring=officer.keyring, **by)
    triage.begin(complaint=complaint, by=officer.user, now=now)
    triage.mark_read(**by)


def _declared(complaint, person, role, now) -> None:
    seat = seat_of(person.user, complaint, role)
    declaring.declare(complaint=complaint, keyring=person.keyring, seat=seat, by=person.user, has_conflict=False, now=now)


def give_to(case: Case, officer, investigator, now: datetime) -> None:
    complaint, today = case.complaint, now.date()
    by = {"complaint": complaint, "keyring": officer.keyring, "by": officer.user, "role": SeatRole.INTAKE, "now": now}
    triage.answer_safety(text="Call me.", token=new_token(), **by)
    dates = {"start_date": today, "review_date": today + timedelta(days=14)}
    triage.answer_wishes(answers=[triage.WishAnswer(wish=w, **YES, **dates) for w in complaint.protection_requests.all()], **by)
    triage.set_urgency(complaint=complaint, by=officer.user, role=SeatRole.INTAKE, urgency="this_week", seen="", now=now)
    triage.acknowledge(text="I have read it.", promised_date=today + timedelta(days=9), today=today, token=new_token(), **by)
    triage.assign(to=investigator.user, **by)
    complaint.refresh_from_db()
    _declared(complaint, investigator, SeatRole.HANDLER, now)


def _everything_with_an_address(case: Case, reader, role, now: datetime) -> dict:
    complaint, keyring, today = case.complaint, case.filed.keyring, now.date()
    complaint.refresh_from_db()
    by = {"complaint": complaint, "keyring": reader.keyring, "by": reader.user, "role": role, "now": now}
    task = tasks.add_task(title="Call", owner=reader.user, due_date=today + timedelta(days=3), **by)
    person = people.add_person(kind="respondent", detail={"name": "Wu"}, **by)
    told = referrals.ReferralWords("police", "duty", {"basis_words": "x"})
    referral = referrals.add(words=told, token=new_token(), **by)
    wish = protection.ask(
        complaint=complaint, keyring=keyring, wishes=[{"kind": "other", "text": "x"}], urgency="today", token=new_token(), now=now
    )
    protection.answer_request(decision="granted", what="x", start_date=today, review_date=today + timedelta(days=9), **by)
    letter = sealed_upload(name="letter.txt", content_type="text/plain", chunks=[b"evidence"])
    additions.add(complaint=complaint, keyring=keyring, text="more", uploads=[letter], token=new_token(), now=now, language="en")
    question = messages.ask(questions=["Where was it?"], token=new_token(), **by)[0]
    excluding.exclude(complaint=complaint, keyring=keyring, names=["Somebody whom nothing recognises"], now=now)
    asked = escalation.escalate(complaint=complaint, keyring=keyring, reason="other", text="x", token=new_token(), now=now)
    if role == SeatRole.HANDLER:
        informal.ask(complaint=complaint, keyring=keyring, text="x", token=new_token(), now=now, language="en")
    doubt = asking.ask_oversight(text="Is this right?", **by) if role == SeatRole.HANDLER else None
    due = Deadline.objects.filter(complaint=complaint, met_at=None, ended_at=None, due_at__gt=now, limit_id="plan").get()
    extensions.extend_deadline(deadline=due, until=due.due_date + timedelta(days=1), reason="x", seen=0, **by)
    inquiry = _inquiry(complaint, reader, by, now)
    return {
        **inquiry,
        "task_id": task.pk,
        "person_id": person.pk,
        "referral_id": referral.pk,
        "wish_id": wish[0].pk,
        "measure_id": Measure.objects.filter(complaint=complaint).order_by("pk").first().pk,
        "deadline_id": due.pk,
        "number": question.question_number,
        "escalation": asked.pk,
        **({"question": doubt.pk} if doubt else {}),
        **_heard(case, reader, role, now),
    }


def _inquiry(complaint, reader, by: dict, now: datetime) -> dict:
    """An investigation with a line of its plan, a request to keep records and an item of evidence."""
    with transaction.atomic():
        investigation = investigating.begin(complaint=complaint, by=reader.user, now=now)
    at = {**by, "investigation": investigation}
    line = planning.add_lines(lines=[planning.Line("question", "Who was there?")], token=new_token(), **at)[0]
    words = {"kind": "cctv", "what": "lift", "holder": "security", "period": ""}
    dates = {"asked_at": now, "asked_date": now.date(), "due_date": now.date() + timedelta(days=3)}
    asked = preserving.ask(token=new_token(), **words, **dates, **at)
    log = sealed_upload(name="log.txt", content_type="text/plain", chunks=[b"log"])
    evidence.take_in(detail={"name": "Log"}, obtained_at=now, token=new_token(), upload=log, **at)
    return {"line_id": line.pk, "request_id": asked.pk}


def _heard(case: Case, reader, role, now: datetime) -> dict:
    """Somebody who is complained about, with a code, a paper with a file and a talk; and the record of a talk with the reporter."""
    by = {"keyring": reader.keyring, "by": reader.user, "role": role, "now": now}
    complaint = case.complaint
    investigation = investigating.begin(complaint=complaint, by=reader.user, now=now)
    person = people.add_person(complaint=complaint, kind="respondent", detail={"name": "Hu", "company": "Fabrik"}, **by)
    made = parties.add_party(investigation=investigation, person_id=person.pk, language="en", third_party=True, **by)
    code = parties.invite(party=made, token=new_token(), replaces=None, expires_at=now + timedelta(days=30), **by)
    case.invited = party_side.enter(text=code, now=now).keyring
    letter = sealed_upload(name="letter.txt", content_type="text/plain", chunks=[b"paper"])
    paper = serving.write(party=made, text="Words", uploads=[letter], token=new_token(), **by)
    talk = talks.plan(
        investigation=investigation,
        person_id=people.add_person(complaint=complaint, kind="told", detail={"name": "Wu"}, **by).pk,
        planned_at=None,
        words={},
        guide=[],
        token=new_token(),
        **by,
    )
    record = confirm.prepare_talk(complaint=complaint, text="Said", token=new_token(), **by)
    with transaction.atomic():
        record.save(locked(complaint), now)
    return {"document_id": paper.pk, "talk_id": talk.pk, "statement_id": record.statement.pk}


def _objected(case: Case, handler, overseer, now: datetime):
    """An objection to the handler that oversight did not uphold."""
    seat = seat_of(handler.user, case.complaint, SeatRole.HANDLER)
    reach = {"complaint": case.complaint, "now": now, "text": "x"}
    row = objections.object_by_reporter(keyring=case.filed.keyring, seat_id=seat.pk, token=new_token(), **reach)
    objections.decide(keyring=overseer.keyring, by=overseer.user, objection_id=row.pk, upheld=False, **reach)
    return row.pk


def _signed_in(person, *, unlocked: bool = True):
    client = Client()
    client.force_login(person.user)
    if unlocked and person.keyring:
        unlock(
            client, kind="staff", subject_id=person.keyring.keyholder_id, secret=person.keyring.seed, now=timezone.now(), idle_seconds=LONG
        )
    return client.cookies


def _with_code(case: Case):
    client = Client()
    keyring = case.filed.keyring
    unlock(client, kind="reporter", subject_id=keyring.keyholder_id, secret=keyring.seed, now=timezone.now(), idle_seconds=LONG)
    return client.cookies


def _with_invitation(case: Case):
    client = Client()
    unlock(client, kind="reporter", subject_id=case.invited.keyholder_id, secret=case.invited.seed, now=timezone.now(), idle_seconds=LONG)
    return client.cookies


def _writing(now: datetime):
    client = Client()
    draft = drafts.begin(device="own", now=now)
    drafts.save_page(draft_id=draft.id, secret=draft.secret, page_id="1", values={"story": "words"}, now=now)
    unlock(client, kind="draft", subject_id=draft.id, secret=draft.secret, now=now, idle_seconds=LONG)
    return client.cookies


def _actors(who: dict, cases: dict, now: datetime) -> dict[str, Actor]:
    handled, new = cases["handled"], cases["new"]
    browsers = {name: _signed_in(person) for name, person in who.items()}

    def at(name: str, case: Case = handled, **options) -> Actor:
        return Actor(browsers[name], case, **options)

    return {
        "visitor": Actor({}, handled),
        "employee": at("employee"),
        "intake officer / own": at("officer", new),
        "intake officer / handed over": at("officer"),
        "intake officer / other's": at("other officer", new),
        "intake officer / excluded": at("excluded officer", new),
        "intake officer / in the line": at("officer in the line", new),
        "investigator / own": at("investigator"),
        "investigator / closed": at("investigator", cases["closed"]),
        "investigator / other's": at("other investigator"),
        "decision-maker / standby": at("decision-maker"),
        "decision-maker / called": at("reviewer"),
        "support contact": at("support contact"),
        "policy administrator": at("policy administrator"),
        "training administrator": at("training administrator"),
        "system administrator": at("system administrator"),
        "oversight / own": at("overseer"),
        "oversight / handling": at("overseer", cases["by oversight"]),
        "oversight / other's": at("other overseer"),
        "oversight / excluded": at("excluded overseer"),
        "respondent": at("respondent"),
        "locked": Actor(_signed_in(who["investigator"], unlocked=False), handled),
        "no second factor": at("investigator", without_second_factor=True),
        "code / own": Actor(_with_code(handled), handled),
        "code / other's": Actor(_with_code(new), handled),
        "code / kept private": Actor(_with_code(cases["private"]), handled),
        "invited / own": Actor(_with_invitation(handled), handled),
        "invited / other's": Actor(_with_invitation(new), handled),
        "writing": Actor(_writing(now), handled),
    }
