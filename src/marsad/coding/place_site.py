"""Sites that reports tell without a name: "سوق شعبي", "مقر الحزب", "نقطة تفتيش", "منزله", "الأحياء السكنية", "الحدود بين البلدين".

Comes in: a `Lead`. Goes out: a generic mention, or none. The nouns are data (`sites` and its likes in `languages/ar/places.yml`).
"""

from __future__ import annotations

from collections.abc import Iterable

from marsad.coding.place_lead import Lead
from marsad.coding.place_list import ListReader
from marsad.coding.place_mention import PlaceMention
from marsad.knowledge.gazetteer import COMMON
from marsad.knowledge.place_names import bare
from marsad.knowledge.place_words import KindWord
from marsad.text.tokens import variants

_BEHIND = 4  # words that may belong to a site's noun


class SiteReader(ListReader):
    """Reads a site behind a lead."""

    def _forms_at(self, here: int, at: int, lead: Lead) -> Iterable[tuple[str, str]]:
        """The readings of a noun of place: with any proclitic at the start of a mention, with ل behind "المدخل الغربي"."""
        if here == at:
            return variants(self.words[here])
        if lead.definite:
            return [(rest, pro) for rest, pro in variants(self.words[here]) if pro in ("", "ل")]
        return [(self.words[here], "")]

    def _generic(self, at: int, lead: Lead) -> list[PlaceMention]:
        """A site told by its kind and an adjective: "سوق شعبي", "السجن المركزي"."""
        here = lead.at - 1 if lead.kind is not None else lead.at
        if lead.kind is not None and lead.kind_first != here:
            return []
        if here in self.blocked or self._word(here + 1) not in self.vocabulary.site_adjectives:
            return []
        for rest, pro in self._forms_at(here, at, lead):
            kind = self._site_noun(rest)
            if kind is not None and rest.startswith("ال") == self.words[here + 1].startswith("ال"):
                return [self._told(at, here, here + 1, lead, rest, pro)]
        return []

    def _site(self, at: int, lead: Lead) -> list[PlaceMention]:
        """A site told by its noun and what belongs to it: "مخزن للذخيرة", "مقر الحزب", "منزله", "أحد المخيمات"."""
        here = lead.at - 1 if lead.kind is not None else lead.at
        if here >= len(self.words) or here in self.blocked or (lead.kind is not None and lead.kind_first != here):
            return []
        vocabulary, behind = self.vocabulary, self._word(here + 1)
        for rest, pro in self._forms_at(here, at, lead):
            if pro and pro[-1] not in "وبلف":
                continue  # "كقاعدة"
            pair = (rest, behind) in vocabulary.site_pairs
            alone = rest in vocabulary.sites or rest.removesuffix("ا") in vocabulary.sites
            if alone or pair:
                last = self._border_end(here + pair) if rest in vocabulary.borders else self._site_end(here + pair)
                return [self._told(at, here, last, lead, rest, pro)]
            if rest in vocabulary.owned_sites or self._is_one_of(rest, here):
                return [self._told(at, here, self._adjectives_end(here), lead, rest, pro)]
            if rest in vocabulary.sites_with and self._belongs_to_somebody(here + 1):
                return [self._told(at, here, self._site_end(here), lead, rest, pro)]
        return []

    def _told(self, at: int, here: int, last: int, lead: Lead, rest: str, pro: str) -> PlaceMention:
        kind = self._site_noun(rest)
        relation = lead.relation.id if lead.relation else None
        return PlaceMention(at, last, here, last, here, None, kind.word if kind else None, relation,
                            (rest, *self.words[here + 1 : last + 1]), False, pro, lead.heading, generic=True)  # fmt: skip

    def _is_one_of(self, word: str, at: int) -> bool:
        """ "أحد المخيمات", "إحدى القواعد": one of many, which is a site without a name."""
        if not word.startswith("ال") or at == 0 or not self.words[at - 1].endswith(self.vocabulary.one_of):
            return False
        kind = self.vocabulary.kinds.get(word[2:])
        return kind is not None and kind.number == "pl" and kind.level in ("site", "quarter", "settlement")

    def _belongs_to_somebody(self, at: int) -> bool:
        """ "موقع للجيش", "موقع عسكري": without it the noun is none of a site ("موقع الجزيرة")."""
        word = self._word(at)
        return (
            at in self.parties or (word.startswith("لل") and len(word) > 4) or word in self.vocabulary.site_adjectives
        )

    def _border_end(self, last: int) -> int:
        """The last token of a border: "الحدود السورية التركية", "الحدود اليمنية - السعودية", "الحدود بين البلدين"."""
        last = self._adjectives_end(last)
        if self._word(last + 1) in ("-", "–", "/") and self._word(last + 2) in self.gazetteer.adjectives:
            return last + 2
        if self._word(last + 1) == "بين" and self._word(last + 2) == "البلدين":
            return last + 2
        return last

    def _adjectives_end(self, last: int) -> int:
        vocabulary = self.vocabulary
        for _ in range(2):
            word = self._word(last + 1)
            if word not in self.gazetteer.adjectives and word not in vocabulary.directions and not (
                word.startswith("ال") and word in vocabulary.site_adjectives
            ):  # fmt: skip
                break
            last += 1
        return last

    def _site_end(self, last: int) -> int:
        """The last token of what belongs to a site's noun: adjectives, a noun with the article or ل, a party; four words at most."""
        start = last
        while last + 1 < len(self.words) and last - start < _BEHIND:
            word = self.words[last + 1]
            if last + 1 in self.parties:
                return self.parties[last + 1] if not word.startswith(("و", "ب")) else last
            belongs = (
                word.startswith("لل")
                or word in self.vocabulary.site_adjectives
                or word in self.gazetteer.adjectives
                or word in self.vocabulary.directions
                or (word.startswith("ال") and last - start < 2)
            )
            if not belongs or last + 1 in self.blocked or self.gazetteer.may_start(word) > COMMON:
                break
            last += 1
        return last

    def _site_noun(self, word: str) -> KindWord | None:
        """The kind of a noun of place in the singular, with or without article and accusative ending."""
        for form in (word, bare(word), word.removesuffix("ا"), word.removesuffix("ا") + "ه"):
            kind = self.vocabulary.kinds.get(form)
            if kind is not None and kind.number == "sg" and kind.level in ("site", "admin", "quarter"):
                return kind
        return None
