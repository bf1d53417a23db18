"""Check what is derived: that spans quote their reports, and that heads, events, keys, members follow from the base."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, select, text

from marsad.errors import StoreError
from marsad.records import CodedReport, Span
from marsad.store import schema
from marsad.store.archive import as_report, from_json
from marsad.store.codings import BlockKeys, Body, posted
from marsad.store.flat import flatten
from marsad.store.rows import Damage

_PAGE = 500


def rows_of(conn: Connection, query: Any, key: Any) -> Iterator[Any]:
    """Rows of a query in the order of `key`, page by page, so that memory does not grow with the archive."""
    after: Any = None
    while True:
        page = query if after is None else query.where(key > after)
        batch = conn.execute(page.order_by(key).limit(_PAGE)).mappings().all()
        yield from batch
        if len(batch) < _PAGE:
            return
        after = batch[-1][key.key]


def codings(conn: Connection, keys: BlockKeys) -> Iterator[Damage]:
    made, reports, standing = schema.codings, schema.reports, schema.heads
    texts = [column for column in reports.c if column.key != "seq"]
    query = (
        select(made.c.seq, made.c.coded, made.c.report_id, standing.c.coding_seq, *texts)
        .outerjoin(reports, reports.c.seq == made.c.report_seq)
        .outerjoin(standing, (standing.c.report_id == made.c.report_id) & (standing.c.coding_seq == made.c.seq))
    )
    for row in rows_of(conn, query, made.c.seq):
        name = f"{row['report_id']} (coding {row['seq']})"
        if row["id"] is None:
            yield Damage("codings", name, "the report it codes is missing")
            continue
        try:
            body, report = from_json(row["coded"], Body, "coding"), as_report(row)
        except StoreError as error:
            yield Damage("codings", name, str(error))
            continue
        wrong = [s for s in spans(body) if row["text"][s.start : s.end] != s.text]
        if wrong:
            yield Damage("codings", name, f"{len(wrong)} spans do not quote the report, first {_show(wrong[0])}")
        if row["coding_seq"] is not None:
            yield from _flattened(conn, body.on(report), row["seq"], keys)


def _flattened(conn: Connection, coded: CodedReport, seq: int, keys: BlockKeys) -> Iterator[Damage]:
    events, blocks = schema.events, schema.event_blocks
    rows = flatten(coded, seq)
    kept = conn.execute(select(events).where(events.c.report_id == coded.report.id)).mappings().all()
    kept_keys = (
        select(blocks.c.block_key, blocks.c.ref)
        .join(events, events.c.ref == blocks.c.ref)
        .where(events.c.report_id == coded.report.id)
    )
    found = {(row.block_key, row.ref) for row in conn.execute(kept_keys)}
    made = {row.ref: msgspec.structs.asdict(row) for row in rows}
    if {row["ref"]: dict(row) for row in kept} != made:
        yield Damage("events", coded.report.id, f"rows are not those of its coding {seq} (derived: rebuild)")
    elif found != posted(coded, rows, keys):
        yield Damage("event_blocks", coded.report.id, f"keys are not those of its coding {seq} (derived: rebuild)")


def heads(conn: Connection) -> Iterator[Damage]:
    """Every report has a head at its newest version and standing coding, and is in the search index."""
    indexed = "report_search.rowid" if conn.dialect.name == "sqlite" else "report_search.seq"
    newest = text(
        "SELECT r.id, h.report_seq, h.coding_seq, max(r.seq) AS newest, "
        "(SELECT max(c.seq) FROM codings c WHERE c.report_id = r.id AND NOT c.beside) AS standing, "
        f"(SELECT count(*) FROM report_search WHERE {indexed} = h.report_seq) AS found "
        "FROM reports r LEFT JOIN heads h ON h.report_id = r.id WHERE r.id > :after "
        "GROUP BY r.id, h.report_seq, h.coding_seq ORDER BY r.id LIMIT :limit"
    )
    after = ""
    while True:
        batch = conn.execute(newest, {"after": after, "limit": _PAGE}).mappings().all()
        for row in batch:
            if (row["report_seq"], row["coding_seq"]) != (row["newest"], row["standing"]):
                yield Damage("heads", row["id"], "does not point at its newest version and coding (derived: rebuild)")
            elif not row["found"]:
                yield Damage("search", row["id"], "is not in the search index (derived: rebuild)")
        if len(batch) < _PAGE:
            return
        after = batch[-1]["id"]


def members(conn: Connection) -> Iterator[Damage]:
    links, standing = schema.links, schema.members
    query = select(
        links.c.seq,
        links.c.event.label("linked"),
        links.c.incident.label("into"),
        links.c.action,
        standing.c.link_seq,
        standing.c.incident.label("member_of"),
    ).outerjoin(standing, standing.c.event == links.c.event)
    for row in rows_of(conn, query, links.c.seq):
        stands = row["link_seq"] == row["seq"]
        right = row["member_of"] == (row["into"] if row["action"] == "link" else None)
        if row["link_seq"] is None or row["link_seq"] < row["seq"] or (stands and not right):
            yield Damage("members", row["linked"], f"does not follow link {row['seq']} (derived: rebuild)")


def spans(value: Any) -> Iterator[Span]:
    """Every span anywhere inside a record."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from spans(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from spans(item)


def _show(span: Span) -> str:
    return f"{span.start}:{span.end} “{span.text[:40]}”"
