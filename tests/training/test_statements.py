"""What the standard forbids in a statement is refused by the name of the property, never with what stood there (xAPI 1.0.3, Data)."""

import copy

import pytest

from training import statements

ID = "6c1d4cf4-5e2a-4b93-9a3b-0d1c2e3f4a5b"
GOOD = {
    "id": ID,
    "actor": {"mbox": "mailto:person060@example.test", "name": "Mo Yan"},
    "verb": {"id": statements.COMPLETED, "display": {"en": "completed"}},
    "object": {"id": "https://lms.example.test/course/17", "definition": {"name": {"en": "Respect"}}},
    "result": {"completion": True, "success": True, "duration": "PT1H2M3.5S", "score": {"scaled": 0.9, "raw": 9, "min": 0, "max": 10}},
    "context": {"registration": ID, "platform": "LMS", "contextActivities": {"parent": [{"id": "https://lms.example.test/"}]}},
    "timestamp": "2026-11-20T09:30:00+08:00",
    "version": "1.0.0",
}


def but(**more) -> dict:
    return copy.deepcopy(GOOD) | more


def test_a_good_statement_is_read():
    read = statements.read(GOOD)
    assert (str(read.id), read.completes, read.who, read.activity) == (
        ID,
        True,
        statements.Who("mbox", "person060@example.test"),
        "https://lms.example.test/course/17",
    )
    assert (read.seconds, read.at.isoformat()) == (3_723, "2026-11-20T09:30:00+08:00")
    assert "person060" not in repr(read)


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"actor": {}}, "actor"),
        ({"actor": {"mbox": "person@example.test"}}, "mbox"),
        ({"actor": {"mbox": "mailto:a@b.test", "openid": "https://me.test"}}, "actor"),
        ({"actor": {"mbox_sha1sum": "12"}}, "mbox_sha1sum"),
        ({"actor": {"account": {"name": "060"}}}, "account"),
        ({"actor": {"account": {"name": "060", "homePage": "no address"}}}, "homePage"),
        ({"actor": {"objectType": "Group"}}, "actor"),
        ({"actor": {"objectType": "Robot", "mbox": "mailto:a@b.test"}}, "actor"),
        ({"actor": {"mbox": "mailto:a@b.test", "mood": "good"}}, "actor"),
        ({"actor": {"mbox": "mailto:a\x00@b.test"}}, "mbox"),
        ({"actor": {"account": {"name": "\ud800", "homePage": "https://lms.test"}}}, "name"),
        ({"verb": {}}, "verb"),
        ({"verb": {"id": "completed"}}, "id"),
        ({"verb": {"id": statements.COMPLETED, "display": {"en": 1}}}, "display"),
        ({"verb": {"id": statements.VOIDED}}, "object"),
        ({"object": {"id": "course 17"}}, "id"),
        ({"object": {"objectType": "Thing", "id": "https://a.test"}}, "object"),
        ({"object": {"objectType": "StatementRef", "id": "17"}}, "id"),
        ({"object": {"objectType": "SubStatement"}}, "object"),
        ({"result": {"completion": "yes"}}, "completion"),
        ({"result": {"duration": "one hour"}}, "duration"),
        ({"result": {"duration": "PT"}}, "duration"),
        ({"result": {"score": {"scaled": 2}}}, "score"),
        ({"result": {"score": {"raw": True}}}, "score"),
        ({"result": {"score": {"raw": 11, "min": 0, "max": 10}}}, "score"),
        ({"result": {"mood": 1}}, "result"),
        ({"context": {"registration": "1"}}, "registration"),
        ({"context": {"team": {"mbox": "nobody"}}}, "mbox"),
        ({"context": {"contextActivities": {"parent": {"objectType": "Agent", "mbox": "mailto:a@b.test"}}}}, "contextActivities"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": "2026-13-20T09:30:00Z"}, "timestamp"),
        ({"timestamp": "2026-11-20T09:30:00-00:00"}, "timestamp"),
        ({"id": "17"}, "id"),
        ({"id": 17}, "id"),
        ({"version": "2.0"}, "version"),
        ({"version": None}, "version"),
        ({"attachments": [{"contentType": "image/png"}]}, "attachments"),
        ({"mood": "good"}, "statement"),
    ],
)
def test_what_the_standard_forbids_is_named(changed, names):
    with pytest.raises(statements.BadStatement, match=f"^{names}:"):
        statements.read(but(**changed))


@pytest.mark.parametrize("data", [None, [], "completed", 7, {}, {"actor": GOOD["actor"]}])
def test_what_is_no_statement_is_refused(data):
    with pytest.raises(statements.BadStatement):
        statements.read(data)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a": NaN}', b"[" * 100_000])
def test_what_is_no_json_is_refused(body):
    with pytest.raises(statements.BadStatement):
        statements.parse(body)


def test_a_deep_statement_is_refused():
    deep: dict = {}
    for _ in range(900):
        deep = {"a": deep}
    with pytest.raises(statements.BadStatement):
        statements.read(but(result={"extensions": {}}, context={"contextActivities": deep}))


@pytest.mark.parametrize(
    ("changed", "completes"),
    [
        ({"verb": {"id": statements.PASSED}}, True),
        ({"verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"}}, False),
        ({"result": {"completion": False}}, False),
        ({"verb": {"id": statements.PASSED}, "result": {"success": False}}, False),
        ({"actor": {"objectType": "Group", "mbox": "mailto:team@b.test"}}, False),
        ({"object": {"objectType": "Agent", "mbox": "mailto:a@b.test"}, "context": {}}, False),
        ({"actor": {"openid": "https://me.test"}}, True),
        ({"actor": {"account": {"name": "060", "homePage": "https://lms.test"}}}, True),
        ({"result": {"extensions": {"https://a.test": None}}}, True),
    ],
)
def test_only_who_completed_or_passed_an_activity_counts(changed, completes):
    assert statements.read(but(**changed)).completes is completes


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("", 0), ("PT45M", 2_700), ("P1DT1S", 86_401), ("P1W", 604_800), ("P2Y", 604_800), ("PT0.9S", 0), ("nonsense", 0)],
)
def test_durations(duration, seconds):
    assert statements.seconds_of(duration) == seconds


def test_what_only_tells_how_it_is_shown_makes_no_other_statement():
    same = but(verb={"id": statements.COMPLETED, "display": {"zh": "完成"}}, timestamp="2026-11-21T00:00:00Z", version="1.0.3")
    same["object"] = {"id": GOOD["object"]["id"]}
    assert statements.digest(same) == statements.digest(GOOD)
    assert statements.digest(but(result={"completion": False})) != statements.digest(GOOD)


def test_the_id_of_the_address_is_the_id():
    without = but()
    del without["id"]
    assert str(statements.read(without, statement_id=ID.upper()).id) == ID
    assert statements.read(GOOD, statement_id=ID.upper()).id
    for other in ("17", "0" * 8 + ID[8:]):
        with pytest.raises(statements.BadStatement):
            statements.read(GOOD, statement_id=other)
