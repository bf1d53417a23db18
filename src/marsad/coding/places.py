"""Where a report says things happened: the places it mentions, and which place on the map each mention means.

Comes in: `Tokens` and a `Gazetteer`. Goes out: `PlaceMention`s in text order (here), then for the whole report at once a
`ResolvedPlace` a mention (`locate`, in `place_choice`). A mention is a name that the gazetteer knows, or a name recognised by
its form (قرية / حي / معبر + name), with the kind word and the words of relation before it. Nothing can go wrong: a text without
places has no mentions, and a mention that no place fits stays unresolved.
"""

from __future__ import annotations

import msgspec

from marsad.coding.place_choice import ResolvedPlace, locate, place_ref
from marsad.coding.place_mention import PlaceMention
from marsad.knowledge.gazetteer import COMMON, LEAD, Gazetteer, Place, Reading
from marsad.knowledge.place_names import bare, bone
from marsad.knowledge.place_words import KindWord, Relation
from marsad.text.tokens import Tokens, variants

__all__ = ["PlaceMention", "ResolvedPlace", "find_places", "locate", "place_ref"]

_OPENING, _CLOSING = frozenset("\"«“„‘'‹”("), frozenset("\"»”’'›“)")
_PASSED = frozenset("#_")
_LIST_LIMIT = 12


class _Name(msgspec.Struct):
    """A name read at tokens first..last; pro: its proclitics. key is None when only its form says that it is a name."""

    first: int
    last: int
    key: int | None
    pro: str = ""
    weak: bool = False
    bare: bool = False


class _Lead(msgspec.Struct):
    """What was read before a name: relation and kind words. at: where the name must start; to: whether it must come with ل."""

    at: int
    relation: Relation | None = None
    kind: KindWord | None = None
    kind_first: int | None = None
    heading: int | None = None
    definite: bool = False
    relation_last: int = -1


def find_places(tokens: Tokens, gazetteer: Gazetteer, blocked: set[int] | None = None) -> list[PlaceMention]:
    """Every mention of a place, in text order; mentions do not overlap.

    Args:    blocked: indexes of tokens that belong to something else (an actor's name): no place is read from them.
    """
    return _Finder(tokens, gazetteer, blocked or set()).run()


class _Finder:
    """One pass over one report."""

    def __init__(self, tokens: Tokens, gazetteer: Gazetteer, blocked: set[int]) -> None:
        # Hash signs and underscores are passed over: "قرية #الخضيراء", "#ريف_حلب". Positions are put back at the end.
        self.place_of = [i for i, word in enumerate(tokens.words) if word not in _PASSED]
        self.tokens, self.words, self.gazetteer = tokens, [tokens.words[i] for i in self.place_of], gazetteer
        self.blocked = {n for n, i in enumerate(self.place_of) if i in blocked} if blocked else blocked
        self.vocabulary = gazetteer.words

    def run(self) -> list[PlaceMention]:
        out: list[PlaceMention] = []
        at, size, may_start = 0, len(self.words), self.gazetteer.may_start
        while at < size:
            way = may_start(self.words[at])
            if not way or at in self.blocked or (way == COMMON and not self._is_contained_next(at)):
                at += 1
                continue
            found = self._read(at) if way == LEAD else self._plain(at)
            out += found
            at = found[-1].last + 1 if found else at + 1
        return [self._put_back(m) for m in _supported(out, self.words, self.gazetteer)]

    def _put_back(self, mention: PlaceMention) -> PlaceMention:
        """The mention with the positions of the report's own tokens."""
        for field in ("first", "last", "core_first", "core_last", "kind_first"):
            setattr(mention, field, self.place_of[getattr(mention, field)])
        return mention

    def _is_contained_next(self, at: int) -> bool:
        """Whether the next word can tie a name to the area that contains it: without that, a common word is no name."""
        behind = self.words[at + 1] if at + 1 < len(self.words) else ""
        return behind in self.vocabulary.containing or behind.startswith("ب")

    def _plain(self, at: int) -> list[PlaceMention]:
        """A mention that starts with its name."""
        lead = _Lead(at)
        name = self._known(at, lead)
        return [self._mention(at, lead, name)] if name is not None else []

    # ---- one mention, or a list of them, starting at a token ----------------------------------------------------------
    def _read(self, at: int) -> list[PlaceMention]:
        lead = self._lead(at)
        name = self._name(lead)
        whole = self._known(at, _Lead(at)) if lead.relation is not None else None  # "شمال سيناء" is a name of its own
        if (
            whole is not None
            and whole.last > whole.first
            and not whole.weak
            and (name is None or whole.last >= name.last)
        ):
            lead, name = _Lead(at), whole
        if name is None:
            return self._nameless(at, lead) or self._anaphor(at, lead) or self._generic(at, lead)
        first = self._mention(at, lead, name)
        return [first, *self._listed(first, lead)]

    def _lead(self, at: int) -> _Lead:
        lead = _Lead(at)
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

    def _relation(self, lead: _Lead) -> _Lead | None:
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

    def _related(self, lead: _Lead, relation: Relation, last: int, definite: bool) -> _Lead | None:
        heading, at = relation.direction, last + 1
        if definite:
            heading, at = self._heading(at)
            if heading is None and not self._next_has_to(at):
                return None
            if at < len(self.words) and self.words[at] == "من":
                at += 1
        if lead.relation is not None:
            relation, heading = _both(lead.relation, relation), lead.heading if lead.heading is not None else heading
        return _Lead(at, relation, heading=heading, definite=definite, relation_last=at - 1)

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

    def _kind(self, at: int, first: bool, after_to: bool = False) -> KindWord | None:
        if at >= len(self.words):
            return None
        word = self.words[at]
        for rest, pro in variants(word) if first or after_to else ((word, ""),):
            if rest in self.vocabulary.kinds and (first or not pro or pro == "ل"):
                return self.vocabulary.kinds[rest]
        return None

    # ---- names -----------------------------------------------------------------------------------------------------
    def _name(self, lead: _Lead) -> _Name | None:
        whole = None
        if lead.kind is not None and lead.kind_first is not None:
            whole = self._known(lead.kind_first, _Lead(lead.kind_first, lead.relation, definite=lead.definite))
            if whole is not None:
                whole = None if whole.first == whole.last else msgspec.structs.replace(whole, weak=False, bare=False)
        name = self._known(lead.at, lead)
        if whole is not None and (name is None or whole.last >= name.last):
            return whole
        if name is None and lead.kind is not None:
            return self._by_form(lead)
        return name

    def _known(self, at: int, lead: _Lead) -> _Name | None:
        """The best gazetteer name that starts at a token, or None when it is none or not believable here."""
        if at >= len(self.words) or at in self.blocked:
            return None
        best: _Name | None = None
        proven = lead.kind is not None
        for reading in self.gazetteer.readings(self.words[at]):
            if reading.pro and lead.kind is not None:
                continue
            if reading.pro and lead.relation is not None and not (lead.definite and reading.pro == "ل"):
                continue
            found = self.gazetteer.longest(reading, self.words[at + 1 : at + 6], after_kind=lead.kind is not None)
            if found is None:
                continue
            count, key = found
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
            name = _Name(at, at + count - 1, key, reading.pro, weak, bare)
            if best is None or (not name.weak, name.last) > (not best.weak, best.last):
                best = name
        return best

    def _is_no_name(self, word: str, at: int, lead: _Lead) -> bool:
        """Whether a word alone is no name here: "المدينة" refers back, "بن" opens a longer name, "الشرقية" belongs to the noun before."""
        if word in self.vocabulary.not_names:
            return True
        if word in self.vocabulary.anaphors:
            return lead.kind is None or lead.kind.level != "admin"
        if word in self.vocabulary.openers:
            return at + 1 < len(self.words) and self._can_name(self.words[at + 1])
        return word in self.vocabulary.tails and (lead.kind is None or lead.kind.level in ("site", "feature"))

    def _is_weak(self, reading: Reading, count: int, key: int, at: int) -> bool:
        """Whether a name needs support from the words around it."""
        weak = self.vocabulary.weak
        if count > 1:
            return all(bone(w) in weak for w in (reading.rest, *self.words[at + 1 : at + count]))
        if reading.bone in weak or len(reading.bone) <= 2:
            return True
        written = self.gazetteer.written(key)
        if reading.rest in self.gazetteer.adjectives:  # سورية is the country and an adjective; السورية is no country
            located = reading.pro.endswith("ب") or (at > 0 and self.words[at - 1] in self.vocabulary.containing)
            return not located or reading.rest not in self.gazetteer.country_forms(key)
        if reading.rest not in written and _changes_meaning(reading.rest, written):
            return True
        return bool(reading.pro) and len(reading.bone) <= 3 and not self.gazetteer.is_known_town(key)

    def _by_form(self, lead: _Lead) -> _Name | None:
        """A name that no gazetteer knows, after a kind word: in quotation marks, or one to three words that can be a name."""
        kind, at, words = lead.kind, lead.at, self.words
        if kind is None or kind.form == "no" or at >= len(words) or at in self.blocked:
            return None
        if (last := self._quoted(at)) is not None:
            return _Name(at, last, None)
        if not (words[at] in self.vocabulary.openers or self._can_name(words[at])) or (
            kind.form == "proper" and not self._is_proper(at)
        ):
            return None
        last = at
        if words[at] in self.vocabulary.openers and at + 1 < len(words) and self._can_name(words[at + 1]):
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
        return _Name(at, last, None)

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
        if word in vocabulary.kinds or word in vocabulary.relations or word in vocabulary.tails:
            return False
        return word.startswith("ال") or not word.endswith(("يه", "يين", "ون", "ات")) or word in vocabulary.openers

    def _is_proper(self, at: int) -> bool:
        return self.words[at].startswith("ال") or self.words[at] in self.vocabulary.openers

    # ---- mentions ----------------------------------------------------------------------------------------------------
    def _mention(self, at: int, lead: _Lead, name: _Name) -> PlaceMention:
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

    def _core_words(self, name: _Name) -> tuple[str, ...]:
        first = self.words[name.first]
        for rest, pro in variants(first) if name.pro else ():
            if pro == name.pro:
                first = rest
        return (first, *self.words[name.first + 1 : name.last + 1])

    def _nameless(self, at: int, lead: _Lead) -> list[PlaceMention]:
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

    def _anaphor(self, at: int, lead: _Lead) -> list[PlaceMention]:
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

    def _generic(self, at: int, lead: _Lead) -> list[PlaceMention]:
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

    def _site_noun(self, word: str) -> KindWord | None:
        """The kind of a noun of place in the singular, with or without article and accusative ending."""
        for form in (word, bare(word), word.removesuffix("ا"), word.removesuffix("ا") + "ه"):
            kind = self.vocabulary.kinds.get(form)
            if kind is not None and kind.number == "sg" and kind.level in ("site", "admin", "quarter"):
                return kind
        return None

    def _listed(self, first: PlaceMention, lead: _Lead) -> list[PlaceMention]:
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

    def _after_and(self, at: int, lead: _Lead, needs_and: bool) -> _Name | None:
        if at >= len(self.words) or at in self.blocked or (needs_and and not self.words[at].startswith("و")):
            return None
        best = None
        for reading in self.gazetteer.readings(self.words[at]):
            if reading.pro == ("و" if needs_and or (self.words[at].startswith("و") and reading.pro) else ""):
                found = self.gazetteer.longest(reading, self.words[at + 1 : at + 6], after_kind=True)
                if found is not None:
                    best = _Name(at, at + found[0] - 1, found[1], reading.pro)
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
            best = _Name(at, last, None, "و")
        return best


def _changes_meaning(word: str, written: frozenset[str]) -> bool:
    """Whether a word differs from all the written names by more than spelling habits allow for a bare word.

    Names written with the article are common nouns without it (الطبقة / طبقة), and صنعه is not صنعاء; but فطيرة is often written
    الفطيرة, and داريا as دارية.
    """
    if not word.startswith("ال") and "ال" + word in written:
        return True
    return word.endswith("ه") and all(name.endswith("اء") for name in written)


def _both(outer: Relation, inner: Relation) -> Relation:
    """Two relations in a row ("شمال ريف حلب"): the inner one names the area, the outer one only where in it."""
    return inner if inner.id == "countryside" else outer


def _mean_direction(found: list[int]) -> int | None:
    if not found:
        return None
    if len(found) == 1 or abs(found[0] - found[1]) == 180:
        return found[0]
    return 315 if {0, 270} == set(found[:2]) else sum(found[:2]) // 2


def _supported(mentions: list[PlaceMention], words: list[str], gazetteer: Gazetteer) -> list[PlaceMention]:
    """The mentions without those that nothing supports.

    A weak name (a common word) counts with its container right behind; a bare one (a village, and nothing says that a place is
    meant) when a place of the report that is not in doubt lies within 90 km; "المدينة" when a place was named before.
    """
    sure = [
        p for m in mentions if m.key is not None and not (m.weak or m.bare) for p in gazetteer.candidates(m.key)[:6]
    ]
    out: list[PlaceMention] = []
    for n, mention in enumerate(mentions):
        if mention.weak and not _contained(
            mention, mentions[n + 1] if n + 1 < len(mentions) else None, words, gazetteer
        ):
            continue
        if (
            mention.bare
            and not mention.weak
            and mention.key is not None
            and not _has_neighbour(gazetteer.candidates(mention.key), sure)
        ):
            continue
        if mention.anaphor and not out:
            continue
        out.append(mention)
    return out


def _contained(mention: PlaceMention, behind: PlaceMention | None, words: list[str], gazetteer: Gazetteer) -> bool:
    """Whether a mention is followed at once by the area that contains it: "السلام في ريف حلب"."""
    if behind is None or behind.anaphor or (behind.relation != "countryside" and behind.kind_word is None):
        return False
    gap = words[mention.last + 1 : behind.first]
    return all(w in gazetteer.words.containing for w in gap) and (bool(gap) or words[behind.first].startswith("ب"))


def _has_neighbour(places: tuple[Place, ...], others: list[Place]) -> bool:
    """Whether one of the places lies within 90 km of one of the others, countries and regions left aside."""
    points = [(o.lat, o.lon) for o in others if o.kind not in ("country", "region")]
    return any(abs(p.lat - lat) < 0.8 and abs(p.lon - lon) < 1.0 for p in places for lat, lon in points)
