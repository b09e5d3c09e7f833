"""Reading a file that SQLite has open.

Never in this process: closing it would drop SQLite’s own locks on it, and a process that ends then would take our write-ahead log away.
"""

import subprocess
from pathlib import Path


def on_disk(path: Path) -> bytes:
    """The bytes of `path` as they are on the disk; nothing when the file has just gone."""
    return subprocess.run(["cat", "--", str(path)], capture_output=True, check=False).stdout
