"""Policies of tests that follow one another."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from people.models import User
from policy.models import PolicyVersion
from policy.parts import Content
from policy.records import Text
from policy.selectors import content_of
from policy.services import revise, save_content

CHANGED = Text("One thing is clearer.", "一处更清楚。")


def revised(
    version: PolicyVersion, *, by: User, now: datetime, change: Callable[[Content], Content] = lambda content: content
) -> PolicyVersion:
    """A draft after `version`, ready to be handed in: it says what changed, and `change(content)` was done to it."""
    draft = revise(version=version, by=by, now=now)
    content = replace(change(content_of(draft)), change_summary=CHANGED)
    return save_content(version=draft, content=content, row_version=draft.row_version, by=by, now=now)
