"""The change log of an edition: added, corrected, extended and withdrawn incidents, each with what caused it.

Comes in: the rows (`incidents.jsonl`) of the last edition and of this one, and the store's log since. Goes out: `Change` records and CHANGES.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from marsad.publish.entries import Entry
from marsad.records import ActorRef, PlaceRef
from marsad.records_incident import Incident, Judgement, split_ref
from marsad.store import Store

Sort = Literal["added", "corrected", "extended", "withdrawn"]


class Source(msgspec.Struct, frozen=True):
    """A report behind an incident: enough to find it."""

    id: str
    url: str | None = None
    publisher: str | None = None
    published: str | None = None


class Row(msgspec.Struct, frozen=True):
    """One line of `incidents.jsonl`: an incident as published, and its reports."""

    incident: Incident
    reports: tuple[Source, ...]


class Difference(msgspec.Struct, frozen=True):
    """A field that reads otherwise than before; empty: nothing was said."""

    field: str
    old: str
    new: str


class Change(msgspec.Struct, frozen=True):
    """What became of one incident since the last edition. `causes` are sentences."""

    sort: Sort
    incident: str
    about: str
    fields: tuple[Difference, ...] = ()
    causes: tuple[str, ...] = ()


def row_of(entry: Entry) -> Row:
    """The line of an entry."""
    reports = {
        m.report.id: Source(m.report.id, m.report.url, m.report.publisher, m.report.published) for m in entry.members
    }
    return Row(entry.incident, tuple(reports[ident] for ident in sorted(reports)))


class Log:
    """What the store did after an edition: judgements made or undone, reports taken in or coded anew."""

    def __init__(self, store: Store, after: int, explain: bool = True) -> None:
        """`after`: the journal's `seq` at that edition. `explain` False: a judgement is named, but not in its author's words."""
        subjects: dict[str, set[str]] = {"judgement": set(), "coding": set(), "intake": set()}
        for line in store.journal(after):
            subjects.setdefault(line.kind, set()).add(line.subject)
        every = {j.id: j for j in store.judgements()}
        self._store, self._explain = store, explain
        self._new = [j for j in every.values() if j.id in subjects["judgement"]]
        self._undone = {j.id: every[j.undoes] for j in self._new if j.undoes in every}
        self._coded, self._taken = subjects["coding"], subjects["intake"]
        self._standing = store.judgements(standing=True)

    def causes(self, idents: set[str], refs: set[str], before: set[str]) -> tuple[str, ...]:
        """Why an incident reads otherwise. `refs`: its events then and now; `before`: its reports then."""
        out = [self._words(j) for j in self._new if self._touches(self._undone.get(j.id, j), idents, refs)]
        now = sorted({split_ref(r)[0] for r in refs})
        out += [f"report {r} joined" for r in now if r not in before]
        out += [f"report {r} was published anew" for r in now if r in before and r in self._taken]
        out += [f"report {r} was coded anew" for r in now if r in before and r in self._coded - self._taken]
        return tuple(out)

    def rejected(self, old: Incident) -> tuple[str, ...]:
        """The judgements that reject an incident or its events."""
        return tuple(
            self._words(j) for j in self._standing if j.kind == "reject" and j.subject in {old.id, *old.events}
        )

    def changed_reports(self, old: Incident) -> tuple[str, ...]:
        """Reports of an incident that their publisher changed, or that are gone."""
        reports = sorted({split_ref(r)[0] for r in old.events})
        return tuple(r for r in reports if r in self._taken or self._store.report(r) is None)

    def _words(self, judgement: Judgement) -> str:
        undone = f" of {judgement.undoes}" if judgement.undoes else ""
        why = f": {' '.join(judgement.why.split())}" if self._explain and judgement.why.strip() else ""
        return f"judgement {judgement.id} ({judgement.kind}{undone}){why}"

    @staticmethod
    def _touches(judgement: Judgement, idents: set[str], refs: set[str]) -> bool:
        named = {str(r) for r in judgement.value.get("events", ())}
        named |= {str(r) for group in judgement.value.get("groups", ()) for r in group}
        return bool(({judgement.subject} & (idents | refs)) | (named & refs))


def changes(
    old: Mapping[str, Row], new: Mapping[str, Row], log: Log, store: Store, held_back: frozenset[str]
) -> tuple[Change, ...]:
    """All changes: added, corrected, extended, withdrawn; each sort by incident id.

    Args: held_back: ids of incidents that stand, but are too fresh for this edition.
    """
    added = [_added(new[i], log) for i in sorted(new.keys() - old.keys())]
    both = [_compared(old[i], new[i], log) for i in sorted(new.keys() & old.keys())]
    gone = [_withdrawn(old[i].incident, log, store, held_back) for i in sorted(old.keys() - new.keys())]
    changed = [c for c in both if c]
    return (*added, *(c for sort in ("corrected", "extended") for c in changed if c.sort == sort), *gone)


def _added(row: Row, log: Log) -> Change:
    causes = [c for c in log.causes({row.incident.id}, set(row.incident.events), set()) if c.startswith("judgement")]
    return Change("added", row.incident.id, about(row.incident), (), tuple(causes))


def _compared(old: Row, new: Row, log: Log) -> Change | None:
    was, now = facets(old), facets(new)
    keys = [*was, *(k for k in now if k not in was)]
    fields = tuple(Difference(k, was.get(k, ""), now.get(k, "")) for k in keys if was.get(k, "") != now.get(k, ""))
    if not fields:
        return None
    refs = {*old.incident.events, *new.incident.events}
    causes = log.causes({new.incident.id}, refs, {r.id for r in old.reports})
    sort: Sort = "extended" if all(f.field in ("reports", "origins", "grade") for f in fields) else "corrected"
    return Change(sort, new.incident.id, about(new.incident), fields, causes or ("derived anew by newer rules",))


def _withdrawn(old: Incident, log: Log, store: Store, held_back: frozenset[str]) -> Change:
    return Change("withdrawn", old.id, about(old), (), _why_gone(old, log, store, held_back))


def _why_gone(old: Incident, log: Log, store: Store, held_back: frozenset[str]) -> tuple[str, ...]:
    now = store.incident(old.id)
    if now is not None and now.status == "merged":
        causes = log.causes({old.id}, set(old.events), {split_ref(r)[0] for r in old.events})
        return (f"merged into {_heir(now, store)}", *causes)
    if rejected := log.rejected(old):
        return tuple(f"rejected: {words}" for words in rejected)
    if old.id in held_back:
        return ("held back: a report or date is within the publication delay",)
    if changed := log.changed_reports(old):
        return tuple(f"report {r} was withdrawn or changed by its publisher and tells it no longer" for r in changed)
    return ("its events are no longer coded",)


def _heir(incident: Incident, store: Store) -> str:
    """The standing incident at the end of a chain of merges."""
    seen: set[str] = set()
    while incident.status == "merged" and incident.merged_into and incident.id not in seen:
        seen.add(incident.id)
        after = store.incident(incident.merged_into)
        if after is None:
            return incident.merged_into
        incident = after
    return incident.id


def about(incident: Incident) -> str:
    """An incident in a few words: day, type, first place."""
    place = next((p.name.ar or p.name.en for p in incident.places), None)
    return " · ".join(x for x in (incident.when.start or "undated", incident.type, place) if x)


def facets(row: Row) -> dict[str, str]:
    """What is compared, field by field, as it is shown; the order of names does not count."""
    incident = row.incident
    when = incident.when
    out = {
        "type": incident.type,
        "when": f"{when.start or '?'}{f' … {when.end}' if when.end and when.end != when.start else ''} ({when.precision})",
        "places": _names(incident.places),
        "side_a": _names(incident.side_a),
        "side_b": _names(incident.side_b),
    }
    for toll in incident.tolls:
        victims = (toll.victims.id or toll.victims.name.ar or toll.victims.name.en) if toll.victims else None
        key = " ".join(x for x in (toll.harm, victims, f"(side {toll.side})" if toll.side else None) if x)
        figures = " / ".join("?" if n is None else str(n) for n in (toll.low, toll.best, toll.high))
        out[key] = "; ".join(x for x in (out.get(key), figures) if x)
    out["contradictions"] = ", ".join(sorted(c.field for c in incident.conflicts))
    out |= {"grade": incident.grade, "origins": str(incident.origins), "policy": incident.policy}
    return out | {"reports": ", ".join(r.id for r in row.reports)}


def _names(refs: Sequence[ActorRef] | Sequence[PlaceRef]) -> str:
    return "; ".join(sorted((r.name.ar or r.name.en or "") + (f" [{r.id}]" if r.id else "") for r in refs))


_HEADS = {
    "added": "Added أُضيفت",
    "corrected": "Corrected صُحّحت",
    "extended": "Confirmed by further reports وقائع زادت أخبارها",
    "withdrawn": "Withdrawn سُحبت",
}


def as_page(name: str, previous: str | None, found: Sequence[Change]) -> str:
    """CHANGES.md."""
    against = (
        f"Against edition {previous}." if previous else "The first edition of this store: nothing to compare with."
    )
    lines = [f"# Changes in {name} تغييرات الإصدار", "", against]
    for sort, head in _HEADS.items():
        chosen = [c for c in found if c.sort == sort]
        lines += ["", f"## {head} ({len(chosen)})", ""]
        lines += [line for c in chosen for line in _lines(c)] or ["None. لا شيء"]
    return "\n".join(lines) + "\n"


def _lines(change: Change) -> list[str]:
    fields = [f"  - {f.field}: {f.old or '(nothing)'} → {f.new or '(nothing)'}" for f in change.fields]
    reason = "reason" if change.sort == "withdrawn" else "because"
    return [f"- `{change.incident}` {change.about}", *fields, *(f"  - {reason}: {c}" for c in change.causes)]
