"""The append-only, hash-chained log: every row of a base table is sealed by the entry that has its `seq`.

`digest` is the SHA-256 of the row's values, `hash` the SHA-256 of the entry with the hash before it. Changing a row breaks
its digest, changing an entry its hash, cutting an entry out the chain. Cutting the *end* off can only be seen from outside:
keep `Head` elsewhere (editions do; an RFC 3161 token over its hash is better still).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from marsad.errors import StoreError
from marsad.store import schema
from marsad.store.rows import Head

GENESIS = "0" * 64
_FLUSH = 500


def digest(kind: str, values: Mapping[str, Any]) -> str:
    """SHA-256 of a row: its kind and its columns by name, as canonical JSON; `seq` is left out.

    Raises: StoreError: a text that no database can hold (lone surrogates, NUL characters).
    """
    for name, value in values.items():
        if isinstance(value, str) and "\x00" in value:
            raise StoreError(f"{kind}: {name} holds a NUL character, which the store cannot keep")
    plain = {name: value for name, value in values.items() if name != "seq"}
    try:
        encoded = msgspec.json.encode([kind, plain], order="sorted")
    except UnicodeEncodeError as error:
        raise StoreError(f"{kind}: text is not valid Unicode (lone surrogate at {error.start})") from error
    return hashlib.sha256(encoded).hexdigest()


def chain_hash(prev_hash: str, seq: int, at: str, kind: str, subject: str, row_digest: str) -> str:
    """SHA-256 of one journal entry, the hash before it included."""
    return hashlib.sha256(msgspec.json.encode([prev_hash, seq, at, kind, subject, row_digest])).hexdigest()


def read_head(conn: Connection) -> Head:
    """The end of the journal; seq 0 and `GENESIS` when it is empty."""
    query = select(schema.journal.c.seq, schema.journal.c.hash).order_by(schema.journal.c.seq.desc()).limit(1)
    row = conn.execute(query).first()
    return Head(row.seq, row.hash) if row else Head(0, GENESIS)


class Writer:
    """One write transaction: inserts rows and seals each in the journal. Only one exists at a time in a store."""

    def __init__(self, conn: Connection, clock: Callable[[], str]) -> None:
        self.conn = conn
        self.clock = clock
        self.head = Head(0, GENESIS)
        self.broken = False
        self._pending: list[dict[str, Any]] = []

    def start(self) -> Writer:
        """Go to the end of the journal as it is; the write lock is held, so it stays there."""
        self.head = read_head(self.conn)
        return self

    def append(self, kind: str, table: Table, subject: str, values: Mapping[str, Any], at: str | None = None) -> int:
        """Insert a row of a base table and its journal entry; returns their common `seq`."""
        seq = self.record(kind, subject, digest(kind, values), at)
        self.conn.execute(table.insert(), {**values, "seq": seq})
        return seq

    def record(self, kind: str, subject: str, row_digest: str, at: str | None = None) -> int:
        """Add a journal entry for something already digested; returns its `seq`."""
        seq, at = self.head.seq + 1, at or self.clock()
        prev = self.head.hash
        try:
            made = chain_hash(prev, seq, at, kind, subject, row_digest)
        except UnicodeEncodeError as error:
            raise StoreError(f"{kind}: subject is not valid Unicode") from error
        self._pending.append(
            {
                "seq": seq,
                "at": at,
                "kind": kind,
                "subject": subject,
                "digest": row_digest,
                "prev_hash": prev,
                "hash": made,
            }
        )
        self.head = Head(seq, made)
        if len(self._pending) >= _FLUSH:
            self.flush()
        return seq

    def mark(self) -> tuple[Head, list[dict[str, Any]]]:
        """Where the journal stands, for `reset` after a savepoint is rolled back."""
        return self.head, list(self._pending)

    def reset(self, mark: tuple[Head, list[dict[str, Any]]]) -> None:
        """Go back to `mark`; entries flushed since are gone with the savepoint."""
        self.head, self._pending = mark
        self.broken = False

    def flush(self) -> None:
        """Send pending journal entries to the database (before a commit, and before anything reads the journal)."""
        if self._pending:
            self.conn.execute(schema.journal.insert(), self._pending)
            self._pending.clear()
