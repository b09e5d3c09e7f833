"""Whether an older version of a row was put back. `manage.py verify` calls `problems()`.

A sealed column is bound to the version of its row, so an old value alone does not open. Old value and old version together do; the record
knows the version that was written last.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from audit.actions import Action
from audit.models import Entry
from complaints.models import Measure
from investigations.models import (
    Allegation,
    Bears,
    CasePerson,
    CustodyEntry,
    Decision,
    DecisionItem,
    Evidence,
    Finding,
    Interview,
    Investigation,
    PlanItem,
    PreservationRequest,
    Referral,
    Task,
)

# What is recorded with its version, by action and, where one action saves several kinds of rows, by the kind of thing.
RECORDED = {
    (Action.TASK_SAVED, ""): Task,
    (Action.PERSON_SAVED, ""): CasePerson,
    (Action.MEASURE_REVIEWED, ""): Measure,
    (Action.ALLEGATION_SAVED, ""): Allegation,
    (Action.BEARING_SAVED, ""): Bears,
    (Action.FINDING_SAVED, ""): Finding,
    (Action.DECISION_SAVED, ""): Decision,
    (Action.ITEM_SAVED, ""): DecisionItem,
    (Action.INTERVIEW_SAVED, ""): Interview,
    (Action.PLAN_SAVED, "plan_item"): PlanItem,
    (Action.PLAN_SAVED, "investigation"): Investigation,
    (Action.RECORDS_ASKED, ""): PreservationRequest,
    (Action.RECORDS_ANSWERED, ""): PreservationRequest,
    (Action.EVIDENCE_ADDED, ""): Evidence,
    (Action.EVIDENCE_SAVED, ""): Evidence,
    (Action.CUSTODY_NOTED, ""): CustodyEntry,
    (Action.REFERRED, ""): Referral,
}
CHUNK = 500


def problems(*, now: datetime) -> Iterator[str]:
    """One line per row that is older than the record says, or gone. Constant memory."""
    for (action, kind), model in RECORDED.items():
        entries = Entry.objects.filter(action=action, **({"object_kind": kind} if kind else {}))
        entries = entries.order_by("seq").values_list("object_id", "facts").iterator(CHUNK)
        while batch := list(islice(entries, CHUNK)):
            # Versions only grow, so the last one of a batch counts.
            newest = {object_id: facts.get("version", 0) for object_id, facts in batch}
            stored = dict(model.objects.filter(pk__in=newest).values_list("pk", "row_version"))
            for object_id, version in newest.items():
                if object_id not in stored:
                    yield f"{model._meta.label} {object_id}: recorded, and gone"
                elif stored[object_id] < version:
                    yield f"{model._meta.label} {object_id}: version {version} was recorded, version {stored[object_id]} is stored"
