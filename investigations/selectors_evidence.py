"""The evidence register, its custody and what may be taken into it. Reads only; nothing here opens anything."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.actions import Action
from audit.models import Entry
from complaints.models import Attachment, Thread
from investigations.models import Bears, CustodyEntry, Evidence, Investigation, PartyFile, PreservationRequest

PAGE_SIZE = 25
# What is done to one item and stands in the record: with the custody entries, its whole chain.
ITEM_ACTIONS = (Action.OPENED_EVIDENCE, Action.OPENED_PICTURE, Action.EXPORTED_FILE, Action.EXPORTED_EVIDENCE)
MOST_SEEN = 200
_FILES = ("file", "attachment__file", "party_file__file", "party_file__document__party__compartment", "derived_from", "added_by")


def evidence_of(investigation: Investigation) -> QuerySet[Evidence]:
    """Every item by number, each with its sealed file."""
    return Evidence.objects.filter(investigation=investigation).select_related(*_FILES).order_by("number")


def item_of(investigation: Investigation, number: int) -> Evidence:
    """Raises Evidence.DoesNotExist."""
    return evidence_of(investigation).select_related("changed_by", "request").get(number=number)


def derivatives_of(item: Evidence) -> list[Evidence]:
    return list(evidence_of(item.investigation).filter(derived_from=item))


def custody_of(items: Iterable[Evidence]) -> list[CustodyEntry]:
    """Hand-overs and checks of these items, oldest first."""
    return list(CustodyEntry.objects.filter(evidence__in=items).select_related("by").order_by("at", "recorded_at", "pk"))


def seen_of(items: Iterable[Evidence], complaint_id: UUID) -> dict[UUID, list[Entry]]:
    """Who opened or took each of these items, newest first. From the same record that the reporter's page reads.

    A bundle counts for every item that was in the register then.
    """
    items = list(items)
    whole = Q(object_kind="evidence_bundle")
    mine = Entry.objects.filter(whole | Q(object_id__in=[i.pk for i in items]), subject_id=complaint_id, action__in=ITEM_ACTIONS)
    found: dict[UUID, list[Entry]] = {item.pk: [] for item in items}
    for entry in mine.select_related("user").order_by("-seq")[: MOST_SEEN * len(items)]:
        for item in items:
            if entry.object_id == item.pk or (entry.object_kind == "evidence_bundle" and entry.at >= item.added_at):
                found[item.pk].append(entry)
    return found


def exports_of(complaint_id: UUID) -> list[Entry]:
    """Bundles that were made, newest first; `facts["manifest"]` is the fingerprint of the bundle's list."""
    made = Entry.objects.filter(subject_id=complaint_id, action=Action.EXPORTED_EVIDENCE, object_kind="evidence_bundle")
    return list(made.select_related("user").order_by("-seq")[:20])


def bearing_of(items: Iterable[Evidence]) -> dict[UUID, list[tuple[int, str]]]:
    """{item: [(number of the allegation, what it means for it)]}."""
    found: dict[UUID, list[tuple[int, str]]] = {}
    for row in Bears.objects.filter(evidence__in=items).select_related("allegation").order_by("allegation__number"):
        found.setdefault(row.evidence_id, []).append((row.allegation.number, row.get_bearing_display()))
    return found


def takeable_attachments(investigation: Investigation) -> list[Attachment]:
    """Files that reporters gave (of the lead and of joined complaints) and that are no item yet."""
    ids = [investigation.lead_id, *investigation.joined.values_list("complaint_id", flat=True)]
    rows = Attachment.objects.filter(complaint__in=ids, evidence__isnull=True).select_related("file", "complaint", "message")
    # What runs between the reporter and oversight is none of the team's.
    return list(rows.filter(Q(message__isnull=True) | Q(message__thread=Thread.TEAM)).order_by("complaint__ref", "number"))


def takeable_party_files(investigation: Investigation) -> list[PartyFile]:
    """Files that respondents and witnesses gave and that are no item yet."""
    rows = PartyFile.objects.filter(document__party__investigation=investigation, evidence__isnull=True)
    return list(rows.select_related("file", "document__party").order_by("document__party__number", "at", "number"))


def request_choices(investigation: Investigation) -> list[PreservationRequest]:
    return list(PreservationRequest.objects.filter(investigation=investigation).order_by("asked_at"))
