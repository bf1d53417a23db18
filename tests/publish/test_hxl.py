"""HXL: tags as on HDX, every column, and nothing where nobody says."""

from __future__ import annotations

import csv
import io
import re

import frictionless
import msgspec
import pytest

from marsad.knowledge.loader import load_knowledge
from marsad.publish import hxl
from marsad.records import Name, When
from marsad.records_incident import Toll
from tests.conftest import SHARED
from tests.publish.samples_formats import CIVILIANS, KILLED, PRIVATE, REBELS, TOWN, bare, entry, report


@pytest.fixture(scope="module")
def knowledge(own_home):
    return load_knowledge()


def written(knowledge, *entries):
    stream = io.BytesIO()
    hxl.write(entries, knowledge, stream)
    return stream.getvalue()


def row(knowledge, one):
    head, _, cells = csv.reader(io.StringIO(written(knowledge, one).decode("utf-8")))
    return dict(zip(head, cells, strict=True))


FULL = {
    "year": "2016",
    "side_a": "Syrian army",
    "side_b": "civilians",
    "source_article": "Outlet 1, 2016-03-04, https://news.example/1; Outlet 2, 2016-03-04, https://news.example/2",
    "source_headline": "عنوان 1; عنوان 2",
    "where_coordinates": "Tell Rayhan",
    "adm_1": "Idlib",
    "adm_2": "Harim",
    "latitude": "35.5",
    "longitude": "36.25",
    "country": "Syria",
    "iso3": "SYR",
    "region": "",
    "date_start": "2016-03-03",
    "date_end": "2016-03-03",
    "best": "4",
    "low": "3",
    "high": "6",
    "id": "i-0123456789ab",
    "event_type": "shelling",
    "adm1_pcode": "",
    "adm2_pcode": "",
    "where_pcode": "",
    "where_name_ar": "تل الريحان",
    "where_prec": "1",
    "date_precision": "day",
    "date_stated": "yes",
    "certainty": "fair",
    "reports": "2",
    "sources": "2",
    "policy": "marsad",
}
KNOWN_OF_BARE = {"id", "event_type", "event_type_label", "date_precision", "certainty", "reports", "sources", "policy"}


@pytest.mark.parametrize("column", [name for name, _ in hxl.COLUMNS])
def test_column(knowledge, column):
    expected = FULL.get(column, knowledge.events["shelling"].label.en)
    assert row(knowledge, entry())[column] == expected


@pytest.mark.parametrize("column", [name for name, _ in hxl.COLUMNS])
def test_column_when_nobody_says(knowledge, column):
    assert bool(row(knowledge, bare())[column]) == (column in KNOWN_OF_BARE)


def test_open_bounds_stay_open(knowledge):
    cells = row(knowledge, entry(tolls=(Toll("killed", None, 3, None, None),)))
    assert (cells["low"], cells["best"], cells["high"]) == ("3", "", "")


def test_none_killed_is_a_figure(knowledge):
    assert row(knowledge, entry(tolls=(Toll("killed", None, 0, 0, 0),)))["best"] == "0"


def test_losses_of_both_sides_are_added_and_overlapping_categories_are_not(knowledge):
    lost = Toll("killed", REBELS, 1, 2, None, "a")
    cells = row(knowledge, entry(tolls=(KILLED, lost, Toll("wounded", None, 9, 9, 9))))
    assert (cells["low"], cells["best"], cells["high"]) == ("4", "6", "")
    for other in (Toll("killed", None, 2, 2, 2), Toll("killed", PRIVATE, 1, 1, 1, "b")):
        assert row(knowledge, entry(tolls=(KILLED, other)))["best"] == ""


def test_dates_as_precise_as_told(knowledge):
    month = row(knowledge, entry(when=When("2015-06", "2015-06", "month", False)))
    assert (month["date_start"], month["year"], month["date_stated"]) == ("2015-06", "2015", "no")
    hour = row(knowledge, entry(when=When("2015-06-25T14:00", None, "hour", True)))
    assert (hour["date_start"], hour["date_end"]) == ("2015-06-25", "")
    assert row(knowledge, entry(when=When("2015-12-31", "2016-01-02", "day", True)))["year"] == ""


@pytest.mark.parametrize(
    ("ident", "kind", "name", "expected"),
    [
        ("cod:SY07", "governorate", "Idlib", ("SY07", "", "SY07")),
        ("cod:SY0703", "district", "Harim", ("", "SY0703", "SY0703")),
        ("cod:SY070301", "district", "Harim", ("", "", "SY070301")),
        ("cod:SY0703", "district", "Salqin", ("", "", "SY0703")),
        ("sy.idlib", "governorate", "Idlib", ("", "", "")),
        (None, "town", "Idlib", ("", "", "")),
    ],
)
def test_pcodes_only_where_imported_and_sure(knowledge, ident, kind, name, expected):
    place = msgspec.structs.replace(TOWN, id=ident, kind=kind, name=Name("اسم", name))
    cells = row(knowledge, entry(places=(place,)))
    assert (cells["adm1_pcode"], cells["adm2_pcode"], cells["where_pcode"]) == expected


def test_a_place_without_coordinates_or_country(knowledge):
    place = msgspec.structs.replace(TOWN, lat=None, lon=None, country=None)
    cells = row(knowledge, entry(places=(place,)))
    assert [cells[c] for c in ("latitude", "longitude", "country", "iso3")] == ["", "", "", ""]


def test_no_private_names(knowledge):
    assert row(knowledge, entry(side_b=(PRIVATE, CIVILIANS)))["side_b"] == "civilians"


def test_hashtags_are_well_formed_and_unique():
    tags = [tag for _, tag, _ in hxl.TAGGED]
    assert all(re.fullmatch(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*", tag) for tag in tags)
    assert len(set(tags)) == len(tags)


@pytest.mark.shared
def test_tags_are_those_of_ucdp_on_hdx():
    path = SHARED / "formats/hxl_as_used_for_ucdp_on_hdx.csv"
    if not path.exists():
        pytest.skip("../shared is absent: the tags used on HDX cannot be compared")
    wanted = [(r["ucdp_column"], r["hxl_tag"]) for r in csv.DictReader(path.read_text().splitlines())]
    assert [(name, tag) for name, tag, _ in hxl.TAGGED][: len(wanted)] == wanted


def test_bytes_are_the_same_again_with_lf_only(knowledge):
    odd = entry((report(title='سطر\r\nآخر "و" فاصلة, هنا'),))
    data = written(knowledge, entry(), odd, bare())
    assert data == written(knowledge, entry(), odd, bare())
    assert b"\r" not in data and data.count(b"\n") == 5


def test_frictionless_loads_and_validates(knowledge, tmp_path):
    path = tmp_path / "marsad.hxl.csv"
    path.write_bytes(written(knowledge, entry(), bare()))
    resource = frictionless.Resource(path=path.name, basepath=str(tmp_path), encoding="utf-8")
    found = frictionless.validate(resource)
    assert found.valid, found.flatten(["rowNumber", "fieldName", "type"])
    with resource:
        assert resource.header == [name for name, _ in hxl.COLUMNS]
        assert len(resource.read_rows()) == 3


def test_frictionless_reads_it_under_names_and_under_hashtags(knowledge, tmp_path):
    path = tmp_path / "hxl.csv"
    path.write_bytes(written(knowledge, entry(), entry(id="i-2", tolls=())))
    for header_row, name in ((1, "best"), (2, "#affected+killed")):
        table = frictionless.Resource(
            path="hxl.csv",
            basepath=str(tmp_path),
            dialect=frictionless.Dialect(header_rows=[header_row], comment_rows=[3 - header_row]),
        )
        rows = table.read_rows()
        assert len(rows) == 2 and all(row.valid for row in rows)
        assert [row[name] for row in rows] == [4, None]
        assert (table.schema.get_field(name).type, len(table.schema.fields)) == ("integer", len(hxl.TAGGED))
