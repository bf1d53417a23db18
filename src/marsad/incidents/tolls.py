"""Tolls side by side, and the figures that a policy derives from them.

Comes in: the items of one incident. Goes out: one `Toll` a category (harm and victims), every claim with its claimants. An origin is counted
once: what it says last stands, and a running total ("so far") that a later and higher one of the same category follows is superseded. Claims
are never added up. Policies: "marsad" (low and high span what stands, best is what most origins say, the later on a tie), "ucdp" (best is the
lower of what most say, vague words at their least), "acled" (the most conservative figure, tens = 10, dozens = 12).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from marsad.errors import PublishError
from marsad.incidents.items import Item
from marsad.incidents.origins import claimant
from marsad.knowledge.loader import Knowledge
from marsad.records import ActorRef, Casualty
from marsad.records_incident import Toll, TollClaim
from marsad.text.normalize import fold
from marsad.text.tokens import Tokens, variants

POLICIES = ("marsad", "ucdp", "acled")


class Told(msgspec.Struct, frozen=True):
    """One toll as one item tells it, with its origin; `vague` is its class when it is told without a number."""

    item: Item
    toll: Casualty
    origin: str
    vague: str | None


def tolls(items: Sequence[Item], origin: Mapping[str, str], policy: str, knowledge: Knowledge) -> tuple[Toll, ...]:
    """The tolls of an incident by category, in a fixed order.

    Raises: PublishError: no such policy.
    """
    if policy not in POLICIES:
        raise PublishError(f"no such policy: {policy} (there are {', '.join(POLICIES)})")
    groups: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for item in sorted(items, key=lambda i: i.ref):
        for toll in item.event.casualties:
            groups[toll.harm, _victims(toll)].append(Told(item, toll, origin[item.ref], _vague(toll, knowledge)))
    return tuple(_toll(told, policy, knowledge) for _, told in sorted(groups.items()))


def _victims(toll: Casualty) -> str:
    if toll.victims is None:
        return ""
    return toll.victims.id or fold(toll.victims.name.ar or toll.victims.name.en or "")


def _toll(told: list[Told], policy: str, knowledge: Knowledge) -> Toll:
    standing = _standing(told)
    low, best, high = _figures(standing, policy, knowledge.models.get("policies", {}))
    first = told[0].toll
    return Toll(first.harm, first.victims, low, best, high, _side(told), _claims(told, standing))


def _side(told: list[Told]) -> Literal["a", "b"] | None:
    """The side whose people the victims are, as most items have it."""
    votes: Counter[Literal["a", "b"]] = Counter()
    for t in told:
        victims = t.toll.victims
        if victims is not None:
            votes["a"] += _among(victims, t.item.event.side_a)
            votes["b"] += _among(victims, t.item.event.side_b)
    if votes["a"] == votes["b"]:
        return None
    return "a" if votes["a"] > votes["b"] else "b"


def _among(victims: ActorRef, side: tuple[ActorRef, ...]) -> bool:
    return any(a.id == victims.id if victims.id else a.name == victims.name for a in side)


def _standing(told: list[Told]) -> list[Told]:
    """What is not superseded: the last word of each origin, and running totals that no later one exceeds."""
    last: dict[str, tuple[int, int, str]] = {}
    for t in told:
        last[t.origin] = max(last.get(t.origin, (-1, -1, "")), _rank(t))
    kept = [t for t in told if _rank(t) == last[t.origin]]
    return [t for t in kept if not any(_supersedes(other, t) for other in kept)]


def _rank(told: Told) -> tuple[int, int, str]:
    return (told.item.published or 0, _least(told.toll), told.item.report_id)


def _supersedes(late: Told, early: Told) -> bool:
    """A running total is overtaken by a later report's that is no lower."""
    if not early.toll.cumulative or late.item.published is None or early.item.published is None:
        return False
    return late.item.published > early.item.published and _least(late.toll) >= _least(early.toll)


def _least(toll: Casualty) -> int:
    return toll.low if toll.low is not None else toll.best or 0


def _figures(
    standing: list[Told], policy: str, figures: Mapping[str, float]
) -> tuple[int | None, int | None, int | None]:
    """low, best, high under a policy; each origin has one vote."""
    bounds = {t.origin: _bounds(t, policy, figures) for t in standing}
    lows = [b[0] for b in bounds.values() if b[0] is not None]
    highs = [b[2] for b in bounds.values() if b[2] is not None]
    firm = [(b[1], t) for t in standing if (b := bounds[t.origin])[1] is not None]
    votes = Counter(best for best, _ in {(best, t.origin) for best, t in firm})
    low, high = min(lows, default=None), max(highs, default=None)
    if not votes:
        return low, None, high if len(highs) == len(bounds) else None
    most = [best for best, n in votes.items() if n == max(votes.values())]
    if policy == "acled":
        best = min(v for v in votes if v is not None)
    elif policy == "ucdp":
        best = min(v for v in most if v is not None)
    else:
        best = max(((t.item.published or 0, v) for v, t in firm if v in most), default=(0, most[0]))[1]
    return low, best, high


def _bounds(told: Told, policy: str, figures: Mapping[str, float]) -> tuple[int | None, int | None, int | None]:
    toll = told.toll
    put = figures.get(f"{policy}_{told.vague}") if told.vague else None
    if put is not None:
        return int(put), int(put), toll.high
    best = toll.best
    if best is None and policy != "marsad":
        best = toll.low
    return toll.low, best, toll.high


def _vague(toll: Casualty, knowledge: Knowledge) -> str | None:
    """The class of words like "عشرات الجرحى"; None when a number is told."""
    if toll.best is not None or toll.high is not None:
        return None
    table = knowledge.words.get("vague_tolls") or {}
    readings = {v for span in toll.evidence for w in Tokens(span.text).words for v, _ in variants(w)}
    readings |= {r[2:] for r in readings if r.startswith("ال")}
    return next((name for name, words in table.items() if readings & {fold(w) for w in words}), None)


def _claims(told: list[Told], standing: list[Told]) -> tuple[TollClaim, ...]:
    """Equal claims together, with all who make them; a claim stands while one of its claimants stands by it."""
    groups: dict[tuple[int, ...], list[Told]] = defaultdict(list)
    for t in told:
        c = t.toll
        groups[(*(-1 if v is None else v for v in (c.low, c.best, c.high)), c.cumulative)].append(t)
    stands = {id(t) for t in standing}
    return tuple(
        TollClaim(
            low=group[0].toll.low,
            best=group[0].toll.best,
            high=group[0].toll.high,
            cumulative=group[0].toll.cumulative,
            claimants=tuple(claimant(t.item) for t in group),
            superseded=not any(id(t) in stands for t in group),
        )
        for _, group in sorted(groups.items())
    )
