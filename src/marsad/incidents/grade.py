"""How certain an incident is, in the manner of Airwars, extended to combatants.

confirmed: the acting side says so itself (or the side that suffered admits its own losses, where combatants died).
fair: two independent origins or more, none of whom is contradicted. weak: one origin, or only unnamed sources.
contested: origins name different sides as having acted, or one denies what another states. discounted: every origin denies it.
single_source: one report alone, of a named origin.
Source: Airwars, "Civilian casualty grading" (confirmed, fair, weak, contested, discounted), applied to combatants as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marsad.incidents.items import Item
from marsad.incidents.origins import voice_of
from marsad.incidents.sides import actor_lines
from marsad.knowledge.loader import Knowledge
from marsad.records import Attribution
from marsad.records_incident import Grade

_UNNAMED = ("anonymous", "local")


def grade(items: Sequence[Item], origin: Mapping[str, str], knowledge: Knowledge) -> tuple[Grade, tuple[str, ...]]:
    """The grade of an incident and why, in words."""
    keys = sorted({origin[i.ref] for i in items})
    denied = {origin[i.ref] for i in items if _denies(i)}
    stated = {origin[i.ref] for i in items if not _denies(i)}
    if denied and not stated:
        return "discounted", (f"denied by all origins: {', '.join(sorted(denied))}",)
    if denied:
        return "contested", (f"stated by {', '.join(sorted(stated))}; denied by {', '.join(sorted(denied))}",)
    accused = _accused(items, origin, knowledge)
    if len(accused) > 1:
        return "contested", tuple(f"{by} names {who}" for who, by in accused)
    admitted = next((i for i in sorted(items, key=lambda i: i.ref) if _admits(i, knowledge)), None)
    if admitted is not None:
        return "confirmed", (f"a side speaks of its own act or losses: {origin[admitted.ref]} ({admitted.ref})",)
    if len(keys) > 1:
        return "fair", (f"{len(keys)} independent origins: {', '.join(keys)}",)
    return _lone(items, keys[0])


def _lone(items: Sequence[Item], key: str) -> tuple[Grade, tuple[str, ...]]:
    voices = [voice_of(i) for i in items]
    reports = {i.report_id for i in items}
    if all(v is not None and (v.kind in _UNNAMED or v.stance == "rumoured") for v in voices):
        return "weak", (f"only unnamed or rumoured sources: {key}",)
    if len(reports) > 1:
        return "weak", (f"{len(reports)} reports rest on one origin: {key}",)
    return "single_source", (f"one report: {key}",)


def _denies(item: Item) -> bool:
    voice = voice_of(item)
    return item.event.status == "denied" or (voice is not None and voice.stance == "denied")


def _accused(items: Sequence[Item], origin: Mapping[str, str], knowledge: Knowledge) -> list[tuple[str, str]]:
    """Camps named as having acted, with who names them; more than one means that they exclude each other."""
    camps: list[tuple[set[str], str, set[str]]] = []
    for item in sorted(items, key=lambda i: i.ref):
        lines = actor_lines(item.event.side_a, knowledge)
        if not lines or item.event.type in _MUTUAL:
            continue
        names = {x for line in lines for x in line}
        for known, _, by in camps:
            if known & names:
                known |= names
                by.add(origin[item.ref])
                break
        else:
            camps.append((names, lines[0][0], {origin[item.ref]}))
    return [(who, ", ".join(sorted(by))) for _, who, by in camps]


_MUTUAL = frozenset(["armed_clash", "agreement"])


def _admits(item: Item, knowledge: Knowledge) -> bool:
    """Does a side speak for itself: the acting side of its act, or a side of combatants that it lost?"""
    voices = [v for v in item.event.attribution if v.kind in ("official", "party") and v.stance != "denied"]
    acting = {x[0] for x in actor_lines(item.event.side_a, knowledge)}
    lost = {t.victims.id for t in item.event.casualties if t.victims is not None and t.victims.id}
    return any(_speaks_for(v, acting | (lost - {"common.civilians"}), knowledge) for v in voices)


def _speaks_for(voice: Attribution, actors: set[str], knowledge: Knowledge) -> bool:
    """A voice is a side's when it is the actor itself, or shares its name."""
    if voice.id in actors:
        return True
    names = {n for a in actors if (known := knowledge.actors.get(a)) for n in (*known.names.ar, known.label.ar)}
    return bool(voice.name.ar and voice.name.ar in names)
