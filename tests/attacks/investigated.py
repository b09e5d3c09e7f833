"""An investigation with one of everything that has an address of its own, up to a decision that was told."""

from datetime import datetime
from uuid import uuid4

from complaints.models import SeatRole
from complaints.selectors import seat_of
from complaints.services import calling
from complaints.services.changing import locked
from complaints.services.once import new_token
from investigations.models import Appeal, Decision, DecisionItem, Evidence, Party, Release
from investigations.selectors_findings import policy_of
from investigations.services import allegations, bearing, declaring, findings, investigating, people, reporting
from investigations.services.reading import team_keys
from vault.columns import seal_column
from vault.services import compartments
from vault.staff import staff_keyholder


def investigate(case, reader, role: str, reviewer, now: datetime) -> dict:
    """Begin it and write everything through services where there is one. Returns the ids by the names of the addresses."""
    complaint = case.complaint
    by = {"complaint": complaint, "keyring": reader.keyring, "by": reader.user, "role": role, "now": now}
    investigation = investigating.begin(complaint=complaint, by=reader.user, now=now)
    person = people.add_person(kind="respondent", detail={"name": "Zhou Qiang"}, **by)
    detail = {"text": "He is said to have stayed.", "conduct": policy_of(complaint).conduct[0].code, "gravity": "serious", "sources": []}
    allegation = allegations.add_allegation(person_id=person.pk, detail=detail, token=new_token(), **by)
    keys = team_keys(complaint=complaint, keyring=reader.keyring)
    file, statement = keys.file.current, keys.statement.current
    changed = {"changed_at": now, "changed_by": reader.user}
    item = Evidence(id=uuid4(), investigation=investigation, number=900, obtained_at=now, added_at=now, added_by=reader.user, **changed)
    seal_column(item, "detail_sealed", {"name": "a bill"}, file)
    item.save(force_insert=True)
    bears = bearing.add_bears(allegation_id=allegation.pk, source=f"e:{item.pk}", bearing="for", note="", **by)
    found = {"result": "substantiated", "reasons": "The bill.", "early_reason": "Nobody else was there."}
    findings.save_finding(allegation_id=allegation.pk, version=0, detail=found, **by)
    report = reporting.make_report(
        rendering="full", language="en", title="Report", texts=["", "", "", "", ""], after=0, final=False, token=new_token(),
        today=now.date(), **by,
    )  # fmt: skip
    return {
        "allegation_id": allegation.pk,
        "bears_id": bears.pk,
        "report_id": report.pk,
        "of": complaint.ref,
        **_decided(investigation, complaint, allegation, reader, reviewer, file, statement, now),
        **(_called(case, reader, role, reviewer, investigation, person, now) if reviewer else {}),
    }


def _decided(investigation, complaint, allegation, reader, reviewer, file, statement, now: datetime) -> dict:
    who = (reviewer or reader).user
    changed = {"changed_at": now, "changed_by": who}
    decision = Decision(id=uuid4(), investigation=investigation, decider=who, begun_at=now, made_at=now, **changed)
    seal_column(decision, "detail_sealed", {"outcome": "x", "reasons": "x", "now": "x", "not_heard_why": "x"}, file)
    decision.save(force_insert=True)
    item = DecisionItem(
        id=uuid4(), decision=decision, kind="sanction", allegation=allegation, owner=who, due_date=now.date(), added_at=now, **changed
    )
    seal_column(item, "detail_sealed", {"code": "warning", "text": ""}, file)
    item.save(force_insert=True)
    release = Release(id=uuid4(), decision=decision, complaint=complaint, written_at=now, written_by=who, released_at=now)
    letter = {"answer": "x", "per_allegation": [{"finding": "x", "reasons": "x"}], "now": "", "not_told": "", "support": ""}
    seal_column(release, "letter_sealed", letter, statement)
    release.save(force_insert=True)
    return {"item_id": item.pk}


def _called(case, reader, role, reviewer, investigation, person, now: datetime) -> dict:
    """Somebody who was called to decide and has declared; a respondent with a code; a review given to whoever was called."""
    complaint = case.complaint
    prepared = compartments.prepare(subject_id=complaint.pk, members={"party:900": [staff_keyholder(reader.user)]}, now=now)
    prepared.save()
    room = prepared.compartments["party:900"]
    party = Party.objects.create(
        id=uuid4(), investigation=investigation, person=person, side="respondent", number=900, language="en", compartment=room
    )
    call = calling.prepare_call(
        complaint=complaint, keyring=reader.keyring, to=reviewer.user, seat_role=SeatRole.DECISION_MAKER, more=[room], now=now
    )
    call.save(locked(complaint), by=reader.user, role=role, now=now)
    seat = seat_of(reviewer.user, complaint, SeatRole.DECISION_MAKER)
    declaring.declare(complaint=complaint, keyring=reviewer.keyring, seat=seat, by=reviewer.user, has_conflict=False, now=now)
    kind = f"review:{uuid4().hex[:20]}"
    review_room = compartments.prepare(subject_id=complaint.pk, members={kind: [staff_keyholder(reviewer.user)]}, now=now)
    review_room.save()
    appeal = Appeal(
        id=uuid4(), complaint=complaint, side="reporter", at=now, admitted_at=now, assigned_at=now, decider=reviewer.user,
        compartment=review_room.compartments[kind],
    )  # fmt: skip
    seal_column(appeal, "grounds_sealed", {"reason": "procedure", "text": "x"}, review_room.keys[kind])
    appeal.save(force_insert=True)
    return {"party_id": party.pk, "review_id": appeal.pk}
