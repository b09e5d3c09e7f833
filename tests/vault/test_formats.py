"""Properties of the formats: what was sealed opens, and nothing else does."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault import fields, grants, hpke, staffkey
from vault.encoding import ctx
from vault.errors import BadFormat, Damaged, NoAccess, TooLarge, WrongPassphrase
from vault.keys import Opened, OpeningKeys, SealingKey
from vault.padme import padme

KEY = SealingKey(UUID(int=1), 3, bytes(range(32)))
PLACE = {"table": "t", "column": "c_sealed", "row_id": UUID(int=2), "row_version": 1}
PARTS = st.lists(st.one_of(st.binary(max_size=20), st.text(max_size=20), st.integers(0, 2**64 - 1), st.uuids()), max_size=5)


def raw(part) -> bytes:
    if isinstance(part, UUID):
        return part.bytes
    return {str: lambda: part.encode(), int: lambda: part.to_bytes(8, "big"), bytes: lambda: part}[type(part)]()


class TestEncoding:
    @given(st.text(max_size=30), PARTS, st.text(max_size=30), PARTS)
    def test_two_different_lists_never_give_the_same_bytes(self, label, parts, other_label, others):
        same = label == other_label and [raw(p) for p in parts] == [raw(p) for p in others]
        assert (ctx(label, *parts) == ctx(other_label, *others)) == same

    def test_moving_a_byte_between_parts_changes_the_result(self):
        assert ctx("l", b"ab", b"c") != ctx("l", b"a", b"bc")
        assert ctx("la", b"b") != ctx("l", b"ab")

    @pytest.mark.parametrize("part", [True, 1.5, None, ["x"]])
    def test_other_types_are_refused(self, part):
        with pytest.raises(TypeError):
            ctx("l", part)

    @pytest.mark.parametrize("part", [-1, 2**64])
    def test_numbers_out_of_range_are_refused(self, part):
        with pytest.raises(ValueError, match="whole number"):
            ctx("l", part)

    def test_a_long_label_is_refused(self):
        with pytest.raises(ValueError, match="255"):
            ctx("x" * 256)


class TestField:
    @given(st.binary(max_size=20_000))
    def test_what_was_sealed_opens(self, data):
        assert fields.open_field(KEY, **PLACE, blob=fields.seal_field(KEY, **PLACE, data=data)).bytes() == data

    @given(st.text(max_size=500))
    def test_text_comes_back_as_text(self, text):
        assert fields.open_field(KEY, **PLACE, blob=fields.seal_field(KEY, **PLACE, data=text.encode())).text() == text

    @pytest.mark.parametrize("other", [{"table": "u"}, {"column": "d_sealed"}, {"row_id": UUID(int=3)}, {"row_version": 2}])
    def test_a_value_moved_elsewhere_does_not_open(self, other):
        blob = fields.seal_field(KEY, **PLACE, data=b"x")
        with pytest.raises(Damaged):
            fields.open_field(KEY, **{**PLACE, **other}, blob=blob)

    def test_another_owner_s_key_does_not_open(self):
        blob = fields.seal_field(KEY, **PLACE, data=b"x")
        with pytest.raises(Damaged):
            fields.open_field(SealingKey(UUID(int=9), 3, KEY.key), **PLACE, blob=blob)

    @settings(max_examples=200)
    @given(st.data())
    def test_any_changed_bit_is_refused(self, data):
        blob = bytearray(fields.seal_field(KEY, **PLACE, data=b"what happened"))
        position = data.draw(st.integers(0, len(blob) - 1))
        blob[position] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.raises((Damaged, BadFormat, NoAccess)):
            fields.open_field(KEY, **PLACE, blob=bytes(blob))

    @given(st.binary(max_size=3000))
    def test_arbitrary_bytes_are_refused(self, blob):
        with pytest.raises((Damaged, BadFormat, NoAccess)):
            fields.open_field(KEY, **PLACE, blob=blob)

    @given(st.integers(0, 2_000_000))
    def test_sizes_tell_only_the_step(self, length):
        size = fields.padded_length(length + 4)
        assert size >= length + 4
        assert size in {1024 * s for s in (1, 4, 16, 64)} | {65536 * 2**n for n in range(12)}

    def test_steps_are_as_the_document_says(self):
        steps = [fields.padded_length(n) for n in (1, 1024, 1025, 4097, 16385, 65536, 65537, 131073)]
        assert steps == [1024, 1024, 4096, 16384, 65536, 65536, 131072, 262144]

    def test_stored_length_follows_the_step(self):
        short, long = (len(fields.seal_field(KEY, **PLACE, data=b"a" * n)) for n in (1, 1020))
        assert short == long == fields.blob_length(5)

    def test_the_largest_field_opens_and_one_byte_more_is_refused(self):
        blob = fields.seal_field(KEY, **PLACE, data=bytes(fields.MAX_DATA_BYTES))
        assert len(fields.open_field(KEY, **PLACE, blob=blob).bytes()) == fields.MAX_DATA_BYTES
        with pytest.raises(TooLarge):
            fields.seal_field(KEY, **PLACE, data=bytes(fields.MAX_DATA_BYTES + 1))

    @pytest.mark.parametrize(
        "padded",
        [
            (5).to_bytes(4, "big") + b"hello" + b"\1".rjust(1015, b"\0"),  # something hidden in the padding
            (5000).to_bytes(4, "big") + bytes(1020),  # a length beyond the end
            (5).to_bytes(4, "big") + b"hello" + bytes(4096 - 9),  # padded further than need be
        ],
    )
    def test_padding_of_a_broken_writer_is_refused(self, padded):
        with pytest.raises(Damaged):
            fields._unpadded(padded)

    def test_an_unknown_epoch_is_no_access(self):
        newer = SealingKey(KEY.owner_id, 4, bytes(32))
        blob = fields.seal_field(newer, **PLACE, data=b"x")
        with pytest.raises(NoAccess):
            fields.open_field(KEY, **PLACE, blob=blob)
        both = OpeningKeys(KEY.owner_id, {3: KEY, 4: newer})
        assert fields.open_field(both, **PLACE, blob=blob).bytes() == b"x"
        assert both.current is newer

    def test_two_seals_of_the_same_text_differ(self):
        assert fields.seal_field(KEY, **PLACE, data=b"x") != fields.seal_field(KEY, **PLACE, data=b"x")

    def test_epoch_is_read_without_a_key(self):
        assert fields.epoch_of(fields.seal_field(KEY, **PLACE, data=b"x")) == 3
        with pytest.raises(BadFormat):
            fields.epoch_of(b"\x11" + bytes(100))


class TestSeals:
    def test_only_the_recipient_opens_a_grant(self):
        mine, other = hpke.key_pair(bytes(32)), hpke.key_pair(bytes([1] * 32))
        blob = grants.seal_grant(core=b"c" * 32, compartment_id=UUID(int=1), epoch=1, public_key=mine.public_key, suite=mine.suite)
        assert grants.open_grant(private_key=mine, compartment_id=UUID(int=1), epoch=1, blob=blob) == b"c" * 32
        with pytest.raises(Damaged):
            grants.open_grant(private_key=other, compartment_id=UUID(int=1), epoch=1, blob=blob)

    def test_a_grant_of_the_other_suite_is_refused(self):
        old = hpke.key_pair(bytes(32), hpke.X25519)
        blob = grants.seal_grant(core=b"c" * 32, compartment_id=UUID(int=1), epoch=1, public_key=old.public_key, suite=old.suite)
        with pytest.raises(BadFormat):
            grants.open_grant(private_key=hpke.key_pair(bytes(32)), compartment_id=UUID(int=1), epoch=1, blob=blob)

    @given(st.binary(max_size=1400))
    def test_arbitrary_bytes_are_no_grant(self, blob):
        with pytest.raises((BadFormat, Damaged)):
            grants.open_grant(private_key=hpke.key_pair(bytes(32)), compartment_id=UUID(int=1), epoch=1, blob=blob)

    @settings(max_examples=60)
    @given(st.data())
    def test_any_changed_bit_of_a_grant_is_refused(self, data):
        mine = hpke.key_pair(bytes(32))
        place = {"compartment_id": UUID(int=1), "epoch": 1}
        blob = bytearray(grants.seal_grant(core=b"c" * 32, public_key=mine.public_key, suite=mine.suite, **place))
        blob[data.draw(st.integers(0, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.raises((BadFormat, Damaged)):
            grants.open_grant(private_key=mine, blob=bytes(blob), **place)

    @pytest.mark.parametrize("public_key", [b"", b"x" * 31, b"x" * 1215, b"\xff" * 1216])
    def test_a_bad_public_key_is_refused(self, public_key):
        with pytest.raises(BadFormat):
            hpke.seal(public_key=public_key, suite=hpke.MLKEM768_X25519, data=b"x", info=b"")

    def test_the_default_is_post_quantum(self):
        assert hpke.key_pair(bytes(32)).suite == 0x02


class TestStaffKey:
    ARGS = {"pepper": bytes(32), "keyholder_id": UUID(int=5), "public_key": b"p"}

    def sealed(self, **more):
        cost = staffkey.Cost(19_456, 2)
        return staffkey.seal_seed(**{"seed": b"s" * 32, "passphrase": "ＡＢＣ quiet", "cost": cost, **self.ARGS, **more})

    def test_the_same_words_typed_another_way_open(self):
        assert staffkey.open_seed(blob=self.sealed(), passphrase=" ABC quiet ", **self.ARGS) == b"s" * 32

    @pytest.mark.parametrize(
        "other", [{"passphrase": "abc quiet"}, {"pepper": bytes([1] * 32)}, {"keyholder_id": UUID(int=6)}, {"public_key": b"q"}]
    )
    def test_anything_else_does_not(self, other):
        with pytest.raises(WrongPassphrase):
            staffkey.open_seed(**{"blob": self.sealed(), "passphrase": "ABC quiet", **self.ARGS, **other})

    @pytest.mark.parametrize(
        ("position", "value"),
        [
            (0, b"\x22"),
            (1, b"\x01"),
            (1, b"\x09"),
            (2, b"\x02"),
            (2, b"\x00"),
            (3, (19_455).to_bytes(4, "big")),
            (3, (262_145).to_bytes(4, "big")),
        ],
    )
    def test_parameters_out_of_bounds_are_refused_before_any_work(self, position, value):
        blob = bytearray(self.sealed())
        blob[position : position + len(value)] = value
        with pytest.raises(BadFormat):
            staffkey.open_seed(blob=bytes(blob), passphrase="ABC quiet", **self.ARGS)

    @pytest.mark.parametrize("cost", [(19_455, 2), (262_145, 2), (19_456, 1), (19_456, 9)])
    def test_a_cost_out_of_bounds_is_not_written(self, cost):
        with pytest.raises(BadFormat):
            self.sealed(cost=staffkey.Cost(*cost))

    def test_production_costs_are_as_the_document_says(self):
        assert staffkey.Cost() == staffkey.Cost(memory_kib=128 * 1024, iterations=3)

    @given(st.binary(max_size=120))
    def test_arbitrary_bytes_are_refused(self, blob):
        with pytest.raises(BadFormat):
            staffkey.open_seed(blob=b"\x20" + blob, passphrase="x", **self.ARGS)


class TestPadme:
    @given(st.integers(0, 2**45))
    def test_never_smaller_never_more_than_12_percent_and_stable(self, length):
        padded = padme(length)
        assert length <= padded <= length * 1.12 + 1
        assert padme(padded) == padded

    def test_known_values(self):
        assert [padme(n) for n in (0, 1, 2, 9, 100, 1000, 1_000_000)] == [0, 1, 2, 10, 104, 1024, 1_015_808]


class TestOpened:
    def test_shows_nothing(self):
        opened = Opened(b"canary")
        for shown in (repr(opened), str(opened), f"{opened}", f"{opened!r}", repr([opened]), repr({"a": opened})):
            assert "canary" not in shown

    def test_can_not_be_changed_compared_hashed_or_pickled(self):
        import copy
        import pickle

        opened = Opened(b"canary")
        with pytest.raises(AttributeError):
            opened._data = b"other"
        with pytest.raises(TypeError):
            opened == Opened(b"canary")  # noqa: B015
        with pytest.raises(TypeError):
            hash(opened)
        with pytest.raises(TypeError):
            pickle.dumps(opened)
        with pytest.raises(TypeError):
            copy.deepcopy(opened)

    def test_gives_its_value_on_purpose(self):
        assert Opened(b'{"a": 1}').json() == {"a": 1}
        assert Opened("字".encode()).text() == "字"


def test_keys_show_nothing():
    from vault.keyring import keyring_from_seed

    keyring = keyring_from_seed(keyholder_id=uuid4(), seed=b"S" * 32)
    for secret in (KEY, OpeningKeys(KEY.owner_id, {3: KEY}), keyring, keyring.private_key):
        assert repr(secret) == f"<{type(secret).__name__}>"
