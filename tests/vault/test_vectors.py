"""Frozen bytes of every format. Somebody's testimony is stored in exactly these formats: if a line here has to change, old data is lost."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault import codes, drafts, fields, files, grants, hpke, keys, keysfile, recovery, sessionseal, staffkey, storage
from vault.encoding import ctx
from vault.errors import Damaged
from vault.keysfile import ServerKey
from vault.marks import fits, make_mark

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text())
SEED = bytes(range(32))
CORE = bytes(range(100, 132))
SHRED = bytes(range(200, 232))
COMPARTMENT, ROW, HOLDER = UUID(int=0xC0FFEE), UUID(int=0xABCDEF), UUID(int=0x1234)
TEXT = "你好, hello".encode()
PLACE = {"table": "complaints_statement", "column": "body_sealed", "row_id": ROW, "row_version": 2}


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def fixed_server_keys(monkeypatch, settings):
    ids = {"salt": "s", "pepper": "p", "lookup": "l", "log_signing": "g"}
    made = [ServerKey(purpose, key_id, "active", bytes(range(n, n + 32))) for n, (purpose, key_id) in enumerate(ids.items(), 1)]
    monkeypatch.setattr(keysfile, "_loaded", (Path(settings.HEARD_KEYS_FILE), keysfile.ServerKeys(made)))


def test_encoding():
    assert ctx("label", "text", 7, b"\x00\xff", COMPARTMENT).hex() == VECTORS["ctx"]
    by_hand = b"HRD1" + b"\x05label" + b"\0\0\0\x04text" + b"\0\0\0\x08" + bytes(7) + b"\x07" + b"\0\0\0\x02\x00\xff"
    assert ctx("label", "text", 7, b"\x00\xff", COMPARTMENT) == by_hand + b"\0\0\0\x10" + COMPARTMENT.bytes


@pytest.mark.parametrize("suite", [hpke.X25519, hpke.MLKEM768_X25519])
def test_key_pair_and_grant(suite):
    private_key = hpke.key_pair(SEED, suite)
    assert sha(private_key.public_key) == VECTORS[f"public_{suite}"]
    blob = base64.b64decode(VECTORS[f"grant_{suite}"])
    assert blob[:2] == bytes([0x01, suite])
    assert grants.open_grant(private_key=private_key, compartment_id=COMPARTMENT, epoch=3, blob=blob) == CORE
    for wrong in ({"compartment_id": ROW, "epoch": 3}, {"compartment_id": COMPARTMENT, "epoch": 2}):
        with pytest.raises(Damaged):
            grants.open_grant(private_key=private_key, blob=blob, **wrong)


def test_compartment_key():
    key = keys.compartment_key(core=CORE, shred_key=SHRED, compartment_id=COMPARTMENT, epoch=3)
    assert key.key.hex() == VECTORS["compartment_key"]


def test_field():
    key = keys.compartment_key(core=CORE, shred_key=SHRED, compartment_id=COMPARTMENT, epoch=3)
    blob = fields._seal(key, fields._place(key, *PLACE.values()), TEXT, bytes(range(32)))
    assert sha(blob) == VECTORS["field"]
    assert blob[:64].hex() == VECTORS["field_head"]
    assert fields.open_field(key, **PLACE, blob=blob).bytes() == TEXT


def test_field_as_the_document_says():
    """A second reading of `vault.md` section 3, independent of the code under test."""
    key = keys.SealingKey(COMPARTMENT, 5, bytes(range(60, 92)))
    blob = fields.seal_field(key, **PLACE, data=TEXT)
    assert blob[0] == 0x11
    assert blob[1:5] == b"\0\0\0\x05"
    both = HKDF(hashes.SHA256(), 44, blob[5:37], ctx("field-key")).derive(key.key)
    aad = ctx("field", COMPARTMENT, "complaints_statement", "body_sealed", ROW, 2)
    plain = AESGCM(both[:32]).decrypt(both[32:], blob[37:], aad)
    assert plain == len(TEXT).to_bytes(4, "big") + TEXT + bytes(1024 - 4 - len(TEXT))


def test_file(sealed_root):
    path = storage.path_of(storage.name_of(ROW))
    path.parent.mkdir(parents=True)
    path.write_bytes(base64.b64decode(VECTORS["file"]))
    assert b"".join(files.open_stream(path, file_id=ROW, key=SEED, length=270)) == b"evidence " * 30


def test_staff_key():
    cost = staffkey.Cost(memory_kib=19_456, iterations=2)
    blob = staffkey._seal(SEED, "seven quiet rivers", bytes(32), HOLDER, b"public", cost, bytes(range(16)), bytes(range(12)))
    assert blob.hex() == VECTORS["staff"]
    opened = staffkey.open_seed(blob=blob, passphrase="seven quiet rivers", pepper=bytes(32), keyholder_id=HOLDER, public_key=b"public")
    assert opened == SEED


def test_staff_key_as_the_document_says():
    blob = bytes.fromhex(VECTORS["staff"])
    assert blob[:7] == bytes([0x21, 2, 1]) + (19_456).to_bytes(4, "big")
    argon = Argon2id(salt=blob[7:23], length=32, iterations=2, lanes=1, memory_cost=19_456, secret=bytes(32))
    aad = ctx("staff-key", blob[:7], HOLDER, b"public")
    assert AESGCM(argon.derive(b"seven quiet rivers")).decrypt(blob[23:35], blob[35:], aad) == SEED


def test_session():
    key = ServerKey("session", "session-1", "active", bytes(range(50, 82)))
    expires_at = datetime(2026, 11, 23, 10, 0, 0, 5, tzinfo=UTC)
    bound_to = sessionseal.place(kind="staff", subject_id=HOLDER, idle_seconds=900, expires_at=expires_at)
    assert sessionseal._seal(key, SEED, SEED, bound_to, bytes(range(12))).hex() == VECTORS["session"]
    assert sessionseal.id_hash(SEED) == VECTORS["session_id"]


def test_codes(fixed_server_keys):
    assert codes.code_from_secret(SEED) == VECTORS["code"]
    receipt, invitation = codes.derive(VECTORS["code"]), codes.derive(VECTORS["code"], codes.INVITATION)
    assert (receipt.lookup_id.hex(), sha(receipt.public_key)) == (VECTORS["code_lookup"], VECTORS["code_public"])
    assert (invitation.lookup_id.hex(), sha(invitation.public_key)) == (VECTORS["invitation_lookup"], VECTORS["invitation_public"])


def test_draft():
    code_keys = codes.CodeKeys("receipt", bytes(32), hpke.key_pair(SEED))
    assert drafts.open_with_code(blob=base64.b64decode(VECTORS["draft"]), draft_id=ROW, code_keys=code_keys) == SEED
    assert drafts.draft_key(draft_id=ROW, secret=SEED).key.hex() == VECTORS["draft_key"]


def test_recovery_key():
    assert " ".join(recovery.printed(SEED)) == VECTORS["recovery"]
    assert recovery.secret_of(VECTORS["recovery"]) == SEED
    assert sha(recovery._private_key(SEED).public_key) == VECTORS["recovery_public"]


def test_mark(fixed_server_keys):
    assert make_mark("grant", COMPARTMENT, b"x").hex() == VECTORS["mark"]
    assert fits(bytes.fromhex(VECTORS["mark"]), "grant", COMPARTMENT, b"x")
    assert not fits(bytes.fromhex(VECTORS["mark"]), "grant", COMPARTMENT, b"y")
