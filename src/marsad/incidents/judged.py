"""What people have decided, as pairs that belong together and pairs that do not.

Comes in: judgements, in the order they were made. Goes out: the standing ones (an undone judgement does not stand, an undone undo gives it
back) as `together` and `apart` pairs. A judgement names events, never only an incident, so that it means the same when the machine runs again:
link, unlink: subject an event ref, `value["events"]` the refs it belongs with, or not. merge, split: subject an incident id, `value["groups"]`
lists of refs that are one happening, or that are different ones. reject: subject an event ref that is no happening; it stays alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import msgspec

from marsad.incidents.cluster import Pair, pair
from marsad.records_incident import Judgement


class Judged(msgspec.Struct, frozen=True):
    """Constraints with the id of the judgement behind each; later judgements win over earlier ones about the same pair."""

    together: dict[Pair, str]
    apart: dict[Pair, str]

    def judgement_of(self, ref: str) -> str | None:
        """The judgement that holds an event where it is; None if no person has placed it."""
        found = (j for table in (self.together, self.apart) for p, j in sorted(table.items()) if ref in p)
        return next(found, None)

    def refs(self) -> set[str]:
        """All events that people have placed."""
        return {ref for table in (self.together, self.apart) for p in table for ref in p}


def standing(judgements: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """The judgements in force, in their order, without undos."""
    undone: dict[str, str] = {j.undoes: j.id for j in judgements if j.undoes is not None}

    def stands(ident: str) -> bool:
        return ident not in undone or not stands(undone[ident])

    return tuple(j for j in judgements if j.kind != "undo" and stands(j.id))


def judged(judgements: Sequence[Judgement]) -> Judged:
    """The constraints that the standing judgements put on linkage."""
    together: dict[Pair, str] = {}
    apart: dict[Pair, str] = {}
    for judgement in standing(judgements):
        add, drop = (together, apart) if judgement.kind in ("link", "merge") else (apart, together)
        for key in _pairs(judgement):
            add[key] = judgement.id
            drop.pop(key, None)
    return Judged(together, apart)


def _pairs(judgement: Judgement) -> Iterable[Pair]:
    if judgement.kind in ("link", "unlink"):
        return [
            pair(judgement.subject, str(ref)) for ref in judgement.value.get("events", ()) if ref != judgement.subject
        ]
    if judgement.kind in ("merge", "split"):
        groups = [[str(r) for r in group] for group in judgement.value.get("groups", ())]
        return [pair(a, b) for x, y in combinations(groups, 2) for a in x for b in y if a != b]
    return []
