"""The names of places in a text: those of the gazetteer, and those known by their form alone (قرية / حي / معبر + name).

Comes in: a `Lead`. Goes out: a `Name`, or None where no name is believable: common words, first names of persons and adjectives of
nationality are names of villages too, and in news nearly never mean them.
"""

from __future__ import annotations

import msgspec

from marsad.coding.place_lead import Lead, LeadReader
from marsad.knowledge.gazetteer import Reading
from marsad.knowledge.place_names import bone

_ATTACHED = ("تها", "تهم", "تهما", "نها", "نهم", "رها")  # "عودتها", "يسكنها": names end in no pronoun
_OPENING, _CLOSING = frozenset("\"«“„‘'‹”("), frozenset("\"»”’'›“)")


class Name(msgspec.Struct):
    """A name read at tokens first..last; pro: its proclitics. key is None when only its form says that it is a name."""

    first: int
    last: int
    key: int | None
    pro: str = ""
    weak: bool = False
    bare: bool = False


class NameReader(LeadReader):
    """Reads the name behind a lead."""

    def _name(self, lead: Lead) -> Name | None:
        whole = None
        if lead.kind is not None and lead.kind_first is not None:
            whole = self._known(lead.kind_first, Lead(lead.kind_first, lead.relation, definite=lead.definite))
            if whole is not None:
                whole = None if whole.first == whole.last else msgspec.structs.replace(whole, weak=False, bare=False)
        name = self._known(lead.at, lead)
        if (
            whole is not None
            and name is not None
            and whole.last == name.last
            and lead.kind is not None
            and lead.kind.level == "admin"
        ):
            return name  # "مديرية لودر": the town of the name is its seat
        if whole is not None and (name is None or whole.last >= name.last):
            return whole
        if name is not None and lead.kind is not None and (self._quoted(lead.at) or 0) > name.last:
            return self._by_form(lead)  # the quotation marks say where the name ends
        if name is None and lead.kind is not None:
            return self._by_form(lead)
        return name

    def _known(self, at: int, lead: Lead) -> Name | None:
        """The best gazetteer name that starts at a token, or None when it is none or not believable here."""
        if at >= len(self.words) or at in self.blocked:
            return None
        best: Name | None = None
        proven = lead.kind is not None
        for reading in self.gazetteer.readings(self.words[at]):
            if reading.pro and (lead.kind is not None or self.words[at] in self.vocabulary.not_split):
                continue  # "فرقة" is no رقة
            if reading.pro and lead.relation is not None and not (lead.definite and reading.pro == "ل"):
                continue
            found = self.gazetteer.longest(reading, self.words[at + 1 : at + 6], after_kind=lead.kind is not None)
            if found is None:
                continue
            count, key = found
            if count == 1 and (reading.rest, *self.words[at + 1 : at + 2]) in self.vocabulary.not_pairs:
                continue
            if count > 1 and len(reading.bone) < 3 and reading.rest not in self.vocabulary.openers:
                continue  # letters spelt out ("واي بي جي") are not a name run together
            if count == 1 and self._is_no_name(reading.rest, at, lead):
                continue
            weak = not proven and self._is_weak(reading, count, key, at)
            known = self.gazetteer.is_known_town(key)
            if (
                weak
                and known
                and lead.relation is not None
                and lead.relation.proof
                and reading.rest in self.gazetteer.written(key)
            ):
                weak = False
            bare = not proven and lead.relation is None and count == 1 and not known
            name = Name(at, at + count - 1, key, reading.pro, weak, bare)
            if best is None or (not name.weak, name.last) > (not best.weak, best.last):
                best = name
        return best

    def _is_no_name(self, word: str, at: int, lead: Lead) -> bool:
        """Whether a word alone is no name here: "المدينة" refers back, "بن" opens a longer name, "الشرقية" belongs to the noun before."""
        if word in self.vocabulary.not_names or (lead.kind is not None and word in self.vocabulary.kinds):
            return True
        if word in self.vocabulary.owned_sites:
            return lead.kind is None  # "منزله", "بيته"
        if word in self.vocabulary.sites or word.removesuffix("ا") in self.vocabulary.sites:
            return lead.kind is None  # "هدموا منزلا": there are villages of that name
        if word in self.vocabulary.anaphors:
            return lead.kind is None or lead.kind.level != "admin"
        if word in self.vocabulary.openers:
            return lead.kind is None or (at + 1 < len(self.words) and self._can_name(self.words[at + 1]))
        return word in self.vocabulary.tails and (lead.kind is None or lead.kind.level in ("site", "feature"))

    def _is_weak(self, reading: Reading, count: int, key: int, at: int) -> bool:
        """Whether a name needs support from the words around it."""
        weak = self.vocabulary.weak
        if count > 1:
            return all(bone(w) in weak for w in (reading.rest, *self.words[at + 1 : at + count]))
        if reading.bone in weak or len(reading.bone) <= 2:
            return not self._is_a_city_here(reading, key, at)
        written = self.gazetteer.written(key)
        if reading.rest in self.gazetteer.adjectives:  # سورية is the country and an adjective; السورية is no country
            located = reading.pro.endswith("ب") or (at > 0 and self.words[at - 1] in self.vocabulary.containing)
            return not located or reading.rest not in self.gazetteer.country_forms(key)
        if reading.rest not in written and _changes_meaning(reading.rest, written):
            return True
        return bool(reading.pro) and len(reading.bone) <= 3 and not self.gazetteer.is_known_town(key)

    def _is_a_city_here(self, reading: Reading, key: int, at: int) -> bool:
        """ "في الرياض", "من الخليل": with the article and a preposition, what is else somebody's first name is the city."""
        governed = "ب" in reading.pro or (at > 0 and self.words[at - 1] in self.vocabulary.containing)
        named = reading.rest.startswith("ال") and reading.rest in self.gazetteer.written(key)
        return governed and named and reading.bone in self.vocabulary.people and self.gazetteer.has_city(key)

    def _by_form(self, lead: Lead) -> Name | None:
        """A name that no gazetteer knows, after a kind word: in quotation marks, or one to three words that can be a name."""
        kind, at, words = lead.kind, lead.at, self.words
        if kind is None or kind.form == "no" or at >= len(words) or at in self.blocked:
            return None
        if (last := self._quoted(at)) is not None:
            return Name(at, last, None)
        opens = words[at] in self.vocabulary.openers and at + 1 < len(words) and self._can_name(words[at + 1])
        if not (opens or self._can_name(words[at])) or (
            (kind.form == "proper" or (kind.number == "pl" and kind.level == "site")) and not self._is_proper(at)
        ):
            return None
        last, follows = at, at + 1 < len(words) and words[at + 1].startswith("ال") and self._can_name(words[at + 1])
        if (
            words[at] in self.vocabulary.anaphors
        ):  # "شارع المدينة الرياضية" is one, "مستشفى المدينة" is a site of the town named before
            return Name(at, at + 1, None) if follows else None
        if opens:
            last = at + 1
        elif (
            not words[at].startswith("ال")
            and at + 1 < len(words)
            and words[at + 1].startswith("ال")
            and self._can_name(words[at + 1])
        ):
            last = at + 1 if kind.level == "site" or len(words[at]) <= 3 else at
        while last - at < 2 and self._is_tail(last + 1):
            last += 1
        return Name(at, last, None)

    def _is_tail(self, at: int) -> bool:
        """Whether a word belongs to the name before it: "الشمالي" does, "شمالي" only where it is not "شمالي إدلب"."""
        if at >= len(self.words) or self.words[at] not in self.vocabulary.tails:
            return False
        behind = self.words[at + 1] if at + 1 < len(self.words) else ""
        return self.words[at] not in self.vocabulary.relations or not self.gazetteer.may_start(behind)

    def _quoted(self, at: int) -> int | None:
        """Last token of a quotation of one to four words that opens right before a token, or None."""
        text, start = self.tokens.text, self.tokens.start[self.place_of[at]]
        if start == 0 or text[start - 1] not in _OPENING:
            return None
        for last in range(at, min(at + 4, len(self.words))):
            end = self.tokens.end[self.place_of[last]]
            if not self.words[last][0].isalnum():
                return None
            if end < len(text) and text[end] in _CLOSING:
                return last
        return None

    def _can_name(self, word: str) -> bool:
        vocabulary = self.vocabulary
        if len(word) < 2 or not word[0].isalpha() or word in vocabulary.not_names or word in self.gazetteer.adjectives:
            return False
        if word.startswith("و") and (word[1:] in vocabulary.kinds or word[1:] in vocabulary.not_names):
            return False
        if len(word) > 4 and word.endswith(_ATTACHED):
            return False
        if word in vocabulary.kinds or word in vocabulary.relations or word in vocabulary.tails:
            return False
        if word.startswith("ب") and (
            word[1:] in vocabulary.relations or word[1:] in vocabulary.kinds or self._is_in_town(word)
        ):
            return False  # "قرى بأطراف", "مستشفى بحيفا"
        if word in vocabulary.site_adjectives and not word.startswith("ال"):
            return False  # "شارع مزدحم", "حي ساحلي"
        return word.startswith("ال") or not word.endswith(("يه", "يين", "ون", "ات")) or word in vocabulary.openers

    def _is_in_town(self, word: str) -> bool:
        return any(
            r.pro == "ب" and r.key is not None and self.gazetteer.has_city(r.key) for r in self.gazetteer.readings(word)
        )

    def _is_proper(self, at: int) -> bool:
        return self.words[at].startswith("ال") or self.words[at] in self.vocabulary.openers


def _changes_meaning(word: str, written: frozenset[str]) -> bool:
    """Whether a word differs from all the written names by more than spelling habits allow for a bare word.

    Names written with the article are common nouns without it (الطبقة / طبقة), and صنعه is not صنعاء; but فطيرة is often written
    الفطيرة, and داريا as دارية.
    """
    if not word.startswith("ال") and "ال" + word in written:
        return True
    return word.endswith("ه") and all(name.endswith("اء") for name in written)
