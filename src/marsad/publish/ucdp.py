"""UCDP GED's columns, one incident a row, within GED's scope: armed force with at least one direct death.

Comes in: entries. Goes out: CSV. Ids that UCDP assigns (conflicts, dyads, actors) stay empty. The type of violence comes from the sides as
named; where a side stays unknown it is empty. Which types are in scope, and under which rule: knowledge/crosswalks/ucdp.tsv.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import IO

from marsad.knowledge.loader import Knowledge
from marsad.publish.cells import figures, flat, losses, named, names, place_of, reports_of, told_by, whole_days, year
from marsad.publish.countries import codes
from marsad.publish.entries import Entry
from marsad.publish.rules import choose, facts_of
from marsad.publish.table import write_rows
from marsad.records import ActorRef, PlaceRef, Report, When
from marsad.records_incident import Incident

_NONE = "UCDP's own: always empty."
COLUMNS: tuple[tuple[str, str], ...] = (
    ("id", "Id of the incident."),
    ("relid", "The same id: ours are text already."),
    ("year", "Year; empty when the incident spans two."),
    ("active_year", _NONE),
    ("code_status", _NONE),
    ("type_of_violence", "1 state-based, 2 non-state, 3 one-sided; empty when the sides named do not say."),
    ("conflict_dset_id", _NONE),
    ("conflict_new_id", _NONE),
    ("conflict_name", _NONE),
    ("dyad_dset_id", _NONE),
    ("dyad_new_id", _NONE),
    ("dyad_name", "side_a - side_b, when both are known."),
    ("side_a_dset_id", _NONE),
    ("side_a_new_id", _NONE),
    ("side_a", "Names of side A, parted by “; ”; empty when nobody is named."),
    ("side_b_dset_id", _NONE),
    ("side_b_new_id", _NONE),
    ("side_b", "Names of side B; Civilians in one-sided violence."),
    ("number_of_sources", "Number of reports."),
    ("source_article", "Publisher, day and headline of each report, parted by “; ”."),
    ("source_office", "Publishers, parted by “; ”."),
    ("source_date", "Days of publication, parted by “; ”."),
    ("source_headline", "Headlines, parted by “; ”."),
    ("source_original", "Whom the reports quote, parted by “; ”."),
    ("where_prec", "1 exact site, 2 near it, 3 second-level unit, 4 first-level unit, 5 wider area, 6 country, 7 none of these."),
    ("where_coordinates", "Name of the place that latitude and longitude stand for."),
    ("where_description", "All places named, in Arabic, parted by “; ”."),
    ("adm_1", "First-level administrative unit."),
    ("adm_2", "Second-level administrative unit."),
    ("latitude", "Degrees north, WGS 84."),
    ("longitude", "Degrees east, WGS 84."),
    ("geom_wkt", "POINT (longitude latitude)."),
    ("priogrid_gid", "Number of the PRIO-GRID cell (half a degree) of the point."),
    ("country", "Country of the place, in English."),
    ("country_id", "Its Gleditsch and Ward number."),
    ("region", "UCDP's region of the country."),
    ("event_clarity", "1 a day and a place are known, 2 less."),
    ("date_prec", "1 the day, 2 within six days, 3 the week, 4 the month, 5 more than a month."),
    ("date_start", "First day that the date may mean."),
    ("date_end", "Last day that the date may mean."),
    ("deaths_a", "Killed of side A, best figure; empty when nobody says."),
    ("deaths_b", "Killed of side B, unless unarmed."),
    ("deaths_civilians", "Killed who are unarmed."),
    ("deaths_unknown", "Killed of whom nobody says what they were."),
    ("best", "Killed, best figure under the policy of the incident; empty when it cannot be summed."),
    ("high", "Highest figure that stands; empty when open."),
    ("low", "Lowest figure that stands."),
    ("gwnoa", "Gleditsch and Ward number of side A, if a state."),
    ("gwnob", "Gleditsch and Ward number of side B, if a state."),
)  # fmt: skip
_STATES = frozenset(["state_force", "police", "government", "foreign_force"])


def write(entries: Iterable[Entry], knowledge: Knowledge, stream: IO[bytes]) -> None:
    """A header and a row an incident in scope."""
    write_rows(COLUMNS, (_row(entry, knowledge) for entry in entries if _in_scope(entry, knowledge)), stream)


def type_of_violence(entry: Entry, knowledge: Knowledge) -> str:
    """1, 2, 3, or empty."""
    row = knowledge.crosswalks["ucdp"].get(entry.incident.type, {})
    return choose(row.get("rule", ""), "", facts_of(entry))


def priogrid(lat: float, lon: float) -> int:
    """The PRIO-GRID cell of a point: half-degree cells counted from the south-west corner, row by row, from 1."""
    row = min(359, math.floor((lat + 90) * 2))
    column = min(719, math.floor((lon + 180) * 2))
    return row * 720 + column + 1


def _in_scope(entry: Entry, knowledge: Knowledge) -> bool:
    scope = knowledge.crosswalks["ucdp"].get(entry.incident.type, {}).get("in_scope", "no")
    said = not all(m.event.status == "denied" for m in entry.members)
    dated = bool(whole_days(entry.incident.when)[0])
    if scope == "no" or not (facts_of(entry).killed and said and dated):
        return False
    return scope == "yes" or bool(type_of_violence(entry, knowledge))


def _row(entry: Entry, knowledge: Knowledge) -> dict[str, object | None]:
    incident = entry.incident
    violence = type_of_violence(entry, knowledge)
    low, best, high = figures(incident.tolls)
    side_a, side_b = names(incident.side_a), "Civilians" if violence == "3" else names(incident.side_b)
    return {
        "id": incident.id,
        "relid": incident.id,
        "year": year(incident.when),
        "type_of_violence": violence,
        "dyad_name": f"{side_a} - {side_b}" if side_a and side_b else "",
        "side_a": side_a,
        "side_b": side_b,
        "best": best,
        "high": high,
        "low": low,
        "gwnoa": _gwno(incident.side_a),
        "gwnob": _gwno(incident.side_b),
        **_sources(entry),
        **_place(incident, knowledge),
        **_dates(incident.when, place_of(incident)),
        **{f"deaths_{whose}": best for whose, (_, best, _) in losses(incident.tolls).items()},
    }


def _sources(entry: Entry) -> dict[str, object]:
    reports = reports_of(entry)
    quoted = dict.fromkeys(named(a.name) for m in entry.members for a in m.event.attribution)
    return {
        "number_of_sources": len(reports),
        "source_article": "; ".join(filter(None, map(_article, reports))),
        "source_office": told_by(reports, "publisher"),
        "source_date": "; ".join(dict.fromkeys(r.published[:10] for r in reports if r.published)),
        "source_headline": told_by(reports, "title"),
        "source_original": "; ".join(filter(None, quoted)),
    }


def _article(report: Report) -> str:
    return ", ".join(flat(v) for v in (report.publisher, (report.published or "")[:10], report.title) if v)


def _place(incident: Incident, knowledge: Knowledge) -> dict[str, object | None]:
    place = place_of(incident)
    if place is None:
        return {}
    code, country = codes(place.country), knowledge.countries.get(place.country or "")
    out: dict[str, object | None] = {
        "where_prec": place.precision,
        "where_coordinates": named(place.name),
        "where_description": "; ".join(dict.fromkeys(named(p.name, "ar") for p in incident.places)),
        "adm_1": place.admin1,
        "adm_2": place.admin2,
        "country": country.label.en if country else "",
        "country_id": code.gwno,
        "region": code.ucdp_region,
    }
    if place.lat is None or place.lon is None:
        return out
    point = {"latitude": place.lat, "longitude": place.lon, "geom_wkt": f"POINT ({place.lon} {place.lat})"}
    return {**out, **point, "priogrid_gid": priogrid(place.lat, place.lon)}


def _dates(when: When, place: PlaceRef | None) -> dict[str, object]:
    first, last = whole_days(when)
    span = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    precision = next((p for p, most in ((1, 1), (2, 6), (3, 7), (4, 31)) if span <= most), 5)
    clear = precision == 1 and place is not None and place.lat is not None
    return {"event_clarity": 1 if clear else 2, "date_prec": precision, "date_start": first, "date_end": last}


def _gwno(side: tuple[ActorRef, ...]) -> str:
    numbers = dict.fromkeys(codes(a.country).gwno for a in side if a.kind in _STATES)
    return "; ".join(filter(None, numbers))
