"""`marsad demo`: codes the sample reports and shows all that comes out, so that a newcomer sees real coding in a minute."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from marsad.errors import PublishError
from marsad.records import CodedReport


def register(app: typer.Typer) -> None:
    app.command("demo", help=demo.__doc__)(demo)


def demo(
    output: Path = typer.Option(Path("out"), "--output", "-o", help="Folder for the files. مجلد الإخراج"),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="Write the files, print no events. بلا طباعة الأحداث"),
) -> None:
    """Code the sample reports: events, CSV, GeoJSON, JSONL and a page. مثال كامل على أخبار من تأليفنا.

    Examples:

      marsad demo

      marsad demo --output /tmp/marsad
    """
    from marsad.pipeline import code_reports
    from marsad.publish.coded import write_table
    from marsad.samples import load_samples

    coded = list(code_reports(load_samples()))
    if not quiet:
        sys.stdout.flush()
        write_table(coded, sys.stdout.buffer)
    names = _write(coded, output)
    events = sum(len(report.events) for report in coded)
    typer.echo(
        f"{len(coded)} reports أخبار, {events} events أحداث. Written كُتب: " + ", ".join(str(output / n) for n in names)
    )


def _write(coded: Sequence[CodedReport], folder: Path) -> list[str]:
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
        (folder / "reports.html").write_text(render_reports(coded, note="page.samples"), encoding="utf-8")
    except OSError as error:
        raise PublishError(f"{error.filename or folder}: cannot be written: {error.strerror}") from None
    return ["reports.html", *shapes, "reports.jsonl"]


def _as_input(coded: CodedReport) -> bytes:
    """The report as a line that `marsad code` reads."""
    import msgspec

    fields = ("id", "published", "publisher", "title", "text")
    return msgspec.json.encode({field: getattr(coded.report, field) for field in fields}) + b"\n"
