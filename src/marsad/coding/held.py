"""Who is held: the people that an arrest or abduction was done to, where its own words count or name them.

Comes in: the counter of a report and the tokens that tolls have used. Goes out: tolls of captives, for one event at a time.
"""

from __future__ import annotations

from marsad.coding.actors import ARMED, Party
from marsad.coding.counts import Count
from marsad.coding.scan import Scan
from marsad.coding.tolls import Toll, TollFinder, toll_of

_REACH = 9  # tokens from an arrest to those arrested

_OWNER = 3  # tokens from a house to its owner's name
_GOVERNING = frozenset(["علي", "من"])  # "القبض على سالم", "كل من سالم"


class HeldFinder:
    """Finds the captives of one report's arrests and abductions."""

    def __init__(self, scan: Scan, finder: TollFinder, events: set[int]) -> None:
        """events: the tokens at which events begin: one that is joined ("وصادرت ثلاثة مخازن") has objects of its own."""
        self.scan, self.words, self.finder, self.events = scan, scan.words, finder, events
        self.beside, self.counter, self.small, self.dated = finder.beside, finder.counter, finder.small, finder.dated

    def held(self, first: int, last: int, noun: bool) -> list[Toll]:
        """The people of the arrest at tokens first..last: "أوقفت القوات … 320 شخصا", "أربعة خطفوا", "اعتقال سالم الحمدو"."""
        start, end = self.scan.sentence_of(first)
        counts = self._after(first, last, end)
        if counts is None:
            if noun:
                counts = self.counter.people(last + 1, end, named=not self.words[first].startswith("ال"), bare=False)
            else:
                counts = self.beside.before(first, start)
        tolls = [toll_of("captured", c, first) for c in counts]
        return tolls + self.finder.parts(tolls[-1], counts[-1].last + 1, end) if tolls else []

    def _after(self, first: int, last: int, end: int) -> list[Count] | None:
        i, party, quantity = last + 1, self.counter.party, self.counter.quantity
        clauses = steps = 0
        while i <= end and steps < _REACH and clauses <= 1:
            steps += i not in self.dated
            aside = self._aside(i, end)
            if aside is not None:
                i = aside
                continue
            apart = i > last + 1 and (i in self.beside.harm or (i in self.events and self.words[i].startswith("و")))
            if i in self.beside.used or apart:
                return None
            if self._may_be_held(i, party.get(i)):
                return self.counter.people(i, end)
            if clauses == 0 and self._is_named(i):
                return self.counter.people(i, end, named=True)
            if i in quantity:
                i = quantity[i].last + 1
            if i <= end:
                clauses += self.scan.clause[i] != self.scan.clause[i - 1]
            i = party[i].last + 1 if i in party else i + 1
        return None

    def _aside(self, i: int, end: int) -> int | None:
        """Behind a date between commas: "أوقفت، منذ أمس الجمعة، 320"."""
        if self.words[i] not in "،,":
            return None
        j = i + 1
        while j <= end and (j in self.dated or self.words[j] in self.small.prepositions):
            j += 1
        return j + 1 if j > i + 1 and j <= end and self.words[j] in "،," else None

    def _is_named(self, i: int) -> bool:
        """ "اعتقلت القوات سالم الحمدو", "المدعو سالم": somebody's name begins here, as far as the list of given names goes."""
        if self.words[i] in self.small.offices and self.words[i - 1] == "علي":
            return True  # "القبض على زعيم التنظيم"
        if i in self.counter.party or self.words[i - 1] in self.small.no_names - self.small.between - _GOVERNING:
            return False
        if any(j in self.scan.cues.get("sites", {}) for j in range(i - _OWNER, i)):
            return False  # "منزل جده سالم الحمدو"
        return self.words[i] in self.small.given_names or self.words[i - 1] in self.small.called

    def _may_be_held(self, i: int, party: Party | None) -> bool:
        if i in self.counter.quantity or i in self.counter.others:
            return True
        if self.words[i].removeprefix("و") in self.small.one_of:
            return True
        if self.words[i] in self.small.no_names and not self.scan.written(i).startswith("إ"):
            return False  # "أمام" is no "إمام"
        owned = i - 1 in self.scan.cues.get("sites", {})  # "منزل مواطن" is searched, and its owner not held
        if party is None or party.person is None or owned or (party.kind in ARMED and party.number in ("pl", "group")):
            return False
        general = party.number == "pl" and self.words[i].removeprefix("و").startswith("ال") and party.bare
        return not general  # "تعتقل المدنيين": whom it arrests, not how many
