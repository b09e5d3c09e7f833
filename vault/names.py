"""Names of files as they may stand on a page."""

import unicodedata

# Controls (line breaks among them), invisible and direction-turning characters, line and paragraph separators, halves of a character.
_TRICKS = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
_SHOWN_AS = "\N{REPLACEMENT CHARACTER}"


def shown_name(name: str) -> str:
    """`name` with a visible mark for every character that could make it look like another one: a program must not read as a picture.

    Only for showing: the manifest keeps the name as it was given.
    """
    return "".join(_SHOWN_AS if unicodedata.category(character) in _TRICKS else character for character in name)
