"""Keys of a report that is not filed yet, all from one 32-byte draft secret.

The secret lives in the visitor's draft session. When the code is shown, the secret is also sealed to the code, so that the draft can be
continued on another device within its 72 hours. The code itself follows from the secret: sending again gives the same code.
"""

import os
from uuid import UUID

from vault import hpke
from vault.codes import CodeKeys, code_from_secret
from vault.encoding import ctx
from vault.errors import BadFormat
from vault.keys import SealingKey
from vault.primitives import KEY_BYTES, hkdf

FORMAT = 0x02


def new_secret() -> bytes:
    return os.urandom(KEY_BYTES)


def draft_key(*, draft_id: UUID, secret: bytes) -> SealingKey:
    """Seals the answers and file manifests of this draft. Epoch 1 always: nobody can be removed from a draft."""
    return SealingKey(draft_id, 1, hkdf(secret, info=ctx("draft-key", draft_id)))


def draft_code(secret: bytes) -> str:
    """The 20 digits under which the draft is continued, and the complaint followed once it was filed."""
    return code_from_secret(secret)


def submission_token(secret: bytes) -> bytes:
    """32 bytes that say whether this draft was filed already, and nothing about the secret or the code.

    The secret is 256 random bits, so no slow derivation is needed to keep it from being guessed, and no server key either: a change of
    keys between two clicks on “Send” must not make two complaints.
    """
    return hkdf(secret, info=ctx("submission"))


def seal_to_code(*, secret: bytes, draft_id: UUID, code_keys: CodeKeys) -> bytes:
    """Format 0x02: `0x02 ‖ suite ‖ HPKE(secret)`, info = ctx("draft", suite, draft id, public key of the code)."""
    info = _info(code_keys, draft_id)
    return bytes([FORMAT]) + hpke.seal(public_key=code_keys.public_key, suite=code_keys.suite, data=secret, info=info)


def open_with_code(*, blob: bytes, draft_id: UUID, code_keys: CodeKeys) -> bytes:
    """The draft secret. Raises BadFormat or Damaged."""
    blob = bytes(blob)
    if len(blob) != 1 + hpke.sealed_length(code_keys.suite, KEY_BYTES) or blob[0] != FORMAT:
        raise BadFormat("not a sealed draft secret")
    return hpke.unseal(code_keys.private_key, blob[1:], info=_info(code_keys, draft_id))


def _info(code_keys: CodeKeys, draft_id: UUID) -> bytes:
    return ctx("draft", code_keys.suite, draft_id, code_keys.public_key)
