"""Entries made by hand for the tests of formats: invented groups, places, outlets and tolls."""

from __future__ import annotations

from typing import Any

from marsad.publish.entries import Entry, Member
from marsad.records import Acled, ActorRef, Event, Name, PlaceRef, Report, When, sha256
from marsad.records_incident import Incident, Toll

ARMY = ActorRef("sy.army", Name("الجيش السوري", "Syrian army"), "state_force", "SY")
REBELS = ActorRef(None, Name("لواء الريحان", "Rayhan Brigade"), "rebel_group", "SY")
CIVILIANS = ActorRef("common.civilians", Name("مدنيون", "civilians"), "civilians")
PRIVATE = ActorRef(None, Name("سامر الخيالي", "Samir al-Khayali"), "civilians", "SY")
TOWN = PlaceRef("xx.tell_rayhan", Name("تل الريحان", "Tell Rayhan"), "town", 35.5, 36.25, "SY", "Idlib", "Harim", 1)
DAY = When("2016-03-03", "2016-03-03", "day", True)
KILLED = Toll("killed", CIVILIANS, 3, 4, 6, "b")


def report(number: int = 1, **changes: Any) -> Report:
    text = f"تقرير {number}"
    values: dict[str, Any] = {
        "id": f"r{number}",
        "text": text,
        "url": f"https://news.example/{number}",
        "title": f"عنوان {number}",
        "publisher": f"Outlet {number}",
        "published": "2016-03-04T10:00:00+03:00",
        "sha256": sha256(text),
    }
    return Report(**{**values, **changes})


def entry(reports: tuple[Report, ...] | None = None, weapons: tuple[Any, ...] = (), **changes: Any) -> Entry:
    """Shelling of a town by the army, told by two outlets; `changes` are fields of the incident."""
    told = (report(1), report(2)) if reports is None else reports
    values: dict[str, Any] = {
        "id": "i-0123456789ab",
        "type": "shelling",
        "events": tuple(f"{r.id}/e1" for r in told),
        "when": DAY,
        "places": (TOWN,),
        "side_a": (ARMY,),
        "side_b": (CIVILIANS,),
        "tolls": (KILLED,),
        "grade": "fair",
        "origins": 2,
    }
    incident = Incident(**{**values, **changes})
    acled = Acled("Explosions/Remote violence", "Shelling/artillery/missile attack")
    event = Event(
        "e1",
        incident.type,
        acled,
        "occurred",
        False,
        incident.side_a,
        incident.side_b,
        incident.places,
        weapons=weapons,
    )
    return Entry(incident, tuple(Member(f"{r.id}/e1", r, event) for r in told))


def bare(**changes: Any) -> Entry:
    """An incident of which only the type is known."""
    empty: dict[str, Any] = {"when": When(), "places": (), "side_a": (), "side_b": (), "tolls": (), "origins": 1}
    bare_report = report(url=None, title=None, publisher=None, published=None)
    return entry((bare_report,), **{**empty, "grade": "single_source", **changes})
