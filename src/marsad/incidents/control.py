"""Who held which named place when, with the claim behind each change.

Comes in: incidents and the events behind them. Goes out: `Change` records a place, in the order of time. A gain told as attempted is
"contested"; a place that was reached, or entered and left again on the same day, is "reached", not held; a withdrawal is "lost". A claim is a
claim: a change that only the gaining side tells stays marked as its own claim.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

import msgspec

from marsad.incidents.items import FINE, Item, spot_of
from marsad.incidents.origins import claimant
from marsad.records import ActorRef
from marsad.records_incident import Claimant

Move = Literal["taken", "contested", "lost", "reached"]
_REACHED = frozenset(["up to", "outskirts", "edge of", "near", "to the edge of"])


class Change(msgspec.Struct, frozen=True):
    """One told change of control. `since` is an ISO date as told, None if undated; `holder` None when the report names nobody."""

    place: str
    name: str
    move: Move
    holder: ActorRef | None
    since: str | None
    claimants: tuple[Claimant, ...]
    events: tuple[str, ...]


def changes_of(items: Iterable[Item]) -> dict[str, tuple[Change, ...]]:
    """Changes of control by place (gazetteer id, else folded name), oldest first; equal claims of several reports are one change."""
    told: dict[tuple[str, str, Move, str, str], list[Item]] = defaultdict(list)
    shown: dict[str, tuple[str, ActorRef | None]] = {}
    for item in sorted(items, key=lambda i: i.ref):
        for place, spot in ((place, spot_of(place)) for place in item.event.places):
            move = _move(item, place.relation)
            if move is None or (spot.precision > FINE and spot.lat is not None):
                continue
            holder = next(iter(item.event.side_a), None)
            who = (holder.id or holder.name.ar or "") if holder else ""
            key = spot.id or spot.name
            told[key, item.event.when.start or "", move, who, spot.name].append(item)
            shown.setdefault(f"{key}|{who}", (place.name.ar or place.name.en or "", holder))
    out: dict[str, list[Change]] = defaultdict(list)
    for (key, since, move, who, _), group in sorted(told.items()):
        name, holder = shown[f"{key}|{who}"]
        holder = msgspec.structs.replace(holder, evidence=()) if holder else None
        out[key].append(
            Change(
                key, name, move, holder, since or None, tuple(claimant(i) for i in group), tuple(i.ref for i in group)
            )
        )
    return {key: _unheld(changes) for key, changes in sorted(out.items())}


def _move(item: Item, relation: str | None) -> Move | None:
    kind, status = item.event.type, item.event.status
    if status == "denied":
        return None
    if kind == "withdrawal":
        return "lost"
    if kind == "territory_gain":
        if status in ("attempted", "ongoing"):
            return "contested"
        return "reached" if relation in _REACHED else "taken"
    return "contested" if kind in ("armed_clash", "assault") and status == "ongoing" else None


def _unheld(changes: list[Change]) -> tuple[Change, ...]:
    """What was taken and lost again by the same holder on the day it was taken was reached, not held."""
    lost = {(c.since, c.holder.id if c.holder else None) for c in changes if c.move == "lost" and c.since}
    return tuple(
        msgspec.structs.replace(c, move="reached")
        if c.move == "taken" and (c.since, c.holder.id if c.holder else None) in lost
        else c
        for c in changes
    )


def holder_on(changes: Iterable[Change], day: str) -> Change | None:
    """The last change up to a day (ISO) that left somebody holding the place; None if it is not known who did."""
    held: Change | None = None
    for change in changes:
        if change.since is None or change.since > day:
            continue
        if change.move == "taken":
            held = change
        elif change.move == "lost" and held is not None and (change.holder is None or change.holder == held.holder):
            held = None
    return held
