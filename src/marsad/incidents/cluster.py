"""Which events are one happening: average-linkage clustering that people can overrule.

Comes in: refs, scored pairs, and what people have decided. Goes out: groups of refs. The strongest pair is joined first; two groups join when
their pairs agree on average, not when one pair does, so that a roundup does not chain ten happenings into one. What was never compared
counts against (`UNSEEN`). Pairs that a person linked are joined before anything else and pairs that a person parted never are. The outcome
depends on scores and refs alone, never on the order in which events came.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping

Pair = tuple[str, str]
UNSEEN = -3.0  # log odds of two events that share no block
GATHERS = 0.6  # what many report draws more reports: log odds a natural log of the larger group's size
_CROWD = 12
_LIMIT = 6.0
HOPELESS = 1 / (1 + _CROWD**GATHERS)
"""A probability below which no pair brings two groups together: the pull of the largest crowd does not make up for it."""


def pair(a: str, b: str) -> Pair:
    """Two refs as a key, whatever their order."""
    return (a, b) if a < b else (b, a)


def log_odds(probability: float) -> float:
    """The evidence of a probability, bounded so that one sure pair cannot outvote many."""
    p = min(max(probability, 1e-9), 1 - 1e-9)
    return max(-_LIMIT, min(_LIMIT, math.log(p / (1 - p))))


def cluster(
    refs: Iterable[str],
    scores: Mapping[Pair, float],
    together: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
    least: float = 0.0,
) -> list[tuple[str, ...]]:
    """Groups of refs, each sorted, in the order of their first refs.

    Args: scores: probability by `pair`; together, apart: what people decided (apart wins over a chain of together: the last group that
          would break it stays out); least: mean log odds between two groups that join.
    """
    groups = _Groups(sorted(set(refs)), apart)
    for a, b in sorted(pair(*p) for p in together):
        groups.join(a, b)
    groups.score(scores)
    groups.agglomerate(least)
    return sorted(tuple(sorted(g)) for g in groups.members.values())


class _Groups:
    """Groups under way: members by representative, and the summed log odds of the compared pairs between two groups."""

    def __init__(self, refs: list[str], apart: Iterable[Pair]) -> None:
        self.members = {ref: [ref] for ref in refs}
        self.of = {ref: ref for ref in refs}
        self.apart = {pair(*p) for p in apart}
        self.sums: dict[str, dict[str, tuple[float, int]]] = {ref: {} for ref in refs}

    def barred(self, x: str, y: str) -> bool:
        """Has a person parted any member of one group from any of the other?"""
        if not self.apart:
            return False
        return any(pair(a, b) in self.apart for a in self.members[x] for b in self.members[y])

    def join(self, a: str, b: str) -> None:
        """Put the groups of two refs together, unless a person has parted them; unknown refs are left out."""
        if a not in self.of or b not in self.of:
            return
        x, y = sorted((self.of[a], self.of[b]))
        if x == y or self.barred(x, y):
            return
        self.members[x] += self.members.pop(y)
        for ref in self.members[x]:
            self.of[ref] = x
        mine = self.sums[x]
        for other, (total, count) in self.sums.pop(y).items():
            del self.sums[other][y]
            if other != x:
                old, number = mine.get(other, (0.0, 0))
                mine[other] = self.sums[other][x] = (old + total, number + count)
        mine.pop(y, None)

    def score(self, scores: Mapping[Pair, float]) -> None:
        """Sum what the compared pairs say between the groups as they are."""
        for (a, b), probability in sorted(scores.items()):
            x, y = self.of.get(a), self.of.get(b)
            if x is None or y is None or x == y:
                continue
            total, count = self.sums[x].get(y, (0.0, 0))
            self.sums[x][y] = self.sums[y][x] = (total + log_odds(probability), count + 1)

    def mean(self, x: str, y: str) -> float:
        """Mean log odds over all pairs between two groups (never compared: `UNSEEN`), and the pull of the larger one (`GATHERS`)."""
        total, count = self.sums[x].get(y, (0.0, 0))
        every = len(self.members[x]) * len(self.members[y])
        larger = max(len(self.members[x]), len(self.members[y]))
        return (total + UNSEEN * (every - count)) / every + GATHERS * math.log(min(larger, _CROWD))

    def agglomerate(self, least: float) -> None:
        """Join the two groups that agree most, again and again, until none agree enough."""
        queue = [(-self.mean(x, y), x, y) for x in self.sums for y in self.sums[x] if x < y]
        heapq.heapify(queue)
        while queue:
            negative, x, y = heapq.heappop(queue)
            if -negative < least:
                return
            if x not in self.members or y not in self.members or -negative != self.mean(x, y) or self.barred(x, y):
                continue
            self.join(x, y)
            kept = self.of[x]
            for other in sorted(self.sums[kept]):
                heapq.heappush(queue, (-self.mean(kept, other), min(kept, other), max(kept, other)))
