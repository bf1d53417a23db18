"""Looking at one token of a text as a date word, a number or a mark; what all readers of the date grammar stand on."""

from __future__ import annotations

import re
from bisect import bisect_left

from marsad.text.cardinals import NumberReader
from marsad.text.datedraft import Draft
from marsad.text.datewords import Dates, Entry
from marsad.text.digits import Reading, is_digits
from marsad.text.tokens import Tokens, variants

_ARABIC = re.compile("[\u0621-\u064a]")


class DateLookup:
    """The tokens of one text seen through a language's date words."""

    def __init__(self, tokens: Tokens, language: Dates) -> None:
        self.tokens, self.language = tokens, language
        self.words, self.count = tokens.words, len(tokens.words)
        self.numbers = NumberReader(tokens.words, tokens.start, tokens.end, language.numbers.table)
        self.starters = language.starters

    def entry(self, i: int, *kinds: str) -> tuple[Entry, int] | None:
        """The longest phrase of these kinds that starts at token i, and its last token."""
        if not 0 <= i < self.count:
            return None
        for e in self.starters.get(self.words[i], ()):
            if e.kind in kinds or not kinds:
                n = len(e.rest)
                if not n or tuple(self.words[i + 1 : i + 1 + n]) == e.rest:
                    return e, i + n
        return None

    def word(self, i: int) -> str:
        """Folded word i, or "" outside the text."""
        return self.words[i] if 0 <= i < self.count else ""

    def number(self, i: int, ordinals: bool = True) -> Reading | None:
        """A whole number at token i, in digits or words."""
        if not 0 <= i < self.count:
            return None
        if "0" <= self.words[i][0] <= "9":
            if not is_digits(self.words[i]):
                return None
            reading: Reading | None = Reading(int(self.words[i]), i)
        else:
            reading = self.numbers.cardinal(i) or (self.numbers.ordinal(i) if ordinals else None)
        if reading is None or isinstance(reading.value, float):
            return None
        return reading

    def is_small(self, i: int, place: str) -> bool:
        """Is token i one of the function words of this place of the grammar?"""
        return 0 <= i < self.count and self.words[i] in self.language.small[place]

    def skip(self, i: int) -> int:
        """The next token after links: من, في, commas, brackets, الموافق, يوم."""
        while i < self.count and self.words[i] in self.language.links:
            i += 1
        return i

    def _conjoined(self, i: int) -> bool:
        """A date word with و before it opens another date: الشهر الماضي والعام الماضي."""
        entries = self.starters.get(self.words[i])
        return bool(entries) and all(e.clitic.startswith("و") for e in entries or ())

    def _blocked(self, i: int, kind: str) -> bool:
        """Does the word before make what follows a name and no date (شارع 17 نيسان)?"""
        names = self.language.blocked_before[kind]
        return i > 0 and any(rest in names for rest, _ in variants(self.words[i - 1]))

    def _ends_number(self, i: int) -> bool:
        """No counted noun follows at token i: the text ends, or a mark, a date word or a preposition stands there."""
        word = self.word(i)
        if not word or not _ARABIC.match(word):
            return True
        return (
            word in self.language.links
            or word in self.language.to
            or self.entry(i, "unit", "part", "clock", "era") is not None
        )

    def _token_at(self, end: int) -> int:
        """The last token that begins before this offset of the text."""
        return bisect_left(self.tokens.start, end) - 1

    def _bound_at(self, i: int) -> int | None:
        """The token after a bound (نحو, أكثر من) that starts at i."""
        for size in (3, 2, 1):
            tail = self.word(i + size - 1)
            for phrase, _ in self.language.numbers.before.get(tail, ()):
                if len(phrase) == size and tuple(self.words[i : i + size]) == phrase:
                    return i + size
        return None

    def element(self, i: int, d: Draft) -> int | None:
        """Reads any element of a date at token i; the whole grammar knows which (`DateReader`)."""
        raise NotImplementedError


def is_year(value: float) -> bool:
    return 1300 <= value <= 1500 or 1700 <= value <= 2100
