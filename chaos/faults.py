"""What breaks. Each fault is a function of the world; it returns when everything that it broke is whole again."""

import errno
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chaos import promises
from chaos.mail import MailServer
from chaos.portal import Portal
from chaos.servers import Postgres, Redis

HELD_SECONDS = 8
ROUND_SECONDS = 22


@dataclass
class World:
    """One installation and what may be broken in it. `repeats`: mails whose sender died before it could mark them."""

    portal: Portal
    mail: MailServer
    postgres: Postgres | None = None
    redis: Redis | None = None
    # Whether the folder is a volume of its own, small enough to be filled.
    small_volume: bool = False
    repeats: int = 0
    # Reports that nobody got a receipt for: filed as if it had been days ago.
    from_the_past: int = 0

    def file_in_the_past(self, count: int) -> None:
        """Make `count` reports in which everything is late at once."""
        promises.file_in_the_past(count, days=5)
        self.from_the_past += count


def broker_files_deleted(world: World) -> None:
    """The embedded broker's files vanish under the running worker and beat."""
    for path in world.portal.data.glob("broker.sqlite3*"):
        path.unlink()
    time.sleep(ROUND_SECONDS)


def worker_killed_while_sending(world: World) -> None:
    """`kill -9` of the worker after the mail server took a mail and before the worker knows it."""
    world.mail.stalls.set()
    world.file_in_the_past(2)
    if not world.mail.waiting.wait(90):
        raise RuntimeError("no mail was sent in 90 seconds")
    world.portal.kill("worker")
    world.mail.stalls.clear()
    time.sleep(2)
    world.repeats += promises.lapse_leases()


def everything_killed(world: World) -> None:
    """`kill -9` of web, worker and beat, three times."""
    for _ in range(3):
        for kind in ("web", "worker", "beat"):
            world.portal.kill(kind)
        time.sleep(5)


def three_beats(world: World) -> None:
    """Two schedulers more than there should be, while much is late."""
    more = [world.portal.another_beat(number) for number in (2, 3)]
    world.file_in_the_past(5)
    time.sleep(ROUND_SECONDS * 2)
    for process in more:
        process.terminate()
        process.wait(30)


def volume_full(world: World) -> None:
    """No byte is free any more where databases, broker and sealed files lie. Without a volume of our own, no file may grow."""
    if world.small_volume:
        ballast = world.portal.data / "ballast"
        _fill(ballast)
        time.sleep(HELD_SECONDS)
        ballast.unlink()
        return
    pids = [pid for kind in ("web", "worker", "beat") for pid in world.portal.processes(kind)]
    before = {}
    for pid in pids:
        soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        before[pid] = (soft, hard)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))
    time.sleep(HELD_SECONDS)
    for pid, limits in before.items():
        try:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
        except ProcessLookupError:
            continue


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def redis_flushed(world: World) -> None:
    """Broker and cache are emptied under the running processes, then stopped for a while and started empty."""
    world.redis.flush()
    time.sleep(2)
    world.redis.stop()
    time.sleep(HELD_SECONDS)
    world.redis.start()


def connections_cut(world: World) -> None:
    """The database server ends every connection, again and again."""
    for _ in range(10):
        world.postgres.cut()
        time.sleep(1)


def database_restarted(world: World) -> None:
    """The database server dies in the middle of everything, is gone for a while and comes back."""
    for away in (0, HELD_SECONDS):
        world.postgres.stop()
        time.sleep(away)
        world.postgres.start()
        time.sleep(3)


Fault = Callable[[World], None]
EVERYWHERE: list[Fault] = [worker_killed_while_sending, three_beats, everything_killed]
EMBEDDED: list[Fault] = [broker_files_deleted, *EVERYWHERE, volume_full]
SERVERS: list[Fault] = [redis_flushed, connections_cut, *EVERYWHERE, database_restarted]
