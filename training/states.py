"""The tables of words that rows of this app are kept by."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Whom a course is made for. Which rules of a policy ask for it is in `training.audiences`."""

    EVERYONE = "everyone", _("Everybody")
    MANAGERS = "managers", _("Everybody who leads people")
    HANDLERS = "handlers", _("Whoever handles or decides reports")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


class Why(models.TextChoices):
    """Why somebody was given a course."""

    RULE = "rule", _("The policy asks for it")
    JOINED = "joined", _("Started here")
    MANAGER = "manager", _("Leads people now")
    ROLE = "role", _("Handles reports now")
    RECURRENCE = "recurrence", _("It is time again")
    NEW_VERSION = "new_version", _("The course has changed")
    ASKED = "asked", _("Given by a training administrator")


class AssignmentState(models.TextChoices):
    OPEN = "open", _("Due")
    DONE = "done", _("Completed")
    DROPPED = "dropped", _("Not asked any more")


class Dropped(models.TextChoices):
    LEFT = "left", _("Has left")
    OUT = "out", _("No longer in the audience")
    RULE = "rule", _("The policy does not ask for it any more")
    TAKEN_BACK = "taken_back", _("Taken back by a training administrator")


class AbsenceReason(models.TextChoices):
    """No more than this is asked or kept: why somebody is away is often a matter of health."""

    LEAVE = "leave", _("Long leave")
    AWAY = "away", _("Works elsewhere for a while")
    AGREED = "agreed", _("Another date was agreed")


class Source(models.TextChoices):
    """Where a completion was earned (R10)."""

    PORTAL = "portal", _("This portal")
    LIVE = "live", _("Live session")
    IMPORT = "import", _("Imported list")
    XAPI = "xapi", _("Another learning system")


class FileKind(models.TextChoices):
    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Audio")
    CAPTIONS = "captions", _("Captions")


class Outcome(models.TextChoices):
    """What became of a statement from another learning system."""

    DONE = "done", _("Is a completion")
    IGNORED = "ignored", _("Says nothing about a completion")
    WAITING = "waiting", _("Waits for an administrator")
    ASIDE = "aside", _("Set aside by an administrator")


class Unclear(models.TextChoices):
    """Why a statement waits for an administrator."""

    PERSON = "person", _("Nobody in the directory is recognised")
    ACTIVITY = "activity", _("This activity is no course yet")
    FUTURE = "future", _("The date lies in the future")
    NOT_HERE = "not_here", _("The person did not work here on that day")
