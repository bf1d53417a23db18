"""Who stands with whom: what knowledge tells of parents and allegiances makes two parties of a report allies or foes.

Comes in: two parties. Goes out: "ally", "foe" or "". It is never a reason of its own to name a side: it is weighed beside what
the words say (coding/side_features.py). Allegiances of all years count, since reports of one time speak of another.
"""

from __future__ import annotations

from marsad.coding.actors import ARMED, Party
from marsad.knowledge.lines import actor_line
from marsad.knowledge.loader import Knowledge


class Camps:
    """The camps of one report's parties."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._known: dict[str, frozenset[str]] = {}

    def relation(self, one: Party, other: Party) -> str:
        """What two parties are to each other; "" where they are one, or nothing is known of one of them."""
        mine, theirs = self._camp(one), self._camp(other)
        if not mine or not theirs or (one.id is not None and one.id == other.id):
            return ""
        if mine & theirs:
            return "ally"
        return "foe" if one.kind in ARMED and other.kind in ARMED else ""

    def _camp(self, party: Party) -> frozenset[str]:
        key = party.id if party.id and not party.id.startswith("common.") else party.allegiance
        if key is None:
            return frozenset()
        if key not in self._known:
            self._known[key] = frozenset(actor_line(self.knowledge.actors, key, past=True))
        return self._known[key]
