"""The words before a place's name: relations ("شمال", "على أطراف") and kind words ("مدينة", "قريتي").

Comes in: the words of a report. Goes out: a `Lead` that says where the name must start. Hash signs are passed over.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from marsad.knowledge.gazetteer import Gazetteer
from marsad.knowledge.place_words import KindWord, Relation
from marsad.text.tokens import Tokens, variants

_PASSED = frozenset("#_")


class Lead(msgspec.Struct):
    """What was read before a name: relation and kind words. at: where the name must start; to: whether it must come with ل."""

    at: int
    relation: Relation | None = None
    kind: KindWord | None = None
    kind_first: int | None = None
    heading: int | None = None
    definite: bool = False
    relation_last: int = -1


class LeadReader:
    """Reads what stands before a name, at any word of one report."""

    def __init__(self, tokens: Tokens, gazetteer: Gazetteer, blocked: set[int], parties: Mapping[int, int]) -> None:
        # Hash signs and underscores are passed over: "قرية #الخضيراء", "#ريف_حلب". Positions are put back at the end.
        self.place_of = [i for i, word in enumerate(tokens.words) if word not in _PASSED]
        self.tokens, self.words, self.gazetteer = tokens, [tokens.words[i] for i in self.place_of], gazetteer
        self.blocked = {n for n, i in enumerate(self.place_of) if i in blocked} if blocked else blocked
        at = {i: n for n, i in enumerate(self.place_of)} if parties else {}
        self.parties = {at[a]: at[b] for a, b in parties.items() if a in at and b in at}
        self.vocabulary = gazetteer.words

    def _lead(self, at: int) -> Lead:
        lead = Lead(at)
        for _ in range(2):
            if (read := self._relation(lead)) is None:
                break
            lead = read
        kind = self._kind(lead.at, first=lead.at == at, after_to=lead.definite)
        if kind is not None:
            lead.kind, lead.kind_first, lead.at = kind, lead.at, lead.at + 1
            while (
                lead.at + 1 < len(self.words)
                and self.words[lead.at] in self.gazetteer.adjectives
                and kind.level != "site"
            ):
                lead.at += 1  # "العاصمة العراقية بغداد"
        return lead

    def _relation(self, lead: Lead) -> Lead | None:
        """The lead with one more relation read at its end, or None."""
        if lead.at >= len(self.words):
            return None
        options = variants(self.words[lead.at]) if lead.relation is None else ((self.words[lead.at], ""),)
        for rest, _ in options:
            for definite in (False, True) if rest.startswith("ال") else (False,):
                word = rest[2:] if definite else rest
                for phrase, relation in self.vocabulary.relations.get(word, ()):
                    last = lead.at + len(phrase) - 1
                    if tuple(self.words[lead.at + 1 : last + 1]) == phrase[1:]:
                        return self._related(lead, relation, last, definite)
        return None

    def _related(self, lead: Lead, relation: Relation, last: int, definite: bool) -> Lead | None:
        heading, at = relation.direction, last + 1
        if definite:
            heading, at = self._heading(at)
            if heading is None and not self._next_has_to(at):
                return None
            if at < len(self.words) and self.words[at] == "من":
                at += 1
        if lead.relation is not None:
            relation, heading = _both(lead.relation, relation), lead.heading if lead.heading is not None else heading
        return Lead(at, relation, heading=heading, definite=definite, relation_last=at - 1)

    def _heading(self, at: int) -> tuple[int | None, int]:
        """Direction adjectives at a token ("الجنوبي الشرقي"): degrees, and the token behind them."""
        found: list[int] = []
        while at < len(self.words) and len(found) < 3:
            word = self.words[at]
            degrees = self.vocabulary.directions.get(word)
            if degrees is None and found and word[0] == "و":
                degrees = self.vocabulary.directions.get(word[1:])
            if degrees is None:
                break
            found.append(degrees)
            at += 1
        return _mean_direction(found), at

    def _next_has_to(self, at: int) -> bool:
        return at < len(self.words) and (self.words[at].startswith("ل") or self.words[at] == "من")

    def _written(self, at: int) -> str:
        """The word of a token as the report writes it."""
        token = self.place_of[at]
        return self.tokens.text[self.tokens.start[token] : self.tokens.end[token]]

    def _kind(self, at: int, first: bool, after_to: bool = False) -> KindWord | None:
        if at >= len(self.words):
            return None
        word = self.words[at]
        if word in self.vocabulary.misread and self._written(at) in self.vocabulary.misread[word]:
            return None  # "وأدى" is no وادي
        for rest, pro in variants(word) if first or after_to else ((word, ""),):
            if rest in self.vocabulary.kinds and (first or not pro or pro == "ل"):
                return self.vocabulary.kinds[rest]
        return None


def _both(outer: Relation, inner: Relation) -> Relation:
    """Two relations in a row ("شمال ريف حلب"): the inner one names the area, the outer one only where in it."""
    return inner if inner.id in ("countryside", "border") else outer


def _mean_direction(found: list[int]) -> int | None:
    if not found:
        return None
    if len(found) == 1 or abs(found[0] - found[1]) == 180:
        return found[0]
    return 315 if {0, 270} == set(found[:2]) else sum(found[:2]) // 2
