"""What one new report costs does not follow the size of the archive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from marsad.incidents import Item, Memory, update
from marsad.incidents.block import STOCK, TOWN, Blocks
from marsad.knowledge.loader import Knowledge

from .conftest import event, items, report

_STOCK_PHRASE = "قصفت المدفعية القرية ولم ترد معلومات عن وقوع إصابات بين السكان حتى ساعة إعداد الخبر"


def _told_on(knowledge: Knowledge, days: Iterable[int]) -> list[Item]:
    """One report a day from one town, all in the same stock phrases."""
    out = []
    for number in days:
        day = (date(2010, 1, 1) + timedelta(days=number)).isoformat()
        out += items(knowledge, report(f"r{number:05d}", event(day=day, sentence=_STOCK_PHRASE), published=day))
    return out


def test_stock_phrases_do_not_bind_years_together(knowledge: Knowledge) -> None:
    few, many = (Blocks(_told_on(knowledge, range(0, 7 * n, 7))) for n in (STOCK, STOCK + 1))
    new = _told_on(knowledge, [9999])[0]
    assert len(few.near(new)) == STOCK, "a rare run of words is followed, whatever the dates"
    assert many.near(new) == []


def test_a_new_report_meets_as_many_in_a_large_archive_as_in_a_small_one(knowledge: Knowledge) -> None:
    met = {size: Blocks(_told_on(knowledge, range(size))).near(_told_on(knowledge, [40])[0]) for size in (60, 600)}
    assert len(met[60]) == len(met[600]) == 4, "two days before, two after, and not itself"


@pytest.mark.parametrize("size", [20, TOWN - 10])
def test_an_undated_event_draws_in_a_few_incidents_only(knowledge: Knowledge, size: int) -> None:
    """It may be any happening of its town; it joins one at most, and the rest of the town's history is let alone."""
    memory = Memory(_told_on(knowledge, range(0, 7 * size, 7)))
    old = sorted(memory.blocks.items)
    for ref in old:
        memory.apply(update(memory, memory.items([ref]), (), knowledge))
    new = items(knowledge, report("new", event(day=None, sentence="قصفت المدفعية القرية"), published=None))
    memory.add(new)
    asked: list[str] = []
    held = memory.items
    memory.items = lambda refs: held([ref for ref in refs if asked.append(ref) is None])  # type: ignore[method-assign]
    update(memory, new, (), knowledge)
    assert 1 <= len(set(asked)) <= 10
