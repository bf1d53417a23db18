"""Constructions of Arabic that name a side from further away than the words right behind an event word.

Comes in: a draft and its neighbours in the sentence. Goes out: (side, party, rule) for each party that a construction tells: where
fire came from, whom a town was taken from and who held it, who is inside the event word itself, to whom what was hit belongs, who is
joined by "and" to a side. They are proposals as those of coding/frames.py are, and weighed under their own names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from marsad.coding.actors import ARMED, Party

if TYPE_CHECKING:
    from marsad.coding.frames import Draft, Filler

Told = tuple[str, Party, str]

_HELD_REACH = 16  # tokens from a gain to those who held the place
_OWNER_REACH = 5  # tokens from what is hit to its owner
_JOIN_REACH = 5  # tokens between two that are joined by "and"
_BLAME_REACH = 9  # tokens from "blamed" to the one who is


class Constructions:
    """The constructions of one report."""

    def __init__(self, filler: Filler) -> None:
        self.filler, self.scan, self.words = filler, filler.scan, filler.scan.words
        cues = self.scan.cues
        self.ends = {
            kind: {m.last: m for m in cues.get(kind, {}).values()}
            for kind in ("origin", "taken_from", "held_by", "laid")
        }

    def sure(self, draft: Draft, right: int) -> Iterator[Told]:
        """What is plainer than the order of words: asked before the other rules."""
        klass = self.filler.knowledge.events[draft.type].klass
        end = self.scan.sentence_of(draft.first)[1]
        if klass == "explosions":
            yield from self._inside(draft)
            if draft.noun:
                yield from self._origin(draft, right)
        if draft.type == "territory_gain":
            yield from self._holders(draft, right, end)
        if draft.noun and draft.type in ("armed_clash", "assault"):
            yield from self._laid(draft, right)
        yield from self._blamed(draft, end)

    def likely(self, draft: Draft, right: int) -> Iterator[Told]:
        """What holds where the other rules left a side open: asked after them."""
        klass = self.filler.knowledge.events[draft.type].klass
        if klass in ("explosions", "battles", "civilians"):
            yield from self._owners(draft, right)
        yield from self._joined(draft)

    def _inside(self, draft: Draft) -> Iterator[Told]:
        """ "قصف الطيران المروحي", "انتحاري فجر": the event word itself holds its doer."""
        for party in self.filler.parties:
            inside = draft.first <= party.first <= draft.last and party.kind in ARMED and not party.pro.endswith("ل")
            # "هجوم انتحاري" describes the attack; "انتحاري فجر نفسه" is who did it
            adjective = draft.noun and draft.first < party.first == party.last == draft.last
            if inside and not adjective:
                yield "a", party, "doer inside the event word"

    def _origin(self, draft: Draft, right: int) -> Iterator[Told]:
        """ "قصف مماثل من قوات", "قصف من مناطق سيطرة قوات", "قذائف من دبابة": where fire comes from is who fires."""
        for party in self._after(draft, right):
            cue = self.ends["origin"].get(party.first - 1)
            if cue is not None and self._near(draft.last + 1, cue.first - 1):
                yield "a", party, "where the fire came from"

    def _holders(self, draft: Draft, right: int, end: int) -> Iterator[Told]:
        """ "استعاد المدينة من المسلحين", "مواقع كانت تسيطر عليها القوات": who held what was taken."""
        for party in self._after(draft, min(end, draft.last + _HELD_REACH)):
            i = party.first - 1
            if (
                i in self.ends["taken_from"]
                and party.first <= right
                and not self._counts(self.ends["taken_from"][i].first)
            ):
                yield "b", party, "from whom it was taken"
            elif i in self.ends["held_by"]:
                yield "b", party, "who held what was taken"

    def _counts(self, i: int) -> bool:
        """ "عشرات من المسلحين", "مقاتلون من الحركة": "of", not "from": a number or a party stands right before it."""
        return any(p.last == i - 1 for p in self.filler.parties) or i - 1 in self.scan.at.get("harm", {})

    def _laid(self, draft: Draft, right: int) -> Iterator[Told]:
        """ "كمين نصبوه لدورية": for whom an ambush is laid."""
        for party in self._after(draft, right):
            if party.pro == "ل" and party.first - 1 in self.ends["laid"]:
                yield "b", party, "for whom it was laid"

    def _blamed(self, draft: Draft, end: int) -> Iterator[Told]:
        """ "هجوم نسبته أنقرة إلى الحزب", "حملت الحكومة الحركة مسؤولية الهجوم": a named voice says who did it."""
        first = self.scan.sentence_of(draft.first)[0]
        cue = self.scan.has_cue("blamed", first, end)
        if cue is None:
            return
        for party in self.filler.parties:
            near = cue.last < party.first <= cue.last + _BLAME_REACH and party.kind in ARMED
            if near and (party.pro == "ل" or self.words[party.first - 1] in ("الي", "علي")):
                yield "a", party, "who is blamed for it"
                return

    def _owners(self, draft: Draft, right: int) -> Iterator[Told]:
        """ "مدرعة تابعة للشرطة", "نقطة تفتيش مشتركة للجيش": to whom what is hit belongs, over the adjectives between."""
        of, sites = self.filler.ends["of"], self.filler.ends["sites"]
        adjectives = self.scan.at.get("adjective", {})
        for party in self._after(draft, right):
            i = party.first - 1
            if i in of and of[i].entry.data == "ل":
                i = of[i].first - 1
            elif party.pro != "ل":
                continue
            for j in range(i, max(draft.last, i - _OWNER_REACH), -1):
                if j in sites:
                    yield "b", party, "owner of what is hit"
                    break
                if j not in adjectives and not self.words[j].endswith(("ي", "يه", "ه", "ا")):
                    break

    def _joined(self, draft: Draft) -> Iterator[Told]:
        """ "الحوثيين وقوات صالح", "داعش شمال البلاد، وحزب": who is joined by "and" to a side, with words of place between."""
        verbs = [self.scan.at.get(kind, {}) for kind in ("trigger", "harm", "report")]
        parties = self.filler.parties
        for n, party in enumerate(parties[1:], 1):
            before = parties[n - 1]
            side = "a" if before in draft.side_a else "b" if before in draft.side_b else ""
            if not side or not party.pro.startswith("و") or (before.kind in ARMED and party.kind not in ARMED):
                continue
            if "between" in draft.rules.get(id(before), "") or party.first - before.last > _JOIN_REACH + 1:
                continue
            if self.scan.sentence[party.first] != self.scan.sentence[before.last]:
                continue
            if not any(i in table for table in verbs for i in range(before.last + 1, party.first)):
                yield side, party, f"joined to side {side}"

    def _after(self, draft: Draft, last: int) -> list[Party]:
        return [p for p in self.filler.parties if draft.last < p.first and p.last <= last]

    def _near(self, first: int, last: int) -> bool:
        """Only words that describe the event stand between: no verb, no party, no other event."""
        tables = [self.scan.at.get(kind, {}) for kind in ("trigger", "harm", "report")]
        taken = any(first <= p.first <= last for p in self.filler.parties)
        return last - first < 6 and not taken and not any(i in t for t in tables for i in range(first, last + 1))
