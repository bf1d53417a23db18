"""Events made ready to be compared: what linkage looks at, computed once a report.

Comes in: a coded report. Goes out: one `Item` an event, with its days as numbers, its places as points, and the words of its
report's body as folded sets. Nothing here decides anything.
"""

from __future__ import annotations

import calendar
import zlib
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise

import msgspec

from marsad.incidents.clues import clues_of_day, day_clues, full_dates
from marsad.records import CodedReport, Event, PlaceRef, Report, When
from marsad.records_incident import event_ref
from marsad.text.dates import Dates
from marsad.text.normalize import fold
from marsad.text.tokens import Tokens, variants

FINE, COARSE = 3, 6  # UCDP where_prec: up to 3 a place or its surroundings; 6 and 7 say nothing
_SHINGLE = 6
_SHORT = 3
_LEAD = 60
_OPENING = 25
_TELLING = 3.0
_RECALLED = 14
# Kind words that make a name no gazetteer holds a place of its own, as the coder gives them.
_SETTLED = frozenset(
    [
        "village",
        "town",
        "city",
        "neighbourhood",
        "camp",
        *map(fold, ("قرية", "بلدة", "مدينة", "حي", "مخيم", "ناحية", "منطقة")),
    ]
)


class Spot(msgspec.Struct, frozen=True):
    """A place of an event as linkage sees it. `name` is folded; `lat`/`lon` are None when unresolved."""

    name: str
    id: str | None
    lat: float | None
    lon: float | None
    precision: int
    kind: str
    country: str | None
    admin1: str | None


class Item(msgspec.Struct, frozen=True):
    """One event with all that comparing needs.

    first_day, last_day: proleptic ordinals of the days it may have happened on, None if unresolved. hints: ordinals of full dates
    in an undated report, one of which may be its day. clues: see clues.py. words: telling stems of the report's body, lead: of its title and
    opening, focus: of its title and the event's own sentences, each with how telling it is in all (`mass`); pairs: neighbouring word pairs of these sentences; shingles: hashes of six-word runs of the body, runs: of the event's own
    sentences. headed: names of places that the title or the first words name. main: the report is about this event.
    """

    ref: str
    report_id: str
    event: Event
    publisher: str | None
    published: int | None
    first_day: int | None
    last_day: int | None
    spots: tuple[Spot, ...]
    hints: tuple[int, ...] = ()
    clues: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    lead: frozenset[str] = frozenset()
    focus: frozenset[str] = frozenset()
    mass: tuple[float, float, float] = (0.0, 0.0, 0.0)
    pairs: frozenset[str] = frozenset()
    shingles: frozenset[int] = frozenset()
    runs: frozenset[int] = frozenset()
    headed: frozenset[str] = frozenset()
    main: bool = False

    @property
    def dated(self) -> bool:
        return self.first_day is not None


def items_of(coded: CodedReport, weights: Mapping[str, float], dates: Dates | None = None) -> tuple[Item, ...]:
    """One item an event of a report, in its order.

    Args: weights: how telling each stem is (`knowledge.models["words"]`).
          dates: the date grammar, to look for the day of an undated report in its text; None: do not look.
    """
    report = coded.report
    body = body_of(report)
    tokens = [w for w in Tokens(body).words if w != "\n"]
    headline = Tokens(report.title or "").words
    words = telling(tokens, weights)
    lead = telling([*headline, *tokens[:_LEAD]], weights)
    title = telling(headline, weights)
    shingles = frozenset(_hashes(tokens))
    published = day_of(report.published)
    hints = full_dates(body, dates) if published is None and dates is not None else ()
    opening = {v for w in [*headline, *tokens[:_OPENING]] for v, _ in variants(w)}
    masses = (_mass(words, weights), _mass(lead, weights))
    loose = day_clues(body, dates) if published is None and dates is not None else frozenset()
    main = {e.id for e in main_events(coded, hints)}
    out = []
    for event in coded.events:
        first, last = day_window(event.when)
        spots = tuple(spot_of(p) for p in event.places if is_named(p))
        sentences = [Tokens(s.text).words for s in event.evidence.sentences]
        focus = title | telling((w for sentence in sentences for w in sentence), weights)
        out.append(
            Item(
                ref=event_ref(report.id, event.id),
                report_id=report.id,
                event=event,
                publisher=report.publisher,
                published=published,
                first_day=first,
                last_day=last,
                spots=spots,
                hints=hints,
                clues=_clues(event, first, last, loose, dates),
                words=words,
                lead=lead,
                focus=focus,
                mass=(masses[0], masses[1], _mass(focus, weights)),
                pairs=_pairs(sentences),
                shingles=shingles,
                runs=_runs(sentences),
                headed=frozenset(s.name for s in spots if s.name and _names_it(s.name, opening)),
                main=event.id in main,
            )
        )
    return tuple(out)


def light_items(coded: CodedReport) -> tuple[Item, ...]:
    """Items with no more than blocking needs: days, places and copied runs; cheap, and the same for the same coding."""
    out = []
    for event in coded.events:
        first, last = day_window(event.when)
        ref = event_ref(coded.report.id, event.id)
        spots = tuple(spot_of(p) for p in event.places if is_named(p))
        sentences = [Tokens(s.text).words for s in event.evidence.sentences]
        out.append(Item(ref, coded.report.id, event, None, None, first, last, spots, runs=_runs(sentences)))
    return tuple(out)


def _clues(
    event: Event, first: int | None, last: int | None, loose: frozenset[str], dates: Dates | None
) -> frozenset[str]:
    """The clues of an event's day: of the day itself, else of its own date words, else of the whole undated report."""
    if first is not None:
        return clues_of_day(first) if first == last else frozenset()
    if dates is None:
        return frozenset()
    own = day_clues(" . ".join(s.text for s in event.when.evidence), dates)
    return own or loose


def body_of(report: Report) -> str:
    """What the outlet itself wrote: title and body, without readers' comments and page furniture."""
    if not report.sections:
        return report.text
    return "\n".join(report.text[s.start : s.end] for s in report.sections if s.kind in ("title", "body"))


def content_words(words: Iterable[str]) -> list[str]:
    """Folded words of more than three letters, without their proclitics and article; numbers as they are."""
    return [stem(w) for w in words if len(w) > _SHORT or w.isdigit()]


def telling(words: Iterable[str], weights: Mapping[str, float]) -> frozenset[str]:
    """The stems that few reports share: what is in every report of a war tells nothing."""
    return frozenset(w for w in content_words(words) if weight_of(w, weights) >= _TELLING)


def _names_it(name: str, opening: set[str]) -> bool:
    """Are all words of a place's name among the opening words, proclitics aside?"""
    return all(w in opening or f"ال{w}" in opening for w in name.split())


def _mass(stems: frozenset[str], weights: Mapping[str, float]) -> float:
    return sum(weight_of(w, weights) for w in sorted(stems))


def weight_of(stem: str, weights: Mapping[str, float]) -> float:
    """How telling a stem is: the log of how many reports there are for one that has it."""
    return weights.get(stem) or weights.get("unlisted", 6.5)


def stem(word: str) -> str:
    """The shortest reading of a folded word without proclitics and article: "وبالقصف" -> "قصف" (a key to compare by, no analysis)."""
    rest = min((v for v, _ in variants(word) if len(v) >= _SHORT), key=len, default=word)
    return rest[2:] if rest.startswith("ال") and len(rest) > _SHORT + 2 else rest


def _pairs(sentences: list[list[str]]) -> frozenset[str]:
    out: set[str] = set()
    for sentence in sentences:
        words = content_words(w for w in sentence if w != "\n")
        out.update(f"{a} {b}" for a, b in pairwise(words) if a != b)
    return frozenset(out)


def _runs(sentences: list[list[str]]) -> frozenset[int]:
    return frozenset(h for sentence in sentences for h in _hashes([w for w in sentence if w != "\n"]))


def _hashes(words: list[str]) -> list[int]:
    """CRC-32 of each run of six words: the same on every machine and run, unlike `hash`."""
    return [zlib.crc32(" ".join(words[i : i + _SHINGLE]).encode()) for i in range(len(words) - _SHINGLE + 1)]


def is_named(place: PlaceRef) -> bool:
    """Does a place tell happenings apart? "منازل", "سوق شعبي", "مستشفى قريب" are in every town; an unknown village or quarter is one place."""
    return place.id is not None or fold(place.kind) in _SETTLED


def spot_of(place: PlaceRef) -> Spot:
    """A place reference, folded for comparison; coordinates of countries and the like are dropped, for they say nothing."""
    near = place.precision < COARSE
    return Spot(
        name=" ".join(fold(place.name.ar or place.name.en or "").split()),
        id=place.id,
        lat=place.lat if near else None,
        lon=place.lon if near else None,
        precision=place.precision,
        kind=place.kind,
        country=place.country,
        admin1=place.admin1,
    )


def day_window(when: When) -> tuple[int | None, int | None]:
    """First and last day (ordinals) that a date may mean; "2015-06" is its thirty days; (None, None) if unresolved."""
    first, last = _bounds(when.start), _bounds(when.end or when.start)
    if first is None or last is None:
        return (None, None)
    return min(first[0], last[0]), max(first[1], last[1])


def day_of(stated: str | None) -> int | None:
    """The ordinal of a full ISO date or date-time; None for anything less."""
    bounds = _bounds(stated)
    return bounds[0] if bounds and bounds[0] == bounds[1] else None


def _bounds(stated: str | None) -> tuple[int, int] | None:
    if not stated:
        return None
    try:
        parts = [int(p) for p in stated[:10].split("-")]
        year, month = parts[0], parts[1] if len(parts) > 1 else None
        if len(parts) > 2:
            day = date(year, parts[1], parts[2]).toordinal()
            return day, day
        first = date(year, month or 1, 1)
        last = date(year, month or 12, calendar.monthrange(year, month or 12)[1])
    except (ValueError, IndexError):
        return None
    return first.toordinal(), last.toordinal()


def main_refs(coded: CodedReport, dates: Dates) -> frozenset[str]:
    """Refs of the events a report is about (see `main_events`)."""
    hints = full_dates(body_of(coded.report), dates) if day_of(coded.report.published) is None else ()
    return frozenset(event_ref(coded.report.id, e.id) for e in main_events(coded, hints))


def main_events(coded: CodedReport, hints: tuple[int, ...] = ()) -> tuple[Event, ...]:
    """The events a report is about; those it only recalls are left out.

    A roundup is about all that it lists. What is told as background, denied, or dated more than two weeks before the report (or before the
    latest full date in it, when it is undated: `hints`) is recalled.
    """
    told = day_of(coded.report.published) or max(hints, default=None)
    live = [e for e in coded.events if not e.background and e.status != "denied" and not _recalled(e, told)]
    return tuple(live)


def _recalled(event: Event, told: int | None) -> bool:
    last = day_window(event.when)[1]
    return told is not None and last is not None and told - last > _RECALLED
