"""What the cells of several formats share: names, days, figures, places, reports of an incident.

Comes in: entries and their records. Goes out: text and numbers as tables hold them. Nothing is put where nobody says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from marsad.publish.entries import Entry
from marsad.records import ActorRef, Name, PlaceRef, Report, When
from marsad.records_incident import Incident, Toll
from marsad.store.flat import day_range

UNARMED = frozenset(["civilians", "journalists", "medics", "aid_workers", "protesters", "rioters"])
CIVILIANS = UNARMED - {"protesters", "rioters"}
_ADM2 = re.compile(r"[A-Z]{2}\d{4}")  # OCHA's usual scheme: country, two digits a level


Figures = tuple[int | None, int | None, int | None]


def losses(tolls: Sequence[Toll], harm: str = "killed") -> dict[str, Figures]:
    """low, best, high of a harm by whose loss it is: "a", "b" (the armed), "civilians", "unknown"; None where open or unknown.

    Two categories of one column may overlap (five civilians, three children): only the larger low is sure then.
    """
    columns: dict[str, list[Toll]] = {}
    for toll in tolls:
        if toll.harm == harm:
            columns.setdefault(_column(toll), []).append(toll)
    return {name: _one(found) for name, found in sorted(columns.items())}


def figures(tolls: Sequence[Toll], harm: str = "killed") -> Figures:
    """low, best, high of all killed (or of another harm); None where open or unknown.

    Losses of the sides and of the unarmed add up. A toll of nobody in particular is their total if it is no smaller, else it is not known
    how far they overlap, and only a low is sure.
    """
    by = losses(tolls, harm)
    whole = by.pop("unknown", None)
    low, best, high = (_sum([f[n] for f in by.values()]) for n in range(3))
    if whole is None or not by:
        return whole or (low, best, high)
    sure = max((v for v in (whole[0], low) if v is not None), default=None)
    total = whole[1] if None not in (whole[1], best) and whole[1] >= best else None  # type: ignore[operator]
    return sure, total, whole[2] if total is not None else None


def _column(toll: Toll) -> str:
    if toll.victims is not None and toll.victims.kind in CIVILIANS:
        return "civilians"
    return toll.side or "unknown"


def _one(tolls: Sequence[Toll]) -> Figures:
    if len(tolls) == 1:
        return tolls[0].low, tolls[0].best, tolls[0].high
    return max((t.low for t in tolls if t.low is not None), default=None), None, None


def _sum(values: Sequence[int | None]) -> int | None:
    known = [v for v in values if v is not None]
    return sum(known) if values and len(known) == len(values) else None


def names(side: Sequence[ActorRef], language: str = "en") -> str:
    """A side's names, parted by “; ”. The unarmed whom we know by form only are named by their kind: no private names."""
    return "; ".join(dict.fromkeys(n for a in side if (n := actor_name(a, language))))


def actor_name(actor: ActorRef, language: str = "en") -> str:
    """A name of an actor, in the other language when this one has none."""
    if actor.kind in UNARMED and actor.id is None:
        return actor.kind.replace("_", " ")
    return named(actor.name, language)


def named(name: Name, language: str = "en") -> str:
    """A name in a language, in the other when this one has none, on one line."""
    either = (name.en or name.ar) if language == "en" else (name.ar or name.en)
    return flat(either)


def flat(text: str | None) -> str:
    """Text on one line."""
    return " ".join((text or "").split())


def days(when: When) -> tuple[str, str]:
    """First and last day as precise as told, without the hour; empty when not resolved."""
    return (when.start or "")[:10], (when.end or "")[:10]


def whole_days(when: When) -> tuple[str, str]:
    """First and last day that a date may mean ("2015-06": the 1st and the 30th); empty when not resolved."""
    first, last = day_range(when)
    return first or "", last or ""


def year(when: When) -> str:
    """The year; empty when not resolved or when it spans two."""
    first, last = whole_days(when)
    return first[:4] if first[:4] == last[:4] else ""


def place_of(incident: Incident) -> PlaceRef | None:
    """The first place that has coordinates, else the first: the one that a row stands for."""
    return next((p for p in incident.places if p.lat is not None), next(iter(incident.places), None))


def reports_of(entry: Entry) -> tuple[Report, ...]:
    """The reports of an incident, each once."""
    return tuple({m.report.id: m.report for m in entry.members}.values())


def told_by(reports: Sequence[Report], field: str) -> str:
    """A field of the reports (publisher, url, title, …), each value once, parted by “; ”."""
    return "; ".join(dict.fromkeys(flat(v) for r in reports if (v := getattr(r, field))))


def pcodes(place: PlaceRef) -> Iterator[tuple[str, str]]:
    """The P-code of a place imported from OCHA COD-AB (ids "cod:…"), as where_pcode, and at a level that it is surely of.

    A district's P-code is second-level only if the name is the second level's and the code has that level's length.
    """
    scheme, _, code = (place.id or "").partition(":")
    if scheme != "cod" or not code:
        return
    yield "where_pcode", code
    if place.kind == "governorate":
        yield "adm1_pcode", code
    elif place.kind == "district" and place.name.en and place.name.en == place.admin2 and _ADM2.fullmatch(code):
        yield "adm2_pcode", code
