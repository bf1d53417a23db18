"""New reports join; people are never overruled; merges and splits can be undone."""

from __future__ import annotations

import random

import pytest

from marsad.incidents import Item, Memory, link_all, update
from marsad.knowledge.loader import Knowledge
from marsad.records_incident import Judgement

from .conftest import NEXT, event, items, killed, report


def _groups(memory: Memory) -> set[tuple[str, ...]]:
    return {i.events for i in memory.incidents.values() if i.events}


def _state(memory: Memory) -> dict[str, tuple[str, ...]]:
    return {ident: i.events for ident, i in memory.incidents.items() if i.events}


@pytest.fixture
def told(knowledge: Knowledge) -> list[Item]:
    """Two happenings on two days, each told by two outlets, and a roundup that tells both."""
    first = [report(f"a{n}", event(casualties=(killed(3, 3, 3),)), publisher=f"صحيفة {n}") for n in range(2)]
    later = {"day": "2016-03-12", "place": NEXT, "casualties": (killed(6, 6, 6),)}
    second = [report(f"b{n}", event(**later), published="2016-03-12", publisher=f"وكالة {n}") for n in range(2)]
    roundup = report(
        "c0", event(casualties=(killed(3, 3, 3),)), event("e2", **later), published="2016-03-13", publisher="نشرة"
    )
    return items(knowledge, *first, *second, roundup)


def test_a_roundup_is_linked_event_by_event(told: list[Item], knowledge: Knowledge) -> None:
    assert _groups(link_all(told, knowledge)) == {("a0/e1", "a1/e1", "c0/e1"), ("b0/e1", "b1/e1", "c0/e2")}


@pytest.mark.parametrize("seed", range(6))
def test_one_by_one_or_all_at_once(told: list[Item], knowledge: Knowledge, seed: int) -> None:
    memory = Memory()
    reports = sorted({i.report_id for i in told})
    for report_id in random.Random(seed).sample(reports, len(reports)):
        new = [i for i in told if i.report_id == report_id]
        memory.add(new)
        memory.apply(update(memory, new, (), knowledge))
    assert _groups(memory) == _groups(link_all(told, knowledge))


def test_every_link_has_a_score_and_reasons(told: list[Item], knowledge: Knowledge) -> None:
    memory = Memory(told)
    for link in update(memory, told, (), knowledge).links:
        assert 0 <= link.score <= 1
        assert link.reasons
        assert all(r.words for r in link.reasons)


def test_linking_again_changes_nothing(told: list[Item], knowledge: Knowledge) -> None:
    memory = link_all(told, knowledge)
    again = update(memory, told, (), knowledge)
    assert again.links == ()
    assert again.incidents == ()


def test_a_closed_incident_is_reopened_by_a_new_report(told: list[Item], knowledge: Knowledge) -> None:
    import msgspec

    memory = link_all(told, knowledge)
    (ident,) = [i for i, held in _state(memory).items() if "a0/e1" in held]
    memory.incidents[ident] = msgspec.structs.replace(memory.incidents[ident], status="closed")
    new = items(knowledge, report("d0", event(casualties=(killed(3, 3, 3),)), publisher="موقع جديد"))
    memory.add(new)
    memory.apply(update(memory, new, (), knowledge))
    assert memory.incidents[ident].status == "reopened"
    assert "d0/e1" in memory.incidents[ident].events


def _apply(memory: Memory, judgements: list[Judgement], knowledge: Knowledge, refs: list[str]) -> None:
    memory.apply(update(memory, (), judgements, knowledge, touched=refs))


def test_a_split_stands_when_new_reports_come_and_its_undo_restores(told: list[Item], knowledge: Knowledge) -> None:
    memory = link_all(told, knowledge)
    before = _state(memory)
    split = Judgement("j1", "split", "x", "analyst", "two shellings", {"groups": [["a0/e1"], ["a1/e1", "c0/e1"]]})
    _apply(memory, [split], knowledge, ["a0/e1", "a1/e1", "c0/e1"])
    assert ("a0/e1",) in _groups(memory)
    new = items(knowledge, report("d0", event(casualties=(killed(3, 3, 3),)), publisher="موقع جديد"))
    memory.add(new)
    memory.apply(update(memory, new, [split], knowledge))
    assert not any({"a0/e1", "a1/e1"} <= set(g) for g in _groups(memory)), "the machine does not undo a person"

    memory = link_all(told, knowledge)
    _apply(memory, [split], knowledge, ["a0/e1", "a1/e1", "c0/e1"])
    undo = Judgement("j2", "undo", "x", "analyst", "wrong", undoes="j1")
    _apply(memory, [split, undo], knowledge, ["a0/e1", "a1/e1", "c0/e1"])
    assert _state(memory) == before


def test_a_merge_and_its_undo(told: list[Item], knowledge: Knowledge) -> None:
    memory = link_all(told, knowledge)
    before = _state(memory)
    groups = [list(g) for g in sorted(before.values())]
    refs = [r for g in groups for r in g]
    merge = Judgement("j1", "merge", "x", "analyst", "one operation", {"groups": groups})
    _apply(memory, [merge], knowledge, refs)
    assert _groups(memory) == {tuple(sorted(refs))}
    (gone,) = [i for i in memory.incidents.values() if i.status == "merged"]
    assert gone.merged_into in _state(memory)
    _apply(memory, [merge, Judgement("j2", "undo", "x", "analyst", "wrong", undoes="j1")], knowledge, refs)
    assert _state(memory) == before


def test_human_links_are_marked(told: list[Item], knowledge: Knowledge) -> None:
    memory = Memory(told)
    link = Judgement("j1", "link", "a0/e1", "analyst", "same", {"events": ["b0/e1"]})
    changes = update(memory, told, [link], knowledge)
    made = {x.event: (x.made_by, x.judgement) for x in changes.links}
    assert made["a0/e1"] == ("human", "j1")
    assert made["c0/e1"] == ("machine", None)
