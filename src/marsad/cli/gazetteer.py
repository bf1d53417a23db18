"""`marsad gazetteer`: place tables of the user's own: import, fetch, list, look up. معجم الأماكن."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from marsad.errors import MarsadError, SourceError
from marsad.geo import distance_km
from marsad.knowledge.gazetteer import Gazetteer, Place, load_gazetteer
from marsad.knowledge.gazetteer_import import Imported, import_file, imported_tables
from marsad.knowledge.place_table import read_table
from marsad.settings import settings

_FOLDER = Path(__file__).parents[1] / "knowledge"
_SHOWN = 30

gazetteer_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""Place tables: import, fetch, list and look up. معجم الأماكن: استيراد وجلب وعرض وبحث

Marsad brings about five thousand places and its own conflict sites. Villages and quarters come from tables that you import once; all
later coding uses them.

**Examples**

- `marsad gazetteer fetch SY IQ` — GeoNames dumps of Syria and Iraq
- `marsad gazetteer import SY.zip --names alternateNamesV2.txt`
- `marsad gazetteer import syr_admin.xlsx` — an OCHA COD-AB table: adds P-codes
- `marsad gazetteer import my-places.tsv` — columns name_ar, lat, lon and any of name_en, kind, country, admin1, alt_ar, pcode
- `marsad gazetteer lookup كفرنوران --near حلب`
""",
)


@gazetteer_app.command("import")
def import_command(
    files: Annotated[
        list[Path],
        typer.Argument(help="GeoNames dump (.txt, .zip), COD-AB table (.csv, .xlsx) or place table (.tsv). الملفات"),
    ],
    names: Annotated[
        Path | None, typer.Option("--names", help="GeoNames alternateNamesV2 (.txt, .zip). أسماء بديلة")
    ] = None,
    label: Annotated[
        str | None, typer.Option("--as", help="Name of the table; replaces an earlier one. اسم الجدول")
    ] = None,
) -> None:
    """Import place tables. استيراد جداول الأماكن

    The form of each file is recognised by its content. A file that cannot be used is reported in one line; the others are imported.
    """
    _each([str(f) for f in files], lambda file: import_file(Path(file), settings().gazetteer_dir, names, _known, label))


@gazetteer_app.command()
def fetch(
    countries: Annotated[list[str], typer.Argument(help="ISO country codes: SY IQ YE. رموز الدول")],
    url: Annotated[
        str | None, typer.Option("--url", help="Download site (default: MARSAD_GEONAMES_URL). عنوان الموقع")
    ] = None,
) -> None:
    """Download GeoNames dumps of countries and import them; needs a network. جلب من الشبكة

    Data: GeoNames, CC BY 4.0. Example: `marsad gazetteer fetch SY LB`
    """
    _each(countries, lambda country: _fetch(country, url or settings().geonames_url))


def _fetch(country: str, url: str) -> Imported:
    from marsad.knowledge.gazetteer_fetch import (
        fetch_country,  # httpx is heavy, and every command starts by this module
    )

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with TemporaryDirectory() as folder, Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(country.upper(), total=None)
        dump, names = fetch_country(
            country, url, Path(folder), lambda n, total: bar.update(task, completed=n, total=total)
        )
        return import_file(dump, settings().gazetteer_dir, names, _known)


def _each(items: list[str], act: Callable[[str], Imported]) -> None:
    """Do each, tell what became of it, and exit with 1 when one could not be done."""
    failed = False
    for item in items:
        try:
            done = act(item)
            typer.echo(
                f"{done.path.name}: {done.kept} places imported أُدخلت, {done.skipped} left out (no Arabic name, coordinates or use) تُركت"
            )
        except MarsadError as error:
            typer.echo(f"marsad: error: خطأ: {error}", err=True)
            failed = True
    if failed:
        raise typer.Exit(1)


@gazetteer_app.command("list")
def list_command() -> None:
    """List the tables imported so far, and how many places are known in all. عرض الجداول"""
    table = Table("table الجدول", "places الأماكن", "file الملف")
    for path in imported_tables(settings().gazetteer_dir):
        table.add_row(path.name.removesuffix(".tsv.gz"), str(len(read_table(path))), str(path))
    for path in settings().gazetteers:
        table.add_row("MARSAD_GAZETTEER", str(len(read_table(path))), str(path))
    Console().print(table)
    typer.echo(f"{len(_known())} places in all. مجموع الأماكن")


@gazetteer_app.command()
def remove(name: Annotated[str, typer.Argument(help="Name of the table as `list` shows it. اسم الجدول")]) -> None:
    """Remove an imported table. حذف جدول"""
    path = settings().gazetteer_dir / f"{name}.tsv.gz"
    if not re.fullmatch(r"[\w-]+", name) or not path.is_file():
        raise SourceError(name, None, "no such table; `marsad gazetteer list` shows them")
    path.unlink()
    typer.echo(f"removed حُذف: {name}")


@gazetteer_app.command()
def lookup(
    name: Annotated[str, typer.Argument(help="A place's name, Arabic (any spelling) or English. اسم المكان")],
    near: Annotated[
        str | None, typer.Option("--near", help="Order by distance from a place or from LAT,LON. بالقرب من")
    ] = None,
    country: Annotated[str | None, typer.Option("--country", help="Only this country (ISO code). الدولة")] = None,
    gazetteer: Annotated[
        list[Path] | None, typer.Option("--gazetteer", help="Place table to load as well (repeatable). جدول إضافي")
    ] = None,
) -> None:
    """Show every place of a name. بحث عن مكان

    Examples: `marsad gazetteer lookup الجديدة --near إدلب`, `marsad gazetteer lookup Kobani`
    """
    known = _known(gazetteer)
    places = [p for p in known.find(name) if country is None or p.country == country.upper()]
    point = _point(near, known) if near else None
    if point:
        places.sort(key=lambda p: distance_km(*point, p.lat, p.lon))
    if not places:
        typer.echo(f"no place of this name لا مكان بهذا الاسم: {name}", err=True)
        raise typer.Exit(1)
    console = Console()
    Console(width=max(console.width, 140) if not console.is_terminal else None).print(_table(places, point))
    if len(places) > _SHOWN:
        typer.echo(f"… {len(places) - _SHOWN} more; --country or --near narrows it")


def _table(places: list[Place], point: tuple[float, float] | None) -> Table:
    table = Table("الاسم", "name", "kind", "where", "lat, lon", "P-code", *(["km"] if point else []), "id")
    for p in places[:_SHOWN]:
        cells = [
            p.name_ar,
            p.name_en,
            p.kind,
            ", ".join(filter(None, (p.country, p.admin1))),
            f"{p.lat:.4f}, {p.lon:.4f}",
            p.pcode,
        ]
        table.add_row(*cells, *([f"{distance_km(*point, p.lat, p.lon):.0f}"] if point else []), p.id)
    return table


def _point(near: str, known: Gazetteer) -> tuple[float, float]:
    """The coordinates behind "36.2,37.1" or a name (its largest bearer)."""
    if stated := re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*", near):
        return float(stated[1]), float(stated[2])
    places = known.find(near)
    if not places:
        raise SourceError("--near", None, f"no place of this name: {near}")
    best = max(places, key=lambda p: p.population)
    return best.lat, best.lon


def _known(extra: list[Path] | None = None) -> Gazetteer:
    return load_gazetteer(_FOLDER, settings().gazetteer_dir, [*settings().gazetteers, *(extra or [])])
