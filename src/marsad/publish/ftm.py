"""FollowTheMoney entities, one a line as JSON, for Aleph and OpenSanctions tools.

Comes in: entries. Goes out: an Event an incident, and once each what it refers to: Organization and PublicBody for parties, Address for its
place, Article for the reports that prove it. Ids are digests, so the same thing has the same id in every export. The unarmed and the
unidentified are no entities; nobody private is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import IO

import msgspec

from marsad.knowledge.loader import Knowledge
from marsad.publish.cells import days, figures, flat, named, names, place_of, reports_of
from marsad.publish.entries import Entry
from marsad.records import ActorRef, PlaceRef, Report
from marsad.records_incident import Incident

COLUMNS: tuple[tuple[str, str], ...] = (
    ("Event:name", "Type of event, place and first day, in English."),
    ("Event:recordId", "Id of the incident."),
    ("Event:startDate", "First day, as precise as told."),
    ("Event:endDate", "Last day, as precise as told."),
    ("Event:organizer", "Parties who do it, where one side acts."),
    ("Event:involved", "Parties it is done to, or all parties where two sides act."),
    ("Event:country", "ISO alpha-2 code of the place's country, in small letters."),
    ("Event:location", "The place in words."),
    ("Event:addressEntity", "The place."),
    ("Event:keywords", "Our event type."),
    ("Event:summary", "Killed and wounded: low, best, high; “?” where open."),
    ("Event:notes", "Certainty, number of independent sources, policy of the figures."),
    ("Event:proof", "The reports it rests on."),
    ("Organization:name", "Names of a party in English and Arabic; PublicBody for armies, police and governments."),
    ("Organization:country", "Its country."),
    ("Address:full", "The place in words."),
    ("Address:city", "Name of the place."),
    ("Address:region", "Second-level administrative unit."),
    ("Address:state", "First-level administrative unit."),
    ("Address:country", "Its country."),
    ("Address:latitude", "Degrees north, WGS 84."),
    ("Address:longitude", "Degrees east, WGS 84."),
    ("Article:title", "Headline of a report."),
    ("Article:publisher", "Its publisher."),
    ("Article:publishedAt", "Its day of publication."),
    ("Article:sourceUrl", "Its address."),
    ("Article:language", "ara."),
)
_PUBLIC = frozenset(["state_force", "police", "government"])
_PARTIES = _PUBLIC | {
    "rebel_group", "political_militia", "communal_militia", "foreign_force", "coalition", "peacekeepers", "party",
}  # fmt: skip
Properties = dict[str, list[str]]


def write(entries: Iterable[Entry], knowledge: Knowledge, stream: IO[bytes]) -> None:
    """Entities in the order in which they are first referred to, each incident after what it refers to."""
    seen: set[str] = set()
    for entry in entries:
        for ident, schema, properties in _entities(entry, knowledge):
            if ident not in seen:
                seen.add(ident)
                kept = {name: values for name, values in properties.items() if values}
                stream.write(msgspec.json.encode({"id": ident, "schema": schema, "properties": kept}) + b"\n")


def _entities(entry: Entry, knowledge: Knowledge) -> Iterator[tuple[str, str, Properties]]:
    incident, reports = entry.incident, reports_of(entry)
    for actor in (*incident.side_a, *incident.side_b):
        if actor.kind in _PARTIES:
            schema = "PublicBody" if actor.kind in _PUBLIC else "Organization"
            both = dict.fromkeys(flat(n) for n in (actor.name.en, actor.name.ar) if n)
            yield _actor_id(actor), schema, {"name": list(both), "country": _country(actor.country)}
    for report in reports:
        yield _report_id(report), "Article", _article(report)
    place = place_of(incident)
    if place is not None:
        yield _place_id(place), "Address", _address(place, knowledge)
    yield _id("incident", incident.id), "Event", _event(incident, reports, knowledge)


def _event(incident: Incident, reports: Iterable[Report], knowledge: Knowledge) -> Properties:
    event, place = knowledge.events.get(incident.type), place_of(incident)
    start, end = days(incident.when)
    first, second = ([_actor_id(a) for a in side if a.kind in _PARTIES] for side in (incident.side_a, incident.side_b))
    mutual = event is not None and event.sides == "mutual"
    label = event.label.en if event else incident.type
    return {
        "name": [", ".join(v for v in (label, named(place.name) if place else "", start) if v)],
        "recordId": [incident.id],
        "startDate": [start] if start else [],
        "endDate": [end] if end else [],
        "organizer": [] if mutual else first,
        "involved": [*first, *second] if mutual else second,
        "country": _country(place.country) if place else [],
        "location": [_words(place, knowledge)] if place else [],
        "addressEntity": [_place_id(place)] if place else [],
        "keywords": [incident.type],
        "summary": [_toll(incident)],
        "notes": [f"certainty={incident.grade}; sources={incident.origins}; policy={incident.policy}"],
        "proof": [_report_id(r) for r in reports],
    }


def _toll(incident: Incident) -> str:
    told = []
    for harm in ("killed", "wounded"):
        if any(t.harm == harm for t in incident.tolls):
            bounds = "–".join("?" if v is None else str(v) for v in figures(incident.tolls, harm))
            told.append(f"{harm} {bounds}")
    sides = " → ".join(v for v in (names(incident.side_a), names(incident.side_b)) if v)
    return "; ".join(v for v in (sides, *told) if v)


def _article(report: Report) -> Properties:
    return {
        "title": [flat(report.title)] if report.title else [],
        "publisher": [flat(report.publisher)] if report.publisher else [],
        "publishedAt": [report.published[:10]] if report.published else [],
        "sourceUrl": [report.url] if report.url else [],
        "language": ["ara"],
    }


def _address(place: PlaceRef, knowledge: Knowledge) -> Properties:
    return {
        "full": [_words(place, knowledge)],
        "city": [named(place.name)],
        "region": [place.admin2] if place.admin2 else [],
        "state": [place.admin1] if place.admin1 else [],
        "country": _country(place.country),
        "latitude": [] if place.lat is None else [str(place.lat)],
        "longitude": [] if place.lon is None else [str(place.lon)],
    }


def _words(place: PlaceRef, knowledge: Knowledge) -> str:
    country = knowledge.countries.get(place.country or "")
    parts = (named(place.name), place.admin2, place.admin1, country.label.en if country else None)
    return ", ".join(dict.fromkeys(p for p in parts if p))


def _country(code: str | None) -> list[str]:
    return [code.lower()] if code else []


def _actor_id(actor: ActorRef) -> str:
    return _id("actor", actor.id or named(actor.name, "ar"))


def _place_id(place: PlaceRef) -> str:
    return _id("place", place.id or f"{named(place.name, 'ar')} {place.lat} {place.lon}")


def _report_id(report: Report) -> str:
    return _id("report", report.id)


def _id(kind: str, name: str) -> str:
    return f"marsad-{kind}-{hashlib.sha256(name.encode()).hexdigest()[:24]}"
