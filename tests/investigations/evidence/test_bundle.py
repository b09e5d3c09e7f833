"""The bundle: checked outside the portal by its own script, by an interpreter that knows nothing of the portal (C11)."""

import io
import json
import subprocess
import sys
import zipfile

import pytest

from audit.models import Entry
from investigations.services import bundling, evidence
from tests.investigations.evidence.test_register import ORIGINAL, body, take
from vault import storage
from vault.zipping import zipped

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def checked(path, where):
    """What the script inside the bundle says of it: (exit code, words)."""
    script = where / "check_bundle.py"
    script.write_bytes(bundling.SCRIPT.read_bytes())
    # Isolated and elsewhere: nothing of the portal can be imported.
    done = subprocess.run([sys.executable, "-I", str(script), str(path)], cwd=where, capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.decode()


@pytest.fixture
def bundle(handler_desk, by, given, now, tmp_path):
    """A bundle with an original, a file of the reporter, a copy written here and a thing kept elsewhere, as a page hands it out."""
    take(by, now, detail={"name": "<script>alert(1)</script> 门禁"})
    evidence.take_in(**by, detail={"name": "chat"}, obtained_at=now, token="t2", attachment=given)
    evidence.derive(**by, number=2, derivation="translation", detail={"name": "chat, in English"}, token="t3", text="no means no")
    evidence.take_in(**by, detail={"name": "coat", "kept_where": "safe"}, obtained_at=now, token="t4")
    answer = handler_desk.post("evidence/bundle/")
    assert answer.streaming and answer.headers["Content-Type"] == "application/octet-stream"
    path = tmp_path / "bundle.zip"
    path.write_bytes(body(answer))
    return path


def rewritten(bundle, tmp_path, change):
    """A copy of the bundle whose members went through `change(name, data)`; None leaves one out."""
    path = tmp_path / "changed.zip"
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return path


def test_the_bundle_holds_and_says_what_does_not(bundle, handler_desk, tmp_path):
    code, words = checked(bundle, tmp_path)
    assert code == 0 and "Everything holds" in words, words
    with zipfile.ZipFile(bundle) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        manifest = archive.read("manifest.json")
        assert archive.read("originals/E-1.bin") == ORIGINAL
        assert archive.read("originals/E-2.txt") == b"reporter's original"
        assert archive.read("copies/E-3.txt") == b"no means no"
        index = {lang: archive.read(f"index.{lang}.html").decode() for lang in ("en", "zh-hans")}
        archive.extractall(tmp_path / "folder")
    assert {"manifest.json", "check_bundle.py", "index.en.html", "index.zh-hans.html"} < set(names) and len(names) == 7
    items = json.loads(manifest)["items"]
    assert [(each["number"], each["derived_from"]) for each in items] == [("E-1", None), ("E-2", None), ("E-3", "E-2"), ("E-4", None)]
    assert items[3]["file"] is None and items[3]["kept_where"] == "safe"
    assert "Confidential · printed by Xu Ning" in index["en"] and "Xu Ning" in index["zh-hans"] and 'lang="zh-hans"' in index["zh-hans"]
    assert "<script>" not in index["en"] and "&lt;script&gt;" in index["en"]
    # What the script prints last is what stands in the record, which nobody can change.
    recorded = Entry.objects.get(action="exported_evidence").facts
    assert recorded["items"] == 4 and f"manifest.json: {recorded['manifest']}" in words
    assert recorded["manifest"] in handler_desk.get("evidence/").content.decode()
    assert checked(tmp_path / "folder", tmp_path)[0] == 0

    changes = {
        "originals/E-1.bin is not what was taken in": lambda name, data: data[:-1] + b"x" if name == "originals/E-1.bin" else data,
        "originals/E-2.txt has 18 bytes": lambda name, data: data[:-1] if name == "originals/E-2.txt" else data,
        "copies/E-3.txt is missing": lambda name, data: None if name == "copies/E-3.txt" else data,
        "manifest.json is missing": lambda name, data: None if name == "manifest.json" else data,
        "manifest.json can't be read": lambda name, data: b"[]" if name == "manifest.json" else data,
        "index.en.html is not what was taken in": lambda name, data: data.replace(b"E-1", b"E-9") if name == "index.en.html" else data,
        "made from E-2, which is not in the bundle": lambda name, data: _without_e2(data) if name == "manifest.json" else data,
        "not a plain file name": lambda name, data: data.replace(b"copies/E-3.txt", b"../../E-3.txt") if name == "manifest.json" else data,
    }
    for said, change in changes.items():
        code, words = checked(rewritten(bundle, tmp_path, change), tmp_path)
        assert code == 1 and said in words, (said, words)
    (tmp_path / "folder" / "extra.txt").write_text("slipped in")
    code, words = checked(tmp_path / "folder", tmp_path)
    assert code == 1 and "extra.txt: not in the manifest" in words
    (tmp_path / "cut.zip").write_bytes(bundle.read_bytes()[:-40])
    assert checked(tmp_path / "cut.zip", tmp_path)[0] == 1


def _without_e2(manifest: bytes) -> bytes:
    data = json.loads(manifest)
    data["items"] = [each for each in data["items"] if each["number"] != "E-2"]
    return json.dumps(data).encode()


def test_one_damaged_file_costs_no_other_and_is_found(by, now, tmp_path):
    item = take(by, now)
    take(by, now, token="t2", data=b"whole")
    path = storage.path_of(item.file.storage_name)
    stored = bytearray(path.read_bytes())
    stored[len(stored) // 2] ^= 1
    path.write_bytes(stored)
    made = bundling.export(**by)
    (tmp_path / "b.zip").write_bytes(b"".join(made.chunks))
    code, words = checked(tmp_path / "b.zip", tmp_path)
    assert code == 1 and "E-1: originals/E-1.bin has" in words and "ok      E-2: originals/E-2.txt" in words


def test_a_large_bundle_passes_through_in_pieces(now):
    """However long the members are, hardly more than one block is in memory at a time."""
    block = b"x" * (1 << 20)
    sizes, total = [], 0
    for chunk in zipped([("a", (block for _ in range(40))), ("b", iter([b"end"]))], now):
        sizes.append(len(chunk))
        total += len(chunk)
    assert max(sizes) < 2 * len(block) and total > 40 * len(block)


def test_the_stream_is_a_zip_that_others_read(now):
    data = b"".join(zipped([("a.txt", iter([b"one", b"two"])), ("empty", iter(()))], now))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"a.txt": b"onetwo", "empty": b""}
