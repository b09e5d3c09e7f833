"""Looking at a file that somebody gives: empty, too large, locked, cut off. An unusual type is no reason to refuse evidence."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.intake import TOO_LONG, Words
from vault.uploadhandler import most_mb
from vault.uploads import TOO_LARGE

EMPTY = _("The file is empty")
LOCKED = _("The file is locked with a password. Add the password in the note, or send a screenshot")
STOPPED = _("The upload stopped. Your other answers are saved – try again")
TOO_BIG = _("The file is larger than {number} MB. Send the most important part, or tell us and we will arrange another way")
TOO_MANY = _("You have added {number} files, and we cannot take more here. Send this first, then tell us and we will arrange another way")
NO_FILE = _("Choose a file first, or continue without one")

# Marks of encryption as the formats write them, unpacked, in every file that needs a password to open.
_PDF_LOCK = b"/Encrypt"
_ZIP_MEMBER, _ZIP_FLAGS_AT = b"PK\x03\x04", 6
_OFFICE_LOCK = "EncryptedPackage".encode("utf-16-le")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OVERLAP = 64


class UploadForm(forms.Form):
    """One file and what it is. `end` comes last in the page: without it the upload was cut off."""

    file = forms.FileField(label=_("Choose a file"), required=False, allow_empty_file=True)
    note = Words(
        label=_("What is this?"),
        required=False,
        max_length=2000,
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    end = forms.CharField(widget=forms.HiddenInput, required=False, initial="1")

    def __init__(self, *args, is_wanted: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget = forms.FileInput()
        self.is_wanted = is_wanted

    def clean(self):
        cleaned = super().clean()
        if problem := self._problem(cleaned):
            self.add_error("file", problem)
        return cleaned

    def _problem(self, cleaned: dict):
        if not cleaned.get("end"):
            return STOPPED
        upload = cleaned.get("file")
        if upload is None:
            return NO_FILE if self.is_wanted else None
        return upload_problem(upload, note=cleaned.get("note", ""))


def upload_problem(upload, *, note: str = ""):
    """Why `upload` can't be taken, in words for its giver, or None. A locked file is taken when its note can hold the password."""
    if upload.problem == TOO_LARGE:
        return str(TOO_BIG).format(number=most_mb())
    if upload.problem:
        return STOPPED
    if not upload.size:
        return EMPTY
    if not note.strip() and is_locked(upload.chunks()):
        return LOCKED
    return None


def is_locked(chunks: Iterable[bytes]) -> bool:
    """Whether a PDF, ZIP or Office file needs a password, by its own marks. Reads the stream once, in constant memory."""
    marks: tuple[bytes, ...] | None = None
    tail = b""
    for chunk in chunks:
        if marks is None:
            head = bytes(chunk[:1024])
            if head.startswith(_ZIP_MEMBER):
                return len(head) > _ZIP_FLAGS_AT and bool(head[_ZIP_FLAGS_AT] & 1)
            marks = _marks_of(head)
            if not marks:
                return False
        window = tail + bytes(chunk)
        if any(mark in window for mark in marks):
            return True
        tail = window[-_OVERLAP:]
    return False


def _marks_of(head: bytes) -> tuple[bytes, ...]:
    if b"%PDF-" in head:
        return (_PDF_LOCK,)
    return (_OFFICE_LOCK,) if head.startswith(_OLE) else ()
