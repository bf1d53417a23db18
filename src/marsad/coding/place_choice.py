"""Which place on the map each mention of a report means, decided for the whole report at once.

Comes in: the mentions of one report and the gazetteer. Goes out: one `ResolvedPlace` a mention, with the reason in words. What
speaks for a candidate: the container that the text states ("بريف إدلب"), the places of the report that are not in doubt, the
countries that it speaks of, the kind word, how the name is written, and size. Unresolved is an answer: same-named places that
nothing tells apart are not guessed, unless they lie so close together that it does not matter.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from marsad.coding.place_mention import PlaceMention
from marsad.geo import distance_km, shifted
from marsad.knowledge.gazetteer import Gazetteer, Place
from marsad.knowledge.place_names import words_of
from marsad.records import Name, PlaceRef, Span
from marsad.text.normalize import fold
from marsad.text.tokens import Tokens

_SAME_KM = 15.0  # candidates closer than this are one place for every use that we make of them
_CLEAR = 0.45  # points by which the best candidate must lead the next one elsewhere
_NEIGHBOUR_KM = 40.0
_SHIFT_KM = 25.0  # from the middle of a governorate towards the side that "its southern countryside" names
_AREAS = frozenset(["governorate", "district", "countryside", "region", "country"])
_SMALL = frozenset(["village", "neighbourhood", "site", "camp", "district", "town"])
_REMOTE_KM = 200.0
_SETTLEMENTS = frozenset(["city", "town", "village"])
_SIZE = {
    "country": 2.2,
    "governorate": 1.0,
    "city": 1.5,
    "region": 1.2,
    "town": 0.9,
    "countryside": 0.8,
    "district": 0.5,
    "village": 0.2,
}


class Votes(defaultdict[str, float]):
    """Evidence by country."""

    def __init__(self) -> None:
        super().__init__(float)


class ResolvedPlace(msgspec.Struct):
    """A mention with the place it means. place is None when unresolved; lat/lon in degrees, None likewise.

    lat/lon may differ from the place's own: the middle of same-named places close together, or the named side of a governorate.
    precision: UCDP where_prec, 1 exact site … 7 country. confidence: 0 … 1; reason: why this place, in words.
    """

    mention: PlaceMention
    place: Place | None = None
    lat: float | None = None
    lon: float | None = None
    precision: int = 7
    relation: str | None = None
    confidence: float = 0.0
    reason: str = "no place of this name is known"


def locate(
    mentions: Sequence[PlaceMention], tokens: Tokens, gazetteer: Gazetteer, country_hint: str | None = None
) -> list[ResolvedPlace]:
    """Choose a place for every mention of one report.

    Args:    mentions: as `find_places` gives them.  country_hint: ISO code of the country that the report most likely speaks of.
    Returns: one record a mention, in the same order. "ريف إدلب الجنوبي" is the middle of Idlib moved 25 km south, precision 4.
    """
    if not mentions:
        return []
    return _Chooser(mentions, tokens, gazetteer, country_hint).run()


class _Chooser:
    """The evidence of one report."""

    def __init__(
        self, mentions: Sequence[PlaceMention], tokens: Tokens, gazetteer: Gazetteer, hint: str | None
    ) -> None:
        self.mentions, self.tokens, self.gazetteer = mentions, tokens, gazetteer
        self.candidates = [self._candidates(m) for m in mentions]
        self.exact = [self._is_written(n) for n in range(len(mentions))]
        self.containers = [self._container(n) for n in range(len(mentions))]
        self.countries = self._countries(hint)
        self.anchors: list[tuple[Place, float, int]] = []

    def run(self) -> list[ResolvedPlace]:
        found: list[ResolvedPlace] = []
        for _ in range(3):
            found = [self._choose(n) for n in range(len(self.mentions))]
            self._refer_back(found)
            anchors = [
                (r.place, r.confidence, n)
                for n, r in enumerate(found)
                if r.place is not None and r.place.kind not in ("country", "region")
            ]
            if anchors == self.anchors:
                break
            self.anchors = anchors
        self._put_inside(found)
        return found

    def _candidates(self, mention: PlaceMention) -> tuple[Place, ...]:
        return () if mention.key is None else self.gazetteer.candidates(mention.key)

    def _is_written(self, n: int) -> bool:
        """Whether some candidate is written exactly as the report writes the name."""
        said = "".join(self.mentions[n].name_words)
        return any(said in self.gazetteer.forms(p) for p in self.candidates[n])

    def _container(self, n: int) -> int | None:
        """The mention right behind that contains this one: "كفرنبل بريف إدلب", "دوما (ريف دمشق)"."""
        if n + 1 >= len(self.mentions):
            return None
        here, behind = self.mentions[n], self.mentions[n + 1]
        gap = self.tokens.words[here.last + 1 : behind.first]
        if len(gap) > 4:
            return None
        tied = all(w in self.gazetteer.words.containing or w in "()-–،" or w in self.gazetteer.words.tails for w in gap)
        area = (
            behind.relation == "countryside"
            or behind.kind_word is not None
            or any(p.kind in _AREAS for p in self.candidates[n + 1])
        )
        if behind.pro.startswith("و") and "،" in gap:
            return None
        opens = (
            self.tokens.words[behind.first][:1] in "بل"
            or any(w in self.gazetteer.words.containing for w in gap)
            or behind.relation is not None
        )
        return n + 1 if tied and area and (opens or "(" in gap or "،" in gap) else None

    # ---- countries -----------------------------------------------------------------------------------------------
    def _countries(self, hint: str | None) -> dict[str, float]:
        """How much of the report's wording speaks for each country; the shares add up to one."""
        votes: Votes = Votes()
        self.votes_of: dict[int | None, Votes] = {}
        if hint:
            votes[hint] += 4
        adjectives = self.gazetteer.adjectives
        for word in self.tokens.words:
            if word in adjectives:
                votes[adjectives[word]] += 0.7
        for mention, places in zip(self.mentions, self.candidates, strict=True):
            weights: Votes = Votes()
            for place in places:
                weights[place.country] = max(weights[place.country], _SIZE.get(place.kind, 0.3))
            total = sum(weights.values())
            own = self.votes_of.setdefault(mention.key, Votes())
            for country, weight in weights.items():
                own[country] += (
                    min(1.5, max(weights.values())) * weight / total * (0.1 if mention.weak or mention.bare else 1)
                )
        for own in self.votes_of.values():  # a name said often is one name
            for country, vote in own.items():
                votes[country] += min(vote, 2.5)
        self.whole = sum(votes.values()) or 1
        return {country: votes[country] / self.whole for country in votes}

    def _share(self, n: int, country: str) -> float:
        """The share of a country in the evidence that does not come from the mention's own name."""
        own = self.votes_of.get(self.mentions[n].key) or Votes()
        mine = min(own[country], 2.5)
        rest = self.whole - sum(min(v, 2.5) for v in own.values())
        return max(0.0, self.countries.get(country, 0) * self.whole - mine) / rest if rest > 0.01 else 0.0

    # ---- choice --------------------------------------------------------------------------------------------------------
    def _choose(self, n: int) -> ResolvedPlace:
        mention, places = self.mentions[n], self.candidates[n]
        if not places:
            return self._unknown(n)
        scored = sorted(((self._score(n, place), -i, place) for i, place in enumerate(places)), reverse=True)
        best_score, _, best = scored[0]
        foreign = self._share(n, best.country) < 0.08 and self._stated_elsewhere(n) and best_score < 2.6
        if best_score < 0 or (best.kind in _SMALL and (foreign or self._is_remote(n, best))):
            return ResolvedPlace(
                mention, relation=mention.relation, reason="places of this name lie where nothing in the report points"
            )
        family = [p for _, _, p in scored if _is_family(best, p)]
        rival = next(
            (
                s
                for s, _, p in scored[1:]
                if p not in family and distance_km(best.lat, best.lon, p.lat, p.lon) > _SAME_KM
            ),
            None,
        )
        lead = best_score - rival if rival is not None else 3.0
        if lead < _CLEAR:
            return ResolvedPlace(
                mention,
                relation=mention.relation,
                reason=f"{len(places)} places of this name, and nothing tells them apart",
            )
        return self._placed(n, best, family, lead, len(places) - len(family) + 1)

    def _stated_elsewhere(self, n: int) -> bool:
        """Whether the rest of the report speaks clearly of some country."""
        own = self.votes_of.get(self.mentions[n].key) or Votes()
        rest = [self.countries[c] * self.whole - min(own[c], 2.5) for c in self.countries]
        return max(rest, default=0) > max(1.4, 0.5 * sum(rest))

    def _is_remote(self, n: int, place: Place) -> bool:
        """Whether a small place lies far from everything else that the report names, and no container says that it is meant."""
        if self.containers[n] is not None or place.origin == "own":
            return False
        others = [
            a for a, confidence, m in self.anchors if self.mentions[m].key != self.mentions[n].key and confidence > 0.55
        ]
        return bool(others) and all(distance_km(place.lat, place.lon, a.lat, a.lon) > _REMOTE_KM for a in others)

    def _score(self, n: int, place: Place) -> float:
        mention = self.mentions[n]
        score = 3.5 * self._share(n, place.country) + self._fit(mention, place)
        if mention.key is not None and "".join(mention.name_words) in self.gazetteer.forms(place):
            score += 2.0 if place.kind == "country" else 0.5
        elif self.exact[n]:
            score -= 0.8  # the report writes the name as another place of it is written
        if place.country and place.country not in self.gazetteer.home and self._share(n, place.country) < 0.05:
            score -= 1.0  # a namesake abroad that nothing else in the report speaks of
        score += min(0.6, 0.12 * math.log10(place.population + 1))
        score += self._inside(n, place) + self._near(n, place)
        return score

    def _fit(self, mention: PlaceMention, place: Place) -> float:
        """How the kind of a place agrees with the words around its name."""
        size = _SIZE.get(place.kind, 0.6)
        if mention.kind_word is not None:
            kind = self.gazetteer.words.kinds[fold(mention.kind_word)]
            if place.kind in kind.kinds:
                return size + 1.2 - 0.2 * kind.kinds.index(place.kind)
            if kind.level == "admin":
                return size - 0.3
            return (
                size
                - (0.6 if place.kind in _SETTLEMENTS or kind.level == "settlement" else 0.3)
                - (1.0 if kind.level == "site" else 0)
            )
        if mention.relation == "countryside" and place.kind in ("governorate", "countryside", "district"):
            return size + 0.6
        return size

    def _inside(self, n: int, place: Place) -> float:
        """Points for lying in the container that the text states, or against."""
        at = self.containers[n]
        if at is None:
            return 0.0
        holders = [p for p in self.candidates[at] if self.countries.get(p.country, 0) > 0.1] or list(
            self.candidates[at]
        )
        if not holders:
            return 0.0
        return max(self._held(place, holder) for holder in holders)

    def _held(self, place: Place, holder: Place) -> float:
        if place.id == holder.id:
            return -1.0
        if holder.kind == "country":
            return 1.0 if holder.country == place.country else -2.0
        box = self.gazetteer.governorates.get((holder.country, holder.admin1))
        km = distance_km(place.lat, place.lon, holder.lat, holder.lon)
        if holder.kind in ("governorate", "countryside", "city") and box is not None:
            if holder.country == place.country and holder.admin1 == place.admin1:
                return 2.5
            return 1.5 if box.holds(place.lat, place.lon) else max(-3.0, 0.5 - km / 60)
        reach = 120.0 if holder.kind == "region" else 45.0
        return 2.0 - 2.0 * km / reach if km < 2.5 * reach else -3.0

    def _near(self, n: int, place: Place) -> float:
        """Points for lying near the other places of the report; nearer mentions in the text count more."""
        near: list[float] = []
        for anchor, confidence, m in self.anchors:
            if m == n or self.mentions[m].key == self.mentions[n].key:
                continue
            apart = abs(self.mentions[m].core_first - self.mentions[n].core_first)
            km = distance_km(place.lat, place.lon, anchor.lat, anchor.lon)
            wide = 2.5 if anchor.kind in _AREAS else 1.0
            near.append(confidence * (1.2 if apart < 12 else 0.9) * math.exp(-km / (_NEIGHBOUR_KM * wide)))
        near.sort(reverse=True)
        return sum(weight * value for weight, value in zip((1.4, 0.5, 0.3), near, strict=False))

    def _placed(self, n: int, place: Place, family: list[Place], lead: float, rivals: int) -> ResolvedPlace:
        mention = self.mentions[n]
        seat = next((p for p in family if p.kind in _SETTLEMENTS), place)
        point = seat if place.kind == "district" or mention.relation == "countryside" else place
        lat, lon = point.lat, point.lon
        if mention.heading is not None and (
            mention.relation == "countryside" or place.kind in ("country", "governorate")
        ):
            lat, lon = self._towards(lat, lon, mention.heading, place, point)
        reason = "the only place of this name" if rivals == 1 else f"best of {rivals} places of this name"
        if self.containers[n] is not None:
            reason += ", with the container that the text states"
        confidence = min(0.95, 0.5 + 0.15 * min(3.0, lead)) * (0.6 if mention.weak else 0.8 if mention.bare else 1.0)
        return ResolvedPlace(
            mention, place, lat, lon, self._precision(mention, place), mention.relation, round(confidence, 3), reason
        )

    def _precision(self, mention: PlaceMention, place: Place) -> int:
        relation = self.gazetteer.words.relation_of(mention.relation)
        if mention.relation == "countryside" and place.kind in ("governorate", "city"):
            return 4
        if relation is None or place.kind == "country":
            return min(7, place.precision)
        return min(7, max(place.precision, relation.precision))

    def _towards(self, lat: float, lon: float, heading: int, place: Place, point: Place) -> tuple[float, float]:
        """A point moved to the named side: of a country by a third of its extent, of a countryside by 25 km, of a town's by 6."""
        if place.kind == "country":
            half = self.gazetteer.extent(place.country)
            if half is None:
                return lat, lon
            angle = math.radians(heading)
            return lat + 0.6 * half[0] * math.cos(angle), lon + 0.6 * half[1] * math.sin(angle)
        big = (
            place.kind == "governorate"
            or (point.kind == "city" and point.population > 50_000)
            or point.kind == "governorate"
        )
        return shifted(lat, lon, heading, _SHIFT_KM if big else 6.0)

    # ---- words that stand for a place named before -----------------------------------------------------------------------
    def _refer_back(self, found: list[ResolvedPlace]) -> None:
        """Resolve "المدينة", "البلاد", "الريف الغربي" by the places before them, in place."""
        for n, mention in enumerate(self.mentions):
            if mention.key is not None or not (
                mention.anaphor or (mention.kind_word is None and mention.relation == "countryside")
            ):
                continue
            place, family = self._antecedent(n, found)
            if place is not None and mention.kind_word == "البلاد" and mention.heading is not None:
                place = self._side_of(place, mention) or place
            if place is not None:
                resolved = self._placed(n, place, family, 1.0, 1)
                found[n] = msgspec.structs.replace(
                    resolved, reason=f"stands for {place.name_ar}, named before", confidence=0.6
                )

    def _antecedent(self, n: int, found: list[ResolvedPlace]) -> tuple[Place | None, list[Place]]:
        mention = self.mentions[n]
        if mention.kind_word in ("البلاد", "العاصمة"):
            return self._nation(mention), []
        kinds = (
            self.gazetteer.words.kinds[fold(mention.kind_word)].kinds if mention.kind_word else ("governorate", "city")
        )
        for m in range(n - 1, -1, -1):
            place, other = found[m].place, self.mentions[m]
            if place is None or (other.anaphor and other.kind_word != mention.kind_word):
                continue
            named = (
                other.kind_word == mention.kind_word
                if other.kind_word and mention.kind_word
                else place.kind in kinds[:2] and place.kind != "region"
            )
            if named or (mention.kind_word is None and other.relation == "countryside"):
                return place, [p for p in self.candidates[m] if _is_family(place, p)]
        return None, []

    def _side_of(self, country: Place, mention: PlaceMention) -> Place | None:
        """The named part of a country ("شمال البلاد" of Yemen is شمال اليمن), where our tables have it."""
        said = self.tokens.words[mention.first : mention.core_first]
        key = (
            self.gazetteer.key(words_of(" ".join([said[0].lstrip("وبل"), *said[1:], country.name_ar])))
            if said
            else None
        )
        found = self.gazetteer.candidates(key) if key is not None else ()
        return found[0] if found else None

    def _nation(self, mention: PlaceMention) -> Place | None:
        """The country the report speaks of, or its capital ("العاصمة العراقية" names which)."""
        stated = [
            self.gazetteer.adjectives[w]
            for w in self.tokens.words[mention.core_first : mention.core_last + 1]
            if w in self.gazetteer.adjectives
        ]
        country = stated[0] if stated else max(self.countries, key=lambda c: self.countries[c], default="")
        if mention.kind_word == "البلاد":
            return next((p for p in self.gazetteer.find_country(country)), None)
        names = self.gazetteer.capitals.get(country, [])
        return next(
            (p for name in names for p in self.gazetteer.find(name) if p.country == country and p.kind in _SETTLEMENTS),
            None,
        )

    def _unknown(self, n: int) -> ResolvedPlace:
        return ResolvedPlace(self.mentions[n], relation=self.mentions[n].relation)

    # ---- names that no gazetteer knows ---------------------------------------------------------------------------------
    def _put_inside(self, found: list[ResolvedPlace]) -> None:
        """Give places that stay unknown the coordinates of what contains them, with a precision that says so, in place.

        "حي كذا بمدينة الرقة" lies somewhere in ar-Raqqa (precision 2), "قرية كذا بريف إدلب" somewhere in that countryside (4).
        """
        for n, mention in enumerate(self.mentions):
            if found[n].lat is not None or mention.anaphor:
                continue
            at = self.containers[n]
            if (
                at is None
                and mention.kind_word is not None
                and self.gazetteer.words.kinds[fold(mention.kind_word)].level in ("site", "quarter")
            ):
                at = self._town_around(n, found)
            if at is None or found[at].lat is None:
                continue
            holder = found[at].place
            precision = max(2, found[at].precision)
            found[n] = msgspec.structs.replace(
                found[n], lat=found[at].lat, lon=found[at].lon, precision=precision, confidence=0.3,
                reason=f"not known by name; somewhere in {holder.name_ar if holder else 'its container'}",
            )  # fmt: skip

    def _town_around(self, n: int, found: list[ResolvedPlace]) -> int | None:
        """The nearest mention of a town, before or right after, that an unknown quarter or site can be part of."""
        here = self.mentions[n].core_first
        towns = [(abs(self.mentions[m].core_first - here) + (8 if m > n else 0), m) for m, r in enumerate(found)
                 if r.place is not None and m != n and r.place.kind in ("city", "town", "village")]  # fmt: skip
        near = min(towns, default=None)
        return near[1] if near is not None and near[0] <= 30 else None


def _is_family(place: Place, other: Place) -> bool:
    """Whether two places of one name are a town and the district or governorate named after it, or one place listed twice."""
    if place.id == other.id:
        return True
    if place.country != other.country or place.admin1 != other.admin1:
        return False
    km = distance_km(place.lat, place.lon, other.lat, other.lon)
    return (
        km < 5
        or (km < 150 and (place.kind in _AREAS) != (other.kind in _AREAS))
        or (place.kind in _AREAS and other.kind in _AREAS)
    )


def place_ref(resolved: ResolvedPlace, tokens: Tokens) -> PlaceRef:
    """The record of a resolved mention, with its words as evidence: the name with its kind word, the name alone, the whole phrase."""
    mention, place = resolved.mention, resolved.place
    core = _span(tokens, mention.core_first, mention.core_last, mention.pro)
    spans = [core]
    if mention.kind_first < mention.core_first:
        spans.insert(0, _span(tokens, mention.kind_first, mention.core_last))
    if mention.first < mention.kind_first or mention.last > mention.core_last:
        spans.append(_span(tokens, mention.first, mention.last))
    name = Name(ar=place.name_ar or core.text, en=place.name_en or None) if place else Name(ar=core.text)
    return PlaceRef(
        place.id if place else None, name, place.kind if place else mention.kind_word or "place", resolved.lat, resolved.lon,
        place.country or None if place else None, place.admin1 or None if place else None, place.admin2 or None if place else None,
        resolved.precision, resolved.relation, tuple(spans),
    )  # fmt: skip


def _span(tokens: Tokens, first: int, last: int, pro: str = "") -> Span:
    start, end = tokens.slice(first, last)
    if pro and "ل" not in pro and tokens.text[start : start + len(pro)] == pro:
        start += len(pro)
    return Span(start, end, tokens.text[start:end])
