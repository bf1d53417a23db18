"""Blocking, incidents, links, judgements, editions."""

from __future__ import annotations

import math
from datetime import date

import msgspec
import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st

from marsad.errors import StoreError
from marsad.records import Name, PlaceRef, When
from marsad.records_incident import Judgement, split_ref
from marsad.store import EventRow, Store, block_keys, probe_keys
from marsad.store.flat import day_range, flatten


def _with_reports(store: Store, count: int) -> None:
    for number in range(count):
        report = samples.report(number)
        store.add_report(report)
        store.add_coding(samples.coded(report), "k1")


def test_candidates_are_near_in_time_and_place(store: Store) -> None:
    _with_reports(store, 6)
    late = samples.report(9)
    store.add_report(late)
    store.add_coding(samples.coded(late, day="2015-07-25"), "k1")
    row = store.event_rows(["r0/e1"])["r0/e1"]
    assert [r.ref for r in store.candidates_for(row)] == ["r3/e1"], "same town, same day; r9 is a month later"
    assert [r.ref for r in store.candidates(block_keys(row))] == ["r0/e1", "r3/e1"]
    assert store.candidates([]) == ()
    event = store.events(["r3/e1", "r3/e9", "rx/e1"])
    assert event == {"r3/e1": samples.coded(samples.report(3)).events[0]}


_places = st.one_of(
    st.just((None, None)),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
)
_days = st.dates(min_value=date.min).map(lambda d: d.isoformat())
_starts = st.one_of(_days, _days.map(lambda d: d[:7]), _days.map(lambda d: d[:4]), st.none(), st.just("nonsense"))


@st.composite
def _rows(draw: st.DrawFn) -> EventRow:
    report = samples.report(draw(st.integers(0, 2)))
    event = samples.coded(report).events[0]
    lat, lon = draw(_places)
    country = draw(st.sampled_from(["SY", None]))
    admin1 = draw(st.sampled_from(["A", "B", None]))
    near = st.integers(0, 9).map(lambda n: f"2015-06-2{n}")
    start, end = draw(st.one_of(near, _starts)), draw(st.one_of(near, _starts))
    place = PlaceRef(None, Name(ar="x"), "town", lat, lon, country, admin1, precision=draw(st.integers(1, 7)))
    coded = samples.coded(report)
    changed = msgspec.structs.replace(event, places=(place,), when=When(start, end))
    return flatten(msgspec.structs.replace(coded, events=(changed,)), 1)[0]


@given(_rows(), _rows())
def test_blocking_is_symmetric(left: EventRow, right: EventRow) -> None:
    forth = set(probe_keys(left)) & set(block_keys(right))
    back = set(probe_keys(right)) & set(block_keys(left))
    assert bool(forth) == bool(back)


@given(_rows())
def test_an_event_finds_itself(row: EventRow) -> None:
    keys = block_keys(row)
    assert set(keys) <= set(probe_keys(row)) or not keys
    assert len(keys) <= 36


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2015-06-25", "2015-06-26", ("2015-06-25", "2015-06-26")),
        ("2015-06-25T03:00", None, ("2015-06-25", "2015-06-25")),
        ("2015-02", None, ("2015-02-01", "2015-02-28")),
        (None, "2016", ("2016-01-01", "2016-12-31")),
        ("2015-06-26", "2015-06-25", ("2015-06-25", "2015-06-26")),
        ("2015-13", None, (None, None)),
        (None, None, (None, None)),
    ],
)
def test_a_date_is_widened_to_its_days(start: str | None, end: str | None, expected: tuple[str, str]) -> None:
    assert day_range(When(start, end)) == expected


def test_incidents_are_made_replaced_and_reopened(store: Store) -> None:
    _with_reports(store, 4)
    assert store.save_incident(samples.incident(1, "r0/e1"))
    assert not store.save_incident(samples.incident(1, "r0/e1"))
    assert store.save_incident(samples.incident(1, "r0/e1", "r3/e1", status="reopened"))
    store.save_incident(samples.incident(2, "r1/e1"))
    assert store.incident("i1") == samples.incident(1, "r0/e1", "r3/e1", status="reopened")
    assert store.incident("i9") is None
    assert [i.id for i in store.incidents()] == ["i1", "i2"]
    assert [i.id for i in store.incidents(status="open")] == ["i2"]
    assert [i.id for i in store.incidents(since="2015-06-26")] == []
    assert [i.id for i in store.incidents(since="2015-06-25", until="2015-06-25")] == ["i1", "i2"]
    assert [e.subject for e in store.journal() if e.kind == "incident"] == ["i1", "i1", "i2"]
    assert list(store.verify()) == []


def test_links_supersede_and_are_all_kept(store: Store) -> None:
    _with_reports(store, 4)
    for number in (1, 2):
        store.save_incident(samples.incident(number))
    assert store.add_links([samples.link(1, "r0"), samples.link(1, "r3")]) == 2
    assert store.add_links([samples.link(1, "r0")]) == 0
    assert store.members("i1") == ("r0/e1", "r3/e1")
    store.add_links([samples.link(2, "r3")])
    store.add_links([samples.link(1, "r0", action="unlink")])
    assert (store.members("i1"), store.members("i2")) == ((), ("r3/e1",))
    assert store.incidents_of(["r0/e1", "r3/e1", "r9/e1"]) == {"r3/e1": "i2"}
    assert [(row.incident, row.action) for row in store.links(event="r3/e1")] == [("i1", "link"), ("i2", "link")]
    assert len(store.links(incident="i1")) == 3
    assert store.links(event="r0/e1")[0].at == samples.AT
    assert list(store.verify()) == []


def test_the_machine_does_not_move_what_a_person_placed(store: Store) -> None:
    _with_reports(store, 2)
    for number in (1, 2):
        store.save_incident(samples.incident(number))
    store.add_links([samples.link(1, "r0", made_by="human", judgement="j1")])
    with pytest.raises(StoreError, match="a person has placed it"):
        store.add_links([samples.link(2, "r1"), samples.link(2, "r0")])
    assert store.members("i2") == (), "all or none"
    with pytest.raises(StoreError, match="there is no incident i7"):
        store.add_links([samples.link(7, "r1")])
    with pytest.raises(StoreError, match="is not in incident"):
        store.add_links([samples.link(2, "r1", action="unlink")])
    assert list(store.verify()) == []


def _judgement(name: str, kind: str = "accept", **changes: object) -> Judgement:
    return Judgement(id=name, kind=kind, subject="i1", who="ليلى", why="مصدران مستقلان", **changes)  # type: ignore[arg-type]


def test_judgements_are_added_and_taken_back_never_overwritten(store: Store) -> None:
    first = _judgement("j1", "correct", value={"killed": {"low": 3, "best": None}})
    assert store.add_judgement(first)
    assert not store.add_judgement(first)
    with pytest.raises(StoreError, match="taken by another"):
        store.add_judgement(_judgement("j1", "reject"))
    kept = store.judgements("i1")[0]
    assert kept == msgspec.structs.replace(first, when=samples.AT)
    store.add_judgement(_judgement("j2", "undo", undoes="j1"))
    assert store.judgements("i1", standing=True) == ()
    store.add_judgement(_judgement("j3", "undo", undoes="j2"))
    assert store.judgements(standing=True) == (kept,)
    assert [j.id for j in store.judgements()] == ["j1", "j2", "j3"]
    for wrong, reason in (
        (_judgement("j4", "undo", undoes="j2"), "undone already"),
        (_judgement("j4", "undo", undoes="j9"), "there is no judgement"),
        (_judgement("j4", "undo"), "go together"),
        (msgspec.structs.replace(first, id="j4", who=" "), "nobody signs"),
    ):
        with pytest.raises(StoreError, match=reason):
            store.add_judgement(wrong)
    assert list(store.verify()) == []


def test_an_edition_is_frozen_with_the_head(store: Store) -> None:
    _with_reports(store, 1)
    head = store.head()
    edition = store.add_edition("2026-01", {"reports": 1}, {"events.csv": "ab" * 32})
    assert edition.head == head
    assert store.editions() == (edition,)
    with pytest.raises(StoreError, match="never change"):
        store.add_edition("2026-01", {}, {})
    assert list(store.verify(expect=head)) == []


def test_distances_and_reach(store: Store) -> None:
    _with_reports(store, 9)
    found = store.within_km(36.5, 40.75, 10)
    assert [near.ref for near in found] == ["r0/e1", "r3/e1", "r6/e1"]
    assert found[0].distance_km == 0
    assert len(store.within_km(36.2, 37.16, 170)) == 6
    assert len(store.within_km(90, 0, 20100)) == 9
    place = PlaceRef(None, Name(ar="x"), "town", 36.5, 40.75, "SY")
    store.save_incident(samples.incident(1, "r0/e1", places=(place,)))
    assert [near.ref for near in store.within_km(36.5, 40.7, 5, "incidents")] == ["i1"]
    with pytest.raises(StoreError, match="not a place"):
        store.within_km(91, 0, 1)


def test_refs_split_at_the_last_slash() -> None:
    assert split_ref("https://a/b/e1") == ("https://a/b", "e1")


def test_earth_is_the_size_postgis_takes() -> None:
    from marsad.store.places import EARTH_KM, distance_km

    assert math.isclose(distance_km(0, 0, 0, 180), math.pi * EARTH_KM)
