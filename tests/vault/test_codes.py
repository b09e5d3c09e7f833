"""Receipt codes: what people type, what it derives to, and equal work for known and unknown codes."""

import contextlib
import os
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import codes, drafts
from vault.errors import Damaged, InvalidCode
from vault.keyholders import code_keyholder
from vault.services.codes import candidates, find

from .conftest import NOW

CODE = "48217305119688402257"
TYPED = {"known": CODE, "unknown": "11112222333344445555", "mistyped": "4821 7305"}


@given(st.binary(min_size=32, max_size=32))
def test_a_secret_gives_twenty_digits_always_the_same(secret):
    code = codes.code_from_secret(secret)
    assert len(code) == 20
    assert code.isascii()
    assert code.isdigit()
    assert codes.code_from_secret(secret) == code


def test_codes_use_the_whole_range():
    first_digits = {codes.code_from_secret(os.urandom(32))[0] for _ in range(400)}
    assert first_digits == set("0123456789")


@pytest.mark.parametrize(
    "typed",
    [
        "4821 7305 1196 8840 2257",
        "4821-7305-1196-8840-2257",
        " 48217305119688402257\n",
        "４８２１　７３０５　１１９６　８８４０　２２５７",
        "4821–7305—1196−8840－2257",
        "4821\u00a07305\u20021196\u200b8840\u20032257",
        "4821.7305.1196.8840.2257",
        "٤٨٢١٧٣٠٥١١٩٦٨٨٤٠٢٢٥٧",
    ],
)
def test_however_it_is_typed(typed):
    assert codes.normalise(typed) == CODE


NO_CODES = ["", "4821", CODE + "1", CODE[:-1], *(CODE[:-1] + last for last in "O²①'"), "x" * 5000]


@pytest.mark.parametrize("typed", NO_CODES)
def test_what_is_no_code(typed):
    with pytest.raises(InvalidCode):
        codes.normalise(typed)


def test_an_invalid_code_is_not_quoted():
    with pytest.raises(InvalidCode) as caught:
        codes.normalise("my name is CANARY")
    assert "CANARY" not in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_refused(text):
    with contextlib.suppress(InvalidCode):
        assert len(codes.normalise(text)) == 20


def test_groups():
    assert codes.groups(CODE) == ["4821", "7305", "1196", "8840", "2257"]


def test_the_label_separates_uses():
    receipt, invitation = codes.derive(CODE), codes.derive(CODE, codes.INVITATION)
    assert receipt.lookup_id != invitation.lookup_id
    assert receipt.public_key != invitation.public_key
    assert codes.derive(CODE).public_key == receipt.public_key


def test_another_code_gives_another_key():
    assert codes.derive(CODE).lookup_id != codes.derive("48217305119688402258").lookup_id


class TestDrafts:
    def test_the_code_continues_the_draft(self):
        from uuid import uuid4

        draft_id, secret = uuid4(), drafts.new_secret()
        code_keys = codes.derive(drafts.draft_code(secret))
        box = drafts.seal_to_code(secret=secret, draft_id=draft_id, code_keys=code_keys)
        again = codes.derive(drafts.draft_code(secret))
        assert drafts.open_with_code(blob=box, draft_id=draft_id, code_keys=again) == secret
        with pytest.raises(Damaged):
            drafts.open_with_code(blob=box, draft_id=uuid4(), code_keys=again)
        with pytest.raises(Damaged):
            drafts.open_with_code(blob=box, draft_id=draft_id, code_keys=codes.derive(CODE))

    def test_every_draft_has_its_own_key(self):
        from uuid import uuid4

        secret = drafts.new_secret()
        assert drafts.draft_key(draft_id=uuid4(), secret=secret).key != drafts.draft_key(draft_id=uuid4(), secret=secret).key


@pytest.mark.django_db
class TestFinding:
    @pytest.fixture
    def receipt(self):
        keyholder = code_keyholder(code_keys=codes.derive(CODE), now=NOW)
        keyholder.save()
        return keyholder

    def test_a_known_code_is_found_and_opens(self, receipt):
        found = find("4821 7305 1196 8840 2257", now=NOW)
        assert found.keyholder == receipt
        assert found.keyring.keyholder_id == receipt.id
        assert found.keyring.private_key.public_key == bytes(receipt.public_key)

    def test_nothing_stored_gives_the_code_away(self, receipt):
        stored = b"".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in receipt.__dict__.values())
        assert CODE.encode() not in stored
        unkeyed = [candidate.lookup_id for candidate in candidates(CODE)]
        assert bytes(receipt.lookup_id) in unkeyed

    @pytest.mark.parametrize("typed", ["48217305119688402258", "4821", "", "hello"])
    def test_unknown_and_mistyped_codes_find_nothing(self, receipt, typed):
        assert find(typed, now=NOW) is None

    def test_a_receipt_code_is_no_invitation(self, receipt):
        assert find(CODE, now=NOW, label=codes.INVITATION) is None

    def test_retired_expired_and_forged_codes_find_nothing(self, receipt):
        receipt.retired_at = NOW
        receipt.save()
        assert find(CODE, now=NOW) is None
        receipt.retired_at = None
        receipt.kind = "invitation"
        receipt.save()
        assert find(CODE, now=NOW) is None

    def test_an_invitation_expires(self):
        keyholder = code_keyholder(code_keys=codes.derive(CODE, codes.INVITATION), now=NOW, expires_at=NOW + timedelta(days=3))
        keyholder.save()
        assert find(CODE, now=NOW + timedelta(days=2), label=codes.INVITATION).keyholder == keyholder
        assert find(CODE, now=NOW + timedelta(days=3), label=codes.INVITATION) is None

    def test_a_lifetime_stretched_in_the_database_is_refused(self):
        keyholder = code_keyholder(code_keys=codes.derive(CODE, codes.INVITATION), now=NOW, expires_at=NOW + timedelta(days=3))
        keyholder.expires_at = NOW + timedelta(days=300)
        keyholder.save()
        assert find(CODE, now=NOW, label=codes.INVITATION) is None

    def test_an_earlier_pepper_still_finds(self, receipt, monkeypatch):
        from vault import keysfile

        keys = keysfile.server_keys()
        made = [keys.active(purpose) for purpose in keysfile.PURPOSES if purpose != "pepper"]
        old = keys.active("pepper")
        made.append(keysfile.ServerKey("pepper", old.id, "read-only", old.secret))
        made.append(keysfile.ServerKey("pepper", "new", "active", os.urandom(32)))
        monkeypatch.setattr(keysfile, "_loaded", (keysfile._loaded[0], keysfile.ServerKeys(made)))
        assert find(CODE, now=NOW).keyholder == receipt

    def test_known_unknown_and_mistyped_codes_do_the_same_steps(self, receipt, monkeypatch, django_assert_num_queries):
        from vault import codes as pure

        steps = []
        for name in ("argon2id", "hkdf", "mac"):
            real = getattr(pure, name)
            monkeypatch.setattr(pure, name, lambda *a, _real=real, _name=name, **k: (steps.append(_name), _real(*a, **k))[1])
        done = {}
        for name, text in TYPED.items():
            steps.clear()
            with django_assert_num_queries(1):
                find(text, now=NOW)
            done[name] = list(steps)
        assert done["known"] == done["unknown"] == done["mistyped"]
        assert "argon2id" in done["known"]


def test_the_submission_token_is_frozen_and_says_nothing_of_the_code():
    secret = bytes(range(32))
    token = drafts.submission_token(secret)
    # Another value would file a report twice that was sent before and after an update.
    assert token.hex() == "aab75cccfee91eb95dd15802cf9fe0e6d897f817ab6a58358cd4d061e9e4ec53"
    assert token != drafts.submission_token(bytes(32))
    assert token not in (secret, codes.derive(codes.code_from_secret(secret)).lookup_id)
