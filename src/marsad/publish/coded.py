"""Coded reports in the shapes that `marsad code` writes: a table to read, JSON lines, CSV, ACLED-like CSV, GeoJSON.

Comes in: coded reports in order. Goes out: bytes on a stream, the same for the same input. Nothing is held in memory but one report,
except for the table, which is for people.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import IO, Any

import msgspec

from marsad.publish.acled import INTER
from marsad.records import ActorRef, Casualty, CodedReport, Event, encode

Writer = Callable[[Iterable[CodedReport], IO[bytes]], None]

CSV_COLUMNS = (
    "report_id", "event_id", "type", "event_type", "sub_event_type", "status", "background", "date_start", "date_end", "date_precision",
    "date_stated", "side_a", "side_a_ids", "side_b", "side_b_ids", "place", "place_id", "latitude", "longitude", "where_prec", "admin1",
    "country", "killed_low", "killed_high", "wounded_low", "wounded_high", "casualties", "sources", "confidence", "trigger", "sentence",
)  # fmt: skip
ACLED_COLUMNS = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1", "assoc_actor_1",
    "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting", "iso", "region", "country", "admin1", "admin2",
    "admin3", "location", "latitude", "longitude", "geo_precision", "source", "source_scale", "notes", "fatalities", "tags", "timestamp",
)  # fmt: skip


def writer(shape: str) -> Writer:
    """The writer of a shape: table, jsonl, csv, acled or geojson."""
    return {
        "table": write_table,
        "jsonl": write_jsonl,
        "csv": write_csv,
        "acled": write_acled,
        "geojson": write_geojson,
    }[shape]


def write_jsonl(coded: Iterable[CodedReport], stream: IO[bytes]) -> None:
    """The native output `marsad/1`, one report a line."""
    for report in coded:
        stream.write(encode(report) + b"\n")


def _rows(columns: tuple[str, ...], rows: Iterable[dict[str, Any]], stream: IO[bytes]) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    out = csv.DictWriter(text, columns, lineterminator="\n")
    out.writeheader()
    for row in rows:
        out.writerow(row)
    text.detach()


def write_csv(coded: Iterable[CodedReport], stream: IO[bytes]) -> None:
    """One event a row, in our own columns."""
    _rows(CSV_COLUMNS, (_csv_row(report, event) for report in coded for event in report.events), stream)


def label(ref: ActorRef) -> str:
    """The name of an actor in Arabic, else English."""
    return ref.name.ar or ref.name.en or ""


def total(event: Event, harm: str) -> tuple[int | None, int | None]:
    """(low, high) of one harm over victim groups: the largest single entry, never a sum of a total and its parts."""
    entries = [c for c in event.casualties if c.harm == harm]
    if not entries:
        return None, None
    whole = max(entries, key=lambda c: (c.low or 0, c.victims is None))
    return whole.low, whole.high


def _toll(casualty: Casualty) -> str:
    number = "?" if casualty.low is None and casualty.high is None else (
        str(casualty.low) if casualty.low == casualty.high else (f"≥{casualty.low}" if casualty.high is None else f"{casualty.low or 0}–{casualty.high}")
    )  # fmt: skip
    whom = f" {label(casualty.victims)}" if casualty.victims else ""
    return f"{casualty.harm} {number}{whom}"


def _csv_row(report: CodedReport, event: Event) -> dict[str, Any]:
    place = event.places[0] if event.places else None
    killed, wounded = total(event, "killed"), total(event, "wounded")
    return {
        "report_id": report.report.id, "event_id": event.id, "type": event.type, "event_type": event.acled.event_type,
        "sub_event_type": event.acled.sub_event_type, "status": event.status, "background": int(event.background),
        "date_start": event.when.start, "date_end": event.when.end, "date_precision": event.when.precision, "date_stated": int(event.when.stated),
        "side_a": "; ".join(label(a) for a in event.side_a), "side_a_ids": "; ".join(a.id or "" for a in event.side_a),
        "side_b": "; ".join(label(a) for a in event.side_b), "side_b_ids": "; ".join(a.id or "" for a in event.side_b),
        "place": "; ".join(p.name.ar or p.name.en or "" for p in event.places), "place_id": place.id if place else None,
        "latitude": place.lat if place else None, "longitude": place.lon if place else None, "where_prec": place.precision if place else None,
        "admin1": place.admin1 if place else None, "country": place.country if place else None,
        "killed_low": killed[0], "killed_high": killed[1], "wounded_low": wounded[0], "wounded_high": wounded[1],
        "casualties": "; ".join(_toll(c) for c in event.casualties),
        "sources": "; ".join(a.name.ar or a.name.en or "" for a in event.attribution), "confidence": event.confidence,
        "trigger": "; ".join(s.text for s in event.evidence.triggers),
        "sentence": " ".join(" ".join(s.text.split()) for s in event.evidence.sentences),
    }  # fmt: skip


def write_acled(coded: Iterable[CodedReport], stream: IO[bytes]) -> None:
    """ACLED's export columns, one event a row; only what was read is filled, and events without a date or that are denied are left out."""
    _rows(
        ACLED_COLUMNS,
        (
            _acled_row(r, e)
            for r in coded
            for e in r.events
            if e.when.start and e.status != "denied" and e.acled.event_type
        ),
        stream,
    )


def _acled_row(report: CodedReport, event: Event) -> dict[str, Any]:
    place = event.places[0] if event.places else None
    first, second = (event.side_a[0] if event.side_a else None), (event.side_b[0] if event.side_b else None)
    precision = {"hour": 1, "day": 1, "week": 2}.get(event.when.precision, 3)
    inter1, inter2 = (INTER.get(a.kind, "") if a else "" for a in (first, second))
    return {
        "event_id_cnty": f"{report.report.id}-{event.id}", "event_date": event.when.start, "year": (event.when.start or "")[:4],
        "time_precision": precision, "event_type": event.acled.event_type, "sub_event_type": event.acled.sub_event_type,
        "actor1": (first.name.en or label(first)) if first else "", "assoc_actor_1": "; ".join(a.name.en or label(a) for a in event.side_a[1:]),
        "inter1": inter1, "actor2": (second.name.en or label(second)) if second else "",
        "assoc_actor_2": "; ".join(a.name.en or label(a) for a in event.side_b[1:]), "inter2": inter2,
        "interaction": "-".join(x for x in (inter1, inter2) if x), "civilian_targeting": "Civilian targeting" if inter2 == "Civilians" else "",
        "country": place.country if place else "", "admin1": place.admin1 if place else "", "admin2": place.admin2 if place else "",
        "location": (place.name.en or place.name.ar) if place else "", "latitude": place.lat if place else "", "longitude": place.lon if place else "",
        "geo_precision": {1: 1, 2: 1, 3: 2}.get(place.precision, 3) if place else "", "source": report.report.publisher or "",
        "notes": " ".join(" ".join(s.text.split()) for s in event.evidence.sentences), "fatalities": total(event, "killed")[0] or 0,
    }  # fmt: skip


def write_geojson(coded: Iterable[CodedReport], stream: IO[bytes]) -> None:
    """A FeatureCollection: a point for every event whose most specific place is located."""
    stream.write(b'{"type":"FeatureCollection","features":[')
    glue = b""
    for report in coded:
        for event in report.events:
            place = next((p for p in event.places if p.lat is not None), None)
            if place is None:
                continue
            feature = {
                "type": "Feature",
                "id": f"{report.report.id}/{event.id}",
                "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
                "properties": _csv_row(report, event),
            }
            stream.write(glue + msgspec.json.encode(feature))
            glue = b",\n"
    stream.write(b"]}\n")


def write_table(coded: Iterable[CodedReport], stream: IO[bytes]) -> None:
    """Events as a table for a terminal. Arabic is left to the terminal's own right-to-left shaping."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    out = io.TextIOWrapper(stream, encoding="utf-8", write_through=True)
    console = Console(file=out, width=None if out.isatty() else 150)
    for report in coded:
        title = report.report.title or " ".join(report.report.text.split())[:70]
        table = Table(
            title=f"{report.report.id} · {report.report.published or '?'} · {title}",
            title_justify="left",
            box=box.SIMPLE_HEAD,
            expand=True,
        )
        for column in ("type", "side A", "side B", "where", "when", "toll", "according to", "?"):
            table.add_column(column, overflow="fold")
        for event in report.events:
            where = "، ".join(dict.fromkeys(p.name.ar or p.name.en or "" for p in event.places[:3]))
            flag = "" if event.status == "occurred" else f" ({event.status})"
            table.add_row(
                f"{event.type}{flag}{' ↶' if event.background else ''}", "، ".join(label(a) for a in event.side_a), "، ".join(label(a) for a in event.side_b),
                where, event.when.start or "?", "؛ ".join(_toll(c) for c in event.casualties), "، ".join(a.name.ar or "" for a in event.attribution),
                f"{event.confidence:.2f}",
            )  # fmt: skip
        if report.events:
            console.print(table)
        else:
            console.print(f"{report.report.id}: no event. لا حدث")
        for warning in report.warnings:
            console.print(f"  [dim]{warning.message}[/dim]")
    out.detach()
