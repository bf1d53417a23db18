"""A real PostgreSQL server for the tests: its own cluster in a temporary directory, reached by a Unix socket."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_USER = "postgres"


def binaries() -> Path | None:
    """The directory of the newest installed server's programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    which = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(which).resolve().parent if which else None


def _memory() -> Path | None:
    """A file system in memory with room enough: a killed process leaves the same there, and waiting for a disk proves nothing."""
    shm = Path("/dev/shm")
    return shm if shm.is_dir() and shutil.disk_usage(shm).free > 2 << 30 else None


class Cluster:
    """One server; `url()` gives a fresh database in it."""

    def __init__(self, bin_dir: Path) -> None:
        self.bin = bin_dir
        self.as_root = os.geteuid() == 0
        # A socket's path may not exceed some hundred characters, so the directory is not pytest's.
        self.root = Path(tempfile.mkdtemp(prefix="marsad-pg-", dir=_memory()))
        if self.as_root:
            shutil.chown(self.root, _USER, _USER)
        self.root.chmod(0o755)
        self._names = itertools.count()
        self._run("initdb", "-D", self.data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        with self.conf.open("a") as conf:
            conf.write(f"\nlisten_addresses = ''\nunix_socket_directories = '{self.root}'\nmax_connections = 50\n")
            conf.write("shared_buffers = '32MB'\nrestart_after_crash = off\n")
        self.start()

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def conf(self) -> Path:
        return self.data / "postgresql.conf"

    def _run(self, program: str, *args: object) -> None:
        self._command(str(self.bin / program), *map(str, args))

    def _command(self, *command: str) -> None:
        """Run a command as the server's user."""
        if self.as_root:
            command = ("runuser", "-u", _USER, "--", *command)
        done = subprocess.run(command, capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"

    def start(self) -> None:
        """Start, or start again after a kill, and wait for connections."""
        self._run("pg_ctl", "-D", self.data, "-l", self.root / "log", "-w", "-t", "60", "start")

    def stop(self) -> None:
        """Stop at once and remove everything."""
        try:
            self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self.root, ignore_errors=True)

    def kill(self) -> None:
        """kill -9 of the server and of each of its processes: what a power cut of the machine's processes looks like."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        children = [int(pid) for pid in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()]
        for pid in (postmaster, *children):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + 30
        while any(Path(f"/proc/{pid}").exists() for pid in (postmaster, *children)) and time.monotonic() < deadline:
            time.sleep(0.02)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    @contextmanager
    def no_file_beyond(self, size: int) -> Iterator[None]:
        """A full disk for the sessions that begin inside: no file that they write grows beyond so many bytes."""
        postmaster = (self.data / "postmaster.pid").read_text().split()[0]
        self._command("prlimit", "--pid", postmaster, f"--fsize={size}:unlimited")
        try:
            yield
        finally:
            self._command("prlimit", "--pid", postmaster, "--fsize=unlimited:unlimited")

    def url(self) -> str:
        """A postgresql:// URL of a new, empty database."""
        name = f"t{next(self._names)}"
        self.execute(f"CREATE DATABASE {name}")
        return f"postgresql://{_USER}@/{name}?host={self.root}"

    def empty(self, url: str) -> None:
        """Take every row out of a store's database and put its guards back, whatever a test did to it."""
        with psycopg.connect(url, autocommit=True) as conn:
            rows = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            tables = [row[0] for row in rows if row[0] not in ("alembic_version", "spatial_ref_sys")]
            conn.execute("SET session_replication_role = replica")
            conn.execute("TRUNCATE " + ", ".join(tables))  # type: ignore[arg-type]
            for table in tables:
                conn.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")  # type: ignore[arg-type]

    def execute(self, statement: str) -> None:
        """Run one statement in the maintenance database."""
        with psycopg.connect(f"host={self.root} user={_USER} dbname=postgres", autocommit=True) as conn:
            conn.execute(statement)  # type: ignore[arg-type]


def can_start() -> str | None:
    """Why no server can be started here, or None."""
    if binaries() is None:
        return "PostgreSQL is not installed (Debian: postgresql, postgresql-15-postgis-3)"
    try:
        pwd.getpwnam(_USER)
    except KeyError:
        return f"root cannot run PostgreSQL and there is no user {_USER}" if os.geteuid() == 0 else None
    return None
