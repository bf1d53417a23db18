"""Places by name: a compiled table that answers "which places are called so" for words of a report.

Comes in: the tables in `knowledge/places/`, a user's imported tables, and tables named for this run. Goes out: `Gazetteer`.
Names are compared by `place_names.skeleton`, so spaces, articles and endings do not matter here; which of several places a
text means is decided in `coding/places.py`. The compiled form (a few flat columns) is kept in the user's cache under the digest
of everything it was made from; without a writable cache it is made in memory each time. `Place` records are built when asked for.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from marsad.errors import KnowledgeError
from marsad.knowledge.place_index import FORMAT, Compiled, compile_tables
from marsad.knowledge.place_names import bare, bone, skeleton, words_of
from marsad.knowledge.place_table import Governorate, governorate_names
from marsad.settings import settings
from marsad.text.tokens import variants

LEAD, NAME, LONG, COMMON = 4, 3, 2, 1
_WELL_KNOWN = frozenset(["city", "town", "governorate", "region", "country", "countryside"])
_CLITICS = frozenset(["", "و", "ب", "ل", "ف", "وب", "ول", "فب", "فل"])


class Place(msgspec.Struct, frozen=True):
    """One place. precision: UCDP where_prec, 1 exact site … 7 country; lat/lon: WGS 84 degrees; kind: as in docs/knowledge.md."""

    id: str
    name_ar: str
    name_en: str
    kind: str
    lat: float
    lon: float
    country: str
    admin1: str
    admin2: str
    precision: int
    population: int
    pcode: str
    origin: str
    alt_ar: tuple[str, ...] = ()


class Reading(msgspec.Struct, frozen=True):
    """One way to read a word as the start of place names: without its proclitics. longest: most words a name from here may have."""

    rest: str
    pro: str
    bone: str
    key: int | None
    longest: int


class Gazetteer:
    """Places by name.

    words: the wording around names (kind words, relations) of the same knowledge; size: number of places.
    """

    def __init__(self, compiled: Compiled) -> None:
        self._c = compiled
        self.words = compiled.words
        self.adjectives = compiled.adjectives
        self.capitals = compiled.capitals
        self._pairs = frozenset(compiled.pairs.split("\n"))
        self._ids = compiled.ids.split("\n")
        self._names_ar = compiled.names_ar.split("\n")
        self._names_en = compiled.names_en.split("\n")
        self._alts = compiled.alts.split("\n")
        self._pcodes = compiled.pcodes.split("\n")
        self._codes = {
            f: array("H", getattr(compiled, f).codes) for f in ("kind", "country", "admin1", "admin2", "origin")
        }
        self._lat, self._lon = array("d", compiled.lat), array("d", compiled.lon)
        self._precision, self._population = array("B", compiled.precision), array("I", compiled.population)
        keys = compiled.names.keys.split("\n") if compiled.names.keys else []
        kinded = compiled.kinded.keys.split("\n") if compiled.kinded.keys else []
        self._skeletons = keys + kinded
        self._names = {key: n for n, key in enumerate(keys)}
        self._kinded = {key: n for n, key in enumerate(kinded, len(keys))}
        self._indexes = [(array("I", i.starts), array("I", i.rows)) for i in (compiled.names, compiled.kinded)]
        self._firsts = dict(zip(compiled.firsts.split("\n"), compiled.lengths, strict=True))
        self._governorates = governorate_names(compiled.governorates)
        country_code = compiled.kind.values.index("country") if "country" in compiled.kind.values else -1
        self._countries: dict[str, list[int]] = {}
        for row, code in enumerate(self._codes["kind"]):
            if code == country_code:
                self._countries.setdefault(compiled.country.values[self._codes["country"][row]], []).append(row)
        self._extents = _extents(compiled.governorates)
        kinds, nations = compiled.kind.values, compiled.country.values
        self.home = frozenset(
            nations[c]
            for c, k in zip(self._codes["country"], self._codes["kind"], strict=True)
            if kinds[k] in ("governorate", "district", "region")
        )
        self.governorates = {(g.country, g.admin1): g for g in compiled.governorates}
        self._places: dict[int, Place] = {}
        self._candidates: dict[int, tuple[Place, ...]] = {}
        self._written: dict[int, frozenset[str]] = {}
        self._readings: dict[str, tuple[Reading, ...]] = {}
        self._forms: dict[str, frozenset[str]] = {}
        self._known_town: dict[int, bool] = {}
        self._may_start: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def readings(self, word: str) -> tuple[Reading, ...]:
        """The ways in which a folded word may start the name of a place; empty for most words. Remembered: news repeats itself."""
        found = self._readings.get(word)
        if found is None:
            out = []
            for rest, pro in variants(word):
                if pro in _CLITICS:
                    stem = bone(rest)
                    key, longest = self._names.get(stem), self._firsts.get(stem, 1)
                    if key is not None or longest > 1 or stem in self._kinded:
                        out.append(Reading(rest, pro, stem, key, longest))
            found = tuple(out)
            if len(self._readings) > 1 << 18:
                self._readings.clear()
            self._readings[word] = found
        return found

    def may_start(self, word: str) -> int:
        """How a folded word may begin a mention of a place: LEAD, NAME, LONG, COMMON, or 0 for most words. Remembered.

        LEAD: a kind word, a relation, or a noun that refers back; NAME: a name; LONG: only the first word of longer names (or a
        common word besides); COMMON: nothing but names that are common words.
        """
        known = self._may_start.get(word)
        if known is None:
            known = LEAD if self._may_lead(word) else self._may_name(word)
            if len(self._may_start) > 1 << 18:
                self._may_start.clear()
            self._may_start[word] = known
        return known

    def _may_lead(self, word: str) -> bool:
        vocabulary = self.words
        for rest, _ in variants(word):
            plain = bare(rest)
            if rest in vocabulary.kinds or rest in vocabulary.relations or rest in vocabulary.anaphors:
                return True
            if plain in vocabulary.relations or plain in vocabulary.kinds or rest.removesuffix("ا") in vocabulary.kinds:
                return True
            if rest in vocabulary.sites or rest.removesuffix("ا") in vocabulary.sites:
                return True
            if rest in vocabulary.owned_sites or rest in vocabulary.site_firsts or rest in vocabulary.sites_with:
                return True
        return False

    def _may_name(self, word: str) -> int:
        readings = self.readings(word)
        if any(r.bone not in self.words.weak and (r.key is not None or r.rest in self.words.openers) for r in readings):
            return NAME
        if any(r.bone in self.words.people and r.key is not None and self.has_city(r.key) for r in readings):
            return NAME  # "الرياض", "الخليل"
        if any(r.longest > 1 for r in readings):
            return LONG
        return COMMON if readings else 0

    def goes_on(self, word: str, behind: str) -> bool:
        """Whether two folded words can begin a name of several words: a quick no for most pairs."""
        second = bone(behind)
        return any(r.bone + second in self._pairs for r in self.readings(word))

    def is_known_town(self, key: int) -> bool:
        """Whether a town, a governorate or a place of our own tables is among the places behind a key."""
        known = self._known_town.get(key)
        if known is None:
            known = self._known_town[key] = self._has_town(key)
        return known

    def has_city(self, key: int) -> bool:
        """Whether a city or a governorate is among the places behind a key."""
        return any(p.kind in ("city", "governorate") for p in self.candidates(key))

    def _has_town(self, key: int) -> bool:
        return any(
            p.kind in _WELL_KNOWN or p.population >= 10_000 or p.origin.startswith("own") for p in self.candidates(key)
        )

    def longest(self, reading: Reading, following: Sequence[str], after_kind: bool = False) -> tuple[int, int] | None:
        """The longest name that starts with `reading` and goes on with `following` words.

        Args:    after_kind: also names that are complete only with the kind word just read ("الحرية" of "جسر الحرية").
        Returns: (number of words, key for `candidates`), or None.
        """
        joined, best = reading.bone, None
        if reading.key is not None:
            best = (1, reading.key)
        elif after_kind and (key := self._exactly(self._kinded.get(joined), reading.rest)) is not None:
            best = (1, key)
        for n, word in enumerate(following[: reading.longest - 1], 2):
            joined += bone(word)
            key = self._names.get(joined)
            if key is None and after_kind:
                key = self._exactly(self._kinded.get(joined), reading.rest + "".join(following[: n - 1]))
            if key is not None:
                best = (n, key)
        return best

    def _exactly(self, key: int | None, said: str) -> int | None:
        return key if key is not None and said in self.written(key) else None

    def find(self, name: str) -> tuple[Place, ...]:
        """All places called `name` (Arabic in any spelling that folds alike, or the English name as listed)."""
        stem = skeleton(words_of(name))
        keys = [k for k in (self._names.get(stem), self._kinded.get(stem)) if k is not None]
        if keys:
            return tuple({p.id: p for k in keys for p in self.candidates(k)}.values())
        if not name.isascii():
            return ()
        plain = name.casefold().strip()
        return tuple(self.place(n) for n, en in enumerate(self._names_en) if en.casefold() == plain)

    def find_country(self, code: str) -> tuple[Place, ...]:
        """The country with an ISO code, as a place; none when our tables lack it."""
        return tuple(self.place(n) for n in self._countries.get(code, ()))

    def key(self, words: Sequence[str]) -> int | None:
        """The key of a whole name given as folded words, or None."""
        return self._names.get(skeleton(tuple(words)))

    def candidates(self, key: int) -> tuple[Place, ...]:
        """All the places behind a name key, those of our own tables first."""
        found = self._candidates.get(key)
        if found is None:
            (starts, rows), at = self._indexes[0], key
            if key >= len(self._names):
                (starts, rows), at = self._indexes[1], key - len(self._names)
            found = self._candidates[key] = tuple(self.place(n) for n in rows[starts[at] : starts[at + 1]])
        return found

    def country_forms(self, key: int) -> frozenset[str]:
        """The written forms of the countries behind a key."""
        return frozenset(form for p in self.candidates(key) if p.kind == "country" for form in self.forms(p))

    def written(self, key: int) -> frozenset[str]:
        """The written forms (folded, squeezed, with their articles) of the names behind a key."""
        found = self._written.get(key)
        if found is None:
            stem = self._skeletons[key]
            names = [words_of(n) for p in self.candidates(key) for n in (p.name_ar, *p.alt_ar)]
            names += [n[1:] for n in names if n]  # what stands behind the kind word that a name opens with
            found = self._written[key] = frozenset("".join(n) for n in names if skeleton(n) == stem)
        return found

    def forms(self, place: Place) -> frozenset[str]:
        """The written forms of a place's own names, folded and squeezed."""
        found = self._forms.get(place.id)
        if found is None:
            found = self._forms[place.id] = frozenset("".join(words_of(n)) for n in (place.name_ar, *place.alt_ar))
        return found

    def place(self, row: int) -> Place:
        """The place of a row of the compiled table."""
        found = self._places.get(row)
        if found is None:
            value = {f: getattr(self._c, f).values[codes[row]] for f, codes in self._codes.items()}
            alts = tuple(self._alts[row].split("|")) if self._alts[row] else ()
            found = self._places[row] = Place(
                self._ids[row], self._names_ar[row], self._names_en[row], value["kind"], self._lat[row], self._lon[row], value["country"],
                value["admin1"], value["admin2"], self._precision[row], self._population[row], self._pcodes[row], value["origin"], alts,
            )  # fmt: skip
        return found

    def extent(self, country: str) -> tuple[float, float] | None:
        """Half the height and half the width of a country in degrees, from its governorates; None when they are not known."""
        return self._extents.get(country)

    def governorate(self, words: Sequence[str]) -> tuple[Governorate, ...]:
        """The first-level units called so (folded words, with or without محافظة): more than one where countries share a name."""
        return tuple(self._governorates.get(skeleton(tuple(words)), ()))


def load_gazetteer(knowledge_dir: Path, data_dir: Path | None = None, extra: Iterable[Path] = ()) -> Gazetteer:
    """The packaged places, a user's imported tables and the tables named here, as one gazetteer.

    Args:    knowledge_dir: the folder with `places/` and `languages/ar/`.  data_dir: folder of imported tables; may be absent.
             extra: tables in any form that `place_table.read_table` reads.
    Raises:  KnowledgeError: a table cannot be used; names file, line and reason.
    """
    own = sorted(p for p in (knowledge_dir / "places").glob("*.tsv*") if p.name != "admin1.tsv")
    own.sort(key=lambda p: p.name.startswith("packaged"))  # our own rows win over the packaged ones
    imported = sorted(data_dir.glob("*.tsv.gz")) if data_dir and data_dir.is_dir() else []
    tables = [*own, *imported, *extra]
    support = [
        knowledge_dir / "places/admin1.tsv",
        knowledge_dir / "places/admin1_polygons.json.gz",
        knowledge_dir / "countries.yml",
    ]
    support += [knowledge_dir / "languages/ar" / name for name in ("places.yml", "place_stopwords.yml")]
    digest = _digest([*tables, *support])
    cached = settings().cache / f"places-{digest[:32]}.msgpack"
    try:
        return Gazetteer(msgspec.msgpack.decode(cached.read_bytes(), type=Compiled))
    except (OSError, msgspec.DecodeError, ValueError):
        compiled = compile_tables(tables, knowledge_dir)
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        part = cached.with_suffix(f".{digest[32:40]}.part")
        part.write_bytes(msgspec.msgpack.encode(compiled))
        part.replace(cached)
    except OSError:
        pass  # a read-only home costs time, nothing else
    return Gazetteer(compiled)


def _digest(paths: list[Path]) -> str:
    whole = hashlib.sha256(FORMAT.encode())
    for path in paths:
        try:
            whole.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            if path.name not in ("countries.yml", "admin1_polygons.json.gz"):
                raise KnowledgeError(str(path), None, f"cannot be read: {error.strerror}") from error
    return whole.hexdigest()


def _extents(governorates: list[Governorate]) -> dict[str, tuple[float, float]]:
    """Half height and half width in degrees of each country, from the boxes of its governorates."""
    out = {}
    for country in {g.country for g in governorates}:
        own = [g for g in governorates if g.country == country]
        height, width = (
            max(g.max_lat for g in own) - min(g.min_lat for g in own),
            max(g.max_lon for g in own) - min(g.min_lon for g in own),
        )
        out[country] = (height / 2, width / 2)
    return out
