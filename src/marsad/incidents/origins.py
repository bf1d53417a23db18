"""Who knew it first, and who only quotes: origins of claims, and the graph of who quoted whom.

Comes in: items. Goes out: an origin key an item (ten outlets that quote one monitor are one origin), and edges from outlet to quoted source.
A named source is the origin of what is told after it; an unnamed one ("local sources") belongs to the outlet that quotes it; a report that
copies another's wording has the other's origin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from marsad.incidents.items import Item
from marsad.records import Attribution, Name
from marsad.records_incident import Claimant
from marsad.text.normalize import fold

COPIED = 0.5  # share of the shorter text's six-word runs from which two reports are one origin
_NAMED = ("monitor", "official", "party", "media")


class Quote(msgspec.Struct, frozen=True):
    """`outlet` quoted `source` in `events` (refs, sorted); `kind` is the source's."""

    outlet: str
    source: str
    kind: str
    events: tuple[str, ...]


def voice_of(item: Item) -> Attribution | None:
    """The first link of an event's source chain: who is said to know; None when the outlet speaks for itself."""
    return next(iter(item.event.attribution), None)


def origin_key(item: Item) -> str:
    """The origin of an item by itself: the named source, or the outlet (with the class of its unnamed source)."""
    voice = voice_of(item)
    outlet = _folded(item.publisher) or item.report_id
    if voice is None:
        return outlet
    name = voice.id or _folded(voice.name.ar or voice.name.en)
    if voice.kind in _NAMED and name:
        return name
    return f"{outlet} > {name or voice.kind}"


def origins(items: Sequence[Item]) -> dict[str, str]:
    """The origin of each item (by ref) among the items of an incident: equal keys are one origin."""
    out = {i.ref: origin_key(i) for i in sorted(items, key=lambda i: i.ref)}
    ordered = [i for i in sorted(items, key=_age) if i.shingles]
    for n, late in enumerate(ordered):
        for early in ordered[:n]:
            if early.report_id != late.report_id and is_copy(early, late):
                out[late.ref] = out[early.ref]
                break
    return out


def is_copy(a: Item, b: Item) -> bool:
    """Is the shorter report mostly made of runs of words of the other?"""
    if not a.shingles or not b.shingles:
        return False
    return len(a.shingles & b.shingles) / min(len(a.shingles), len(b.shingles)) >= COPIED


def claimant(item: Item) -> Claimant:
    """Who says what an item says: its named source, else its outlet."""
    voice = voice_of(item)
    if voice is not None:
        return Claimant(item.ref, voice.id, voice.name, voice.kind)
    return Claimant(item.ref, None, Name(ar=item.publisher), "media")


def quotes(items: Iterable[Item]) -> tuple[Quote, ...]:
    """Who quoted whom: one edge an outlet and source, with the events that rest on it, sorted."""
    edges: dict[tuple[str, str, str], set[str]] = {}
    for item in items:
        for voice in item.event.attribution:
            name = voice.id or voice.name.ar or voice.name.en
            outlet = item.publisher or item.report_id
            if name and _folded(name) != _folded(outlet):
                edges.setdefault((outlet, name, voice.kind), set()).add(item.ref)
    return tuple(Quote(*edge, tuple(sorted(refs))) for edge, refs in sorted(edges.items()))


def _age(item: Item) -> tuple[int, str]:
    """Oldest first; undated reports last."""
    return (item.published if item.published is not None else 9**9, item.ref)


def _folded(name: str | None) -> str:
    return " ".join(fold(name or "").split())
