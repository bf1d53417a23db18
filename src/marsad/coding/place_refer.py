"""Places that no name tells: "المدينة" and "البلاد" that refer back, and unknown names known only by what contains them.

Comes in: the choices made so far for one report. Goes out: the same list with more of it resolved, in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from marsad.coding.place_evidence import AREAS, SETTLEMENTS, is_family
from marsad.coding.place_mention import PlaceMention, ResolvedPlace
from marsad.knowledge.gazetteer import Place
from marsad.knowledge.place_names import words_of
from marsad.text.normalize import fold

if TYPE_CHECKING:
    from marsad.coding.place_choice import Chooser

_NEAR_WORDS = 40  # words back in which a place says which country "البلاد" is
_LIST_WORDS = 12  # words around an unknown name in which a place may say where it lies
_SPOKEN_OF = 0.2  # share of a report's evidence that makes a country one that it speaks of


def refer_back(report: Chooser, found: list[ResolvedPlace]) -> None:
    """Resolve "المدينة", "البلاد", "الريف الغربي" by the places before them, in place."""
    for n, mention in enumerate(report.mentions):
        if mention.key is not None or not (
            mention.anaphor or (mention.kind_word is None and mention.relation == "countryside")
        ):
            continue
        place, family, same = _antecedent(report, n, found)
        if place is not None and mention.kind_word == "البلاد" and mention.heading is not None:
            place = _side_of(report, place, mention) or place
        if place is not None:
            resolved = report.placed(n, place, family, 1.0, 1)
            found[n] = msgspec.structs.replace(
                resolved, reason=f"stands for {place.name_ar}, named before", confidence=0.6, same=same
            )
        elif same is not None:
            found[n] = msgspec.structs.replace(found[n], same=same, reason="stands for a place named before")


def _antecedent(report: Chooser, n: int, found: list[ResolvedPlace]) -> tuple[Place | None, list[Place], int | None]:
    """What a noun stands for: a place with those of its name that are one with it, and the mention that names it."""
    mention = report.mentions[n]
    if mention.kind_word in ("البلاد", "العاصمة"):
        return _nation(report, n, found), [], None
    kinds = (
        report.gazetteer.words.kinds[fold(mention.kind_word)].kinds if mention.kind_word else ("governorate", "city")
    )
    for m in range(n - 1, -1, -1):
        place, other = found[m].place, report.mentions[m]
        if other.relation == "between" or (other.anaphor and other.kind_word != mention.kind_word):
            continue
        if place is None:
            if other.kind_word and other.kind_word == mention.kind_word and not other.generic:
                return None, [], m
            continue
        if other.kind_word and mention.kind_word:
            named = other.kind_word == mention.kind_word and (place.kind in AREAS) == (kinds[0] in AREAS)
            named = named and not (kinds[0] == "city" and place.kind in ("neighbourhood", "site"))
        else:
            named = place.kind in kinds[:2] and place.kind != "region"
        if named or (mention.kind_word is None and other.relation == "countryside"):
            return place, [p for p in report.candidates[m] if is_family(place, p)], m
    return None, [], None


def _side_of(report: Chooser, country: Place, mention: PlaceMention) -> Place | None:
    """The named part of a country ("شمال البلاد" of Yemen is شمال اليمن), where our tables have it."""
    said = report.tokens.words[mention.first : mention.core_first]
    key = (
        report.gazetteer.key(words_of(" ".join([said[0].lstrip("وبل"), *said[1:], country.name_ar]))) if said else None
    )
    found = report.gazetteer.candidates(key) if key is not None else ()
    return found[0] if found else None


def _nation(report: Chooser, n: int, found: list[ResolvedPlace]) -> Place | None:
    """The country that is spoken of here, or its capital ("العاصمة العراقية" names which)."""
    mention = report.mentions[n]
    stated = [
        report.gazetteer.adjectives[w]
        for w in report.tokens.words[mention.core_first : mention.core_last + 1]
        if w in report.gazetteer.adjectives
    ]
    country = stated[0] if stated else _country_here(report, n, found)
    if mention.kind_word == "البلاد":
        return next((p for p in report.gazetteer.find_country(country)), None)
    names = report.gazetteer.capitals.get(country, [])
    return next(
        (p for name in names for p in report.gazetteer.find(name) if p.country == country and p.kind in SETTLEMENTS),
        None,
    )


def _country_here(report: Chooser, n: int, found: list[ResolvedPlace]) -> str:
    """The country of the last place before a mention, if the report speaks of that country at all; else the report's own."""
    here = report.mentions[n].first
    for m in range(n - 1, -1, -1):
        place = found[m].place
        if here - report.mentions[m].last > _NEAR_WORDS:
            break
        if place is not None and place.country and report.countries.total(place.country) > _SPOKEN_OF:
            return place.country
    return report.countries.first()


def put_inside(report: Chooser, found: list[ResolvedPlace]) -> None:
    """Give places that stay unknown the coordinates of what contains them, with a precision that says so, in place.

    "حي كذا بمدينة الرقة" lies somewhere in ar-Raqqa (precision 2), "قرية كذا بريف إدلب" somewhere in that countryside (4).
    """
    for n, mention in enumerate(report.mentions):
        if found[n].lat is not None or mention.anaphor:
            continue
        at = report.containers[n]
        if (
            at is None
            and mention.kind_word is not None
            and report.gazetteer.words.kinds[fold(mention.kind_word)].level in ("site", "quarter")
        ):
            at = _town_around(report, n, found)
        least = 2
        if at is None and not mention.generic and mention.kind_word is not None:
            at, least = _listed_with(report, n, found), 4
        if at is None or found[at].lat is None:
            continue
        holder = found[at].place
        precision = max(least, found[at].precision)
        found[n] = msgspec.structs.replace(
            found[n], lat=found[at].lat, lon=found[at].lon, precision=precision, confidence=0.3,
            reason=f"not known by name; somewhere in {holder.name_ar if holder else 'its container'}",
        )  # fmt: skip


def _listed_with(report: Chooser, n: int, found: list[ResolvedPlace]) -> int | None:
    """The mention whose place an unknown name shares: the nearest one known of its list, or the area told right around it."""
    here = report.mentions[n]
    near = [(abs(report.mentions[m].core_first - here.core_first) + (4 if m < n else 0), m) for m, r in enumerate(found)
            if m != n and r.place is not None and r.lat is not None and r.place.kind not in ("country", "region")]  # fmt: skip
    best = min(near, default=None)
    return best[1] if best is not None and best[0] <= _LIST_WORDS else None


def _town_around(report: Chooser, n: int, found: list[ResolvedPlace]) -> int | None:
    """The nearest mention of a town, before or right after, that an unknown quarter or site can be part of."""
    here = report.mentions[n].core_first
    towns = [(abs(report.mentions[m].core_first - here) + (8 if m > n else 0), m) for m, r in enumerate(found)
             if r.place is not None and m != n and r.place.kind in ("city", "town", "village")]  # fmt: skip
    near = min(towns, default=None)
    return near[1] if near is not None and near[0] <= 30 else None
