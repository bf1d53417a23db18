"""Invented reports with hand-made codings for the store's tests; any number of them, each like no other."""

from __future__ import annotations

from marsad.records import (
    Acled,
    CodedReport,
    Event,
    Evidence,
    Name,
    PlaceRef,
    Report,
    Section,
    Span,
    When,
    sha256,
)
from marsad.records_incident import Incident, Link, Reason, event_ref
from marsad.store import Retrieval

AT = "2026-01-02T03:04:05.000Z"
_PLACES = (
    ("بلدة الواحة", 36.50, 40.75, "Al-Hasakah"),
    ("قرية النخيل", 35.95, 39.01, "Ar-Raqqah"),
    ("حي البستان", 36.20, 37.16, "Aleppo"),
)


def clock() -> str:
    """A clock that stands still."""
    return AT


def report(number: int = 1, extra: str = "", published: str | None = "2015-06-26") -> Report:
    """An invented report; `extra` makes another version of it."""
    place = _PLACES[number % len(_PLACES)][0]
    text = f"قصفت طائرات حربية {place} يوم الخميس، وفق مصادر محلية. الخبر رقم {number}.{extra}\nتعليق قارئ: شائعة"
    cut = text.index("\n") + 1
    sections = (Section("body", 0, cut), Section("comment", cut, len(text)))
    return Report(
        id=f"r{number}",
        text=text,
        url=f"https://news.example/{number}",
        title=f"قصف على {place}",
        publisher="وكالة الواحة",
        published=published,
        sha256=sha256(text),
        sections=sections,
    )


def coded(of: Report, kind: str = "air_strike", day: str = "2015-06-25") -> CodedReport:
    """A coding with one event, every span of which quotes the report."""
    number = int(of.id.removeprefix("r")) if of.id.removeprefix("r").isdigit() else 0
    name, lat, lon, admin1 = _PLACES[number % len(_PLACES)]
    place = PlaceRef(
        id=f"own:{number % len(_PLACES)}",
        name=Name(ar=name),
        kind="town",
        lat=lat,
        lon=lon,
        country="SY",
        admin1=admin1,
        precision=2,
        evidence=(quote(of, name),),
    )
    event = Event(
        id="e1",
        type=kind,
        acled=Acled("Explosions/Remote violence", "Air/drone strike"),
        status="occurred",
        background=False,
        places=(place,),
        when=When(day, day, "day", True, (quote(of, "يوم الخميس"),)),
        confidence=0.75,
        evidence=Evidence((quote(of, "قصفت"),), ()),
    )
    return CodedReport(of, (event,))


def quote(of: Report, words: str) -> Span:
    """The span of the first occurrence of words in a report."""
    start = of.text.index(words)
    return Span(start, start + len(words), words)


def incident(number: int, *events: str, **changes: object) -> Incident:
    """An incident of some events."""
    return Incident(id=f"i{number}", type="air_strike", events=events, when=When("2015-06-25", "2015-06-25"), **changes)  # type: ignore[arg-type]


def link(number: int, report_id: str, **changes: object) -> Link:
    """A machine's link of the event of a report into an incident."""
    reasons = (Reason("same_day", 2.0, "نفس اليوم", "2015-06-25", "2015-06-25"),)
    return Link(f"i{number}", event_ref(report_id, "e1"), 0.8, reasons, **changes)  # type: ignore[arg-type]


def retrieval(number: int) -> Retrieval:
    """How an invented page was fetched."""
    return Retrieval(f"https://news.example/{number}", AT, {"content-type": "text/html"}, "marsad test")
