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


def figures(tolls: Sequence[Toll], harm: str = "killed") -> tuple[int | None, int | None, int | None]:
    """low, best, high of all killed (or another harm); None where open or unknown.

    Categories may overlap (five killed, three children), so they are added only when each is the loss of another side.
    """
    ours = [t for t in tolls if t.harm == harm]
    sides = [t.side for t in ours]
    if len(ours) > 1 and (None in sides or len(set(sides)) < len(sides)):
        return None, None, None
    return _sum([t.low for t in ours]), _sum([t.best for t in ours]), _sum([t.high for t in ours])


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
