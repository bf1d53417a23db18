"""Writes docs/codebook.md from knowledge, crosswalks, records and the columns of the exports. usage: build_codebook.py [--check]

--check writes nothing and fails when the page differs: it must be made again after knowledge or columns change.
"""

from __future__ import annotations

import sys
from pathlib import Path

from marsad import records
from marsad.knowledge.loader import Knowledge, load_knowledge
from marsad.publish.codebook import CLASSES, columns, event_class, kinds, record, table, values
from marsad.publish.coded import ACLED_COLUMNS, CSV_COLUMNS
from marsad.publish.export import FORMATS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "codebook.md"
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
        *(event_class(knowledge, name) for name in CLASSES),
        "## Columns of `marsad code --format csv`",
        table(("column", "meaning"), ((f"`{c}`", COLUMNS[c]) for c in CSV_COLUMNS)),
        "## Columns of `marsad code --format acled`",
        "ACLED's own export columns; filled as far as the report says, empty otherwise: "
        + ", ".join(f"`{c}`" for c in ACLED_COLUMNS)
        + ".",
        "## Fields of `marsad code --format jsonl` (`marsad/1`)",
        *(
            record(kind)
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
        "## Columns of `marsad export`",
        "One incident a row, in the order of date and id; in an empty cell nobody says, or nobody could know. "
        "What people decided (`marsad judge`) is applied.",
        *(part for name, form in FORMATS.items() for part in (f"### `{name}`: {form.about}", columns(form))),
        "## Values",
        values(),
        "## Actors and sources",
        kinds(),
    ]
    return "\n\n".join(parts) + "\n"


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
