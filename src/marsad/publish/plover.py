"""PLOVER events in POLECAT's columns, tab separated: who does it to whom, one record a pair of actors.

Comes in: entries. Goes out: a header and records. A type whose sides stand in either order (a clash) is two records, one in each direction. A
side that nobody names is an empty cell. Types without a PLOVER event are left out, and so is what is denied by all.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import IO

from marsad.knowledge.loader import Knowledge
from marsad.publish.cells import actor_name, named, place_of, reports_of, told_by, whole_days
from marsad.publish.countries import codes
from marsad.publish.entries import Entry
from marsad.publish.rules import choose, facts_of
from marsad.records import ActorRef
from marsad.records_incident import Incident

_NONE = "We assign none: always empty."
COLUMNS: tuple[tuple[str, str], ...] = (
    ("Event ID", "Id of the incident and the number of the record in it."),
    ("Event Date", "First day that the date may mean."),
    ("Event Type", "PLOVER's, through the crosswalk."),
    ("Event Mode", "PLOVER's, through the crosswalk; empty where PLOVER has none."),
    ("Event Intensity", _NONE),
    ("Quad Code", "VERBAL or MATERIAL, COOPERATION or CONFLICT."),
    ("Contexts", _NONE),
    ("Actor Name", "Who does it, in English where known; empty when nobody is named."),
    ("Actor Country", "ISO alpha-3 code of its country."),
    ("Actor COW", "Correlates of War number of its country."),
    ("Primary Actor Sector", "PLOVER sector: GOV, MIL, COP, REB, PRM, UAF, PTY, CVL, JRN, MED, NGO, IGO."),
    ("Actor Sectors", "The same: we give one."),
    ("Actor Title", _NONE),
    ("Actor Name Raw", "The name in Arabic, as the base of actors writes it."),
    ("Wikipedia Actor ID", _NONE),
    ("Recipient Name", "Whom it is done to; empty when nobody is named."),
    ("Recipient Country", "As for the actor."),
    ("Recipient COW", "As for the actor."),
    ("Primary Recipient Sector", "As for the actor."),
    ("Recipient Sectors", "As for the actor."),
    ("Recipient Title", _NONE),
    ("Recipient Name Raw", "As for the actor."),
    ("Wikipedia Recipient ID", _NONE),
    ("Placename", "Name of the place that the coordinates stand for."),
    ("City", "The same, when it is a populated place."),
    ("District", "Second-level administrative unit."),
    ("Province", "First-level administrative unit."),
    ("Country", "ISO alpha-3 code."),
    ("Latitude", "Degrees north, WGS 84."),
    ("Longitude", "Degrees east, WGS 84."),
    ("GeoNames ID", "Where the place is GeoNames's."),
    ("Raw Placename", "The name in Arabic."),
    ("Feature Type", "Our kind of place."),
    ("Source", "Publishers of the reports, parted by “; ”."),
    ("Publication Date", "First day of publication."),
    ("Story People", _NONE),
    ("Story Organizations", _NONE),
    ("Story Locations", "All places named, in Arabic, parted by “; ”."),
    ("Language", "Arabic."),
    ("Version", "Version of the knowledge that coded it."),
)
_SECTORS = {
    "state_force": "MIL", "foreign_force": "MIL", "coalition": "MIL", "police": "COP", "government": "GOV", "rebel_group": "REB",
    "political_militia": "PRM", "communal_militia": "PRM", "unidentified": "UAF", "party": "PTY", "civilians": "CVL", "protesters": "CVL",
    "rioters": "CVL", "journalists": "JRN", "medics": "MED", "aid_workers": "NGO", "peacekeepers": "IGO",
}  # fmt: skip
_POPULATED = frozenset(["city", "town", "village"])


def write(entries: Iterable[Entry], knowledge: Knowledge, stream: IO[bytes]) -> None:
    """A header and the records of each incident."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    out = csv.DictWriter(text, [name for name, _ in COLUMNS], restval="", delimiter="\t", lineterminator="\n")
    out.writeheader()
    for entry in entries:
        out.writerows(_records(entry, knowledge))
    text.detach()


def _records(entry: Entry, knowledge: Knowledge) -> Iterator[dict[str, object | None]]:
    incident, coded = entry.incident, knowledge.crosswalks["plover"].get(entry.incident.type)
    if coded is None or all(m.event.status == "denied" for m in entry.members):
        return
    value = choose(coded["rule"], " / ".join(v for v in (coded["event"], coded["mode"]) if v), facts_of(entry))
    if value == "none":
        return
    event, _, mode = value.partition(" / ")
    shared = {
        "Event Date": whole_days(incident.when)[0],
        "Event Type": event,
        "Event Mode": mode,
        "Quad Code": coded["quad"],
        "Language": "Arabic",
        "Version": knowledge.version,
        **_place(incident),
        **_sources(entry),
    }
    for number, (actor, recipient) in enumerate(_pairs(incident, knowledge), 1):
        sides = _side("Actor", actor) | _side("Recipient", recipient)
        yield {"Event ID": f"{incident.id}-{number}", **shared, **sides}


def _pairs(incident: Incident, knowledge: Knowledge) -> list[tuple[ActorRef | None, ActorRef | None]]:
    first: tuple[ActorRef | None, ...] = incident.side_a or (None,)
    second: tuple[ActorRef | None, ...] = incident.side_b or (None,)
    pairs = [(a, b) for a in first for b in second]
    event = knowledge.events.get(incident.type)
    mutual = event is not None and event.sides == "mutual" and bool(incident.side_a and incident.side_b)
    return pairs + [(b, a) for a, b in pairs] if mutual else pairs


def _side(role: str, actor: ActorRef | None) -> dict[str, object]:
    if actor is None:
        return {}
    country, sector = codes(actor.country), _SECTORS.get(actor.kind, "")
    return {
        f"{role} Name": actor_name(actor),
        f"{role} Name Raw": actor_name(actor, "ar"),
        f"{role} Country": country.iso3,
        f"{role} COW": country.cow,
        f"Primary {role} Sector": sector,
        f"{role} Sectors": sector,
    }


def _place(incident: Incident) -> dict[str, object | None]:
    place = place_of(incident)
    if place is None:
        return {}
    scheme, _, number = (place.id or "").partition(":")
    return {
        "Placename": named(place.name),
        "City": named(place.name) if place.kind in _POPULATED else "",
        "District": place.admin2,
        "Province": place.admin1,
        "Country": codes(place.country).iso3,
        "Latitude": place.lat,
        "Longitude": place.lon,
        "GeoNames ID": number if scheme == "gn" else "",
        "Raw Placename": named(place.name, "ar"),
        "Feature Type": place.kind,
        "Story Locations": "; ".join(dict.fromkeys(named(p.name, "ar") for p in incident.places)),
    }


def _sources(entry: Entry) -> dict[str, object]:
    reports = reports_of(entry)
    days = sorted(r.published[:10] for r in reports if r.published)
    return {"Source": told_by(reports, "publisher"), "Publication Date": days[0] if days else ""}
