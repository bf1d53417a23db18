"""The words with which a language dates things, ready for one dictionary look-up a token.

Comes in: `months.yml` and `dates.yml` of a language folder. Goes out: `Dates`, for `find_dates`. Wrong files are refused
with a `KnowledgeError` that names the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from marsad.errors import KnowledgeError
from marsad.text.normalize import fold
from marsad.text.numbers import Numbers, load_numbers

_LANGUAGE = Path(__file__).parent.parent / "knowledge" / "languages" / "ar"
_BEFORE = ("", "و", "ف", "ب", "ل", "ول", "وب", "ك")
_SECTIONS_AS_WORDS = ("this", "last", "elapsed", "minus", "minutes", "quarter", "clock", "ago", "following", "eve")
# Which elements of the grammar may begin with a word of which kind, in the order they are tried.
_OPENS = {
    "vague": {"vague"},
    "counted": {"following", "eve", "same_day"},
    "ago": {"ago"},
    "clock": {"clock", "number"},
    "numeric": {"number"},
    "night": {"night"},
    "nth": {"weekday", "unit", "last", "quarter", "day", "number"},
    "position": {"position"},
    "day": {"day"},
    "part": {"part"},
    "weekday": {"weekday"},
    "unit": {"unit", "this"},
    "month": {"month"},
    "season": {"season", "decade", "this"},
    "numbered": {"number"},
}
DIGITS = tuple(name for name, kinds in _OPENS.items() if "number" in kinds)


class Entry(NamedTuple):
    """One phrase that dates: its words after the first, what it is, its value, and whether it needs support beside it."""

    rest: tuple[str, ...]
    kind: str
    value: Any
    weak: bool
    clitic: str


class Dates(msgspec.Struct, frozen=True):
    """The date words of a language. `starters` maps the first word of each phrase, with clitics, to its entries, longest first."""

    starters: dict[str, tuple[Entry, ...]]
    opens: dict[str, tuple[str, ...]]  # word -> names of the grammar's elements to try at it
    links: frozenset[str]
    to: frozenset[str]
    dashes: frozenset[str]
    between: frozenset[str]
    small: dict[str, frozenset[str]]  # function words by their place in the grammar
    blocked_before: dict[str, frozenset[str]]
    blocked_after: dict[str, frozenset[str]]
    directions: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    numbers: Numbers


def load_dates(folder: Path | None = None) -> Dates:
    """The date words of a language folder; the packaged Arabic when none is given.

    Raises: KnowledgeError: months.yml, dates.yml or numbers.yml is missing or cannot be used.
    """
    return _load(folder or _LANGUAGE)


@lru_cache(maxsize=8)
def _load(folder: Path) -> Dates:
    months, dates = _read(folder / "months.yml"), _read(folder / "dates.yml")
    try:
        return _build(months, dates, load_numbers(folder))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise KnowledgeError(str(folder), None, f"months.yml or dates.yml lacks or misuses {error}") from error


def _read(file: Path) -> dict[str, Any]:
    try:
        spec = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise KnowledgeError(str(file), None, error.strerror or "cannot be read") from error
    except yaml.YAMLError as error:
        raise KnowledgeError(str(file), None, f"not YAML: {error}") from error
    if not isinstance(spec, dict):
        raise KnowledgeError(str(file), None, "must be a mapping")
    return spec


def _build(months: dict[str, Any], dates: dict[str, Any], numbers: Numbers) -> Dates:
    found: dict[str, list[Entry]] = {}
    for kind, value, phrase, weak in (*_month_phrases(months), *_date_phrases(dates)):
        first, *rest = fold(phrase).split()
        for shown, clitic in _with_clitics(first):
            entry = Entry(tuple(rest), kind, value, weak, clitic)
            entries = found.setdefault(shown, [])
            if not any(e.rest == entry.rest and e.kind == kind for e in entries):
                entries.append(entry)
    starters = {word: tuple(sorted(entries, key=lambda e: -len(e.rest))) for word, entries in found.items()}
    kinds: dict[str, set[str]] = {word: {"number"} for word in numbers.table}
    for word, entries in found.items():
        kinds.setdefault(word, set()).update(e.kind for e in entries)
    opens = {w: tuple(name for name, wanted in _OPENS.items() if wanted & has) for w, has in kinds.items()}
    return Dates(
        starters=starters,
        opens={word: names for word, names in opens.items() if names},
        links=frozenset(w for phrase in dates["links"] for w in [fold(phrase)] if " " not in w),
        to=frozenset(fold(w) for w in dates["to"]),
        dashes=frozenset(dates["dashes"]),
        small={place: frozenset(map(fold, words)) for place, words in dates["small"].items()},
        between=frozenset(fold(w).split()[-1] for w in dates["between"]),
        blocked_before={kind: frozenset(map(fold, words)) for kind, words in dates["not_after"].items()},
        blocked_after={kind: frozenset(map(fold, words)) for kind, words in dates["not_before"].items()},
        directions=_directions(dates["directions"]),
        numbers=numbers,
    )


def _directions(spec: dict[str, list[str]]) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Last word of each direction phrase, with و or ف -> phrases with their direction, longest first."""
    out: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, phrases in spec.items():
        for phrase in phrases:
            words = tuple(fold(phrase).split())
            for clitic in ("", "و", "ف"):
                shown = (clitic + words[0], *words[1:])
                out.setdefault(shown[-1], []).append((shown, name))
    return {word: tuple(sorted(entries, key=lambda e: -len(e[0]))) for word, entries in out.items()}


def _with_clitics(word: str) -> Iterator[tuple[str, str]]:
    for clitic in _BEFORE:
        if clitic.endswith("ل") and word.startswith("ال"):
            yield clitic + "ل" + word[2:], clitic
        elif word.isalpha() or not clitic:
            yield clitic + word, clitic


def _month_phrases(spec: dict[str, Any]) -> Iterator[tuple[str, Any, str, bool]]:
    weak = {fold(w) for w in spec["weak"]}
    for calendar in ("gregorian", "hijri"):
        for number, names in spec[calendar].items():
            yield from (("month", (calendar, number), name, fold(name) in weak) for name in names)


def _date_phrases(spec: dict[str, Any]) -> Iterator[tuple[str, Any, str, bool]]:
    for day, forms in spec["weekdays"].items():
        yield from (("weekday", day, name, False) for name in forms["names"])
        yield from (("weekday", day, name, True) for name in forms["weak"])
    for kind, section in (("day", "relative_days"), ("night", "nights"), ("modifier", "modifiers")):
        for offset, names in spec[section].items():
            yield from ((kind, offset, name, False) for name in names)
    alone = {fold(w) for w in spec["no_daypart_alone"]}
    after_midnight = {fold(w) for w in spec["after_midnight"]}
    for part, names in spec["dayparts"].items():
        for name in names:
            yield "part", (part, fold(name) in after_midnight), name, fold(name) in alone
    for unit, forms in spec["units"].items():
        for number in ("one", "dual", "many"):
            for name in forms[number]:
                yield "unit", (unit, number, False), name, False
                yield "unit", (unit, number, True), "ال" + name, False
    for days, names in spec["same_day"].items():
        yield from (("same_day", days, name, False) for name in names)
    for kind in _SECTIONS_AS_WORDS:
        yield from ((kind, None, name, False) for name in spec[kind])
    for position, names in spec["positions"].items():
        yield from (("position", position, name, False) for name in names)
    for season in spec["seasons"].values():
        yield from (("season", season["month"], name, False) for name in season["names"])
    for name, decade in spec["decades"].items():
        yield "decade", decade, name, False
    for value, names in spec["half"].items():
        yield from (("half", value, name, False) for name in names)
    for calendar, names in spec["eras"].items():
        yield from (("era", calendar, name, False) for name in names)
    for name in spec["vague"]:
        yield "vague", None, name, False
