"""Whom the reporter would rather speak to (question 16): honoured where possible, and a refusal is explained to them."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.services import messages
from investigations.services.reading import read_report, team_keys
from people.models import User
from vault.keyring import Keyring

QUESTION = "16"


class Wish(TextChoices):
    """Values as in the question and in `people.models.Gender`."""

    WOMAN = "woman", _("The reporter would rather speak to a woman")
    MAN = "man", _("The reporter would rather speak to a man")


class NeedsExplanation(Exception):
    """The reporter asked for somebody else and is told why that isn't possible."""


def wish_of(*, complaint: Complaint, keyring: Keyring) -> str:
    """A value of Wish, or "" when the reporter asked for neither or for both. Raises NoAccess."""
    report = read_report(complaint=complaint, keys=team_keys(complaint=complaint, keyring=keyring))
    found = set()
    for answer in report.answers:
        if answer.get("id", "").partition(".")[0] == QUESTION and isinstance(answer.get("value"), list):
            found |= {value for value in answer["value"] if value in Wish.values}
    return found.pop() if len(found) == 1 else ""


def in_order(people: list[User], wish: str) -> list[User]:
    """Who fits the wish first, then who has said nothing, then the others; otherwise as they came."""
    if not wish:
        return people
    return sorted(people, key=lambda user: 0 if user.gender == wish else 1 if not user.gender else 2)


def fits(user: User, wish: str) -> bool:
    return not wish or user.gender == wish


def explained(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, to: User, reason: str, token: str, now: datetime
) -> messages.ToReporter | None:
    """The message that explains to the reporter why somebody else speaks with them, sealed and not written yet; None when `to` fits.

    Raises NeedsExplanation, NoAccess.
    """
    wish = wish_of(complaint=complaint, keyring=keyring)
    if fits(to, wish):
        return None
    if not reason.strip():
        raise NeedsExplanation
    with override(complaint.language):
        asked = gettext("You asked to speak to a woman.") if wish == Wish.WOMAN else gettext("You asked to speak to a man.")
    return messages.prepare_to_reporter(
        complaint=complaint,
        keyring=keyring,
        by=by,
        role=role,
        text=f"{asked}\n\n{reason.strip()}",
        purpose="notice",
        token=f"{token}:wish",
        now=now,
    )
