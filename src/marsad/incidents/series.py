"""Attack series that reports count ("the fourth since 30 May"), checked against our own incidents.

Comes in: items whose event has a `series`, and incidents. Goes out: `Member` records: which ordinals are documented by an incident of ours,
and which are implied by the count alone and documented nowhere. An implied member is never an incident.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from marsad.incidents.compare import AROUND_KM, km
from marsad.incidents.items import Item, day_window
from marsad.records_incident import Incident


class Member(msgspec.Struct, frozen=True):
    """One member of a series. `incident` is None when the count implies it and none of our incidents documents it."""

    ordinal: int
    incident: str | None


class Counted(msgspec.Struct, frozen=True):
    """A series as one event counts it. `surplus` names our incidents beyond the count: the report's count may be too low."""

    event: str
    type: str
    since: str | None
    members: tuple[Member, ...]
    surplus: tuple[str, ...] = ()


def series_of(
    items: Iterable[Item], incidents: Sequence[Incident], members: Mapping[str, Sequence[Item]]
) -> tuple[Counted, ...]:
    """Every counted series, by the ref of the event that counts it.

    Args: members: the items of each incident, by incident id.
    """
    out = []
    for item in sorted(items, key=lambda i: i.ref):
        if item.event.series is None or item.event.series.ordinal < 1:
            continue
        own = next((i for i in incidents if item.ref in i.events), None)
        before = [i for i in incidents if i is not own and _belongs(i, item, members.get(i.id, ()))]
        out.append(_counted(item, own, sorted(before, key=lambda i: (i.when.start or "", i.id))))
    return tuple(out)


def _counted(item: Item, own: Incident | None, before: list[Incident]) -> Counted:
    """The counting event is the last member; documented earlier ones fill the ordinals right before it, and the rest are implied."""
    series = item.event.series
    assert series is not None
    fitting = before[-(series.ordinal - 1) :] if series.ordinal > 1 else []
    implied = series.ordinal - 1 - len(fitting)
    members = [Member(n + 1, None) for n in range(implied)]
    members += [Member(implied + n + 1, incident.id) for n, incident in enumerate(fitting)]
    members.append(Member(series.ordinal, own.id if own else None))
    surplus = tuple(i.id for i in before[: len(before) - len(fitting)])
    return Counted(item.ref, item.event.type, series.since, tuple(members), surplus)


def _belongs(incident: Incident, item: Item, held: Sequence[Item]) -> bool:
    """The same type, since the series began and before the counting event, around its places."""
    if incident.type != item.event.type or not incident.events:
        return False
    first, last = day_window(incident.when)
    series = item.event.series
    since = (
        day_window(msgspec.structs.replace(item.event.when, start=series.since, end=series.since))[0]
        if series
        else None
    )
    if first is None or last is None or item.first_day is None or last >= item.first_day:
        return False
    if since is not None and first < since:
        return False
    spots = [s for i in held for s in i.spots if s.lat is not None]
    return any(km(s, t) <= AROUND_KM for s in spots for t in item.spots if t.lat is not None)
