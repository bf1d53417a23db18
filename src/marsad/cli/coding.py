"""`marsad code` and `marsad explain`: reports in, coded events out, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

import typer

from marsad.errors import SourceError
from marsad.records import CodedReport, Report


class Format(StrEnum):
    """Shapes in which `marsad code` writes."""

    table = "table"
    jsonl = "jsonl"
    csv = "csv"
    acled = "acled"
    geojson = "geojson"


def register(app: typer.Typer) -> None:
    app.command("code", help=code.__doc__)(code)
    app.command("explain", help=explain.__doc__)(explain)


def code(
    inputs: list[str] = typer.Argument(
        None, metavar="[FILE|DIR|-]...", help="Text, JSONL or CSV; a folder; - for standard input. نص أو ملفات"
    ),
    published: str = typer.Option(None, help="Publication date (ISO) of plain texts. تاريخ النشر"),
    publisher: str = typer.Option(None, help="Outlet of plain texts. الناشر"),
    format: Format = typer.Option(
        None, "--format", "-f", help="Default: a table in a terminal, else jsonl. صيغة الإخراج"
    ),
    output: Path = typer.Option(None, "--output", "-o", help="Write here instead of standard output. ملف الإخراج"),
    jobs: int = typer.Option(1, "--jobs", "-j", min=0, help="Processes; 0 takes every core. عدد العمليات"),
    gazetteer: list[str] = typer.Option(
        [], "--gazetteer", help="Place table to load as well (repeatable). جدول أماكن إضافي"
    ),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress bar. بلا شريط تقدّم"),
) -> None:
    """Code reports into events. ترميز الأخبار إلى أحداث.

    Examples:

      marsad code report.txt --published 2016-03-04

      marsad code reports.jsonl --format jsonl --output coded.jsonl --jobs 0

      cat report.txt | marsad code - --format table
    """
    from marsad.pipeline import code_reports
    from marsad.publish.coded import writer
    from marsad.sources.files import read_reports

    shape = format or (Format.table if output is None and sys.stdout.isatty() else Format.jsonl)
    errors: list[SourceError] = []

    def good() -> Iterator[Report]:
        for item in read_reports(inputs or ["-"], published=published, publisher=publisher):
            if isinstance(item, SourceError):
                errors.append(item)
                print(f"marsad: {item}", file=sys.stderr)
            else:
                yield item

    coded: Iterator[CodedReport] = code_reports(good(), jobs, tuple(gazetteer))
    if output is not None and not quiet and sys.stderr.isatty():
        coded = _with_progress(coded)
    with _opened(output) as stream:
        writer(shape.value)(coded, stream)
    if errors:
        raise typer.Exit(1)


def _opened(output: Path | None) -> Any:
    if output is None:
        return nullcontext(sys.stdout.buffer)
    try:
        return open(output, "wb")
    except OSError as error:
        raise SourceError(str(output), None, f"cannot be written: {error.strerror}") from None


def _with_progress(coded: Iterator[CodedReport]) -> Iterator[CodedReport]:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.completed} reports أخبار · {task.fields[events]} events أحداث"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("code", total=None, events=0)
        events = 0
        for report in coded:
            events += len(report.events)
            progress.update(task, advance=1, events=events)
            yield report


def explain(
    input: str = typer.Argument(..., metavar="FILE|-", help="One report. خبر واحد"),
    published: str = typer.Option(None, help="Publication date (ISO). تاريخ النشر"),
    publisher: str = typer.Option(None, help="Outlet. الناشر"),
    html: Path = typer.Option(None, "--html", help="Write a page instead. اكتب صفحة"),
    gazetteer: list[str] = typer.Option([], "--gazetteer", help="Place table to load as well. جدول أماكن إضافي"),
) -> None:
    """Show every mention, draft and decision with its rule. شرح كل قرار.

    Examples:

      marsad explain report.txt --published 2016-03-04

      marsad explain report.txt --html why.html
    """
    from marsad.coding.explain import explain_html, explain_text
    from marsad.pipeline import rule_coder
    from marsad.sources.files import read_reports

    coder = rule_coder(tuple(gazetteer))
    failed = False
    for item in read_reports([input], published=published, publisher=publisher):
        if isinstance(item, SourceError):
            print(f"marsad: {item}", file=sys.stderr)
            failed = True
            continue
        if html is not None:
            html.write_text(explain_html(item, coder), encoding="utf-8")
            typer.echo(f"wrote {html}")
        else:
            explain_text(item, coder)
    if failed:
        raise typer.Exit(1)


_Stream = IO[bytes]
