"""The words that stand around a place's name: kind words, relations, directions, and names that are common words.

Comes in: `languages/ar/places.yml` and `place_stopwords.yml`. Goes out: `PlaceWords`, keyed by folded forms.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import yaml

from marsad.errors import KnowledgeError
from marsad.knowledge.place_names import bone, words_of
from marsad.text.normalize import fold


class KindWord(msgspec.Struct, frozen=True):
    """A noun that says what kind of place follows. number: sg, dual or pl; word: as written in the file (its singular)."""

    word: str
    kinds: tuple[str, ...]
    level: str
    form: str
    number: str


class Relation(msgspec.Struct, frozen=True):
    """What stands between an event and the place it is told by. direction: degrees clockwise from north, or None; proof: vouches for a weak name."""

    id: str
    precision: int
    direction: int | None = None
    proof: bool = False


class PlaceWords(msgspec.Struct, frozen=True):
    """Everything about place wording, keyed by folded words.

    not_pairs: names with a word behind that makes them none (مسقط رأس); not_split: words
    whose first letter is no proclitic (فرقة); misread: words as written that are another word when folded (وأدى, not وادي).
    relations: first word -> [(all its words, relation)], longest first. people: the weak names that are first names of
    persons. sites: nouns of spots that are told without a name, with and
    without article; site_pairs: those of two words.
    """

    kinds: dict[str, KindWord]
    relations: dict[str, list[tuple[tuple[str, ...], Relation]]]
    directions: dict[str, int]
    containing: frozenset[str]
    openers: frozenset[str]
    tails: frozenset[str]
    not_names: frozenset[str]
    not_pairs: frozenset[tuple[str, ...]]
    not_split: frozenset[str]
    misread: dict[str, frozenset[str]]
    weak: frozenset[str]
    people: frozenset[str]
    anaphors: dict[str, str]
    site_adjectives: frozenset[str]
    sites: frozenset[str]
    site_pairs: frozenset[tuple[str, str]]
    site_firsts: frozenset[str]
    sites_with: frozenset[str]
    owned_sites: frozenset[str]
    borders: frozenset[str]
    one_of: tuple[str, ...]

    def relation_of(self, ident: str | None) -> Relation | None:
        """The relation with an id."""
        return (
            next((r for phrases in self.relations.values() for _, r in phrases if r.id == ident), None)
            if ident
            else None
        )


def load_place_words(folder: Path) -> PlaceWords:
    """The wording of one language.

    Args:    folder: `languages/ar`, with `places.yml` and `place_stopwords.yml`.
    Raises:  KnowledgeError: a file is missing or does not have the form its own comments state.
    """
    data, stop = _read(folder / "places.yml"), _read(folder / "place_stopwords.yml")
    try:
        kinds: dict[str, KindWord] = {}
        for entry in data["kinds"]:
            for number in ("sg", "dual", "pl"):
                for form in entry.get(number, ()):
                    word = KindWord(entry["sg"][0], tuple(entry["kinds"]), entry["level"], entry["form"], number)
                    kinds.setdefault(fold(form), word)
        return PlaceWords(
            kinds=kinds,
            relations=_relations(data["relations"]),
            directions={fold(w): int(degrees) for degrees, words in data["directions"].items() for w in words},
            containing=_folded(data["containing"]),
            openers=_folded(data["openers"]),
            tails=_folded(data["tails"]),
            not_names=_folded(data["not_names"]),
            misread={fold(w): frozenset(v for v in data["misread"] if fold(v) == fold(w)) for w in data["misread"]},
            not_split=_folded(data["not_split"]),
            not_pairs=frozenset(tuple(fold(w) for w in pair.split()) for pair in data["not_pairs"]),
            weak=frozenset(bone(_single(name)) for group in stop.values() for name in group),
            people=frozenset(bone(_single(name)) for name in stop["people"]),
            anaphors={fold(form): kind for kind, forms in data["anaphors"].items() for form in forms},
            site_adjectives=frozenset(
                f"{before}{fold(w)}{after}"
                for w in data["site_adjectives"]
                for before in ("", "ال")
                for after in ("", "ه", "ا")
            ),
            sites=frozenset(before + fold(w) for w in data["sites"] if " " not in w for before in ("", "ال"))
            | _folded(data["borders"]),
            site_pairs=frozenset((fold(a), fold(b)) for a, b in (w.split() for w in data["sites"] if " " in w)),
            site_firsts=_folded([w.split()[0] for w in data["sites"] if " " in w]),
            sites_with=_folded(data["sites_with"]),
            owned_sites=frozenset(_with_pronoun(fold(w), p) for w in data["sites_owned"] for p in data["pronouns"]),
            borders=_folded(data["borders"]),
            one_of=tuple(fold(w) for w in data["one_of"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise KnowledgeError(
            "languages/ar/places.yml", None, f"not in the form its comments state ({error!r})"
        ) from error


def _folded(words: list[str]) -> frozenset[str]:
    return frozenset(fold(w) for w in words)


def _with_pronoun(noun: str, pronoun: str) -> str:
    """ "منزل" and "ه" -> "منزله"; a final ة is written ت before it: "بوابتها"."""
    return (noun[:-1] + "ت" if noun.endswith("ه") else noun) + pronoun


def _single(name: str) -> str:
    words = words_of(name)
    if len(words) != 1:
        raise ValueError(f"a stop word is one word: {name}")
    return words[0]


def _relations(entries: list[dict[str, Any]]) -> dict[str, list[tuple[tuple[str, ...], Relation]]]:
    out: dict[str, list[tuple[tuple[str, ...], Relation]]] = {}
    for entry in entries:
        relation = Relation(entry["id"], entry["precision"], entry.get("direction"), bool(entry.get("proof")))
        for phrase in entry["words"]:
            words = tuple(fold(w) for w in phrase.split())
            out.setdefault(words[0], []).append((words, relation))
    for phrases in out.values():
        phrases.sort(key=lambda p: -len(p[0]))
    return out


def _read(path: Path) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise KnowledgeError(str(path), None, f"cannot be read: {error}") from error
    if not isinstance(loaded, dict):
        raise KnowledgeError(str(path), None, "is not a mapping")
    return loaded
