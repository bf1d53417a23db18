"""The migrations make the tables that the code works with, and bring an old store up with its data."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import samples
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from marsad.errors import StoreError
from marsad.store import archive, codings, migrate, open_store, schema
from marsad.store.blobs import TableBlobs
from marsad.store.engine import connect
from marsad.store.session import Session
from marsad.store.store import Store


def _is_own(name: str | None, kind: str, *_: object) -> bool:
    made_by_engines = ("report_search", "spatial_ref_sys", "alembic_version", "events_point", "incidents_point")
    return name is None or not name.startswith(made_by_engines)


def test_migrations_make_the_schema(store: Store) -> None:
    with store._session.read() as conn:
        options = {"include_object": lambda _o, name, kind, *_: _is_own(name, kind), "compare_type": True}
        context = MigrationContext.configure(conn, opts=options)
        assert compare_metadata(context, schema.metadata) == []


def test_an_old_store_is_brought_up_with_its_data(where: str) -> None:
    if where == ":memory:":
        pytest.skip("a store in memory is never old")
    if "://" not in where:
        Path(where).mkdir()
    session = Session(connect(where), samples.clock)
    report = samples.report()
    with session.migrate() as writer:
        migrate.upgrade(writer.conn, "0001")
    with session.write() as writer:
        archive.add_document(writer, TableBlobs(), b"raw", "text/plain", samples.retrieval(1), None)
        archive.add_report(writer, report, None, None)
        values = codings._values(samples.coded(report), report, 3, "k1", "rules", False)
        writer.append("coding", schema.codings, report.id, values)
    session.engine.dispose()
    if "://" not in where:
        sha = hashlib.sha256(b"raw").hexdigest()
        blob = Path(where) / "blobs" / sha[:2] / sha[2:4] / sha
        blob.parent.mkdir(parents=True)
        blob.write_bytes(b"raw")
    with pytest.raises(StoreError, match="at schema 0001"):
        open_store(where)
    with open_store(where, create=True, clock=samples.clock) as store:
        assert store.coded("r1") == samples.coded(report)
        assert [row.ref for row in store.event_rows_of("r1")] == ["r1/e1"]
        assert [hit.report_id for hit in store.search("قصفت")] == ["r1"]
        assert list(store.verify()) == []
        assert store.stats().journal == 4


def test_opening_twice_changes_nothing(where: str) -> None:
    if where == ":memory:":
        pytest.skip("a store in memory is gone when it is closed")
    with open_store(where, create=True, clock=samples.clock) as store:
        store.add_report(samples.report())
        head = store.head()
    with open_store(where, create=True) as store:
        assert store.head() == head


def test_a_newer_store_is_refused(where: str) -> None:
    if where == ":memory:":
        pytest.skip("a store in memory is never newer")
    with open_store(where, create=True) as store, store._session.write() as writer:
        writer.conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for create in (False, True):
        with pytest.raises(StoreError, match="newer than this Marsad"):
            open_store(where, create=create)


@pytest.mark.postgres
def test_an_empty_database_is_no_store(cluster) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(StoreError, match="no store there"):
        open_store(cluster.url())
    with pytest.raises(StoreError, match=r"^[^\n]+$"):
        open_store("postgresql://nobody@127.0.0.1:1/nowhere", create=True)
