#!/usr/bin/env python3
"""Check a bundle of evidence outside the portal.  核对证据包（无需联网，无需安装其他软件）。

    python3 check_bundle.py BUNDLE.zip      or, after unpacking,      python3 check_bundle.py FOLDER

Needs Python 3.8 or newer and nothing else. Every file is read and its SHA-256 compared with manifest.json; what does not hold is named.
The last line gives the SHA-256 of manifest.json itself: it stands in the portal's record of the export, which nobody can change, so a
manifest that was exchanged shows there. Ends with 0 when everything holds, else with 1.
"""

import argparse
import hashlib
import json
import sys
import zipfile
from pathlib import Path, PurePosixPath

MANIFEST = "manifest.json"
BLOCK = 1024 * 1024


class Folder:
    def __init__(self, path):
        self.path = path

    def names(self):
        return sorted(p.relative_to(self.path).as_posix() for p in self.path.rglob("*") if p.is_file())

    def open(self, name):
        return (self.path / name).open("rb")


class Zip:
    def __init__(self, path):
        self.archive = zipfile.ZipFile(path)

    def names(self):
        return sorted(info.filename for info in self.archive.infolist() if not info.is_dir())

    def open(self, name):
        return self.archive.open(name)


def fingerprint(source, name):
    digest, length = hashlib.sha256(), 0
    with source.open(name) as file:
        while True:
            block = file.read(BLOCK)
            if not block:
                return digest.hexdigest(), length
            digest.update(block)
            length += len(block)


def is_plain(name):
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


def check_file(source, names, entry, what):
    """What is wrong with one file of the manifest, in both languages; nothing when it holds."""
    name = entry.get("file", "")
    if not is_plain(name):
        return f"{what}: not a plain file name  文件名异常"
    if names.count(name) > 1:
        return f"{what}: {name} is in the bundle twice  文件重复"
    if name not in names:
        return f"{what}: {name} is missing  文件缺失"
    try:
        digest, length = fingerprint(source, name)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        return f"{what}: {name} can't be read ({type(error).__name__})  文件无法读取"
    if length != entry.get("length"):
        return f"{what}: {name} has {length} bytes, not {entry.get('length')}  大小不符"
    if digest != entry.get("sha256"):
        return f"{what}: {name} is not what was taken in, its SHA-256 is {digest}  内容与入库时不符"
    return ""


def check_items(items):
    """Whether the numbers and the links between originals and copies make sense."""
    numbers = [item.get("number") for item in items]
    for number in sorted({str(n) for n in numbers if numbers.count(n) > 1}):
        yield f"{number}: listed twice  编号重复"
    for item in items:
        origin = item.get("derived_from")
        if origin is not None and origin not in numbers:
            yield f"{item.get('number')}: made from {origin}, which is not in the bundle  缺少原件"
        if origin is not None and origin == item.get("number"):
            yield f"{item.get('number')}: made from itself  原件指向自身"


def check(source):
    """Yield (holds, line) for everything there is."""
    names = source.names()
    if names.count(MANIFEST) != 1:
        yield False, "manifest.json is missing  缺少 manifest.json"
        return
    try:
        with source.open(MANIFEST) as file:
            manifest = json.loads(file.read().decode())
        items, others = manifest["items"], manifest["others"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile):
        yield False, "manifest.json can't be read  manifest.json 无法读取"
        return
    known = {MANIFEST}
    for problem in check_items(items):
        yield False, problem
    for item in items:
        what = str(item.get("number"))
        if item.get("file") is None:
            yield True, f"{what}: kept elsewhere, nothing to check  实物另存，无文件可核对"
            continue
        known.add(item["file"])
        problem = check_file(source, names, item, what)
        yield not problem, problem or f"{what}: {item['file']}"
    for other in others:
        known.add(other.get("file"))
        problem = check_file(source, names, other, str(other.get("file")))
        yield not problem, problem or str(other["file"])
    for name in names:
        if name not in known:
            yield False, f"{name}: not in the manifest  清单之外的文件"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    path = parser.parse_args().bundle
    try:
        source = Folder(path) if path.is_dir() else Zip(path)
        results = list(check(source))
    except (OSError, zipfile.BadZipFile) as error:
        sys.stdout.write(f"The bundle can't be read ({type(error).__name__}).  无法读取证据包。\n")
        return 1
    failed = [line for holds, line in results if not holds]
    for holds, line in results:
        sys.stdout.write(f"{'ok     ' if holds else 'FAILED '} {line}\n")
    if failed:
        sys.stdout.write(f"\n{len(failed)} thing(s) do not hold.  有 {len(failed)} 处不符。\n")
    else:
        sys.stdout.write("\nEverything holds.  全部相符。\n")
    if MANIFEST in source.names():
        sys.stdout.write(f"SHA-256 of manifest.json: {fingerprint(source, MANIFEST)[0]}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
