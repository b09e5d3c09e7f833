"""Small words of sentences that depend on the language."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def listed(names: Iterable[object]) -> str:
    """“Lin Mei, He Tao” / “林梅、何涛”: names one after the other, in the language in force."""
    return pgettext("list separator", ", ").join(str(name) for name in names)
