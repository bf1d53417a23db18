"""The store as other rooms see it: `open_store`, and the methods of `Store`. See docs/store.md for the tables behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, text

from marsad.errors import StoreError
from marsad.records import CodedReport, Event, Report
from marsad.records_incident import Incident, Judgement, Link
from marsad.store import archive, codings, decisions, derive, linkage, migrate, places, postgres, schema, verify
from marsad.store import search as fulltext
from marsad.store.blobs import Blobs, FileBlobs, TableBlobs
from marsad.store.codings import BlockKeys
from marsad.store.engine import DATABASE, MEMORY, connect, is_url, mapped, reading
from marsad.store.flat import block_keys, probe_keys
from marsad.store.journal import read_head
from marsad.store.rows import (
    Coding,
    Damage,
    Document,
    Edition,
    EventRow,
    Head,
    Hit,
    JournalEntry,
    LinkRow,
    Near,
    Retrieval,
    Stats,
)
from marsad.store.session import Session


def utc_now() -> str:
    """The clock of a store unless another is given: ISO UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def open_store(
    where: str | Path, create: bool = False, clock: Callable[[], str] = utc_now, keys: BlockKeys = block_keys
) -> Store:
    """Open a store: a directory, a `postgresql://` URL, or ":memory:" for tests.

    Args:    create: make it if it is not there, and bring an older one to the present schema.
             clock: gives the time of entries that the caller does not date. keys: block keys of an event.
    Raises:  StoreError: no store there and not asked to create one, another schema version, no access.
    """
    session = Session(connect(where), clock)
    if is_url(where) or str(where) == MEMORY:
        blobs: Blobs = TableBlobs()
    else:
        folder = Path(where)
        if not create and not (folder / DATABASE).is_file():
            raise StoreError(f"{folder}: no store there (create one with `marsad init`)")
        with mapped():
            folder.mkdir(parents=True, exist_ok=True)
            blobs = FileBlobs(folder / "blobs")
    store = Store(session, blobs, keys)
    try:
        if create or str(where) == MEMORY:
            store.upgrade()
        with session.read() as conn:
            migrate.require_current(conn)
            store.has_postgis = conn.dialect.name == "postgresql" and postgres.has_postgis(conn)
    except BaseException:
        store.close()
        raise
    return store


class Store:
    """Everything Marsad keeps. Each write is one durable transaction; see `transaction` to join several.

    `at` is an ISO UTC time, by default the clock's. Methods raise `StoreError` with one clear line; nothing was written then.
    """

    def __init__(self, session: Session, blobs: Blobs, keys: BlockKeys) -> None:
        self._session = session
        self._blobs = blobs
        self._keys = keys
        self.has_postgis = False

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back; the store is not used afterwards."""
        self._session.engine.dispose()

    def upgrade(self) -> None:
        """Bring the schema to this version, and derive anew what is derived."""
        with self._session.migrate() as writer:
            if migrate.upgrade(writer.conn):
                derive.rebuild(writer, self._keys)

    # Transactions

    def transaction(self) -> AbstractContextManager[Any]:
        """Join the writes of this thread into one transaction: all acknowledged when the block ends, or none."""
        return self._session.transaction()

    def snapshot(self) -> AbstractContextManager[None]:
        """Let the reads of this thread see one state of the store, for exports; nothing can be written inside."""
        return self._session.snapshot()

    # Intake

    def add_document(
        self, raw: bytes, media_type: str, retrieval: Retrieval | None = None, at: str | None = None
    ) -> str:
        """Keep raw bytes; returns their SHA-256. The same bytes are kept once, a new retrieval of them is noted."""
        with self._session.write() as writer:
            return archive.add_document(writer, self._blobs, raw, media_type, retrieval, at)

    def document(self, sha: str) -> Document | None:
        """What is known of raw bytes, retrievals included; None if they were never taken in."""
        with self._session.read() as conn:
            return archive.document(conn, sha)

    def raw(self, sha: str) -> bytes | None:
        """The raw bytes themselves; None if they are not there."""
        with self._session.read() as conn:
            return self._blobs.get(conn, sha)

    def add_report(self, report: Report, document_sha: str | None = None, at: str | None = None) -> bool:
        """Keep a report; False if exactly this one is there. A known id with other content is kept as a new version."""
        with self._session.write() as writer:
            return archive.add_report(writer, report, document_sha, at)

    def report(self, report_id: str) -> Report | None:
        """The newest version of a report; None if it is not in the store."""
        with self._session.read() as conn:
            return archive.report(conn, report_id)

    def versions(self, report_id: str) -> tuple[Report, ...]:
        """Every version of a report, oldest first."""
        with self._session.read() as conn:
            return archive.versions(conn, report_id)

    def reports(self) -> Iterator[Report]:
        """Newest versions of all reports, in the order of their intake."""
        return archive.pages(self._session.read, archive.page)

    # Codings

    def add_coding(
        self,
        coded: CodedReport,
        knowledge_version: str,
        coder: str = "rules",
        at: str | None = None,
        beside: bool = False,
    ) -> bool:
        """Keep a coding of a report in the store; False if it is what stands. The coding before it is kept too.

        Args: beside: keep it for comparison only (another coder's); it never becomes the standing one.
        """
        with self._session.write() as writer:
            return codings.add_coding(writer, coded, knowledge_version, coder, beside, self._keys, at)

    def coded(self, report_id: str) -> CodedReport | None:
        """The standing coding of a report; None if it has none."""
        with self._session.read() as conn:
            return codings.coded(conn, report_id)

    def iter_coded(self, current: bool = True) -> Iterator[CodedReport]:
        """Standing codings in the order they were made; all ever made if not `current`."""
        return archive.pages(self._session.read, partial(codings.page, current=current))

    def history(self, report_id: str) -> tuple[Coding, ...]:
        """Every coding of a report with what made it, oldest first."""
        with self._session.read() as conn:
            return codings.history(conn, report_id)

    def uncoded(self, knowledge_version: str, limit: int = 1000) -> list[Report]:
        """Reports whose newest version this knowledge has not coded, at most `limit`; an empty list when all is done."""
        with self._session.read() as conn:
            return archive.uncoded(conn, knowledge_version, limit)

    # Events and incidents

    def candidates(self, block_keys: Sequence[str]) -> tuple[EventRow, ...]:
        """Events that share a block key, once each, by ref."""
        with self._session.read() as conn:
            return codings.rows_by_key(conn, block_keys)

    def refs_at(self, block_keys: Mapping[str, int]) -> tuple[str, ...]:
        """Refs of events that share a block key, sorted; a key that more events share than is said beside it is not followed."""
        with self._session.read() as conn:
            return codings.refs_at(conn, block_keys)

    def key_counts(self, block_keys: Sequence[str], most: int) -> dict[str, int]:
        """How many events share each block key, counted no further than `most` + 1; keys with none are absent."""
        with self._session.read() as conn:
            return codings.key_counts(conn, block_keys, most)

    def unlinked(self) -> tuple[str, ...]:
        """Ids of coded reports with an event in no incident, in the order they were coded; empty when all is linked."""
        with self._session.read() as conn:
            return codings.unlinked(conn)

    def candidates_for(self, row: EventRow, days: int = 1) -> tuple[EventRow, ...]:
        """Events of other reports that may be the same happening: near in time and place (see `flat.probe_keys`)."""
        return tuple(r for r in self.candidates(probe_keys(row, days)) if r.report_id != row.report_id)

    def event_rows(self, refs: Iterable[str]) -> dict[str, EventRow]:
        """Flattened events by ref; unknown refs are absent."""
        with self._session.read() as conn:
            return codings.rows_by_ref(conn, refs)

    def event_rows_of(self, report_id: str) -> tuple[EventRow, ...]:
        """Flattened events of the standing coding of a report, by ref."""
        with self._session.read() as conn:
            return codings.rows_of_report(conn, report_id)

    def events(self, refs: Iterable[str]) -> dict[str, Event]:
        """Full events of the standing codings, by ref; unknown refs are absent."""
        with self._session.read() as conn:
            return codings.events(conn, refs)

    def save_incident(self, incident: Incident, at: str | None = None) -> bool:
        """Create an incident, or replace what is derived about it; False if it stands exactly so."""
        with self._session.write() as writer:
            return linkage.save_incident(writer, incident, at)

    def incident(self, incident_id: str) -> Incident | None:
        """An incident as it stands; None if there is none of this id."""
        with self._session.read() as conn:
            return linkage.incident(conn, incident_id)

    def incidents(
        self, status: str | None = None, since: str | None = None, until: str | None = None
    ) -> Iterator[Incident]:
        """Incidents in the order they were created; of one status, and touching the ISO days since … until, if given."""
        fetch = partial(linkage.page, status=status, since=since, until=until)
        return archive.pages(self._session.read, fetch)

    def add_links(self, links: Iterable[Link], at: str | None = None) -> int:
        """Put events into incidents or take them out, all or none; returns how many were new.

        An event is in one incident at most: a later link supersedes. The machine cannot move what a person has placed.
        """
        with self._session.transaction() as writer:
            return linkage.add_links(writer, tuple(links), at)

    def links(self, incident: str | None = None, event: str | None = None) -> tuple[LinkRow, ...]:
        """Every link ever made, oldest first; of one incident or event if named."""
        with self._session.read() as conn:
            return linkage.links(conn, incident, event)

    def members(self, incident_id: str) -> tuple[str, ...]:
        """Refs of the events now in an incident, sorted."""
        with self._session.read() as conn:
            return linkage.members(conn, incident_id)

    def incidents_of(self, refs: Iterable[str]) -> dict[str, str]:
        """The incident id each event is now in; events in none are absent."""
        with self._session.read() as conn:
            return linkage.incidents_of(conn, refs)

    def within_km(self, lat: float, lon: float, km: float, what: places.What = "events") -> tuple[Near, ...]:
        """Events (by ref) or incidents (by id) at most `km` from a point, nearest first."""
        with self._session.read() as conn:
            return places.within_km(conn, lat, lon, km, what, self.has_postgis)

    # People and releases

    def add_judgement(self, judgement: Judgement, at: str | None = None) -> bool:
        """Keep a person's decision; False if this very one is there."""
        with self._session.write() as writer:
            return decisions.add_judgement(writer, judgement, at)

    def judgements(self, subject: str | None = None, standing: bool = False) -> tuple[Judgement, ...]:
        """Judgements, oldest first; `standing` leaves out undone ones and the undos themselves."""
        with self._session.read() as conn:
            return decisions.judgements(conn, subject, standing)

    def add_edition(
        self, edition_id: str, manifest: dict[str, Any], checksums: dict[str, str], at: str | None = None
    ) -> Edition:
        """Freeze a release with the journal's head; an edition id is used once."""
        with self._session.write() as writer:
            return decisions.add_edition(writer, edition_id, manifest, checksums, at)

    def editions(self) -> tuple[Edition, ...]:
        """All editions, oldest first."""
        with self._session.read() as conn:
            return decisions.editions(conn)

    # The whole

    def search(self, query: str, limit: int = 20) -> tuple[Hit, ...]:
        """Reports that hold all words ("phrases", -not), best first; "الحسكه" finds "بالحسكة"."""
        with self._session.read() as conn:
            return fulltext.search(conn, query, limit)

    def journal(self, after: int = 0) -> Iterator[JournalEntry]:
        """The log, oldest first; entries after a `seq`."""
        return archive.pages(self._session.read, _journal_page, after)

    def head(self) -> Head:
        """The end of the journal; keep it elsewhere to prove later that nothing was cut off."""
        with self._session.read() as conn:
            return read_head(conn)

    def verify(self, expect: Head | None = None) -> Iterator[Damage]:
        """Everything that is not as it was written; nothing when the archive is intact. See `marsad.store.verify`."""
        return verify.verify(partial(reading, self._session.engine), self._blobs, self._keys, expect)

    def rebuild(self) -> None:
        """Derive events, keys, members, heads and the search index anew from what is sealed."""
        with self._session.transaction() as writer:
            derive.rebuild(writer, self._keys)

    def stats(self) -> Stats:
        """How much is in the store."""
        with self._session.read() as conn:
            return _stats(conn)


def _journal_page(conn: Connection, after: int) -> list[tuple[int, JournalEntry]]:
    query = select(schema.journal).where(schema.journal.c.seq > after).order_by(schema.journal.c.seq).limit(1000)
    return [(row["seq"], JournalEntry(**row)) for row in conn.execute(query).mappings()]


def _stats(conn: Connection) -> Stats:
    def count(name: str) -> int:
        return int(conn.execute(select(func.count()).select_from(schema.metadata.tables[name])).scalar_one())

    if conn.dialect.name == "sqlite":
        size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    else:
        size = "SELECT pg_database_size(current_database())"
    names = ("documents", "codings", "events", "incidents", "links", "judgements", "editions", "journal")
    counts = {name: count(name) for name in names}
    stored = int(conn.execute(text(size)).scalar_one())
    return Stats(reports=count("heads"), versions=count("reports"), bytes=stored, **counts)
