"""Being punished for having helped: a witness's own linked, urgent complaint (R34), of which the first reporter sees nothing.

A witness holds no key to the list of who must not see the first case, and must learn nothing from it. So nothing of that list is copied:
whoever reads the new complaint is taken from the seats of the first case, which were judged by the list when they were given. That stays
so (`exclusions` says `of_linked`): `access` gives nobody a seat here who has none there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from audit.actions import Action
from audit.actors import PARTY
from audit.services import record
from complaints.models import Complaint
from complaints.questions.meaning import separate_names
from complaints.services import filing, routing
from complaints.services.attaching import seal_uploads
from complaints.services.events import happened
from complaints.services.once import once_id
from complaints.services.retaliation import LinkedReport, NothingWritten, as_report
from complaints.services.within import OF_LINKED, route_within
from complaints.states import EventKind, Identity
from vault import codes
from vault.drafts import draft_key
from vault.encoding import ctx
from vault.keyring import Keyring
from vault.models import Keyholder
from vault.primitives import hkdf
from vault.services.changes import retried


@retried
def report(
    *,
    lead: Complaint,
    party_id: UUID,
    keyring: Keyring,
    fields: Mapping[str, str],
    questions: Mapping[str, str],
    token: str,
    now: datetime,
    language: str,
    uploads: Sequence = (),
) -> LinkedReport:
    """File it for oversight of the first case. `keyring`: of the witness's own code; the same `token` again gives the same report and code.

    Raises NothingWritten, FilingClosed when nobody of oversight there is free of whom it names.
    """
    if not fields.get("what", "").strip():
        raise NothingWritten
    secret = _secret(keyring, party_id, token)
    if earlier := filing.filed_already(secret):
        return LinkedReport(earlier, codes.code_from_secret(secret), token)
    route = route_within(lead, separate_names(fields.get("who", "")), now)
    files_key = draft_key(draft_id=once_id(party_id, "retaliation-files", token), secret=secret)
    linked = filing.file_complaint(
        draft=None,
        secret=secret,
        submission=filing.Submission(
            language=language,
            report=as_report(fields, questions, language),
            exclusions=_exclusions(fields, route),
            identity=Identity.ANONYMOUS,
            files=tuple(seal_uploads(uploads, key=files_key, given_by="reporter", now=now)),
            files_key=files_key,
        ),
        route=route,
        now=now,
        retaliation_of=lead,
        and_then=lambda filed: _note(lead, filed, now),
    )
    return LinkedReport(linked, codes.code_from_secret(secret), token)


def sent_with(*, party_id: UUID, keyring: Keyring, token: str) -> LinkedReport | None:
    """The report that was filed with this `token`, with its code, for showing it again; None when its code was changed since."""
    secret = _secret(keyring, party_id, token)
    filed, code = filing.filed_already(secret), codes.code_from_secret(secret)
    if filed is None or not Keyholder.objects.filter(lookup_id=codes.derive(code).lookup_id, retired_at__isnull=True).exists():
        return None
    return LinkedReport(filed, code, token)


def _secret(keyring: Keyring, party_id: UUID, token: str) -> bytes:
    return hkdf(keyring.seed, info=ctx("helper-report", party_id, token))


def _exclusions(fields: Mapping[str, str], route: routing.Route) -> dict:
    names = separate_names(fields.get("who", ""))
    found = {name: str(route.recognised[name]) for name in names if name in route.recognised}
    return {
        "names": [{"name": name, "source": "respondent", "employee": found.get(name)} for name in names],
        "groups": [],
        "respondents": sorted(set(found.values())),
        "employees": sorted(str(each) for each in route.blocked),
        OF_LINKED: True,
    }


def _note(lead: Complaint, linked: Complaint, now: datetime) -> None:
    """The record of both says that it happened. Nothing of the first case changes: its reporter learns nothing of it."""
    happened(complaint=linked, kind=EventKind.RETALIATION_REPORTED, by=PARTY, now=now, subject=str(linked.pk))
    record(
        by=PARTY,
        action=Action.RETALIATION_REPORTED,
        subject_id=lead.pk,
        object_kind="complaint",
        object_id=linked.pk,
        facts={},
        now=now,
    )
