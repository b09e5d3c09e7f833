"""What the report pages read: whether reporting is open, the policy's numbers in words, outside limits and promised dates."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from complaints.clock_selectors import promises_of
from complaints.models import Complaint
from complaints.services.forgetting import PRIVATE_RECORD
from people.models import Role
from people.selectors import holders_of_roles, organisation
from policy.outside import clock_words
from policy.selectors import (
    channels,
    content_of,
    kept_at_most,
    limit_parts,
    number_of,
    outside_limits,
    policy_in_force,
    support_contacts,
    version_by_id,
    version_for_contacts,
)
from policy.wording import span_in_words
from vault.staff import users_with_keys

FEWEST_HANDLERS = 2
# The limits whose numbers the questions quote.
UNSAFE, PROTECTION, MANAGER_DUTY = "open_unsafe", "protection_answer", "manager_duty"
# The first three promises, in the order of the receipt: opened, safety answered, way of looking into it told.
RECEIPT_STEPS = (("open_unsafe", "open_ahead", "open"), ("safety_answer",), ("plan",))


class Lack(StrEnum):
    """Why reporting is closed."""

    POLICY = "policy"
    HANDLERS = "handlers"
    OVERSIGHT = "oversight"


def reporting_lacks(now: datetime) -> list[Lack]:
    """Reporting stays closed until a policy promises dates, two people can open reports, and there is oversight (D8). Empty: it is open."""
    handlers, overseers = holders_of_roles((Role.INTAKE_OFFICER, Role.OVERSIGHT), now).values()
    ready = users_with_keys({user.pk for user in (*handlers, *overseers)})
    enough = {
        Lack.POLICY: policy_in_force(now) is not None,
        Lack.HANDLERS: sum(user.pk in ready for user in handlers) >= FEWEST_HANDLERS,
        Lack.OVERSIGHT: any(user.pk in ready for user in overseers),
    }
    return [lack for lack, there in enough.items() if not there]


def reporting_open(now: datetime) -> bool:
    return not reporting_lacks(now)


def numbers(now: datetime, lang: str, *, readers: int | None = None) -> dict[str, str]:
    """The numbers that sentences quote, in words of `lang`; "" for what the policy in force does not say."""
    version = policy_in_force(now)
    spans = {"unsafe_span": UNSAFE, "protection_span": PROTECTION, "manager_span": MANAGER_DUTY}
    found = {name: number_of(version, limit, lang) if version else "" for name, limit in spans.items()}
    return found | {"emergency": organisation().emergency_number, "readers": str(readers) if readers else ""}


def kept_private_for(now: datetime, lang: str) -> str:
    """How long a private report is kept, in words, or "" when the policy does not say."""
    version = policy_in_force(now)
    span = kept_at_most(version, PRIVATE_RECORD) if version else None
    return span_in_words(span, lang) if span else ""


@dataclass(frozen=True)
class OutsideLimit:
    """A clock of an outside route: its name, and its number with the day it runs from."""

    label: str
    span: str


def outside_clocks(now: datetime, lang: str) -> list[OutsideLimit]:
    """Limits of outside routes; they run on while the employer looks into a report (T13)."""
    version = policy_in_force(now)
    limits = outside_limits(version) if version else ()
    return [OutsideLimit(each.label.in_language(lang), clock_words(each, lang)) for each in limits]


@dataclass(frozen=True)
class Bound:
    """The version of the policy that a report is bound to, and the body that handles it by this version."""

    number: int
    handled_by: str


def bound_to(complaint: Complaint, lang: str) -> Bound | None:
    version = version_by_id(complaint.policy_version_id)
    return Bound(version.number, content_of(version).body.name.in_language(lang)) if version else None


@dataclass(frozen=True)
class Contact:
    """A person, line or office outside this site."""

    name: str
    address: str
    hours: str


def other_channels(now: datetime, lang: str) -> list[Contact]:
    """Ways to tell somebody that are not this form: hotline, mail, people, outside routes."""
    version = version_for_contacts(now)
    found = [each for each in channels(version) if each.kind != "web"] if version else []
    return [Contact(each.name.in_language(lang), each.address, each.hours.in_language(lang)) for each in found]


def outside_routes(now: datetime, lang: str) -> list[Contact]:
    """Help and routes outside the employer, for when those inside may be too close."""
    version = version_for_contacts(now)
    if not version:
        return []
    routes = [each for each in channels(version) if each.kind == "external"]
    found = [Contact(each.name.in_language(lang), each.address, each.hours.in_language(lang)) for each in routes]
    help_outside = [Contact(each.name.in_language(lang), each.phone, each.hours.in_language(lang)) for each in support_contacts(version)]
    return found + help_outside


@dataclass(frozen=True)
class Promised:
    """A promise: which limit, its sentence, and when. `due`: the day, or the exact moment where one was promised."""

    limit_id: str
    label: str
    due_at: datetime
    due: date | datetime


def promises(complaint: Complaint, lang: str, now: datetime) -> list[Promised]:
    """Every date promised to the reporter so far, soonest first (R17)."""
    version = version_by_id(complaint.policy_version_id)
    if version is None:
        return []
    parts = limit_parts(version)
    return [
        Promised(row.limit_id, row.label.in_language(lang), row.deadline.due_at, row.due)
        for row in promises_of(complaint, now)
        if row.limit_id in parts and not parts[row.limit_id].outside and row.done is None
    ]


def receipt_steps(found: list[Promised]) -> list[Promised | None]:
    """The three dates of the receipt; where a report has a shorter first limit, that one counts. None where there is no such promise."""
    by_id: dict[str, Promised] = {}
    for each in found:
        by_id.setdefault(each.limit_id, each)
    return [min((by_id[limit] for limit in step if limit in by_id), key=lambda each: each.due_at, default=None) for step in RECEIPT_STEPS]
