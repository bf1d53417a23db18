"""The parts of a codebook that knowledge and records write themselves, as Markdown: event types, values, kinds, record fields.

Comes in: `Knowledge`. Goes out: text. `scripts/build_codebook.py` makes docs/codebook.md of them, an edition its codebook.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

import msgspec
import yaml

from marsad import records
from marsad.knowledge.labels import load_labels
from marsad.knowledge.loader import FOLDER, ActorKind, EventType, Knowledge
from marsad.publish.export import Format

CLASSES = ("battles", "explosions", "civilians", "strategic", "demonstrations")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(c).replace("|", "\\|") for c in row) + " |" for row in rows])


def event_class(knowledge: Knowledge, name: str) -> str:
    """The event types of one class, defined."""
    events = [e for e in knowledge.events.values() if e.klass == name]
    return f"### {name.capitalize()}\n\n" + "\n\n".join(_event(knowledge, e) for e in events)


def _event(knowledge: Knowledge, event: EventType) -> str:
    lines = [f"#### `{event.id}`: {event.label.en} ({event.label.ar})", "", event.definition]
    if event.is_not:
        lines.append(f"*Not*: {event.is_not}")
    sides = "two sides, in either order" if event.sides == "mutual" else "side_a does it, side_b it is done to"
    schemes = []
    for scheme, rows in knowledge.crosswalks.items():
        values = [v for k, v in list(rows[event.id].items())[1:4] if v and k not in ("rule", "note")]
        schemes.append(f"{scheme.upper()} {' / '.join(values)}")
    lines += ["", f"- Sides: {sides}.", f"- {'; '.join(schemes)}."]
    words = [*(v.past for v in event.verbs[:4]), *(n.replace("|", " / ") for n in event.nouns[:2])]
    lines.append(f"- Named by words such as {'، '.join(words)}.")
    example, silent = _cases(event.id)
    if example:
        lines.append(f"- For example: {example}")
    if silent:
        lines.append(f"- A look-alike that stays uncoded: {silent}")
    return "\n".join(lines)


def _cases(event: str) -> tuple[str | None, str | None]:
    """The first case with an event, and the first that must stay silent."""
    path = FOLDER / "events" / f"{event}.cases.yml"
    cases = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else []
    said = next((c["text"] for c in cases if c["events"]), None)
    return said, next((c["text"] for c in cases if not c["events"]), None)


def columns(form: Format) -> str:
    """The columns of a format with their meanings."""
    return table(("column", "meaning"), ((f"`{name}`", meaning) for name, meaning in form.columns))


def record(kind: type[msgspec.Struct]) -> str:
    """A record: what it is, and its fields."""
    about = " ".join((kind.__doc__ or "").split())
    fields = ", ".join(f"`{field.name}`" for field in msgspec.structs.fields(kind))
    return f"**{kind.__name__}**: {about}\n\nFields: {fields}."


def values() -> str:
    """The values of closed fields with their labels."""
    labels = load_labels()
    groups = {
        "harm": records.Harm,
        "status": records.Status,
        "stance": records.Stance,
        "precision": records.Precision,
        "section": records.SectionKind,
    }
    rows = [
        (group, f"`{value}`", labels.en(f"{group}.{value}"), labels.ar(f"{group}.{value}"))
        for group, kind in groups.items()
        for value in get_args(kind)
    ]
    rows += [("where_prec", f"`{n}`", labels.en(f"where.{n}"), labels.ar(f"where.{n}")) for n in range(1, 8)]
    return table(("field", "value", "English", "Arabic"), rows)


def kinds() -> str:
    """Kinds of actors and of sources."""
    actors = ", ".join(f"`{kind}`" for kind in get_args(ActorKind))
    sources = ", ".join(f"`{kind}`" for kind in get_args(records.SourceKind))
    return f"Kinds of actors: {actors}.\n\nKinds of sources: {sources}.\n\nHow many are known, by country: `marsad knowledge stats`; one entry: `marsad knowledge show ID`."
