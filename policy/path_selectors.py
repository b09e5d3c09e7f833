"""What happens after a report, step by step, and the table of limits: the policy's numbers as everybody reads them."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from people.wording import listed
from policy.limits import WINDOW_KINDS
from policy.models import PolicyVersion
from policy.parts import LimitPart
from policy.selectors import limit_parts
from policy.vocabulary import RESPONSIBLE
from policy.wording import span_in_words


@dataclass(frozen=True)
class PathStep:
    """One of the eight steps: `promises` are short lines with the policy's numbers, `who` acts."""

    number: int
    icon: str
    title: str
    promises: tuple[str, ...]
    who: str

    @property
    def when(self) -> str:
        """The main promise."""
        return self.promises[0] if self.promises else ""

    @property
    def further(self) -> tuple[str, ...]:
        """The other promises of the step."""
        return self.promises[1:]


def step_path(version: PolicyVersion | None) -> list[PathStep]:
    """The eight steps in the language of the page. Without a policy the steps carry no numbers."""
    parts = limit_parts(version) if version else {}

    def lines(*limit_ids: str) -> tuple[str, ...]:
        texts = (str(parts[name].step_text()) for name in limit_ids if name in parts)
        return tuple(text for text in texts if text)

    def who(limit_id: str) -> str:
        return str(RESPONSIBLE[parts[limit_id].responsible]) if limit_id in parts else ""

    rows = [
        ("file-earmark-text", _("You send it"), (_("You get a code at once"),), _("You")),
        ("eye", _("Someone trained opens it"), lines("open", "open_unsafe", "open_ahead"), who("open")),
        ("shield-check", _("You get an answer about safety and protection"), lines("safety_answer"), who("safety_answer")),
        ("journal-check", _("Plan and conflict check"), lines("plan"), who("plan")),
        ("people", _("Looking into it"), lines("update", "investigate"), who("investigate")),
        ("check-circle", _("Decision and reasons"), lines("decide", "implement"), who("decide")),
        ("chat-left-text", _("Review if you disagree"), lines("review_window", "review_answer"), _("You, then other people than before")),
        ("life-preserver", _("Checking in with you"), _aftercare(parts), who("aftercare_1")),
    ]
    return [PathStep(number, *row) for number, row in enumerate(rows, 1)]


def _aftercare(parts: dict[str, LimitPart]) -> tuple[str, ...]:
    language = get_language() or "en"
    spans = [parts[name].number for name in ("aftercare_1", "aftercare_3", "aftercare_6") if name in parts]
    words = [span_in_words(span, language) for span in spans if span]
    if not words:
        return ()
    return (_("After %(spans)s") % {"spans": listed(words)},)


@dataclass(frozen=True)
class TableRow:
    """A row of the public table of limits."""

    label: str
    number: str
    promise: str
    who: str


def limits_table(version: PolicyVersion) -> list[TableRow]:
    """Every limit that binds the employer or is open to the reporter, with its number; outside clocks are apart."""
    language = get_language() or "en"
    shown = [part for part in limit_parts(version).values() if not part.outside and part.number and _told(part)]
    return [
        TableRow(
            str(part.label),
            span_in_words(part.number, language) if part.number.value else "",
            str(part.promise_text()),
            str(RESPONSIBLE[part.responsible]),
        )
        for part in shown
    ]


def _told(part: LimitPart) -> bool:
    """Limits of other parties without a sentence of their own are of no use to an employee."""
    return bool(part.promise) or part.kind not in WINDOW_KINDS
