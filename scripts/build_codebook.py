"""Writes docs/codebook.md from knowledge, crosswalks, records and the columns of the exports. usage: build_codebook.py [--check]

--check writes nothing and fails when the page differs: it must be made again after knowledge or columns change.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import yaml

from marsad import records
from marsad.knowledge.labels import load_labels
from marsad.knowledge.loader import FOLDER, ActorKind, EventType, Knowledge, load_knowledge
from marsad.publish.coded import ACLED_COLUMNS, CSV_COLUMNS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "codebook.md"
CLASSES = ("battles", "explosions", "civilians", "strategic", "demonstrations")

COLUMNS = {
    "report_id": "the report", "event_id": "the event within the report", "type": "our event type", "event_type": "ACLED's, through the crosswalk",
    "sub_event_type": "ACLED's, through the crosswalk", "status": "occurred, ongoing, attempted, denied",
    "background": "1: recalled from before the news that the report brings", "date_start": "ISO, as precise as stated; empty if unknown",
    "date_end": "likewise; empty for a single day", "date_precision": "hour, day, week, month, year, unknown",
    "date_stated": "0: the report does not date the event; the day of publication stands in", "side_a": "who does it, or one of two sides; names",
    "side_a_ids": "ids of actors, empty for names known by their form only", "side_b": "who it is done to, or the other side",
    "side_b_ids": "likewise", "place": "most specific first", "place_id": "of the first place", "latitude": "WGS 84 degrees, of the first place",
    "longitude": "likewise", "where_prec": "UCDP: 1 exact site … 7 country", "admin1": "first-level unit of the first place",
    "country": "ISO 3166-1 alpha-2", "killed_low": "floor of the largest single count; empty if none is given", "killed_high": "its cap; empty if open",
    "wounded_low": "likewise for wounded", "wounded_high": "likewise", "casualties": "every toll as reported: harm, bounds, victims",
    "sources": "who the report says says so", "confidence": "0 to 1", "trigger": "the words that name the event", "sentence": "the sentences it was read from",
}  # fmt: skip


def page(knowledge: Knowledge) -> str:
    """The whole codebook."""
    parts = [
        "# Codebook",
        "Generated from knowledge by `make codebook`; do not edit. Formats of the data files: [knowledge.md](knowledge.md).",
        "## Event types",
        *(_class(knowledge, name) for name in CLASSES),
        "## Columns of `marsad code --format csv`",
        _table(("column", "meaning"), ((f"`{c}`", COLUMNS[c]) for c in CSV_COLUMNS)),
        "## Columns of `marsad code --format acled`",
        "ACLED's own export columns; filled as far as the report says, empty otherwise: "
        + ", ".join(f"`{c}`" for c in ACLED_COLUMNS)
        + ".",
        "## Fields of `marsad code --format jsonl` (`marsad/1`)",
        *(
            _struct(kind)
            for kind in (
                records.Event,
                records.ActorRef,
                records.PlaceRef,
                records.When,
                records.Casualty,
                records.Attribution,
                records.Series,
            )
        ),
        "## Values",
        _values(),
        "## Actors and sources",
        _kinds(),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: tuple[str, ...], rows: object) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(c).replace("|", "\\|") for c in row) + " |" for row in rows])  # type: ignore[attr-defined]


def _class(knowledge: Knowledge, name: str) -> str:
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


def _struct(kind: type[msgspec.Struct]) -> str:
    about = " ".join((kind.__doc__ or "").split())
    fields = ", ".join(f"`{field.name}`" for field in msgspec.structs.fields(kind))
    return f"**{kind.__name__}**: {about}\n\nFields: {fields}."


def _values() -> str:
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
        for value in kind.__args__
    ]  # type: ignore[attr-defined]
    rows += [("where_prec", f"`{n}`", labels.en(f"where.{n}"), labels.ar(f"where.{n}")) for n in range(1, 8)]
    return _table(("field", "value", "English", "Arabic"), rows)


def _kinds() -> str:
    kinds = ", ".join(f"`{kind}`" for kind in ActorKind.__args__)  # type: ignore[attr-defined]
    sources = ", ".join(f"`{kind}`" for kind in records.SourceKind.__args__)  # type: ignore[attr-defined]
    return f"Kinds of actors: {kinds}.\n\nKinds of sources: {sources}.\n\nHow many are known, by country: `marsad knowledge stats`; one entry: `marsad knowledge show ID`."


def main() -> None:
    made = page(load_knowledge())
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != made:
            sys.exit("docs/codebook.md is not what knowledge gives: run `make codebook`")
        return
    PAGE.write_text(made, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(PAGE.parent.parent)}")


if __name__ == "__main__":
    main()
