"""One automaton over words: every phrase that knowledge names, found in one linear pass.

Comes in: folded phrases with what they stand for; then the `Tokens` of a report. Goes out: `Match`es in text order. A word's
clitics are tried as the phrase's part of speech allows. The reading of each distinct word is remembered: news repeats itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from marsad.text.tokens import Tokens, variants

NOUN_CLITICS = frozenset(["", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"])
VERB_CLITICS = frozenset(["", "و", "ف"])
_SEEN_LIMIT = 1 << 18


class Entry(msgspec.Struct, frozen=True, eq=False):
    """A phrase: for each of its words the admitted forms; kind and ref say what it stands for.

    clitics: proclitic strings admitted before its first word.  data: what the kind needs (a verb form, a people noun, …).
    """

    kind: str
    ref: str
    words: tuple[frozenset[str], ...]
    clitics: frozenset[str] = NOUN_CLITICS
    weak: bool = False
    data: Any = None


class Match(msgspec.Struct, frozen=True, eq=False):
    """An entry found at tokens first..last (inclusive), with the proclitics of its first word."""

    first: int
    last: int
    pro: str
    entry: Entry
    form: str


Reading = tuple[Entry, str, str]
"""An entry that may begin with a word: (entry, proclitics, form)."""


class Readings(msgspec.Struct, frozen=True, eq=False):
    """What may begin with one word: all of it, what is a single word, and by each second word what may go on with it (singles too)."""

    whole: tuple[Reading, ...]
    single: tuple[Reading, ...]
    by_second: dict[str, tuple[Reading, ...]]

    @classmethod
    def of(cls, whole: tuple[Reading, ...]) -> Readings:
        """Sorts the readings of one word, each list in the order of all."""
        single = tuple(r for r in whole if len(r[0].words) == 1)
        seconds: dict[str, list[int]] = {}
        for n, (entry, _, _) in enumerate(whole):
            for form in entry.words[1] if len(entry.words) > 1 else ():
                seconds.setdefault(form, []).append(n)
        alone = [n for n, r in enumerate(whole) if len(r[0].words) == 1]
        return cls(
            whole, single, {w: tuple(whole[n] for n in sorted([*alone, *found])) for w, found in seconds.items()}
        )

    def before(self, word: str, skipped: frozenset[str]) -> tuple[Reading, ...]:
        """The readings that the next word leaves open; all of them before a word or number that a phrase passes over."""
        return self.whole if word in skipped or word.isdigit() else self.by_second.get(word, self.single)


class Lexicon:
    """Phrases indexed by every admitted form of their first word.

    counting, counting_of: what counts a noun does not part it from the word before it: "سقوط ثلاث قذائف", "سقوط أكثر من سبعة صواريخ".
    """

    def __init__(self, counting: frozenset[str] = frozenset(), counting_of: frozenset[str] = frozenset()) -> None:
        self.counting, self.counting_of = counting, counting_of
        self.skipped = counting | counting_of | _PASSED
        self._by_first: dict[str, list[Entry]] = {}
        self._seen: dict[str, Readings] = {}

    def add(self, entry: Entry) -> None:
        for form in entry.words[0]:
            self._by_first.setdefault(form, []).append(entry)
        self._seen.clear()

    def __len__(self) -> int:
        return len(self._by_first)

    def readings(self, word: str) -> Readings:
        """All that may begin with `word`; the whole word before its split readings."""
        found = self._seen.get(word)
        if found is None:
            if len(self._seen) > _SEEN_LIMIT:
                self._seen.clear()
            out = []
            for rest, pro in variants(word):
                for entry in self._by_first.get(rest, ()):
                    if pro in entry.clitics:
                        out.append((entry, pro, rest))
            found = self._seen[word] = Readings.of(tuple(out))
        return found

    def find(self, tokens: Tokens) -> list[Match]:
        """Every match in the text; matches may overlap, and it is for their readers to choose (see `longest`)."""
        words, out = tokens.words, []
        n = len(words)
        for i, word in enumerate(words):
            following = words[i + 1] if i + 1 < n else ""
            for entry, pro, form in self.readings(word).before(following, self.skipped):
                last = i
                if len(entry.words) > 1:
                    last = self._rest(entry.words, words, i, n)
                    if last < 0:
                        continue
                out.append(Match(i, last, tokens.pro[i] + pro if tokens.pro[i] else pro, entry, form))
        return out

    def _rest(self, phrase: Sequence[frozenset[str]], words: Sequence[str], at: int, n: int) -> int:
        """Index of the last word when words[at:] continue the phrase, else -1. Brackets, dashes and what only counts a noun are passed over."""
        j = at
        for admitted in phrase[1:]:
            j += 1
            while j < n and (words[j] in _PASSED or (words[j] not in admitted and self._counts(words, j))):
                j += 2 if words[j] in self.counting_of else 1
            if j >= n or words[j] not in admitted:
                return -1
        return j

    def _counts(self, words: Sequence[str], j: int) -> bool:
        """Does what stands at j only count the noun behind it?"""
        word = words[j]
        return word.isdigit() or word in self.counting or (word in self.counting_of and words[j + 1 : j + 2] == ["من"])


_PASSED = frozenset("()[]-–—_#")


def longest(matches: Iterable[Match]) -> list[Match]:
    """The matches left when longer ones win over those they overlap (then earlier ones, then strong over weak)."""
    taken: set[int] = set()
    out = []
    for m in sorted(matches, key=lambda m: (m.first - m.last, m.entry.weak, m.first, len(m.pro))):
        span = range(m.first, m.last + 1)
        if taken.isdisjoint(span):
            taken.update(span)
            out.append(m)
    return sorted(out, key=lambda m: m.first)
