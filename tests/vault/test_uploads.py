"""Uploads are sealed while they arrive: whatever goes wrong, no plaintext is on a disk."""

import errno
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import FileField, Form
from django.http import UnreadablePostError
from django.test import RequestFactory

from vault import storage
from vault.uploadhandler import SealingUploadHandler, most_mb, register_most_mb
from vault.uploads import NOT_STORED, TOO_LARGE, SealedUpload

from .uploading import CANARY

pytestmark = pytest.mark.usefixtures("sealed_root")
BASE = Path(__file__).resolve().parents[2]


def post(*named: tuple[str, bytes]):
    request = RequestFactory().post("/", {"before": "typed", "file": [SimpleUploadedFile(name, data) for name, data in named]})
    assert [type(handler) for handler in request.upload_handlers] == [SealingUploadHandler]
    return request


def raw_request(body: bytes, length: int | None = None):
    request = RequestFactory().generic("POST", "/", body, content_type="multipart/form-data; boundary=b")
    if length is not None:
        request.META["CONTENT_LENGTH"] = str(length)
    return request


def left_on_disk(root) -> list[Path]:
    return [p for p in root.rglob("*") if p.is_file()]


class TestArriving:
    def test_the_view_gets_a_sealed_upload(self, sealed_root):
        request = post(("a letter.txt", CANARY * 5000))
        upload = request.FILES["file"]
        assert isinstance(upload, SealedUpload)
        assert (upload.name, upload.size, upload.problem) == ("a letter.txt", len(CANARY) * 5000, "")
        assert upload.sniffed_type == "text/plain"
        assert b"".join(upload.chunks()) == CANARY * 5000
        assert request.POST["before"] == "typed"
        assert repr(upload) == str(upload) == "<SealedUpload>"
        stored = left_on_disk(sealed_root)
        assert len(stored) == 1
        assert CANARY not in stored[0].read_bytes()

    def test_several_files_keep_their_own_keys(self):
        uploads = post(("a", b"first"), ("b", b"second")).FILES.getlist("file")
        assert [b"".join(u.chunks()) for u in uploads] == [b"first", b"second"]
        assert uploads[0].file_key != uploads[1].file_key

    def test_the_file_is_gone_after_the_request_unless_it_was_kept(self, sealed_root):
        request = post(("a", b"x"))
        assert request.FILES
        request.close()
        assert not left_on_disk(sealed_root)

    def test_a_form_takes_it_and_refuses_an_empty_one(self):
        class Show(Form):
            file = FileField()

        assert Show({}, post(("a", b"x")).FILES).is_valid()
        assert not Show({}, post(("a", b"")).FILES).is_valid()

    @pytest.mark.parametrize(
        "name",
        [
            "../../x",
            "..\\..\\x",
            "x\x00.png",
            "a\u202egnp.exe",
            "漢" * 255,
            "x\r\nSet-Cookie: a=b",
            "=cmd()",
            "C:x",
            "\u200b.txt",
            "a" * 900,
        ],
    )
    def test_any_name_is_stored_safely(self, sealed_root, name):
        head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name.replace(chr(13) + chr(10), "%0D%0A")}"\r\n\r\n'
        body = head.encode() + b"hello\r\n--b--\r\n"
        request = raw_request(body)
        upload = request.FILES.get("file")
        assert upload is None or b"".join(upload.chunks()) == b"hello"
        assert all(p.resolve().is_relative_to(sealed_root.resolve()) for p in left_on_disk(sealed_root))
        assert upload is None or not set("/\\\0\r\n") & set(upload.given_name)

    def test_reading_it_as_a_plain_file_is_refused(self):
        upload = post(("a", b"x")).FILES["file"]
        for use in (upload.read, upload.open):
            with pytest.raises(TypeError):
                use()


class TestTrouble:
    def test_too_large_keeps_what_was_typed(self, settings, sealed_root):
        settings.MAX_UPLOAD_MB = 1
        request = post(("big", bytes(2 * 1024 * 1024)), ("small", b"x"))
        big, small = request.FILES.getlist("file")
        assert (big.problem, big.size) == (TOO_LARGE, 2 * 1024 * 1024)
        with pytest.raises(ValueError, match="not stored"):
            list(big.chunks())
        assert b"".join(small.chunks()) == b"x"
        assert request.POST["before"] == "typed"
        assert len(left_on_disk(sealed_root)) == 1
        request.close()
        assert not left_on_disk(sealed_root)

    def test_whoever_runs_the_portal_may_choose_less_and_never_more(self, settings, sealed_root):
        settings.MAX_UPLOAD_MB = 2
        choice = [1]
        register_most_mb(lambda: choice[0])
        request = post(("big", bytes(1024 * 1024 + 1)))
        assert request.FILES["file"].problem == TOO_LARGE
        request.close()
        for choice[0], most in ((3, 2), (None, 2), (1, 1)):
            assert most_mb() == most

    def test_far_too_large_is_cut_off(self, settings, sealed_root):
        settings.MAX_UPLOAD_MB = 1
        request = post(("huge", bytes(6 * 1024 * 1024)))
        assert not request.FILES
        assert request.POST["before"] == "typed"
        assert not left_on_disk(sealed_root)

    @pytest.mark.parametrize("fails", ["write", "keep"])
    def test_a_full_disk_keeps_what_was_typed(self, monkeypatch, sealed_root, fails):
        def full(self, *args):
            raise OSError(errno.ENOSPC, "no space left")

        monkeypatch.setattr(storage.Incoming, fails, full)
        request = post(("a", b"x" * 3_000_000))
        upload = request.FILES["file"]
        assert (upload.problem, upload.size) == (NOT_STORED, 3_000_000)
        assert request.POST["before"] == "typed"
        assert not left_on_disk(sealed_root)

    def test_a_folder_that_can_not_be_made_keeps_what_was_typed(self, settings, sealed_root, tmp_path):
        (tmp_path / "file").write_text("in the way")
        settings.SEALED_ROOT = tmp_path / "file" / "sealed"
        request = post(("a", b"x"))
        assert request.FILES["file"].problem == NOT_STORED
        assert request.POST["before"] == "typed"

    def test_a_body_that_ends_too_early_leaves_nothing(self, sealed_root):
        whole = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + CANARY * 50_000
        request = raw_request(whole, length=len(whole) + 1000)
        assert not request.FILES
        request.close()
        assert not left_on_disk(sealed_root)

    def test_a_connection_that_breaks_leaves_nothing(self, sealed_root):
        class Breaking:
            sent = 0

            def read(self, size=-1):
                self.sent += 1
                if self.sent > 20:
                    raise OSError("connection reset")
                head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
                return head if self.sent == 1 else CANARY * 1000

        request = raw_request(b"replaced below")
        request.META["CONTENT_LENGTH"] = str(10**8)
        request._stream = Breaking()
        with pytest.raises((UnreadablePostError, OSError)):
            request.FILES  # noqa: B018
        del request
        gc.collect()  # what the failed request left behind goes with it
        assert not left_on_disk(sealed_root)

    def test_ten_thousand_parts_are_refused_and_leave_nothing(self, sealed_root):
        from django.core.exceptions import TooManyFilesSent

        part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n'
        request = raw_request(part * 10_000 + b"--b--\r\n")
        with pytest.raises(TooManyFilesSent):
            request.FILES  # noqa: B018
        del request
        gc.collect()
        assert not left_on_disk(sealed_root)

    @pytest.mark.parametrize("after", [100_000, 3_000_000, 20_000_000])
    def test_a_killed_process_leaves_ciphertext_only(self, tmp_path, after):
        data, temp = tmp_path / "data", tmp_path / "temp"
        for folder in (data, temp):
            folder.mkdir()
        environment = {**os.environ, "HEARD_DATA": str(data), "TMPDIR": str(temp)}
        command = [sys.executable, "-m", "tests.vault.uploading", str(after)]
        done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, check=False)
        assert done.returncode == -9, done.stderr[-500:]
        found = [p for folder in (data, temp) for p in folder.rglob("*") if p.is_file()]
        parts = [p for p in found if p.suffix == ".part"]
        assert len(parts) == 1
        for path in found:
            raw = path.read_bytes()
            assert b"CANARY" not in raw
            assert CANARY[:12].hex().encode() not in raw
            assert "CANARY" not in path.name


def test_there_is_no_other_handler():
    assert django_settings.FILE_UPLOAD_HANDLERS == ["vault.uploadhandler.SealingUploadHandler"]
