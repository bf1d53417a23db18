"""Place tables on disk: reading any of our TSV forms, checking rows, and giving each place its governorate.

Comes in: tab-separated files with a header, plain or gzipped: our own (docs/knowledge.md) or the imported ones. Goes out:
`PlaceRow`s. A wrong file is refused with its name, line and reason.
"""

from __future__ import annotations

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import msgspec

from marsad.errors import KnowledgeError
from marsad.knowledge.place_names import skeleton, words_of

COLUMNS = (
    "id",
    "name_ar",
    "name_en",
    "kind",
    "lat",
    "lon",
    "country",
    "admin1",
    "admin2",
    "precision",
    "alt_ar",
    "population",
    "pcode",
    "origin",
)
_ALSO = {"admin1_en": "admin1", "admin2_en": "admin2"}
_KINDS = {
    "admin1": "governorate",
    "adm1": "governorate",
    "adm2": "district",
    "adm3": "district",
    "admin2": "district",
    "admin3": "district",
}
_PRECISION = {
    "country": 7,
    "governorate": 4,
    "countryside": 4,
    "region": 4,
    "district": 3,
    "valley": 2,
    "mountain": 2,
    "road": 2,
}


class PlaceRow(msgspec.Struct):
    """One place as a table holds it; `alt_ar` are its other Arabic forms."""

    id: str
    name_ar: str
    name_en: str
    kind: str
    lat: float
    lon: float
    country: str
    admin1: str = ""
    admin2: str = ""
    precision: int = 1
    alt_ar: tuple[str, ...] = ()
    population: int = 0
    pcode: str = ""
    origin: str = ""


class Governorate(msgspec.Struct, frozen=True):
    """A first-level unit: its middle and a generous box around it, in degrees."""

    country: str
    admin1: str
    name_ar: str
    lat: float
    lon: float
    min_lat: float
    max_lat: float
    min_lon: float
    max_lon: float
    alt_ar: tuple[str, ...] = ()

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point lies in the box (which also covers strips of the neighbours)."""
        return self.min_lat <= lat <= self.max_lat and self.min_lon <= lon <= self.max_lon


def read_text(path: Path) -> str:
    """The text of a plain or gzipped UTF-8 file.

    Raises: KnowledgeError: it cannot be read, or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise KnowledgeError(str(path), None, f"cannot be read: {error}") from error


def read_records(path: Path) -> Iterable[tuple[int, dict[str, str]]]:
    """The rows of a tab-separated file with a header, with their line numbers; short rows are filled with ""."""
    lines = read_text(path).splitlines()
    header = [_ALSO.get(c.strip(), c.strip()) for c in lines[0].split("\t")] if lines else []
    if not {"name_ar", "lat", "lon"} <= set(header):
        raise KnowledgeError(str(path), None, "the first line must name the columns, among them name_ar, lat and lon")
    width = len(header)
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            cells = line.split("\t")
            if len(cells) > width:
                raise KnowledgeError(str(path), f"line {number}", f"{len(cells)} cells under {width} columns")
            yield number, dict(zip(header, cells + [""] * (width - len(cells)), strict=True))


def read_table(path: Path) -> list[PlaceRow]:
    """The places of a table that have an Arabic name.

    Raises: KnowledgeError: names file, line and reason (coordinates that are not on Earth, a missing column).
    """
    stem = path.name.split(".")[0]
    return [
        row for number, cells in read_records(path) if cells["name_ar"] and (row := _row(path, stem, number, cells))
    ]


def _row(path: Path, stem: str, number: int, cells: dict[str, str]) -> PlaceRow:
    get = cells.get
    try:
        lat, lon = float(cells["lat"]), float(cells["lon"])
        population, precision = int(get("population") or 0), get("precision")
    except ValueError as error:
        raise KnowledgeError(str(path), f"line {number}", f"not a number: {error}") from error
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise KnowledgeError(str(path), f"line {number}", f"coordinates {lat}, {lon} are not on Earth")
    kind = get("kind") or "village"
    kind = _KINDS.get(kind, kind)
    ident = get("id") or (f"gn:{get('geonames_id')}" if get("geonames_id") else f"{stem}:{number}")
    return PlaceRow(
        ident, cells["name_ar"].strip(), get("name_en") or "", kind, lat, lon, get("country") or "", get("admin1") or "", get("admin2") or "",
        int(precision) if precision else _PRECISION.get(kind, 1), tuple(a for a in (get("alt_ar") or "").split("|") if a), population,
        get("pcode") or "", get("origin") or stem,
    )  # fmt: skip


def write_table(rows: Iterable[PlaceRow], path: Path) -> int:
    """Write places as one gzipped table, whole or not at all; the same rows give the same bytes.

    Returns: the number of rows.
    """
    lines = ["\t".join(COLUMNS)]
    for row in rows:
        cells = {**msgspec.structs.asdict(row), "alt_ar": "|".join(row.alt_ar)}
        cells["lat"], cells["lon"] = f"{row.lat:.5f}", f"{row.lon:.5f}"
        lines.append("\t".join(str(cells[c] or "").replace("\t", " ").replace("\n", " ") for c in COLUMNS))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), 6, mtime=0))
    part.replace(path)
    return len(lines) - 1


def read_governorates(path: Path) -> list[Governorate]:
    """The rows of `places/admin1.tsv`."""
    out = []
    for number, cells in read_records(path):
        try:
            box = {c: float(cells[c]) for c in ("lat", "lon", "min_lat", "max_lat", "min_lon", "max_lon")}
            alts = tuple(filter(None, cells["alt_ar"].split("|")))
            out.append(
                Governorate(
                    country=cells["country"], admin1=cells["admin1"], name_ar=cells["name_ar"], alt_ar=alts, **box
                )
            )
        except (KeyError, ValueError) as error:
            raise KnowledgeError(str(path), f"line {number}", f"not a governorate: {error!r}") from error
    return out


Ring = list[tuple[float, float]]


def read_outlines(path: Path) -> dict[tuple[str, str], list[Ring]]:
    """Outlines of governorates by (country, admin1): rings of (lon, lat), simplified; empty when the file is absent."""
    if not path.is_file():
        return {}
    loaded = msgspec.json.decode(read_text(path), type=dict[str, msgspec.Raw])
    by_country = msgspec.json.decode(loaded["admin1"], type=dict[str, dict[str, list[Ring]]])
    return {(country, name): rings for country, units in by_country.items() for name, rings in units.items()}


def lies_in(rings: list[Ring], lat: float, lon: float) -> bool:
    """Whether a point lies inside an outline (crossing number over all its rings)."""
    inside = False
    for ring in rings:
        x0, y0 = ring[-1]
        for x1, y1 in ring:
            if (y0 > lat) != (y1 > lat) and lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0:
                inside = not inside
            x0, y0 = x1, y1
    return inside


def settle_admin1(
    rows: list[PlaceRow], governorates: list[Governorate], outlines: dict[tuple[str, str], list[Ring]]
) -> None:
    """Give every row our own name of its governorate, in place.

    Sources label first-level units by codes and spellings of their own. Each of a source's labels is read as the governorate
    in which nearly all of its places lie; rows without a label, or with one that several governorates share ("West Bank"), get
    the outline, else the box, in which they lie.
    """
    by_country: dict[str, list[Governorate]] = defaultdict(list)
    for governorate in governorates:
        by_country[governorate.country].append(governorate)
    votes: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    names = {(g.country, g.admin1) for g in governorates}
    rows = [r for r in rows if r.kind not in ("country", "region")]  # these span several governorates
    for row in rows:
        if row.admin1 and (row.country, row.admin1) not in names:
            name = _holding(row, by_country[row.country], outlines)
            votes[row.origin.split(":")[0], row.country, row.admin1][name] += 1
    for row in rows:
        if (row.country, row.admin1) in names:
            continue
        ballot = votes.get((row.origin.split(":")[0], row.country, row.admin1))
        winner, count = ballot.most_common(1)[0] if ballot else ("", 0)
        if ballot and winner and count >= 0.75 * ballot.total():
            row.admin1 = winner
        elif row.country in by_country:
            row.admin1 = _holding(row, by_country[row.country], outlines) or row.admin1


def _holding(row: PlaceRow, governorates: list[Governorate], outlines: dict[tuple[str, str], list[Ring]]) -> str:
    """The governorate whose outline holds the point, else the one in whose box it lies most centrally, else ""."""
    holding = [g for g in governorates if g.holds(row.lat, row.lon)]
    for g in holding:
        if lies_in(outlines.get((g.country, g.admin1), []), row.lat, row.lon):
            return g.admin1
    if not holding:
        return ""
    return min(
        holding,
        key=lambda g: abs(row.lat - g.lat) / (g.max_lat - g.min_lat) + abs(row.lon - g.lon) / (g.max_lon - g.min_lon),
    ).admin1


def governorate_names(governorates: list[Governorate]) -> dict[str, list[Governorate]]:
    """Governorates by the skeletons of their Arabic names."""
    out: dict[str, list[Governorate]] = defaultdict(list)
    for governorate in governorates:
        for name in (governorate.name_ar, *governorate.alt_ar):
            listed = out[skeleton(words_of(name))]
            if governorate not in listed:
                listed.append(governorate)
    return out
