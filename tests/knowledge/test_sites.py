"""Our own conflict sites: whole, unique, and each in the governorate it states."""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import marsad.knowledge
from marsad.knowledge.place_names import skeleton, words_of
from marsad.knowledge.place_table import read_governorates

PLACES = Path(marsad.knowledge.__path__[0]) / "places"
FILES = sorted(PLACES.glob("conflict_sites_*.tsv"))
HEADER = [
    "id",
    "name_ar",
    "name_en",
    "kind",
    "lat",
    "lon",
    "country",
    "admin1",
    "admin2",
    "precision",
    "alt_ar",
    "origin",
]
KINDS = set(
    "city town village neighbourhood district governorate countryside crossing camp airport base prison dam road bridge hospital "  # noqa: SIM905
    "school factory oilfield port mountain valley region island refinery powerplant university mosque church market site".split()
)
KM_A_DEGREE = 111.2
# The polygons are simplified to 600 m, borders are drawn differently from map to map, and ports stand off the coast.
TOLERANCE_KM = 5.0
BOX_MARGIN_DEG = 0.6

Row = dict[str, str]
Ring = list[list[float]]


def read(path: Path) -> list[Row]:
    """The rows of one file, keyed by its header."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [dict(zip(HEADER, line.split("\t"), strict=True)) for line in lines[1:]]


@cache
def rows() -> list[Row]:
    """The rows of all files."""
    return [row for path in FILES for row in read(path)]


@cache
def polygons() -> dict[str, dict[str, list[Ring]]]:
    """Outer rings ([lon, lat] points) by country and governorate."""
    return json.loads(gzip.decompress((PLACES / "admin1_polygons.json.gz").read_bytes()))["admin1"]


def is_inside(ring: Ring, lat: float, lon: float) -> bool:
    """Whether a point lies in a closed ring (crossings of a ray eastwards are odd)."""
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        crossings += (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1)
    return crossings % 2 == 1


def edge_distance_km(ring: Ring, lat: float, lon: float) -> float:
    """How far a point is from the nearest edge of a ring, in km, on a plane that touches the Earth at the point."""
    shrink = math.cos(math.radians(lat))
    flat = [((x - lon) * KM_A_DEGREE * shrink, (y - lat) * KM_A_DEGREE) for x, y in ring]
    best = math.inf
    for (x1, y1), (x2, y2) in pairwise(flat):
        dx, dy = x2 - x1, y2 - y1
        length = dx * dx + dy * dy
        t = max(0.0, min(1.0, -(x1 * dx + y1 * dy) / length)) if length else 0.0
        best = min(best, math.hypot(x1 + t * dx, y1 + t * dy))
    return best


def distance_km(rings: list[Ring], lat: float, lon: float) -> float:
    """0 inside any of the rings, else the distance to the nearest edge."""
    return (
        0.0
        if any(is_inside(ring, lat, lon) for ring in rings)
        else min(edge_distance_km(ring, lat, lon) for ring in rings)
    )


def apart_km(row: Row, other: Row) -> float:
    """Distance between two rows that are near each other."""
    north = (float(row["lat"]) - float(other["lat"])) * KM_A_DEGREE
    east = (float(row["lon"]) - float(other["lon"])) * KM_A_DEGREE * math.cos(math.radians(float(row["lat"])))
    return math.hypot(north, east)


def test_there_are_enough() -> None:
    counts = Counter(row["country"] for row in rows())
    assert len(rows()) >= 2000
    assert counts["SY"] >= 900 and counts["IQ"] >= 300 and sum(counts.values()) - counts["SY"] - counts["IQ"] >= 800


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_file_is_well_formed(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t") == HEADER
    country = path.stem.removeprefix("conflict_sites_")
    for line, row in zip(lines[1:], read(path), strict=True):
        assert row["id"].startswith(f"{country}.") and row["country"] == country.upper(), line
        assert row["id"] == row["id"].strip().lower() and " " not in row["id"] and row["id"].count(".") == 2, line
        assert row["kind"] in KINDS and row["precision"] in set("12345"), line
        assert row["name_ar"] and row["name_en"] and row["origin"].startswith("own: "), line
        assert words_of(row["name_ar"]) and all(words_of(name) for name in row["alt_ar"].split("|") if name), line
        assert row["name_ar"] not in row["alt_ar"].split("|"), line


def test_fuzzy_kinds_do_not_claim_to_be_exact() -> None:
    fuzzy = {"countryside": 3, "region": 2}
    assert [row["id"] for row in rows() if int(row["precision"]) < fuzzy.get(row["kind"], 1)] == []


def test_ids_are_unique() -> None:
    assert [ident for ident, n in Counter(row["id"] for row in rows()).items() if n > 1] == []


def test_no_place_is_listed_twice() -> None:
    """Two rows of one name in one governorate must be more than 1 km apart."""
    listed: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows():
        listed[row["country"], row["admin1"], skeleton(words_of(row["name_ar"]))].append(row)
    for same in listed.values():
        for n, row in enumerate(same):
            for other in same[n + 1 :]:
                assert apart_km(row, other) > 1, (row["id"], other["id"])


def test_quarters_lie_near_their_town() -> None:
    """A neighbourhood is at most 20 km from the row of the city that its admin2 names."""
    towns = {(row["country"], row["name_en"]): row for row in rows() if row["kind"] in ("city", "town")}
    checked = 0
    for row in rows():
        town = towns.get((row["country"], f"{row['admin2']} city")) or towns.get((row["country"], row["admin2"]))
        if row["kind"] == "neighbourhood" and town is not None:
            assert apart_km(row, town) < 20, (row["id"], town["id"])
            checked += 1
    assert checked > 200


def test_every_coordinate_lies_in_its_governorate() -> None:
    """Point in polygon, with a few km for borders and coasts; rows without a governorate are regions and roads across several."""
    outside = []
    for row in rows():
        if row["admin1"]:
            off = distance_km(polygons()[row["country"]][row["admin1"]], float(row["lat"]), float(row["lon"]))
            if off > TOLERANCE_KM:
                outside.append(f"{row['id']} is {off:.0f} km outside {row['admin1']}")
        else:
            assert row["precision"] == "5" or row["kind"] in ("mountain", "road", "region", "valley"), row["id"]
    assert outside == []


def test_every_coordinate_lies_about_the_box_of_its_governorate() -> None:
    """The boxes that the coder uses, widened: those of Baghdad, Sanaa and North Darfur come from maps that draw them small."""
    boxes = {(g.country, g.admin1): g for g in read_governorates(PLACES / "admin1.tsv")}
    named = [row for row in rows() if row["admin1"]]
    assert {(row["country"], row["admin1"]) for row in named} - set(boxes) == set()
    outside = []
    for row in named:
        box, lat, lon = boxes[row["country"], row["admin1"]], float(row["lat"]), float(row["lon"])
        off = max(box.min_lat - lat, lat - box.max_lat, box.min_lon - lon, lon - box.max_lon)
        if off > BOX_MARGIN_DEG:
            outside.append((row["id"], off))
    assert outside == []


def test_the_check_would_notice() -> None:
    """Raqqa city is not in Aleppo, by any tolerance of this file."""
    assert distance_km(polygons()["SY"]["Aleppo"], 35.951, 39.010) > 30
    assert distance_km(polygons()["SY"]["Ar-Raqqa"], 35.951, 39.010) == 0


def test_places_abroad_are_well_formed() -> None:
    """Towns and regions of countries that have no file of their own: no two ids are one, and no country has two homes."""
    path = PLACES / "places_abroad.tsv"
    assert path.read_text(encoding="utf-8").splitlines()[0].split("\t") == HEADER
    abroad = read(path)
    assert len({row["id"] for row in (*abroad, *rows())}) == len(abroad) + len(rows())
    for row in abroad:
        assert (
            row["id"].startswith(row["country"].lower() + ".")
            and row["kind"] in KINDS
            and row["precision"] in set("12345")
        )
        assert words_of(row["name_ar"]) and row["name_ar"] not in row["alt_ar"].split("|")
