"""Writing down a call, a letter or a talk: the same questions, read back, filed with a code slip for the reporter (C12, R12, R14)."""

from datetime import datetime
from uuid import UUID

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.questions.problems import problems
from complaints.services import drafts, filing
from complaints.services.submitting import NotReady, route_of, submission_of
from complaints.states import Channel
from complaints.wording_selectors import named
from people.models import User
from vault import codes
from vault.services.changes import retried
from vault.uploads import SealedUpload

# Where the draft keeps how it came in: not a question, so no report shows it.
ABOUT = "record"


class NotARecord(Exception):
    """The draft in this browser was not begun as a staff record."""


def begin(*, channel: str, language: str, wording: str, now: datetime) -> drafts.OpenDraft:
    """Begin a record. `wording`: the label of the wording in which the questions are asked.

    Raises ValueError for an unknown channel or language.
    """
    if channel not in Channel.values or channel == Channel.WEB:
        raise ValueError("not a channel staff write down")
    draft = drafts.begin(device=drafts.SHARED, wording=wording, now=now)
    about = {"channel": channel, "language": language}
    return drafts.save_page(draft_id=draft.id, secret=draft.secret, page_id=ABOUT, values=about, now=now)


def opened(*, draft_id: UUID, secret: bytes, now: datetime) -> drafts.OpenDraft:
    """The record in this browser. Raises NotARecord, DraftGone, AlreadyFiled."""
    draft = drafts.opened(draft_id=draft_id, secret=secret, now=now)
    if ABOUT not in draft.answers:
        raise NotARecord
    return draft


def answers_of(draft: drafts.OpenDraft) -> dict:
    """The answers without what staff noted about the record itself."""
    return {page: values for page, values in draft.answers.items() if page != ABOUT}


def language_of(draft: drafts.OpenDraft) -> str:
    return draft.answers[ABOUT]["language"]


def add_file(*, draft: drafts.OpenDraft, by: User, upload: SealedUpload, note: str, now: datetime) -> drafts.OpenDraft:
    """Add the scan of a letter or a recording. Its manifest says that `by` gave it.

    Raises TooManyFiles, DraftGone, AlreadyFiled, SaveFailed.
    """
    return drafts.add_file(draft_id=draft.id, secret=draft.secret, upload=upload, note=note, now=now, given_by=f"staff:{by.pk}")


@retried
def file_record(*, draft: drafts.OpenDraft, by: User, role: str, now: datetime) -> Complaint:
    """File the record, once; the recorder gets no access by having written it. Raises NotReady, FilingClosed."""
    draft = drafts.as_saved(draft, now=now)
    answers = answers_of(draft)
    if problems(answers):
        raise NotReady
    route = route_of(answers, now=now)
    submission = submission_of(
        answers,
        wording=named(draft.wording),
        route=route,
        lang=language_of(draft),
        now=now,
        channel=draft.answers[ABOUT]["channel"],
        taken_by=by,
        files=drafts.files_of(draft),
        files_key=draft.key,
    )
    actor = staff(by, role)

    def note(complaint: Complaint) -> None:
        record(by=actor, action=Action.CALL_RECORDED, subject_id=complaint.pk, facts={"channel": complaint.channel}, now=now)
        record(by=actor, action=Action.CODE_SLIP_ISSUED, subject_id=complaint.pk, facts={}, now=now)

    return filing.file_complaint(draft=draft.row, secret=draft.secret, submission=submission, route=route, now=now, by=actor, and_then=note)


def code_of(*, draft_id: UUID, secret: bytes, now: datetime) -> str | None:
    """The code for the slip, once the record is filed; None before."""
    try:
        drafts.opened(draft_id=draft_id, secret=secret, now=now)
    except drafts.AlreadyFiled:
        return codes.code_from_secret(secret)
    except drafts.DraftGone:
        return None
    return None
