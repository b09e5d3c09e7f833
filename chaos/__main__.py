"""`make chaos`: break things, look at what was promised, print a table. The exit code is 1 when something did not hold.

python -m chaos [embedded|servers] [FAULT …]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from chaos import faults, servers
from chaos.faults import World
from chaos.mail import MailServer
from chaos.portal import Portal
from chaos.ports import free_port

REPORTERS = 3
# Megabytes of the embedded world's volume: room for the demonstration and some hundred reports.
VOLUME_MB = 160
WARM_UP_SECONDS = 4


def main(arguments: list[str]) -> int:
    if arguments:
        return one_world(arguments[0], arguments[1:])
    worlds = ["embedded"]
    if lacking := servers.missing():
        print(f"servers: left out, not installed here: {lacking}")
    else:
        worlds.append("servers")
    # One process each: Django reads its settings once.
    codes = [subprocess.run([sys.executable, "-m", "chaos", world], check=False).returncode for world in worlds]
    return 1 if any(codes) else 0


def one_world(name: str, chosen: list[str]) -> int:
    folder = Path(tempfile.mkdtemp(prefix=f"heard-chaos-{name}-"))
    # A cluster runs as another user below it.
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir(mode=0o700)
    with ExitStack() as ends:
        ends.callback(shutil.rmtree, folder, ignore_errors=True)
        world = _world(name, folder, data, ends)
        print(f"{name}: preparing the demonstration …", flush=True)
        ends.callback(world.portal.stop)
        world.portal.start()
        os.environ |= world.portal.environment
        import django

        django.setup()
        wanted = {"embedded": faults.EMBEDDED, "servers": faults.SERVERS}[name]
        return _run(name, world, [each for each in wanted if not chosen or each.__name__ in chosen])


def _mount(data: Path) -> bool:
    """A small volume of its own, where mounting is allowed; otherwise the size of files is limited instead (`faults.volume_full`)."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={VOLUME_MB}m,mode=0700", "none", str(data)]
    done = subprocess.run(command, check=False, capture_output=True) if os.geteuid() == 0 else None
    return done is not None and done.returncode == 0


def _world(name: str, folder: Path, data: Path, ends: ExitStack) -> World:
    """Everything around the portal, running; `ends` stops it."""
    mail, postgres, redis, settings, mounted = MailServer(free_port()), None, None, {}, False
    mail.start()
    ends.callback(mail.stop)
    if name == "servers":
        postgres, redis = servers.Postgres(folder / "postgres"), servers.Redis()
        for server in (postgres, redis):
            server.start()
            ends.callback(server.stop)
        postgres.make_databases()
        settings = {"DATABASE_URL": postgres.url("heard"), "SHRED_DATABASE_URL": postgres.url("heard_shred")}
        settings |= {"CELERY_BROKER_URL": redis.url(0), "CACHE_URL": redis.url(1)}
    elif mounted := _mount(data):
        ends.callback(subprocess.run, ["umount", str(data)], check=False)
    return World(Portal(data, mail.port, settings), mail, postgres, redis, small_volume=mounted)


def _run(name: str, world: World, wanted: list[faults.Fault]) -> int:
    from django.db import connections

    from chaos import promises
    from chaos.people import Handler, Load, Reporter
    from complaints.models import Complaint

    world.file_in_the_past(5)
    failed = 0
    print(f"{name:<10} {'what broke':<30} {'filed':>6} {'written':>8} {'answered':>9} {'asked again':>12}  what was promised", flush=True)
    for fault in wanted:
        started = time.monotonic()
        connections.close_all()
        others = Complaint.objects.count() - world.from_the_past
        reporters = [Reporter(world.portal.url) for _ in range(REPORTERS)]
        handler = Handler(world.portal.url, world.portal.accounts()["lin.mei"])
        with Load(*reporters, handler) as load:
            time.sleep(WARM_UP_SECONDS)
            fault(world)
            time.sleep(WARM_UP_SECONDS)
        reports = [report for reporter in reporters for report in reporter.reports]
        # What comes up after all of it is looked at too.
        world.file_in_the_past(1)
        found = load.broken + [error for person in reporters for browser in person.browsers for error in browser.errors]
        found += handler.browser.errors + promises.wait_until_quiet(world.portal)
        found += promises.broken(world.portal, reports, handler.answers, others + world.from_the_past, world.mail, world.repeats)
        failed += bool(found)
        refused = sum(b.refused for person in reporters for b in person.browsers) + handler.browser.refused
        written = sum(len(report.messages) for report in reports)
        print(
            f"{name:<10} {fault.__name__.replace('_', ' '):<30} {len(reports):>6} {written:>8} {len(handler.answers):>9} {refused:>12}  "
            f"{'kept' if not found else 'BROKEN'} ({time.monotonic() - started:.0f} s)",
            flush=True,
        )
        for each in dict.fromkeys(found):
            print(f"           - {each}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
