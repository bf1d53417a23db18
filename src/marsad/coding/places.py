"""Where a report says things happened: the places it mentions, and which place on the map each mention means.

Comes in: `Tokens` and a `Gazetteer`. Goes out: `PlaceMention`s in text order (here), then for the whole report at once a
`ResolvedPlace` a mention (`locate`, in `place_choice`). A mention is a name that the gazetteer knows, or a name recognised by
its form (قرية / حي / معبر + name), with the kind word and the words of relation before it. Nothing can go wrong: a text without
places has no mentions, and a mention that no place fits stays unresolved.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from marsad.coding.place_choice import ResolvedPlace, locate, place_ref
from marsad.coding.place_lead import Lead
from marsad.coding.place_mention import PlaceMention
from marsad.coding.place_name import Name, NameReader
from marsad.coding.place_support import supported
from marsad.knowledge.gazetteer import COMMON, LEAD, LONG, Gazetteer
from marsad.knowledge.place_names import bare
from marsad.knowledge.place_words import KindWord
from marsad.text.tokens import Tokens, variants

__all__ = ["PlaceMention", "ResolvedPlace", "find_places", "locate", "place_ref"]

_LIST_LIMIT = 12


def find_places(
    tokens: Tokens,
    gazetteer: Gazetteer,
    blocked: set[int] | None = None,
    parties: Mapping[int, int] | None = None,
) -> list[PlaceMention]:
    """Every mention of a place, in text order; mentions do not overlap.

    Args:    blocked: indexes of tokens that belong to something else (an actor's name): no place is read from them.
             parties: first to last token of the parties named: a site may be theirs ("مقر قوات كذا").
    """
    return _Finder(tokens, gazetteer, blocked or set(), parties or {}).run()


class _Finder(NameReader):
    """One pass over one report."""

    def run(self) -> list[PlaceMention]:
        out: list[PlaceMention] = []
        at, size, may_start = 0, len(self.words), self.gazetteer.may_start
        while at < size:
            way = may_start(self.words[at])
            listed = bool(out) and out[-1].last == at - 1 and self.words[at].startswith("و")
            if not way or at in self.blocked or (way <= LONG and not listed and not self._may_go_on(at, way)):
                at += 1
                continue
            found = self._read(at) if way == LEAD else self._plain(at)
            out += found
            at = found[-1].last + 1 if found else at + 1
        return [self._put_back(m) for m in supported(out, self.words, self.gazetteer)]

    def _put_back(self, mention: PlaceMention) -> PlaceMention:
        """The mention with the positions of the report's own tokens."""
        for field in ("first", "last", "core_first", "core_last", "kind_first"):
            setattr(mention, field, self.place_of[getattr(mention, field)])
        return mention

    def _is_contained_next(self, at: int) -> bool:
        """Whether a common word can be a name: "في السلام بريف إدلب", with a preposition before it and its container right behind."""
        if at == 0 or not (self.words[at].startswith("ب") or self.words[at - 1] in self.vocabulary.containing):
            return False
        behind = self.words[at + 1] if at + 1 < len(self.words) else ""
        return behind in self.vocabulary.containing or behind.startswith("ب")

    def _may_go_on(self, at: int, way: int) -> bool:
        """Whether the words behind make a mention of a word that is none alone."""
        if way == LONG and at + 1 < len(self.words) and self.gazetteer.goes_on(self.words[at], self.words[at + 1]):
            return True
        return self._is_contained_next(at)

    def _plain(self, at: int) -> list[PlaceMention]:
        """A mention that starts with its name."""
        lead = Lead(at)
        name = self._known(at, lead)
        return [self._mention(at, lead, name)] if name is not None else []

    # ---- one mention, or a list of them, starting at a token ----------------------------------------------------------
    def _read(self, at: int) -> list[PlaceMention]:
        lead = self._lead(at)
        name = self._name(lead)
        whole = self._known(at, Lead(at)) if lead.relation is not None else None  # "شمال سيناء" is a name of its own
        if (
            whole is not None
            and whole.last > whole.first
            and not whole.weak
            and (name is None or whole.last >= name.last)
        ):
            lead, name = Lead(at), whole
        if name is None:
            return (
                self._nameless(at, lead) or self._anaphor(at, lead) or self._generic(at, lead) or self._site(at, lead)
            )
        first = self._mention(at, lead, name)
        return [first, *self._listed(first, lead)]

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

    def _nameless(self, at: int, lead: Lead) -> list[PlaceMention]:
        """A countryside told by its direction alone ("الريف الغربي"): which one is for the rest of the report to say."""
        if lead.relation is None or lead.relation.id != "countryside" or lead.heading is None or lead.kind is not None:
            return []
        return [
            PlaceMention(
                at,
                lead.relation_last,
                at,
                lead.relation_last,
                at,
                None,
                None,
                "countryside",
                tuple(self.words[at : lead.at]),
                False,
                "",
                lead.heading,
            )
        ]

    def _anaphor(self, at: int, lead: Lead) -> list[PlaceMention]:
        """A definite kind word that stands for a place named before: "المدينة", "شمالي البلاد", "الريف الغربي للناحية"."""
        where = lead.at if lead.kind is None else lead.kind_first
        if (
            where is None
            or (lead.kind is not None and self.words[where] not in self.vocabulary.anaphors)
            or where >= len(self.words)
            or where in self.blocked
        ):
            return []
        behind = self.words[where + 1] if where + 1 < len(self.words) else ""
        if behind in self.vocabulary.tails or (
            behind.startswith("ال") and behind not in self.gazetteer.adjectives and not lead.relation
        ):
            return []
        for rest, pro in variants(self.words[where]) if where == at or lead.definite else ((self.words[where], ""),):
            kind = self.vocabulary.anaphors.get(rest)
            if kind is not None and pro in ("", "و", "ب", "ل", "وب", "ول"):
                relation = lead.relation.id if lead.relation else None
                last = where + 1 if behind in self.gazetteer.adjectives and kind == "العاصمة" else where
                return [
                    PlaceMention(
                        at,
                        last,
                        where,
                        last,
                        where,
                        None,
                        kind,
                        relation,
                        (rest,),
                        False,
                        pro,
                        lead.heading,
                        anaphor=True,
                    )
                ]
        return []

    def _generic(self, at: int, lead: Lead) -> list[PlaceMention]:
        """A site told by its kind and an adjective: "سوق شعبي", "السجن المركزي"."""
        here = lead.at - 1 if lead.kind is not None else lead.at
        if lead.kind is not None and lead.kind_first != here:
            return []
        if (
            here >= len(self.words) - 1
            or here in self.blocked
            or self.words[here + 1] not in self.vocabulary.site_adjectives
        ):
            return []
        for rest, pro in variants(self.words[here]) if here == at or lead.definite else ((self.words[here], ""),):
            kind = self._site_noun(rest)
            if kind is not None and rest.startswith("ال") == self.words[here + 1].startswith("ال"):
                relation = lead.relation.id if lead.relation else None
                return [PlaceMention(at, here + 1, here, here + 1, here, None, kind.word, relation, (rest, self.words[here + 1]), False, pro,
                                     lead.heading, generic=True)]  # fmt: skip
        return []

    def _site(self, at: int, lead: Lead) -> list[PlaceMention]:
        """A site told by its noun and what belongs to it: "مخزن للذخيرة", "مقر الحزب", "نقطة تفتيش"."""
        here = lead.at - 1 if lead.kind is not None else lead.at
        if here >= len(self.words) or here in self.blocked or (lead.kind is not None and lead.kind_first != here):
            return []
        behind = self.words[here + 1] if here + 1 < len(self.words) else ""
        for rest, pro in variants(self.words[here]) if here == at or lead.definite else ((self.words[here], ""),):
            if pro and pro[-1] not in "وبلف":
                continue  # "كقاعدة"
            pair = (rest, behind) in self.vocabulary.site_pairs
            if not pair and rest not in self.vocabulary.sites and rest.removesuffix("ا") not in self.vocabulary.sites:
                continue
            last = self._site_end(here + pair)
            kind = self._site_noun(rest)
            relation = lead.relation.id if lead.relation else None
            return [PlaceMention(at, last, here, last, here, None, kind.word if kind else None, relation,
                                 (rest, *self.words[here + 1 : last + 1]), False, pro, lead.heading, generic=True)]  # fmt: skip
        return []

    def _site_end(self, last: int) -> int:
        """The last token of what belongs to a site's noun: adjectives, a noun with the article or ل, a party; four words at most."""
        start = last
        while last + 1 < len(self.words) and last - start < 4:
            word = self.words[last + 1]
            if last + 1 in self.parties:
                return self.parties[last + 1] if not word.startswith(("و", "ب")) else last
            belongs = (
                word.startswith("لل")
                or word in self.vocabulary.site_adjectives
                or word in self.gazetteer.adjectives
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

    def _listed(self, first: PlaceMention, lead: Lead) -> list[PlaceMention]:
        """Names that share a dual or plural kind word or a relation: "مدينتي نوى والشيخ مسكين", "قرى كذا وكذا"."""
        out: list[PlaceMention] = []
        plural = lead.kind is not None and lead.kind.number != "sg"
        between = lead.relation is not None and lead.relation.id == "between"
        last = first.last
        while (plural or between) and len(out) < _LIST_LIMIT:
            at = last + 1
            if at < len(self.words) and self.words[at] in "،,":
                at += 1
            name = self._after_and(at, lead, needs_and=at == last + 1)
            if name is None:
                break
            item = self._mention(at, msgspec.structs.replace(lead, at=name.first, kind_first=None), name)
            item.kind_word, item.kind_first = first.kind_word, name.first
            out.append(item)
            last = item.last
            if (lead.kind is not None and lead.kind.number == "dual") or between:
                break
        return out

    def _after_and(self, at: int, lead: Lead, needs_and: bool) -> Name | None:
        if at >= len(self.words) or at in self.blocked or (needs_and and not self.words[at].startswith("و")):
            return None
        best = None
        for reading in self.gazetteer.readings(self.words[at]):
            if reading.pro == ("و" if needs_and or (self.words[at].startswith("و") and reading.pro) else ""):
                found = self.gazetteer.longest(reading, self.words[at + 1 : at + 6], after_kind=True)
                if found is not None:
                    best = Name(at, at + found[0] - 1, found[1], reading.pro)
        if (
            best is None
            and lead.kind is not None
            and self.words[at].startswith("و")
            and self._can_name(self.words[at][1:])
            and lead.kind.form == "name"
        ):
            last = at
            if (
                self.words[at][1:] in self.vocabulary.openers
                and at + 1 < len(self.words)
                and self._can_name(self.words[at + 1])
            ):
                last = at + 1
            best = Name(at, last, None, "و")
        return best
