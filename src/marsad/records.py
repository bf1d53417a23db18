"""All that rooms hand to each other: frozen, typed records. The coded report is the versioned interface `marsad/1`.

Offsets are Unicode code points into `report.text`, end exclusive; `span.text == report.text[span.start:span.end]`, always.
`None` means that the report does not say; `0` that it says none.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

SCHEMA = "marsad/1"

SectionKind = Literal["title", "body", "comment", "boilerplate"]
Status = Literal["occurred", "ongoing", "attempted", "denied"]
Precision = Literal["hour", "day", "week", "month", "year", "unknown"]
Harm = Literal["killed", "wounded", "killed_and_wounded", "captured", "missing", "displaced"]
SourceKind = Literal["monitor", "official", "media", "local", "party", "anonymous"]
Stance = Literal["stated", "confirmed", "claimed", "denied", "rumoured"]


class Span(msgspec.Struct, frozen=True):
    """Words of the report: half-open code-point offsets and the words themselves."""

    start: int
    end: int
    text: str


class Name(msgspec.Struct, frozen=True):
    """A name in the two languages of the project; at least one is set."""

    ar: str | None = None
    en: str | None = None


class Section(msgspec.Struct, frozen=True):
    """A stretch of `report.text` of one kind. Sections are in text order and do not overlap."""

    kind: SectionKind
    start: int
    end: int


class Report(msgspec.Struct, frozen=True):
    """One article as published. `published` is an ISO date (or date-time) in the outlet's time zone; None if unknown."""

    id: str
    text: str
    url: str | None = None
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    language: str = "ar"
    sha256: str = ""
    sections: tuple[Section, ...] = ()


class ActorRef(msgspec.Struct, frozen=True):
    """An actor as one report shows it. `id` is None when the name was recognised by its form only."""

    id: str | None
    name: Name
    kind: str
    country: str | None = None
    allegiance: str | None = None
    evidence: tuple[Span, ...] = ()


class PlaceRef(msgspec.Struct, frozen=True):
    """A place as one report shows it. `precision` is UCDP `where_prec`: 1 exact site … 7 country.

    `lat`/`lon` are WGS 84 degrees, None when unresolved. `relation` is the report's own relation to the named place
    ("near", "west of", "countryside of"), None when the place itself is meant.
    """

    id: str | None
    name: Name
    kind: str
    lat: float | None = None
    lon: float | None = None
    country: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    precision: int = 7
    relation: str | None = None
    evidence: tuple[Span, ...] = ()


class When(msgspec.Struct, frozen=True):
    """Date of an event: ISO `start`/`end` as precise as stated ("2015-06-25", "2015-06", "2015"); None if unresolved.

    `stated` is False when the report does not date the event and its publication date is used (or nothing is known).
    """

    start: str | None = None
    end: str | None = None
    precision: Precision = "unknown"
    stated: bool = False
    evidence: tuple[Span, ...] = ()


class Casualty(msgspec.Struct, frozen=True):
    """A toll as reported: bounds kept as written. `low`/`high` None when open; `victims` None when the report does not say."""

    harm: Harm
    victims: ActorRef | None
    low: int | None
    best: int | None
    high: int | None
    cumulative: bool = False
    evidence: tuple[Span, ...] = ()


class Attribution(msgspec.Struct, frozen=True):
    """Who says so, and how: a link of the source chain of an event, the origin first."""

    id: str | None
    name: Name
    kind: SourceKind
    stance: Stance
    evidence: tuple[Span, ...] = ()


class Weapon(msgspec.Struct, frozen=True):
    """A weapon or means named with an event."""

    id: str
    evidence: tuple[Span, ...] = ()


class Series(msgspec.Struct, frozen=True):
    """The event's place in a series that the report counts: "the fourth attack since 30 May"."""

    ordinal: int
    since: str | None = None
    evidence: tuple[Span, ...] = ()


class Acled(msgspec.Struct, frozen=True):
    """ACLED's event type and sub-event type, through the crosswalk."""

    event_type: str
    sub_event_type: str


class Evidence(msgspec.Struct, frozen=True):
    """The words that name the event, and the sentences it was read from."""

    triggers: tuple[Span, ...] = ()
    sentences: tuple[Span, ...] = ()


class Event(msgspec.Struct, frozen=True):
    """What one report says happened.

    `confidence`: the probability that a careful reader codes the event too; `field_confidence`: that all values of a field ("sides", "places",
    "when", "casualties", "attribution") are right, given that the event is. Calibrated: docs/scores.md.
    """

    id: str
    type: str
    acled: Acled
    status: Status
    background: bool
    side_a: tuple[ActorRef, ...] = ()
    side_b: tuple[ActorRef, ...] = ()
    places: tuple[PlaceRef, ...] = ()
    when: When = When()
    casualties: tuple[Casualty, ...] = ()
    attribution: tuple[Attribution, ...] = ()
    weapons: tuple[Weapon, ...] = ()
    confidence: float = 0.0
    series: Series | None = None
    evidence: Evidence = Evidence()
    field_confidence: dict[str, float] = {}


class Claim(msgspec.Struct, frozen=True):
    """What a reader's comment alleges: kept, never an event, never evidence. `section` indexes `report.sections`."""

    section: int
    stance: Stance
    about: tuple[str, ...] = ()
    actors: tuple[ActorRef, ...] = ()
    evidence: tuple[Span, ...] = ()


class Warning(msgspec.Struct, frozen=True):
    """Something a user of this coding should know, with a stable code."""

    code: str
    message: str


class CodedReport(msgspec.Struct, frozen=True):
    """A report with everything that was read out of it: one line of `marsad code --format jsonl`."""

    report: Report
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()
    warnings: tuple[Warning, ...] = ()
    schema: str = SCHEMA


def sha256(text: str) -> str:
    """Hex SHA-256 of the UTF-8 bytes of `text`: how a document is addressed everywhere."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def encode(coded: CodedReport) -> bytes:
    """One line of JSON, without the newline; the same record gives the same bytes."""
    return msgspec.json.encode(coded)


def decode(line: bytes | str) -> CodedReport:
    """The record behind one line of JSON.

    Raises: msgspec.ValidationError (a ValueError) when the line is not a coded report.
    """
    return msgspec.json.decode(line, type=CodedReport)
