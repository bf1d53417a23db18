"""The rules of the crosswalks: which value of another scheme an incident has.

Comes in: an entry, a rule of knowledge/crosswalks/*.tsv. Goes out: the value. The language is written at the head of each of these files:
clauses `CONDITION & CONDITION -> VALUE` parted by `; `, the first that holds replaces the default of the row.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from marsad.errors import KnowledgeError
from marsad.publish.cells import UNARMED, place_of
from marsad.publish.entries import Entry
from marsad.records import ActorRef


class Facts(msgspec.Struct, frozen=True):
    """What conditions ask of an incident. `killed` and `harmed`: is the low bound of a count above 0."""

    a: tuple[ActorRef, ...] = ()
    b: tuple[ActorRef, ...] = ()
    country: str | None = None
    weapons: frozenset[str] = frozenset()
    killed: bool = False
    harmed: bool = False


def facts_of(entry: Entry) -> Facts:
    """The facts of an incident, from itself and the weapons of its events."""
    incident = entry.incident
    place = place_of(incident)
    hurt = {t.harm for t in incident.tolls if (t.low or 0) > 0}
    return Facts(
        incident.side_a,
        incident.side_b,
        place.country if place else None,
        frozenset(w.id for m in entry.members for w in m.event.weapons),
        "killed" in hurt,
        bool(hurt & {"killed", "wounded", "killed_or_wounded"}),
    )


def choose(rule: str, default: str, facts: Facts) -> str:
    """The value of the first clause that holds, else the default.

    Raises: KnowledgeError: the rule is not of this language.
    """
    for clause in filter(None, (c.strip() for c in rule.split(";"))):
        condition, arrow, value = clause.partition("->")
        if not arrow:
            raise KnowledgeError("crosswalks", rule[:60], f"“{clause}” has no “->”")
        if all(_holds(test.strip(), facts) for test in condition.split("&")):
            return value.strip()
    return default


def _holds(test: str, facts: Facts) -> bool:
    if test in ("killed>0", "harmed>0"):
        return facts.killed if test == "killed>0" else facts.harmed
    subject, _, wanted = test.partition(":")
    if subject == "targets" and wanted == "civilians":
        return bool(facts.b) and all(actor.kind in UNARMED for actor in facts.b)
    if subject == "weapon":
        return not facts.weapons.isdisjoint(wanted.split("|"))
    if subject in ("a", "b"):
        return _side_is(facts.a if subject == "a" else facts.b, wanted, facts.country)
    raise KnowledgeError("crosswalks", test, "no such condition")


def _side_is(side: Iterable[ActorRef], wanted: str, country: str | None) -> bool:
    actors = tuple(side)
    if wanted == "none":
        return not actors
    if wanted == "home":
        return any(a.country and a.country == country for a in actors)
    if wanted == "abroad":
        return any(a.country and country and a.country != country for a in actors)
    if wanted.startswith("country="):
        return any(a.country == wanted.removeprefix("country=") for a in actors)
    return any(a.kind in wanted.split("|") for a in actors)
