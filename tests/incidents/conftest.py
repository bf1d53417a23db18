"""Events of our own making: one town, three outlets, one monitor. Names are invented."""

from __future__ import annotations

from typing import Any

import pytest

from marsad.incidents import Item, items_of
from marsad.knowledge.loader import FOLDER, Knowledge, load_knowledge
from marsad.records import (
    Acled,
    ActorRef,
    Attribution,
    Casualty,
    CodedReport,
    Event,
    Evidence,
    Name,
    PlaceRef,
    Report,
    Series,
    Span,
    When,
)
from marsad.text.dates import load_dates

TOWN = PlaceRef("x.town", Name(ar="تل الورد"), "village", 35.6, 36.6, "SY", "Idlib", None, 2)
NEXT = PlaceRef("x.next", Name(ar="كفر السنديان"), "village", 35.95, 36.6, "SY", "Idlib", None, 2)
MONITOR = Attribution("sohr", Name(ar="المرصد السوري لحقوق الإنسان"), "monitor", "stated")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


def actor(ident: str | None, name: str, kind: str = "rebel_group") -> ActorRef:
    return ActorRef(ident, Name(ar=name), kind)


def killed(
    low: int | None, best: int | None = None, high: int | None = None, cumulative: bool = False, words: str = ""
) -> Casualty:
    victims = ActorRef("common.civilians", Name(ar="مدنيون"), "civilians")
    return Casualty("killed", victims, low, best, high, cumulative, (Span(0, len(words), words),) if words else ())


def event(ident: str = "e1", day: str | None = "2016-03-04", place: PlaceRef | None = TOWN, **given: Any) -> Event:
    sentence = given.pop("sentence", "قصفت المدفعية القرية")
    return Event(
        id=ident,
        type=given.pop("type", "shelling"),
        acled=Acled("Explosions/Remote violence", "Shelling/artillery/missile attack"),
        status=given.pop("status", "occurred"),
        background=given.pop("background", False),
        places=(place,) if place else (),
        when=When(day, day, "day" if day else "unknown", bool(day)),
        evidence=Evidence((), (Span(0, len(sentence), sentence),)),
        **given,
    )


def report(
    ident: str,
    *events: Event,
    published: str | None = "2016-03-04",
    publisher: str = "صحيفة الفجر",
    text: str | None = None,
) -> CodedReport:
    body = text or f"خبر قصير رقم {ident} عن قصف القرية"
    return CodedReport(Report(ident, body, publisher=publisher, published=published), tuple(events))


def items(knowledge: Knowledge, *reports: CodedReport) -> list[Item]:
    dates = load_dates(FOLDER / "languages" / "ar")
    return [i for r in reports for i in items_of(r, knowledge.models["words"], dates)]


__all__ = ["MONITOR", "NEXT", "TOWN", "Series", "actor", "event", "items", "killed", "report"]
