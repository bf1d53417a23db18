"""Counted people that stand before their verb, or apart from it: "ثلاثة مدنيين بينهم طفل قتلوا", "أن جنديا من الحرس قتل", "قتل في الحي 21 شخصا".

Comes in: the counter of a report, and the tokens that other tolls have used. Goes out: `Count`s, as asked for by the word of harm that
they belong to (coding/tolls.py). What the verb's form cannot have as its subject is no count of it.
"""

from __future__ import annotations

from marsad.coding.actors import Party
from marsad.coding.counts import Count, Counter
from marsad.coding.scan import Scan

_BEFORE = 14  # tokens from a number to the verb that its people are the subject of
_SUBJECT = 9  # tokens from "أن" to the verb of the one person behind it
_JOINED = 8  # tokens of a noun phrase that another is joined to
_BEHIND = 9  # tokens from a verb to the number behind the place that it names first


class Beside:
    """Finds the people of a verb that does not stand right before them."""

    def __init__(self, scan: Scan, parties: list[Party], counter: Counter, used: set[int]) -> None:
        self.scan, self.words, self.counter, self.used = scan, scan.words, counter, used
        self.small, self.party = counter.small, counter.party
        self.inside_party = {i: p for p in parties for i in range(p.first, p.last + 1)}
        self.harm = self.counter.harm

    def party_before(self, i: int, first: int, reach: int = 3) -> Party | None:
        """The party that ends within reach before token i, with no stop and no other harm between."""
        for j in range(i - 1, max(first, i - 1 - reach) - 1, -1):
            party = self.inside_party.get(j)
            if party is not None:
                return party
            if self.words[j] in "،.؛:" or j in self.harm:
                return None
        return None

    def before(self, i: int, first: int, plural: bool = True, many: bool = True) -> list[Count]:
        """ "ثلاثة مدنيين قتلوا": the count stands before its verb, in the same clause or just behind أن, with those joined to it.

        plural: the verb agrees with many, so that what is said of them may stand in between.  many: it can have a number of
        people as its subject at all, as a feminine singular cannot.
        """
        for j in range(i - 1, max(first, i - _BEFORE) - 1, -1):
            if j in self.used or j in self.harm:
                return []
            quantity = self.counter.quantity_end.get(j)
            if quantity is not None and quantity.first >= first:
                if not many:
                    return []
                count = self.counter.quantified(quantity, i - 1)
                apart = any(w in "،,:)" for w in self.words[quantity.last + 1 : i])
                if count is None or (apart and not (plural and count.victims is not None)):
                    return []
                return [*self._joined_before(count, first), count]
        return self._one_before(i, first)

    def _one_before(self, i: int, first: int) -> list[Count]:
        """ "طفل قتل", "طفلة ووالدتها أصيبتا"."""
        party = self.party_before(i, first, reach=2)
        if party is None or not _is_counted(party) or party.pro.endswith(("ب", "ل")):
            return []
        n = 1 if party.number == "sg" else 2
        mate = self.inside_party.get(party.first - 1)
        if party.pro == "و" and n == 1 and mate is not None and mate.person is not None and mate.number == "sg":
            return self.counter.people(mate.first, party.last)
        return [Count(n, n, n, party.first, party.last, party)]

    def _joined_before(self, count: Count, first: int) -> list[Count]:
        """ "12 متشددا وخمسة مدنيين قتلوا": those that the count is joined to."""
        out: list[Count] = []
        while True:
            joined = self.words[count.first].startswith("و")
            end = count.first - 1 if joined else count.first - 2
            if end < first or (not joined and self.words[count.first - 1] != "و"):
                return out
            before = next((c for p in range(end, max(first, end - _JOINED) - 1, -1) if (c := self._ends(p, end))), None)
            if before is None:
                return out
            out.insert(0, before)
            count = before

    def _ends(self, p: int, end: int) -> Count | None:
        """The counted people at token p, if their phrase reaches to token end; an adjective or two may follow the noun."""
        if p in self.used or p in self.harm or (p - 1 in self.counter.quantity_end and p not in self.counter.quantity):
            return None
        party = self.party.get(p)
        if p in self.counter.quantity:
            count = self.counter.quantified(self.counter.quantity[p], end)
        elif party is not None and _is_counted(party) and not party.pro.strip("و"):
            n = 1 if party.number == "sg" else 2
            count = Count(n, n, n, p, party.last, party)
        else:
            return None
        return count if count is not None and count.victims is not None and end - count.last <= 1 else None

    def subject(self, i: int, first: int) -> list[Count]:
        """ "أن جنديا من الحرس قتل": one person between "أن" and the verb, as the subject of a verb whose object does not follow."""
        for j in range(i - 1, max(first, i - _SUBJECT) - 1, -1):
            if j in self.harm or j in self.used or self.scan.clause[j] != self.scan.clause[i]:
                return []
            if self.words[j] not in self.small.that:
                continue
            start = j + 1 if self.words[j + 1].isalnum() else j + 2
            party = self.party.get(start)
            if party is not None and party.last < i and _is_counted(party) and party.number == "sg" and not party.pro:
                end = self.counter.named_until(party, i - 1)
                return [Count(1, 1, 1, start, max(end, party.last), party)]
            one = self.counter.one(start, i - 1, False, False) if self.words[start] in self.small.one_of else None
            return [one] if one is not None else []
        return []

    def antecedent(self, i: int, first: int) -> list[Count]:
        """ "الصحفي سالم الحمدو الذي قتل في غارة": the one of whom the relative clause at the verb i tells, named or a person."""
        if i - 2 < first or self.words[i - 1] not in self.small.who:
            return []
        party = self.party_before(i - 1, first, reach=2)
        if party is None or not _is_counted(party) or party.number != "sg" or party.pro.endswith("ب"):
            return []
        return [Count(1, 1, 1, party.first, i - 2, party)]

    def behind(self, i: int, last: int) -> list[Count]:
        """ "قتل في حي الفردوس 21 شخصا": the count behind the place or the blow that the verb names first."""
        if i > last or self.words[i] not in self.small.prepositions:
            return []
        for j in range(i + 1, min(i + _BEHIND, last) + 1):
            if j in self.harm or self.words[j] in "،؛:" or self.words[j].startswith("و"):
                return []
            if j in self.counter.quantity:
                count = self.counter.quantified(self.counter.quantity[j], last)
                governed = self.words[j - 1] in self.small.prepositions
                return [count] if count and count.victims is not None and not governed else []
        return []


def _is_counted(party: Party) -> bool:
    return party.person not in (None, "family") and party.number in ("sg", "dual")
