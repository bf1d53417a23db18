"""Place queries: PostGIS, bounding boxes and plain arithmetic give the same answers."""

from __future__ import annotations

import random
from functools import cache

import pytest
import samples
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from marsad.records import Name, PlaceRef
from marsad.store import Near, Store, open_store
from marsad.store.places import distance_km

_POLES_AND_SEAM = [(90.0, 0.0), (-90.0, 10.0), (0.0, 180.0), (0.0, -180.0), (89.9, -170.0), (10.0, 179.99)]


def _points(seed: int, count: int) -> list[tuple[float, float]]:
    rng = random.Random(seed)
    near = [(36 + rng.gauss(0, 1), 40 + rng.gauss(0, 1)) for _ in range(count // 2)]
    return near + [(rng.uniform(-90, 90), rng.uniform(-180, 180)) for _ in range(count // 2)] + _POLES_AND_SEAM


def _put(store: Store, points: list[tuple[float, float]]) -> None:
    with store.transaction():
        for number, (lat, lon) in enumerate(points):
            place = PlaceRef(None, Name(ar="موضع"), "town", lat, lon, "SY")
            store.save_incident(samples.incident(number, places=(place,)))


def _plain(points: list[tuple[float, float]], lat: float, lon: float, km: float) -> tuple[Near, ...]:
    near = [Near(f"i{n}", distance_km(lat, lon, *point)) for n, point in enumerate(points)]
    return tuple(sorted((n for n in near if n.distance_km <= km), key=lambda n: (n.distance_km, n.ref)))


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.sampled_from(_POLES_AND_SEAM), st.tuples(st.floats(-90, 90), st.floats(-180, 180))),
    st.one_of(st.floats(0, 500), st.floats(0, 25_000)),
)
def test_a_bounding_box_misses_nothing(centre: tuple[float, float], km: float) -> None:
    points = _points(3, 60)
    assert _boxed().within_km(*centre, km, "incidents") == _plain(points, *centre, km)


@cache
def _boxed() -> Store:
    store = open_store(":memory:", clock=samples.clock)
    _put(store, _points(3, 60))
    return store


@pytest.mark.postgres
def test_postgis_gives_the_same(cluster) -> None:  # type: ignore[no-untyped-def]
    points = _points(5, 200)
    rng = random.Random(6)
    with open_store(cluster.url(), create=True) as store:
        if not store.has_postgis:
            pytest.skip("PostGIS is not installed (Debian: postgresql-15-postgis-3)")
        _put(store, points)
        for query in range(150):
            lat, lon = rng.choice(points) if query % 2 else (rng.uniform(-90, 90), rng.uniform(-180, 180))
            km = rng.choice([0, 1, 50, 300, 3000, 20_100])
            by_index = store.within_km(lat, lon, km, "incidents")
            store.has_postgis = False
            by_box = store.within_km(lat, lon, km, "incidents")
            store.has_postgis = True
            assert by_index == by_box == _plain(points, lat, lon, km)
        with store._session.read() as conn:
            conn.execute(text("SET LOCAL enable_seqscan = off"))
            plan = "\n".join(
                row[0]
                for row in conn.execute(
                    text(
                        "EXPLAIN SELECT id FROM incidents WHERE ST_DWithin("
                        "CAST(ST_SetSRID(ST_MakePoint(incidents.lon, incidents.lat), 4326) AS geography), "
                        "CAST(ST_SetSRID(ST_MakePoint(40, 36), 4326) AS geography), 1000, false)"
                    )
                )
            )
        assert "incidents_point" in plan, "the spatial index serves the query"
