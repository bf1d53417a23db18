"""A report laid out for reading: its tokens, sentences and clauses, and every word that knowledge has a name for.

Comes in: a report with its sections. Goes out: `Scan`, one linear pass, nothing decided yet. Only title and body are laid out:
what stands in comments or furniture can never become evidence.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from marsad.coding.lexicon import Lexicon, Match, longest
from marsad.coding.quotes import Quotes
from marsad.records import Report, Span
from marsad.text.tokens import Tokens

_ENDS = frozenset(".!؟?\n…")
_COMMAS = frozenset("،؛,;:")


class Scan:
    """One report's words with their readings.

    sentences: (first, last) token indices, inclusive, of title and body.  sentence, clause: number of each token's (-1 outside).
    at[kind][first]: the longest match of a kind that begins at a token.
    """

    def __init__(self, report: Report, lexicon: Lexicon) -> None:
        self.report = report
        self.tokens = Tokens(report.text)
        self.words = self.tokens.words
        self.matches = lexicon.find(self.tokens)
        self.at: dict[str, dict[int, Match]] = defaultdict(dict)
        self.cues: dict[str, dict[int, Match]] = defaultdict(dict)
        for match in self.matches:
            table = self.cues[match.entry.ref] if match.entry.kind == "cue" else self.at[match.entry.kind]
            known = table.get(match.first)
            if known is None or _better(match, known):
                table[match.first] = match
        self.sentence: list[int] = [-1] * len(self.words)
        self.clause: list[int] = [-1] * len(self.words)
        self.sentences: list[tuple[int, int]] = []
        self.kinds: list[str] = []
        self._lay_out()

    def span(self, first: int, last: int) -> Span:
        """The report's words behind tokens first..last (inclusive)."""
        start, end = self.tokens.start[first], self.tokens.end[last]
        return Span(start, end, self.report.text[start:end])

    def written(self, token: int) -> str:
        """A word as the report writes it: folded, "على" and "علي" are one."""
        return self.span(token, token).text

    @cached_property
    def quotes(self) -> Quotes:
        """Where quotations open and close."""
        return Quotes(self.tokens)

    def sentence_of(self, token: int) -> tuple[int, int]:
        return self.sentences[self.sentence[token]]

    def has_cue(self, kind: str, first: int, last: int) -> Match | None:
        """The first cue of a kind within tokens first..last, or None."""
        table = self.cues.get(kind)
        if table:
            for i in range(max(first, 0), min(last, len(self.words) - 1) + 1):
                if i in table and table[i].last <= last:
                    return table[i]
        return None

    def inside(self, kind: str, first: int, last: int) -> list[Match]:
        """Matches of a kind that begin within tokens first..last, longest first at each place, not overlapping."""
        table = self.at.get(kind, {})
        return longest(table[i] for i in range(first, last + 1) if i in table)

    def _lay_out(self) -> None:
        sections = [s for s in self.report.sections if s.kind in ("title", "body")]
        starts, clause = self.tokens.start, 0
        openers = self.cues.get("clauses", {})
        for section in sections:
            first = None
            for i in range(len(self.words)):
                if starts[i] < section.start:
                    continue
                if starts[i] >= section.end:
                    break
                word = self.words[i]
                if first is None:
                    if word in _ENDS:
                        continue
                    first, clause = i, clause + 1
                if word in _ENDS and not (word == "." and len(self.words[i - 1]) == 1):
                    self._close(first, i - 1, section.kind)
                    first = None
                    continue
                if word in _COMMAS or i in openers:
                    clause += 1
                self.clause[i] = clause
            if first is not None:
                last = i if starts[i] < section.end else i - 1
                self._close(first, last, section.kind)

    def _close(self, first: int, last: int, kind: str) -> None:
        for i in range(first, last + 1):
            self.sentence[i] = len(self.sentences)
        self.sentences.append((first, last))
        self.kinds.append(kind)


def _better(new: Match, old: Match) -> bool:
    """Longer wins, then the strong name, then the reading that splits off less."""
    return (new.last, not new.entry.weak, -len(new.pro)) > (old.last, not old.entry.weak, -len(old.pro))
