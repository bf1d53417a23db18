"""Where a report says things happened: the places it mentions, and which place on the map each mention means.

Comes in: `Tokens` and a `Gazetteer`. Goes out: `PlaceMention`s in text order (here), then for the whole report at once a
`ResolvedPlace` a mention (`locate`, in `place_choice`). A mention is a name that the gazetteer knows, or a name recognised by
its form (قرية / حي / معبر + name), with the kind word and the words of relation before it. Nothing can go wrong: a text without
places has no mentions, and a mention that no place fits stays unresolved.
"""

from __future__ import annotations

from collections.abc import Mapping

from marsad.coding.place_choice import ResolvedPlace, locate, place_ref
from marsad.coding.place_lead import Lead
from marsad.coding.place_mention import PlaceMention
from marsad.coding.place_site import SiteReader
from marsad.coding.place_support import supported
from marsad.knowledge.gazetteer import LEAD, LONG, Gazetteer
from marsad.text.tokens import Tokens

__all__ = ["PlaceMention", "ResolvedPlace", "find_places", "locate", "place_ref"]


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


class _Finder(SiteReader):
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
        if name is None:
            return []
        first = self._mention(at, lead, name)
        return [first, *self._between_names(first)]

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
            found = self._nameless(at, lead) or self._anaphor(at, lead) or self._generic(at, lead)
            found = found or self._site(at, lead)
            return found or (self._site(at, Lead(at)) if lead.relation is not None else [])
        first = self._mention(at, lead, name)
        return [first, *self._listed(first, lead)]

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
        for rest, pro in self._forms_at(where, at, lead):
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
