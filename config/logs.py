"""Log lines say that something happened and where in the code, never what somebody wrote.

Exceptions keep their type and the frames, not their message: a message can quote what was typed.
"""

import logging
import traceback
from datetime import UTC, datetime


class PrivateFilter(logging.Filter):
    """Drop request objects and exception texts from every record before it is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.pop("request", None)
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, frames = record.exc_info
            where = "; ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in traceback.extract_tb(frames)[-6:])
            # Whoever logs an exception often puts its text into the message as well.
            record.msg, record.args = "%s at %s", (kind.__name__, where)
            record.exc_info = None
        record.exc_text = None
        record.stack_info = None
        return True


class LineFormatter(logging.Formatter):
    """`2026-11-23T09:30:00Z INFO name message`, one line a record."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        message = record.getMessage().replace("\n", " ")
        return f"{at} {record.levelname} {record.name} {message}"
