"""`marsad demo`: codes the sample reports and shows all that comes out, so that a newcomer sees real coding in a minute."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer

from marsad.errors import PublishError

if TYPE_CHECKING:  # the other commands start without what the demo needs
    from marsad.knowledge.loader import Knowledge
    from marsad.records import CodedReport
    from marsad.records_incident import Claimant, Incident


def register(app: typer.Typer) -> None:
    app.command("demo", help=demo.__doc__)(demo)


def demo(
    output: Path = typer.Option(Path("out"), "--output", "-o", help="Folder for the files. مجلد الإخراج"),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="Write the files, print no events. بلا طباعة الأحداث"),
) -> None:
    """Code the sample reports: events, CSV, GeoJSON, JSONL, a page, and a store with incidents. مثال كامل على أخبار من تأليفنا.

    Examples:

      marsad demo

      marsad demo --output /tmp/marsad
    """
    from marsad.knowledge.labels import load_labels
    from marsad.pipeline import code_reports
    from marsad.publish.coded import write_table
    from marsad.samples import load_samples

    labels, coded = load_labels(), list(code_reports(load_samples()))
    if not quiet:
        sys.stdout.flush()
        write_table(coded, sys.stdout.buffer)
    differences = _keep(coded, output / "store")
    names = _write(coded, output, differences)
    events = sum(len(report.events) for report in coded)
    typer.echo(
        f"{len(coded)} reports أخبار, {events} events أحداث. Written كُتب: " + ", ".join(str(output / n) for n in names)
    )
    if differences:
        typer.echo(f"\nWhere reports of one happening differ ما تختلف فيه الأخبار ({output / 'store'}):")
        for kind, place, day, key, said in differences:
            typer.echo(f"  {kind} · {place} · {day} · {labels.both(key)}: {said}")


def _keep(coded: Sequence[CodedReport], folder: Path) -> list[tuple[str, ...]]:
    """Put the samples into a fresh store, link them into incidents, and tell on what the reports of one incident differ."""
    from marsad.archive import code_waiting, link_waiting
    from marsad.knowledge.loader import load_knowledge
    from marsad.store import open_store

    shutil.rmtree(folder, ignore_errors=True)
    knowledge = load_knowledge()
    with open_store(str(folder), create=True) as store:
        for one in coded:
            store.add_report(msgspec.structs.replace(one.report, sections=()))
        for _ in code_waiting(store):
            pass
        link_waiting(store, knowledge)
        incidents = [i for i in store.incidents(None, None, None) if i.events]
    return [row for incident in incidents for row in _differences(incident, knowledge)]


def _differences(incident: Incident, knowledge: Knowledge) -> list[tuple[str, ...]]:
    """Rows (type, place, day, key of the field's label, values with their claimants) of one incident that several reports tell."""
    from marsad.knowledge.labels import load_labels
    from marsad.records_incident import split_ref

    if len({split_ref(ref)[0] for ref in incident.events}) < 2:
        return []
    place = next((p.name.ar or p.name.en or "" for p in incident.places), "?")
    head = (incident.type, place, incident.when.start or "?")
    labels = load_labels()
    rows: list[tuple[str, ...]] = []
    for conflict in incident.conflicts:
        if conflict.field in _TOLD:  # tolls that differ come with all their claims below
            key = f"role.{conflict.field}" if f"role.{conflict.field}" in labels else f"harm.{conflict.field}"
            said = (f"{_value(v.value, knowledge)} ({_who(v.claimants)})" for v in conflict.values)
            rows.append((*head, key, "؛ ".join(said)))
    for toll in incident.tolls:
        if len(toll.claims) > 1:
            said = (f"{_bounds(c.low, c.high)} ({_who(c.claimants)})" for c in toll.claims)
            whom = f"{toll.victims.name.ar or toll.victims.name.en}: " if toll.victims else ""
            rows.append((*head, f"harm.{toll.harm}", whom + "؛ ".join(said)))
    return rows


_TOLD = ("when", "place", "side_a", "side_b")


def _value(value: object, knowledge: Knowledge) -> str:
    """A claimed value in words: ids of actors as their Arabic names."""
    names = (part.strip() for part in str(value).split(","))
    return "، ".join(knowledge.actors[n].label.ar if n in knowledge.actors else n for n in names)


def _who(claimants: Sequence[Claimant]) -> str:
    return "، ".join(dict.fromkeys(c.name.ar or c.name.en or c.id or "?" for c in claimants))


def _bounds(low: int | None, high: int | None) -> str:
    return str(low) if low == high else f"≥{low}" if high is None else f"{low or 0}–{high}"


def _write(coded: Sequence[CodedReport], folder: Path, differences: Sequence[tuple[str, ...]]) -> list[str]:
    """The files of the demo, in the order in which they are announced."""
    from marsad.publish.coded import writer
    from marsad.publish.page import render_reports

    shapes = {"events.csv": "csv", "events.geojson": "geojson", "coded.jsonl": "jsonl"}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "reports.jsonl").write_bytes(b"".join(_as_input(report) for report in coded))
        for name, shape in shapes.items():
            with open(folder / name, "wb") as stream:
                writer(shape)(coded, stream)
        (folder / "reports.html").write_text(render_reports(coded, "page.samples", differences), encoding="utf-8")
    except OSError as error:
        raise PublishError(f"{error.filename or folder}: cannot be written: {error.strerror}") from None
    return ["reports.html", *shapes, "reports.jsonl"]


def _as_input(coded: CodedReport) -> bytes:
    """The report as a line that `marsad code` reads."""
    fields = ("id", "published", "publisher", "title", "text")
    return msgspec.json.encode({field: getattr(coded.report, field) for field in fields}) + b"\n"
