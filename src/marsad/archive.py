"""The observatory's memory at work: reports taken in, coded and linked, in a store.

Comes in: an open `Store` and things to take in. Goes out: counts of what was done. Each step can be killed and run again: what was taken in
and not coded is coded next time, what was coded and not linked is linked next time. The rooms' functions are pure; this module carries
their records to the store and back.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from marsad.errors import SourceError, StoreError
from marsad.incidents.block import CROWDED, crowd_keys, limit_of, probes
from marsad.incidents.items import Item, items_of
from marsad.incidents.judged import standing
from marsad.incidents.update import Changes, update
from marsad.knowledge.loader import FOLDER, Knowledge
from marsad.pipeline import code_reports, rule_coder
from marsad.records import CodedReport, Report
from marsad.records_incident import Incident, Judgement, split_ref
from marsad.sources.fetch import Taken
from marsad.store import Retrieval, Store
from marsad.text.dates import load_dates

_BATCH = 64
_KEPT = 4000  # reports whose items are kept at hand


class Intake(msgspec.Struct, frozen=True):
    """What an intake did. `known` reports were in the store already, exactly so."""

    taken: int = 0
    known: int = 0
    failed: int = 0


class Linked(msgspec.Struct, frozen=True):
    """What linking did: reports looked at, events linked, incidents made or changed."""

    reports: int = 0
    events: int = 0
    incidents: int = 0


def take_in(
    store: Store,
    found: Iterable[Report | Taken | SourceError],
    seen: Callable[[Report | SourceError], None] = lambda _: None,
) -> Intake:
    """Keep reports (with the raw bytes they came in, where there are any); each is durable when `seen` is called with it."""
    taken = known = failed = 0
    for item in found:
        if isinstance(item, SourceError):
            failed += 1
            seen(item)
            continue
        report, new = _keep(store, item)
        taken += new
        known += not new
        seen(report)
    return Intake(taken, known, failed)


def _keep(store: Store, item: Report | Taken) -> tuple[Report, bool]:
    if isinstance(item, Report):
        return item, store.add_report(item)
    raw = item.raw
    retrieval = Retrieval(raw.url, raw.retrieved_at, dict(raw.headers), "marsad")
    with store.transaction():
        sha = store.add_document(raw.body, raw.media_type or "application/octet-stream", retrieval)
        return item.report, store.add_report(item.report, sha)


def code_waiting(
    store: Store, jobs: int = 1, gazetteers: tuple[str, ...] = (), again: bool = False
) -> Iterator[CodedReport]:
    """Code what is taken in and not coded by the present knowledge; each coding is durable when it is handed out.

    Args: again: code reports anew that an earlier knowledge coded; the old coding is kept beside the new.
    """
    version = rule_coder(gazetteers).knowledge.version
    while waiting := _waiting(store, version, again):
        for start in range(0, len(waiting), _BATCH):
            chunk = list(code_reports(waiting[start : start + _BATCH], jobs, gazetteers))
            with store.transaction():
                for coded in chunk:
                    store.add_coding(coded, version)
            yield from chunk


def _waiting(store: Store, version: str, again: bool) -> list[Report]:
    waiting = store.uncoded(version)
    return waiting if again else [r for r in waiting if store.coded(r.id) is None]


class StoreArchive:
    """What linkage asks, answered by a store. Items are made from standing codings and kept at hand, a few thousand reports at most."""

    def __init__(self, store: Store, knowledge: Knowledge) -> None:
        self._store = store
        self._weights = knowledge.models.get("words", {})
        self._dates = load_dates(FOLDER / "languages" / "ar")
        self._held: OrderedDict[str, dict[str, Item]] = OrderedDict()
        self._crowd: dict[str, int] = {}

    def of_report(self, report_id: str) -> dict[str, Item]:
        """The items of a report by ref; empty if it is not coded."""
        if report_id not in self._held:
            coded = self._store.coded(report_id)
            made = items_of(coded, self._weights, self._dates) if coded else ()
            self._held[report_id] = {i.ref: i for i in made}
            if len(self._held) > _KEPT:
                self._held.popitem(last=False)
        self._held.move_to_end(report_id)
        return self._held[report_id]

    def items(self, refs: Iterable[str]) -> list[Item]:
        return [item for ref in refs if (item := self.of_report(split_ref(ref)[0]).get(ref)) is not None]

    def near(self, item: Item) -> list[Item]:
        refs = self._store.refs_at({key: limit_of(key) for key in sorted(probes(item))})
        return self.items(ref for ref in refs if ref != item.ref)

    def crowd(self, name: str) -> int:
        if name not in self._crowd:
            self._crowd[name] = sum(min(n, CROWDED) for n in self._store.key_counts(crowd_keys(name), CROWDED).values())
        return self._crowd[name]

    def incidents_of(self, refs: Iterable[str]) -> dict[str, str]:
        return self._store.incidents_of(refs)

    def incident(self, ident: str) -> Incident | None:
        return self._store.incident(ident)

    def forget_crowds(self) -> None:
        """Count places anew; called between batches."""
        self._crowd.clear()


def link_waiting(
    store: Store,
    knowledge: Knowledge,
    policy: str = "marsad",
    batch: int = _BATCH,
    seen: Callable[[int], None] = lambda _: None,
) -> Linked:
    """Link every coded event that is in no incident yet, batch by batch; each batch is one durable step."""
    archive = StoreArchive(store, knowledge)
    reports = events = incidents = 0
    waiting = store.unlinked()
    for start in range(0, len(waiting), batch):
        chunk = waiting[start : start + batch]
        changes = _link(store, archive, chunk, knowledge, policy)
        reports += len(chunk)
        events += len(changes.links)
        incidents += len(changes.incidents)
        seen(reports)
    return Linked(reports, events, incidents)


def _link(store: Store, archive: StoreArchive, chunk: Sequence[str], knowledge: Knowledge, policy: str) -> Changes:
    """One batch, worked out anew when another process has linked or judged meanwhile: what stands is never built on what no longer does."""
    while True:
        with store.snapshot():
            head = store.head().seq
            items = [item for report_id in chunk for item in archive.of_report(report_id).values()]
            changes = update(archive, items, standing(store.judgements()), knowledge, policy)
        archive.forget_crowds()
        with store.transaction():
            if not any(entry.kind in ("incident", "link", "judgement") for entry in store.journal(head)):
                save(store, changes)
                return changes


def save(store: Store, changes: Changes) -> None:
    """Keep what an update does, all or nothing. Incidents come first, because links refer to them."""
    with store.transaction():
        for incident in changes.incidents:
            store.save_incident(incident)
        store.add_links(changes.links)


def judge(store: Store, judgement: Judgement, knowledge: Knowledge, policy: str = "marsad") -> Changes:
    """Keep a person's decision (or its undoing) and link its neighbourhood anew under it."""
    refs = _named(judgement)
    undone = next((j for j in store.judgements() if j.id == judgement.undoes), None)
    if judgement.undoes is not None and undone is None:
        raise StoreError(f"judgement {judgement.id}: there is no judgement {judgement.undoes} to undo")
    refs |= _named(undone) if undone else set()
    with store.transaction():
        store.add_judgement(judgement)
        told = standing(store.judgements())
        changes = update(StoreArchive(store, knowledge), (), told, knowledge, policy, sorted(refs))
        save(store, changes)
    return changes


def _named(judgement: Judgement) -> set[str]:
    """The event refs that a judgement names."""
    refs = {str(r) for r in judgement.value.get("events", ())} | {
        str(r) for g in judgement.value.get("groups", ()) for r in g
    }
    return refs | ({judgement.subject} if "/" in judgement.subject else set())
