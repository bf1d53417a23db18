"""Whom an actor belongs to: itself, what it is part of, and whom it fights for.

Comes in: actors by id. Goes out: ids, nearest first. Linkage asks for what holds; a report of one year may speak of another.
"""

from __future__ import annotations

from collections.abc import Mapping

from marsad.knowledge.loader import Actor


def actor_line(actors: Mapping[str, Actor], ident: str, past: bool = False) -> tuple[str, ...]:
    """An actor with all that it is part of or fights for. past: also for whom it fought at some time, where allegiances changed."""
    line, seen = [ident], {ident}
    for step in line:
        actor = actors.get(step)
        if actor is None:
            continue
        told = actor.allegiance
        lords = [told] if isinstance(told, str) else [a.to for a in told or ()] if past else []
        for above in (actor.parent, *lords):
            if above and above not in seen:
                line.append(above)
                seen.add(above)
    return tuple(line)
