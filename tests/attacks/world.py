"""One world for every attack: five reports, and a browser for everyone who could try a door."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

from complaints.models import Complaint, Deadline, Measure, SeatRole
from complaints.selectors import seat_of
from complaints.services import additions, drafts, escalation, excluding, extensions, messages, protection
from complaints.services.clockwork import LOOKING
from complaints.services.once import new_token
from complaints.states import Identity
from investigations.services import asking, declaring, people, reading, tasks, triage
from notices.heartbeat import beat
from people.services import directory
from policy.demo import publish_demo_policy
from tests.attacks.office import Office
from tests.factories import cast
from tests.factories.browsers import unlock
from tests.factories.filing import Filed, file_story
from vault.uploads import sealed_upload

YES = {"decision": "granted", "what": "another floor"}


@dataclass
class Case:
    """A report with one of everything that has an address of its own."""

    filed: Filed
    ids: dict = field(default_factory=dict)

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
        client.cookies.update(self.cookies)
        return client


@dataclass
class World:
    actors: dict[str, Actor]
    cases: dict[str, Case]
    people: dict[str, cast.Person]
    directory_upload: object
    office: Office


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
    Complaint.objects.filter(pk=cases["closed"].complaint.pk).update(state="closed")
    # Whoever comes after the reports were filed sits in none of them.
    who |= {
        "other officer": person("070", "Hu Die", "intake_officer"),
        "other investigator": person("071", "Ye Fan", "investigator"),
        "other overseer": person("072", "Ren Jie", "oversight"),
    }
    beat(LOOKING, now)
    upload = directory.keep_upload(content=b"number,name\n", complete=False, by=who["system administrator"].user, now=now)
    return World(_actors(who, cases, now), cases, who, upload, Office(admin, who["employee"], now))


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
    triage.set_urgency(complaint=complaint, by=officer.user, role=SeatRole.INTAKE, urgency="this_week", now=now)
    triage.acknowledge(text="I have read it.", promised_date=today + timedelta(days=9), today=today, token=new_token(), **by)
    triage.assign(to=investigator.user, **by)
    complaint.refresh_from_db()
    _declared(complaint, investigator, SeatRole.HANDLER, now)


def _everything_with_an_address(case: Case, reader, role, now: datetime) -> dict:
    complaint, keyring, today = case.complaint, case.filed.keyring, now.date()
    complaint.refresh_from_db()
    by = {"complaint": complaint, "keyring": reader.keyring, "by": reader.user, "role": role, "now": now}
    task = tasks.add_task(title="Call", owner=reader.user, due_date=today + timedelta(days=3), **by)
    person = people.add_person(kind="witness", detail={"name": "Wu"}, **by)
    wish = protection.ask(
        complaint=complaint, keyring=keyring, wishes=[{"kind": "other", "text": "x"}], urgency="today", token=new_token(), now=now
    )
    protection.answer_request(decision="granted", what="x", start_date=today, review_date=today + timedelta(days=9), **by)
    letter = sealed_upload(name="letter.txt", content_type="text/plain", chunks=[b"evidence"])
    additions.add(complaint=complaint, keyring=keyring, text="more", uploads=[letter], token=new_token(), now=now, language="en")
    question = messages.ask(questions=["Where was it?"], token=new_token(), **by)[0]
    excluding.exclude(complaint=complaint, keyring=keyring, names=["Somebody whom nothing recognises"], now=now)
    asked = escalation.escalate(complaint=complaint, keyring=keyring, reason="other", text="x", token=new_token(), now=now)
    doubt = asking.ask_oversight(text="Is this right?", **by) if role == SeatRole.HANDLER else None
    due = Deadline.objects.filter(complaint=complaint, met_at=None, ended_at=None, due_at__gt=now, limit_id="plan").get()
    extensions.extend_deadline(deadline=due, until=due.due_date + timedelta(days=1), reason="x", **by)
    return {
        "task_id": task.pk,
        "person_id": person.pk,
        "wish_id": wish[0].pk,
        "measure_id": Measure.objects.filter(complaint=complaint).order_by("pk").first().pk,
        "deadline_id": due.pk,
        "number": question.question_number,
        "escalation": asked.pk,
        **({"question": doubt.pk} if doubt else {}),
    }


def _signed_in(person, *, unlocked: bool = True):
    client = Client()
    client.force_login(person.user)
    if unlocked and person.keyring:
        unlock(client, kind="staff", subject_id=person.keyring.keyholder_id, secret=person.keyring.seed, now=timezone.now())
    return client.cookies


def _with_code(case: Case):
    client = Client()
    keyring = case.filed.keyring
    unlock(client, kind="reporter", subject_id=keyring.keyholder_id, secret=keyring.seed, now=timezone.now())
    return client.cookies


def _writing(now: datetime):
    client = Client()
    draft = drafts.begin(device="own", now=now)
    drafts.save_page(draft_id=draft.id, secret=draft.secret, page_id="1", values={"story": "words"}, now=now)
    unlock(client, kind="draft", subject_id=draft.id, secret=draft.secret, now=now)
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
        "writing": Actor(_writing(now), handled),
    }
