"""Every kind of damage is named exactly; an intact archive gives silence; what is append-only cannot be changed in passing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import samples
from conftest import postgres_place
from sqlalchemy import text

from marsad.errors import StoreError
from marsad.records import sha256
from marsad.records_incident import Judgement
from marsad.store import Head, Retrieval, Store, open_store

RAW = b"<html>\xd9\x82\xd8\xb5\xd9\x81</html>"
SEALED = ("documents", "retrievals", "reports", "codings", "links", "judgements", "editions", "journal")


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def where(request: pytest.FixtureRequest) -> str:
    """Each engine once."""
    return ":memory:" if request.param == "memory" else postgres_place(request)


@pytest.fixture
def full(store: Store) -> Store:
    """A store with a little of everything."""
    sha = store.add_document(RAW, "text/html", samples.retrieval(1))
    for number in range(4):
        report = samples.report(number)
        store.add_report(report, sha)
        store.add_coding(samples.coded(report), "k1")
    store.add_coding(samples.coded(samples.report(1), "shelling"), "k2")
    for number in (1, 2):
        store.save_incident(samples.incident(number, "r0/e1"))
    store.save_incident(samples.incident(1, "r0/e1", "r3/e1"))
    store.add_links([samples.link(1, "r0"), samples.link(1, "r3"), samples.link(2, "r1")])
    store.add_judgement(Judgement("j1", "accept", "i1", "ليلى", "تحققت من المصادر"))
    store.add_edition("2026-01", {"reports": 4}, {"events.csv": sha256("x")})
    assert list(store.verify()) == []
    return store


def tamper(store: Store, *statements: str) -> None:
    """Change the database behind the store's back, as somebody with its password would."""
    engine = store._session.engine
    with engine.begin() as conn:
        for table in SEALED:
            for action in ("update", "delete"):
                if engine.dialect.name == "sqlite":
                    conn.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{action}"))
                else:
                    conn.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        for statement in statements:
            conn.execute(text(statement))


# What is done, and every part and subject that verify must name for it (and no other).
CASES: list[tuple[str, list[tuple[str, str]]]] = [
    ("UPDATE reports SET publisher = 'x' WHERE id = 'r2'", [("reports", "r2")]),
    (
        "UPDATE reports SET text = replace(text, 'قصفت', 'زارت') WHERE id = 'r2'",
        [("reports", "r2"), ("reports", "r2"), ("codings", "r2 (coding 8)")],
    ),
    ("DELETE FROM reports WHERE id = 'r2'", [("reports", "r2"), ("codings", "r2 (coding 8)")]),
    ("UPDATE codings SET coder = 'x' WHERE report_id = 'r2'", [("codings", "r2")]),
    ("UPDATE codings SET coded = '{' WHERE report_id = 'r2'", [("codings", "r2"), ("codings", "r2 (coding 8)")]),
    ("UPDATE reports SET sections = '{' WHERE id = 'r2'", [("reports", "r2"), ("codings", "r2 (coding 8)")]),
    ("UPDATE incidents SET derived = '{' WHERE id = 'i1'", [("incidents", "i1")]),
    ("UPDATE retrievals SET url = 'x'", [("retrievals", "%sha")]),
    ("UPDATE documents SET media_type = 'x'", [("documents", "%sha")]),
    ("UPDATE links SET score = 0.9 WHERE event = 'r3/e1'", [("links", "r3/e1")]),
    ("UPDATE judgements SET why = 'x'", [("judgements", "j1")]),
    ("DELETE FROM judgements", [("judgements", "j1")]),
    ("UPDATE editions SET manifest = '{}'", [("editions", "2026-01")]),
    ("UPDATE journal SET at = 'x' WHERE seq = 7", [("journal", "7 (intake r2)")]),
    ("UPDATE journal SET digest = '0' WHERE seq = 7", [("journal", "7 (intake r2)"), ("reports", "r2")]),
    ("DELETE FROM journal WHERE seq = 7", [("journal", "7"), ("reports", "7")]),
    ("UPDATE incidents SET reopened = 3 WHERE id = 'i1'", [("incidents", "i1")]),
    ("UPDATE incidents SET lat = 1.0 WHERE id = 'i1'", [("incidents", "i1")]),
    ("DELETE FROM incidents WHERE id = 'i2'", [("incidents", "i2")]),
    (
        "UPDATE incidents SET updated_seq = created_seq WHERE id = 'i1'",
        [("incidents", "i1"), ("incidents", "i1")],
    ),
    ("UPDATE events SET lat = 1.0 WHERE ref = 'r2/e1'", [("events", "r2")]),
    ("DELETE FROM events WHERE ref = 'r2/e1'", [("events", "r2")]),
    ("DELETE FROM event_blocks WHERE ref = 'r2/e1'", [("event_blocks", "r2")]),
    ("UPDATE heads SET coding_seq = NULL WHERE report_id = 'r2'", [("heads", "r2")]),
    ("DELETE FROM heads WHERE report_id = 'r3'", [("heads", "r3")]),
    ("UPDATE members SET incident = 'i2' WHERE event = 'r0/e1'", [("members", "r0/e1")]),
    ("DELETE FROM members WHERE event = 'r0/e1'", [("members", "r0/e1")]),
]


@pytest.mark.parametrize(("statement", "expected"), CASES, ids=[case[0][:60] for case in CASES])
def test_damage_is_named(full: Store, statement: str, expected: list[tuple[str, str]]) -> None:
    tamper(full, statement)
    named = [(damage.part, damage.subject) for damage in full.verify()]
    address = hashlib.sha256(RAW).hexdigest()
    assert sorted(named) == sorted((part, subject.replace("%sha", address)) for part, subject in expected)


def test_what_is_derived_is_mended_by_a_rebuild(full: Store) -> None:
    before = full.event_rows_of("r1"), full.members("i1"), full.uncoded("k2")
    tamper(full, *(f"DELETE FROM {table}" for table in ("heads", "events", "event_blocks", "members")))
    full.rebuild()
    assert list(full.verify()) == []
    assert (full.event_rows_of("r1"), full.members("i1"), full.uncoded("k2")) == before
    assert len(full.search("قصفت")) == 4


def test_a_forged_row_with_a_forged_entry_breaks_the_chain(full: Store) -> None:
    head = full.head()
    columns = "url, title, publisher, published, language, sha256, sections, text, id"
    forged = f"INSERT INTO reports (seq, {columns}) SELECT 1000, {columns} FROM reports WHERE id = 'r2'"
    tamper(full, forged, "INSERT INTO journal VALUES (1000, 'x', 'intake', 'r2', 'x', 'x', 'x')")
    parts = {damage.part for damage in full.verify(expect=head)}
    assert {"journal", "reports", "heads"} <= parts


def test_a_cut_off_end_is_seen_against_a_head_kept_elsewhere(full: Store) -> None:
    head = full.head()
    tamper(full, f"DELETE FROM editions WHERE seq = {head.seq}", f"DELETE FROM journal WHERE seq = {head.seq}")
    assert list(full.verify()) == [], "cannot be seen from inside"
    assert [(d.part, d.subject) for d in full.verify(expect=head)] == [("journal", str(head.seq))]
    assert list(full.verify(expect=Head(0, "0" * 64))) == []


def test_what_is_append_only_refuses(full: Store) -> None:
    postgres = full._session.engine.dialect.name == "postgresql"
    for table in SEALED:
        statements = [f"DELETE FROM {table}", f"UPDATE {table} SET seq = seq"]
        for statement in statements + ([f"TRUNCATE {table}"] if postgres else []):
            with pytest.raises(StoreError, match=f"{table} is append-only"), full._session.write() as writer:
                writer.conn.execute(text(statement))
    assert list(full.verify()) == []


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(RAW[:-1]), "bytes are not those"),
        (lambda path: path.write_bytes(RAW[:-1] + b"?"), "bytes are not those"),
    ],
    ids=["gone", "truncated", "changed"],
)
def test_a_damaged_blob_is_named(tmp_path: Path, damage: Callable[[Path], None], what: str) -> None:
    with open_store(tmp_path, create=True, clock=samples.clock) as store:
        sha = store.add_document(RAW, "text/html")
        store.add_document(b"other", "text/plain")
        damage(store._blobs.path(sha))  # type: ignore[attr-defined]
        found = list(store.verify())
        assert [(d.part, d.subject) for d in found] == [("blob", sha)]
        assert what in found[0].what
        assert str(found[0]) == f"blob {sha}: {found[0].what}"
        store.add_document(RAW, "text/html")
        assert list(store.verify()) == [], "the same bytes taken in again mend it"


def test_a_timestamp_of_other_bytes_is_named(store: Store) -> None:
    good = Retrieval(timestamp_token=b"\x30\x82\x04\x20" + bytes.fromhex(sha256("abc")) + b"\x00")
    store.add_document(b"abc", "text/plain", good)
    assert list(store.verify()) == []
    sha = store.add_document(b"abd", "text/plain", good)
    assert [(d.part, d.subject) for d in store.verify()] == [("timestamp", sha)]


def test_a_damaged_database_file_is_named_not_raised(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        for number in range(300):
            store.add_report(samples.report(number))
    path = tmp_path / "marsad.db"
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 2 // 4096 * 4096
    raw[middle : middle + 8192] = b"\xa5" * 8192
    path.write_bytes(raw)
    with open_store(tmp_path) as store:
        found = list(store.verify())
    assert found and any(d.part == "database" for d in found)
    assert all("\n" not in str(d) for d in found)


def test_a_coding_that_misquotes_is_named(store: Store) -> None:
    report = samples.report()
    coded = samples.coded(report)
    store.add_report(report)
    event = msgspec.structs.replace(coded.events[0], id="e1")
    moved = msgspec.json.decode(
        msgspec.json.encode(event).replace(b'"start":0,"end":4', b'"start":1,"end":5'), type=type(event)
    )
    store.add_coding(msgspec.structs.replace(coded, events=(moved,)), "k1")
    found = list(store.verify())
    assert [d.part for d in found] == ["codings"]
    assert "1:5 “قصفت”" in found[0].what
