"""Prove the archive intact, or name exactly what is not.

Walks the journal with the rows it seals side by side, recomputes every digest, hash, blob and text sum, checks that every
span of every coding quotes its report, and that the derived tables are what the base tables make them. Reads only, page by
page; memory does not grow with the archive.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import groupby

from sqlalchemy import Connection, select, text

from marsad.errors import StoreError
from marsad.records import sha256
from marsad.records_incident import Incident
from marsad.store import schema
from marsad.store.archive import from_json
from marsad.store.blobs import Blobs
from marsad.store.codings import BlockKeys
from marsad.store.journal import GENESIS, chain_hash, digest
from marsad.store.linkage import incident_values
from marsad.store.rows import Damage, Head
from marsad.store.timestamps import is_over
from marsad.store.verify_derived import codings, heads, members, rows_of

Read = Callable[[], AbstractContextManager[Connection]]


def verify(read: Read, blobs: Blobs, keys: BlockKeys, expect: Head | None = None) -> Iterator[Damage]:
    """Everything in the store that is not as it was written; nothing when all is well.

    Args: read: opens a transaction that sees one state; every stage works in one, so that writers do not disturb it.
          expect: a head of the journal kept elsewhere; it must still be in the chain.
    """
    stages: tuple[Callable[[Connection], Iterator[Damage]], ...] = (
        _engine,
        lambda conn: _chain(conn, expect),
        _sealed,
        _incidents,
        lambda conn: _documents(conn, blobs),
        _reports,
        lambda conn: codings(conn, keys),
        heads,
        members,
    )
    for stage in stages:
        try:
            with read() as conn:
                yield from stage(conn)
        except StoreError as error:  # a page the engine itself cannot read: named, and the other stages still run
            yield Damage("database", "file", str(error))


def _engine(conn: Connection) -> Iterator[Damage]:
    if conn.dialect.name != "sqlite":
        return
    found = [row[0] for row in conn.execute(text("PRAGMA quick_check(20)"))]
    yield from (Damage("database", "file", line) for line in found if line != "ok")


def _chain(conn: Connection, expect: Head | None) -> Iterator[Damage]:
    seq, prev = 0, GENESIS
    seen = expect is None or expect == Head(0, GENESIS)
    for row in rows_of(conn, select(schema.journal), schema.journal.c.seq):
        name = f"{row['seq']} ({row['kind']} {row['subject']})"
        if row["seq"] != seq + 1:
            yield Damage("journal", f"{seq + 1}", f"entries {seq + 1} to {row['seq'] - 1} are missing")
        elif row["prev_hash"] != prev:
            yield Damage("journal", name, "is not chained to the entry before it")
        made = chain_hash(row["prev_hash"], row["seq"], row["at"], row["kind"], row["subject"], row["digest"])
        if row["hash"] != made:
            yield Damage("journal", name, "entry was changed")
        seq, prev = row["seq"], row["hash"]
        seen = seen or (expect is not None and Head(seq, prev) == expect)
    if not seen and expect is not None:
        yield Damage("journal", str(expect.seq), f"the head kept elsewhere ({expect.hash[:12]}…) is not in the chain")


def _sealed(conn: Connection) -> Iterator[Damage]:
    """Base rows against the journal, in both directions: two walks in the order of `seq`, merged."""
    for kind, table in schema.BASE.items():
        entries = rows_of(conn, select(schema.journal).where(schema.journal.c.kind == kind), schema.journal.c.seq)
        rows = rows_of(conn, select(table), table.c.seq)
        merged = heapq.merge(((e["seq"], 0, e) for e in entries), ((r["seq"], 1, r) for r in rows), key=lambda t: t[:2])
        for seq, pair in groupby(merged, key=lambda item: item[0]):
            found = {side: item for _, side, item in pair}
            if 1 not in found:
                yield Damage(table.name, found[0]["subject"], f"row of journal entry {seq} is missing")
            elif 0 not in found:
                yield Damage(table.name, str(seq), "row is not in the journal")
            elif digest(kind, dict(found[1])) != found[0]["digest"]:
                yield Damage(table.name, found[0]["subject"], f"row was changed since journal entry {seq}")


def _incidents(conn: Connection) -> Iterator[Damage]:
    table, journal = schema.incidents, schema.journal
    query = select(table, journal.c.digest, journal.c.subject.label("sealed")).outerjoin(
        journal, journal.c.seq == table.c.updated_seq
    )
    for row in rows_of(conn, query, table.c.id):
        try:
            values = incident_values(from_json(row["derived"], Incident, "record"), row["reopened"])
        except StoreError as error:
            yield Damage("incidents", row["id"], str(error))
            continue
        if row["sealed"] != row["id"] or digest("incident", {n: row[n] for n in values}) != row["digest"]:
            yield Damage("incidents", row["id"], f"row was changed since journal entry {row['updated_seq']}")
        elif {n: row[n] for n in values} != values:
            yield Damage("incidents", row["id"], "columns are not those of its record")
    entries = select(journal.c.seq, journal.c.subject, table.c.updated_seq).outerjoin(
        table, table.c.id == journal.c.subject
    )
    for row in rows_of(conn, entries.where(journal.c.kind == "incident"), journal.c.seq):
        if row["updated_seq"] is None or row["updated_seq"] < row["seq"]:
            what = "is missing" if row["updated_seq"] is None else "is an older state"
            yield Damage("incidents", row["subject"], f"row of journal entry {row['seq']} {what}")


def _documents(conn: Connection, blobs: Blobs) -> Iterator[Damage]:
    for row in rows_of(conn, select(schema.documents), schema.documents.c.seq):
        sha = row["sha256"]
        raw = blobs.get(conn, sha)
        if raw is None:
            yield Damage("blob", sha, "is missing")
        elif hashlib.sha256(raw).hexdigest() != sha:
            yield Damage("blob", sha, f"its {len(raw)} bytes are not those taken in ({row['size']} bytes)")
    for row in rows_of(conn, select(schema.retrievals), schema.retrievals.c.seq):
        token = row["timestamp_token"]
        if token is not None and not is_over(token, row["document"]):
            yield Damage("timestamp", row["document"], "the RFC 3161 token is of other bytes")


def _reports(conn: Connection) -> Iterator[Damage]:
    document = schema.documents.c.sha256
    query = select(schema.reports, document.label("kept")).outerjoin(
        schema.documents, document == schema.reports.c.document
    )
    for row in rows_of(conn, query, schema.reports.c.seq):
        if sha256(row["text"]) != row["sha256"]:
            yield Damage("reports", row["id"], f"text of version {row['seq']} does not have its SHA-256")
        if row["document"] is not None and row["kept"] is None:
            yield Damage("reports", row["id"], f"its document {row['document']} is missing")
