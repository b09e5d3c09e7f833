"""Sealed files: bit-identical for ever, in constant memory, and nothing but ciphertext on disk."""

import hashlib
import os
import stat
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vault import files, storage
from vault.errors import BadFormat, Damaged, NoAccess
from vault.keys import SealingKey
from vault.models import SealedFile
from vault.padme import padme
from vault.services import files as service
from vault.sniff import agrees, sniff
from vault.uploads import sealed_upload

from .conftest import NOW

MIB = 1024 * 1024
pytestmark = pytest.mark.usefixtures("sealed_root")


def seal(data: bytes, *, pieces: int = 65_536):
    file_id = uuid4()
    writer = files.seal_chunks(file_id, (data[i : i + pieces] for i in range(0, len(data), pieces)))
    return writer, storage.path_of(storage.name_of(file_id))


def opened(writer, path, **other) -> bytes:
    return b"".join(files.open_stream(path, **{"file_id": writer.file_id, "key": writer.key, "length": writer.length, **other}))


class TestStream:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
    @given(st.binary(max_size=70_000), st.integers(1, 70_000))
    def test_what_was_written_is_read(self, data, pieces):
        writer, path = seal(data, pieces=pieces)
        assert opened(writer, path) == data
        assert writer.sha256 == hashlib.sha256(data).digest()
        assert path.stat().st_size == writer.stored_size == files.stored_length(len(data))

    @pytest.mark.parametrize("length", [0, 1, 16_383, 16_384, 16_385, MIB - 1, MIB, MIB + 1, 3 * MIB + 7])
    @pytest.mark.parametrize("pieces", [100_000, 2 * MIB])
    def test_at_the_edges_of_chunks_and_blocks(self, length, pieces):
        data = os.urandom(length)
        writer, path = seal(data, pieces=pieces)
        assert opened(writer, path) == data
        assert writer.sha256 == hashlib.sha256(data).digest()
        assert files.is_stored_length(path.stat().st_size)

    def test_a_buffer_that_is_used_again_does_no_harm(self):
        file_id, buffer, whole = uuid4(), bytearray(MIB), hashlib.sha256()
        writer = files.FileWriter(file_id)
        for n in range(5):
            buffer[:] = bytes([n]) * MIB
            whole.update(buffer)
            writer.write(buffer)
        writer.finish()
        data = opened(writer, storage.path_of(storage.name_of(file_id)))
        assert hashlib.sha256(data).digest() == writer.sha256 == whole.digest()

    def test_hashing_beside_the_sealing_keeps_the_order(self, monkeypatch):
        delays = iter([0.05, 0.02, 0.0, 0.0, 0.0])
        real = files._aside

        def slow(task, *args):
            wait = next(delays)
            return real(lambda: (time.sleep(wait), task(*args)))

        monkeypatch.setattr(files, "_aside", slow)
        blocks = [bytes([n]) * MIB for n in range(5)]
        for pieces in (blocks, [blocks[0]]):
            delays = iter([0.05, 0.02, 0.0, 0.0, 0.0])
            writer = files.seal_chunks(uuid4(), (bytearray(piece) for piece in pieces))
            assert writer.sha256 == hashlib.sha256(b"".join(pieces)).digest()

    @given(st.integers(0, 2**40))
    def test_stored_lengths_are_recognised(self, length):
        assert files.is_stored_length(files.stored_length(length))

    def test_other_lengths_are_not(self):
        right = files.stored_length(1_000_000)
        assert not any(files.is_stored_length(n) for n in (0, 1, 72, right - 1, right + 1, right - 16))

    def test_sizes_are_padded(self):
        assert len({seal(b"x" * n)[0].stored_size for n in range(1000, 1025)}) == 1
        assert padme(1000) == 1024

    def test_each_file_has_its_own_key_and_bytes(self):
        first, second = seal(b"same"), seal(b"same")
        assert first[0].key != second[0].key
        assert first[1].read_bytes() != second[1].read_bytes()


class TestDamage:
    @pytest.fixture
    def stored(self):
        return seal(os.urandom(50_000))

    @pytest.mark.parametrize("position", [0, 1, 20, 56, 57, 5_000, 20_000, -1])
    def test_a_flipped_bit(self, stored, position):
        writer, path = stored
        raw = bytearray(path.read_bytes())
        raw[position] ^= 1
        path.write_bytes(raw)
        with pytest.raises((Damaged, BadFormat)):
            opened(writer, path)

    @pytest.mark.parametrize(
        "change",
        [lambda r: r[:-1], lambda r: r[:100], lambda r: r[:1], lambda r: b"", lambda r: r + b"\0", lambda r: r[: 1 + 56 + 16_400]],
    )
    def test_cut_or_extended(self, stored, change):
        writer, path = stored
        path.write_bytes(change(path.read_bytes()))
        with pytest.raises((Damaged, BadFormat)):
            opened(writer, path)

    def test_missing(self, stored):
        writer, path = stored
        path.unlink()
        with pytest.raises(Damaged):
            opened(writer, path)

    def test_exchanged_with_another_file(self, stored):
        other, other_path = seal(os.urandom(50_000))
        os.replace(other_path, stored[1])
        with pytest.raises(Damaged):
            opened(*stored)
        with pytest.raises(Damaged):
            opened(other, stored[1], file_id=uuid4())

    @pytest.mark.parametrize("length", [49_999, 40_000, 0, 60_000, 10**9])
    def test_a_manifest_with_another_length(self, stored, length):
        with pytest.raises(Damaged):
            opened(*stored, length=length)

    def test_nothing_false_is_handed_out_before_the_damage_is_found(self):
        data = os.urandom(3 * MIB)
        writer, path = seal(data)
        raw = bytearray(path.read_bytes())
        raw[-40_000] ^= 1
        path.write_bytes(raw)
        received = b""
        with pytest.raises(Damaged):
            for block in files.open_stream(path, file_id=writer.file_id, key=writer.key, length=writer.length):
                received += block
        assert data.startswith(received)


class TestOnDisk:
    def test_only_the_owner_may_read(self, sealed_root):
        _, path = seal(b"x")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in (sealed_root, path.parent, sealed_root / "incoming")} == {0o700}

    def test_names_mean_nothing(self, sealed_root):
        upload = sealed_upload(name="Zhou Qiang.docx", content_type="text/plain", chunks=[b"x"])
        assert "Zhou" not in str(storage.path_of(upload.storage_name))

    def test_an_unfinished_writer_leaves_nothing(self, sealed_root):
        writer = files.FileWriter(uuid4())
        writer.write(b"x" * 2 * MIB)
        assert len(list(sealed_root.rglob("*.part"))) == 1
        del writer
        assert not [p for p in sealed_root.rglob("*") if p.is_file()]

    def test_a_source_that_breaks_leaves_nothing(self, sealed_root):
        def chunks():
            yield b"x" * MIB
            raise ConnectionError

        with pytest.raises(ConnectionError):
            files.seal_chunks(uuid4(), chunks())
        assert not [p for p in sealed_root.rglob("*") if p.is_file()]

    @pytest.mark.parametrize("name", ["", "../../etc/passwd", "/etc/passwd", "ab/" + "g" * 32, "ab/" + "a" * 32 + "\n", "AB/" + "a" * 32])
    def test_other_names_are_refused(self, name):
        with pytest.raises(ValueError, match="storage name"):
            storage.path_of(name)


@pytest.mark.parametrize("piece", [MIB, 100_000])
def test_memory_does_not_grow_with_the_file(monkeypatch, piece):
    real = files._aside
    # Hashing that lags behind must not pile up what it has still to do.
    monkeypatch.setattr(files, "_aside", lambda task, *args: real(lambda: (time.sleep(0.003), task(*args))))

    def peak(size):
        tracemalloc.start()
        file_id = uuid4()
        writer = files.seal_chunks(file_id, (bytes(piece) for _ in range(size * MIB // piece)))
        path = storage.path_of(storage.name_of(file_id))
        for _ in files.open_stream(path, file_id=file_id, key=writer.key, length=writer.length):
            pass
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        path.unlink()
        return top

    assert peak(64) < peak(12) + MIB


@pytest.mark.django_db
class TestService:
    DRAFT, CASE = (SealingKey(uuid4(), 1, os.urandom(32)) for _ in range(2))

    @pytest.fixture
    def kept(self):
        upload = sealed_upload(name="信 á.pdf", content_type="application/pdf", chunks=[b"%PDF-1.7 canary", b" end"])
        row = service.keep(upload, key=self.DRAFT, given_by="reporter", now=NOW)
        upload.close()
        row.save()
        return SealedFile.objects.get(pk=row.pk)

    def test_what_was_given_comes_back(self, kept):
        assert b"".join(service.stream(kept, self.DRAFT)) == b"%PDF-1.7 canary end"
        manifest = service.open_manifest(kept, self.DRAFT)
        assert (manifest.name, manifest.given_type, manifest.sniffed_type) == ("信 á.pdf", "application/pdf", "application/pdf")
        assert (manifest.length, manifest.given_by, manifest.given_at, manifest.derived_from) == (19, "reporter", NOW, None)
        assert manifest.sha256 == hashlib.sha256(b"%PDF-1.7 canary end").hexdigest()
        assert repr(manifest) == "<Manifest>"

    def test_the_row_and_the_disk_say_nothing(self, kept, sealed_root):
        stored = b"".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in kept.__dict__.values())
        stored += b"".join(p.read_bytes() + str(p).encode() for p in sealed_root.rglob("*") if p.is_file())
        for word in (b"canary", "信".encode(), b"pdf", b"PDF"):
            assert word not in stored

    def test_from_draft_to_complaint(self, kept):
        before = storage.path_of(kept.storage_name).read_bytes()
        moved = service.reseal_manifest(kept, self.DRAFT, self.CASE)
        moved.save()
        moved = SealedFile.objects.get(pk=kept.pk)
        assert (moved.owner_id, moved.row_version) == (self.CASE.owner_id, 2)
        assert b"".join(service.stream(moved, self.CASE)) == b"%PDF-1.7 canary end"
        with pytest.raises((Damaged, NoAccess)):
            service.open_manifest(moved, self.DRAFT)
        assert storage.path_of(moved.storage_name).read_bytes() == before

    def test_a_derived_file_names_its_source(self, kept):
        source = service.Derived(kept.id, "cleaner", "1.2")
        upload = sealed_upload(name="copy", content_type="image/png", chunks=[b"x"])
        row = service.keep(upload, key=self.CASE, given_by="system", now=NOW, derived_from=source)
        assert service.open_manifest(row, self.CASE).derived_from == source

    def test_an_exchanged_manifest_does_not_open(self, kept):
        other = service.keep(sealed_upload(name="o", content_type="", chunks=[b"other"]), key=self.DRAFT, given_by="x", now=NOW)
        kept.manifest_sealed = other.manifest_sealed
        with pytest.raises(Damaged):
            service.open_manifest(kept, self.DRAFT)

    def test_an_upload_nobody_kept_is_gone_at_the_end_of_the_request(self):
        upload = sealed_upload(name="x", content_type="", chunks=[b"x"])
        assert storage.stored_size(upload.storage_name)
        upload.close()
        assert storage.stored_size(upload.storage_name) is None

    def test_orphans_are_collected_and_nothing_else(self, kept, sealed_root):
        orphan = sealed_upload(name="x", content_type="", chunks=[b"x"])
        unfinished = files.FileWriter(uuid4())
        assert service.collect_orphans(older_than=datetime.now(UTC) - timedelta(hours=1)) == 0
        assert service.collect_orphans(older_than=datetime.now(UTC) + timedelta(hours=1)) == 2
        assert storage.stored_size(orphan.storage_name) is None
        assert b"".join(service.stream(kept, self.DRAFT)) == b"%PDF-1.7 canary end"
        assert not list(sealed_root.rglob("*.part"))
        unfinished.discard()

    @pytest.mark.django_db(transaction=True)
    def test_removing_deletes_the_bytes_after_commit_only(self, kept):
        from django.db import transaction

        with pytest.raises(RuntimeError), transaction.atomic():
            service.remove(SealedFile.objects.get(pk=kept.pk))
            raise RuntimeError
        assert storage.stored_size(kept.storage_name)
        name = kept.storage_name
        service.remove(kept)
        assert storage.stored_size(name) is None
        assert not SealedFile.objects.exists()


class TestSniffing:
    @pytest.mark.parametrize(
        ("head", "found"),
        [
            (b"\x89PNG\r\n\x1a\n" + bytes(50), "image/png"),
            (b"%PDF-1.4\n", "application/pdf"),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(50), "image/jpeg"),
            (b"\x00\x00\x00\x18ftypheic" + bytes(50), "image/heif"),
            (b"<!DOCTYPE html><script>", "text/html"),
            ("你好，这是文字".encode()[:-1], "text/plain"),
            (b"", "application/octet-stream"),
            (b"\x00\x01\x02 nothing known", "application/octet-stream"),
        ],
    )
    def test_first_bytes(self, head, found):
        assert sniff(head) == found

    @given(st.binary(max_size=3000))
    def test_nothing_makes_it_fail(self, head):
        assert "/" in sniff(head)

    @pytest.mark.parametrize(
        ("given", "found", "agree"),
        [
            ("image/png", "image/png", True),
            ("image/jpeg", "image/heif", True),
            ("video/mp4", "audio/mp4", True),
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip", True),
            ("image/png", "text/html", False),
            ("image/png", "image/svg+xml", False),
            ("application/pdf", "image/png", False),
            ("", "image/png", True),
            ("image/png", "application/octet-stream", True),
        ],
    )
    def test_agreement(self, given, found, agree):
        assert agrees(given, found) is agree
