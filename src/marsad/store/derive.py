"""Make the derived tables again from the append-only ones: after a migration, or when `verify` finds them damaged."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select

from marsad.store import archive, codings, schema, search
from marsad.store.codings import BlockKeys
from marsad.store.journal import Writer
from marsad.store.linkage import member_state
from marsad.store.rows import LinkRow

_PAGE = 500


def rebuild(writer: Writer, keys: BlockKeys) -> None:
    """Derive heads, events, block keys, members and the search index anew, in one transaction."""
    conn = writer.conn
    for table in (schema.heads, schema.events, schema.event_blocks, schema.members):
        conn.execute(delete(table))
    _heads(conn)
    _codings(conn, keys)
    _members(conn)
    search.clear(conn)
    after = 0
    while batch := archive.page(conn, after):
        for after, report in batch:
            search.add(conn, after, report)


def _heads(conn: Connection) -> None:
    reports, codings_, journal = schema.reports, schema.codings, schema.journal
    newest = select(func.max(reports.c.seq)).group_by(reports.c.id)
    query = select(reports.c.id, reports.c.seq, journal.c.digest).join(journal, journal.c.seq == reports.c.seq)
    heads = [
        {"report_id": row.id, "report_seq": row.seq, "report_digest": row.digest}
        for row in conn.execute(query.where(reports.c.seq.in_(newest)))
    ]
    if heads:
        conn.execute(schema.heads.insert(), heads)
    standing = select(func.max(codings_.c.seq)).where(codings_.c.beside.is_(False)).group_by(codings_.c.report_id)
    columns = [codings_.c.seq, codings_.c.report_id, codings_.c.report_seq, codings_.c.knowledge_version]
    made = select(*columns, journal.c.digest).join(journal, journal.c.seq == codings_.c.seq)
    newest_seq = {head["report_id"]: head["report_seq"] for head in heads}
    for row in conn.execute(made.where(codings_.c.seq.in_(standing))).all():
        fresh = newest_seq.get(row.report_id) == row.report_seq
        state = {"coding_seq": row.seq, "coding_digest": row.digest, "coded_seq": row.report_seq}
        update = schema.heads.update().where(schema.heads.c.report_id == row.report_id)
        conn.execute(update, {**state, "knowledge_version": row.knowledge_version if fresh else None})


def _codings(conn: Connection, keys: BlockKeys) -> None:
    after = 0
    while batch := codings.page(conn, after, current=True):
        for after, coded in batch:
            codings.put_events(conn, coded, after, keys, fresh=True)


def _members(conn: Connection) -> None:
    links = schema.links
    newest = select(func.max(links.c.seq)).group_by(links.c.event)
    query = select(links, schema.journal.c.at).join(schema.journal, schema.journal.c.seq == links.c.seq)
    rows = [LinkRow(**row) for row in conn.execute(query.where(links.c.seq.in_(newest))).mappings()]
    if rows:
        conn.execute(schema.members.insert(), [{"event": row.event, **member_state(row, row.seq)} for row in rows])
