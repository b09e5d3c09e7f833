"""One injective way to turn a label and parts into bytes, for every HPKE info, AEAD associated data and HKDF info."""

from uuid import UUID

PREFIX = b"HRD1"

Part = bytes | str | int | UUID


def ctx(label: str, *parts: Part) -> bytes:
    """Return `"HRD1" ‖ u8 len ‖ label ‖ Σ(u32be len ‖ part)` (`vault.md` section 3).

    `label`: up to 255 bytes of UTF-8. A part is bytes, text (UTF-8), a whole number from 0 to 2**64-1 (u64be) or a UUID (16 bytes).
    Two different lists of part bytes under one label never give the same result. Raises TypeError and ValueError.
    """
    name = label.encode()
    if len(name) > 255:
        raise ValueError("label longer than 255 bytes")
    out = [PREFIX, bytes([len(name)]), name]
    for part in parts:
        raw = _raw(part)
        out += (len(raw).to_bytes(4, "big"), raw)
    return b"".join(out)


def _raw(part: Part) -> bytes:
    # bool is an int in Python; taking it silently would make True and 1 the same part.
    if isinstance(part, bool):
        raise TypeError("a truth value is not a part")
    if isinstance(part, bytes):
        return part
    if isinstance(part, str):
        return part.encode()
    if isinstance(part, int):
        if not 0 <= part < 2**64:
            raise ValueError("whole number outside 0..2**64-1")
        return part.to_bytes(8, "big")
    if isinstance(part, UUID):
        return part.bytes
    raise TypeError(f"{type(part).__name__} is not a part")
