"""A PostgreSQL cluster and a Redis of this run alone, below its folder; stopped with it."""

import glob
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from chaos.ports import free_port, listens


def missing() -> str:
    """What is not installed here; "" when both are."""
    lacking = [name for name in ("initdb", "pg_ctl") if not _program(name)]
    lacking += [] if shutil.which("redis-server") else ["redis-server"]
    return ", ".join(lacking)


def _program(name: str) -> str | None:
    """Debian keeps the programs of a cluster off everybody's PATH."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return shutil.which(name) or (found[-1] if found else None)


class Postgres:
    """PostgreSQL refuses to run as root; then it runs as `postgres`."""

    def __init__(self, folder: Path):
        self.port, self._data = free_port(), folder / "data"
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        folder.mkdir()
        if self._as:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-D", str(self._data), "-U", "heard", "-A", "trust", "--no-sync", "-E", "UTF8")
        self._options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"

    def make_databases(self) -> None:
        for name in ("heard", "heard_shred"):
            self.sql(f"CREATE DATABASE {name}")

    def url(self, name: str) -> str:
        return f"postgres://heard@127.0.0.1:{self.port}/{name}"

    def sql(self, statement: str) -> None:
        """Run one statement as the owner of the cluster, outside the portal."""
        import psycopg2

        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="heard", dbname="postgres")
        try:
            # A database is made outside any transaction.
            connection.autocommit = True
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def cut(self) -> None:
        """End every connection of the portal, whatever it is doing."""
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'heard%' AND pid <> pg_backend_pid()")

    def start(self) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-o", self._options, "-w", "-l", "/dev/null", "start")

    def stop(self) -> None:
        """As if the power had gone: nothing is written any more."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run([*self._as, _program(name), *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


class Redis:
    """Keeps nothing on disk: whatever it held is gone when it stops."""

    def __init__(self):
        self.port = free_port()

    def url(self, number: int) -> str:
        return f"redis://127.0.0.1:{self.port}/{number}"

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"]
        self._process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL, cwd="/tmp")
        while not listens(self.port):
            time.sleep(0.05)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(20)

    def flush(self) -> None:
        import redis

        redis.Redis(port=self.port).flushall()
