"""The server keys file is refused unless it is complete and nobody else's to read."""

import os
import stat

import pytest

from vault import keysfile
from vault.errors import KeysFileError


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "keys.toml"
    keysfile.generate(path)
    return path


def rewrite(path, change) -> None:
    path.chmod(0o600)
    path.write_text(change(path.read_text()))


def entry(**fields) -> str:
    return "\n[[key]]\n" + "\n".join(f'{name} = "{value}"' for name, value in fields.items()) + "\n"


def secret_line(text: str, number: int) -> str:
    return [line for line in text.splitlines() if line.startswith("secret")][number]


def test_a_fresh_file_is_private_and_complete(path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    keys = keysfile.load(path)
    secrets = {keys.active(purpose).secret for purpose in keysfile.PURPOSES}
    assert len(secrets) == len(keysfile.PURPOSES)
    assert {len(secret) for secret in secrets} == {32}


def test_two_files_differ(path, tmp_path):
    keysfile.generate(tmp_path / "other.toml")
    assert keysfile.load(path).active("pepper").secret != keysfile.load(tmp_path / "other.toml").active("pepper").secret


def test_an_existing_file_is_never_replaced(path):
    with pytest.raises(FileExistsError):
        keysfile.generate(path)


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o420, 0o410, 0o644, 0o666])
def test_a_file_open_to_others_is_refused(path, mode):
    path.chmod(mode)
    with pytest.raises(KeysFileError, match="open to its group"):
        keysfile.load(path)


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o400)
    for path in (tmp_path / "none", tmp_path, tmp_path / "pipe"):
        with pytest.raises(KeysFileError):
            keysfile.load(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: "not toml [",
        lambda t: "\x00",
        lambda t: t.replace("version = 1", "version = 2"),
        lambda t: "version = 1\nkey = 3\n",
        lambda t: t.replace('purpose = "session"', 'purpose = "sessions"'),
        lambda t: t.replace('purpose = "session"', 'purpose = "lookup"'),
        lambda t: t.replace('state = "active"', 'state = "live"', 1),
        lambda t: t.replace('state = "active"', 'state = "read-only"', 1),
        lambda t: t.replace('state = "active"', 'state = "destroyed"', 1),
        lambda t: t.replace(secret_line(t, 0), 'secret = "c2hvcnQ="'),
        lambda t: t.replace(secret_line(t, 0), 'secret = "' + "A" * 43 + '="'),
        lambda t: t.replace(secret_line(t, 0), 'secret = "?"'),
        lambda t: t.replace(secret_line(t, 0), "secret = 5"),
        lambda t: t.replace(secret_line(t, 0), secret_line(t, 1)),
        lambda t: t.replace('id = "pepper-1"', 'id = ""'),
        lambda t: t.replace('id = "pepper-1"', 'id = "pepper-1"\nextra = 1'),
        lambda t: t + entry(purpose="pepper", id="pepper-1", state="destroyed"),
        lambda t: t.replace("[[key]]", "[[keys]]"),
    ],
)
def test_an_incomplete_or_malformed_file_is_refused(path, change):
    rewrite(path, change)
    with pytest.raises(KeysFileError):
        keysfile.load(path)


def test_an_error_never_quotes_the_file(path):
    rewrite(path, lambda t: t.replace('state = "active"', 'state = "CANARY"', 1))
    with pytest.raises(KeysFileError) as caught:
        keysfile.load(path)
    assert "CANARY" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_earlier_key_still_opens_and_the_active_one_comes_first(path, tmp_path):
    other = tmp_path / "other.toml"
    keysfile.generate(other)
    earlier = secret_line(other.read_text(), 0).split('"')[1]
    rewrite(path, lambda t: t + entry(purpose="pepper", id="pepper-0", state="read-only", secret=earlier))
    keys = keysfile.load(path)
    assert [key.id for key in keys.readable("pepper")] == ["pepper-1", "pepper-0"]
    old = keys.by_id("pepper", "pepper-0")
    assert keys.by_short_id("pepper", old.short_id) is old


def test_a_destroyed_key_is_gone(path):
    rewrite(path, lambda t: t + entry(purpose="pepper", id="pepper-0", state="destroyed"))
    with pytest.raises(KeysFileError):
        keysfile.load(path).by_id("pepper", "pepper-0")


def test_keys_do_not_show_themselves(path):
    keys = keysfile.load(path)
    assert repr(keys) == "<ServerKeys>"
    assert repr(keys.active("pepper")) == "<ServerKey>"


def test_the_process_reads_the_file_once(path, settings):
    settings.HEARD_KEYS_FILE = path
    assert keysfile.server_keys() is keysfile.server_keys()
