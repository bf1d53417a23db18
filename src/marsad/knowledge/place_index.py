"""The compiled form of place tables: flat columns and an index of names, made once and kept in the user's cache.

Comes in: tables and the knowledge folder. Goes out: `Compiled`, which `gazetteer.Gazetteer` answers from. Flat strings and machine
arrays load in milliseconds where a hundred thousand records would take seconds.
"""

from __future__ import annotations

from array import array
from itertools import pairwise
from pathlib import Path

import msgspec
import yaml

from marsad.knowledge.place_names import bone, skeleton, words_of
from marsad.knowledge.place_table import (
    Governorate,
    PlaceRow,
    read_governorates,
    read_outlines,
    read_table,
    settle_admin1,
)
from marsad.knowledge.place_words import PlaceWords, load_place_words

FORMAT = "places/16"  # change whenever the compiled form or its making changes
LONGEST = 6  # words of a name


class Vocabulary(msgspec.Struct, array_like=True):
    """A column of few distinct values."""

    values: list[str]
    codes: bytes

    @classmethod
    def of(cls, column: list[str]) -> Vocabulary:
        values = list(dict.fromkeys(column))
        code = {value: n for n, value in enumerate(values)}
        return cls(values, array("H", [code[v] for v in column]).tobytes())


class Index(msgspec.Struct, array_like=True):
    """Keys (newline-joined) and for each the rows rows[starts[key]:starts[key + 1]]."""

    keys: str
    starts: bytes
    rows: bytes

    @classmethod
    def of(cls, filed: dict[str, list[int]]) -> Index:
        starts, rows = array("I", [0]), array("I")
        for listed in filed.values():
            rows.extend(listed)
            starts.append(len(rows))
        return cls("\n".join(filed), starts.tobytes(), rows.tobytes())


class Compiled(msgspec.Struct, array_like=True):
    """Everything a Gazetteer needs, flat: strings joined by newlines, numbers as machine arrays."""

    ids: str
    names_ar: str
    names_en: str
    alts: str
    pcodes: str
    kind: Vocabulary
    country: Vocabulary
    admin1: Vocabulary
    admin2: Vocabulary
    origin: Vocabulary
    lat: bytes
    lon: bytes
    precision: bytes
    population: bytes
    names: Index
    kinded: Index
    firsts: str
    lengths: bytes
    governorates: list[Governorate]
    words: PlaceWords
    adjectives: dict[str, str]
    capitals: dict[str, list[str]]
    pairs: str


def compile_tables(tables: list[Path], knowledge_dir: Path) -> Compiled:
    """Flatten tables into columns and file every name."""
    governorates = read_governorates(knowledge_dir / "places/admin1.tsv")
    outlines = read_outlines(knowledge_dir / "places/admin1_polygons.json.gz")
    words = load_place_words(knowledge_dir / "languages/ar")
    rows = [_governorate_row(g) for g in governorates]
    for table in tables:
        part = read_table(table)
        settle_admin1(part, governorates, outlines)
        rows += part
    rows = _merge_governorates(rows, governorates)
    names: dict[str, list[int]] = {}
    kinded: dict[str, list[int]] = {}
    firsts: dict[str, int] = {bone(w): 3 for w in words.openers}
    pairs: set[str] = set()
    for number, row in enumerate(rows):
        for name in (row.name_ar, *row.alt_ar):
            parts = words_of(name)
            _file(parts, number, words, names, kinded, firsts)
            pairs.update(bone(a) + bone(b) for a, b in pairwise(parts[:3]))
    column = {
        f: [str(getattr(r, f)).replace("\n", " ") for r in rows]
        for f in ("id", "name_ar", "name_en", "kind", "country", "admin1", "admin2", "pcode")
    }
    adjectives, capitals = _nations(knowledge_dir / "countries.yml")
    return Compiled(
        ids="\n".join(column["id"]),
        names_ar="\n".join(column["name_ar"]),
        names_en="\n".join(column["name_en"]),
        alts="\n".join("|".join(r.alt_ar).replace("\n", " ") for r in rows),
        pcodes="\n".join(column["pcode"]),
        kind=Vocabulary.of(column["kind"]),
        country=Vocabulary.of(column["country"]),
        admin1=Vocabulary.of(column["admin1"]),
        admin2=Vocabulary.of(column["admin2"]),
        origin=Vocabulary.of([r.origin.split(":")[0] for r in rows]),
        lat=array("d", [r.lat for r in rows]).tobytes(),
        lon=array("d", [r.lon for r in rows]).tobytes(),
        precision=bytes(max(1, min(r.precision, 7)) for r in rows),
        population=array("I", [min(max(0, r.population), 2**32 - 1) for r in rows]).tobytes(),
        names=Index.of(names),
        kinded=Index.of(kinded),
        firsts="\n".join(firsts),
        lengths=bytes(min(n, LONGEST) for n in firsts.values()),
        governorates=governorates,
        words=words,
        adjectives=adjectives,
        capitals=capitals,
        pairs="\n".join(sorted(pairs)),
    )


def _merge_governorates(rows: list[PlaceRow], governorates: list[Governorate]) -> list[PlaceRow]:
    """The rows without imported governorates that we have ourselves; their P-codes and spellings go to our own rows, which come first."""
    own = {(g.country, g.admin1): row for g, row in zip(governorates, rows, strict=False)}
    out = rows[: len(governorates)]
    for row in rows[len(governorates) :]:
        ours = own.get((row.country, row.admin1)) if row.kind == "governorate" else None
        known = {skeleton(words_of(n)) for n in (ours.name_ar, *ours.alt_ar)} if ours else set()
        if ours is None or skeleton(words_of(row.name_ar)) not in known:
            out.append(row)
            continue
        ours.pcode, ours.population = ours.pcode or row.pcode, max(ours.population, row.population)
        ours.alt_ar = tuple(
            dict.fromkeys(
                (*ours.alt_ar, *(a for a in row.alt_ar if skeleton(words_of(a)) not in known and len(words_of(a)) > 1))
            )
        )
    return out


def _governorate_row(g: Governorate) -> PlaceRow:
    ident = f"{g.country.lower()}.{g.admin1.lower().replace(' ', '-')}"
    return PlaceRow(
        ident,
        g.name_ar,
        g.admin1,
        "governorate",
        g.lat,
        g.lon,
        g.country,
        g.admin1,
        "",
        4,
        g.alt_ar,
        0,
        "",
        "marsad admin1",
    )


def _file(
    parts: tuple[str, ...],
    number: int,
    words: PlaceWords,
    names: dict[str, list[int]],
    kinded: dict[str, list[int]],
    firsts: dict[str, int],
) -> None:
    """File one name of one row: as written, and without the kind word it opens with ("معبر باب الهوى" also as "باب الهوى")."""
    if not parts or len(parts) > LONGEST or "".join(parts).isdigit():
        return
    _put(names, skeleton(parts), number)
    firsts[bone(parts[0])] = max(firsts.get(bone(parts[0]), 1), len(parts))
    if len(parts) > 1 and (kind := words.kinds.get(parts[0])) is not None:
        _put(names if kind.level == "admin" and kind.form == "name" else kinded, skeleton(parts[1:]), number)
        firsts[bone(parts[1])] = max(firsts.get(bone(parts[1]), 1), len(parts) - 1)


def _put(index: dict[str, list[int]], key: str, number: int) -> None:
    rows = index.setdefault(key, [])
    if len(key) > 1 and (not rows or rows[-1] != number):
        rows.append(number)


def _nations(path: Path) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Folded adjectives of nationality by country, with and without article ("السوريه" -> "SY"), and the names of capitals."""
    try:
        countries = (
            yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or []
        )
    except OSError:
        return {}, {}
    out: dict[str, str] = {}
    capitals = {c["id"]: list((c.get("capital") or {}).get("ar", ())) for c in countries}
    for country in countries:
        for adjective in country.get("adjectives", ()):
            for form in words_of(adjective):
                for ending in ("", "ه", "ين", "ون"):
                    out[form + ending] = out["ال" + form + ending] = country["id"]
    return out, capitals
