"""Lists of places: "مدينتي نوى والشيخ مسكين", "قرى كذا وكذا", "الحوطة وكذا بمحافظة كذا".

Comes in: the first mention of a list. Goes out: the mentions of those that follow it. A list vouches for its members: after a kind word
in the plural, or between two names that are places for certain, a word is a name that would be none alone.
"""

from __future__ import annotations

import msgspec

from marsad.coding.place_lead import Lead
from marsad.coding.place_mention import PlaceMention
from marsad.coding.place_name import Name, NameReader
from marsad.text.tokens import variants

_LIST_LIMIT = 16
_COMMAS = frozenset("،,")


class ListReader(NameReader):
    """Reads what goes on behind a mention."""

    # ---- mentions ----------------------------------------------------------------------------------------------------
    def _mention(self, at: int, lead: Lead, name: Name) -> PlaceMention:
        heading, last = lead.heading, name.last
        if lead.relation is not None and lead.relation.id == "countryside":
            behind, after = self._heading(last + 1)
            if behind is not None:
                heading, last = behind, after - 1
        kind = lead.kind if lead.kind_first is None or name.first >= lead.kind_first else None
        return PlaceMention(
            first=at, last=last, core_first=name.first, core_last=name.last, kind_first=lead.kind_first if kind and lead.kind_first is not None else name.first, key=name.key,
            kind_word=kind.word if kind else None, relation=lead.relation.id if lead.relation else None,
            name_words=self._core_words(name), weak=name.weak, pro=name.pro, heading=heading, bare=name.bare,
        )  # fmt: skip

    def _core_words(self, name: Name) -> tuple[str, ...]:
        first = self.words[name.first]
        for rest, pro in variants(first) if name.pro else ():
            if pro == name.pro:
                first = rest
        return (first, *self.words[name.first + 1 : name.last + 1])

    # ---- lists -------------------------------------------------------------------------------------------------------
    def _listed(self, first: PlaceMention, lead: Lead) -> list[PlaceMention]:
        """Names that share a dual or plural kind word or a relation: "مدينتي نوى والشيخ مسكين", "قرى كذا وكذا"."""
        between = lead.relation is not None and lead.relation.id == "between"
        if not between and (lead.kind is None or lead.kind.number == "sg"):
            return self._between_names(first)
        pair = between or (lead.kind is not None and lead.kind.number == "dual")
        out: list[PlaceMention] = []
        last = first.last
        while len(out) < (1 if pair else _LIST_LIMIT):
            item = self._next_item(last, first, lead)
            if item is None:
                break
            out.append(item)
            last = item.last
        return out

    def _next_item(self, last: int, first: PlaceMention, lead: Lead) -> PlaceMention | None:
        """The next of a list behind token last: a name, or one with a kind word of its own ("قرى كذا وجبل كذا وكذا")."""
        at = last + 1
        if at < len(self.words) and self.words[at] in _COMMAS:
            at += 1
        name = self._after_and(at, lead, needs_and=at == last + 1)
        if name is not None:
            item = self._mention(at, msgspec.structs.replace(lead, at=name.first, kind_first=None), name)
            item.kind_word, item.kind_first = first.kind_word, name.first
            return item
        if at >= len(self.words) or not self.words[at].startswith("و") or at in self.blocked:
            return None
        own = self._lead(at)
        if own.kind is None or own.kind.number != "sg" or own.kind_first != at:
            return None
        name = self._name(own)
        return self._mention(at, own, name) if name is not None else None

    def _after_and(self, at: int, lead: Lead, needs_and: bool) -> Name | None:
        if at >= len(self.words) or at in self.blocked or (needs_and and not self.words[at].startswith("و")):
            return None
        best = None
        for reading in self.gazetteer.readings(self.words[at]):
            if reading.pro == ("و" if needs_and or (self.words[at].startswith("و") and reading.pro) else ""):
                found = self.gazetteer.longest(reading, self.words[at + 1 : at + 6], after_kind=True)
                if found is not None:
                    best = Name(at, at + found[0] - 1, found[1], reading.pro)
        if best is not None and best.key is not None and best.first == best.last and self._is_longer(best):
            best = None
        if best is None and lead.kind is not None and self.words[at].startswith("و"):
            best = self._unknown_after_and(at, lead.kind.form == "name")
        return best

    def _is_longer(self, name: Name) -> bool:
        """Whether a village's name of one word is but the first of a longer one: "مرج الزهور", "السد القديم"."""
        if self.words[name.first].removeprefix("و") in self.vocabulary.openers:
            return self._can_name(self._word(name.last + 1))
        return self._is_tail(name.last + 1) and not (name.key is not None and self.gazetteer.is_known_town(name.key))

    def _unknown_after_and(self, at: int, free: bool) -> Name | None:
        """A name on a list that no gazetteer knows. free: one word is enough, else it must be definite or a name in form ("سي فرج")."""
        word, behind = self.words[at][1:], self._word(at + 1)
        if not self._may_be_listed(word):
            return None
        opens, definite = word in self.vocabulary.openers, word.startswith("ال")
        if opens and self._can_name(behind):
            return Name(at, at + 1, None, "و")
        if behind.startswith("ال") and self._can_name(behind) and self._goes_on(at + 2):
            return Name(at, at + 1, None, "و")  # "السد القديم", "ساقية الكرت"
        if self._is_tail(at + 1) and definite:
            return Name(at, at + 1, None, "و")
        if (free and (self._can_name(word) or self._word(at + 1).startswith("و"))) or (
            definite and self._can_name(word)
        ):
            return Name(at, at, None, "و")
        return None

    def _may_be_listed(self, word: str) -> bool:
        """Whether a word can be a name if a list asks for one, whatever its ending."""
        vocabulary = self.vocabulary
        return (
            len(word) > 1
            and word[0].isalpha()
            and not any(word in words for words in (vocabulary.not_names, vocabulary.kinds, vocabulary.relations, vocabulary.tails, vocabulary.sites))
            and word not in self.gazetteer.adjectives
        )  # fmt: skip

    def _goes_on(self, at: int) -> bool:
        """Whether a list ends or goes on at a token, so that the words before it are all of one name."""
        word = self._word(at)
        return (
            not word
            or not word[0].isalpha()
            or word[0] in "وب"
            or word in self.vocabulary.containing
            or word in self.vocabulary.relations
        )

    def _between_names(self, first: PlaceMention) -> list[PlaceMention]:
        """An unknown name that only its list shows: between two places ("بوعطني وسي فرج والصابري"), or before what holds both.

        Holding both: "الحوطة وبني كذا بمحافظة لحج". Only names whose form says that they are names are believed there.
        """
        at = first.last + 1
        if first.key is None or first.weak or not self._word(at).startswith("و") or at in self.blocked:
            return []
        known = self._known(at, Lead(at))
        if known is not None and not (known.weak or known.bare):
            return []
        forms = [n for n in (self._unknown_after_and(at, free=False), self._two_words(at), known) if n is not None]
        name = next((n for n in forms if self._is_sure(n.last + 1)), None)
        if name is None and self.words[at][1:] in self.vocabulary.openers:
            name = next((n for n in forms if n.key is None and self._is_held(n.last + 1)), None)
        if name is None and known is not None and known.weak and self._is_held(known.last + 1):
            name = known
        if name is None:
            return []
        name.weak = first.bare
        item = self._mention(at, Lead(at), name)
        item.kind_word = first.kind_word
        return [item]

    def _is_sure(self, at: int) -> bool:
        """Whether a place that needs no list begins at a token with و."""
        name = self._known(at, Lead(at)) if self._word(at).startswith("و") else None
        return name is not None and name.pro == "و" and not name.weak

    def _two_words(self, at: int) -> Name | None:
        """ "سي فرج" on a list of places."""
        if self._may_be_listed(self.words[at][1:]) and self._can_name(self._word(at + 1)):
            return Name(at, at + 1, None, "و")
        return None

    def _is_held(self, at: int) -> bool:
        """Whether an area that contains what stands before it begins at a token: "بمحافظة لحج", "في ريف حلب"."""
        while self._word(at) in self.vocabulary.containing:
            at += 1
        words = {rest for rest, pro in variants(self._word(at)) if pro in ("", "ب", "ل")}
        relations, kinds = self.vocabulary.relations, self.vocabulary.kinds
        return any(
            (w in relations and relations[w][0][1].id == "countryside") or (w in kinds and kinds[w].level == "admin")
            for w in words
        )

    def _word(self, at: int) -> str:
        return self.words[at] if at < len(self.words) else ""
