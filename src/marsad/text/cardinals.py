"""Number words and digits of a text read as values: "ثلاثمئة وخمسة وعشرون ألفا" -> 325000.

Comes in: folded words. Goes out: (value, last token) of the number that starts at a token. What bounds it, and whether it
counts anything, is for `numbers`; days and years are read with the same grammar by `dates`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from marsad.text.digits import Reading, Value, is_digits, read_digits
from marsad.text.normalize import fold

CONJUNCTION = "و"
# Proclitics a number word may carry; a word of two letters takes only the conjunction (لست is a verb more often than ل + ست).
_CLITICS = tuple(c + p for c in ("", "و", "ف") for p in ("", "ب", "ل", "ك", "ال", "بال", "كال", "لل"))
_SHORT = ("", "و", "ال", "وال")


class Lexeme(NamedTuple):
    """One reading of one word form as a number word: its role and value, and what stands before it."""

    role: str  # unit teen_unit teen teens ten hundred hundreds one dual plural part decimal plus ordinal ordinal_teen
    value: Value
    joined: bool  # carries و: may continue a number
    article: bool
    bare: bool  # no proclitic but و and the article: may stand inside a number


Table = dict[str, tuple[Lexeme, ...]]


def build_table(spec: dict[str, Any]) -> Table:
    """The number words of a language file with all their proclitics, for one dictionary look-up a token."""
    found: dict[str, list[Lexeme]] = {}
    for role, value, form in _forms(spec):
        word = fold(form)
        for clitic in _CLITICS if len(word) > 2 else _SHORT:
            shown = clitic[:-2] + "لل" + word if clitic.endswith("لل") else clitic + word
            article = clitic.endswith(("ال", "لل"))
            bare = clitic in ("", "و", "ال", "وال")
            entry = Lexeme(role, value, clitic.startswith("و"), article, bare)
            entries = found.setdefault(shown, [])
            if entry not in entries:
                entries.append(entry)
    # A word as it stands is likelier than the same letters read as a proclitic and a rest: واحد before و + احد.
    return {word: tuple(sorted(entries, key=lambda e: (e.joined, e.article))) for word, entries in found.items()}


def _forms(spec: dict[str, Any]) -> Iterable[tuple[str, Value, str]]:
    for section, role in (
        ("units", "unit"),
        ("teen_units", "teen_unit"),
        ("teens", "teens"),
        ("tens", "ten"),
        ("hundreds", "hundred"),
        ("parts", "part"),
        ("ordinals", "ordinal"),
        ("ordinal_teen_units", "ordinal_teen"),
    ):
        for value, forms in spec[section].items():
            yield from ((role, value, form) for form in forms)
    for section, role, value in (
        ("teen", "teen", 10),
        ("hundreds_inside", "hundreds", 100),
        ("decimal", "decimal", 0),
        ("plus", "plus", 0),
    ):
        yield from ((role, value, form) for form in spec[section])
    for value, stems in spec["hundred_stems"].items():
        yield from (("hundred", value * 100, stem + end) for stem in stems for end in spec["hundred_endings"])
    for scale in spec["scales"]:
        for role in ("one", "dual", "plural"):
            yield from ((role, scale["value"], form) for form in scale[role])


class NumberReader:
    """Reads the numbers of one text. Each method takes a token index and gives the reading that starts there, or None."""

    __slots__ = ("count", "end", "start", "table", "words")

    def __init__(self, words: list[str], start: list[int], end: list[int], table: Table) -> None:
        self.words, self.start, self.end, self.table = words, start, end, table
        self.count = len(words)

    def at(self, i: int) -> tuple[Lexeme, ...]:
        """The readings of token i as a number word."""
        return self.table.get(self.words[i], ()) if i < self.count else ()

    def joined(self, i: int) -> tuple[int, bool]:
        """Where a number that goes on at token i has its next word, and whether that word must carry و itself."""
        if i < self.count and self.words[i] == CONJUNCTION:
            return i + 1, False
        return i, True

    def _inner(self, i: int, role: str) -> Lexeme | None:
        """The word at i in a role that needs no و before it (the عشر of ثلاثة عشر, the ألف of عشرة آلاف)."""
        for lexeme in self.at(i):
            if lexeme.role == role and lexeme.bare and not lexeme.joined:
                return lexeme
        return None

    def _ten_after(self, i: int) -> tuple[Value, int] | None:
        j, needs_joined = self.joined(i)
        for lexeme in self.at(j):
            if lexeme.role == "ten" and lexeme.bare and (lexeme.joined or not needs_joined):
                return lexeme.value, j
        return None

    def below_100(self, i: int, must_join: bool = False, ordinals: bool = False) -> Reading | None:
        """A number from 0 to 99 at token i; with `ordinals`, an ordinal counts too (المئتين والخامس عشر)."""
        best: Reading | None = None
        for lexeme in self.at(i):
            if must_join and not (lexeme.joined and lexeme.bare):
                continue
            reading = self._below_100(i, lexeme, ordinals)
            if reading and (best is None or reading.last > best.last):
                best = reading
        return best

    def _below_100(self, i: int, lexeme: Lexeme, ordinals: bool) -> Reading | None:
        role, value = lexeme.role, lexeme.value
        is_ordinal = role in ("ordinal", "ordinal_teen")
        if is_ordinal and not ordinals:
            return None
        if role in ("unit", "teen_unit", "ordinal", "ordinal_teen") and 1 <= value <= 9:
            if self._inner(i + 1, "teen"):
                return Reading(10 + value, i + 1, is_ordinal)
            ten = self._ten_after(i + 1) if role != "teen_unit" or lexeme.article else None
            if ten:
                return Reading(value + ten[0], ten[1], is_ordinal)
        if role in ("unit", "teens", "ten", "ordinal"):
            return Reading(value, i, is_ordinal)
        return None

    def below_1000(self, i: int, must_join: bool = False) -> Reading | None:
        """A number from 0 to 999 in words at token i."""
        hundred: Reading | None = None
        for lexeme in self.at(i):
            if lexeme.role == "hundred" and not (must_join and not (lexeme.joined and lexeme.bare)):
                hundred = Reading(lexeme.value, i)
                break
        small = None if hundred else self.below_100(i, must_join)
        if small and 3 <= small.value <= 9 and self._hundred_inside(small.last + 1):
            hundred = Reading(small.value * 100, small.last + 1)
        if hundred is None:
            return small
        j, needs_joined = self.joined(hundred.last + 1)
        rest = self.below_100(j, needs_joined, ordinals=True) if j < self.count else None
        if rest and rest.value > 0:
            return Reading(hundred.value + rest.value, rest.last, rest.ordinal)
        return hundred

    def _hundred_inside(self, i: int) -> bool:
        lexeme = self._inner(i, "hundred") or self._inner(i, "hundreds")
        return lexeme is not None and lexeme.value == 100

    def _coefficient(self, i: int, must_join: bool, digits: bool) -> Reading | None:
        if digits and i < self.count:
            reading = read_digits(self.words, self.start, self.end, i)
            if reading:
                if (
                    isinstance(reading.value, int)
                    and reading.last + 2 < self.count
                    and self._comma_decimal(reading.last)
                ):
                    return Reading(float(f"{reading.value}.{self.words[reading.last + 2]}"), reading.last + 2)
                return reading
        reading = self.below_1000(i, must_join)
        if reading and reading.value < 100 and self._inner(reading.last + 1, "decimal"):
            tail = self.below_100(reading.last + 2)
            if tail:
                return Reading(float(f"{reading.value}.{tail.value}"), tail.last)
        return reading

    def _comma_decimal(self, i: int) -> bool:
        """A decimal comma (2,5 مليون) is one only before a scale; elsewhere it parts two numbers."""
        return (
            self.words[i + 1] == ","
            and is_digits(self.words[i + 2])
            and self.start[i + 2] == self.end[i] + 1
            and self._scale_inside(i + 3) is not None
        )

    def _scale_inside(self, i: int) -> Lexeme | None:
        return self._inner(i, "one") or self._inner(i, "plural")

    def cardinal(self, i: int) -> Reading | None:
        """The longest cardinal at token i, digits and words mixed (3 ملايين و200 ألف)."""
        total: Value = 0
        last, limit = i - 1, float("inf")
        pos, must_join, ordinal = i, False, False
        while pos < self.count:
            part = self._component(pos, must_join, digits=not must_join)
            if part is None or part[0].value >= limit:
                break
            total += part[0].value
            last, limit, ordinal = part[0].last, part[1], part[0].ordinal
            if limit <= 1:
                break
            pos, must_join = self.joined(last + 1)
        if last < i:
            return None
        return Reading(int(total) if float(total).is_integer() else total, last, ordinal)

    def _component(self, i: int, must_join: bool, digits: bool) -> tuple[Reading, Value] | None:
        """One addend with its scales ("325 ألفا", "ألفان"), and the smallest scale in it (1 when it has none)."""
        alone = self._scale_alone(i, must_join)
        reading = alone or self._coefficient(i, must_join, digits)
        if reading is None:
            return None
        value, last = reading.value, reading.last
        scale: Value = 1 if alone is None else self.scale_of(value)
        while (lexeme := self._scale_inside(last + 1)) is not None and not reading.ordinal:
            value, last, scale = value * lexeme.value, last + 1, lexeme.value
        if scale > 1:
            value, last = self._with_part(value, last, scale)
        return Reading(value, last, reading.ordinal), scale

    @staticmethod
    def scale_of(value: Value) -> Value:
        """The largest power of a thousand in a value."""
        unit = 1000
        while value >= unit * 1000:
            unit *= 1000
        return unit

    def _scale_alone(self, i: int, must_join: bool) -> Reading | None:
        """ألف, ألفان, ألفا عنصر; the longer reading (a dual in the construct state) when nothing goes before."""
        best = None
        for lexeme in self.at(i):
            if must_join and not (lexeme.joined and lexeme.bare):
                continue
            if lexeme.role == "part" and (whole := self._inner(i + 1, "one") or self._inner(i + 1, "hundred")):
                value = whole.value * lexeme.value
                return Reading(int(value) if float(value).is_integer() else value, i + 1)
            if lexeme.role == "dual":
                return Reading(2 * lexeme.value, i)
            if lexeme.role == "one":
                best = Reading(lexeme.value, i)
        return best

    def _with_part(self, value: Value, last: int, scale: Value) -> tuple[Value, int]:
        j, needs_joined = self.joined(last + 1)
        for lexeme in self.at(j):
            if lexeme.role == "part" and lexeme.bare and (lexeme.joined or not needs_joined):
                end = j + 1 if any(x.role == "one" and x.value == scale for x in self.at(j + 1)) else j
                return value + scale * lexeme.value, end
        return value, last

    def ordinal(self, i: int) -> Reading | None:
        """The ordinal at token i: "الرابع", "الحادية عشرة", "الخامس والعشرين"."""
        for lexeme in self.at(i):
            reading = self._below_100(i, lexeme, ordinals=True)
            if reading and lexeme.role in ("ordinal", "ordinal_teen"):
                return self.after_hundred(reading)
        return None

    def after_hundred(self, reading: Reading) -> Reading:
        """الثاني بعد المئة: the hundred told after the rest."""
        if self._inner(reading.last + 1, "plus"):
            for lexeme in self.at(reading.last + 2):
                if lexeme.role in ("hundred", "one") and lexeme.article and lexeme.bare:
                    return Reading(reading.value + lexeme.value, reading.last + 2, True)
        return reading

    def hour(self, i: int) -> Reading | None:
        """A number from 0 to 12 at token i that takes no tens after it: the hour of "الرابعة وأربعون دقيقة"."""
        for lexeme in self.at(i):
            if lexeme.role in ("unit", "ordinal", "ordinal_teen", "teen_unit", "teens") and not lexeme.joined:
                value, last = lexeme.value, i
                if 1 <= value <= 2 and self._inner(i + 1, "teen"):
                    value, last = value + 10, i + 1
                elif lexeme.role in ("ordinal_teen", "teen_unit"):
                    continue
                return Reading(value, last, lexeme.role.startswith("ordinal")) if value <= 12 else None
        return None
