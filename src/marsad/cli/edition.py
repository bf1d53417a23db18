"""`marsad edition`: freeze a release, check one, list those of a store."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import typer

from marsad.errors import PublishError

if TYPE_CHECKING:
    from marsad.publish.edition import Switches
    from marsad.publish.export import Format
    from marsad.store import Store

DEFAULT_FORMATS = ("csv", "geojson")
_DEFAULT = ", ".join(DEFAULT_FORMATS)


def register(app: typer.Typer) -> None:
    app.command("edition", help=edition.__doc__)(edition)


def edition(
    name: str = typer.Argument(None, metavar="[NAME]", help="The edition's name, used once; its folder too. الاسم"),
    where: str = typer.Option(
        None, "--store", "-s", metavar="DIR|URL", help="Default MARSAD_STORE or ./marsad-store. المستودع"
    ),
    to: Path = typer.Option(Path("editions"), "--to", metavar="DIR", help="Where editions stand side by side. المجلد"),
    formats: list[str] = typer.Option(
        None,
        "--format",
        "-f",
        help=f"As of `marsad export`; again for more; default {_DEFAULT}. الصيغ",
    ),
    as_of: str = typer.Option(None, "--as-of", metavar="DATE", help="ISO day of the edition; default today. التاريخ"),
    delay: int = typer.Option(
        0, "--delay", min=0, help="Leave out incidents with anything in the last so many days. أيام التأخير"
    ),
    withhold: bool = typer.Option(
        False, "--withhold-names", help="No names of private persons, no quotes. حجب أسماء الأفراد"
    ),
    licence: str = typer.Option(
        None, "--licence", metavar="TEXT|FILE", help="Licence of the data; default CC BY 4.0. الرخصة"
    ),
    base: Path = typer.Option(
        None, "--base", metavar="FOLDER", help="Compare with this edition, not the store's last. المقارنة"
    ),
    check: Path = typer.Option(None, "--check", metavar="FOLDER", help="Prove an edition as released. التحقق"),
    listed: bool = typer.Option(False, "--list", help="List the editions of the store. القائمة"),
    as_json: bool = typer.Option(False, "--json", help="Machine-readable output, one object a line. إخراج JSON"),
) -> None:
    """Freeze a release with checksums and a change log; check or list releases. تجميد إصدار والتحقق منه.

    --check: exit status 1 if a file is changed, missing or added; with --store also against what the store recorded.

    Examples:

      marsad edition 2016-03 --store archive --as-of 2016-04-01

      marsad edition 2016-03-public --delay 30 --withhold-names --format csv

      marsad edition --check editions/2016-03

      marsad edition --list --json
    """
    if sum((name is not None, check is not None, listed)) != 1:
        raise typer.BadParameter("give one of NAME, --check FOLDER, --list أعطِ واحدًا منها")
    if check is not None:
        _check(check, where, as_json)
    elif listed:
        _list(where, as_json)
    else:
        from marsad.publish.edition import Switches
        from marsad.publish.papers import CC_BY

        switches = Switches(_day(as_of), delay, withhold, _licence(licence) if licence else CC_BY)
        _freeze(name, where, to, formats or list(DEFAULT_FORMATS), switches, base, as_json)


def _opened(where: str | None) -> Store:
    from marsad.store import open_store

    return open_store(where or os.environ.get("MARSAD_STORE") or "marsad-store")


def _say(value: Any, as_json: bool, words: str) -> None:
    typer.echo(msgspec.json.encode(value).decode() if as_json else words)


def _day(stated: str | None) -> date:
    try:
        return date.fromisoformat(stated) if stated else date.today()
    except ValueError:
        raise PublishError(f"--as-of {stated}: not an ISO day such as 2016-04-01 تاريخ غير صالح") from None


def _licence(given: str) -> str:
    """The text itself, or that of a file of this name."""
    try:
        path = Path(given)
        return path.read_text(encoding="utf-8") if path.is_file() else given
    except (OSError, UnicodeDecodeError) as error:
        raise PublishError(f"--licence {given[:60]}: cannot be read تعذّرت القراءة ({error})") from None


def _forms(wanted: list[str]) -> Mapping[str, Format]:
    from marsad.publish.export import format_of

    return {form: format_of(form) for form in dict.fromkeys(wanted)}


def _freeze(
    name: str, where: str | None, to: Path, formats: list[str], switches: Switches, base: Path | None, as_json: bool
) -> None:
    from marsad.knowledge.loader import load_knowledge
    from marsad.publish.edition import freeze

    forms = _forms(formats)
    with _opened(where) as store:
        made = freeze(store, load_knowledge(), name, to, forms, switches, base)
    counts, changed = made.manifest["counts"], made.manifest["changes"]
    words = (
        f"{to / name}: {counts['incidents']} incidents وقائع, {counts['reports']} reports أخبار, "
        f"{counts['held_back']} held back مؤجلة; {changed['added']} added أُضيفت, "
        f"{changed['corrected']} corrected صُحّحت, {changed['withdrawn']} withdrawn سُحبت"
    )
    _say({"folder": str(to / name), **made.manifest, "checksums": made.checksums}, as_json, words)


def _check(folder: Path, where: str | None, as_json: bool) -> None:
    from marsad.publish.seal import check, read_sums

    recorded = None
    if where:
        with _opened(where) as store:
            recorded = {e.id: e.checksums for e in store.editions()}
    faults = check(folder, recorded)
    for fault in faults:
        _say(fault, as_json, str(fault))
    files = len(read_sums(folder))
    _say({"files": files, "faults": len(faults)}, as_json, f"{files} files ملفات, {len(faults)} faults أعطال")
    if faults:
        raise typer.Exit(1)


def _list(where: str | None, as_json: bool) -> None:
    with _opened(where) as store:
        made = store.editions()
    for one in made:
        manifest = one.manifest
        row = {"name": one.id, "recorded": one.at, "checksums": one.checksums, "manifest": manifest}
        words = (
            f"{one.id}  {manifest.get('date', '?')}  {manifest.get('counts', {}).get('incidents', '?')} incidents وقائع"
        )
        _say(row, as_json, words)
