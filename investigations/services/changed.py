"""What an editor meets when a colleague was faster."""

from collections.abc import Mapping

from vault.errors import Changed
from vault.hidden import Hidden


class SavedMeanwhile(Exception):
    """Somebody else saved this row first; nothing was overwritten. `row` as it is stored now, `stored`: its words by field name.

    The words are for the compare page only; the exception does not show them.
    """

    def __init__(self, row, stored: Mapping):
        self.row = row
        self._stored = _Words(stored)
        super().__init__("saved meanwhile")

    @property
    def stored(self) -> Mapping:
        return self._stored.words


class _Words(Hidden):
    def __init__(self, words: Mapping):
        self.words = dict(words)


def require_version(row, version: int) -> None:
    """Lock the stored row of `row` and require that it still has `version`, from which `row` was made.

    Raises Changed: the service begins again and then finds what the other editor saved.
    """
    stored = type(row).objects.select_for_update().filter(pk=row.pk).values_list("row_version", flat=True).first()
    if stored != version:
        raise Changed("somebody else saved this row")
