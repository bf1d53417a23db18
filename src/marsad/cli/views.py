"""`marsad view`: what follows from the incidents of a store: control of places, counted series, who quoted whom."""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec
import typer

if TYPE_CHECKING:
    from marsad.incidents import Item
    from marsad.publish.entries import Entry
    from marsad.records_incident import Incident
    from marsad.store import Store


class View(StrEnum):
    """The derived views."""

    control = "control"
    series = "series"
    quotes = "quotes"


def register(app: typer.Typer) -> None:
    app.command("view", help=view.__doc__)(view)


def view(
    kind: View = typer.Argument(metavar="VIEW", help="control, series or quotes. العرض"),
    place: str = typer.Option(None, "--place", help="control: this place only, by name or id. المكان"),
    on: str = typer.Option(
        None, "--on", metavar="DAY", help="control: who held each place on this ISO day. في هذا اليوم"
    ),
    where: str = typer.Option(
        None, "--store", "-s", metavar="DIR|URL", help="Default MARSAD_STORE or ./marsad-store. المستودع"
    ),
    as_json: bool = typer.Option(False, "--json", help="Machine-readable output, one object a line. إخراج JSON"),
) -> None:
    """Control of places over time, counted attack series, who quoted whom. عروض مشتقة من الوقائع.

    control: every told change with its claimants (taken, contested, lost, reached but not held). series: "the fourth since 30 May": which of
    these our incidents document and which are only implied. quotes: which outlet quoted which source, in how many events.

    Examples:

      marsad view control --store archive --place تدمر

      marsad view control --on 2015-06-30

      marsad view series --json
    """
    from marsad.publish.entries import entries
    from marsad.store import open_store

    with open_store(where or os.environ.get("MARSAD_STORE") or "marsad-store") as store:
        found = _decided(store, list(entries(store)))
    lines = {View.control: lambda: _control(found, place, on), View.series: lambda: _series(found), View.quotes: lambda: _quotes(found)}[kind]()  # fmt: skip
    for record, words in lines:
        typer.echo(msgspec.json.encode(record).decode() if as_json else words)


Told = list[tuple["Incident", list["Item"]]]


def _decided(store: Store, found: list[Entry]) -> Told:
    """The incidents as people decided, with the items of their events."""
    from marsad.incidents import items_of
    from marsad.knowledge.loader import load_knowledge
    from marsad.publish.decided import decided
    from marsad.records import CodedReport

    knowledge = load_knowledge()
    weights = knowledge.models["words"]
    return [
        (e.incident, [i for m in e.members for i in items_of(CodedReport(m.report, (m.event,)), weights)])
        for e in decided(found, store.judgements(standing=True), knowledge)
    ]


def _control(found: Told, place: str | None, on: str | None) -> Iterator[tuple[Any, str]]:
    from marsad.incidents import changes_of, holder_on
    from marsad.text.normalize import fold

    for key, changes in changes_of(i for _, items in found for i in items).items():
        if place and place != key and all(fold(place) != fold(c.name) for c in changes):
            continue
        held = holder_on(changes, on) if on else None
        for change in changes if not on else filter(None, [held]):
            who = (change.holder.name.en or change.holder.name.ar) if change.holder else "nobody named"
            said = ", ".join(dict.fromkeys(c.name.en or c.name.ar or "unnamed" for c in change.claimants))
            yield (
                change,
                f"{change.name} ({key})  {change.since or '?'}  {change.move}  {who}  according to بحسب: {said}",
            )


def _series(found: Told) -> Iterator[tuple[Any, str]]:
    from marsad.incidents import series_of

    incidents = [incident for incident, _ in found]
    members = {incident.id: items for incident, items in found}
    for counted in series_of([i for _, items in found for i in items], incidents, members):
        shown = ", ".join(f"{m.ordinal}: {m.incident or 'implied, not documented'}" for m in counted.members)
        beyond = f"; beyond the count: {', '.join(counted.surplus)}" if counted.surplus else ""
        yield counted, f"{counted.event}  {counted.type}  since منذ {counted.since or '?'}  {shown}{beyond}"


def _quotes(found: Told) -> Iterator[tuple[Any, str]]:
    from marsad.incidents import quotes

    for quote in quotes(i for _, items in found for i in items):
        yield quote, f"{quote.outlet} → {quote.source} ({quote.kind})  {len(quote.events)} events أحداث"
