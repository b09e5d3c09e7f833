"""Numbers that contradict each other: a step of the way that would be due before the one it follows from."""

from collections.abc import Iterator
from datetime import UTC, datetime

from policy.calendars import WorkCalendar
from policy.deadlines import Event, deadlines
from policy.parts import Content, LimitPart

# What happens to every report, in this order.
STEPS = ("opened", "acknowledged", "plan_told", "findings_ready", "decision_notified")
# A Monday morning in a week without holidays: the moment at which working days and calendar days differ least.
_RECEIVED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def contradictions(content: Content) -> Iterator[tuple[LimitPart, LimitPart]]:
    """Pairs of limits (earlier step, later step) that count from the report and whose dates are the wrong way round.

    Each later step once, with the one before it that would end last.
    """
    counted = [each for each in content.limits if _counts(each)]
    events = [Event("complaint_received", _RECEIVED, id="received")]
    found = deadlines(tuple(each.rule for each in counted), events, WorkCalendar(), _RECEIVED)
    due = {each.limit_id: each.due_at for each in found if each.due_at}
    in_order = sorted((each for each in counted if each.id in due), key=_step)
    for later in in_order:
        before = [each for each in in_order if _step(each) < _step(later) and due[later.id] < due[each.id]]
        if before:
            yield max(before, key=lambda each: due[each.id]), later


def _counts(limit: LimitPart) -> bool:
    rule = limit.rule
    return rule.is_ours and rule.has_number and limit.anchor == "complaint_received" and not limit.recurring and _step(limit) < len(STEPS)


def _step(limit: LimitPart) -> int:
    return next((at for at, name in enumerate(STEPS) if name in limit.met_by), len(STEPS))
