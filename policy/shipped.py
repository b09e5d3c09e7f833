"""Reading the YAML files that come with the software."""

from pathlib import Path

import yaml

# The same rules as the plain safe loader, read by the C library where it is there: a profile in a twentieth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path):
    """What stands in a file of ours."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader either way
