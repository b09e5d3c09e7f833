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


def route_of(*, complaint: Complaint, keyring: Keyring, now: datetime) -> routing.Route:
    """Who would read the report if it were sent at `now`: shown before sending. Raises NoAccess."""
    keys = openable(complaint=complaint, keyring=keyring).statement
    return _route(complaint, keys, now)


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
    # Keys first, each in its own short transaction: giving them twice changes nothing, and without a seat nobody reaches the report yet.
    _give_keys(complaint, route, keyring, now)
    listed = _listed(complaint, keys, route)
    with transaction.atomic():
        row = locked(complaint)
        if row.state != State.PRIVATE:
            return row
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


def _give_keys(complaint: Complaint, route: routing.Route, keyring: Keyring, now: datetime) -> None:
    recovery = [holder] if (holder := recovery_keyholder()) else []
    for compartment, holders_of_part in (
        (complaint.statement_compartment, route.reading_keys),
        (complaint.file_compartment, route.reading_keys),
        (complaint.oversight_compartment, route.overseeing_keys),
    ):
        for holder in (*holders_of_part, *recovery):
            compartments.add_member(compartment=compartment, keyholder=holder, keyring=keyring, now=now)
    # The team's own file is not for the reporter; while it was private it held nothing.
    if complaint.file_compartment and compartments.members(complaint.file_compartment).filter(pk=complaint.receipt_id).exists():
        compartments.remove_members(compartment=complaint.file_compartment, keyholders=[complaint.receipt], now=now)
