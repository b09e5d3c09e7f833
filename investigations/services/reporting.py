"""The report, composed from allegations and findings, in two renderings; and the step after which findings are final (R30, T7).

A report is never changed: each time it is saved is a row of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext, override, pgettext

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, Seat
from complaints.services.access import exclusions
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.once import once_id
from complaints.services.state import move
from complaints.states import EventKind, State
from investigations.identities import Known, names_in, without_names
from investigations.models import Investigation, InvestigationState, PersonKind, Rendering, Report
from investigations.selectors import people_of
from investigations.selectors_findings import (
    allegations_of,
    body_of,
    complaints_of,
    final_report,
    findings_of,
    interviews_of,
    newest_report,
    next_number,
    policy_of,
    report_of,
)
from investigations.services.allegations import names_of_people, read_sources, require_investigation, require_open
from investigations.services.changed import SavedMeanwhile
from investigations.services.commenting import state_of_comments
from investigations.services.findings import complete, read_findings
from investigations.services.investigating import step
from investigations.services.joining import lock_together
from investigations.services.reading import note_access, read_report, team_keys
from people.matching import employees_named_in_each
from people.models import Employee, User
from policy.vocabulary import GRAVITIES, STANDARDS_OF_PROOF
from vault.columns import open_column, seal_column
from vault.errors import Changed, NoAccess
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services.changes import retried

PARTS = ("about", "heard", "seen", "facts", "advice")


class NamesLeft(Exception):
    """A report without identities still names somebody. The names are for the page only; the exception does not show them."""

    def __init__(self, names: Sequence[str]):
        self._names = tuple(names)
        super().__init__("names left")

    @property
    def names(self) -> tuple[str, ...]:
        return self._names


class NotReady(Exception):
    """Something comes first. `problems`: words of PROBLEMS in `ready_problems`."""

    def __init__(self, problems: Sequence[str]):
        self.problems = tuple(problems)
        super().__init__(", ".join(problems))


@dataclass(frozen=True, repr=False)
class OpenedReport:
    row: Report
    title: str
    parts: tuple[dict, ...]


def compose(*, complaint: Complaint, keyring: Keyring, rendering: str, language: str) -> dict:
    """A proposal for the report from what is stored, in `language`: {"title", "parts": [{"heading", "text"}]}. Raises NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    with override(language):
        body = {"title": gettext("Report of the investigation"), "parts": _parts(complaint, keys)}
        if rendering == Rendering.IDENTITY_FREE:
            known = known_names(complaint=complaint, keyring=keyring)
            body["parts"] = [{"heading": each["heading"], "text": without_names(each["text"], known)} for each in body["parts"]]
    return body


def _parts(complaint: Complaint, keys: OpeningKeys) -> list[dict]:
    investigation = require_investigation(complaint)
    found = read_findings(complaint=complaint, keys=keys)
    names = names_of_people(complaint, keys)
    conduct = {part.code: str(part.name) for part in policy_of(complaint).conduct}
    about, facts, advice = [], [], []
    for one in found:
        detail, number = one.allegation.detail, one.allegation.row.number
        when = ", ".join(each for each in (detail["when"], detail["where"]) if each)
        lines = [f"{number}. {detail['text']}", when, f"{conduct.get(detail['conduct'], '')} · {GRAVITIES[detail['gravity']]}"]
        lines += [gettext("In the words of the report: “%(words)s”") % {"words": words} for words in detail["sources"]]
        lines.append(gettext("About: %(name)s") % {"name": one.allegation.respondent})
        about.append("\n".join(line for line in lines if line))
        reasons = [f"{number}. {one.result_text}"]
        for heading, name in ((gettext("Speaks for it"), "for"), (gettext("Speaks against it"), "against")):
            if one.detail.get(name):
                reasons.append(f"{heading}: {one.detail[name]}")
        reasons += [one.detail.get("weight", ""), one.detail.get("reasons", ""), one.detail.get("early_reason", "")]
        facts.append("\n".join(line for line in reasons if line))
        if one.detail.get("recommendation"):
            advice.append(f"{number}. {one.detail['recommendation']}")
    standard = gettext("Standard of proof: %(words)s") % {"words": STANDARDS_OF_PROOF[body_of(complaint).standard_of_proof]}
    seen = [f"{each.name} {each.title}".strip() for each in read_sources(investigation, keys, names) if each.evidence]
    texts = (
        "\n\n".join(about),
        "\n".join(_heard(investigation, names)),
        "\n".join(seen),
        "\n\n".join([standard, *facts]),
        "\n".join(advice),
    )
    return [{"heading": heading, "text": text} for heading, text in zip(_headings(), texts, strict=True)]


def _headings() -> tuple[str, ...]:
    return (
        gettext("What it is about"),
        gettext("Who was heard"),
        gettext("What was looked at"),
        gettext("What was established, and why"),
        gettext("What is recommended"),
    )


def _heard(investigation: Investigation, names: dict) -> list[str]:
    found = []
    for talk in interviews_of(investigation):
        if talk.held_at:
            day = date_format(talk.held_at, pgettext("date format: short", "j M Y"))
            confirmed = talk.get_confirmation_display() if talk.confirmed_at else gettext("not confirmed")
            found.append(f"T{talk.number} {names.get(talk.person_id, '')}, {day}, {confirmed}")
    return found


def known_names(*, complaint: Complaint, keyring: Keyring) -> list[Known]:
    """Every name this investigation knows, with the role it stands for, in the language that is active. Raises NoAccess."""
    known = []
    for each in complaints_of(require_investigation(complaint)):
        try:
            known += _names_of_case(each, team_keys(complaint=each, keyring=keyring))
        except NoAccess:
            # Nobody who holds no key to a joined report can have written a name from it.
            continue
    texts = [each.name for each in known]
    by_text = employees_named_in_each(texts) if texts else []
    entries = {row.pk: row for row in Employee.objects.filter(pk__in={pk for found in by_text for pk in found})}
    for each, found in zip(list(known), by_text, strict=True):
        for pk in found:
            entry = entries[pk]
            known += [Known(name, each.role) for name in (entry.name, entry.other_name, entry.email) if name]
    return list(dict.fromkeys(known))


def _names_of_case(complaint: Complaint, keys) -> list[Known]:
    known, counts = [], {}
    for row in people_of(complaint):
        counts[row.kind] = counts.get(row.kind, 0) + 1
        role = f"{PersonKind(row.kind).label} {counts[row.kind]}"
        detail = open_column(row, "detail_sealed", keys.file).json()
        known += [Known(detail[name], role) for name in ("name", "owner", "company") if detail.get(name)]
    report = read_report(complaint=complaint, keys=keys)
    for question, label in (("6", PersonKind.RESPONDENT.label), ("9b", PersonKind.TOLD.label)):
        blocks = report.value(question, [])
        known += (
            [Known(str(b["name"]), str(label)) for b in blocks if isinstance(b, dict) and b.get("name")] if isinstance(blocks, list) else []
        )
    for answer in report.answers:
        if answer.get("id", "").partition(".")[0] == "14b" and isinstance(answer.get("value"), str):
            known.append(Known(answer["value"], str(PersonKind.REPORTER.label)))
    listed = exclusions(complaint=complaint, keys=keys)
    known += [Known(each["name"], gettext("Person kept out")) for each in listed.get("names", ()) if each.get("name")]
    seats = Seat.objects.filter(complaint=complaint).select_related("user")
    known += [Known(seat.user.display_name, str(seat.get_role_display())) for seat in seats]
    # Whoever is known twice keeps the first role: people of the case before bare names.
    seen: dict[str, Known] = {}
    for each in known:
        seen.setdefault(" ".join(each.name.split()), each)
    return [each for name, each in seen.items() if name]


@retried
def make_report(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    rendering: str,
    language: str,
    title: str,
    texts: Sequence[str],
    after: int,
    final: bool,
    token: str,
    now: datetime,
    today: date,
) -> Report:
    """Keep the report as it is written now, as a row of its own; `final` when it goes to the decision.

    `after`: number of the row of this kind the writer began from (0 for none). The same `token` again returns the same row.
    Raises NamesLeft, NotReady (for a final one), SavedMeanwhile, Final, CaseEnded, NotInvestigated, NoAccess; ValueError for an unknown
    kind.
    """
    if rendering not in Rendering.values or len(texts) != len(PARTS):
        raise ValueError("unknown rendering")
    investigation = require_investigation(complaint)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    row = Report(
        id=once_id(complaint.pk, "report", token),
        investigation=investigation,
        rendering=rendering,
        language=language,
        made_at=now,
        made_by=by,
    )
    if earlier := Report.objects.filter(pk=row.pk).first():
        return earlier
    with override(language):
        headings = [str(each) for each in _headings()]
        known = known_names(complaint=complaint, keyring=keyring) if rendering == Rendering.IDENTITY_FREE else []
    words = {"title": title.strip(), "parts": [{"heading": h, "text": t.strip()} for h, t in zip(headings, texts, strict=True)]}
    if left := names_in("\n".join([title, *texts]), known):
        raise NamesLeft(left)
    if final and (problems := _before_report(complaint, investigation, today)):
        raise NotReady(problems)
    newest = newest_report(investigation, rendering, language)
    if newest and newest.number != after:
        stored = _opened(newest, keys)
        newest.changed_by, newest.changed_at = newest.made_by, newest.made_at
        raise SavedMeanwhile(newest, {"title": stored.title} | {name: p["text"] for name, p in zip(PARTS, stored.parts, strict=True)})
    row.final = final
    seal_column(row, "body_sealed", words, keys.current)
    try:
        with transaction.atomic():
            investigation = require_open(complaint, keys.current)
            if (latest := newest_report(investigation, rendering, language)) and latest.number != after:
                raise Changed("a colleague was faster")
            row.number = next_number(Report, investigation)
            row.save(force_insert=True)
            record(
                by=staff(by, role),
                action=Action.REPORT_MADE,
                subject_id=complaint.pk,
                object_kind="report",
                object_id=row.pk,
                facts={"rendering": str(rendering), "final": final, "number": row.number},
                now=now,
            )
    except IntegrityError:
        return Report.objects.get(pk=row.pk)
    return row


def open_report_row(
    *, complaint: Complaint, keys: OpeningKeys, report_id: UUID, by: User, role: str, now: datetime, exported: bool = False
) -> OpenedReport:
    """One report with its words. Recorded as an access, or as an export. Raises Report.DoesNotExist, NotInvestigated, NoAccess."""
    opened = _opened(report_of(require_investigation(complaint), report_id), keys)
    action = Action.EXPORTED_CASE if exported else Action.OPENED_FINDINGS
    note_access(complaint=complaint, by=by, role=role, action=action, now=now, object_kind="report", object_id=report_id)
    return opened


def open_newest(*, complaint: Complaint, keyring: Keyring, rendering: str, language: str) -> OpenedReport | None:
    """The report as it was saved last, for going on with it. Raises NotInvestigated, NoAccess."""
    row = newest_report(require_investigation(complaint), rendering, language)
    return _opened(row, team_keys(complaint=complaint, keyring=keyring).file) if row else None


def _opened(row: Report, keys: OpeningKeys) -> OpenedReport:
    body = open_column(row, "body_sealed", keys).json()
    return OpenedReport(row, body["title"], tuple(body["parts"]))


# the step after which findings are final


def _before_report(complaint: Complaint, investigation: Investigation, today: date) -> list[str]:
    problems = []
    if not complete(investigation):
        problems.append("findings")
    if body_of(complaint).second_reader and not investigation.second_read_at:
        problems.append("second_reader")
    comments = state_of_comments(complaint=complaint, investigation=investigation, today=today)
    if comments.needed and comments.asked_at is None:
        problems.append("comments")
    elif not comments.over:
        problems.append("comments_open")
    return problems


def ready_problems(*, complaint: Complaint, investigation: Investigation, today: date) -> list[str]:
    """What is still to do before the findings go to the decision, in the order of the work; empty when nothing is."""
    problems = _before_report(complaint, investigation, today)
    changed = [row.changed_at for row in (*allegations_of(investigation), *findings_of(investigation).values())]
    for rendering in Rendering:
        report = final_report(investigation, rendering)
        if report is None:
            problems.append(f"report_{rendering}")
        elif any(moment > report.made_at for moment in changed):
            problems.append(f"outdated_{rendering}")
    return problems


@retried
def findings_ready(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime, today: date) -> Investigation:
    """Report the findings: from here on they are final, for every complaint of the investigation.

    Raises NotReady, StepNotAllowed (of the complaint or the investigation), Final, CaseEnded, NotInvestigated, NoAccess.
    """
    key = team_keys(complaint=complaint, keyring=keyring).file.current
    actor = staff(by, role)
    with transaction.atomic():
        lock_together(complaint)
        investigation = require_open(complaint, key)
        if problems := ready_problems(complaint=complaint, investigation=investigation, today=today):
            raise NotReady(problems)
        for each in complaints_of(investigation):
            row = locked(each)
            # A joined report that was withdrawn or decided by itself stays as it is.
            if each.pk != complaint.pk and row.state != State.IN_INVESTIGATION:
                continue
            move(complaint=row, to=State.FINDINGS_READY, by=actor, now=now)
            happened(complaint=row, kind=EventKind.FINDINGS_READY, by=actor, now=now)
        return step(investigation=investigation, to=InvestigationState.REPORTED, by=by, role=role, now=now)
