"""`make run`: prepare the data folder, then start web, worker and beat under supervisor, which starts again whatever dies.

A second start finds everything prepared and takes seconds. Ctrl-C stops all of it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("HEARD_DATA", BASE / "var")).resolve()
PORT = os.environ.get("PORT", "8000")
DEMO = os.environ.get("HEARD_DEMO", "0") not in ("0", "", "false")
BIN = Path(sys.executable).parent

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


def manage(*args: str) -> None:
    subprocess.run([sys.executable, "manage.py", *args], cwd=BASE, check=True)


def prepare() -> None:
    """Make what is missing: folders, keys, databases, static files, the demonstration organisation."""
    for folder in ("", "sealed", "cache", "mail", "static"):
        (DATA / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    manage("create_keys")
    manage("migrate", "--noinput", "-v", "0")
    manage("migrate", "--database", "shred_keys", "--noinput", "-v", "0")
    manage("collectstatic", "--noinput", "-v", "0")
    if DEMO:
        manage("load_demo")


def programs() -> str:
    """Return the supervisor sections of the three processes."""
    commands = {
        "web": f"{BIN}/gunicorn config.wsgi --bind 0.0.0.0:{PORT} --worker-class gthread --workers 2 --threads 4 "
        "--no-control-socket --timeout 120 --log-level warning",
        # One process with threads: forked workers on an embedded broker hang when an idle child is killed.
        "worker": f"{BIN}/celery -A config worker -P threads -c 2 --without-gossip --without-mingle -l warning",
        "beat": f"{BIN}/celery -A config beat -s {DATA}/beat-schedule --pidfile= -l warning",
    }
    return "".join(PROGRAM.format(name=name, command=command.replace("%", "%%"), base=BASE) for name, command in commands.items())


def announce() -> None:
    address = f"http://localhost:{PORT}"
    print(f"\nHeard is starting at {address}\n")
    accounts = DATA / "demo.json"
    if DEMO and accounts.exists():
        demo = json.loads(accounts.read_text(encoding="utf-8"))
        print(f"  Report something   {address}/r/\n  Follow up          {address}/f/\n  Sign in            {address}/a/login/\n")
        for account in demo["accounts"]:
            print(f"  {account['role']:<18} {account['email']:<34} {account['password']:<20} passphrase: {account.get('passphrase', '-')}")
        print(f"\n  All of it: {accounts}\n  Mail that would be sent: {DATA / 'mail'}\n")
    elif not DEMO:
        print(f"  An empty installation. In another window: {sys.executable} manage.py setup\n")
    print("  Ctrl-C stops everything.\n", flush=True)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    prepare()
    announce()
    config = DATA / "supervisord.conf"
    config.write_text(SUPERVISOR.format(data=DATA, programs=programs()), encoding="utf-8")
    os.execv(BIN / "supervisord", [str(BIN / "supervisord"), "-n", "-c", str(config)])  # noqa: S606


if __name__ == "__main__":
    main()
