"""New reports join incidents, open new ones or re-open old ones; nothing that a person decided is undone.

Comes in: an `Archive` (what is held, by blocks), new items, and the judgements. Goes out: `Changes`: links with score, reasons and the values
compared, and the incidents as they now stand. Only the neighbourhood of the new items is looked at and clustered anew, so the cost does not
grow with the archive. Nothing is overwritten: a moved event is a new link, an incident whose events all went elsewhere stays, empty, as
"merged", and comes back under its own id when the merge is undone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from marsad.incidents.block import Blocks, posts, probes
from marsad.incidents.cluster import HOPELESS, Pair, cluster, pair
from marsad.incidents.compare import compare
from marsad.incidents.items import Item
from marsad.incidents.judged import Judged, judged
from marsad.incidents.reconcile import incident_id, reconcile
from marsad.incidents.score import score
from marsad.knowledge.loader import Knowledge
from marsad.records_incident import Incident, Judgement, Link, Reason

# Incidents (or events in none) that one new event draws in, the likeliest; it joins one at most. Airwars dev reports taken in one by one are
# linked as well (F1 58.1) as without a limit (58.2); with two it is 57.5.
_DRAWN = 4
_FOUNDS = (Reason("founds", 0.0, "the first event known of this incident"),)
Scored = Mapping[Pair, tuple[float, tuple[Reason, ...]]]


class Archive(Protocol):
    """What linkage asks of whatever holds the events: memory for a batch, the store for an archive."""

    def near(self, item: Item) -> list[Item]:
        """Items that share a block with an item."""

    def crowd(self, name: str) -> int:
        """How many reports name a place (folded name)."""

    def incidents_of(self, refs: Iterable[str]) -> Mapping[str, str]:
        """The incident each event is in; events in none are absent."""

    def incident(self, ident: str) -> Incident | None:
        """An incident as it stands; None if there is none of this id."""

    def items(self, refs: Iterable[str]) -> list[Item]:
        """Items by ref; unknown ones are left out."""


class Changes(msgspec.Struct, frozen=True):
    """What an update does: incidents to save first, then links to add, in this order."""

    incidents: tuple[Incident, ...] = ()
    links: tuple[Link, ...] = ()


def update(
    archive: Archive,
    new: Sequence[Item],
    judgements: Sequence[Judgement],
    knowledge: Knowledge,
    policy: str = "marsad",
    touched: Iterable[str] = (),
) -> Changes:
    """Link new items into what the archive holds.

    Args: new: items that the archive already holds in its blocks. touched: refs to look at again, after a judgement or its undoing.
    """
    rules = judged(judgements)
    region, scored = _neighbourhood(archive, [*new, *archive.items(sorted(touched))], rules, knowledge)
    groups = cluster(region, {p: s for p, (s, _) in scored.items()}, rules.together, rules.apart)
    placed = archive.incidents_of(sorted(region))
    named = _name(groups, archive, placed)
    return _changes(named, region, scored, rules, archive, placed, knowledge, policy)


def _neighbourhood(
    archive: Archive, seeds: Sequence[Item], rules: Judged, knowledge: Knowledge
) -> tuple[dict[str, Item], Scored]:
    """The seeds, what is likeliest one with them or judged with them, and all events of the incidents these are in; with scored pairs."""
    weights = knowledge.models["link"]
    region = {i.ref: i for i in seeds}
    scored: dict[Pair, tuple[float, tuple[Reason, ...]]] = {}
    drawn: set[str] = set()
    for seed in seeds:
        plausible: list[tuple[float, str]] = []
        for other in archive.near(seed):
            key = pair(seed.ref, other.ref)
            if key not in scored:
                scored[key] = score(compare(seed, other, knowledge, archive.crowd), weights)
            if scored[key][0] >= HOPELESS:
                plausible.append((scored[key][0], other.ref))
        drawn |= _likeliest(plausible, archive)
    placed = {r for table in (rules.together, rules.apart) for p in table if region.keys() & set(p) for r in p}
    for item in _whole(archive, {*region, *drawn, *placed}):
        region.setdefault(item.ref, item)
    _score_rest(region, scored, archive, knowledge)
    return region, {p: s for p, s in scored.items() if p[0] in region and p[1] in region}


def _likeliest(plausible: list[tuple[float, str]], archive: Archive) -> set[str]:
    """Of the refs by probability, those of the few likeliest incidents: what an undated event may be is as long as a town's history."""
    of = archive.incidents_of([ref for _, ref in plausible])
    kept: dict[str, None] = {}
    for _, ref in sorted(plausible, key=lambda p: (-p[0], p[1])):
        if len(kept) < _DRAWN:
            kept[of.get(ref, ref)] = None
    return {ref for _, ref in plausible if of.get(ref, ref) in kept}


def _whole(archive: Archive, refs: set[str]) -> list[Item]:
    """The items of refs and of all incidents that these are in."""
    idents = sorted(set(archive.incidents_of(sorted(refs)).values()))
    held = {e for ident in idents if (incident := archive.incident(ident)) is not None for e in incident.events}
    return archive.items(sorted(refs | held))


def _score_rest(
    region: Mapping[str, Item],
    scored: dict[Pair, tuple[float, tuple[Reason, ...]]],
    archive: Archive,
    knowledge: Knowledge,
) -> None:
    """Compare what is in the region and shares a block, and was not compared yet."""
    waits: dict[str, set[str]] = defaultdict(set)
    for item in region.values():
        for key in posts(item):
            waits[key].add(item.ref)
    for ref in sorted(region):
        others = {o for key in probes(region[ref]) for o in waits.get(key, ())}
        for other in sorted(others - {ref}):
            if pair(ref, other) not in scored:
                found = compare(region[ref], region[other], knowledge, archive.crowd)
                scored[pair(ref, other)] = score(found, knowledge.models["link"])


def _name(groups: Iterable[tuple[str, ...]], archive: Archive, placed: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """An id for each group: that of the incident it shares most events with, each id once; else its own, from its first event."""
    claims = []
    for group in groups:
        shares = Counter(placed[r] for r in group if r in placed)
        own = incident_id(group)
        claims += [(-count, ident != own, ident, group) for ident, count in shares.items()]
        claims.append((0, False, own, group))
    named: dict[str, tuple[str, ...]] = {}
    done: set[tuple[str, ...]] = set()
    for count, _, ident, group in sorted(claims):
        free = ident not in named and (count < 0 or _is_free(ident, archive, group))
        if group not in done and free:
            named[ident] = group
            done.add(group)
    for group in sorted({c[3] for c in claims} - done):
        named[incident_id(f"{r}+" for r in group)] = group
    return named


def _is_free(ident: str, archive: Archive, group: tuple[str, ...]) -> bool:
    held = archive.incident(ident)
    return held is None or set(held.events) <= set(group)


def _changes(
    named: Mapping[str, tuple[str, ...]],
    region: Mapping[str, Item],
    scored: Scored,
    rules: Judged,
    archive: Archive,
    placed: Mapping[str, str],
    knowledge: Knowledge,
    policy: str,
) -> Changes:
    incidents, links = [], []
    judged_refs = rules.refs()
    for ident, group in sorted(named.items()):
        incident = reconcile([region[r] for r in group], knowledge, policy, ident)
        old = archive.incident(ident)
        if old is not None:
            incident = msgspec.structs.replace(incident, status=_status(old, incident))
        if incident != old:
            incidents.append(incident)
        for ref in group:
            if placed.get(ref) != ident:
                links.append(_link(ident, ref, group, scored, rules, judged_refs))
    emptied = set(placed.values()) - named.keys()
    for ident in sorted(emptied):
        old = archive.incident(ident)
        if old is not None:
            incidents.append(msgspec.structs.replace(old, status="merged", events=(), merged_into=_heir(old, named)))
    return Changes(tuple(incidents), tuple(links))


def _status(old: Incident, new: Incident) -> str:
    if old.status in ("closed", "merged") and set(new.events) - set(old.events):
        return "reopened"
    return old.status


def _heir(old: Incident, named: Mapping[str, tuple[str, ...]]) -> str | None:
    shares = Counter({ident: len(set(group) & set(old.events)) for ident, group in named.items()})
    return min(shares, key=lambda i: (-shares[i], i)) if shares else None


def _link(ident: str, ref: str, group: tuple[str, ...], scored: Scored, rules: Judged, placed: set[str]) -> Link:
    """The link of an event: the score and reasons of the pair that speaks most for it, or the judgement that put it there."""
    judgement = rules.judgement_of(ref) if ref in placed else None
    best = max(
        (scored[p] for o in group if o != ref and (p := pair(ref, o)) in scored),
        key=lambda s: s[0],
        default=(1.0, _FOUNDS),
    )
    return Link(ident, ref, round(best[0], 4), best[1], "human" if judgement else "machine", "link", judgement)


class Memory:
    """An archive held in memory: for a batch of files, for tests, and to see what an update would do before the store does it."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self.blocks = Blocks(items)
        self.incidents: dict[str, Incident] = {}
        self._of: dict[str, str] = {}

    def add(self, items: Iterable[Item]) -> None:
        """Let items wait in the blocks."""
        for item in items:
            self.blocks.add(item)

    def apply(self, changes: Changes) -> None:
        """Hold incidents and links as an update says."""
        self.incidents.update((i.id, i) for i in changes.incidents)
        self._of.update((link.event, link.incident) for link in changes.links)

    def near(self, item: Item) -> list[Item]:
        return self.blocks.near(item)

    def crowd(self, name: str) -> int:
        return self.blocks.crowd(name)

    def incidents_of(self, refs: Iterable[str]) -> dict[str, str]:
        return {ref: self._of[ref] for ref in refs if ref in self._of}

    def incident(self, ident: str) -> Incident | None:
        return self.incidents.get(ident)

    def items(self, refs: Iterable[str]) -> list[Item]:
        return [self.blocks.items[r] for r in refs if r in self.blocks.items]


def link_all(
    items: Iterable[Item], knowledge: Knowledge, judgements: Sequence[Judgement] = (), policy: str = "marsad"
) -> Memory:
    """Link a whole batch at once; the order of the items does not matter."""
    memory = Memory(items)
    every = [memory.blocks.items[ref] for ref in sorted(memory.blocks.items)]
    memory.apply(update(memory, every, judgements, knowledge, policy))
    return memory
