"""Sending a report that was kept private: only now somebody at work can open it, and only now the promises begin."""

from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import REPORTER
from audit.services import record
from complaints.models import Complaint, ExclusionList, Seat, Statement, StatementKind
from complaints.questions import BY_ID
from complaints.questions.meaning import named_people
from complaints.services import filing, routing, state
from complaints.services.access import openable
from complaints.services.changing import locked, touched
from complaints.services.filing import FilingClosed
from complaints.states import State
from policy.selectors import policy_in_force
from vault.columns import open_column, seal_column
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.recovery import recovery_keyholder
from vault.services import compartments
from vault.services.changes import Change, retried


def route_of(*, complaint: Complaint, keyring: Keyring, now: datetime) -> routing.Route:
    """Who would read the report if it were sent at `now`: shown before sending. Raises NoAccess."""
    keys = openable(complaint=complaint, keyring=keyring).statement
    return _route(complaint, keys, now)


@retried
def send_private(*, complaint: Complaint, keyring: Keyring, now: datetime) -> Complaint:
    """Send a privately kept report to the case team. Sent already: returned as it is. Raises FilingClosed, NoAccess.

    It counts as received now, under the policy in force now.
    """
    if complaint.state != State.PRIVATE:
        return complaint
    keys = openable(complaint=complaint, keyring=keyring).statement
    route = _route(complaint, keys, now)
    if not route.readers:
        raise FilingClosed
    changes = _keys_for(complaint, route, keyring, now)
    listed = _listed(complaint, keys, route)
    with transaction.atomic():
        row = locked(complaint)
        if row.state != State.PRIVATE:
            return row
        for change in changes:
            change.save()
        listed.save(update_fields=["list_sealed", "row_version"])
        touched(
            row,
            now=now,
            received_at=now,
            policy_version=policy_in_force(now),
            oversight_handles=route.to_oversight,
        )
        seats = Seat.objects.bulk_create(filing.seats_for(row, route, now))
        state.move(complaint=row, to=State.RECEIVED, by=REPORTER, now=now)
        row = locked(complaint)
        filing.start_clocks(complaint=row, seats=seats, by=REPORTER, now=now)
        record(by=REPORTER, action=Action.SENT_FROM_PRIVATE, subject_id=row.pk, facts={"seats": len(route.seats)}, now=now)
    return row


def _route(complaint: Complaint, keys: OpeningKeys, now: datetime) -> routing.Route:
    named = routing.NamedPeople(**named_people(_answers(complaint, keys)))
    return routing.route(named, now=now)


def _answers(complaint: Complaint, keys: OpeningKeys) -> dict:
    """The report's raw answers by page and field, as the questions gave them."""
    statement = Statement.objects.get(complaint=complaint, kind=StatementKind.REPORT)
    found: dict[str, dict] = {}
    for each in open_column(statement, "body_sealed", keys).json()["answers"]:
        page_id, _, name = each["id"].partition(".")
        if page := BY_ID.get(page_id):
            found.setdefault(page_id, {})[name or page.fields[0].name] = each["value"]
    return found


def _listed(complaint: Complaint, keys: OpeningKeys, route: routing.Route) -> ExclusionList:
    """The exclusion list with the directory ids that are recognised now, sealed again."""
    row = ExclusionList.objects.get(complaint=complaint)
    listed = open_column(row, "list_sealed", keys).json()
    names = listed.get("names", [])
    for each in names:
        each["employee"] = str(route.recognised[each["name"]]) if each["name"] in route.recognised else each.get("employee")
    respondents = {each["employee"] for each in names if each["source"] == "respondent" and each["employee"]}
    listed["respondents"] = sorted({*listed.get("respondents", ()), *respondents})
    listed["employees"] = sorted({*listed.get("employees", ()), *(str(i) for i in route.blocked)})
    row.row_version += 1
    seal_column(row, "list_sealed", listed, keys.current)
    return row


def _keys_for(complaint: Complaint, route: routing.Route, keyring: Keyring, now: datetime) -> list[Change]:
    """Let the readers in. The team's own file is not for the reporter; while the report was private it held nothing."""
    recovery = [holder] if (holder := recovery_keyholder()) else []
    row = Complaint.objects.select_related("statement_compartment", "file_compartment", "oversight_compartment", "receipt").get(
        pk=complaint.pk
    )
    wanted = (
        (row.statement_compartment, route.reading_keys, []),
        (row.file_compartment, route.reading_keys, [row.receipt]),
        (row.oversight_compartment, route.overseeing_keys, []),
    )
    return [
        compartments.prepare_change(compartment=part, joining=[*joining, *recovery], leaving=leaving, keyring=keyring, now=now)
        for part, joining, leaving in sorted(wanted, key=lambda each: each[0].pk)
    ]
