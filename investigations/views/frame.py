"""What surrounds every page of a case: the identity bar with the one next step, and the links between the pages."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from complaints.clock_selectors import deadlines_of
from complaints.permissions import seat_may_read
from complaints.services.taking_on import waits_to_be_taken_on
from complaints.states import ENDED, Channel, Identity, State
from investigations.permissions import may_decide_way
from investigations.selectors import Due, handler_among, next_due, open_wishes, unread_messages
from investigations.selectors_findings import investigation_of
from investigations.selectors_standing import Standing, standing_of
from investigations.services.calling import called
from investigations.steps import TITLES, next_triage_step
from investigations.views.door import Case

ALWAYS, INQUIRY, RIPE, AFTER, ASKED = "always", "inquiry", "ripe", "after", "asked"
# Name of the page, its words, and when it is there: always, once there is an investigation, once its findings are out, once there is a
# decision to look back on, once the reporter has asked for an informal way. In the order of the work.
TABS = (
    ("overview", pgettext_lazy("case page", "Overview"), ALWAYS),
    ("timeline", pgettext_lazy("case page", "Timeline"), ALWAYS),
    ("tasks", pgettext_lazy("case page", "Tasks & deadlines"), ALWAYS),
    ("people", pgettext_lazy("case page", "People"), ALWAYS),
    ("plan", pgettext_lazy("case page", "Plan"), INQUIRY),
    ("parties", pgettext_lazy("case page", "Parties"), INQUIRY),
    ("talks", pgettext_lazy("case page", "Talks"), INQUIRY),
    ("files", pgettext_lazy("case page", "Files"), ALWAYS),
    ("evidence", pgettext_lazy("case page", "Evidence"), INQUIRY),
    ("allegations", pgettext_lazy("case page", "Allegations"), INQUIRY),
    ("findings", pgettext_lazy("case page", "Findings"), INQUIRY),
    ("decision", pgettext_lazy("case page", "Decision"), RIPE),
    ("measures", pgettext_lazy("case page", "Measures"), ALWAYS),
    ("referrals", pgettext_lazy("case page", "Referrals"), ALWAYS),
    ("informal", pgettext_lazy("case page", "Informal way"), ASKED),
    ("messages", pgettext_lazy("case page", "Messages"), ALWAYS),
    ("aftercare", pgettext_lazy("case page", "Aftercare"), AFTER),
    ("access", pgettext_lazy("case page", "Access"), ALWAYS),
)
_BEFORE = frozenset({State.PRIVATE, State.RECEIVED, State.ACKNOWLEDGED, State.ASSESSED})
_UNDECIDED = _BEFORE | {State.IN_INVESTIGATION, State.FINDINGS_READY, State.INFORMAL}


def tabs_of(complaint, standing: Standing) -> list[tuple]:
    """(name, words) of the pages this case has by now."""
    parts = {ALWAYS} | ({ASKED} if standing.informal else set())
    if standing.investigated:
        parts |= {INQUIRY} if complaint.state == State.IN_INVESTIGATION else {INQUIRY, RIPE}
    if complaint.state not in _UNDECIDED:
        parts.add(AFTER)
    return [(name, label) for name, label, when in TABS if when in parts]


def frame(case: Case, current: str = "", *, part_of: str = "overview", deadlines=None, **more) -> dict:
    """The context of a case page. `current`: which link is the page itself ("" for none); `part_of`: under which link it lies then.

    `deadlines`: `deadlines_of` the case, where the page has them.
    A page below a link holds a button of its own, so the next step isn't offered beside it.
    """
    complaint = case.complaint
    due = next_due(complaint, deadlines_of(complaint, case.now, most_settled=0) if deadlines is None else deadlines, case.now)
    standing = standing_of(complaint)
    counts = {"messages": standing.messages, "measures": standing.wishes, "parties": standing.papers}
    url, text = next_step(case, due, **counts) if current else ("", "")
    return {
        "case": case,
        "complaint": complaint,
        "due": due,
        "handler": handler_among(case.seats),
        "state_text": State(complaint.state).label,
        "state_kind": "done" if complaint.state in ENDED else "active",
        "is_closed": complaint.state in ENDED,
        "identity_text": Identity(complaint.identity).label,
        "channel_text": Channel(complaint.channel).label,
        "risk_text": risk_words(complaint),
        "next_url": "" if url and url.endswith(f"/{current}/") else url,
        "next_text": text,
        "called_in": standing.called_in,
        "to_take_on": complaint.state not in ENDED and seat_may_read(case.seat) and waits_to_be_taken_on(case.seat),
        "tabs": [
            {
                "label": label,
                "url": reverse(f"case:{name}", args=[case.ref]),
                "current": _mark(name, current, part_of),
                "count": counts.get(name, 0),
            }
            for name, label in tabs_of(complaint, standing)
        ],
        **more,
    }


def _mark(name: str, current: str, part_of: str) -> str:
    """The value of aria-current."""
    if name == current:
        return "page"
    return "true" if not current and name == part_of else ""


def day_words(day) -> str:
    """“14 Nov 2025” / “2025年11月14日” for sentences that a view writes."""
    return date_format(day, pgettext("date format: short", "j M Y"))


def risk_words(complaint):
    """At most one badge."""
    if complaint.not_safe:
        return _("Not safe")
    if complaint.retaliation:
        return _("Retaliation")
    return _("Before the event") if complaint.ahead_date else ""


def first_steps(case: Case) -> list[dict]:
    """What a new case asks of its handler, until the way it is looked into was decided. Rows of components/task_list.html."""
    complaint = case.complaint
    if complaint.state != State.ASSESSED:
        return []
    wishes, unread = open_wishes(complaint.pk).exists(), unread_messages(complaint.pk).exists()
    steps = [
        (_("Read everything they wrote"), "report", True),
        (_("Answer the wishes for protection"), "measures", not wishes),
        (_("Read what they added"), "messages", not unread),
        (_("Look at who is in it, and whether anybody of the team stands too near"), "people", complaint.people.exists()),
        (_("Decide how it is looked into"), "way", False),
    ]
    return [
        {
            "name": words,
            "url": reverse(f"case:{page}", args=[case.ref]),
            "state": "done" if done else "",
            "state_text": _("Done") if done else "",
        }
        for words, page, done in steps
    ]


def next_step(case: Case, due: Due | None, *, messages: int, measures: int, parties: int = 0) -> tuple[str, object]:
    """(address, words) of the one next required step. `messages`, `parties`: unread ones; `measures`: wishes without an answer."""
    complaint = case.complaint
    if step := next_triage_step(case.triage):
        return reverse("case:step", args=[case.ref, step.value]), TITLES[step]
    if measures:
        return reverse("case:measures", args=[case.ref]), _("Answer the wish for protection")
    if messages:
        return reverse("case:messages", args=[case.ref]), _("Read the new message")
    if parties:
        return reverse("case:parties", args=[case.ref]), _("Read what a party wrote")
    if may_decide_way(case.user, complaint):
        return reverse("case:way", args=[case.ref]), _("Decide how it is looked into")
    if due and due.late:
        return reverse("case:tasks", args=[case.ref]), _("Give the reason we are late")
    if complaint.state == State.FINDINGS_READY and investigation_of(complaint) and not called(complaint):
        return reverse("case:call_decider", args=[case.ref]), _("Call somebody to decide")
    if complaint.state in ENDED:
        return "", ""
    return reverse("case:messages", args=[case.ref]), _("Write to the reporter")
