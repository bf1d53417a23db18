"""Which place on the map each mention of a report means, decided for the whole report at once.

Comes in: the mentions of one report and the gazetteer. Goes out: one `ResolvedPlace` a mention, with the reason in words. What
speaks for a candidate: the container that the text states ("بريف إدلب"), the places of the report that are not in doubt, the
countries that it speaks of, the kind word, how the name is written, and size. Unresolved is an answer: same-named places that
nothing tells apart are not guessed, unless they lie so close together that it does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from marsad.coding.place_evidence import AREAS, SETTLEMENTS, SIZE, Anchors, Countries, containers, is_family
from marsad.coding.place_mention import PlaceMention, ResolvedPlace, place_ref
from marsad.coding.place_refer import put_inside, refer_back
from marsad.geo import distance_km, shifted
from marsad.knowledge.gazetteer import Gazetteer, Place
from marsad.text.normalize import fold
from marsad.text.tokens import Tokens

__all__ = ["ResolvedPlace", "locate", "place_ref"]

_SAME_KM = 15.0  # candidates closer than this are one place for every use that we make of them
_CLEAR = 0.45  # points by which the best candidate must lead the next one elsewhere
_SHIFT_KM = 25.0  # from a governorate's seat towards the side that "its southern countryside" names
_BESIDE_KM = 10.0  # from a city towards "شمالي حلب", which reports say of the country around it
_REMOTE_KM = 200.0
_KNOWN_ABROAD = 200_000  # people of a town that a report may name though it speaks of another country
_SMALL = frozenset(["village", "neighbourhood", "site", "camp", "district"])
_MANY = 12  # candidates beyond which those of countries that the report does not speak of are left out
_PASSES = 3


def locate(
    mentions: Sequence[PlaceMention],
    tokens: Tokens,
    gazetteer: Gazetteer,
    country_hint: str | None = None,
    homes: Sequence[str] = (),
) -> list[ResolvedPlace]:
    """Choose a place for every mention of one report.

    Args:    mentions: as `find_places` gives them.  country_hint: ISO code of the country that the report most likely speaks of.
             homes: countries of the armed actors that it names ("بوكو حرام" speaks for Nigeria), one for each actor.
    Returns: one record a mention, in the same order. "ريف إدلب الجنوبي" is the middle of Idlib moved 25 km south, precision 4.
    """
    if not mentions:
        return []
    return Chooser(mentions, tokens, gazetteer, country_hint, homes).run()


class Chooser:
    """The evidence of one report, and the choice for each of its mentions."""

    def __init__(
        self,
        mentions: Sequence[PlaceMention],
        tokens: Tokens,
        gazetteer: Gazetteer,
        hint: str | None,
        homes: Sequence[str],
    ) -> None:
        self.mentions, self.tokens, self.gazetteer = mentions, tokens, gazetteer
        self.candidates = [() if m.key is None else gazetteer.candidates(m.key) for m in mentions]
        self.containers = containers(mentions, self.candidates, tokens, gazetteer)
        self.countries = Countries(mentions, self.candidates, tokens, gazetteer, hint, homes)
        self.anchors = Anchors(())
        self._fixed: dict[object, list[tuple[float, int, Place]]] = {}

    def run(self) -> list[ResolvedPlace]:
        """Choose, then choose again beside the places found, until nothing changes."""
        found: list[ResolvedPlace] = []
        for _ in range(_PASSES):
            found = [self._choose(n) for n in range(len(self.mentions))]
            refer_back(self, found)
            anchors = Anchors(found)
            if anchors.ids == self.anchors.ids:
                break
            self.anchors = anchors
        put_inside(self, found)
        for resolved, inside in zip(found, self.containers, strict=True):
            resolved.inside = inside
        return found

    def _choose(self, n: int) -> ResolvedPlace:
        mention = self.mentions[n]
        fixed = self._fixed_scores(n)
        if not fixed:
            return ResolvedPlace(mention, relation=mention.relation)
        scored = sorted(
            ((s + self.anchors.nearness(p, mention.key, mention.core_first), i, p) for s, i, p in fixed),
            key=lambda x: (-x[0], x[1]),
        )
        best_score, _, best = scored[0]
        if best_score < 0 or self._is_out_of_place(n, best, best_score):
            return ResolvedPlace(
                mention, relation=mention.relation, reason="places of this name lie where nothing in the report points"
            )
        if self._inside(n, best) < -1.0:
            return ResolvedPlace(
                mention, relation=mention.relation, reason="no place of this name lies in the area that the text states"
            )
        family = [p for _, _, p in scored if is_family(best, p)]
        rival = next(
            (
                s
                for s, _, p in scored[1:]
                if not is_family(best, p) and distance_km(best.lat, best.lon, p.lat, p.lon) > _SAME_KM
            ),
            None,
        )
        lead = best_score - rival if rival is not None else 3.0
        if lead < _CLEAR:
            return ResolvedPlace(
                mention,
                relation=mention.relation,
                reason=f"{len(self.candidates[n])} places of this name, and nothing tells them apart",
            )
        return self.placed(n, best, family, lead, len(self.candidates[n]) - len(family) + 1)

    def _is_out_of_place(self, n: int, place: Place, score: float) -> bool:
        """Whether a small place lies in a country that the report does not speak of, or far from all that it names."""
        key = self.mentions[n].key
        foreign = self.countries.share(place.country, key) < 0.08 and self.countries.is_clear_without(key)
        if place.kind not in _SMALL:
            return foreign and place.kind in ("town", "city") and place.population < _KNOWN_ABROAD and score < 1.6
        if foreign and score < 2.6:
            return True
        return (
            self.containers[n] is None and place.origin != "own" and self.anchors.are_all_beyond(place, key, _REMOTE_KM)
        )

    # ---- points ------------------------------------------------------------------------------------------------------
    def _fixed_scores(self, n: int) -> list[tuple[float, int, Place]]:
        """The points of each candidate that do not depend on the other places, computed once for like mentions."""
        mention, at = self.mentions[n], self.containers[n]
        like = (
            mention.key,
            mention.name_words,
            mention.kind_word,
            mention.relation,
            None if at is None else (self.mentions[at].key, at if self.mentions[at].key is None else 0),
        )
        found = self._fixed.get(like)
        if found is None:
            places = self.candidates[n]
            if len(places) > _MANY:
                places = (
                    tuple(p for p in places if p.kind in AREAS or self.countries.share(p.country, mention.key) > 0.02)
                    or places
                )
            said = "".join(mention.name_words)
            exact = any(said in self.gazetteer.forms(p) for p in places)
            found = self._fixed[like] = [(self._score(n, p, said, exact), i, p) for i, p in enumerate(places)]
        return found

    def _score(self, n: int, place: Place, said: str, exact: bool) -> float:
        mention = self.mentions[n]
        share = self.countries.share(place.country, mention.key)
        score = (
            3.5 * share
            + self._fit(mention, place)
            + self._inside(n, place)
            + min(0.6, 0.12 * math.log10(place.population + 1))
        )
        if said in self.gazetteer.forms(place):
            score += 2.0 if place.kind == "country" else 0.5
        elif exact:
            score -= 0.8  # the report writes the name as another place of it is written
        if place.country and place.country not in self.gazetteer.home and share < 0.05:
            score -= 1.0  # a namesake abroad that nothing else in the report speaks of
        return score

    def _fit(self, mention: PlaceMention, place: Place) -> float:
        """How the kind of a place agrees with the words around its name."""
        size = SIZE.get(place.kind, 0.6)
        if mention.kind_word is not None:
            kind = self.gazetteer.words.kinds[fold(mention.kind_word)]
            if place.kind in kind.kinds:
                return size + 1.2 - 0.2 * kind.kinds.index(place.kind)
            if kind.level == "admin":
                return size - 0.3
            if (
                place.kind in ("governorate", "country", "region")
                and kind.number == "sg"
                and kind.level in ("settlement", "quarter")
            ):
                return size - 2.5  # "قرية أبين" is no governorate
            return (
                size
                - (0.6 if place.kind in SETTLEMENTS or kind.level == "settlement" else 0.3)
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
        holders = [p for p in self.candidates[at] if self.countries.total(p.country) > 0.1] or list(self.candidates[at])
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
        if holder.kind == "region" and holder.country == place.country:
            return max(-0.5, 2.0 - km / 60.0)  # regions have no borders that we know
        reach = 120.0 if holder.kind == "region" else 45.0
        return 2.0 - 2.0 * km / reach if km < 2.5 * reach else -3.0

    def placed(self, n: int, place: Place, family: list[Place], lead: float, rivals: int) -> ResolvedPlace:
        """The record of a choice. family: the places of the name that are one with it (its seat, its district)."""
        mention = self.mentions[n]
        seat = next((p for p in family if p.kind in SETTLEMENTS), place)
        point = seat if place.kind == "district" or mention.relation == "countryside" else place
        lat: float | None = point.lat
        lon: float | None = point.lon
        if mention.relation == "border" and place.kind == "country":
            lat = lon = None  # "الحدود مع الجزائر" is anywhere but in its middle
        elif mention.heading is not None and (
            mention.relation == "countryside" or place.kind in ("country", "governorate")
        ):
            lat, lon = self._towards(point.lat, point.lon, mention.heading, place, point)
        elif mention.heading is not None and mention.kind_word is None and place.kind == "city":
            lat, lon = shifted(point.lat, point.lon, mention.heading, _BESIDE_KM)
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
        if mention.heading is not None and mention.kind_word is None and place.kind == "city":
            return 3
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
