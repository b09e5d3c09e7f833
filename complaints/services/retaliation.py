"""Being punished for having reported: a linked, urgent complaint with its own readers, clocks and code (R34, A17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.actors import REPORTER, staff
from audit.services import record
from complaints.models import Complaint, Statement, StatementKind
from complaints.questions.meaning import separate_names
from complaints.services import filing, routing
from complaints.services.access import exclusions, openable
from complaints.services.attaching import seal_uploads
from complaints.services.changing import locked, touched
from complaints.services.events import happened
from complaints.services.messages import prepare_to_reporter
from complaints.services.once import once_id
from complaints.services.within import OF_LINKED, route_within
from complaints.states import EventKind, State
from people.models import User
from vault import codes
from vault.columns import open_column, seal_column
from vault.drafts import draft_key
from vault.encoding import ctx
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.models import Keyholder
from vault.primitives import hkdf
from vault.services.changes import retried


class NothingWritten(Exception):
    """What changed is the one thing we need."""


class NotStarted(Exception):
    """The first report was kept private: nobody can know of it, so it is sent first."""


@dataclass(frozen=True, repr=False)
class LinkedReport:
    """The new complaint and the code that opens it, shown once; `token`: what it was sent with."""

    complaint: Complaint
    code: str
    token: str


@retried
def report(
    *,
    complaint: Complaint,
    keyring: Keyring,
    fields: Mapping[str, str],
    questions: Mapping[str, str],
    token: str,
    now: datetime,
    language: str,
    uploads: Sequence = (),
) -> LinkedReport:
    """File a linked urgent report. `fields`: what, when, who; `questions`: the same keys with the questions as shown.

    Whoever is named in it, and everyone excluded from the first report, can't read it. The same `token` again gives the same report and
    code. Raises NothingWritten, NotStarted, FilingClosed, NoAccess.
    """
    if not fields.get("what", "").strip():
        raise NothingWritten
    if complaint.state == State.PRIVATE:
        raise NotStarted
    opened = openable(complaint=complaint, keyring=keyring)
    keys = opened.statement
    # The code follows from the first code and this form's token: a second click finds the same report, and nobody else can work it out.
    secret = _secret(keyring, complaint, token)
    code = codes.code_from_secret(secret)
    if earlier := filing.filed_already(secret):
        return LinkedReport(earlier, code, token)
    listed = exclusions(complaint=complaint, keys=opened)
    route = _route(complaint, listed, fields, now)
    files_key = draft_key(draft_id=once_id(complaint.pk, "retaliation-files", token), secret=secret)
    files = seal_uploads(uploads, key=files_key, given_by="reporter", now=now)
    marker = _marker(complaint, keys, token, language, now)
    linked = filing.file_complaint(
        draft=None,
        secret=secret,
        submission=filing.Submission(
            language=language,
            report=as_report(fields, questions, language),
            exclusions=_exclusions(listed, fields, route),
            identity=complaint.identity,
            files=tuple(files),
            files_key=files_key,
        ),
        route=route,
        now=now,
        retaliation_of=complaint,
        and_then=lambda filed: _note(complaint, filed, marker, keys, now),
    )
    return LinkedReport(linked, code, token)


def sent_with(*, complaint: Complaint, keyring: Keyring, token: str) -> LinkedReport | None:
    """The linked report that was filed with this `token`, with its code, for the page that shows it again in the other language.

    None when there is none, or when its code was changed since: that one opens nothing any more.
    """
    secret = _secret(keyring, complaint, token)
    filed = filing.filed_already(secret)
    code = codes.code_from_secret(secret)
    if filed is None or not Keyholder.objects.filter(lookup_id=codes.derive(code).lookup_id, retired_at__isnull=True).exists():
        return None
    return LinkedReport(filed, code, token)


def _secret(keyring: Keyring, complaint: Complaint, token: str) -> bytes:
    return hkdf(keyring.seed, info=ctx("linked-report", complaint.pk, token))


def _respondents(listed: Mapping) -> list[str]:
    return [each["name"] for each in listed.get("names", ()) if each["source"] == "respondent"]


def _route(complaint: Complaint, listed: Mapping, fields: Mapping[str, str], now: datetime) -> routing.Route:
    """The respondents of the first report and whoever punishes now are blocked with their lines; other exclusions stay."""
    if listed.get(OF_LINKED):
        return route_within(complaint, separate_names(fields.get("who", "")), now)
    named = routing.NamedPeople(
        respondents=tuple(dict.fromkeys([*_respondents(listed), *separate_names(fields.get("who", ""))])),
        excluded=tuple(each["name"] for each in listed.get("names", ()) if each["source"] != "respondent"),
        groups=tuple(listed.get("groups", ())),
        respondent_ids=frozenset(UUID(i) for i in listed.get("respondents", ())),
        excluded_ids=frozenset(UUID(i) for i in listed.get("employees", ())),
    )
    return routing.route(named, now=now)


def _exclusions(listed: Mapping, fields: Mapping[str, str], route: routing.Route) -> dict:
    new = [
        {"name": name, "source": "respondent", "employee": str(route.recognised[name]) if name in route.recognised else None}
        for name in separate_names(fields.get("who", ""))
    ]
    respondents = {str(route.recognised[each["name"]]) for each in new if each["employee"]}
    return {
        "names": [*listed.get("names", ()), *new],
        "groups": list(listed.get("groups", ())),
        "respondents": sorted({*listed.get("respondents", ()), *respondents}),
        "employees": sorted({*listed.get("employees", ()), *(str(i) for i in route.blocked)}),
    } | ({OF_LINKED: True} if listed.get(OF_LINKED) else {})


def as_report(fields: Mapping[str, str], questions: Mapping[str, str], language: str) -> dict:
    """The answers as a report holds them."""
    answers = [
        {"id": name, "question": str(questions[name]), "value": text.strip(), "shown": text.strip()}
        for name, text in fields.items()
        if text.strip()
    ]
    return {"v": 1, "questionnaire": "retaliation", "lang": language, "answers": answers}


def _marker(complaint: Complaint, keys: OpeningKeys, token: str, language: str, now: datetime) -> Statement:
    """The row of the first report from which its reporter finds the linked one. Sealed, not saved."""
    marker = Statement(id=once_id(complaint.pk, "retaliation", token), complaint=complaint, kind=StatementKind.RETALIATION, at=now)
    seal_column(marker, "body_sealed", {"v": 1, "lang": language, "text": "", "fields": {"token": token}}, keys.current)
    return marker


def _note(complaint: Complaint, linked: Complaint, marker: Statement, keys: OpeningKeys, now: datetime) -> None:
    """In both complaints: that it happened. The first one's team learns that there is a linked report, not what it says."""
    row = locked(complaint, keys.current)
    touched(row, now=now)
    marker.save(force_insert=True)
    happened(complaint=linked, kind=EventKind.RETALIATION_REPORTED, by=REPORTER, now=now, subject=str(linked.pk))
    record(
        by=REPORTER,
        action=Action.RETALIATION_REPORTED,
        subject_id=complaint.pk,
        object_kind="complaint",
        object_id=linked.pk,
        facts={},
        now=now,
    )


def linked_reports(*, complaint: Complaint, keyring: Keyring) -> list[tuple[Statement, Complaint, Keyring]]:
    """The reporter's linked reports with the keyring of each, so that one code leads to all of them. A changed code drops out."""
    keys = openable(complaint=complaint, keyring=keyring).statement
    found = []
    for marker in Statement.objects.filter(complaint=complaint, kind=StatementKind.RETALIATION).order_by("at"):
        token = open_column(marker, "body_sealed", keys).json().get("fields", {}).get("token")
        if not token:
            continue
        derived = codes.derive(codes.code_from_secret(_secret(keyring, complaint, token)))
        holder = Keyholder.objects.filter(lookup_id=derived.lookup_id, retired_at__isnull=True).first()
        linked = Complaint.objects.filter(receipt=holder).first() if holder else None
        if linked:
            found.append((marker, linked, derived.keyring(holder.pk)))
    return found


@retried
def answer(*, complaint: Complaint, keyring: Keyring, by: User, role: str, text: str, now: datetime, token: str | None = None):
    """The team of the linked report answers it. Raises EmptyMessage, NoAccess."""
    prepared = prepare_to_reporter(
        complaint=complaint, keyring=keyring, by=by, role=role, text=text, purpose="answer", now=now, token=token
    )
    with transaction.atomic():
        row = locked(complaint)
        message = prepared.save(row, now)
        happened(
            complaint=row,
            kind=EventKind.RETALIATION_ANSWERED,
            by=staff(by, role),
            now=now,
            subject=str(complaint.pk),
        )
        record(by=staff(by, role), action=Action.RETALIATION_ANSWERED, subject_id=complaint.pk, facts={}, now=now)
    return message
