"""`make run`: prepare the data folder, then start web, worker and beat under supervisor, which starts again whatever dies.

A second start finds everything prepared and takes seconds. Ctrl-C stops all of it.
"""

import fcntl
import hashlib
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("HEARD_DATA", BASE / "var")).resolve()
PORT = os.environ.get("PORT", "8000")
DEMO = os.environ.get("HEARD_DEMO", "0") not in ("0", "", "false")
BIN = Path(sys.executable).parent
DATABASES = ("heard.sqlite3", "shred-keys.sqlite3")

SUPERVISOR = """[supervisord]
nodaemon=true
logfile=/dev/null
logfile_maxbytes=0
pidfile={data}/supervisord.pid
silent=true

{programs}"""
PROGRAM = """[program:{name}]
command={command}
directory={base}
autorestart=true
startsecs=1
startretries=20
stopasgroup=true
killasgroup=true
stdout_logfile=/dev/fd/1
stdout_logfile_maxbytes=0
redirect_stderr=true

"""


def refuse_early() -> None:
    """Say what is in the way before anything is touched: a bad port, a port in use, another `make run` on the same data."""
    if not PORT.isdecimal() or not 0 < int(PORT) < 65536:
        sys.exit(f"PORT={PORT} is not a port. Use a number from 1 to 65535, for instance: make run PORT=8001")
    DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(DATA / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"Heard is running on {DATA} already. Stop it there first, or use another folder: HEARD_DATA=/some/folder make run")
    # Held by the supervisor for as long as it lives.
    os.set_inheritable(lock, True)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", int(PORT)))  # noqa: S104 - the same address as the web process
        except OSError as error:
            sys.exit(f"Port {PORT} can't be used ({error.strerror}). Choose another one: make run PORT={int(PORT) % 65535 + 1}")


def prepare() -> None:
    """Make what is missing: folders, keys, databases, static files, the demonstration organisation."""
    for folder in ("sealed", "cache", "mail", "static"):
        (DATA / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = DATA / "prepared"
    if mark.exists() and mark.read_text() == fingerprint():
        return
    # A process of its own: settings read the keys that this makes.
    subprocess.run([sys.executable, "manage.py", "create_keys"], cwd=BASE, check=True)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("migrate", database="shred_keys", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if DEMO:
        call_command("load_demo")
    mark.write_text(fingerprint())


def fingerprint() -> str:
    """What a prepared folder was prepared from. Another version of the code, or a database file put in its place, gives another one."""
    if os.environ.get("DATABASE_URL"):
        return "a database elsewhere is looked at on every start"
    sources = [BASE / "requirements.txt", *BASE.glob("*/migrations/*.py"), *BASE.glob("demo/*"), *BASE.glob("static/**/*")]
    seen = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(sources) if path.is_file()]
    made = [(name, (DATA / name).stat().st_ino if (DATA / name).exists() else 0) for name in DATABASES]
    return hashlib.sha256(repr((seen, made, DEMO)).encode()).hexdigest()


def web_command(bind: str) -> list[str]:
    """The web process, listening on `bind` (address:port): one process a core, with threads so that a slow upload holds up nobody."""
    options = "--worker-class gthread --workers 2 --threads 4 --preload --no-control-socket --timeout 120 --log-level warning"
    return [f"{BIN}/gunicorn", "config.wsgi", "--bind", bind, *options.split()]


def programs() -> str:
    """Return the supervisor sections of the three processes."""
    commands = {
        "web": " ".join(web_command(f"0.0.0.0:{PORT}")),
        # One process with threads: forked workers on an embedded broker hang when an idle child is killed.
        "worker": f"{BIN}/celery -A config -q worker -P threads -c 2 --without-gossip --without-mingle -l warning",
        "beat": f"{BIN}/celery -A config -q beat -s {DATA}/beat-schedule --pidfile= -l warning",
    }
    return "".join(PROGRAM.format(name=name, command=command.replace("%", "%%"), base=BASE) for name, command in commands.items())


def announce() -> None:
    """Print where to look and, in the demonstration, who may sign in."""
    address = f"http://localhost:{PORT}"
    print(f"\nHeard is starting at {address}{_from_a_phone()}\n")
    accounts = DATA / "demo.json"
    if DEMO and accounts.exists():
        demo = json.loads(accounts.read_text(encoding="utf-8"))
        print(f"  Report something   {address}/r/\n  Follow up          {address}/f/\n  Sign in            {address}/a/login/\n")
        for account in demo["accounts"]:
            print(f"  {account['role']:<18} {account['email']:<34} {account['password']:<20} passphrase: {account.get('passphrase', '-')}")
        print(f"\n  All of it: {accounts}\n  Mail that would be sent: {DATA / 'mail'}\n")
    elif not DEMO:
        print(f"  Sign in            {address}/a/login/")
        print(f"  Set up, or add accounts, in another window:\n    {_setup_command()}")
        print(f"  Mail is not sent; it is kept in {DATA / 'mail'}\n")
    print("  Ctrl-C stops everything.\n", flush=True)


def _setup_command() -> str:
    elsewhere = "" if DATA == BASE / "var" else f"HEARD_DATA={DATA} "
    return f"{elsewhere}{sys.executable} {BASE / 'manage.py'} setup"


def _from_a_phone() -> str:
    """The address in the local network, for trying it on a phone; nothing where there is no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: this only asks which address the machine would use.
            probe.connect(("192.0.2.1", 9))
            own = probe.getsockname()[0]
        except OSError:
            return ""
    return f"\n  from a phone in the same network: http://{own}:{PORT}" if not own.startswith("127.") else ""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    refuse_early()
    prepare()
    announce()
    config = DATA / "supervisord.conf"
    config.write_text(SUPERVISOR.format(data=DATA, programs=programs()), encoding="utf-8")
    os.execv(BIN / "supervisord", [str(BIN / "supervisord"), "-n", "-c", str(config)])  # noqa: S606


if __name__ == "__main__":
    main()
