"""Files among the answers: their description in the draft and in the report, and in words."""

from django.template.defaultfilters import filesizeformat

from vault.names import shown_name

# What browsers and phones of the case team open; anything else is kept just the same.
FAMILIAR = ("image/", "application/pdf", "audio/", "video/", "text/plain")
FAMILIAR_WORDS = ("wordprocessingml", "msword", "officedocument")


def is_familiar(media_type: str) -> bool:
    """Whether a file of this type can be looked at without special programs."""
    return media_type.startswith(FAMILIAR) or any(word in media_type for word in FAMILIAR_WORDS)


def file_line(described: dict) -> str:
    """“chat.png (240 KB) – the message from Friday”. `described`: {id, name, size (bytes), note, familiar}."""
    words = f"{shown_name(described.get('name', ''))} ({filesizeformat(described.get('size', 0))})"
    return f"{words} – {described['note']}" if described.get("note") else words
