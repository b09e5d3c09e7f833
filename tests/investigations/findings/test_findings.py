"""Findings, the second pair of eyes, comments of both sides, two renderings, and the step after which all is final."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from complaints.models import Complaint, Statement
from complaints.services import commenting as reporters_side
from complaints.services.once import new_token
from complaints.states import EventKind, State
from investigations.models import Finding, Investigation, InvestigationState, Report, Result
from investigations.selectors_findings import investigation_of
from investigations.services import allegations, commenting, findings, reporting
from investigations.services.changed import SavedMeanwhile
from tests.investigations.findings.conftest import allege, find, reach, report, respondent_of, second_desk, words

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def test_a_finding_waits_for_the_talks_or_says_why_not(investigated, now):
    row = allege(investigated, now)
    with pytest.raises(findings.TalksFirst):
        find(investigated, now, row)
    page = investigated.post(f"findings/{row.pk}/", {"result": "not_enough", "reasons": "x", "version": 0})
    assert "before everybody was heard" in page.content.decode() and "Standard of proof" in page.content.decode()
    find(investigated, now, row, early_reason="He has left the country.")
    assert Investigation.objects.get().state == InvestigationState.ANALYSING
    with pytest.raises(SavedMeanwhile):
        find(investigated, now, row, early_reason="x")
    with pytest.raises(ValueError, match="unknown result"):
        find(investigated, now, row, version=1, result="malicious")
    with pytest.raises(findings.NeedsReasons):
        find(investigated, now, row, version=1, early_reason="x", reasons=" ")


def test_no_result_says_false(investigated, found, now):
    """T10, R31: “malicious” is no result, and unproved has a word of its own."""
    assert set(Result.values) == {"substantiated", "not_substantiated", "not_enough", "out_of_scope", "withdrawn"}
    find(investigated, now, found, version=1, result="not_enough")
    page = investigated.get("findings/").content.decode()
    assert "Not enough evidence either way" in page and not re.search(
        r"\b(false|lied|untrue)\b", re.sub(r"<[^>]*>", "", page), re.IGNORECASE
    )
    assert b"not_enough" not in bytes(Finding.objects.get().detail_sealed)


def test_the_second_reader_is_somebody_else(investigated, found, second_investigator, signed_in, now):
    with pytest.raises(findings.OwnWork):
        findings.read_second(**reach(investigated, now))
    assert investigated.post("findings/second/").status_code == 302
    assert "You wrote one of the findings" in investigated.get("findings/").content.decode()
    assert Investigation.objects.get().second_read_at is None
    reader = second_desk(investigated, second_investigator, signed_in, now)
    assert reader.post("findings/second/").status_code == 302
    row = Investigation.objects.get()
    assert row.second_reader == second_investigator.user
    # Whoever reads is no less on the case, and the first handler keeps it.
    assert investigated.get("findings/").status_code == 200


def test_nothing_goes_out_before_the_second_reader_and_nothing_is_final_before_the_comments(investigated, found, now):
    texts = {each.key: each.text for each in commenting.recipients(complaint=investigated.complaint, keyring=investigated.person.keyring)}
    ask = {"texts": texts, "why_not": "no code", "token": "t"}
    with pytest.raises(commenting.SecondReaderFirst):
        commenting.ask_comments(**ask, **reach(investigated, now))
    with pytest.raises(reporting.NotReady) as refused:
        report(investigated, now, "full")
    assert refused.value.problems == ("second_reader", "comments")
    report(investigated, now, "full", final=False)
    Investigation.objects.update(second_reader=investigated.person.user, second_read_at=now)
    with pytest.raises(commenting.NotAsked):
        commenting.ask_comments(**(ask | {"why_not": ""}), **reach(investigated, now))
    for _ in range(2):
        commenting.ask_comments(**ask, **reach(investigated, now))
    complaint = investigated.complaint
    assert complaint.events.filter(kind=EventKind.COMMENTS_ASKED).count() == 1
    row = investigation_of(complaint)
    assert row.comments_until > now.date()
    with pytest.raises(reporting.NotReady) as refused:
        report(investigated, now, "full", after=1)
    assert refused.value.problems == ("comments_open",)
    # The time passes, or everybody has answered.
    state = {"complaint": complaint, "investigation": row}
    assert not commenting.state_of_comments(**state, today=row.comments_until).over
    assert commenting.state_of_comments(**state, today=row.comments_until + timedelta(days=1)).over


def test_the_reporter_comments_by_code(investigated, found, reporter_client, now):
    Investigation.objects.update(second_reader=investigated.person.user, second_read_at=now)
    client = reporter_client(investigated.filed.code)
    assert client.get("/f/comment/").status_code == 404
    texts = {each.key: each.text for each in commenting.recipients(complaint=investigated.complaint, keyring=investigated.person.keyring)}
    commenting.ask_comments(texts=texts, why_not="no code", token="t", **reach(investigated, now))
    assert "/f/comment/" in client.get("/f/home/").content.decode()
    assert "CANARY-reasons" in client.get("/f/messages/").content.decode()
    once = new_token()
    for _ in range(2):
        assert client.post("/f/comment/", {"text": "CANARY-comment", "once": once}).status_code == 302
    assert Statement.objects.filter(kind="comment").count() == 1
    assert "CANARY-comment" in investigated.get("findings/").content.decode()
    row = investigation_of(investigated.complaint)
    assert commenting.state_of_comments(complaint=investigated.complaint, investigation=row, today=now.date()).over
    assert client.post("/f/comment/", {"text": " "}).status_code == 200
    Complaint.objects.update(state=State.FINDINGS_READY)
    with pytest.raises(reporters_side.NothingToComment):
        reporters_side.comment(
            complaint=investigated.complaint, keyring=investigated.filed.keyring, text="late", token="u", now=now, language="en"
        )


def test_identity_free_means_that_no_name_is_left(investigated, found, now):
    texts = ["He met CANARY-Boss Zhou there.", "", "", "", ""]
    with pytest.raises(reporting.NamesLeft) as refused:
        report(investigated, now, "identity_free", final=False, texts=texts)
    assert "Zhou" in " ".join(refused.value.names) and "Zhou" not in str(refused.value)
    assert Report.objects.count() == 0
    row = report(investigated, now, "identity_free", final=False)
    keys = allegations.team_keys(complaint=investigated.complaint, keyring=investigated.person.keyring).file
    opened = reporting.open_report_row(
        complaint=investigated.complaint, keys=keys, report_id=row.pk, by=investigated.person.user, role="handler", now=now
    )
    whole = " ".join(part["text"] for part in opened.parts)
    assert "Respondent 1" in whole and "Zhou" not in whole and "CANARY-reasons" in whole


def test_reports_are_never_changed_and_come_as_a_file_with_chinese_glyphs(investigated, found, now):
    row = report(investigated, now, "full", final=False, language="zh-hans", texts=["金丝雀认定", "", "", "", ""])
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Report.objects.update(final=True)
    with pytest.raises(SavedMeanwhile):
        report(investigated, now, "full", final=False, language="zh-hans")
    answer = investigated.get(f"findings/reports/{row.pk}/paper/")
    assert answer["Content-Type"] == "application/pdf" and answer.content[:5] == b"%PDF-"
    assert "金丝雀认定" in investigated.get(f"findings/reports/{row.pk}/").content.decode()
    page = investigated.post("findings/report/full/zh-hans/", {"title": "x", "about": "mine", "after": "0", "go": "save"})
    assert page.status_code == 409 and "金丝雀认定" in page.content.decode()


def test_ready_makes_everything_final(ready, found, now):
    desk = ready
    assert "The findings are ready" in desk.get("findings/ready/").content.decode()
    assert desk.post("findings/ready/").status_code == 302
    complaint = desk.complaint
    assert complaint.state == State.FINDINGS_READY
    assert Investigation.objects.get().state == InvestigationState.REPORTED
    assert complaint.events.filter(kind=EventKind.FINDINGS_READY).count() == 1
    final = (
        lambda: find(desk, now, found, version=1),
        lambda: allege(desk, now),
        lambda: allegations.drop_allegation(allegation_id=found.pk, version=1, reason="x", **reach(desk, now)),
        lambda: report(desk, now, "full", after=1),
        lambda: findings.read_second(**reach(desk, now)),
        lambda: reporting.findings_ready(today=now.date(), **reach(desk, now)),
        lambda: commenting.ask_comments(texts={}, why_not="x", token="z", **reach(desk, now)),
    )
    for act in final:
        with pytest.raises((allegations.Final, SavedMeanwhile)):
            act()
    for page, data in {
        "allegations/add/": words() | {"person": str(respondent_of(desk).pk)},
        f"findings/{found.pk}/": {"result": "not_enough", "reasons": "x", "version": 1},
        "findings/comments/": {},
        "findings/ready/": {},
    }.items():
        assert desk.post(page, data).status_code == 302, page
        assert "final, so nothing was changed" in desk.get("findings/").content.decode(), page


def test_not_ready_says_kindly_what_comes_first(investigated, found, now):
    page = investigated.post("findings/ready/")
    assert page.status_code == 200 and "has to read them" in page.content.decode()
    assert investigated.complaint.state == State.IN_INVESTIGATION
