"""Events flattened to rows, and the block keys under which linkage finds them again.

A key is a time and a space: "2015-06-25|74:81" (day × half-degree cell), "2015-06|SY/Al-Hasakah" (month × governorate).
An event posts a few keys; a query probes more (days around, neighbouring cells, coarser times), such that whenever A would
find B, B finds A. An event without any date or place, or dated to a stretch of decades, posts none. Cost depends on the block, not on the archive.
"""

from __future__ import annotations

import calendar
import math
from datetime import date, timedelta

import msgspec

from marsad.records import CodedReport, Event, PlaceRef, When, sha256
from marsad.records_incident import event_ref
from marsad.store.rows import EventRow

_CELLS_A_DEGREE = 2
_DAYS_POSTED = 7
_MONTHS_POSTED = 24
_LONGEST_YEARS = 10
_COARSE_PLACE = 6  # UCDP where_prec 6 (country) and 7 (beyond): coordinates say nothing


def flatten(coded: CodedReport, coding_seq: int) -> list[EventRow]:
    """One row for each event of a coding, in its order."""
    return [_row(coded.report.id, event, coding_seq) for event in coded.events]


def _row(report_id: str, event: Event, coding_seq: int) -> EventRow:
    start, end = day_range(event.when)
    place = main_place(event.places)
    return EventRow(
        ref=event_ref(report_id, event.id),
        report_id=report_id,
        event_id=event.id,
        coding_seq=coding_seq,
        type=event.type,
        family=event.acled.event_type,
        status=event.status,
        background=event.background,
        fingerprint=_fingerprint(event),
        when_start=start,
        when_end=end,
        when_precision=event.when.precision,
        when_stated=event.when.stated,
        place_id=place.id if place else None,
        place_precision=place.precision if place else 7,
        country=place.country if place else None,
        admin1=place.admin1 if place else None,
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        confidence=event.confidence,
    )


def main_place(places: tuple[PlaceRef, ...]) -> PlaceRef | None:
    """The place an event or incident is shown at: the first with coordinates, else the first, else None."""
    return next(
        (place for place in places if place.lat is not None and place.lon is not None), next(iter(places), None)
    )


def _fingerprint(event: Event) -> str:
    """What stays when a re-coding only renumbers events: type and the words that name it, with their place."""
    return sha256(msgspec.json.encode([event.type, event.evidence.triggers]).decode())[:16]


def day_range(when: When) -> tuple[str | None, str | None]:
    """First and last ISO day that a date may mean ("2015-06" is its 30 days); (None, None) if unresolved."""
    first, last = _bounds(when.start), _bounds(when.end)
    if first is None and last is None:
        return None, None
    start, end = (first or last or ("", ""))[0], (last or first or ("", ""))[1]
    return (start, end) if start <= end else (end, start)


def _bounds(stated: str | None) -> tuple[str, str] | None:
    """The days of "2015", "2015-06" or "2015-06-25" (with or without a time); None for anything else."""
    if not stated:
        return None
    try:
        parts = [int(part) for part in stated[:10].split("-")]
        first = date(parts[0], *[*parts[1:3], 1, 1][:2])
        last_month = parts[1] if len(parts) > 1 else 12
        last_day = parts[2] if len(parts) > 2 else calendar.monthrange(parts[0], last_month)[1]
        return first.isoformat(), date(parts[0], last_month, last_day).isoformat()
    except (ValueError, IndexError):
        return None


def block_keys(row: EventRow) -> tuple[str, ...]:
    """The keys under which an event is kept, sorted."""
    span = _span(row)
    if span is None:
        return ()
    start, end = span
    times = _days(start, end) if (end - start).days < _DAYS_POSTED else _months(start, end)
    return tuple(sorted(f"{time}|{space}" for time in times for space in _spaces(row, 0)))


def probe_keys(row: EventRow, days: int = 1) -> tuple[str, ...]:
    """The keys of events that may be the same happening: up to `days` apart, in this or a neighbouring cell or unit."""
    span = _span(row)
    if span is None:
        return ()
    start, end = _shift(span[0], -days), _shift(span[1], days)
    times = _months(start, end)
    if len(times) <= _MONTHS_POSTED:
        times = times + _days(start, end)
    return tuple(sorted(f"{time}|{space}" for time in times for space in _spaces(row, 1)))


def _span(row: EventRow) -> tuple[date, date] | None:
    """First and last day; None without a date, or when it is so vague that it would meet everything."""
    if row.when_start is None or row.when_end is None:
        return None
    start, end = date.fromisoformat(row.when_start), date.fromisoformat(row.when_end)
    return (start, end) if end.year - start.year <= _LONGEST_YEARS else None


def _shift(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day


def _days(start: date, end: date) -> list[str]:
    return [(start + timedelta(days=i)).isoformat() for i in range((end - start).days + 1)]


def _months(start: date, end: date) -> list[str]:
    """The months touched; only years for a stretch of more than two years."""
    if end.year - start.year > _MONTHS_POSTED // 12:
        return [f"{year:04d}" for year in range(start.year, end.year + 1)]
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return [f"{i // 12:04d}-{i % 12 + 1:02d}" for i in range(first, last + 1)]


def _spaces(row: EventRow, around: int) -> list[str]:
    spaces = []
    if row.lat is not None and row.lon is not None and row.place_precision < _COARSE_PLACE:
        y, x = math.floor(row.lat * _CELLS_A_DEGREE), math.floor(row.lon * _CELLS_A_DEGREE)
        reach = range(-around, around + 1)
        spaces += [f"{y + dy}:{(x + dx + 360) % 720 - 360}" for dy in reach for dx in reach]
    if row.country and row.admin1:
        spaces.append(f"{row.country}/{row.admin1}")
    return spaces or ([row.country] if row.country else [])
