"""One incident out of what several reports say, without losing who said what.

Comes in: the items of one group, a policy. Goes out: an `Incident`: values that most independent origins give, every differing value beside
them with its claimants, tolls by category, a grade with its reasons. Nothing is averaged, and nothing that no report says is added.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from marsad.incidents.compare import AROUND_KM, km
from marsad.incidents.grade import grade
from marsad.incidents.items import FINE, Item, spot_of
from marsad.incidents.origins import claimant, origins
from marsad.incidents.sides import actor_lines, aligned
from marsad.incidents.tolls import tolls
from marsad.knowledge.loader import Knowledge
from marsad.records import ActorRef, PlaceRef, When, sha256
from marsad.records_incident import Conflict, Incident, Toll, TollClaim, Value, split_ref

_SHARPNESS = {"hour": 0, "day": 1, "week": 2, "month": 3, "year": 4, "unknown": 5}


def incident_id(refs: Iterable[str]) -> str:
    """The id of an incident from the ref of its first event: the same reports give the same id on every machine."""
    return "i-" + sha256(min(refs))[:12]


def reconcile(
    items: Sequence[Item], knowledge: Knowledge, policy: str = "marsad", ident: str | None = None
) -> Incident:
    """The incident that a group of events makes up; the order of the items does not matter.

    Args:   ident: keep this id; None: the id that follows from the first event.
    Raises: PublishError: no such policy.
    """
    items = aligned(sorted(items, key=lambda i: i.ref), knowledge)
    origin = origins(items)
    counted = tolls(items, origin, policy, knowledge)
    certainty, reasons = grade(items, origin, knowledge)
    found = [
        _types(items),
        _whens(items),
        _wheres(items),
        _sides("side_a", items, knowledge),
        _sides("side_b", items, knowledge),
    ]
    return Incident(
        id=ident or incident_id(i.ref for i in items),
        type=_type(items, origin),
        events=tuple(i.ref for i in items),
        when=_when(items, origin),
        places=_places(items, origin),
        side_a=_actors("side_a", items, knowledge),
        side_b=_actors("side_b", items, knowledge),
        tolls=counted,
        conflicts=(*(c for c in found if c is not None), *_differing(counted)),
        grade=certainty,
        origins=len(set(origin.values())),
        reasons=reasons,
        policy=policy,
    )


def _votes(items: Sequence[Item], origin: Mapping[str, str], value: Callable[[Item], Any]) -> Counter[Any]:
    """How many independent origins give each value; None is no vote."""
    pairs = {(value(i), origin[i.ref]) for i in items}
    return Counter(v for v, _ in pairs if v is not None)


def _type(items: Sequence[Item], origin: Mapping[str, str]) -> str:
    votes = _votes(items, origin, lambda i: i.event.type)
    return str(min(votes, key=lambda t: (-votes[t], t)))


def _when(items: Sequence[Item], origin: Mapping[str, str]) -> When:
    """The day that most origins tell, the sharper and stated one on a tie."""
    votes = _votes(items, origin, lambda i: (i.first_day, i.last_day) if i.dated else None)
    dated = [i for i in items if i.dated]
    if not dated:
        return items[0].event.when

    def order(item: Item) -> tuple[int, int, bool, str]:
        when = item.event.when
        return (_SHARPNESS[when.precision], -votes[item.first_day, item.last_day], not when.stated, item.ref)

    return msgspec.structs.replace(min(dated, key=order).event.when, evidence=())


def _places(items: Sequence[Item], origin: Mapping[str, str]) -> tuple[PlaceRef, ...]:
    """One place reference a place, the sharp and most named first."""
    first: dict[str, PlaceRef] = {}
    named: dict[str, set[str]] = defaultdict(set)
    for item in items:
        for place in item.event.places:
            key = place.id or spot_of(place).name
            if key not in first or place.precision < first[key].precision:
                first[key] = msgspec.structs.replace(place, evidence=())
            named[key].add(origin[item.ref])

    def order(key: str) -> tuple[bool, bool, int, int, str]:
        place = first[key]
        return (place.lat is None, place.precision > FINE, -len(named[key]), place.precision, key)

    return tuple(first[key] for key in sorted(first, key=order))


def _actors(side: Literal["side_a", "side_b"], items: Sequence[Item], knowledge: Knowledge) -> tuple[ActorRef, ...]:
    """The actors of a side, each once, most named first; one that only names the camp of another is left to the conflicts."""
    named: Counter[str] = Counter()
    refs: dict[str, ActorRef] = {}
    for item in items:
        for actor in getattr(item.event, side):
            key = actor.id or actor.name.ar or actor.name.en or ""
            named[key] += 1
            refs.setdefault(key, msgspec.structs.replace(actor, evidence=()))
    above = {x for line in actor_lines(tuple(refs.values()), knowledge) for x in line[1:]}
    return tuple(refs[key] for key in sorted(refs, key=lambda k: (-named[k], k)) if key not in above)


# ---- what the reports do not agree on ---------------------------------------------------------------------------------------------
def _conflict(field: str, groups: Mapping[Any, list[Item]]) -> Conflict | None:
    """All values of a field with their claimants, if two reports have none in common; one report may well tell several parts."""
    said: dict[str, set[Any]] = defaultdict(set)
    for value, group in groups.items():
        for item in group:
            said[item.report_id].add(value)
    if not any(not (a & b) for a in said.values() for b in said.values()):
        return None
    order = sorted(groups.items(), key=lambda g: (-len(g[1]), str(g[0])))
    return Conflict(field, tuple(Value(value, tuple(claimant(i) for i in group)) for value, group in order))


def _grouped(items: Iterable[Item], value: Callable[[Item], Any]) -> dict[Any, list[Item]]:
    groups: dict[Any, list[Item]] = defaultdict(list)
    for item in items:
        found = value(item)
        if found is not None:
            groups[found].append(item)
    return groups


def _types(items: Sequence[Item]) -> Conflict | None:
    return _conflict("type", _grouped(items, lambda i: i.event.type))


def _whens(items: Sequence[Item]) -> Conflict | None:
    """Days conflict when two windows do not meet; a month that holds the day told by another does not conflict with it."""
    dated = [i for i in items if i.first_day is not None and i.last_day is not None]
    if not dated or max(i.first_day or 0 for i in dated) <= min(i.last_day or 0 for i in dated):
        return None
    return _conflict("when", _grouped(dated, lambda i: i.event.when.start))


def _wheres(items: Sequence[Item]) -> Conflict | None:
    """Places conflict when the sharp places of two reports lie apart altogether."""
    sharp = {i.ref: [s for s in i.spots if s.lat is not None and s.precision <= FINE] for i in items}
    placed = [i for i in items if sharp[i.ref]]
    apart = any(
        min(km(s, t) for s in sharp[a.ref] for t in sharp[b.ref]) > AROUND_KM
        for a in placed
        for b in placed
        if a.ref < b.ref
    )
    return _conflict("place", _grouped(placed, lambda i: sharp[i.ref][0].name)) if apart else None


def _sides(side: Literal["side_a", "side_b"], items: Sequence[Item], knowledge: Knowledge) -> Conflict | None:
    """Sides conflict when two reports name known actors of camps that have nothing in common."""
    lines = {i.ref: {x for line in actor_lines(getattr(i.event, side), knowledge) for x in line} for i in items}
    known = [i for i in items if lines[i.ref]]
    if not any(not (lines[a.ref] & lines[b.ref]) for a in known for b in known):
        return None
    return _conflict(side, _grouped(known, lambda i: ", ".join(sorted(a.id for a in getattr(i.event, side) if a.id))))


def _differing(counted: tuple[Toll, ...]) -> list[Conflict]:
    """Categories in which two reports stand by claims that cannot both be true."""
    out = []
    for toll in counted:
        standing = [c for c in toll.claims if not c.superseded]
        by: dict[str, list[TollClaim]] = defaultdict(list)
        for claim in standing:
            for who in claim.claimants:
                by[split_ref(who.event)[0]].append(claim)
        if any(not _meet(a, b) for a in by.values() for b in by.values()):
            victims = toll.victims.id or toll.victims.name.ar if toll.victims else None
            name = f"{toll.harm}: {victims}" if victims else str(toll.harm)
            out.append(Conflict(name, tuple(Value({"low": c.low, "high": c.high}, c.claimants) for c in standing)))
    return out


def _meet(left: list[TollClaim], right: list[TollClaim]) -> bool:
    """Can any claim of one report and any of another both be true?"""
    most = 10**9
    return any(
        (a.low or 0) <= (most if b.high is None else b.high) and (b.low or 0) <= (most if a.high is None else a.high)
        for a in left
        for b in right
    )
