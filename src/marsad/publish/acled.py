"""ACLED's export columns, one incident a row.

Comes in: entries. Goes out: CSV. What ACLED's coders assign and we do not (timestamp, source scale) stays empty, and so does an actor whom
nobody names. Left out: what nobody dates, what is denied by all, and types that ACLED does not have.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import IO

from marsad.knowledge.loader import Knowledge
from marsad.publish.cells import (
    UNARMED,
    actor_name,
    figures,
    flat,
    named,
    names,
    place_of,
    reports_of,
    told_by,
    whole_days,
)
from marsad.publish.countries import codes
from marsad.publish.entries import Entry
from marsad.publish.rules import choose, facts_of
from marsad.publish.table import write_rows
from marsad.records import ActorRef
from marsad.records_incident import Incident

COLUMNS: tuple[tuple[str, str], ...] = (
    ("event_id_cnty", "ISO alpha-3 code of the country and the id of the incident."),
    ("event_date", "Day; the middle of the span when only a week, month or year is told (see time_precision)."),
    ("year", "Year of event_date."),
    ("time_precision", "1 the day is known, 2 within a week, 3 less exact."),
    ("disorder_type", "Political violence, Demonstrations, Strategic developments; some sub-event types are two."),
    ("event_type", "ACLED's, through the crosswalk."),
    ("sub_event_type", "ACLED's, through the crosswalk."),
    ("actor1", "First actor of side A; empty when nobody is named."),
    ("assoc_actor_1", "Others of side A, parted by “; ”."),
    ("inter1", "ACLED's kind of actor1."),
    ("actor2", "First actor of side B; empty when nobody is named."),
    ("assoc_actor_2", "Others of side B, parted by “; ”."),
    ("inter2", "ACLED's kind of actor2."),
    ("interaction", "inter1 and inter2, parted by “-”."),
    ("civilian_targeting", "“Civilian targeting” when all of side B are unarmed and it is no demonstration."),
    ("iso", "ISO 3166-1 numeric code of the country."),
    ("region", "ACLED's region of the country."),
    ("country", "Country of the place, in English."),
    ("admin1", "First-level administrative unit."),
    ("admin2", "Second-level administrative unit."),
    ("admin3", "Third-level administrative unit; our places have two: always empty."),
    ("location", "Name of the place."),
    ("latitude", "Degrees north, WGS 84."),
    ("longitude", "Degrees east, WGS 84."),
    ("geo_precision", "1 the place itself, 2 near it or part of an area, 3 a wider area."),
    ("source", "Publishers of the reports, parted by “; ”."),
    ("source_scale", "We assign none: always empty."),
    ("notes", "The sentences it was read from, of the first report."),
    ("fatalities", "Killed, best figure under the policy of the incident; 0 when nobody tells of killed, empty when it cannot be summed."),
    ("tags", "certainty=GRADE; sources=number of independent origins; policy=POLICY."),
    ("timestamp", "Time of upload at ACLED: always empty."),
)  # fmt: skip

INTER = {
    "state_force": "State Forces", "police": "State Forces", "government": "State Forces", "rebel_group": "Rebel Groups",
    "political_militia": "Political Militias", "communal_militia": "Identity Militias", "civilians": "Civilians", "journalists": "Civilians",
    "medics": "Civilians", "aid_workers": "Civilians", "protesters": "Protesters", "rioters": "Rioters", "unidentified": "Political Militias",
    "foreign_force": "External/Other Forces", "coalition": "External/Other Forces", "peacekeepers": "External/Other Forces",
}  # fmt: skip
# ACLED's table of sub-event types: which are demonstrations, which violence, which both.
_BOTH, _MOB = "Excessive force against protesters", "Mob violence"
_TIME_PRECISION = {"hour": 1, "day": 1, "week": 2}


def write(entries: Iterable[Entry], knowledge: Knowledge, stream: IO[bytes]) -> None:
    """A header and a row an incident."""
    write_rows(COLUMNS, (row for entry in entries if (row := _row(entry, knowledge))), stream)


def types(entry: Entry, knowledge: Knowledge) -> tuple[str, str]:
    """ACLED's event type and sub-event type of an incident; empty when ACLED has none."""
    row = knowledge.crosswalks["acled"].get(entry.incident.type)
    if row is None:
        return "", ""
    value = choose(row["rule"], f"{row['event_type']} / {row['sub_event_type']}", facts_of(entry))
    event_type, _, sub_event_type = value.partition(" / ")
    return ("", "") if value == "none" else (event_type, sub_event_type)


def disorder(event_type: str, sub_event_type: str) -> str:
    """ACLED's disorder type."""
    if sub_event_type == _BOTH:
        return "Political violence; Demonstrations"
    if event_type == "Strategic developments":
        return event_type
    demonstrated = event_type == "Protests" or (event_type == "Riots" and sub_event_type != _MOB)
    return "Demonstrations" if demonstrated else "Political violence"


def _row(entry: Entry, knowledge: Knowledge) -> dict[str, object | None] | None:
    incident = entry.incident
    event_type, sub_event_type = types(entry, knowledge)
    first, last = whole_days(incident.when)
    if not event_type or not first or all(m.event.status == "denied" for m in entry.members):
        return None
    day = _middle(first, last)
    place = place_of(incident)
    iso3 = codes(place.country if place else None).iso3
    return {
        "event_id_cnty": "-".join(x for x in (iso3, incident.id) if x),
        "event_date": day,
        "year": day[:4],
        "time_precision": _TIME_PRECISION.get(incident.when.precision, 3),
        "disorder_type": disorder(event_type, sub_event_type),
        "event_type": event_type,
        "sub_event_type": sub_event_type,
        "civilian_targeting": _targeting(incident, event_type),
        **_actors(incident),
        **_place(incident, knowledge),
        "source": told_by(reports_of(entry), "publisher"),
        "notes": " ".join(flat(s.text) for s in entry.members[0].event.evidence.sentences) if entry.members else "",
        "fatalities": figures(incident.tolls)[1] if any(t.harm == "killed" for t in incident.tolls) else 0,
        "tags": f"certainty={incident.grade}; sources={incident.origins}; policy={incident.policy}",
    }


def _middle(first: str, last: str) -> str:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return date.fromordinal((start.toordinal() + end.toordinal()) // 2).isoformat()


def _targeting(incident: Incident, event_type: str) -> str:
    unarmed = bool(incident.side_b) and all(a.kind in UNARMED for a in incident.side_b)
    return "Civilian targeting" if unarmed and event_type not in ("Protests", "Strategic developments") else ""


def _actors(incident: Incident) -> dict[str, str]:
    inter = [_inter(side) for side in (incident.side_a, incident.side_b)]
    out = {"interaction": "-".join(x for x in inter if x)}
    for number, side in ((1, incident.side_a), (2, incident.side_b)):
        out[f"actor{number}"] = actor_name(side[0]) if side else ""
        out[f"assoc_actor_{number}"] = names(side[1:])
        out[f"inter{number}"] = inter[number - 1]
    return out


def _inter(side: tuple[ActorRef, ...]) -> str:
    return INTER.get(side[0].kind, "") if side else ""


def _place(incident: Incident, knowledge: Knowledge) -> dict[str, object | None]:
    place = place_of(incident)
    if place is None:
        return {}
    code, country = codes(place.country), knowledge.countries.get(place.country or "")
    return {
        "iso": code.iso_numeric,
        "region": code.acled_region,
        "country": country.label.en if country else "",
        "admin1": place.admin1,
        "admin2": place.admin2,
        "location": named(place.name),
        "latitude": place.lat,
        "longitude": place.lon,
        "geo_precision": {1: 1, 2: 1, 3: 2}.get(place.precision, 3),
    }
