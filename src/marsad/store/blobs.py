"""Raw bytes by their SHA-256: as files in a directory store, as rows elsewhere. Never changed, never half there.

A file is written beside its place, flushed to the disk, then renamed, and its directory flushed: a kill leaves either the
whole blob or a stray temporary file, which the next `sweep` removes. Bytes are written before the row that names them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, select

from marsad.store import schema


class Blobs(Protocol):
    """Where raw bytes are kept."""

    def put(self, conn: Connection, raw: bytes) -> str:
        """Keep bytes; returns their hex SHA-256. Putting the same bytes twice costs nothing."""

    def get(self, conn: Connection, sha: str) -> bytes | None:
        """The bytes behind an address, unchecked; None if they are not there."""


class FileBlobs:
    """Blobs as files: `root/ab/cd/abcd…`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tmp = root / "tmp"
        self.tmp.mkdir(parents=True, exist_ok=True)
        self.sweep()

    def path(self, sha: str) -> Path:
        """Where the bytes of an address are kept."""
        return self.root / sha[:2] / sha[2:4] / sha

    def put(self, conn: Connection, raw: bytes) -> str:
        """Keep bytes durably: when this returns they survive a power cut. Raises OSError when the disk is full."""
        sha = hashlib.sha256(raw).hexdigest()
        target = self.path(sha)
        if _is_intact(target, raw):
            return sha
        for folder in (target.parent.parent, target.parent):
            if not folder.exists():
                folder.mkdir(exist_ok=True)
                _sync_dir(folder.parent)
        try:
            self._write(target, raw)
        except FileNotFoundError:  # swept in the instant between creation and lock
            self._write(target, raw)
        _sync_dir(target.parent)
        return sha

    def _write(self, target: Path, raw: bytes) -> None:
        # The lock tells a sweeping process that this file is alive; the kernel drops it with the process.
        temporary = self.tmp / f"{target.name}.{os.getpid()}.{os.urandom(4).hex()}"
        with temporary.open("xb") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                handle.write(raw)
                handle.flush()
                os.fsync(handle.fileno())
                os.replace(temporary, target)
            except OSError:
                temporary.unlink(missing_ok=True)
                raise

    def get(self, conn: Connection, sha: str) -> bytes | None:
        """The bytes behind an address, unchecked; None if the file is not there."""
        try:
            return self.path(sha).read_bytes()
        except FileNotFoundError:
            return None

    def sweep(self) -> None:
        """Remove temporary files that a killed writer left; a living writer holds a lock on its own."""
        for stray in self.tmp.iterdir():
            try:
                with stray.open("rb") as handle:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    stray.unlink(missing_ok=True)
            except (BlockingIOError, FileNotFoundError, PermissionError):
                continue


class TableBlobs:
    """Blobs as rows of the `blobs` table: one server to back up, written in the caller's transaction."""

    def put(self, conn: Connection, raw: bytes) -> str:
        """Keep bytes in the current transaction."""
        sha = hashlib.sha256(raw).hexdigest()
        known = conn.execute(select(schema.blobs.c.sha256).where(schema.blobs.c.sha256 == sha)).first()
        if known is None:
            conn.execute(schema.blobs.insert(), {"sha256": sha, "bytes": raw})
        return sha

    def get(self, conn: Connection, sha: str) -> bytes | None:
        """The bytes behind an address, unchecked; None if there is no such row."""
        row = conn.execute(select(schema.blobs.c.bytes).where(schema.blobs.c.sha256 == sha)).first()
        return bytes(row.bytes) if row else None


def _is_intact(target: Path, raw: bytes) -> bool:
    """Whether the same bytes are there already; a damaged file is written anew."""
    try:
        return target.stat().st_size == len(raw) and target.read_bytes() == raw
    except FileNotFoundError:
        return False


def _sync_dir(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
