"""`marsad export`: the incidents of a store as a dataset."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer

from marsad.errors import PublishError

if TYPE_CHECKING:
    from marsad.publish.entries import Entry


def register(app: typer.Typer) -> None:
    app.command("export", help=export.__doc__)(export)


def export(
    form: str = typer.Option(
        "csv", "--format", "-f", help="See --list: marsad, csv, parquet, geojson, acled, ucdp, … الصيغة"
    ),
    output: Path = typer.Option(None, "--output", "-o", metavar="FILE", help="Default: standard output. الملف"),
    where: str = typer.Option(
        None, "--store", "-s", metavar="DIR|URL", help="Default MARSAD_STORE or ./marsad-store. المستودع"
    ),
    machine: bool = typer.Option(
        False, "--machine", help="As the machine has it, without people's corrections. دون تصحيحات البشر"
    ),
    listed: bool = typer.Option(False, "--list", help="List the formats. قائمة الصيغ"),
    as_json: bool = typer.Option(False, "--json", help="Say what was written as JSON. إخراج JSON"),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress. بلا تقدّم"),
) -> None:
    """Write the incidents of a store as a dataset, in columns that others load. تصدير الوقائع.

    What people corrected or rejected (`marsad judge`) is applied; the machine's own values stay in the store.

    Examples:

      marsad export --store archive --format acled --output acled.csv

      marsad export --format parquet -o incidents.parquet

      marsad export --list
    """
    if listed:
        _list(as_json)
        return
    from marsad.knowledge.loader import load_knowledge
    from marsad.publish.decided import decided
    from marsad.publish.entries import entries
    from marsad.publish.export import export as to_file
    from marsad.publish.export import format_of
    from marsad.store import open_store

    chosen = format_of(form)
    if output is None and form == "parquet":
        raise PublishError("--format parquet: name a file with --output اكتب اسم الملف")
    knowledge = load_knowledge()
    with open_store(where or os.environ.get("MARSAD_STORE") or "marsad-store") as store:
        found: Iterable[Entry] = entries(store)
        if not machine:
            found = decided(found, store.judgements(standing=True), knowledge)
        counted = _Counted(found, quiet)
        if output is None:
            chosen.write(counted, knowledge, sys.stdout.buffer)
            return
        to_file(counted, knowledge, chosen, output)
    said = {"file": str(output), "format": form, "incidents": counted.count}
    words = f"{output}: {counted.count} incidents read وقائع, format {form}"
    typer.echo(msgspec.json.encode(said).decode() if as_json else words)


def _list(as_json: bool) -> None:
    from marsad.publish.export import FORMATS

    for name, form in FORMATS.items():
        said = {"format": name, "suffix": form.suffix, "about": form.about, "columns": [c for c, _ in form.columns]}
        typer.echo(
            msgspec.json.encode(said).decode() if as_json else f"{name:9} {form.about} ({len(form.columns)} columns)"
        )


class _Counted:
    """The entries as they go by, counted on standard error where somebody looks."""

    def __init__(self, found: Iterable[Entry], quiet: bool) -> None:
        self._found, self.count = found, 0
        self._show = not quiet and sys.stderr.isatty()

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._found:
            self.count += 1
            if self._show:
                print(f"\rincidents وقائع: {self.count}", end="", file=sys.stderr, flush=True)
            yield entry
        if self._show:
            print(file=sys.stderr)
