"""How many: the quantities of a report as intervals.

Comes in: `Tokens`. Goes out: `Quantity` records in text order, which do not overlap: digits, number words, vague words
(عشرات), with the words that bound them (ما لا يقل عن 20, بين 5 و8, 30 على الأقل). Years, clock times and days of the month
are numbers too: who counts drops what overlaps a date. Duals and singular nouns that count (مدنيان) are not read here.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from marsad.errors import KnowledgeError
from marsad.text.cardinals import CONJUNCTION, NumberReader, Table, build_table
from marsad.text.digits import Reading, Value
from marsad.text.normalize import fold
from marsad.text.tokens import Tokens, variants

_LANGUAGE = Path(__file__).parent.parent / "knowledge" / "languages" / "ar"
Phrases = dict[str, list[tuple[tuple[str, ...], str]]]


class Quantity(msgspec.Struct, frozen=True):
    """A stretch of tokens that says how many. `None` in an interval: the text leaves that side open.

    first, last: token indices, both included, bound words included. kind: exact, floor (at least), ceiling (at most), about,
    range, vague (dozens). value: the number itself, also when it is no whole number; None for vague words and ranges.
    """

    first: int
    last: int
    low: int | None
    best: int | None
    high: int | None
    kind: str
    ordinal: bool = False
    value: float | None = None


class Numbers(msgspec.Struct, frozen=True):
    """The number words of a language, ready for look-up."""

    table: Table
    vague: dict[str, tuple[int, bool, str]]  # folded word -> low, may be scaled, how the original must end
    vague_phrases: Phrases
    before: Phrases  # last word of a phrase -> phrases, longest first
    after: Phrases  # first word of a phrase -> phrases, longest first
    between: frozenset[str]
    from_: frozenset[str]
    to: frozenset[str]
    dash: frozenset[str]
    percent: Phrases
    not_alone: frozenset[str]  # number words that are something else when nothing of the number follows (Monday)


def load_numbers(folder: Path | None = None) -> Numbers:
    """The number words of a language folder; the packaged Arabic when none is given.

    Raises: KnowledgeError: no numbers.yml, or one that cannot be used.
    """
    return _load(folder or _LANGUAGE)


@lru_cache(maxsize=8)
def _load(folder: Path) -> Numbers:
    file = folder / "numbers.yml"
    try:
        spec = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return _build(spec)
    except OSError as error:
        raise KnowledgeError(str(file), None, error.strerror or "cannot be read") from error
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise KnowledgeError(str(file), None, f"not a numbers file: {error}") from error


def _build(spec: dict[str, Any]) -> Numbers:
    vague: dict[str, tuple[int, bool, str]] = {}
    phrases: dict[str, list[str]] = {}
    for entry in spec["vague"]:
        for words in entry["words"]:
            if " " in words:
                phrases.setdefault(str(entry["low"]), []).append(words)
                continue
            ending = "ة" if words.endswith("ة") else ""
            for clitic in ("", "و", "ب", "ل", "ال", "بال", "وال", "ف", "وب", "ول"):
                vague[clitic + fold(words)] = (entry["low"], entry["scaled"], ending)
    return Numbers(
        table=build_table(spec),
        vague=vague,
        vague_phrases=_phrases(phrases, first=True),
        before=_phrases(spec["before"], first=False),
        after=_phrases(spec["after"], first=True),
        between=frozenset(fold(w).split()[-1] for w in spec["range"]["between"]),
        from_=frozenset(fold(w) for w in spec["range"]["from"]),
        to=frozenset(fold(w) for w in spec["range"]["to"]),
        dash=frozenset(spec["range"]["dash"]),
        percent=_phrases({"percent": spec["percent"]}, first=True),
        not_alone=frozenset(fold(word) for word in spec["not_alone"]),
    )


def _phrases(groups: dict[str, list[str]], first: bool) -> Phrases:
    out: Phrases = {}
    for kind, phrases in groups.items():
        for phrase in phrases:
            words = tuple(fold(phrase).split())
            out.setdefault(words[0] if first else words[-1], []).append((words, kind))
    for entries in out.values():
        entries.sort(key=lambda e: -len(e[0]))
    return out


def bound_after(tokens: Tokens, index: int, language: Numbers | None = None) -> tuple[str, int] | None:
    """The bound that stands at token `index`, after a number or the noun it counts ("30 شخصا على الأقل").

    Returns: (kind, last token of the bound), kind being floor, ceiling or about; None when no bound stands there.
    """
    return _match(tokens.words, index, (language or load_numbers()).after)


def _match(words: list[str], i: int, phrases: Phrases) -> tuple[str, int] | None:
    """The longest phrase that starts at token i."""
    if not 0 <= i < len(words):
        return None
    for phrase, kind in phrases.get(words[i], ()):
        if tuple(words[i : i + len(phrase)]) == phrase:
            return kind, i + len(phrase) - 1
    return None


def _match_back(words: list[str], i: int, phrases: Phrases) -> tuple[str, int] | None:
    """The longest phrase that ends at token i, its first word with or without proclitics: (kind, first token)."""
    if i < 0:
        return None
    for rest, _ in variants(words[i]):
        for phrase, kind in phrases.get(rest, ()):
            k = i - len(phrase) + 1
            if k < 0 or (len(phrase) > 1 and rest != words[i]) or (tuple(words[k + 1 : i + 1]) != phrase[1:] and k < i):
                continue
            if any(stem == phrase[0] for stem, _ in variants(words[k])):
                return kind, k
    return None


def bounded(kind: str, value: Value) -> tuple[int | None, int | None, int | None]:
    """low, best, high of one number under a bound: at least 30 is 30/30/-, no more than 8 is -/-/8."""
    if isinstance(value, float):
        return None, None, None
    if kind == "floor":
        return value, value, None
    if kind == "ceiling":
        return None, None, value
    return value, value, value


def find_quantities(tokens: Tokens, language: Numbers) -> list[Quantity]:
    """The quantities of a text, in order.

    Args:    tokens: a text's tokens.   language: from `load_numbers`.
    Returns: quantities that do not overlap; empty list if none. "ما لا يقل عن 20" -> 20/20/None floor, with the bound inside.
    """
    out: list[Quantity] = []
    words, table, vague, phrases = tokens.words, language.table, language.vague, language.vague_phrases
    reader = NumberReader(words, tokens.start, tokens.end, table)
    i, free, count = 0, 0, len(words)
    while i < count:
        word = words[i]
        found = None
        if word in table or "0" <= word[0] <= "9":
            found = _number_at(tokens, reader, i, free, language)
        if found is None and word in vague:
            found = _vague_at(tokens, reader, i, free, language)
        if found is None and (word in phrases or word[1:] in phrases):
            found = _vague_phrase_at(words, i, phrases)
        if found is None:
            i += 1
            continue
        out.append(found)
        i = free = found.last + 1
    return out


def _number_at(tokens: Tokens, reader: NumberReader, i: int, free: int, language: Numbers) -> Quantity | None:
    reading = reader.cardinal(i)
    if reading is None:
        reading = reader.ordinal(i)
        if reading is None:
            return _plural_at(tokens, reader, i, free, language)
        value = int(reading.value)
        return Quantity(i, reading.last, value, value, value, "exact", True, float(value))
    if reading.last == i and any(rest in language.not_alone for rest, _ in variants(tokens.words[i])):
        return None
    percent = _match(tokens.words, reading.last + 1, language.percent)
    if percent:
        return Quantity(i, percent[1], None, None, None, "exact", False, reading.value / 100)
    if _is_ordinal_ten(reader, i, reading):
        reading = reader.after_hundred(reading)
        value = int(reading.value)
        return Quantity(i, reading.last, value, value, value, "exact", True, float(value))
    second = _range_end(tokens, reader, i, reading, language)
    if second:
        return second
    return _with_bounds(tokens, i, free, reading, language)


def _is_ordinal_ten(reader: NumberReader, i: int, reading: Reading) -> bool:
    """الواحد والعشرون, العشرون, المئة: with the article a ten or a hundred names a place in an order more often than a count."""
    if reading.ordinal:
        return True
    lexemes = reader.at(i)
    article = any(x.article and (x.role in ("ten", "hundred", "one") or reading.last > i) for x in lexemes)
    return article and (reading.value >= 20 or reading.last > i)


def _range_end(tokens: Tokens, reader: NumberReader, i: int, low: Reading, language: Numbers) -> Quantity | None:
    words = tokens.words
    j = low.last + 1
    before = {rest for rest, _ in variants(words[i - 1])} if i else set()
    between = bool(before & language.between)
    first = i - 1 if between or before & language.from_ else i
    if j >= len(words) or isinstance(low.value, float):
        return None
    if between and (words[j] == CONJUNCTION or any(x.joined for x in reader.at(j))):
        high = reader.cardinal(j + 1 if words[j] == CONJUNCTION else j)
    elif words[j] in language.to or (words[j] in language.dash and _tight(tokens, j)):
        high = reader.cardinal(j + 1)
    else:
        return None
    if high is None or isinstance(high.value, float):
        return None
    bottom, top = int(low.value), int(high.value)
    scale = int(reader.scale_of(top)) if top >= 1000 and not words[high.last].isdigit() else 1
    if bottom < 1000 and bottom < top // scale:
        bottom *= scale  # من 10 إلى 15 ألفا
    if bottom >= top:
        return None
    return Quantity(first, high.last, bottom, None, top, "range")


def _tight(tokens: Tokens, dash: int) -> bool:
    """A dash parts a range only when it stands between two numbers and no third one follows (a date, a phone number)."""
    words = tokens.words
    if dash + 1 >= len(words) or not words[dash + 1][0].isdigit():
        return False
    before = dash >= 2 and words[dash - 2] in ("-", "/") and tokens.start[dash - 1] == tokens.end[dash - 2]
    after = dash + 2 < len(words) and words[dash + 2] in ("-", "/") and tokens.start[dash + 2] == tokens.end[dash + 1]
    return not (before or after)


def _with_bounds(tokens: Tokens, i: int, free: int, reading: Reading, language: Numbers) -> Quantity:
    words = tokens.words
    first, last, kind = i, reading.last, "exact"
    before = _match_back(words, i - 1, language.before)
    if before and before[1] >= free:
        kind, first = before
    after = _match(words, last + 1, language.after)
    if after:
        kind, last = after
    low, best, high = bounded(kind, reading.value)
    return Quantity(first, last, low, best, high, kind, False, float(reading.value))


def _plural_at(tokens: Tokens, reader: NumberReader, i: int, free: int, language: Numbers) -> Quantity | None:
    """آلاف, ملايين with no number before them: two of them at least."""
    for lexeme in reader.at(i):
        if lexeme.role == "plural":
            first = _bound_first(tokens.words, i, free, language)
            return Quantity(first, i, 2 * int(lexeme.value), None, None, "vague")
    return None


def _vague_at(tokens: Tokens, reader: NumberReader, i: int, free: int, language: Numbers) -> Quantity | None:
    low, scaled, ending = language.vague[tokens.words[i]]
    if ending and not tokens.text[tokens.start[i] : tokens.end[i]].endswith(ending):
        return None  # عده, "he deemed it", is not عدة
    last = i
    if scaled and i + 1 < len(tokens):
        inner = language.vague.get(tokens.words[i + 1])
        if inner and inner[0] > low:
            low, last = inner[0], i + 1
        for lexeme in reader.at(last + 1):
            if lexeme.role in ("plural", "one") and lexeme.bare and not lexeme.joined:
                low, last = low * int(lexeme.value), last + 1
                break
    first = _bound_first(tokens.words, i, free, language)
    return Quantity(first, last, low, None, None, "vague")


def _bound_first(words: list[str], i: int, free: int, language: Numbers) -> int:
    before = _match_back(words, i - 1, language.before)
    return before[1] if before and before[1] >= free else i


def _vague_phrase_at(words: list[str], i: int, phrases: Phrases) -> Quantity | None:
    for rest, _ in variants(words[i]):
        for phrase, low in phrases.get(rest, ()):
            if tuple(words[i + 1 : i + len(phrase)]) == phrase[1:]:
                return Quantity(i, i + len(phrase) - 1, int(low), None, None, "vague")
    return None
