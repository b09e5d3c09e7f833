"""What the pages of authors and reviewers show. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.models import User
from policy import editing, starter
from policy.limits import EXPIRED
from policy.models import PolicyComment, PolicyState, PolicyVersion
from policy.parts import Content, Source
from policy.profiles import Profile, profile
from policy.requirements import Lack, lacks, sourced
from policy.selectors import calendar_of, content_of, promises_of
from policy.vocabulary import GRAVITIES

# The pages of an editor, in the order of a policy: (name in addresses, heading, parts on it).
PAGES = (
    ("words", _("Title and summary"), ("words",)),
    ("sections", _("Sections"), ("sections",)),
    ("limits", _("Time limits"), ("limits",)),
    ("conduct", _("Groups of conduct"), ("conduct",)),
    ("sanctions", _("Sanctions and remedies"), ("measures", "rows", "third_party", "remedies", "weighed")),
    ("channels", _("Channels"), ("channels",)),
    ("body", _("Handling body"), ("body", "members")),
    ("support", _("Support contacts"), ("support",)),
    ("training", _("Training rules"), ("training",)),
    ("retention", _("Retention"), ("retention",)),
    ("review", _("Review and adoption"), ("review",)),
)
# How many edits the page of a version shows; the log has all.
LATEST = 10
PART_HEADINGS = {
    "words": _("Title and summary"),
    "sections": _("Sections"),
    "limits": _("Time limits"),
    "conduct": _("Groups of conduct"),
    "measures": _("Sanctions"),
    "rows": _("What is allowed for what"),
    "third_party": _("Where somebody works for another company"),
    "remedies": _("Remedies for the person harmed"),
    "weighed": _("What is weighed"),
    "channels": _("Channels"),
    "body": _("Handling body"),
    "members": _("Members"),
    "support": _("Support contacts"),
    "training": _("Training rules"),
    "retention": _("Retention"),
    "review": _("Review and adoption"),
    "facts": _("Facts from the law"),
}
_PLACE_PARTS = {
    "section": "sections",
    "limit": "limits",
    "conduct": "conduct",
    "channel": "channels",
    "support": "support",
    "training": "training",
    "retention": "retention",
    "fact": "facts",
}
_PLACE_SINGLES = {
    "title": "words",
    "summary": "words",
    "change_summary": "words",
    "body": "body",
    "review": "review",
    "adoption": "review",
}


def page_of(part: str) -> str:
    """The editor page on which a part is found."""
    return next((name for name, _heading, parts in PAGES if part in parts), "facts")


def version_numbered(number: int) -> PolicyVersion | None:
    """Any version, drafts included: only for policy administrators."""
    return PolicyVersion.objects.select_related("author", "approver").filter(number=number).first()


def all_versions():
    """Every version, newest first, with how many comments are open."""
    open_ones = Count("comments", filter=Q(comments__settled_at__isnull=True))
    return PolicyVersion.objects.select_related("author", "approver").annotate(open_comments=open_ones).order_by("-number")


def place_of(lack: Lack) -> tuple[str, str]:
    """(part, key) of the item that a missing thing is about; the key may be `new`, or "" for a whole page."""
    if lack.code == "section_missing":
        return "sections", editing.NEW
    kind, _colon, key = lack.place.partition(":")
    if kind == "sanction":
        return "measures", key
    if kind == "sanctions":
        return "rows", ""
    if kind == "channels":
        return "channels", editing.NEW
    if kind in _PLACE_SINGLES:
        return _PLACE_SINGLES[kind], ""
    return _PLACE_PARTS.get(kind, "words"), key


@dataclass(frozen=True)
class Missing:
    """One refusal with the place where it is mended. `facts`: it is mended by confirming, not by writing."""

    text: str
    part: str
    key: str
    is_fact: bool
    lack: Lack


def missing(content: Content) -> list[Missing]:
    """Everything that keeps the version from being published, with where to mend it."""
    return [Missing(lack.text, *place_of(lack), lack.code == "fact_unconfirmed", lack) for lack in lacks(content)]


@dataclass(frozen=True)
class FactRow:
    """A fact of the law or of general knowledge, with where it comes from and who vouched for it."""

    part: str
    key: str
    label: str
    source: Source
    confirmed_by: str


def facts(content: Content) -> list[FactRow]:
    """Every fact with a source, those still to be confirmed first."""
    rows = [(place, label, source) for place, label, source in sourced(content) if source.src or source.confidence == "knowledge"]
    names = dict(User.objects.filter(pk__in={source.confirmed_by for _p, _l, source in rows} - {None}).values_list("pk", "display_name"))
    found = []
    for place, label, source in rows:
        part, key = _fact_place(content, place)
        found.append(FactRow(part, key, str(label), source, names.get(source.confirmed_by, "")))
    return sorted(found, key=lambda row: not row.source.needs_confirmation)


def section_facts(version: PolicyVersion, content: Content, key: str) -> list[FactRow]:
    """What the starter text of a section rests on in this profile, for whoever changes it. Empty where the law adds nothing to it."""
    law = starter.law_texts(version.profile_id).get(key)
    if law is None:
        return []
    wanted = {_fact_of(profile(version.profile_id), name) for name in law.facts}
    return [row for row in facts(content) if (row.part, row.key) in wanted]


def _fact_of(start: Profile, name: str) -> tuple[str, str]:
    """(part, key) of a fact in the content, from its name in `starter/law/`."""
    kind, _slash, key = name.partition("/")
    if kind == "time_limits":
        return "limits", start.carried_out.get(key, key)
    if kind == "training_rules":
        return "training", key
    return ("retention", key) if kind == "retention" else ("facts", name)


def _fact_place(content: Content, place: str) -> tuple[str, str]:
    kind, _colon, key = place.partition(":")
    if kind == "sanction":
        of = ("measures", "third_party", "remedies")
        return next(part for part in of if part == of[-1] or any(each.code == key for each in getattr(content.sanctions, part))), key
    return ("body", "") if kind == "body" else (_PLACE_PARTS[kind], key)


@dataclass(frozen=True)
class Line:
    """One item in a list of the editor."""

    key: str
    title: str
    detail: str
    seen: str
    comments: int


def lines(version: PolicyVersion, content: Content, part: str) -> list[Line]:
    """The items of a part for its page, with their open comments."""
    said = open_comments(version)
    found = []
    for place, item in enumerate(editing.items_of(content, part)):
        key = editing.key_of(content, part, item) if editing.LISTS[part].key else str(place)
        found.append(
            Line(
                key,
                _row_title(content, item) if part == "rows" else str(_title(item)),
                _detail(part, item),
                editing.fingerprint(item),
                said.get((part, key), 0),
            )
        )
    return found


def open_comments(version: PolicyVersion) -> dict[tuple[str, str], int]:
    """{(part, key): how many comments nobody has dealt with}."""
    rows = version.comments.filter(settled_at__isnull=True).values_list("part", "key").annotate(n=Count("id"))
    return {(part, key): n for part, key, n in rows}


def comments_on(version: PolicyVersion, part: str, key: str):
    return version.comments.filter(part=part, key=key).select_related("by", "settled_by")


def all_comments(version: PolicyVersion) -> list[PolicyComment]:
    return list(version.comments.select_related("by", "settled_by").order_by("settled_at", "at"))


def _title(item):
    for name in ("heading", "label", "name", "role"):
        if value := getattr(item, name, None):
            return value
    named = getattr(item, "audience", None) or getattr(item, "record", None) or getattr(item, "conduct", "")
    return named or gettext("Without a name yet")


def title_of(content: Content, part: str, key: str) -> str:
    """What the item `key` of a part is called; "" for one that is gone, is new, or is the part itself."""
    if part not in editing.LISTS or key in ("", editing.NEW):
        return ""
    try:
        item = editing.item_of(content, part, key)
    except editing.NoSuchItem:
        return ""
    return _row_title(content, item) if part == "rows" else str(_title(item))


def _row_title(content: Content, row) -> str:
    groups = {group.code: str(group.name) for group in content.conduct}
    again = gettext("Again") if row.repeat else gettext("First time")
    return " · ".join((str(GRAVITIES[row.gravity]), groups.get(row.conduct, gettext("Any conduct")), again))


def _detail(part: str, item) -> str:
    if part == "limits":
        return item.number_text() if item.number else ""
    if part == "channels":
        return item.address
    if part == "support":
        return item.phone
    if part == "members":
        return str(item.name)
    return ""


@dataclass(frozen=True)
class ExampleDates:
    """What a reporter would be promised. `unnumbered`: limits that still lack a number, by name."""

    promises: list
    unnumbered: list[str]


def example_dates(version: PolicyVersion, received_at: datetime) -> ExampleDates:
    """The dates on the receipt of a report that asks for protection, if this version were in force at `received_at`."""
    limits = content_of(version).limits
    without = [limit for limit in limits if limit.rule.is_ours and not limit.rule.has_number]
    # A limit that waits for one without a number can't be dated either.
    waiting = {limit.id for limit in without}
    known = [limit for limit in limits if limit.id not in waiting and limit.joined_to not in waiting]
    known = [limit for limit in known if limit.fallback.removeprefix(EXPIRED) not in waiting]
    found = promises_of(known, calendar_of(version), received_at, protection_asked=True)
    return ExampleDates(sorted(found, key=lambda promise: promise.due_at), [str(limit.label) for limit in without])


def may_be_approved_by(version: PolicyVersion, user: User) -> bool:
    """Whoever wrote a word of it may not (author ≠ approver)."""
    return version.state == PolicyState.IN_REVIEW and version.author_id != user.pk and not version.edits.filter(by=user).exists()


def version_before(version: PolicyVersion) -> PolicyVersion | None:
    """The published version that `version` replaced."""
    earlier = PolicyVersion.objects.filter(published_at__isnull=False, number__lt=version.number)
    return earlier.order_by("-effective_at", "-number").first()
