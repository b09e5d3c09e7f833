"""What a file's first bytes say it is. Never a reason to refuse evidence: a mismatch is a warning to the people who open it."""

import puremagic

UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
_OFFICE = ("officedocument", "opendocument", "msword", "ms-excel", "ms-powerpoint", "zip", "ole", "rtf")


def sniff(head: bytes) -> str:
    """The media type of a file by its first bytes (a few KiB are enough), or text/plain, or application/octet-stream."""
    if not head:
        return UNKNOWN
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError, IndexError, UnicodeError):
        matches = []
    for match in matches:
        if match.mime_type:
            return match.mime_type
    return TEXT if _is_text(head) else UNKNOWN


def agrees(given_type: str, sniffed: str) -> bool:
    """Whether the type the browser stated and the one found are of the same kind (an image is an image, a document a document)."""
    return sniffed == UNKNOWN or not given_type or given_type == UNKNOWN or _kind(given_type) == _kind(sniffed)


def _kind(media_type: str) -> str:
    media_type = media_type.partition(";")[0].strip().lower()
    if media_type in ("image/svg+xml", "text/html", "application/xhtml+xml"):
        return "active"  # may carry script: never of one kind with a picture or a text
    if any(word in media_type for word in _OFFICE):
        return "document"
    major = media_type.partition("/")[0]
    return {"audio": "media", "video": "media"}.get(major, major if major in ("image", "text") else media_type)


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    # The last character may be cut in the middle.
    for end in range(len(head), max(0, len(head) - 4), -1):
        try:
            head[:end].decode()
        except UnicodeDecodeError:
            continue
        return True
    return False
