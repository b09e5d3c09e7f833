"""Padmé: sizes rounded so that a file's length tells O(log log n) bits and costs at most 12 % (Nikitin et al., PURBs, 2019)."""


def padme(length: int) -> int:
    """The padded size, in bytes, of `length` bytes. Never smaller, and padme(padme(n)) == padme(n)."""
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    mask = (1 << free_bits) - 1
    return (length + mask) & ~mask
