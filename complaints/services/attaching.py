"""Files that come with a message or an addition: sealed first, numbered inside the transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Max

from complaints.models import Attachment, Complaint, Message, Statement
from vault.keys import SealingKey
from vault.models import SealedFile
from vault.services import files as sealed_files


def seal_uploads(uploads: Iterable, *, key: SealingKey, given_by: str, now: datetime) -> list[SealedFile]:
    """Seal the manifests of uploads (already sealed on disk) under `key`. Before the transaction."""
    return [sealed_files.keep(upload, key=key, given_by=given_by, now=now) for upload in uploads]


def attach(
    files: Sequence[SealedFile],
    *,
    complaint: Complaint,
    now: datetime,
    by_reporter: bool = True,
    statement: Statement | None = None,
    message: Message | None = None,
) -> list[Attachment]:
    """Save `files` and number them. `complaint` must be a locked row: two uploads at once never share a number."""
    last = Attachment.objects.filter(complaint=complaint).aggregate(last=Max("number"))["last"] or 0
    made = []
    for number, sealed_file in enumerate(files, last + 1):
        sealed_file.save(force_insert=True)
        made.append(
            Attachment(
                complaint=complaint,
                number=number,
                file=sealed_file,
                statement=statement,
                message=message,
                at=now,
                by_reporter=by_reporter,
            )
        )
    return Attachment.objects.bulk_create(made)
