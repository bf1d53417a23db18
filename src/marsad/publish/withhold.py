"""What an edition leaves unsaid: what is too fresh, and the names of private persons.

Comes in: entries. Goes out: entries. Names are withheld where a name was recognised by its form only (id None) and belongs to no organised
party: the label of its kind stands in. Everything quoted goes too (evidence, sentences, titles, texts), because any of it may name a victim.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from marsad.knowledge.labels import Labels, load_labels
from marsad.publish.changes import Row
from marsad.publish.entries import Entry, Member
from marsad.records import ActorRef, Event, Name, Report
from marsad.records_incident import Incident
from marsad.store.flat import day_range

# Parties that fight, govern or police are never private persons, even when only the form of their name is known.
ORGANISED = frozenset({
    "state_force", "police", "government", "rebel_group", "political_militia", "communal_militia", "foreign_force", "coalition",
    "peacekeepers", "party",
})  # fmt: skip


def is_fresh(entry: Entry, as_of: date, delay_days: int) -> bool:
    """Is anything of the incident dated or published less than so many days before? What has no date at all is taken for fresh."""
    if delay_days <= 0:
        return False
    days = [day_range(m.event.when)[1] for m in entry.members] + [day_range(entry.incident.when)[1]]
    days += [m.report.published[:10] if m.report.published else None for m in entry.members]
    known = [day for day in days if day]
    return not known or max(known) > (as_of - timedelta(days=delay_days)).isoformat()


def withheld(entry: Entry) -> Entry:
    """The entry without names of private persons, and without anything quoted."""
    members = tuple(Member(m.ref, _report(m.report), _event(m.event)) for m in entry.members)
    return Entry(withheld_incident(entry.incident), members)


def withheld_incident(incident: Incident) -> Incident:
    """The incident without names of private persons; its figures, sides and grade stand."""
    made: Incident = msgspec.convert(_stripped(msgspec.to_builtins(incident)), Incident)
    spoken = {_spoken(t.victims): _spoken(_unnamed(t.victims)) for t in incident.tolls if t.victims}
    conflicts = tuple(_conflict(c, spoken) for c in made.conflicts)
    return msgspec.structs.replace(
        made, side_a=_once(made.side_a), side_b=_once(made.side_b), conflicts=conflicts, reasons=()
    )


def withheld_row(row: Row) -> Row:
    """A line of an edition's base without names; one that is so already stays as it is."""
    reports = tuple(msgspec.structs.replace(r, url=_address(r.url)) for r in row.reports)
    return msgspec.structs.replace(row, incident=withheld_incident(row.incident), reports=reports)


def _conflict(conflict: Any, spoken: dict[str, str]) -> Any:
    """Tolls that differ are named "killed: VICTIMS": see `marsad.incidents.reconcile`."""
    harm, colon, victims = conflict.field.partition(": ")
    if not colon:
        return conflict
    return msgspec.structs.replace(conflict, field=f"{harm}: {spoken.get(victims, 'withheld')}")


def _spoken(victims: ActorRef) -> str:
    return victims.id or victims.name.ar or victims.name.en or ""


def _unnamed(actor: ActorRef) -> ActorRef:
    made: ActorRef = msgspec.convert(_stripped(msgspec.to_builtins(actor)), ActorRef)
    return made


def _report(report: Report) -> Report:
    return msgspec.structs.replace(report, text="", title=None, sections=(), url=_address(report.url))


def _address(url: str | None) -> str | None:
    """An address whose path spells Arabic words may spell a headline: then only the site is kept."""
    if url is None or (url.isascii() and "%" not in url):
        return url
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc.isascii() else None


def _event(event: Event) -> Event:
    made: Event = msgspec.convert(_stripped(msgspec.to_builtins(event)), Event)
    return msgspec.structs.replace(made, side_a=_once(made.side_a), side_b=_once(made.side_b))


def _once(actors: tuple[ActorRef, ...]) -> tuple[ActorRef, ...]:
    """Two nameless persons of one kind are one entry of a side."""
    return tuple(a for at, a in enumerate(actors) if a not in actors[:at])


def _stripped(value: Any, labels: Labels | None = None) -> Any:
    """A record as plain data, at any depth: nothing quoted, no private name."""
    labels = labels or load_labels()
    if isinstance(value, list | tuple):
        return [_stripped(v, labels) for v in value]
    if not isinstance(value, dict):
        return value
    out = {k: _emptied(v) if k == "evidence" else _stripped(v, labels) for k, v in value.items()}
    if _is_private(out):
        key = f"withheld.{out['kind']}"
        out["name"] = msgspec.to_builtins(Name(labels.ar(key), labels.en(key)))
    return out


def _emptied(value: Any) -> Any:
    return {} if isinstance(value, dict) else []


def _is_private(record: dict[str, Any]) -> bool:
    """A named party or voice without an id; places are told by their `precision`."""
    named = "name" in record and "kind" in record and record.get("id") is None
    return named and "precision" not in record and record["kind"] not in ORGANISED | {"media", "monitor"}
