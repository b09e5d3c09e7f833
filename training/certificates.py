"""Numbers of certificates: eighty random bits in letters that can't be confused, shown in groups of four."""

import secrets
import unicodedata

# Crockford's: no I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_number() -> str:
    """A number nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_number(typed: str) -> str:
    """The number somebody typed: any case, spaces, dashes, full-width letters; "" when it can't be one."""
    plain = unicodedata.normalize("NFKC", typed)[:200].upper()
    kept = "".join(each for each in plain if each.isalnum()).translate(_READ_AS)
    return kept if len(kept) == LENGTH and set(kept) <= set(ALPHABET) else ""


def in_groups(number: str) -> str:
    """ "7K2M-…", as it is printed."""
    return "-".join(number[at : at + 4] for at in range(0, len(number), 4))
