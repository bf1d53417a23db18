"""Records of reconciliation: incidents, the links that make them, and the judgements of people.

An incident never loses who said what: values that differ stay side by side, each with its claimants; `low`/`best`/`high`
are derived from them under the named policy. An event is referred to as "report_id/event_id" (`event_ref`).
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from marsad.records import ActorRef, Harm, Name, PlaceRef, SourceKind, When

IncidentStatus = Literal["open", "closed", "reopened", "merged"]
Grade = Literal["confirmed", "fair", "weak", "contested", "discounted", "single_source"]
MadeBy = Literal["machine", "human"]
LinkAction = Literal["link", "unlink"]
JudgementKind = Literal["accept", "correct", "merge", "split", "reject", "link", "unlink", "undo"]


class Claimant(msgspec.Struct, frozen=True):
    """Who says a value, and in which event of which report ("report_id/event_id")."""

    event: str
    id: str | None = None
    name: Name = Name()
    kind: SourceKind = "media"


class TollClaim(msgspec.Struct, frozen=True):
    """One claimed toll, bounds as reported, with everybody who claims exactly this."""

    low: int | None
    best: int | None
    high: int | None
    cumulative: bool = False
    claimants: tuple[Claimant, ...] = ()
    superseded: bool = False


class Toll(msgspec.Struct, frozen=True):
    """A toll of one category: the claims side by side, and the figures derived from them under `Incident.policy`.

    `victims` is None when nobody says who; `side` is "a", "b" or None.
    """

    harm: Harm
    victims: ActorRef | None
    low: int | None
    best: int | None
    high: int | None
    side: Literal["a", "b"] | None = None
    claims: tuple[TollClaim, ...] = ()


class Value(msgspec.Struct, frozen=True):
    """One of several values claimed for a field, as JSON, with its claimants."""

    value: Any
    claimants: tuple[Claimant, ...] = ()


class Conflict(msgspec.Struct, frozen=True):
    """A field on which the reports do not agree ("when", "place", "side_a", "killed"), with all values claimed."""

    field: str
    values: tuple[Value, ...]


class Incident(msgspec.Struct, frozen=True):
    """One happening, reconciled from the events of several reports.

    `origins` counts independent origins: ten outlets quoting one monitor are one. `reasons` say in words why the grade is
    what it is. `merged_into` names the incident that took this one's events (status "merged"), else None.
    """

    id: str
    type: str
    events: tuple[str, ...]
    status: IncidentStatus = "open"
    when: When = When()
    places: tuple[PlaceRef, ...] = ()
    side_a: tuple[ActorRef, ...] = ()
    side_b: tuple[ActorRef, ...] = ()
    tolls: tuple[Toll, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    grade: Grade = "single_source"
    origins: int = 0
    reasons: tuple[str, ...] = ()
    policy: str = "marsad"
    merged_into: str | None = None


class Reason(msgspec.Struct, frozen=True):
    """Why a score is what it is: the rule, what it adds, the two values compared, and a sentence for a person."""

    rule: str
    weight: float
    words: str
    left: str | None = None
    right: str | None = None


class Link(msgspec.Struct, frozen=True):
    """An event put into an incident, or taken out of it; never overwritten, a later link supersedes.

    `event` is "report_id/event_id". `made_by` "human" rests on a judgement, whose id is `judgement`.
    """

    incident: str
    event: str
    score: float
    reasons: tuple[Reason, ...] = ()
    made_by: MadeBy = "machine"
    action: LinkAction = "link"
    judgement: str | None = None


class Judgement(msgspec.Struct, frozen=True):
    """A person's decision: added, never overwritten. `subject` is an incident id or an event ref.

    `when` is an ISO date-time in UTC; None lets the store's clock say. `undoes` is the id of the judgement taken back
    (kind "undo", which may itself be undone). `value` is what the kind needs: the corrected fields, the ids merged.
    """

    id: str
    kind: JudgementKind
    subject: str
    who: str
    why: str
    value: dict[str, Any] = {}
    when: str | None = None
    undoes: str | None = None


def event_ref(report_id: str, event_id: str) -> str:
    """How an event is named outside its report: "report_id/event_id"."""
    return f"{report_id}/{event_id}"


def split_ref(ref: str) -> tuple[str, str]:
    """The report id and the event id of a ref; report ids may hold slashes, event ids do not."""
    report_id, _, event_id = ref.rpartition("/")
    return report_id, event_id
