"""Which mentions the rest of the report supports: the last word on names that may be common words."""

from __future__ import annotations

from marsad.coding.place_mention import PlaceMention
from marsad.knowledge.gazetteer import Gazetteer, Place


def supported(mentions: list[PlaceMention], words: list[str], gazetteer: Gazetteer) -> list[PlaceMention]:
    """The mentions without those that nothing supports.

    A weak name (a common word) counts with its container right behind, or joined by و to a place near it; a bare one (a village, and nothing says that a place is
    meant) when a place of the report that is not in doubt lies within 90 km; "المدينة" when a place was named before.
    """
    sure = [
        p for m in mentions if m.key is not None and not (m.weak or m.bare) for p in gazetteer.candidates(m.key)[:6]
    ]
    out: list[PlaceMention] = []
    for n, mention in enumerate(mentions):
        behind = mentions[n + 1] if n + 1 < len(mentions) else None
        if (
            mention.weak
            and not _contained(mention, behind, words, gazetteer)
            and not (out and _is_listed(mention, out[-1], gazetteer))
        ):
            continue
        if (
            mention.bare
            and not mention.weak
            and mention.key is not None
            and not _has_neighbour(gazetteer.candidates(mention.key), sure)
        ):
            continue
        if mention.anaphor and not out and not _says_where(mention):
            continue
        out.append(mention)
    return out


def _says_where(mention: PlaceMention) -> bool:
    """Whether a noun that refers back tells a place even with none before it: "جنوب البلاد", "العاصمة العراقية"."""
    nation = mention.kind_word in ("البلاد", "العاصمة")
    return nation and (mention.relation is not None or mention.core_last > mention.core_first)


def _is_listed(mention: PlaceMention, before: PlaceMention, gazetteer: Gazetteer) -> bool:
    """Whether a common word goes on a list of places near it: "في القصير وقارة" (both in one countryside)."""
    if mention.pro != "و" or before.last + 1 != mention.first or before.key is None:
        return False
    if mention.key is None:
        return True  # the list alone says that it is a name
    mine, other = gazetteer.candidates(mention.key)[:12], gazetteer.candidates(before.key)[:6]
    if gazetteer.has_city(mention.key) and {p.country for p in mine} & {p.country for p in other if p.kind == "city"}:
        return True
    return before.relation is None and _has_neighbour(mine, list(other))


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
