"""Transactions of one open store: one writer at a time, joined writes, reads that see one state.

Every write is one transaction, and a call that returns has been committed and flushed to the disk. Inside
`transaction()` the writes of a thread are joined: they are acknowledged together, when the block ends. A write that is
refused (StoreError for what was asked) leaves the block usable; one that fails half-way undoes the whole block. A nested
`transaction()` is undone alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from marsad.errors import StoreError
from marsad.store.engine import mapped, reading, writing
from marsad.store.journal import Writer


class Session:
    """The connections of a store; each thread has its own transaction."""

    def __init__(self, engine: Engine, clock: Callable[[], str]) -> None:
        self.engine = engine
        self.clock = clock
        self._local = threading.local()

    @property
    def _writer(self) -> Writer | None:
        return getattr(self._local, "writer", None)

    @property
    def _snapshot(self) -> Connection | None:
        return getattr(self._local, "snapshot", None)

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """A writer for one write: in the transaction this thread is in, else in one of its own."""
        writer = self._writer
        if writer is None:
            with self.transaction() as writer:
                yield writer
            return
        head = writer.head
        try:
            with mapped():
                yield writer
        except BaseException as error:
            # A refusal before anything was written leaves the transaction usable, anything later does not.
            writer.broken = (
                writer.broken or writer.head != head or isinstance(error.__cause__, (SQLAlchemyError, OSError))
            )
            raise

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        """A transaction, committed durably on leaving; inside another one, a savepoint that is undone alone."""
        if self._snapshot is not None:
            raise StoreError("store: nothing can be written inside a snapshot")
        if self._writer is not None:
            with mapped(), self._savepoint(self._writer) as writer:
                yield writer
            return
        with writing(self.engine) as conn:
            writer = self._local.writer = Writer(conn, self.clock).start()
            try:
                yield writer
                _require_whole(writer)
                writer.flush()
            finally:
                self._local.writer = None

    @contextmanager
    def migrate(self) -> Iterator[Writer]:
        """A writer for a database that may have no journal yet."""
        with writing(self.engine) as conn:
            yield Writer(conn, self.clock)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to read from: the running transaction's or snapshot's of this thread, else a new one."""
        if self._writer is not None:
            self._writer.flush()
            with mapped():
                yield self._writer.conn
        elif self._snapshot is not None:
            with mapped():
                yield self._snapshot
        else:
            with reading(self.engine) as conn:
                yield conn

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all reads of this thread see the store as it is now, until the block ends."""
        if self._writer is not None or self._snapshot is not None:
            yield
            return
        with reading(self.engine) as conn:
            self._local.snapshot = conn
            try:
                yield
            finally:
                self._local.snapshot = None

    @staticmethod
    @contextmanager
    def _savepoint(writer: Writer) -> Iterator[Writer]:
        mark = writer.mark()
        with writer.conn.begin_nested():
            try:
                yield writer
                _require_whole(writer)
            except BaseException:
                writer.reset(mark)
                raise


def _require_whole(writer: Writer) -> None:
    if writer.broken:
        raise StoreError("store: a write of this transaction failed half-way; nothing of it was kept")
