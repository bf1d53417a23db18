"""Which side is which: "clashes between A and B" and "between B and A" are one fight told twice, not two reports that differ.

Comes in: items. Goes out: the same items with the sides of two-sided events in one order. Directed events (who does it, to whom) keep
their order and set it for the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from marsad.incidents.items import Item
from marsad.knowledge.lines import actor_line
from marsad.knowledge.loader import Knowledge
from marsad.records import ActorRef

Sides = tuple[frozenset[str], frozenset[str]]


def actor_lines(actors: tuple[ActorRef, ...], knowledge: Knowledge) -> list[tuple[str, ...]]:
    """For each known actor, itself and all that it is part of or fights for."""
    known = (ref.id for ref in actors if ref.id is not None and ref.id != "common.unidentified")
    return [actor_line(knowledge.actors, ident) for ident in known]


def camps(item: Item, knowledge: Knowledge) -> Sides:
    """All that the actors of either side are, are part of or fight for, by id."""
    a, b = (
        frozenset(x for line in actor_lines(side, knowledge) for x in line)
        for side in (item.event.side_a, item.event.side_b)
    )
    return a, b


def is_mutual(item: Item, knowledge: Knowledge) -> bool:
    """Has the event two sides of equal standing?"""
    known = knowledge.events.get(item.event.type)
    return known is not None and known.sides == "mutual"


def is_crossed(one: Sides, other: Sides) -> bool:
    """Do two tellings share more when the sides of one are swapped?"""
    straight = len(one[0] & other[0]) + len(one[1] & other[1])
    return len(one[0] & other[1]) + len(one[1] & other[0]) > straight


def swapped(item: Item) -> Item:
    """The item with its sides the other way round."""
    event = msgspec.structs.replace(item.event, side_a=item.event.side_b, side_b=item.event.side_a)
    return msgspec.structs.replace(item, event=event)


def aligned(items: Sequence[Item], knowledge: Knowledge) -> list[Item]:
    """Items of one incident, in the order given, with the sides of two-sided events all the same way round."""
    order = sorted(items, key=lambda i: (is_mutual(i, knowledge), i.ref))
    a: set[str] = set()
    b: set[str] = set()
    turned: dict[str, Item] = {}
    for item in order:
        own = camps(item, knowledge)
        if is_mutual(item, knowledge) and is_crossed((frozenset(a), frozenset(b)), own):
            item, own = swapped(item), (own[1], own[0])
        a |= own[0]
        b |= own[1]
        turned[item.ref] = item
    return [turned[i.ref] for i in items]
