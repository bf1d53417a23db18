"""Other people's gazetteers into one compact table each, in the user's data folder.

Comes in: a GeoNames country dump (XX.txt or XX.zip, with alternateNamesV2 beside it for more Arabic names), an OCHA COD-AB table
(CSV or XLSX with ADMn_AR, ADMn_EN, ADMn_PCODE columns), or a plain table (TSV with name_ar, lat, lon). The form is recognised
by content, not by file name. Goes out: a `places` table that `load_gazetteer` reads from now on. Only rows with an Arabic name
and coordinates are kept: the rest could never be found in a report. A file of another kind is refused in one line.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from marsad.errors import KnowledgeError
from marsad.geo import distance_km
from marsad.knowledge.gazetteer import Gazetteer
from marsad.knowledge.place_names import words_of
from marsad.knowledge.place_table import PlaceRow, read_table, write_table
from marsad.knowledge.xlsx import read_xlsx

_ARABIC = re.compile(r"^[\u0600-\u06ff\s\-()'ʼ،.]+$")
# GeoNames feature codes that reports can mean, as our kinds (https://www.geonames.org/export/codes.html, read 2026-11).
_KINDS = {
    "PPLC": "city", "PPLA": "city", "PPLA2": "town", "PPLA3": "town", "PPLA4": "village", "PPL": "village", "PPLL": "village", "PPLF": "village",
    "PPLS": "village", "PPLX": "neighbourhood", "ADM1": "governorate", "ADM2": "district", "ADM3": "district", "ADM4": "district",
    "RGN": "region", "AIRP": "airport", "AIRB": "airport", "AIRF": "airport", "MILB": "base", "INSM": "base", "DAM": "dam", "BDG": "bridge",
    "PRN": "prison", "CMPRF": "camp", "OILF": "oilfield", "OILR": "refinery", "PS": "powerplant", "PRT": "port", "MT": "mountain",
    "MTS": "mountain", "HLL": "mountain", "HLLS": "mountain", "VAL": "valley", "WAD": "valley", "ISL": "island", "PSTB": "crossing",
    "HSP": "hospital", "MSQE": "mosque", "UNIV": "university", "MKT": "market", "CH": "church", "CSTL": "site", "FT": "base",
}  # fmt: skip
_CITY, _TOWN = 100_000, 10_000  # people; GeoNames gives PPL to hamlets and to large suburbs alike
_SAME_KM = 20.0  # known places farther apart than this leave a unit without coordinates
_LEVELS = {1: "governorate", 2: "district", 3: "district", 4: "village"}
_LAT = ("lat", "latitude", "y", "y_coord", "center_lat", "centroid_lat", "point_y", "ycoord")
_LON = ("lon", "long", "longitude", "x", "x_coord", "center_lon", "centroid_lon", "point_x", "xcoord")


class Imported(msgspec.Struct, frozen=True):
    """What became of one file: the table written, how many rows were kept and how many had no Arabic name or no place."""

    path: Path
    form: str
    kept: int
    skipped: int


def import_file(
    source: Path,
    data_dir: Path,
    names: Path | None = None,
    known: Callable[[], Gazetteer] | None = None,
    label: str | None = None,
) -> Imported:
    """Read one file of any known form and write it as a table into `data_dir`; the same label replaces the earlier import.

    Args:    names: GeoNames alternateNamesV2 (txt or zip) for a dump.  known: gives the places already known, from which units of
             a COD-AB table without coordinates take theirs.  label: name of the table (default: from form and country or file).
    Raises:  KnowledgeError: names file, line and reason; nothing is written then.
    """
    form, rows, skipped = read_any(source, names, known)
    if not rows:
        raise KnowledgeError(str(source), None, "holds no place with an Arabic name and coordinates")
    countries = sorted({r.country for r in rows if r.country})
    stem = label or (
        f"{form}-{countries[0]}" if form != "table" and len(countries) == 1 else f"{form}-{source.name.split('.')[0]}"
    )
    if not re.fullmatch(r"[\w-]+", stem):
        raise KnowledgeError(str(source), None, f"not a name for a table: {stem} (letters, digits, - and _)")
    target = data_dir / f"{stem}.tsv.gz"
    return Imported(target, form, write_table(rows, target), skipped)


def read_any(
    source: Path, names: Path | None = None, known: Callable[[], Gazetteer] | None = None
) -> tuple[str, list[PlaceRow], int]:
    """The form of a file ("geonames", "cod" or "table"), its usable rows, and the number of rows that are not."""
    if _is_xlsx(source):
        rows, skipped = _cod_rows(source, read_xlsx(source), known)
        return "cod", rows, skipped
    text = _text_of(source)
    first = text.split("\n", 1)[0].lstrip("\ufeff")
    header = [c.strip().lower() for c in first.replace("\t", ",").split(",")]
    if "name_ar" in header:
        rows = read_table(source)
        return "table", rows, max(0, text.rstrip("\n").count("\n") - len(rows))
    if any(re.fullmatch(r"adm1_?(pcode|code)", c) for c in header):
        delimiter = "\t" if "\t" in first else ";" if first.count(";") > first.count(",") else ","
        rows, skipped = _cod_rows(
            source, list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)), known
        )
        return "cod", rows, skipped
    if first.count("\t") == 18 and first.split("\t", 1)[0].isdigit():
        rows, skipped = _geonames_rows(source, text, alternate_names(names) if names else {})
        return "geonames", rows, skipped
    raise KnowledgeError(
        str(source),
        None,
        "is neither a GeoNames dump, nor a COD-AB table (ADM1_PCODE …), nor a table with name_ar, lat, lon",
    )


def alternate_names(path: Path) -> dict[str, list[str]]:
    """Arabic names by GeoNames id from an alternateNamesV2 file, preferred ones first; historic ones last."""
    found: dict[str, list[tuple[int, str]]] = {}
    for line in _text_of(path).split("\n"):
        cells = line.split("\t")
        if len(cells) >= 4 and cells[2] == "ar":
            flags = cells[4:8] + [""] * 4
            found.setdefault(cells[1], []).append(
                (-1 if flags[0] == "1" else 1 if flags[3] == "1" else 0, cells[3].strip())
            )
    return {ident: [name for _, name in sorted(names, key=lambda n: n[0])] for ident, names in found.items()}


def _geonames_rows(source: Path, text: str, names: dict[str, list[str]]) -> tuple[list[PlaceRow], int]:
    rows, skipped = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) != 19:
            raise KnowledgeError(str(source), f"line {number}", f"{len(cells)} cells, a GeoNames dump has 19")
        kind, arabic = _KINDS.get(cells[7]), _arabic(names.get(cells[0], []) + cells[3].split(","))
        if kind is None or not arabic:
            skipped += 1
            continue
        try:
            rows.append(_geonames_row(cells, kind, arabic))
        except ValueError as error:
            raise KnowledgeError(str(source), f"line {number}", f"not a number: {error}") from error
    return rows, skipped


def _geonames_row(cells: list[str], kind: str, arabic: list[str]) -> PlaceRow:
    population = int(cells[14] or 0)
    if cells[7] == "PPL":
        kind = "city" if population >= _CITY else "town" if population >= _TOWN else "village"
    precision = {"governorate": 4, "district": 3, "region": 4}.get(kind, 1)
    return PlaceRow(
        f"gn:{cells[0]}", arabic[0], cells[1], kind, float(cells[4]), float(cells[5]), cells[8], cells[10], cells[11], precision, tuple(arabic[1:6]),
        population, "", "geonames",
    )  # fmt: skip


def _arabic(names: Iterable[str]) -> list[str]:
    """The names in Arabic letters, once each."""
    return list(dict.fromkeys(" ".join(n.split()) for n in names if n and _ARABIC.match(n) and words_of(n)))


def _cod_rows(
    source: Path, records: list[dict[str, str]], known: Callable[[], Gazetteer] | None
) -> tuple[list[PlaceRow], int]:
    """One row for each unit of each level that has an Arabic name; its coordinates are stated or those of a known place."""
    rows: dict[str, PlaceRow] = {}
    skipped: set[str] = set()
    gazetteer: list[Gazetteer] = []

    def place(row: PlaceRow, level: int) -> bool:
        if not gazetteer and known is not None:
            gazetteer.append(known())
        return bool(gazetteer) and _borrow_point(row, level, gazetteer[0])

    for record in records:
        cells = {(k or "").strip().lower(): (v or "").strip() for k, v in record.items() if isinstance(v, str)}
        levels = [n for n in _LEVELS if _cell(cells, n, "pcode", "code")]
        for n in levels:
            pcode = _cell(cells, n, "pcode", "code")
            name = _cell(cells, n, "ar", "name_ar", "name1", "altnm_ar")
            if pcode in rows or pcode in skipped:
                continue
            top = _cell(cells, 1, "pcode", "code")
            ours = rows[top].admin1 if top in rows else ""
            row = PlaceRow(
                f"cod:{pcode}", name, _cell(cells, n, "en", "name_en", "name", "ref"), _LEVELS[n], 0.0, 0.0, pcode[:2].upper(),
                ours or _cell(cells, 1, "en", "name_en", "name"), _cell(cells, 2, "en", "name_en", "name") if n > 1 else "", {1: 4, 2: 3, 3: 3}.get(n, 1),
                (), 0, pcode, "cod",
            )  # fmt: skip
            stated = _point(cells) if n == max(levels) else None
            if stated:
                row.lat, row.lon = stated
            if _arabic([name]) and (stated or place(row, n)):
                rows[pcode] = row
            else:
                skipped.add(pcode)
    return list(rows.values()), len(skipped)


def _borrow_point(row: PlaceRow, level: int, gazetteer: Gazetteer) -> bool:
    """Give a unit the coordinates of the known place of its name, if there is one in the same country (and governorate)."""
    same = [p for p in gazetteer.find(row.name_ar) if p.country == row.country]
    units = [p for p in same if p.kind == _LEVELS[level]] or [
        p for p in same if level > 1 and p.kind in ("city", "town", "village")
    ]
    units = [p for p in units if p.admin1 == row.admin1] or units
    if level == 1 and units:
        row.admin1 = units[0].admin1
    if not units or any(distance_km(units[0].lat, units[0].lon, p.lat, p.lon) > _SAME_KM for p in units if level > 1):
        return False
    row.lat, row.lon = units[0].lat, units[0].lon
    return True


def _cell(cells: dict[str, str], level: int, *names: str) -> str:
    return next(
        (v for name in names if (v := cells.get(f"adm{level}_{name}") or cells.get(f"admin{level}{name}") or "")), ""
    )


def _point(cells: dict[str, str]) -> tuple[float, float] | None:
    try:
        lat = next(float(cells[c]) for c in _LAT if cells.get(c))
        lon = next(float(cells[c]) for c in _LON if cells.get(c))
    except (StopIteration, ValueError):
        return None
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else None


def _is_xlsx(path: Path) -> bool:
    return zipfile.is_zipfile(path) and "xl/workbook.xml" in zipfile.ZipFile(path).namelist()


def _text_of(path: Path) -> str:
    """The text of a file, or of the country's file inside a zip archive."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                inside = [n for n in archive.namelist() if n.endswith(".txt") and "readme" not in n.lower()]
                if not inside:
                    raise KnowledgeError(str(path), None, "the archive holds no .txt file")
                return archive.read(inside[0]).decode("utf-8")
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            import gzip

            raw = gzip.decompress(raw)
        return raw.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError, zipfile.BadZipFile) as error:
        raise KnowledgeError(str(path), None, f"cannot be read: {error}") from error


def imported_tables(data_dir: Path) -> Iterator[Path]:
    """The tables imported so far, by name."""
    yield from sorted(data_dir.glob("*.tsv.gz")) if data_dir.is_dir() else ()
