"""Documents and reports: what came in, kept as it came. A changed article is a new version beside the old."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, RowMapping, Select, select

from marsad.errors import StoreError
from marsad.records import Report, Section, sha256
from marsad.store import schema, search
from marsad.store.blobs import Blobs
from marsad.store.journal import Writer, digest
from marsad.store.rows import Document, Retrieval

T = TypeVar("T")
Read = Callable[[], AbstractContextManager[Connection]]
_PAGE = 200
_LONGEST_ID = 500  # PostgreSQL indexes some 2,700 bytes
_documents, _retrievals, _reports, _heads = schema.documents, schema.retrievals, schema.reports, schema.heads


def add_document(
    writer: Writer, blobs: Blobs, raw: bytes, media_type: str, retrieval: Retrieval | None, at: str | None
) -> str:
    """Keep raw bytes and how they came in; the same bytes are kept once, each new retrieval is noted."""
    sha = blobs.put(writer.conn, raw)
    known = writer.conn.execute(select(_documents.c.seq).where(_documents.c.sha256 == sha)).first()
    if known is None:
        values = {"sha256": sha, "media_type": media_type, "size": len(raw)}
        writer.append("document", _documents, sha, values, at)
    if retrieval is not None and retrieval not in _retrievals_of(writer.conn, sha):
        row = {
            "document": sha,
            "url": retrieval.url,
            "retrieved_at": retrieval.retrieved_at,
            "headers": to_json(retrieval.headers),
            "tool": retrieval.tool,
            "timestamp_token": retrieval.timestamp_token,
        }
        writer.append("retrieval", _retrievals, sha, row, at)
    return sha


def document(conn: Connection, sha: str) -> Document | None:
    """What is known of raw bytes; None if they were never taken in."""
    row = conn.execute(select(_documents).where(_documents.c.sha256 == sha)).first()
    return Document(row.sha256, row.media_type, row.size, tuple(_retrievals_of(conn, sha))) if row else None


def _retrievals_of(conn: Connection, sha: str) -> list[Retrieval]:
    rows = conn.execute(select(_retrievals).where(_retrievals.c.document == sha).order_by(_retrievals.c.seq))
    return [
        Retrieval(
            row.url,
            row.retrieved_at,
            from_json(row.headers, dict[str, str], f"retrieval of {sha}"),
            row.tool,
            row.timestamp_token,
        )
        for row in rows
    ]


def add_report(writer: Writer, report: Report, document_sha: str | None, at: str | None) -> bool:
    """Keep a report, as a new version if its id is known with other content; False if exactly this is there already.

    Raises: StoreError: `report.sha256` is not that of its text, or the document is not in the store.
    """
    values = _report_values(report, document_sha)
    report_digest = digest("intake", values)
    head = writer.conn.execute(select(_heads.c.report_digest).where(_heads.c.report_id == report.id)).first()
    if head is not None and head.report_digest == report_digest:
        return False
    if document_sha is not None and document(writer.conn, document_sha) is None:
        raise StoreError(f"report {report.id}: its document {document_sha} is not in the store")
    seq = writer.append("intake", _reports, report.id, values, at)
    state = {"report_seq": seq, "report_digest": report_digest, "knowledge_version": None}
    if head is None:
        writer.conn.execute(_heads.insert(), {"report_id": report.id, **state})
    else:
        writer.conn.execute(_heads.update().where(_heads.c.report_id == report.id), state)
    search.add(writer.conn, seq, report)
    return True


def _report_values(report: Report, document_sha: str | None) -> dict[str, Any]:
    try:
        sha = sha256(report.text)
    except UnicodeEncodeError as error:
        raise StoreError(f"report {report.id}: text is not valid Unicode") from error
    if report.sha256 and report.sha256 != sha:
        raise StoreError(f"report {report.id}: its sha256 is not that of its text")
    if not 0 < len(report.id) <= _LONGEST_ID:
        raise StoreError(
            f"report {report.id[:40]!r}: its id has {len(report.id)} characters (1 to {_LONGEST_ID} can be kept)"
        )
    return {
        "id": report.id,
        "document": document_sha,
        "url": report.url,
        "title": report.title,
        "publisher": report.publisher,
        "published": report.published,
        "language": report.language,
        "sha256": sha,
        "sections": to_json(report.sections),
        "text": report.text,
    }


def as_report(row: Mapping[str, Any] | RowMapping) -> Report:
    """The record behind a row of `reports`."""
    return Report(
        id=row["id"],
        text=row["text"],
        url=row["url"],
        title=row["title"],
        publisher=row["publisher"],
        published=row["published"],
        language=row["language"],
        sha256=row["sha256"],
        sections=from_json(row["sections"], tuple[Section, ...], f"report {row['id']}"),
    )


def report(conn: Connection, report_id: str) -> Report | None:
    """The newest version of a report; None if it is not in the store."""
    row = conn.execute(_current().where(_heads.c.report_id == report_id)).mappings().first()
    return as_report(row) if row else None


def versions(conn: Connection, report_id: str) -> tuple[Report, ...]:
    """Every version of a report, oldest first."""
    rows = conn.execute(select(_reports).where(_reports.c.id == report_id).order_by(_reports.c.seq))
    return tuple(as_report(row) for row in rows.mappings())


def page(conn: Connection, after: int, limit: int = _PAGE) -> list[tuple[int, Report]]:
    """Newest versions in the order of their intake, with their `seq`; those after `after`."""
    query = _current().where(_heads.c.report_seq > after).order_by(_heads.c.report_seq).limit(limit)
    return [(row["seq"], as_report(row)) for row in conn.execute(query).mappings()]


def uncoded(conn: Connection, knowledge_version: str, limit: int) -> list[Report]:
    """Reports whose newest version has no standing coding by this knowledge, in the order of their intake."""
    version = _heads.c.knowledge_version
    found: list[Report] = []
    # Two index ranges around the version (and the nulls), instead of one scan over all reports.
    for condition in (version.is_(None), version < knowledge_version, version > knowledge_version):
        query = _current().where(condition).order_by(version, _heads.c.report_seq).limit(limit - len(found))
        found += [as_report(row) for row in conn.execute(query).mappings()]
    return found


def _current() -> Select[Any]:
    return select(_reports).join(_heads, _heads.c.report_seq == _reports.c.seq)


def to_json(value: Any) -> str:
    """Canonical JSON text of a value, as kept in columns.

    Raises: StoreError: a text in it is not valid Unicode.
    """
    try:
        return msgspec.json.encode(value, order="deterministic").decode()
    except (UnicodeEncodeError, TypeError) as error:
        raise StoreError(f"store: a value cannot be kept as JSON: {error}") from error


def from_json(kept: str, kind: type[T], name: str) -> T:
    """The value behind a column of JSON.

    Raises: StoreError: the column was damaged; `name` says whose.
    """
    try:
        return msgspec.json.decode(kept, type=kind)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise StoreError(f"{name} cannot be read: {error}") from error


def pages(read: Read, fetch: Callable[[Connection, int], list[tuple[int, T]]], after: int = 0) -> Iterator[T]:
    """Walk through everything page by page (`fetch(conn, after)` gives (seq, item) pairs), no lock held in between."""
    while True:
        with read() as conn:
            batch = fetch(conn, after)
        if not batch:
            return
        for seq, item in batch:
            yield item
            after = seq
