"""The respondents who come in with a code, by name: for choosing one of them on a page."""

from uuid import UUID

from complaints.models import Complaint
from investigations.models import Party, PartySide
from investigations.services.reading import team_keys
from vault.columns import open_column
from vault.keyring import Keyring


def respondents_named(*, complaint: Complaint, keyring: Keyring) -> list[tuple[UUID, str]]:
    """(id, name) of every respondent with an invitation in use, in the order in which they came. Raises NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    rows = Party.objects.filter(investigation__lead=complaint, side=PartySide.RESPONDENT, keyholder__isnull=False, revoked_at__isnull=True)
    return [(row.pk, open_column(row.person, "detail_sealed", keys).json().get("name", "")) for row in rows.select_related("person")]
