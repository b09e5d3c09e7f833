"""Whether words that go to somebody else say who reported. The team may have to say it; never without having asked or told the reporter."""

from complaints.models import Complaint, Statement
from complaints.services.access import Keys
from complaints.states import Identity
from people.matching import fold_name
from vault.columns import open_column
from vault.errors import Damaged, NoAccess

SHORTEST = 2


def says_who_reported(*, complaint: Complaint, keys: Keys, text: str) -> bool:
    """Whether `text` holds a name under which the reporter is known to the team. Always False for somebody who gave none."""
    if complaint.identity == Identity.ANONYMOUS:
        return False
    folded, bare = _plain(text), fold_name(text)
    return any(_plain(name) in folded or fold_name(name) in bare for name in _names(complaint, keys))


def _names(complaint: Complaint, keys: Keys) -> set[str]:
    found: set[str] = set()
    for row in Statement.objects.filter(complaint=complaint):
        try:
            body = open_column(row, "body_sealed", keys.statement).json()
        except (NoAccess, Damaged):
            continue
        found |= {str(answer.get("value") or "") for answer in body.get("answers") or () if answer.get("id") == "14b"}
        found.add(str((body.get("fields") or {}).get("name") or ""))
    return {name.strip() for name in found if len(name.strip()) >= SHORTEST}


def _plain(text: str) -> str:
    return "".join(text.casefold().split())
