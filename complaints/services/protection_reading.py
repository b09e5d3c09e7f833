"""What was asked and decided about protection, counted and opened. Nothing here changes anything."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import UUIDField

from complaints.models import Complaint, Measure, MeasureDecision, ProtectionRequest
from vault.columns import open_column
from vault.kept_queries import KeptQuery
from vault.keys import OpeningKeys

_REQUESTS = KeptQuery(
    lambda complaint_id: ProtectionRequest.objects.filter(complaint_id=complaint_id).order_by("at", "pk"), complaint_id=UUIDField()
)
_MEASURES = KeptQuery(
    lambda complaint_id: Measure.objects.filter(complaint_id=complaint_id).select_related("decided_by").order_by("decided_at"),
    complaint_id=UUIDField(),
)


@dataclass(frozen=True, repr=False)
class OpenedMeasure:
    """A decision on protection with its words: what, reason, pay_effect, reviews. `planned_start` waits for consent."""

    row: Measure
    detail: dict

    @property
    def planned_start(self) -> date | None:
        text = self.detail.get("start")
        return date.fromisoformat(text) if text else None

    @property
    def waits_for_consent(self) -> bool:
        row = self.row
        return row.burdens_reporter and row.decision != "refused" and not row.consent_at and not row.consent_refused_at


@dataclass(frozen=True, repr=False)
class OpenedWish:
    """A request with its words (kind, text, wording) and the decisions on it."""

    row: ProtectionRequest
    wish: dict
    measures: tuple[OpenedMeasure, ...]


def open_protection(*, complaint: Complaint, keys: OpeningKeys) -> list[OpenedWish]:
    """Every wish with its words and the decisions on it, oldest first."""
    measures: dict[UUID | None, list[Measure]] = {}
    requests = _REQUESTS.all(complaint_id=complaint.pk)
    for measure in _MEASURES.all(complaint_id=complaint.pk) if requests else ():
        measures.setdefault(measure.request_id, []).append(measure)
    return [
        OpenedWish(
            row=row,
            wish=open_column(row, "wish_sealed", keys).json(),
            measures=tuple(opened(measure, keys) for measure in measures.get(row.pk, ())),
        )
        for row in requests
    ]


def open_own_measures(*, complaint: Complaint, keys: OpeningKeys) -> list[OpenedMeasure]:
    """Measures taken without having been asked for."""
    rows = _MEASURES.all(complaint_id=complaint.pk)
    return [opened(row, keys) for row in rows if row.request_id is None]


def has_measure(*, complaint: Complaint, measure_id: UUID) -> bool:
    """Whether the measure belongs to this report. One of another report is as absent as none."""
    return Measure.objects.filter(complaint=complaint, pk=measure_id).exists()


def waiting_for_consent(complaint: Complaint) -> int:
    """How many measures wait for the reporter's yes or no."""
    return (
        Measure.objects.filter(complaint=complaint, burdens_reporter=True, consent_at__isnull=True, consent_refused_at__isnull=True)
        .exclude(decision=MeasureDecision.REFUSED)
        .count()
    )


def counts(complaint: Complaint) -> dict[str, int]:
    """How many wishes are answered and how many wait, without opening any."""
    asked = ProtectionRequest.objects.filter(complaint=complaint)
    waiting = asked.filter(answered_at__isnull=True).count()
    return {"asked": asked.count(), "waiting": waiting, "measures": Measure.objects.filter(complaint=complaint).count()}


def opened(measure: Measure, keys: OpeningKeys) -> OpenedMeasure:
    """One measure with its words. Raises NoAccess, Damaged."""
    return OpenedMeasure(row=measure, detail=open_column(measure, "detail_sealed", keys).json())
