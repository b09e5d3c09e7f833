"""Reading statements as other learning systems send them (Experience API 1.0.3, Part Two: Data). Pure: no Django, no clock, no database.

Whatever breaks a rule of the standard is refused with the name of the property, never with what stood there. Of the rest only the few
things are kept that make a completion: who, which activity, when, for how long.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

COMPLETED, PASSED = "http://adlnet.gov/expapi/verbs/completed", "http://adlnet.gov/expapi/verbs/passed"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
LONGEST = timedelta(days=7)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_MAILBOX = re.compile(r"mailto:[^\s@]+@[^\s@]+")
# What no database keeps: nothing at all as a character, and halves of one.
_UNKEPT = re.compile("[\0\ud800-\udfff]")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W|(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.\d+)?S)?)?)"
)
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?")
_SECONDS = {"weeks": 604_800, "years": 31_536_000, "months": 2_592_000, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_STATEMENT = frozenset({"id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "authority", "version", "attachments"})
_RESULT = frozenset({"score", "success", "completion", "response", "duration", "extensions"})
_CONTEXT = frozenset(
    {"registration", "instructor", "team", "contextActivities", "revision", "platform", "language", "statement", "extensions"}
)
_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
# What a receiver may set itself, and what only tells how something is shown, does not make two statements different (2.3.1).
_NOT_COMPARED = frozenset({"id", "timestamp", "stored", "authority", "version", "attachments"})


class BadStatement(ValueError):
    """The standard forbids it. The message names the property, never its value."""


@dataclass(frozen=True, repr=False)
class Who:
    """The actor: `kind` is one of mbox, mbox_sha1sum, openid, account, or "group"."""

    kind: str
    value: str


@dataclass(frozen=True, repr=False)
class Statement:
    """`completes`: whether it says that somebody completed or passed an activity. `at`: None where it does not say when."""

    id: UUID
    digest: str
    completes: bool
    who: Who
    activity: str
    at: datetime | None
    seconds: int


def parse(body: bytes) -> object:
    """The JSON of a request. Raises BadStatement."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadStatement("the body is not JSON in UTF-8") from None


def _no_constant(name: str):
    raise ValueError(name)


def read(data: object, *, statement_id: str = "") -> Statement:
    """One statement. `statement_id`: what the address says, which must be its id. Raises BadStatement."""
    try:
        return _read(data, statement_id)
    except RecursionError:
        raise BadStatement("statement: nested too deeply") from None


def _read(data: object, statement_id: str) -> Statement:
    found = _dict(data, "statement", _STATEMENT)
    _no_nulls(found, "statement")
    for name in ("actor", "verb", "object"):
        if name not in found:
            raise BadStatement(f"{name}: is missing")
    _text(found, "id", _UUID)
    _text({"statementId": statement_id} if statement_id else {}, "statementId", _UUID)
    if statement_id and found.get("id", statement_id).lower() != statement_id.lower():
        raise BadStatement("id: is another one than statementId")
    who, verb = _actor(found["actor"], "actor"), _verb(found["verb"])
    activity = _object(found["object"], "object")
    if verb == VOIDED and found["object"].get("objectType") != "StatementRef":
        raise BadStatement("object: a voiding statement names a StatementRef")
    result = _result(found.get("result", {}))
    _context(found.get("context", {}), is_activity=bool(activity))
    at = _moment(found, "timestamp")
    _moment(found, "stored")
    _version(found)
    _attachments(found.get("attachments", []))
    if "authority" in found:
        _actor(found["authority"], "authority")
    says_no = (verb == COMPLETED and result.get("completion") is False) or (verb == PASSED and result.get("success") is False)
    completes = verb in (COMPLETED, PASSED) and bool(activity) and who.kind != "group" and not says_no
    number = UUID(found.get("id") or statement_id or str(uuid4()))
    return Statement(number, digest(found), completes, who, activity, at, seconds_of(result.get("duration", "")))


def digest(statement: dict) -> str:
    """The same for two statements that the standard calls the same (2.3.1)."""
    said = _compared({name: value for name, value in statement.items() if name not in _NOT_COMPARED})
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()).hexdigest()


def _compared(value):
    if isinstance(value, dict):
        return {name: _compared(each) for name, each in value.items() if name not in ("display", "definition")}
    return [_compared(each) for each in value] if isinstance(value, list) else value


def seconds_of(duration: str) -> int:
    """An ISO 8601 duration in whole seconds, at most a week; 0 for none."""
    match = _DURATION.fullmatch(duration)
    parts = {name: int(value) for name, value in match.groupdict().items() if value} if match else {}
    return min(sum(_SECONDS[name] * value for name, value in parts.items()), int(LONGEST.total_seconds()))


# --- the rules of the standard ----------------------------------------------------------------------


def _dict(value: object, name: str, allowed: frozenset[str] | None = None) -> dict:
    if not isinstance(value, dict):
        raise BadStatement(f"{name}: an object is expected")
    if allowed is not None and set(value) - allowed:
        raise BadStatement(f"{name}: has an unknown property")
    return value


def _text(found: dict, name: str, pattern: re.Pattern | None = None) -> str:
    """A property that is text of a certain form; "" when it is not there."""
    value = found.get(name, "")
    if not isinstance(value, str) or _UNKEPT.search(value) or (name in found and pattern and not pattern.fullmatch(value)):
        raise BadStatement(f"{name}: is not in the form that the standard asks for")
    return value


def _no_nulls(value: object, name: str) -> None:
    if value is None:
        raise BadStatement(f"{name}: null is not allowed")
    if isinstance(value, dict):
        for key, each in value.items():
            if key != "extensions":
                _no_nulls(each, key if key in _STATEMENT | _RESULT | _CONTEXT else name)
    elif isinstance(value, list):
        for each in value:
            _no_nulls(each, name)


def _actor(value: object, name: str) -> Who:
    found = _dict(value, name, frozenset({"objectType", "name", "member", *_IDENTIFIERS}))
    _text(found, "name")
    kind = found.get("objectType", "Agent")
    given = [each for each in _IDENTIFIERS if each in found]
    if kind == "Group":
        return _group(found, name, given)
    if kind != "Agent" or "member" in found:
        raise BadStatement(f"{name}: is neither Agent nor Group")
    if len(given) != 1:
        raise BadStatement(f"{name}: exactly one of mbox, mbox_sha1sum, openid, account is needed")
    return Who(given[0], _identifier(found, given[0]))


def _group(found: dict, name: str, given: list[str]) -> Who:
    members = found.get("member", [])
    if len(given) > 1 or (not given and not members) or not isinstance(members, list):
        raise BadStatement(f"{name}: a group has one identifier or members")
    for each in given:
        _identifier(found, each)
    for member in members:
        if _actor(member, "member").kind == "group":
            raise BadStatement("member: a group has no groups as members")
    return Who("group", "")


def _identifier(found: dict, kind: str) -> str:
    if kind == "account":
        account = _dict(found["account"], "account", frozenset({"homePage", "name"}))
        if not _text(account, "homePage", IRI) or not _text(account, "name"):
            raise BadStatement("account: homePage and name are needed")
        return account["name"]
    patterns = {"mbox": _MAILBOX, "mbox_sha1sum": _SHA1, "openid": IRI}
    return _text(found, kind, patterns[kind]).removeprefix("mailto:")


def _verb(value: object) -> str:
    found = _dict(value, "verb", frozenset({"id", "display"}))
    _words(found.get("display", {}), "display")
    if "id" not in found:
        raise BadStatement("verb: id is missing")
    return _text(found, "id", IRI)


def _words(value: object, name: str) -> None:
    if not all(isinstance(each, str) for each in _dict(value, name).values()):
        raise BadStatement(f"{name}: is no map of languages")


def _object(value: object, name: str) -> str:
    """The id of an activity; "" for any other object."""
    kind = _dict(value, name).get("objectType", "Activity")
    if kind == "Activity":
        found = _dict(value, name, frozenset({"objectType", "id", "definition"}))
        _dict(found.get("definition", {}), "definition")
        if not _text(found, "id", IRI):
            raise BadStatement(f"{name}: id is missing")
        return found["id"]
    if kind in ("Agent", "Group"):
        _actor(value, name)
    elif kind == "StatementRef":
        _reference(value, name)
    elif kind == "SubStatement" and name == "object":
        _part_of(value)
    else:
        raise BadStatement(f"{name}: objectType is unknown")
    return ""


def _reference(value: object, name: str) -> None:
    found = _dict(value, name, frozenset({"objectType", "id"}))
    if found.get("objectType") != "StatementRef" or not _text(found, "id", _UUID):
        raise BadStatement(f"{name}: names no statement")


def _part_of(value: object) -> None:
    found = _dict(value, "object", frozenset({"objectType", "actor", "verb", "object", "result", "context", "timestamp", "attachments"}))
    if not {"actor", "verb", "object"} <= set(found):
        raise BadStatement("object: a SubStatement has actor, verb and object")
    _actor(found["actor"], "actor")
    _verb(found["verb"])
    activity = _object(found["object"], "object of the SubStatement")
    _result(found.get("result", {}))
    _context(found.get("context", {}), is_activity=bool(activity))
    _moment(found, "timestamp")


def _result(value: object) -> dict:
    found = _dict(value, "result", _RESULT)
    for name in ("success", "completion"):
        if not isinstance(found.get(name, False), bool):
            raise BadStatement(f"{name}: is not true or false")
    _text(found, "response")
    if "duration" in found and (not _text(found, "duration", _DURATION) or found["duration"].endswith(("P", "T"))):
        raise BadStatement("duration: is not in the form that the standard asks for")
    _dict(found.get("extensions", {}), "extensions")
    _score(_dict(found.get("score", {}), "score", frozenset({"scaled", "raw", "min", "max"})))
    return found


def _score(score: dict) -> None:
    if any(isinstance(each, bool) or not isinstance(each, int | float) for each in score.values()):
        raise BadStatement("score: is not a number")
    least, most = score.get("min", float("-inf")), score.get("max", float("inf"))
    if not -1 <= score.get("scaled", 0) <= 1 or least >= most or not least <= score.get("raw", max(least, min(most, 0))) <= most:
        raise BadStatement("score: lies outside its bounds")


def _context(value: object, *, is_activity: bool) -> None:
    found = _dict(value, "context", _CONTEXT)
    _text(found, "registration", _UUID)
    for name in ("revision", "platform", "language"):
        _text(found, name)
    if not is_activity and {"revision", "platform"} & set(found):
        raise BadStatement("context: revision and platform belong to an activity")
    for name in ("instructor", "team"):
        if name in found:
            _actor(found[name], name)
    if "statement" in found:
        _reference(found["statement"], "statement")
    _dict(found.get("extensions", {}), "extensions")
    around = _dict(found.get("contextActivities", {}), "contextActivities", frozenset({"parent", "grouping", "category", "other"}))
    for each in around.values():
        for activity in each if isinstance(each, list) else [each]:
            if not _object(activity, "contextActivities"):
                raise BadStatement("contextActivities: only activities belong there")


def _moment(found: dict, name: str) -> datetime | None:
    text = _text(found, name, _TIMESTAMP)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text if text[-1] == "Z" or _has_zone(text) else f"{text}Z")
    except ValueError:
        raise BadStatement(f"{name}: is not in the form that the standard asks for") from None


def _has_zone(text: str) -> bool:
    """The standard forbids a negative offset of nothing."""
    tail = text[11:]
    if re.search(r"-00(:?00)?$", tail):
        raise BadStatement("timestamp: is not in the form that the standard asks for")
    return "+" in tail or "-" in tail


def _version(found: dict) -> None:
    if not _text(found, "version").startswith("1.0") and "version" in found:
        raise BadStatement("version: only 1.0 is taken")


def _attachments(value: object) -> None:
    # The bytes of attachments would come as multipart/mixed, which is not taken here: what stands elsewhere may be named.
    for each in value if isinstance(value, list) else [None]:
        if "fileUrl" not in _dict(each, "attachments"):
            raise BadStatement("attachments: only those with a fileUrl are taken")
