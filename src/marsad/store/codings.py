"""Codings and their events. A re-coding is kept beside the old one; the newest of a report stands.

Only what was read out of the report is kept (events, claims, warnings, and what the coder made out about the report itself,
such as its sections); the report is put back on reading, from the very version that was coded, so that every span still
points at its words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, exists, select, text

from marsad.errors import StoreError
from marsad.incidents.block import posted_keys
from marsad.records import Claim, CodedReport, Event, Report, Warning
from marsad.records_incident import split_ref
from marsad.store import schema
from marsad.store.archive import as_report, from_json, to_json
from marsad.store.flat import flatten
from marsad.store.journal import Writer, digest
from marsad.store.rows import Coding, EventRow

BlockKeys = Callable[[EventRow], Iterable[str]]
_PAGE = 200
_CHUNK = 500
_codings, _heads, _reports, _events, _blocks = (
    schema.codings,
    schema.heads,
    schema.reports,
    schema.events,
    schema.event_blocks,
)
_members = schema.members
# By the report first: heads are found by it, a search by `coding_seq` alone would read all of them.
_STANDS = (_heads.c.report_id == _codings.c.report_id) & (_heads.c.coding_seq == _codings.c.seq)


class Body(msgspec.Struct, frozen=True):
    """A coded report without its report; `report` holds those of its fields that the coder filled in or changed."""

    schema: str
    events: tuple[Event, ...]
    claims: tuple[Claim, ...]
    warnings: tuple[Warning, ...]
    report: dict[str, Any] = {}

    def on(self, stored: Report) -> CodedReport:
        """The coded report, on the version in the store that was coded."""
        if self.report:
            stored = msgspec.convert({**msgspec.to_builtins(stored), **self.report}, Report)
        return CodedReport(stored, self.events, self.claims, self.warnings, self.schema)


def add_coding(
    writer: Writer, coded: CodedReport, version: str, coder: str, beside: bool, keys: BlockKeys, at: str | None
) -> bool:
    """Keep a coding of the newest version of its report; False if it is what stands already.

    Raises: StoreError: the report is not in the store, or not with this text.
    """
    conn, report_id = writer.conn, coded.report.id
    query = select(_heads, _reports).join(_reports, _reports.c.seq == _heads.c.report_seq)
    head = conn.execute(query.where(_heads.c.report_id == report_id)).mappings().first()
    if head is None:
        raise StoreError(f"report {report_id} is not in the store: its coding cannot be kept")
    if head["text"] != coded.report.text:
        raise StoreError(f"report {report_id}: the coding is of another text than the newest one in the store")
    values = _values(coded, as_report(head), head["report_seq"], version, coder, beside)
    coding_digest = digest("coding", values)
    if coding_digest == head["coding_digest"] or (beside and _has(conn, report_id, values)):
        return False
    seq = writer.append("coding", _codings, report_id, values, at)
    if not beside:
        state = {"coding_seq": seq, "coding_digest": coding_digest, "coded_seq": head["report_seq"]}
        conn.execute(_heads.update().where(_heads.c.report_id == report_id), {**state, "knowledge_version": version})
        put_events(conn, coded, seq, keys, fresh=head["coding_seq"] is None)
    return True


def _values(
    coded: CodedReport, stored: Report, report_seq: int, version: str, coder: str, beside: bool
) -> dict[str, Any]:
    fields = ((name, getattr(coded.report, name), getattr(stored, name)) for name in Report.__struct_fields__)
    made_out = {name: msgspec.to_builtins(said) for name, said, kept in fields if said != kept}
    body = Body(coded.schema, coded.events, coded.claims, coded.warnings, made_out)
    return {
        "report_id": coded.report.id,
        "report_seq": report_seq,
        "knowledge_version": version,
        "coder": coder,
        "beside": beside,
        "events": len(coded.events),
        "coded": to_json(body),
    }


def _has(conn: Connection, report_id: str, values: dict[str, Any]) -> bool:
    """Whether the same coding is kept beside already; texts are compared here, long ones make poor index keys."""
    rows = conn.execute(select(_codings).where(_codings.c.report_id == report_id)).mappings()
    return any({name: row[name] for name in values} == values for row in rows)


def put_events(conn: Connection, coded: CodedReport, seq: int, keys: BlockKeys, fresh: bool = False) -> None:
    """Make the rows of `events` and `event_blocks` those of this coding."""
    if not fresh:
        old = select(_events.c.ref).where(_events.c.report_id == coded.report.id)
        conn.execute(delete(_blocks).where(_blocks.c.ref.in_(old)))
        conn.execute(delete(_events).where(_events.c.report_id == coded.report.id))
    rows = flatten(coded, seq)
    if rows:
        conn.execute(_events.insert(), [msgspec.structs.asdict(row) for row in rows])
    blocks = [{"block_key": key, "ref": ref} for key, ref in sorted(posted(coded, rows, keys))]
    if blocks:
        conn.execute(_blocks.insert(), blocks)


def posted(coded: CodedReport, rows: Sequence[EventRow], keys: BlockKeys) -> set[tuple[str, str]]:
    """Every (key, ref) under which the events of a coding are found: those of their rows, and those that linkage asks at."""
    linkage = posted_keys(coded)
    return {(key, row.ref) for row in rows for key in (*keys(row), *linkage.get(row.ref, ()))}


def coded(conn: Connection, report_id: str) -> CodedReport | None:
    """The standing coding of a report, with the version it was made of; None if there is none."""
    row = conn.execute(_joined(True).where(_heads.c.report_id == report_id)).mappings().first()
    return _as_coded(row) if row else None


def page(conn: Connection, after: int, current: bool) -> list[tuple[int, CodedReport]]:
    """Codings in the order they were made, with their `seq`; those after `after`."""
    query = _joined(current).where(_codings.c.seq > after).order_by(_codings.c.seq).limit(_PAGE)
    return [(row["coding"], _as_coded(row)) for row in conn.execute(query).mappings()]


def history(conn: Connection, report_id: str) -> tuple[Coding, ...]:
    """Every coding of a report, oldest first."""
    standing = conn.execute(select(_heads.c.coding_seq).where(_heads.c.report_id == report_id)).scalar()
    query = _joined(False).where(_codings.c.report_id == report_id).order_by(_codings.c.seq)
    return tuple(
        Coding(
            row["coding"], row["knowledge_version"], row["coder"], row["at"], row["coding"] == standing, _as_coded(row)
        )
        for row in conn.execute(query).mappings()
    )


def _joined(current: bool) -> Any:
    columns = [_codings.c.knowledge_version, _codings.c.coder, _codings.c.coded, schema.journal.c.at]
    query = select(_codings.c.seq.label("coding"), *columns, _reports).join(
        _reports, _reports.c.seq == _codings.c.report_seq
    )
    query = query.join(schema.journal, schema.journal.c.seq == _codings.c.seq)
    return query.join(_heads, _STANDS) if current else query


def _as_coded(row: Any) -> CodedReport:
    body = from_json(row["coded"], Body, f"coding {row['coding']} of {row['id']}")
    return body.on(as_report(row))


def rows_by_key(conn: Connection, keys: Sequence[str]) -> tuple[EventRow, ...]:
    """Events that have any of these block keys, once each, in the order of their refs."""
    found: dict[str, EventRow] = {}
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        query = select(_events).join(_blocks, _blocks.c.ref == _events.c.ref).where(_blocks.c.block_key.in_(chunk))
        found.update((row["ref"], EventRow(**row)) for row in conn.execute(query).mappings())
    return tuple(found[ref] for ref in sorted(found))


# Many keys in one statement, each with its limit: what one asks costs more than what one finds.
_AT_ONCE = 32
_AT_KEYS = text(
    " UNION ALL ".join(
        f"SELECT * FROM (SELECT block_key, ref FROM event_blocks WHERE block_key = :key{n} LIMIT :most{n}) AS at{n}"
        for n in range(_AT_ONCE)
    )
)
_COUNT = text("SELECT count(*) FROM (SELECT 1 FROM event_blocks WHERE block_key = :key LIMIT :most) AS counted")


def key_counts(conn: Connection, keys: Sequence[str], most: int) -> dict[str, int]:
    """How many events wait under each of these keys, counted no further than `most` + 1; keys with none are absent.

    Counting stops there because a key of a busy town is as long as the archive.
    """
    found = {key: int(conn.execute(_COUNT, {"key": key, "most": most + 1}).scalar_one()) for key in keys}
    return {key: count for key, count in found.items() if count}


def refs_at(conn: Connection, keys: Mapping[str, int]) -> tuple[str, ...]:
    """Refs of the events under any of these keys, once each, sorted; keys that more events share than is said beside them are left out."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    wanted = list(keys.items())
    for start in range(0, len(wanted), _AT_ONCE):
        asked: dict[str, Any] = {}
        for n in range(_AT_ONCE):
            key, most = wanted[start + n] if start + n < len(wanted) else ("", 0)
            asked |= {f"key{n}": key, f"most{n}": most + 1 if key else 0}
        for key, ref in conn.execute(_AT_KEYS, asked):
            found[key].append(ref)
    return tuple(sorted({ref for key, refs in found.items() if len(refs) <= keys[key] for ref in refs}))


def unlinked(conn: Connection) -> tuple[str, ...]:
    """Ids of reports whose standing coding has an event in no incident, in the order they were coded.

    Looks back from the newest coding until a whole page has nothing to link: linking follows coding, so what waits is at the end.
    """
    waiting: list[str] = []
    before: int | None = None
    while True:
        query = select(_codings.c.seq, _codings.c.report_id).join(_heads, _STANDS)
        if before is not None:
            query = query.where(_codings.c.seq < before)
        page = conn.execute(query.order_by(_codings.c.seq.desc()).limit(_PAGE)).all()
        if not page:
            break
        placed = exists().where(_members.c.event == _events.c.ref, _members.c.incident.is_not(None))
        open_events = select(_events.c.report_id).distinct().where(_events.c.report_id.in_([r.report_id for r in page]))
        found = {row.report_id for row in conn.execute(open_events.where(~placed))}
        if not found:
            break
        waiting += [row.report_id for row in page if row.report_id in found]
        before = page[-1].seq
    return tuple(reversed(waiting))


def rows_by_ref(conn: Connection, refs: Iterable[str]) -> dict[str, EventRow]:
    """Rows of these events, by ref; unknown refs are absent."""
    wanted = list(refs)
    found: dict[str, EventRow] = {}
    for start in range(0, len(wanted), _CHUNK):
        query = select(_events).where(_events.c.ref.in_(wanted[start : start + _CHUNK]))
        found.update((row["ref"], EventRow(**row)) for row in conn.execute(query).mappings())
    return found


def rows_of_report(conn: Connection, report_id: str) -> tuple[EventRow, ...]:
    """Rows of the standing coding of a report, by ref."""
    query = select(_events).where(_events.c.report_id == report_id).order_by(_events.c.ref)
    return tuple(EventRow(**row) for row in conn.execute(query).mappings())


def events(conn: Connection, refs: Iterable[str]) -> dict[str, Event]:
    """Full events of the standing codings, by ref; unknown refs are absent."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for ref in refs:
        report_id, event_id = split_ref(ref)
        wanted[report_id].add(event_id)
    found: dict[str, Event] = {}
    ids = list(wanted)
    for start in range(0, len(ids), _CHUNK):
        query = select(_codings.c.report_id, _codings.c.coded).join(_heads, _STANDS)
        for row in conn.execute(query.where(_heads.c.report_id.in_(ids[start : start + _CHUNK]))):
            body = from_json(row.coded, Body, f"coding of {row.report_id}")
            found.update((f"{row.report_id}/{e.id}", e) for e in body.events if e.id in wanted[row.report_id])
    return found
