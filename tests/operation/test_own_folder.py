"""Tests run in several processes side by side: what one of them clears away is never another one's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[2]
ASK = "import django; django.setup(); from django.conf import settings; print(settings.HEARD_DATA)"


def folder(**environment: str) -> str:
    known = {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
    environment = known | {"DJANGO_SETTINGS_MODULE": "config.settings_test"} | environment
    return subprocess.run([sys.executable, "-c", ASK], cwd=BASE, env=environment, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(("given", "worker", "used"), [("", "gw0", "gw0"), ("", "gw1", "gw1"), ("gw1", "gw1", "gw1"), ("", "", "")])
def test_each_process_has_one_and_what_it_starts_stays_there(tmp_path, given, worker, used):
    assert folder(HEARD_DATA=str(tmp_path / given), PYTEST_XDIST_WORKER=worker) == str(tmp_path / used)
