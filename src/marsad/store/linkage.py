"""Incidents and the links that make them.

Links are only ever added. What a person has linked or parted stays so for the machine: a machine's link over
a person's is refused here, whatever the linking code does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from marsad.errors import StoreError
from marsad.records_incident import Incident, Link
from marsad.store import schema
from marsad.store.archive import from_json, to_json
from marsad.store.decisions import is_undone
from marsad.store.flat import day_range, main_place
from marsad.store.journal import Writer, digest
from marsad.store.rows import LinkRow

_PAGE = 200
_CHUNK = 500
_incidents, _links, _members = schema.incidents, schema.links, schema.members


def save_incident(writer: Writer, incident: Incident, at: str | None) -> bool:
    """Create an incident or replace what is derived about it; False if it stands exactly so already."""
    old = writer.conn.execute(select(_incidents).where(_incidents.c.id == incident.id)).mappings().first()
    reopened = _reopened(old, incident)
    values = incident_values(incident, reopened)
    sealed = digest("incident", values)
    if old is not None and sealed == digest("incident", {name: old[name] for name in values}):
        return False
    seq = writer.record("incident", incident.id, sealed, at)
    if old is None:
        writer.conn.execute(_incidents.insert(), {**values, "created_seq": seq, "updated_seq": seq})
    else:
        update = _incidents.update().where(_incidents.c.id == incident.id)
        writer.conn.execute(update, {**values, "updated_seq": seq})
    return True


def _reopened(old: Any, incident: Incident) -> int:
    before = int(old["reopened"]) if old is not None else 0
    return before + 1 if incident.status == "reopened" and (old is None or old["status"] != "reopened") else before


def incident_values(incident: Incident, reopened: int) -> dict[str, Any]:
    """The columns of an incident, the sequence numbers left out."""
    start, end = day_range(incident.when)
    place = main_place(incident.places)
    return {
        "id": incident.id,
        "status": incident.status,
        "type": incident.type,
        "when_start": start,
        "when_end": end,
        "country": place.country if place else None,
        "admin1": place.admin1 if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "derived": to_json(incident),
        "reopened": reopened,
    }


def incident(conn: Connection, incident_id: str) -> Incident | None:
    """An incident as it stands; None if there is none of this id."""
    row = conn.execute(select(_incidents.c.derived).where(_incidents.c.id == incident_id)).first()
    return from_json(row.derived, Incident, f"incident {incident_id}") if row else None


def page(
    conn: Connection, after: int, status: str | None, since: str | None, until: str | None
) -> list[tuple[int, Incident]]:
    """Incidents in the order they were created; those after `after`."""
    query = select(_incidents.c.created_seq, _incidents.c.derived).where(_incidents.c.created_seq > after)
    if status is not None:
        query = query.where(_incidents.c.status == status)
    if since is not None:
        query = query.where(_incidents.c.when_end >= since)
    if until is not None:
        query = query.where(_incidents.c.when_start <= until)
    rows = conn.execute(query.order_by(_incidents.c.created_seq).limit(_PAGE))
    return [(row.created_seq, from_json(row.derived, Incident, "incident")) for row in rows]


def add_links(writer: Writer, links: Sequence[Link], at: str | None) -> int:
    """Add links in their order; returns how many changed or re-reasoned something (repeats are left out).

    Raises: StoreError: a machine's link over a person's, an unknown incident, an unlink of what is not linked.
    """
    added = 0
    for link in links:
        current = writer.conn.execute(select(_members).where(_members.c.event == link.event)).mappings().first()
        if _is_repeat(writer.conn, current, link):
            continue
        _check(writer.conn, current, link)
        seq = writer.append("link", _links, link.event, link_values(link), at)
        state = member_state(link, seq)
        if current is None:
            writer.conn.execute(_members.insert(), {"event": link.event, **state})
        else:
            writer.conn.execute(_members.update().where(_members.c.event == link.event), state)
        added += 1
    return added


def link_values(link: Link) -> dict[str, Any]:
    """The columns of a link, `seq` left out."""
    return {
        "incident": link.incident,
        "event": link.event,
        "action": link.action,
        "score": float(link.score),
        "reasons": to_json(link.reasons),
        "made_by": link.made_by,
        "judgement": link.judgement,
    }


def member_state(link: Link | LinkRow, seq: int) -> dict[str, Any]:
    """What `members` says after a link."""
    return {"incident": link.incident if link.action == "link" else None, "link_seq": seq, "made_by": link.made_by}


def _is_repeat(conn: Connection, current: Any, link: Link) -> bool:
    if current is None:
        return False
    last = conn.execute(select(_links).where(_links.c.seq == current["link_seq"])).mappings().one()
    values = link_values(link)
    return all(last[name] == value for name, value in values.items())


def _check(conn: Connection, current: Any, link: Link) -> None:
    moves = current is not None and current["made_by"] == "human" and link.made_by == "machine"
    if moves and _still_judged(conn, current["link_seq"]):
        raise StoreError(f"event {link.event}: a person has placed it, the machine may not move it")
    if conn.execute(select(_incidents.c.id).where(_incidents.c.id == link.incident)).first() is None:
        raise StoreError(f"event {link.event}: there is no incident {link.incident}")
    if link.action == "unlink" and (current is None or current["incident"] != link.incident):
        raise StoreError(f"event {link.event} is not in incident {link.incident}")


def _still_judged(conn: Connection, link_seq: int) -> bool:
    """Does the judgement behind a person's link stand? Once it is undone, the machine may place the event again."""
    judgement = conn.execute(select(_links.c.judgement).where(_links.c.seq == link_seq)).scalar_one()
    return judgement is None or not is_undone(conn, judgement)


def links(conn: Connection, incident_id: str | None, event: str | None) -> tuple[LinkRow, ...]:
    """Every link ever made, oldest first; of one incident or one event if named."""
    query = select(_links, schema.journal.c.at).join(schema.journal, schema.journal.c.seq == _links.c.seq)
    if incident_id is not None:
        query = query.where(_links.c.incident == incident_id)
    if event is not None:
        query = query.where(_links.c.event == event)
    return tuple(LinkRow(**row) for row in conn.execute(query.order_by(_links.c.seq)).mappings())


def members(conn: Connection, incident_id: str) -> tuple[str, ...]:
    """Refs of the events now linked to an incident, sorted."""
    rows = conn.execute(select(_members.c.event).where(_members.c.incident == incident_id))
    return tuple(sorted(row.event for row in rows))


def incidents_of(conn: Connection, refs: Iterable[str]) -> dict[str, str]:
    """The incident each event is now linked to; events in none are absent."""
    wanted = list(refs)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        query = select(_members.c.event, _members.c.incident).where(
            _members.c.event.in_(wanted[start : start + _CHUNK]), _members.c.incident.is_not(None)
        )
        found.update((row.event, row.incident) for row in conn.execute(query))
    return found
