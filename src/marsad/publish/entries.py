"""What every published table is made from: an incident with the reports and events it rests on.

Comes in: an open store. Goes out: `Entry` records in a fixed order (date, then incident id), so that the same store gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from marsad.records import Event, Report
from marsad.records_incident import Incident, split_ref
from marsad.store import Store


class Member(msgspec.Struct, frozen=True):
    """One event of one report, by its ref "report_id/event_id"."""

    ref: str
    report: Report
    event: Event


class Entry(msgspec.Struct, frozen=True):
    """An incident and its members, in the order of the incident's events."""

    incident: Incident
    members: tuple[Member, ...]


def entries(store: Store) -> Iterator[Entry]:
    """All standing incidents (not those merged into others) with their members, by date and id; undated ones last."""
    with store.snapshot():
        standing = [i for i in store.incidents() if i.status != "merged"]
        for incident in sorted(standing, key=lambda i: (i.when.start or "9999", i.id)):
            events = store.events(incident.events)
            members = (_member(store, ref, events[ref]) for ref in incident.events if ref in events)
            yield Entry(incident, tuple(m for m in members if m))


def _member(store: Store, ref: str, event: Event) -> Member | None:
    report = store.report(split_ref(ref)[0])
    return Member(ref, report, event) if report else None
