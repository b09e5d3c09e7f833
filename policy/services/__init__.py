"""Everything that changes policies and calendars, one function per use case."""

from policy.services.calendars import ImportPlan, import_days, seed_calendar
from policy.services.versions import (
    DateBehindUs,
    NotReady,
    SamePerson,
    WrongState,
    approve,
    create_from_profile,
    publish,
    retire_superseded,
    revise,
    save_content,
    send_back,
    submit,
)

__all__ = [
    "DateBehindUs",
    "ImportPlan",
    "NotReady",
    "SamePerson",
    "WrongState",
    "approve",
    "create_from_profile",
    "import_days",
    "publish",
    "retire_superseded",
    "revise",
    "save_content",
    "seed_calendar",
    "send_back",
    "submit",
]
