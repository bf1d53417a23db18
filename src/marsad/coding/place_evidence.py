"""What a report says about where it plays: its countries, the places that are not in doubt, and which place contains which.

Comes in: the mentions of one report with their candidates. Goes out: numbers for `place_choice`. Nothing can go wrong.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from marsad.coding.place_mention import PlaceMention, ResolvedPlace
from marsad.geo import distance_km
from marsad.knowledge.gazetteer import Gazetteer, Place
from marsad.text.tokens import Tokens

AREAS = frozenset(["governorate", "district", "countryside", "region", "country"])
SETTLEMENTS = frozenset(["city", "town", "village"])
SIZE = {
    "country": 2.2,
    "governorate": 1.0,
    "city": 1.5,
    "region": 1.2,
    "town": 0.9,
    "countryside": 0.8,
    "district": 0.5,
    "village": 0.2,
}
_KM = 111.2  # a degree of latitude
_NEIGHBOUR_KM = 40.0
_ANCHORS = 16  # places of a report that the choice of the others is weighed against: more change nothing and cost time
_ACTOR = 0.7  # votes of one armed actor for its home
_REPEATED = 2.5  # votes of one name at most, however often it is said


class Countries:
    """How much of a report speaks for each country. adjectives of nationality and every place name vote."""

    def __init__(
        self,
        mentions: Sequence[PlaceMention],
        candidates: Sequence[tuple[Place, ...]],
        tokens: Tokens,
        gazetteer: Gazetteer,
        hint: str | None,
        homes: Sequence[str] = (),
    ) -> None:
        self._votes: dict[str, float] = defaultdict(float)
        self._of_name: dict[int | None, dict[str, float]] = {}
        if hint:
            self._votes[hint] += 4
        for country in homes:
            self._votes[country] += _ACTOR
        adjectives = gazetteer.adjectives
        for word in tokens.words:
            if word in adjectives:
                self._votes[adjectives[word]] += 0.7
        for mention, places in zip(mentions, candidates, strict=True):
            self._vote(mention, places)
        for own in self._of_name.values():
            for country, vote in own.items():
                own[country] = min(vote, _REPEATED)
                self._votes[country] += own[country]
        self._whole = sum(self._votes.values())
        self._shares: dict[tuple[int | None, str], float] = {}

    def _vote(self, mention: PlaceMention, places: tuple[Place, ...]) -> None:
        weights: dict[str, float] = {}
        for place in places:
            weights[place.country] = max(weights.get(place.country, 0.0), SIZE.get(place.kind, 0.3))
        if not weights:
            return
        own = self._of_name.setdefault(mention.key, defaultdict(float))
        trust = min(1.5, max(weights.values())) * (0.1 if mention.weak or mention.bare else 1.0) / sum(weights.values())
        for country, weight in weights.items():
            own[country] += weight * trust

    def share(self, country: str, key: int | None) -> float:
        """The share of a country in the evidence that does not come from the name itself."""
        found = self._shares.get((key, country))
        if found is None:
            own = self._of_name.get(key, {})
            rest = self._whole - sum(own.values())
            mine = self._votes.get(country, 0.0) - own.get(country, 0.0)
            found = self._shares[key, country] = max(0.0, mine) / rest if rest > 0.01 else 0.0
        return found

    def total(self, country: str) -> float:
        """The share of a country in all the evidence."""
        return self._votes.get(country, 0.0) / self._whole if self._whole else 0.0

    def is_clear_without(self, key: int | None) -> bool:
        """Whether the report apart from one name speaks clearly of some country."""
        own = self._of_name.get(key, {})
        rest = [v - own.get(c, 0.0) for c, v in self._votes.items()]
        return max(rest, default=0.0) > max(1.4, 0.5 * sum(rest))

    def first(self) -> str:
        """The country that the report speaks of most, "" when of none."""
        return max(self._votes, key=lambda c: (self._votes[c], c), default="")


class Anchors:
    """The places of a report that are resolved so far, each once, as points to be near to."""

    def __init__(self, found: Sequence[ResolvedPlace]) -> None:
        best: dict[str, tuple[float, ResolvedPlace]] = {}
        for r in found:
            if (
                r.place is not None
                and r.place.kind not in ("country", "region")
                and r.confidence > best.get(r.place.id, (0.0, r))[0]
            ):
                best[r.place.id] = (r.confidence, r)
        kept = sorted(best.values(), key=lambda b: (-b[0], b[1].mention.first))[:_ANCHORS]
        self._areas = {
            (p.country, p.admin1): c
            for c, r in reversed(kept)
            if (p := r.place) is not None and p.kind in ("governorate", "countryside")
        }
        self._points = [
            (p.lat, p.lon, math.cos(math.radians(p.lat)), c, p.kind in AREAS, r.mention.key, r.mention.core_first, p.id)
            for c, r in kept
            if (p := r.place) is not None
        ]
        self.ids = tuple(p[-1] for p in self._points)

    def nearness(self, place: Place, key: int | None, at: int) -> float:
        """Points for lying near the others; nearer words of the text count more, and so does the same place said elsewhere."""
        near, repeated, same = [], 0.0, 0.4 * self._areas.get((place.country, place.admin1), 0.0)
        for lat, lon, cosine, confidence, wide, other, where, ident in self._points:
            if other == key:
                repeated = max(repeated, 0.6 * confidence) if ident == place.id else repeated
                continue
            km = _KM * math.hypot(place.lat - lat, (place.lon - lon) * cosine)
            reach = _NEIGHBOUR_KM * (2.5 if wide else 1.0)
            if km < 5 * reach:
                near.append(confidence * (1.2 if abs(where - at) < 12 else 0.9) * math.exp(-km / reach))
        near.sort(reverse=True)
        return same + repeated + sum(weight * value for weight, value in zip((1.4, 0.5, 0.3), near, strict=False))

    def are_all_beyond(self, place: Place, key: int | None, km: float) -> bool:
        """Whether there are other places in the report, and all lie farther away."""
        others = [
            _KM * math.hypot(place.lat - lat, (place.lon - lon) * cosine)
            for lat, lon, cosine, c, _, other, _, _ in self._points
            if other != key and c > 0.55
        ]
        return bool(others) and min(others) > km


def containers(
    mentions: Sequence[PlaceMention], candidates: Sequence[tuple[Place, ...]], tokens: Tokens, gazetteer: Gazetteer
) -> list[int | None]:
    """For each mention the index of the one right behind that contains it ("كفرنبل بريف إدلب", "دوما (ريف دمشق)"), or None."""
    return [_container(n, mentions, candidates, tokens, gazetteer) for n in range(len(mentions))]


def _container(
    n: int,
    mentions: Sequence[PlaceMention],
    candidates: Sequence[tuple[Place, ...]],
    tokens: Tokens,
    gazetteer: Gazetteer,
) -> int | None:
    if n + 1 >= len(mentions):
        return None
    here, behind, vocabulary = mentions[n], mentions[n + 1], gazetteer.words
    gap = [w for w in tokens.words[here.last + 1 : behind.first] if w not in "#_"]
    first = tokens.words[behind.first]
    joined = behind.pro.startswith("و") or (
        first[0] == "و" and (first[1:] in vocabulary.kinds or first[1:] in vocabulary.relations)
    )
    if len(gap) > 4 or behind.generic or (joined and "،" in gap):
        return None
    if any(p.kind == "country" for p in candidates[n]) and not any(
        p.kind in ("country", "region") for p in candidates[n + 1]
    ):
        return None  # "روسيا على أطراف كذا"
    if not all(w in vocabulary.containing or w in "()-–،" or w in vocabulary.tails for w in gap):
        return None
    stated = behind.relation is not None or any(w in vocabulary.containing for w in gap)
    if behind.relation in ("near", "border", "towards", "between", "outside", "around"):
        return None
    opens = stated or tokens.words[behind.first][:1] in "بل" or "(" in gap or "،" in gap
    is_area = (
        behind.relation == "countryside"
        or behind.kind_word is not None
        or any(p.kind in AREAS for p in candidates[n + 1])
    )
    return n + 1 if opens and is_area else None


def is_family(place: Place, other: Place) -> bool:
    """Whether two places of one name are a town and the district or governorate named after it, or one place listed twice."""
    if place.id == other.id:
        return True
    if place.country != other.country or place.admin1 != other.admin1:
        return False
    km = distance_km(place.lat, place.lon, other.lat, other.lon)
    return (
        km < 5
        or (km < 150 and (place.kind in AREAS) != (other.kind in AREAS))
        or (place.kind in AREAS and other.kind in AREAS)
    )
