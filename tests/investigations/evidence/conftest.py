"""A case that is being investigated, with a reporter's file in it."""

import pytest

from complaints.services import additions
from tests.investigations.inquiry import inquiry_of, reach_of
from vault.uploads import sealed_upload


@pytest.fixture
def inquiry(handler_desk, now):
    return inquiry_of(handler_desk, now)


@pytest.fixture
def by(handler_desk, inquiry, now):
    return reach_of(handler_desk, now)


@pytest.fixture
def given(filed, inquiry, now):
    """A file that the reporter added."""
    upload = sealed_upload(name="录音 chat.txt", content_type="text/plain", chunks=[b"reporter's original"])
    additions.add(complaint=filed.complaint, keyring=filed.keyring, text="", uploads=[upload], token="g1", now=now, language="en")
    return filed.complaint.attachments.get()
