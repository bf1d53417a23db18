"""What a new report asks of the store costs the same in a large archive as in a small one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import samples

from marsad.incidents.block import posted_keys
from marsad.store import Store, open_store

FEW, MANY = 450, 1350  # more than the two pages that are looked back upon


@pytest.fixture(scope="module")
def archives() -> list[Store]:
    """Two archives, all coded and linked but the newest report; one is three times the other."""
    return [_filled(size) for size in (FEW, MANY)]


def _filled(size: int) -> Store:
    store = open_store(":memory:", clock=samples.clock)
    with store.transaction():
        for number in range(size):
            report = samples.report(number)
            store.add_report(report)
            day = f"{2000 + number // 300}-{1 + number // 25 % 12:02d}-{1 + number % 25:02d}"
            store.add_coding(samples.coded(report, day=day), "k1")
            store.save_incident(samples.incident(number, f"r{number}/e1"))
            if number < size - 1:
                store.add_links([samples.link(number, f"r{number}")])
    return store


def _steps(store: Store, ask: Callable[[Store], object]) -> int:
    """Steps of SQLite's machine, in hundreds, that a question takes: the same on every computer."""
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    with store.snapshot(), store._session.read() as conn:
        driver = conn.connection.dbapi_connection
        assert driver is not None
        driver.set_progress_handler(count, 100)
        ask(store)
        driver.set_progress_handler(None, 100)
    return counted[0]


def _keys(number: int) -> dict[str, int]:
    coded = samples.coded(samples.report(number), day="2000-01-02")
    return {key: 400 for keys in posted_keys(coded).values() for key in keys if not key.startswith(("~", "#"))}


ASKED: dict[str, Callable[[Store], object]] = {
    "unlinked": lambda store: store.unlinked(),
    "uncoded": lambda store: store.uncoded("k1"),
    "coded": lambda store: store.coded("r7"),
    "events": lambda store: store.events(["r7/e1", "r8/e1"]),
    "refs_at": lambda store: store.refs_at(_keys(1)),
    "key_counts": lambda store: store.key_counts(["~d|nبلدة الواحة"], 50),
    "incidents_of": lambda store: store.incidents_of(["r7/e1"]),
    "incident": lambda store: store.incident("i7"),
    "history": lambda store: store.history("r7"),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_is_asked_does_not_read_the_whole_archive(archives: list[Store], name: str) -> None:
    few, many = (_steps(store, ASKED[name]) for store in archives)
    assert many <= 1.2 * few + 2


def test_keys_have_each_its_limit(store: Store) -> None:
    for number in range(6):
        report = samples.report(number)
        store.add_report(report)
        store.add_coding(samples.coded(report), "k1")
    day = "2015-06-25|73:81"
    assert store.refs_at({day: 2}) == ("r0/e1", "r3/e1")
    assert store.refs_at({day: 1}) == ()
    many = {f"none {n}": 9 for n in range(70)}
    assert store.refs_at({**many, day: 2, "2015-06-25|71:78": 1}) == ("r0/e1", "r3/e1")
    assert store.refs_at({}) == ()
    assert store.key_counts([day, "none"], 9) == {day: 2}
    assert store.key_counts([day], 1) == {day: 2}, "counted no further than one more"
    assert store.unlinked() == ("r0", "r1", "r2", "r3", "r4", "r5")
