"""A report's text cut into pieces, each with the events and roles whose evidence it is: what pages highlight.

Comes in: a coded report. Goes out: pieces in text order that together are the text, within its sections. Spans may overlap (a place
inside a toll, one toll on two events), so a piece can carry several roles of several events.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import msgspec

from marsad.records import CodedReport, Event, Span

ROLES = ("trigger", "side_a", "side_b", "place", "when", "toll", "source", "weapon", "series")
"""Roles in order of display: a piece with several is coloured by the first."""


class Piece(msgspec.Struct, frozen=True):
    """Words with the ids of the events they are evidence for, and the roles they play in them. Both empty: plain text."""

    text: str
    events: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class Block(msgspec.Struct, frozen=True):
    """A section of the text (kind as in `Section`) as pieces."""

    kind: str
    pieces: tuple[Piece, ...]


def evidence(event: Event) -> Iterator[tuple[str, Span]]:
    """Every (role, span) of an event."""
    groups: tuple[tuple[str, Iterable[Iterable[Span]]], ...] = (
        ("trigger", [event.evidence.triggers]),
        ("side_a", [a.evidence for a in event.side_a]),
        ("side_b", [a.evidence for a in event.side_b]),
        ("place", [p.evidence for p in event.places]),
        ("when", [event.when.evidence]),
        ("toll", [c.evidence for c in event.casualties]),
        ("source", [a.evidence for a in event.attribution]),
        ("weapon", [w.evidence for w in event.weapons]),
        ("series", [event.series.evidence] if event.series else []),
    )
    for role, spans in groups:
        for group in spans:
            for span in group:
                yield role, span


def blocks(coded: CodedReport) -> list[Block]:
    """The text of a report by sections, cut where evidence begins or ends. Text outside every section counts as furniture."""
    text = coded.report.text
    marks = [(span, event.id, role) for event in coded.events for role, span in evidence(event)]
    edges = {edge for span, _, _ in marks for edge in (span.start, span.end)}
    out, at = [], 0
    for section in coded.report.sections:
        if text[at : section.start].strip():
            out.append(Block("boilerplate", (Piece(text[at : section.start].strip()),)))
        out.append(Block(section.kind, tuple(_pieces(text, section.start, section.end, edges, marks))))
        at = section.end
    if text[at:].strip():
        out.append(Block("boilerplate", (Piece(text[at:].strip()),)))
    return out


def _pieces(text: str, start: int, end: int, edges: set[int], marks: list[tuple[Span, str, str]]) -> Iterator[Piece]:
    cuts = sorted({start, end} | {edge for edge in edges if start < edge < end})
    for a, b in itertools.pairwise(cuts):
        held = [(event, role) for span, event, role in marks if span.start <= a and b <= span.end]
        events = tuple(dict.fromkeys(event for event, _ in held))
        roles = tuple(role for role in ROLES if any(role == r for _, r in held))
        yield Piece(text[a:b], events, roles)
