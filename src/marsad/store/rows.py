"""What the store hands out beside the records of the rooms: retrievals, codings with their history, rows, damage."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from marsad.records import CodedReport, Span


class Retrieval(msgspec.Struct, frozen=True):
    """How raw bytes came in. `retrieved_at` is ISO UTC; `tool` names program and version; headers as the server sent them.

    `timestamp_token` is an RFC 3161 token (DER) over the SHA-256 of the bytes, None when no authority was asked.
    """

    url: str | None = None
    retrieved_at: str | None = None
    headers: dict[str, str] = {}
    tool: str = ""
    timestamp_token: bytes | None = None


class Document(msgspec.Struct, frozen=True):
    """Raw bytes as kept: address, media type, size, and every time they were retrieved, oldest first."""

    sha256: str
    media_type: str
    size: int
    retrievals: tuple[Retrieval, ...] = ()


class Coding(msgspec.Struct, frozen=True):
    """One coding of one report, with what made it. `seq` is its place in the journal; `current` says whether it stands."""

    seq: int
    knowledge_version: str
    coder: str
    at: str
    current: bool
    coded: CodedReport


class EventRow(msgspec.Struct, frozen=True):
    """An event of a current coding, flattened to what blocking and lists need.

    `when_start`/`when_end` are full ISO days (a month is widened to its first and last day); place columns are those of the
    first place with coordinates, else of the first place. `family` is the ACLED event type. `fingerprint` stays the same
    when a re-coding only renumbers the events of a report.
    """

    ref: str
    report_id: str
    event_id: str
    coding_seq: int
    type: str
    family: str
    status: str
    background: bool
    fingerprint: str
    when_start: str | None = None
    when_end: str | None = None
    when_precision: str = "unknown"
    when_stated: bool = False
    place_id: str | None = None
    place_precision: int = 7
    country: str | None = None
    admin1: str | None = None
    lat: float | None = None
    lon: float | None = None
    confidence: float = 0.0


class JournalEntry(msgspec.Struct, frozen=True):
    """One line of the append-only log. `digest` is the SHA-256 of what was written, `hash` chains it to `prev_hash`."""

    seq: int
    at: str
    kind: str
    subject: str
    digest: str
    prev_hash: str
    hash: str


class Head(msgspec.Struct, frozen=True):
    """The end of the journal. Kept elsewhere (an edition, a timestamp), it proves later that nothing was cut off."""

    seq: int
    hash: str


class Edition(msgspec.Struct, frozen=True):
    """A frozen release: its manifest and the SHA-256 of each of its files, with the journal's head at that moment."""

    id: str
    at: str
    manifest: dict[str, Any]
    checksums: dict[str, str]
    head: Head


class LinkRow(msgspec.Struct, frozen=True):
    """A link as kept, with its place in the journal and its time."""

    seq: int
    at: str
    incident: str
    event: str
    action: Literal["link", "unlink"]
    score: float
    reasons: str
    made_by: Literal["machine", "human"]
    judgement: str | None


class Damage(msgspec.Struct, frozen=True):
    """One thing that is not as it was written: the part of the store, which thing in it, and what is wrong."""

    part: str
    subject: str
    what: str

    def __str__(self) -> str:
        return f"{self.part} {self.subject}: {self.what}"


class Hit(msgspec.Struct, frozen=True):
    """A report found by full-text search. `spans` are the words that matched, in text order, at most ten."""

    report_id: str
    title: str | None
    published: str | None
    score: float
    spans: tuple[Span, ...] = ()


class Near(msgspec.Struct, frozen=True):
    """Something within reach of a point, with its great-circle distance."""

    ref: str
    distance_km: float


class Stats(msgspec.Struct, frozen=True):
    """How much is in the store; bytes is its size on disk, None where the server does not say."""

    documents: int
    reports: int
    versions: int
    codings: int
    events: int
    incidents: int
    links: int
    judgements: int
    editions: int
    journal: int
    bytes: int | None
