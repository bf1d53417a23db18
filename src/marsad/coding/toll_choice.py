"""Which statements of a toll stand on an event: repeats go, and so does what another statement says better.

Comes in: the tolls that were tied to one event. Goes out: those that stand, in text order.
"""

from __future__ import annotations

from marsad.coding.actors import PEOPLE
from marsad.coding.scan import Scan
from marsad.coding.tolls import Toll


def distinct(tolls: list[Toll], scan: Scan) -> list[Toll]:
    """The tolls of one event, each statement once: repeats, headlines that the body makes exact, and "some" beside a number go."""
    out: list[Toll] = []
    for toll in tolls:
        if not any(
            other is not toll and _says_more(other, toll, scan)
            for other in tolls
            if other not in out or other is not toll
        ) and not any(_repeats(other, toll) for other in out):
            out.append(toll)
    return out


def _group(toll: Toll) -> str | None:
    """The victim group a toll names; None for people at large."""
    if toll.victims is None or toll.victims.person in PEOPLE:
        return None
    return toll.victims.id or toll.victims.kind


def _repeats(kept: Toll, toll: Toll) -> bool:
    same = (kept.harm, kept.low, kept.high) == (toll.harm, toll.low, toll.high)
    return same and (
        _group(kept) == _group(toll) or (not kept.part and not toll.part and None in (_group(kept), _group(toll)))
    )


def _says_more(other: Toll, toll: Toll, scan: Scan) -> bool:
    """Whether `other` makes `toll` superfluous: a number beside a vague word, the body beside the headline, a named group beside none."""
    if other.harm != toll.harm or toll.part or other.part:
        return False
    if (
        {_group(other), _group(toll)} - {None}
        and None not in (_group(other), _group(toll))
        and _group(other) != _group(toll)
    ):
        return False
    title, other_title = (scan.kinds[scan.sentence[t.anchor]] == "title" for t in (toll, other))
    if title != other_title:
        return title
    vague, other_vague = (t.high is None and (t.low or 0) in (1, 3) for t in (toll, other))
    if vague != other_vague:
        return vague
    return (toll.low, toll.high) == (other.low, other.high) and _group(toll) is None and _group(other) is not None
