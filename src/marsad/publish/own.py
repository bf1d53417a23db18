"""Our own columns, one incident a row, as CSV, Parquet and GeoJSON; and the whole record as JSON lines (`marsad`).

Comes in: entries. Goes out: the four formats that lose nothing of what the columns say to a scheme of others.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import msgspec

from marsad.knowledge.loader import Knowledge
from marsad.publish.acled import types
from marsad.publish.cells import actor_name, days, figures, flat, named, names, pcodes, place_of, reports_of, told_by
from marsad.publish.entries import Entry
from marsad.publish.table import write_rows
from marsad.records_incident import Toll

COLUMNS: tuple[tuple[str, str], ...] = (
    ("id", "Id of the incident."),
    ("type", "Our event type."),
    ("type_en", "Its label in English."),
    ("type_ar", "Its label in Arabic."),
    ("event_type", "ACLED's, through the crosswalk."),
    ("sub_event_type", "ACLED's, through the crosswalk."),
    ("date_start", "First day, as precise as told (2015, 2015-06, 2015-06-25); empty if unknown."),
    ("date_end", "Last day likewise; empty for a single day."),
    ("date_precision", "hour, day, week, month, year or unknown."),
    ("date_stated", "true: a report dates it; false: it is dated by publication."),
    ("side_a", "Who acts, or one of two sides; names in English where known, parted by “; ”."),
    ("side_a_ids", "Ids of these actors; empty for names known by their form only."),
    ("side_b", "Whom it is done to, or the other side."),
    ("side_b_ids", "Ids of these actors."),
    ("place", "Name of the place that the coordinates stand for, in English where known."),
    ("place_ar", "The same in Arabic."),
    ("places", "All places named, in Arabic, parted by “; ”."),
    ("place_id", "Id of the place in its gazetteer."),
    ("where_pcode", "OCHA's P-code of the place, where imported."),
    ("adm1_pcode", "P-code of the first-level unit, where imported."),
    ("adm2_pcode", "P-code of the second-level unit, where imported."),
    ("latitude", "Degrees north, WGS 84."),
    ("longitude", "Degrees east, WGS 84."),
    ("where_prec", "UCDP: 1 exact site … 7 country."),
    ("admin1", "First-level administrative unit."),
    ("admin2", "Second-level administrative unit."),
    ("country", "ISO 3166-1 alpha-2."),
    ("killed_low", "Killed, lowest figure that stands under the policy; empty when nobody says or it cannot be summed."),
    ("killed_best", "Best figure likewise."),
    ("killed_high", "Highest figure likewise; empty when open."),
    ("wounded_low", "Wounded, lowest figure likewise."),
    ("wounded_best", "Best figure likewise."),
    ("wounded_high", "Highest figure likewise."),
    ("tolls", "Every category as told: harm, low–best–high, victims; parted by “; ”."),
    ("conflicts", "Fields on which the reports differ, parted by “; ”."),
    ("grade", "confirmed, fair, weak, contested, discounted or single_source."),
    ("origins", "Number of independent origins."),
    ("reports", "Number of reports."),
    ("report_ids", "Their ids, parted by “; ”."),
    ("publishers", "Their publishers, parted by “; ”."),
    ("urls", "Their addresses, parted by “; ”."),
    ("status", "open, closed or reopened."),
    ("policy", "Policy that the figures are derived under."),
)  # fmt: skip

_WHOLE = frozenset(
    ["where_prec", "origins", "reports", *(f"{h}_{b}" for h in ("killed", "wounded") for b in ("low", "best", "high"))]
)
_SQL = {"latitude": "DOUBLE", "longitude": "DOUBLE", "date_stated": "BOOLEAN", **dict.fromkeys(_WHOLE, "BIGINT")}
RECORD: tuple[tuple[str, str], ...] = (
    ("schema", "marsad-incident/1."),
    ("incident", "The incident with all its fields: claims side by side, conflicts, reasons."),
    ("reports", "The reports it rests on: id, publisher, day, title, address, SHA-256; never their text."),
    ("events", "The events of these reports, each under its reference, with the words that say it."),
)


def write_csv(entries: Iterable[Entry], knowledge: Knowledge, stream: IO[bytes]) -> None:
    """A header and a row an incident."""
    write_rows(COLUMNS, ({k: _cell(v) for k, v in row(entry, knowledge).items()} for entry in entries), stream)


def write_parquet(entries: Iterable[Entry], knowledge: Knowledge, stream: IO[bytes]) -> None:
    """The columns of CSV, typed, as Parquet."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        table, made = Path(folder, "t.csv"), Path(folder, "t.parquet")
        with table.open("wb") as out:
            write_csv(entries, knowledge, out)
        typed = {name: _SQL.get(name, "VARCHAR") for name, _ in COLUMNS}
        with duckdb.connect() as db:
            db.execute("SET threads = 1")  # one order of rows, one run of bytes
            rows = db.read_csv(str(table), header=True, columns=typed, delimiter=",", quotechar='"', escapechar='"', auto_detect=False, null_padding=False)  # fmt: skip
            rows.write_parquet(str(made), compression="zstd")
        stream.write(made.read_bytes())


def write_geojson(entries: Iterable[Entry], knowledge: Knowledge, stream: IO[bytes]) -> None:
    """A FeatureCollection: a point for every incident whose place is located."""
    stream.write(b'{"type":"FeatureCollection","features":[')
    glue = b"\n"
    for entry in entries:
        place = place_of(entry.incident)
        if place is None or place.lat is None:
            continue
        feature = {
            "type": "Feature",
            "id": entry.incident.id,
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
            "properties": {k: None if v == "" else v for k, v in row(entry, knowledge).items()},
        }
        stream.write(glue + msgspec.json.encode(feature))
        glue = b",\n"
    stream.write(b"\n]}\n")


def write_marsad(entries: Iterable[Entry], knowledge: Knowledge, stream: IO[bytes]) -> None:
    """An incident a line, with its events and what identifies its reports."""
    for entry in entries:
        record = {
            "schema": "marsad-incident/1",
            "incident": entry.incident,
            "reports": [
                {f: getattr(r, f) for f in ("id", "publisher", "published", "title", "url", "sha256")}
                for r in reports_of(entry)
            ],
            "events": {m.ref: m.event for m in entry.members},
        }
        stream.write(msgspec.json.encode(record) + b"\n")


def row(entry: Entry, knowledge: Knowledge) -> dict[str, object | None]:
    """The cells of an incident by column."""
    incident, reports = entry.incident, reports_of(entry)
    event = knowledge.events.get(incident.type)
    start, end = days(incident.when)
    event_type, sub_event_type = types(entry, knowledge)
    cells: dict[str, object | None] = dict.fromkeys((name for name, _ in COLUMNS), "")
    cells |= {
        "id": incident.id,
        "type": incident.type,
        "type_en": event.label.en if event else "",
        "type_ar": event.label.ar if event else "",
        "event_type": event_type,
        "sub_event_type": sub_event_type,
        "date_start": start,
        "date_end": end,
        "date_precision": incident.when.precision,
        "date_stated": incident.when.stated if start else "",
        "side_a": names(incident.side_a),
        "side_a_ids": "; ".join(a.id for a in incident.side_a if a.id),
        "side_b": names(incident.side_b),
        "side_b_ids": "; ".join(a.id for a in incident.side_b if a.id),
        "places": "; ".join(dict.fromkeys(named(p.name, "ar") for p in incident.places)),
        "tolls": "; ".join(_toll(t) for t in incident.tolls),
        "conflicts": "; ".join(dict.fromkeys(c.field for c in incident.conflicts)),
        "grade": incident.grade,
        "origins": incident.origins,
        "reports": len(reports),
        "report_ids": "; ".join(flat(r.id) for r in reports),
        "publishers": told_by(reports, "publisher"),
        "urls": told_by(reports, "url"),
        "status": incident.status,
        "policy": incident.policy,
    }
    for harm in ("killed", "wounded"):
        bounds = zip(("low", "best", "high"), figures(incident.tolls, harm), strict=True)
        cells |= {f"{harm}_{bound}": value for bound, value in bounds}
    return {k: "" if v is None else v for k, v in (cells | _place(entry)).items()}


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _place(entry: Entry) -> dict[str, object | None]:
    place = place_of(entry.incident)
    if place is None:
        return {}
    return {
        "place": named(place.name),
        "place_ar": named(place.name, "ar"),
        "place_id": place.id,
        "latitude": place.lat,
        "longitude": place.lon,
        "where_prec": place.precision,
        "admin1": place.admin1,
        "admin2": place.admin2,
        "country": place.country,
        **dict(pcodes(place)),
    }


def _toll(toll: Toll) -> str:
    bounds = "–".join("?" if v is None else str(v) for v in (toll.low, toll.best, toll.high))
    return flat(f"{toll.harm} {bounds} {actor_name(toll.victims) if toll.victims else ''}")
