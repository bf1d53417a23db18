"""HXL, for the Humanitarian Data Exchange: one row an incident, under a header row and a row of hashtags.

Comes in: entries. Goes out: CSV with the columns of UCDP GED as tagged on HDX, and after them our own under standard hashtags.
A cell is empty when nobody says: nothing is put in its place. P-codes are those of places imported from OCHA COD-AB (ids "cod:…"), and
only at a level that the place is surely of.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from marsad.knowledge.loader import Knowledge
from marsad.publish.cells import days, figures, named, names, pcodes, place_of, reports_of
from marsad.publish.countries import codes
from marsad.publish.entries import Entry
from marsad.records import When
from marsad.records_incident import Incident

TAGGED: tuple[tuple[str, str, str], ...] = (
    ("year", "#date+year", "Year of the incident; empty when it spans two."),
    ("side_a", "#group+name+first", "Who acts, or one side of a two-sided type; parted by “; ”."),
    ("side_b", "#group+name+second", "Whom it is done to, or the other side; parted by “; ”."),
    ("source_article", "#meta+source", "Reports it rests on: publisher, day and address; parted by “; ”."),
    ("source_headline", "#description", "Headlines of these reports; parted by “; ”."),
    ("where_coordinates", "#loc+name", "Name of the place that latitude and longitude stand for."),
    ("adm_1", "#adm1+name", "First-level administrative unit."),
    ("adm_2", "#adm2+name", "Second-level administrative unit."),
    ("latitude", "#geo+lat", "Degrees north, WGS 84."),
    ("longitude", "#geo+lon", "Degrees east, WGS 84."),
    ("country", "#country+name", "Country of the place, in English."),
    ("iso3", "#country+code", "Its ISO 3166-1 alpha-3 code."),
    ("region", "#region+name", "World region; we assign none: always empty."),
    ("date_start", "#date+start", "First day, as precise as told (2015, 2015-06, 2015-06-25)."),
    ("date_end", "#date+end", "Last day, as precise as told."),
    (
        "best",
        "#affected+killed",
        "Killed, best figure under the policy of the incident; empty when it cannot be summed.",
    ),
    ("low", "#affected+killed+min", "Killed, lowest figure that stands."),
    ("high", "#affected+killed+max", "Killed, highest figure that stands; empty when open."),
    ("id", "#event+id", "Id of the incident."),
    ("event_type", "#event+type+code", "Our event type."),
    ("event_type_label", "#event+type+name", "Its English label."),
    ("adm1_pcode", "#adm1+code+v_pcode", "P-code of the first-level unit, where imported."),
    ("adm2_pcode", "#adm2+code+v_pcode", "P-code of the second-level unit, where imported."),
    ("where_pcode", "#loc+code+v_pcode", "P-code of the place itself, whatever its level, where imported."),
    ("where_name_ar", "#loc+name+i_ar", "Name of the place in Arabic."),
    ("where_prec", "#geo+precision", "UCDP: 1 exact site … 7 country."),
    ("date_precision", "#date+precision", "hour, day, week, month, year or unknown."),
    ("date_stated", "#date+stated", "yes: a report dates the event; no: it is dated by publication."),
    ("certainty", "#meta+certainty", "Grade: confirmed, fair, weak, contested, discounted, single_source."),
    ("reports", "#meta+reports+num", "Number of reports."),
    ("sources", "#meta+sources+num", "Number of independent origins."),
    ("policy", "#meta+policy", "Policy that the figures are derived under."),
)
COLUMNS: tuple[tuple[str, str], ...] = tuple((name, meaning) for name, _, meaning in TAGGED)


def write(entries: Iterable[Entry], knowledge: Knowledge, stream: IO[bytes]) -> None:
    """Header, hashtags, and a row an entry, as CSV in UTF-8 with LF; the same entries give the same bytes."""
    stream.write(_line([name for name, _, _ in TAGGED]))
    stream.write(_line([tag for _, tag, _ in TAGGED]))
    for entry in entries:
        row = _row(entry, knowledge)
        stream.write(_line([row.get(name, "") for name, _, _ in TAGGED]))


def _row(entry: Entry, knowledge: Knowledge) -> dict[str, object]:
    incident = entry.incident
    reports = reports_of(entry)
    event = knowledge.events.get(incident.type)
    low, best, high = figures(incident.tolls)
    cells: dict[str, object | None] = {
        "side_a": names(incident.side_a),
        "side_b": names(incident.side_b),
        "source_article": "; ".join(", ".join(_cited(r.publisher, r.published, r.url)) for r in reports),
        "source_headline": "; ".join(" ".join(r.title.split()) for r in reports if r.title),
        "best": best,
        "low": low,
        "high": high,
        "id": incident.id,
        "event_type": incident.type,
        "event_type_label": event.label.en if event else "",
        "certainty": incident.grade,
        "reports": len(reports),
        "sources": incident.origins,
        "policy": incident.policy,
        **_dated(incident.when),
        **dict(_located(incident, knowledge)),
    }
    return {name: "" if value is None else value for name, value in cells.items()}


def _cited(publisher: str | None, published: str | None, url: str | None) -> list[str]:
    return [" ".join(v.split()) for v in (publisher, (published or "")[:10], url) if v]


def _dated(when: When) -> dict[str, str]:
    start, end = days(when)
    year = start[:4] if start and (end or start)[:4] == start[:4] else ""
    stated = ("yes" if when.stated else "no") if start else ""
    return {
        "year": year,
        "date_start": start,
        "date_end": end,
        "date_precision": when.precision,
        "date_stated": stated,
    }


def _located(incident: Incident, knowledge: Knowledge) -> Iterator[tuple[str, object | None]]:
    place = place_of(incident)
    if place is None:
        return
    country = knowledge.countries.get(place.country or "")
    yield "where_coordinates", named(place.name)
    yield "where_name_ar", place.name.ar
    yield "adm_1", place.admin1
    yield "adm_2", place.admin2
    if place.lat is not None and place.lon is not None:
        yield "latitude", place.lat
        yield "longitude", place.lon
    yield "country", country.label.en if country else ""
    yield "iso3", codes(place.country).iso3
    yield "where_prec", place.precision
    yield from pcodes(place)


def _line(cells: Sequence[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode("utf-8")
