"""The records of a place in a report: its words, and the place on the map that they mean."""

from __future__ import annotations

import msgspec

from marsad.knowledge.gazetteer import Place
from marsad.records import Name, PlaceRef, Span
from marsad.text.tokens import Tokens


class PlaceMention(msgspec.Struct):
    """A place as the report words it; all positions are token indexes, inclusive.

    first..last: everything, with relation and kind words ("شمال مدينة حلب"); kind_first..core_last: from the kind word on ("مدينة
    حلب"); core_first..core_last: the name ("حلب"). key: for `Gazetteer.candidates`, None when only the form says it is a name.
    relation: "near", "north", "countryside", … or None; heading: degrees clockwise from north when a direction is stated.
    name_words: the folded name without proclitics; weak: a common word that counts as a name only because its container follows;
    pro: the proclitics read off the name's first word. bare: a village's name that nothing around it supports but other places
    of the report nearby. anaphor: a definite kind word ("المدينة", "شمالي البلاد") that stands for a place named before.
    generic: a site without a name ("سوق شعبي", "السجن المركزي", "مقر الحزب"); its name_words are its noun and what belongs to it.
    spoken: it stands in the name of a voice ("مصادر في محافظة صعدة").
    """

    first: int
    last: int
    core_first: int
    core_last: int
    kind_first: int = 0
    key: int | None = None
    kind_word: str | None = None
    relation: str | None = None
    name_words: tuple[str, ...] = ()
    weak: bool = False
    pro: str = ""
    heading: int | None = None
    bare: bool = False
    anaphor: bool = False
    generic: bool = False
    spoken: bool = False


class ResolvedPlace(msgspec.Struct):
    """A mention with the place it means. place is None when unresolved; lat/lon in degrees, None likewise.

    lat/lon may differ from the place's own: the middle of same-named places close together, or the named side of a governorate.
    precision: UCDP where_prec, 1 exact site … 7 country. confidence: 0 … 1; reason: why this place, in words. inside: the mention
    right behind that contains it ("كفرنبل بريف إدلب"); same: the earlier mention that this one refers back to ("المدينة").
    """

    mention: PlaceMention
    place: Place | None = None
    lat: float | None = None
    lon: float | None = None
    precision: int = 7
    relation: str | None = None
    confidence: float = 0.0
    reason: str = "no place of this name is known"
    inside: int | None = None
    same: int | None = None


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
