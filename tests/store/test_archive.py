"""Documents, reports and codings: kept as they came, versions beside one another, every call idempotent."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
import samples

from marsad.errors import StoreError
from marsad.records import encode
from marsad.store import Store, open_store


def test_bytes_come_back_as_they_were(store: Store) -> None:
    raw = bytes(range(256)) * 10
    sha = store.add_document(raw, "text/html", samples.retrieval(1))
    assert sha == hashlib.sha256(raw).hexdigest()
    assert store.raw(sha) == raw
    assert store.add_document(raw, "text/html", samples.retrieval(1)) == sha
    assert store.add_document(raw, "text/html", samples.retrieval(2)) == sha
    document = store.document(sha)
    assert document is not None
    assert document.retrievals == (samples.retrieval(1), samples.retrieval(2))
    assert (store.raw("0" * 64), store.document("0" * 64)) == (None, None)
    assert [entry.kind for entry in store.journal()] == ["document", "retrieval", "retrieval"]
    assert list(store.verify()) == []


def test_a_report_is_kept_once_and_its_changes_beside_it(store: Store) -> None:
    first, second = samples.report(), samples.report(extra=" تحديث.")
    assert store.add_report(first)
    assert not store.add_report(first)
    assert store.add_report(second)
    assert store.report("r1") == second
    assert store.versions("r1") == (first, second)
    assert store.report("unknown") is None
    assert list(store.reports()) == [second]
    stats = store.stats()
    assert (stats.reports, stats.versions) == (1, 2)


def test_a_recoding_keeps_the_old_coding(store: Store) -> None:
    report = samples.report()
    store.add_report(report)
    old, new = samples.coded(report), samples.coded(report, "shelling")
    assert store.add_coding(old, "k1")
    assert not store.add_coding(old, "k1")
    assert store.add_coding(new, "k2")
    assert store.coded("r1") == new
    assert encode(store.coded("r1")) == encode(new)  # type: ignore[arg-type]
    history = store.history("r1")
    assert [(c.knowledge_version, c.current, c.coded) for c in history] == [("k1", False, old), ("k2", True, new)]
    assert list(store.iter_coded()) == [new]
    assert list(store.iter_coded(current=False)) == [old, new]
    assert [row.type for row in store.event_rows_of("r1")] == ["shelling"]
    assert list(store.verify()) == []


def test_another_coder_stands_beside(store: Store) -> None:
    report = samples.report()
    store.add_report(report)
    store.add_coding(samples.coded(report), "k1")
    other = samples.coded(report, "shelling")
    assert store.add_coding(other, "m1", coder="model", beside=True)
    assert not store.add_coding(other, "m1", coder="model", beside=True)
    assert store.coded("r1") == samples.coded(report)
    assert [c.current for c in store.history("r1")] == [True, False]
    assert store.uncoded("k1") == []
    assert list(store.verify()) == []


def test_what_the_coder_makes_out_about_a_report_is_kept_with_its_coding(store: Store) -> None:
    plain = msgspec.structs.replace(samples.report(), sections=(), sha256="", language="und")
    store.add_report(plain)
    coded = samples.coded(samples.report())
    assert store.add_coding(coded, "k1")
    assert not store.add_coding(coded, "k1")
    assert encode(store.coded("r1")) == encode(coded)  # type: ignore[arg-type]
    kept = store.report("r1")
    assert kept is not None and (kept.sections, kept.language) == ((), "und")
    assert list(store.verify()) == []


def test_what_is_left_to_code(store: Store) -> None:
    reports = [samples.report(n) for n in range(5)]
    for report in reports:
        store.add_report(report)
    assert store.uncoded("k1") == reports
    assert store.uncoded("k1", limit=2) == reports[:2]
    for report in reports[:3]:
        store.add_coding(samples.coded(report), "k1")
    assert store.uncoded("k1") == reports[3:]
    assert store.uncoded("k2") == reports[3:] + reports[:3]
    changed = samples.report(0, extra=" تصحيح.")
    store.add_report(changed)
    assert store.uncoded("k1") == [*reports[3:], changed]
    assert store.coded("r0") == samples.coded(reports[0]), "the old version's coding stands until the new is coded"
    assert list(store.verify()) == []


@pytest.mark.parametrize("text", ["نص \x00 فيه صفر", "نص \ud800 مكسور"])
def test_text_that_no_database_holds_is_refused(store: Store, text: str) -> None:
    report = msgspec.structs.replace(samples.report(), text=text, sha256="", sections=())
    with pytest.raises(StoreError, match=r"^[^\n]+$"):
        store.add_report(report)
    assert store.stats().journal == 0


def test_what_does_not_fit_is_refused(store: Store) -> None:
    report = samples.report()
    with pytest.raises(StoreError, match="is not in the store"):
        store.add_coding(samples.coded(report), "k1")
    with pytest.raises(StoreError, match="not that of its text"):
        store.add_report(msgspec.structs.replace(report, sha256="0" * 64))
    for wrong in ("", "x" * 501):
        with pytest.raises(StoreError, match="its id has"):
            store.add_report(msgspec.structs.replace(report, id=wrong))
    store.add_report(msgspec.structs.replace(report, id="ع" * 500))
    with pytest.raises(StoreError, match="its document"):
        store.add_report(report, document_sha="0" * 64)
    store.add_report(report)
    store.add_report(samples.report(extra=" تحديث."))
    with pytest.raises(StoreError, match="another text"):
        store.add_coding(samples.coded(report), "k1")


def test_joined_writes_are_one(store: Store) -> None:
    with pytest.raises(KeyError), store.transaction():
        store.add_report(samples.report(1))
        raise KeyError
    assert store.stats().reports == 0
    with store.transaction():
        store.add_report(samples.report(1))
        with pytest.raises(StoreError):
            store.add_coding(samples.coded(samples.report(2)), "k1")
        store.add_report(samples.report(3))
        assert store.report("r3") is not None
    assert [report.id for report in store.reports()] == ["r1", "r3"]
    assert list(store.verify()) == []


def test_many_joined_writes_and_a_failing_one(store: Store) -> None:
    with store.transaction():
        for number in range(600):
            store.add_report(samples.report(number))
            if number == 499:
                with pytest.raises(KeyError), store.transaction():
                    for inner in range(1000, 1600):
                        store.add_report(samples.report(inner))
                    raise KeyError
    assert store.stats().reports == 600
    assert list(store.verify()) == []


def test_a_snapshot_sees_one_state(store: Store, where: str) -> None:
    if where == ":memory:":
        pytest.skip("in memory there is one connection only")
    store.add_report(samples.report(1))
    with store.snapshot(), open_store(where) as other:
        assert store.stats().reports == 1
        other.add_report(samples.report(2))
        assert store.stats().reports == 1
        with pytest.raises(StoreError, match="inside a snapshot"):
            store.add_report(samples.report(3))
    assert store.stats().reports == 2


def test_a_missing_store_is_not_made_by_looking(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(StoreError, match="no store there"):
        open_store(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()
    with pytest.raises(StoreError, match="not a kind of store"):
        open_store("mysql://somewhere/else")


def test_a_write_that_fails_half_way_undoes_its_transaction(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="half-way"), store.transaction():
        store.add_report(samples.report(1))
        monkeypatch.setattr("marsad.store.search.add", fail)
        with pytest.raises(StoreError, match="No space left"):
            store.add_report(samples.report(2))
        monkeypatch.undo()
        store.add_report(samples.report(3))
    assert store.stats().reports == 0
    with store.transaction():
        store.add_report(samples.report(1))
        monkeypatch.setattr("marsad.store.search.add", fail)
        with pytest.raises(StoreError), store.transaction():
            store.add_report(samples.report(2))
        monkeypatch.undo()
    assert [report.id for report in store.reports()] == ["r1"]
    assert list(store.verify()) == []
