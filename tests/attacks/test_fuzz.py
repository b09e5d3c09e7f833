"""Whatever is read from outside, fed with what nobody would send: each parser reads it or refuses it in its own words, and nothing else.

The formats of the vault, codes, names and the directory have theirs beside their tests; `make fuzz` runs all of them for longer.
"""

import copy
import json
import string
import time

import pytest
from django.conf import settings as portal
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.verify import Noted
from policy.templatetags.policy_tags import policy_markdown
from tests.complaints.report_helpers import told
from tests.policy.markup import offences
from tests.policy.test_markdown_attacks import ALLOWED
from tests.training.test_statements import GOOD
from training import attendance_list, certificates, import_file, statements
from vault.scanner import CLEAN, FOUND, UNCHECKED, read_reply

# The world is made once; each example leaves it as it was.
in_one_world = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
MARKS = st.text(alphabet="*_#>-+`[]()<>!\\\"'&;:/=\n\t 1.aonjscriptSVG﻿\u200b\u202e\0漢", max_size=120)


@given(st.binary(max_size=600) | JSON.map(lambda data: json.dumps(data).encode()))
def test_any_body_is_json_or_refused(body):
    try:
        data = statements.parse(body)
        statements.read(data)
    except statements.BadStatement as error:
        assert error.args[0].isprintable()


@given(st.data())
def test_a_statement_with_anything_anywhere_is_read_or_refused_without_quoting_it(data):
    found = copy.deepcopy(GOOD)
    for _ in range(data.draw(st.integers(1, 3))):
        place = found
        while isinstance(place, dict) and place:
            name = data.draw(st.sampled_from(sorted(place)))
            if not isinstance(place[name], dict) or data.draw(st.booleans()):
                place[name] = data.draw(JSON)
                break
            place = place[name]
    found["actor"] = {"mbox": "mailto:CANARY@example.test"} | found["actor"] if isinstance(found["actor"], dict) else found["actor"]
    try:
        statements.read(found)
    except statements.BadStatement as error:
        assert "CANARY" not in str(error)


@given(st.text(max_size=80))
def test_any_text_is_a_number_of_a_certificate_or_none(typed):
    number = certificates.read_number(typed)
    assert number == "" or (len(number) == certificates.LENGTH and set(number) <= set(certificates.ALPHABET))


@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda name: b"stream: " + name + b" FOUND\0"))
def test_any_answer_of_the_scanner_is_a_verdict(reply):
    verdict = read_reply(reply)
    assert verdict.state in (CLEAN, FOUND, UNCHECKED) and verdict.name.isprintable()


@given(st.text(max_size=100) | st.from_regex(r"[0-9]{1,4}:[0-9a-fA-F]{60,66}", fullmatch=True))
def test_any_note_is_a_head_or_refused(text):
    try:
        noted = Noted.parse(text)
    except ValueError:
        return
    assert len(noted.digest) == 64 and Noted.parse(str(noted)) == noted


@given(MARKS | st.lists(MARKS, max_size=5).map("\n\n".join))
def test_nothing_but_the_allowed_comes_out_of_any_text(text):
    assert offences(policy_markdown(text), **ALLOWED) == []


@given(
    st.binary(max_size=600)
    | st.lists(st.lists(st.text(max_size=30), max_size=7).map(",".join), max_size=6).map(lambda r: "\n".join(r).encode())
)
def test_any_file_of_completions_gives_rows_or_problems(raw):
    rows, problems = import_file.read(raw)
    assert rows or problems
    assert all(problem.line >= 0 for problem in problems)


@given(st.text(max_size=400))
def test_any_list_of_who_was_there_is_read(text):
    assert all(written.line >= 1 for written in attendance_list.read(text))


@pytest.fixture
def calendar(world, policy_admin, now):
    from policy.services import seed_calendar

    return seed_calendar(country="CN", time_zone="Asia/Shanghai", years=[2026], by=policy_admin.user, now=now)


@pytest.mark.parametrize("character", ["x", "@", ",", '"', "\t", "<", "漢", "1"])
def test_one_endless_line_takes_no_longer_than_a_file_of_that_size(character):
    endless = character * 200_000
    started = time.process_time()
    attendance_list.read(endless)
    attendance_list.read(f"li@{endless}")
    import_file.read(f"person,course,completed,minutes,provider\n{endless}".encode())
    certificates.read_number(endless)
    assert time.process_time() - started < 5


DAYS = st.tuples(st.sampled_from(["2026-10-01", "0001-01-01", "9999-12-31", "x"]), st.sampled_from(["休", "班", ""]), st.text(max_size=9))
LINES = st.text(alphabet='",\r\n\t ;\0x2026-10-01休班a', max_size=60) | st.lists(DAYS.map(",".join)).map("\n".join)


@pytest.mark.django_db
@in_one_world
@given(LINES)
def test_any_calendar_is_planned_or_refused_by_line(calendar, policy_admin, now, text):
    from policy.services import import_days

    plan = import_days(calendar=calendar, text=text, by=policy_admin.user, now=now, dry_run=True)
    assert all(line >= 1 for line, _problem in plan.problems)


BODY = (
    b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nwords\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n'
    b'--x\r\nContent-Disposition: form-data; name="end"\r\n\r\n1\r\n'
    b'--x\r\nContent-Disposition: form-data; name="go"\r\n\r\nadd\r\n--x--\r\n'
)


def mangled(data) -> bytes:
    """The body of a form with pieces cut, doubled, moved and overwritten."""
    body = BODY
    for _ in range(data.draw(st.integers(1, 4))):
        start, end = sorted(data.draw(st.tuples(st.integers(0, len(body)), st.integers(0, len(body)))))
        put = data.draw(st.sampled_from(["cut", "double", "bytes"]))
        piece = {"cut": b"", "double": body[start:end] * 2, "bytes": data.draw(st.binary(max_size=12))}[put]
        body = body[:start] + piece + body[end:]
    return body


@pytest.mark.django_db(databases=["default", "shred_keys"])
@in_one_world
@given(st.data())
def test_no_upload_breaks_the_portal(handlers, data):
    client = told()
    client.raise_request_exception = True
    kind = data.draw(
        st.sampled_from(["multipart/form-data; boundary=x", "multipart/form-data; boundary=", "multipart/form-data", "text/plain"])
    )
    answer = client.generic("POST", "/r/10/", mangled(data), content_type=kind)
    assert answer.status_code in (200, 303, 400), answer.status_code
    assert client.get("/r/1/").status_code == 200


COOKIES = [getattr(portal, f"{name}_COOKIE_NAME") for name in ("SESSION", "CSRF", "LANGUAGE")] + [portal.VAULT_COOKIE, portal.DRAFT_COOKIE]
VALUES = st.text(alphabet=string.ascii_letters + string.digits + '-_.:=+/%"\\ ', max_size=120)


@pytest.mark.django_db(databases=["default", "shred_keys"])
@in_one_world
@given(st.dictionaries(st.sampled_from(COOKIES), VALUES, min_size=1))
def test_no_cookie_breaks_a_page(world, cookies):
    client = Client()
    for name, value in cookies.items():
        client.cookies[name] = value
    for path in ("/", "/r/", "/f/home/", "/w/", "/a/login/"):
        assert client.get(path).status_code in (200, 302, 303, 404), path
