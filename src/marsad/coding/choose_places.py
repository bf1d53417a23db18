"""Which places belong to which event: every place around an event is weighed by how the sentence ties it there.

Comes in: merged events with the rules' proposals (coding/link.py) and the resolved mentions of the report. Goes out: each event's
places. What ties a place to an event: the clause, the word that governs the place's name, the lists and containers it stands in,
and what the report says of it elsewhere. The weights are data (`knowledge/models/place.yml`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from marsad.coding.actors import Party
from marsad.coding.frames import Draft
from marsad.coding.place_mention import PlaceMention, ResolvedPlace
from marsad.coding.rank import Features
from marsad.coding.scan import Scan
from marsad.geo import distance_km
from marsad.knowledge.loader import Knowledge
from marsad.knowledge.place_names import bare, skeleton, words_of
from marsad.text.normalize import fold

_BEFORE, _AFTER = 2, 1  # sentences of the report before and after an event's own in which its places are looked for
_WIDE = frozenset(["governorate", "countryside", "district", "region"])
_HOLDING = _WIDE | {"country", "city"}
_SIDED = frozenset(["area", "part", "country"])
_ORIGIN = 9  # words back in which a party's standing place is looked for
_NEAR_KM = 12.0
_LEAST = 0.4  # an event must be somewhere: without any surer place it takes its best one down to this
_MOVES = frozenset(["deployment", "withdrawal", "displacement", "release"])
"""Kinds of event that have a from and a to."""
_FIRES = frozenset(["air_strike", "drone_strike", "shelling", "chemical_attack", "interception"])
"""Kinds of event in which what strikes comes from somewhere else."""

Ask = Callable[[str, object, object, Features], float]


class PlaceGrammar(msgspec.Struct, frozen=True):
    """The words of `languages/ar/places.yml` that tell how a name hangs in its sentence, folded."""

    governors: Mapping[str, str]
    origins: frozenset[str]
    beside: frozenset[str]
    kinds: frozenset[str]
    relatives: frozenset[str] = frozenset()
    subordinate: frozenset[str] = frozenset()
    site_groups: Mapping[str, str] = {}

    @classmethod
    def of(cls, knowledge: Knowledge) -> PlaceGrammar:
        words = knowledge.words["places"]
        return cls(
            {fold(w): group for group, forms in words["governors"].items() for w in forms},
            frozenset(fold(w) for w in words["origins"]),
            frozenset(fold(w) for w in words["beside"]),
            frozenset(
                fold(w) for kind in words["kinds"] for number in ("sg", "dual", "pl") for w in kind.get(number, ())
            ),
            frozenset(fold(w) for w in words["relatives"]),
            frozenset(fold(w) for w in words["subordinate"]),
            {fold(w): group for group, nouns in words["site_groups"].items() for w in nouns},
        )


class PlaceChooser:
    """The places of the events of one report."""

    def __init__(
        self,
        scan: Scan,
        resolved: Sequence[ResolvedPlace],
        parties: Sequence[Party],
        grammar: PlaceGrammar,
        ask: Ask,
    ) -> None:
        self.scan, self.resolved, self.grammar, self.ask = scan, resolved, grammar, ask
        self.levels = ["site" if place.mention.generic else _level(place) for place in resolved]
        self.named = {
            r.place.id: k for k, r in reversed(list(enumerate(resolved))) if r.place and not r.mention.anaphor
        }
        self.keys: list[str] = []
        for place in resolved:
            self.keys.append(self._key(place))
        self.parties = {p.last for p in parties}
        self.heads = [self._head(k) for k in range(len(resolved))]
        self.held = {(self.keys[n], self.keys[r.inside]) for n, r in enumerate(resolved) if r.inside is not None}
        self.said: dict[str, list[int]] = {}
        for k, key in enumerate(self.keys):
            self.said.setdefault(key, []).append(k)
        spots = [len(v) for key, v in self.said.items() if self.levels[v[0]] == "spot"]
        self.most = max(spots, default=0)

    def choose(self, events: Sequence[Draft]) -> list[list[tuple[int, float]]]:
        """For every event the numbers of its places, each with the answer that chose it; `Draft.places` is set likewise."""
        owners: dict[str, list[Draft]] = {}
        for event in events:
            for part in event.parts:
                for k in part.places[: part.own_places]:
                    owners.setdefault(self.keys[k], []).append(part)
        self.triggers = sorted((first, id(event)) for event in events for first, _ in event.triggers)
        out: list[list[tuple[int, float]]] = []
        before: frozenset[str] = frozenset()
        for event in events:
            out.append(self._of_event(event, before, owners))
            event.places = [k for k, _ in sorted(out[-1], key=lambda c: -c[1])]
            before = frozenset(self.keys[k] for k in event.places)
        return out

    def _of_event(
        self, event: Draft, before: frozenset[str], owners: Mapping[str, list[Draft]]
    ) -> list[tuple[int, float]]:
        own = {self.keys[k]: k for part in event.parts for k in part.places[: part.own_places]}
        best: dict[str, tuple[tuple[int, ...], int, Draft]] = {}
        for part in event.parts:
            for k in self._around(part):
                rank = self._closeness(part, k)
                if self.keys[k] not in best or rank < best[self.keys[k]][0]:
                    best[self.keys[k]] = (rank, k, part)
        chosen: list[tuple[int, float]] = []
        weighed: list[tuple[float, int]] = []
        for key, (_, k, part) in best.items():
            if self._is_empty(k) or self._is_elsewhere(key, k, own, event.type) or self._is_object(k, part):
                continue
            features = self._tie(part, k) | self._standing(key, k, event) | self._company(key, k, own)
            features |= self._among_parts(key, event) | self._words_between(k, part, event)
            features["before_again"] = float(key in before)
            others = [o for o in owners.get(key, ()) if o not in event.parts]
            features["other_owns"] = float(bool(others))
            features["other_owns_here"] = float(any(o.sentence == part.sentence for o in others))
            answer = self.ask("place", event, self.resolved[k], {n: v for n, v in features.items() if v})
            if answer >= 0.5:
                chosen.append((k, answer))
            weighed.append((answer, k))
        answer, k = max(weighed, default=(0.0, 0))
        if not chosen and answer >= _LEAST:
            chosen = [(k, answer)]
        return self._sharpest(chosen)

    def _is_empty(self, k: int) -> bool:
        """ "المدينة" where nothing says which; "أكبر قاعدة في البلاد", which places nothing."""
        place = self.resolved[k]
        if not place.mention.anaphor:
            return False
        return (place.place is None and place.same is None) or (
            place.mention.kind_word == "البلاد" and not place.relation
        )

    def _is_elsewhere(self, key: str, k: int, own: Mapping[str, int], kind: str) -> bool:
        """Beside the event's own places, one that a party comes from or stands in is not weighed."""
        return bool(own) and key not in own and is_origin(self.resolved[k].mention, kind, self.scan, self.grammar)

    def _is_object(self, k: int, part: Draft) -> bool:
        """ "هدموا منزلا": what is destroyed is no place of its destruction, unless something happens in it or at it."""
        site = self.resolved[k].mention
        return (
            part.type == "destruction"
            and site.generic
            and not site.relation
            and self._governor(k, part) not in ("in", "at")
        )

    def _around(self, part: Draft) -> list[int]:
        """The places that may be a mention's: those proposed, and those of the sentences around it."""
        sentence = self.scan.sentence
        return [
            k
            for k, place in enumerate(self.resolved)
            if k in part.places
            or -_AFTER <= part.sentence - sentence[place.mention.first] <= _BEFORE * (not place.mention.generic)
        ]

    def _closeness(self, part: Draft, k: int) -> tuple[int, ...]:
        """Which of several mentions of one place speaks for it: the event's own, one carried, then the nearest."""
        first = self.resolved[k].mention.first
        rank = 0 if self._is_own(k, part) else 1 if k in part.places else 2
        return (rank, abs(part.sentence - self.scan.sentence[first]), abs(part.first - first))

    def _is_own(self, k: int, part: Draft) -> bool:
        return k in part.places[: part.own_places] or k in part.sites

    def _sharpest(self, chosen: list[tuple[int, float]]) -> list[tuple[int, float]]:
        """The chosen places without those that another one names more sharply: "ريف حلب" beside "ريف حلب الشمالي"."""
        words = {k: set(self.resolved[k].mention.name_words) for k, _ in chosen if self._is_countryside(k)}
        return [c for c in chosen if c[0] not in words or not any(words[c[0]] < other for other in words.values())]

    def _is_countryside(self, k: int) -> bool:
        place = self.resolved[k]
        return place.relation == "countryside" or (place.place is not None and place.place.kind == "countryside")

    # ---- what a mention is -------------------------------------------------------------------------------------------
    def _key(self, place: ResolvedPlace) -> str:
        """What makes two mentions one place: its name, or what a noun refers back to, and whether a side or an area of it is meant."""
        same = place.same
        if same is None and place.mention.anaphor and place.place is not None:
            same = self.named.get(place.place.id)
        meant = place if same is None else self.resolved[same]
        words: Sequence[str] = words_of(meant.place.name_ar) if meant.place else meant.mention.name_words
        if len(words) > 1 and words[0] in self.grammar.kinds and not place.mention.generic:
            words = words[1:]
        name, level = skeleton(tuple(words)), _level(place)
        side = place.relation or "" if level in _SIDED or (place.place and place.place.kind == "city") else ""
        explicit = place.mention.kind_word or place.mention.relation or level in ("country", "part")
        return f"{name}|{side}|{'area' if level in _SIDED and explicit else ''}"

    def _head(self, k: int) -> int:
        """The first of the list that a place stands in ("في كذا وكذا"): what governs it governs the others."""
        while k > 0:
            here, before = self.resolved[k].mention, self.resolved[k - 1].mention
            gap = [w for w in self.scan.words[before.last + 1 : here.first] if w not in "،,"]
            if gap not in ([], ["و"]) or not (gap or "و" in here.pro or self.scan.words[here.first].startswith("و")):
                break
            k -= 1
        return k

    def _governor(self, k: int, part: Draft) -> str:
        """What a place hangs on: a preposition, the event's own word, a party ("شرطة كركوك"), or another word."""
        mention = self.resolved[self.heads[k]].mention
        words, at = self.scan.words, mention.first - 1
        pro = mention.pro.lstrip("وف") or ("ب" if mention.relation and words[mention.first].startswith("ب") else "")
        if pro:
            return {"ب": "in", "ل": "to"}.get(pro[0], "other")
        if at < 0 or self.scan.sentence[at] != self.scan.sentence[mention.first]:
            return "opening"
        if part.first <= at <= part.last:
            return "event"
        return "party" if at in self.parties else self.grammar.governors.get(words[at].lstrip("و"), "other")

    # ---- features ----------------------------------------------------------------------------------------------------
    def _tie(self, part: Draft, k: int) -> Features:
        """How the sentence ties a mention of a place to a mention of an event."""
        scan, place = self.scan, self.resolved[k]
        mention, level = place.mention, self.levels[k]
        offset, after = part.sentence - scan.sentence[mention.first], mention.first > part.last
        own, here = self._is_own(k, part), offset == 0
        side, governor = "after" if after else "before", self._governor(k, part)
        between = self._between(part, k) if here else (0, 0)
        out: Features = {
            "own": float(own),
            "carried": float(k in part.places[part.own_places :]),
            f"offset_{offset}": 1.0,
            level: 1.0,
            f"{level}_{side}": float(here),
            "clause": float(scan.clause[mention.first] == scan.clause[part.first]),
            f"governor_{governor}": 1.0,
            f"moves_{governor}": float(here and part.type in _MOVES),
            f"fires_{governor}": float(here and part.type in _FIRES),
            f"site_{governor}": float(here and mention.generic),
            f"site_{self._group(mention)}": float(mention.generic),
            "speaks": float(self._speaks(k)),
            "spoken": float(mention.spoken),
            f"relation_{mention.relation if mention.heading is None else 'side'}": float(bool(mention.relation)),
            "kind_word": float(bool(mention.kind_word)),
            "weak": float(mention.weak),
            "anaphor": float(mention.anaphor),
            "site_again": float(
                mention.generic and len(mention.name_words) == 1 and mention.name_words[0].startswith("ال")
            ),
            "sure": place.confidence,
            "origin": float(is_origin(self.resolved[self.heads[k]].mention, part.type, scan, self.grammar)),
            f"places_between_{side}_{min(between[0], 3)}": float(here),
            f"commas_between_{min(between[1], 3)}": float(here),
            "nothing_own": float(part.own_places == 0),
            f"nothing_own_offset_{offset}": float(part.own_places == 0 and offset > 0),
            "title": float(scan.kinds[scan.sentence[mention.first]] == "title"),
            "chain": float(k > 0 and not own and k - 1 in part.places),
            "listed": float(self.heads[k] != k and self.heads[k] in part.places),
            "holds_before": float(k > 0 and self.resolved[k - 1].inside == k and k - 1 in part.places),
        }
        return out

    def _group(self, site: PlaceMention) -> str:
        """The group of a site's noun ("منزله" -> home), "kind" of those of no group."""
        noun, groups = bare(site.name_words[0]), self.grammar.site_groups
        forms = (noun, noun.removesuffix("ا"), noun.removesuffix("ه"), noun.removesuffix("ها"), noun.removesuffix("هم"))
        return next((groups[form] for form in forms if form in groups), "kind")

    def _speaks(self, k: int) -> bool:
        """ "أعلنت صنعاء", "أنقرة قالت": a capital that speaks is its government, not where something happened."""
        mention, reports = self.resolved[k].mention, self.scan.at.get("report", {})
        if mention.kind_word or mention.relation or mention.pro.lstrip("وف"):
            return False
        before, behind = reports.get(mention.first - 1), reports.get(mention.last + 1)
        return (before is not None and before.last == mention.first - 1) or behind is not None

    def _words_between(self, k: int, part: Draft, event: Draft) -> Features:
        """What parts a place from an event of its sentence: another event's word, a relative clause, a subordinate one."""
        mention = self.resolved[k].mention
        if self.scan.sentence[mention.first] != part.sentence:
            return {}
        after = mention.first > part.last
        a, b = (part.last + 1, mention.first) if after else (mention.last + 1, part.first)
        words = [w.lstrip("و") for w in self.scan.words[a:b]]
        events = sum(a <= first < b and owner != id(event) for first, owner in self.triggers)
        side = "after" if after else "before"
        return {
            f"events_between_{side}_{min(events, 2)}": 1.0,
            f"relative_between_{side}": float(any(w in self.grammar.relatives for w in words)),
            f"subordinate_between_{side}": float(any(w in self.grammar.subordinate for w in words)),
            f"far_{side}": float(len(words) > 12),
            f"near_{side}": float(len(words) <= 3),
        }

    def _between(self, part: Draft, k: int) -> tuple[int, int]:
        """How many other places (lists count once) and commas stand between a place and an event of its sentence."""
        first = self.resolved[k].mention.first
        a, b = (part.last + 1, first) if first > part.last else (first + 1, part.first)
        places = {self.heads[j] for j, r in enumerate(self.resolved) if a <= r.mention.first < b} - {self.heads[k]}
        return len(places), sum(self.scan.words[i] in "،," for i in range(a, b))

    def _standing(self, key: str, k: int, event: Draft) -> Features:
        """What the place is in the report as a whole."""
        said = self.said[key]
        return {
            "mentions": float(min(len(event.parts) - 1, 3)),
            "said": float(min(len(said) - 1, 3)) / 3,
            "topic": float(self.levels[k] == "spot" and len(said) == self.most > 1),
            "early": float(self.scan.sentence[self.resolved[said[0]].mention.first] <= 1),
            "in_title": float(
                any(self.scan.kinds[self.scan.sentence[self.resolved[j].mention.first]] == "title" for j in said)
            ),
            "alone": float(len(self.said) == 1),
            "background": float(event.background),
        }

    def _among_parts(self, key: str, event: Draft) -> Features:
        """In how many of an event's mentions a place is its own: one that only a late mention names is often another event's."""
        owned = [{self.keys[k] for k in part.places[: part.own_places]} for part in event.parts]
        owned = [keys for keys in owned if keys]
        share = sum(key in keys for keys in owned) / len(owned) if owned else 0.0
        return {
            "own_share": share,
            "own_first": float(bool(owned) and key in owned[0]),
            "own_later": float(bool(owned) and share > 0 and key not in owned[0]),
        }

    def _company(self, key: str, k: int, own: Mapping[str, int]) -> Features:
        """How a place lies to the event's own places: it may hold one of them, as the report says or as the map does."""
        place = self.resolved[k].place
        others = [self.resolved[j] for other, j in own.items() if other != key]
        out: Features = {
            "holds_own": float(any((other, key) in self.held for other in own)),
            "held_by_own": float(any((key, other) in self.held for other in own)),
        }
        known = [o for o in others if o.place is not None]
        if place is None or not known:
            return out
        if any(o.place.admin1 == place.admin1 for o in known if o.place):
            out["same_admin1"] = 1.0
            out["contains"] = float(place.kind in _HOLDING)
            out["contained"] = float(place.kind not in _WIDE and any(o.place.kind in _WIDE for o in known if o.place))
        elif not any(o.place.kind in ("country", "region") for o in known if o.place) and place.kind not in (
            "country",
            "region",
        ):
            out["other_admin1"] = 1.0
        out["near_own"] = float(any(_is_near(self.resolved[k], o) for o in known))
        return out


def is_origin(mention: PlaceMention, kind: str, scan: Scan, grammar: PlaceGrammar) -> bool:
    """ "القادمة من كذا", "المتمركزة في كذا", "باتجاه كذا": where a party comes from, stands or is bound for. kind: of the event."""
    if mention.relation == "towards":
        return kind not in _MOVES and kind != "territory_gain"
    near = [w.lstrip("و") for w in scan.words[max(0, mention.first - 3) : mention.first]]
    if any(w in grammar.beside or w in grammar.origins for w in near):
        return True
    if not (near and grammar.governors.get(near[-1]) == "in") and not scan.words[mention.first].startswith("ب"):
        return False
    for at in range(
        mention.first - 1, max(-1, mention.first - _ORIGIN), -1
    ):  # "المتمركزة في الفوج في مدينة كذا بريف كذا"
        word = scan.words[at]
        if word.lstrip("و") in grammar.origins:
            return True
        told_anew = word in grammar.kinds and grammar.governors.get(scan.words[at - 1]) != "in"  # "السلمية بلدة كذا"
        if told_anew or not word[0].isalnum() or word[0] == "و" or grammar.governors.get(word) in ("upon", "to"):
            return False
    return False


def _level(place: ResolvedPlace) -> str:
    """country, part (of a country), area, spot, or unknown."""
    if place.place is None:
        return "unknown"
    if place.place.kind == "country":
        return "part" if place.relation else "country"
    return "area" if place.place.kind in _WIDE else "spot"


def _is_near(a: ResolvedPlace, b: ResolvedPlace) -> bool:
    if a.lat is None or b.lat is None:
        return False
    return distance_km(a.lat, a.lon or 0.0, b.lat, b.lon or 0.0) < _NEAR_KM
