"""Who is compared with whom at all: keys of time and space under which events wait for each other.

Comes in: items. Goes out: for an item, the refs that share a key. A dated event waits under each day it may mean and each quarter-degree
cell (or folded name, when nothing resolves it); it asks at the days around and the neighbouring cells. An event without a date waits and
asks under its exact places and under its rarest runs of words. Cost depends on the block, never on the archive: a key that too many share
(`CROWDED`; `TOWN` for a place without a day, `STOCK` for a run of words, which is then a stock phrase) tells nothing and is not followed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from marsad.incidents.items import FINE, Item, light_items
from marsad.records import CodedReport

CELLS_A_DEGREE = 4
DAYS_AROUND = 2
CROWDED = 400
# With these two the Airwars dev set is linked as with 400 for both (TOWN 20 to 100: F1 62.6 to 62.7). They bound what an undated report costs.
TOWN = 40
STOCK = 12
_LONGEST = 8  # days that a window may span to be posted day by day; a longer one is posted by month
_SAMPLE = 4  # one run of words in so many is a key: copied sentences share several
_MONTH = 31


def posted_keys(coded: CodedReport) -> dict[str, frozenset[str]]:
    """The keys under which the events of a coding wait, by ref: what the store keeps beside them."""
    return {item.ref: posts(item) for item in light_items(coded)}


def posts(item: Item) -> frozenset[str]:
    """The keys under which an item waits; they follow from its coding alone."""
    keys = {f"{time}|{space}" for time in (_times(item, 0) if item.dated else ()) for space in _spaces(item, 0)}
    keys |= {f"~{'d' if item.dated else 'u'}|{space}" for space in _exact(item)}
    return frozenset(keys | {f"#{h}" for h in item.runs if h % _SAMPLE == 0})


def probes(item: Item) -> frozenset[str]:
    """The keys at which an item asks. Whenever A would find B, B finds A."""
    keys = {f"{time}|{space}" for time in _times(item, DAYS_AROUND) for space in _spaces(item, 1)}
    other = ("u",) if item.dated else ("u", "d")
    keys |= {f"~{kind}|{space}" for space in _exact(item) for kind in other}
    return frozenset(keys | {f"#{h}" for h in item.runs if h % _SAMPLE == 0})


def _times(item: Item, around: int) -> list[str]:
    if item.first_day is None or item.last_day is None:
        return [f"d{day + d}" for day in item.hints[:2] for d in range(-around, around + 1)]
    first, last = item.first_day - around, item.last_day + around
    months = [f"m{m}" for m in range(first // _MONTH, last // _MONTH + 1)]
    if item.last_day - item.first_day > 366:
        return []
    days = [f"d{day}" for day in range(first, last + 1)]
    if item.last_day - item.first_day >= _LONGEST:
        return months + (days if around else [])
    return days + (months if around else [])


def _spaces(item: Item, around: int) -> set[str]:
    out: set[str] = set()
    for spot in item.spots:
        if spot.lat is None or spot.lon is None:
            out.add(f"n{spot.name}")
            continue
        y, x = math.floor(spot.lat * CELLS_A_DEGREE), math.floor(spot.lon * CELLS_A_DEGREE)
        reach = range(-around, around + 1)
        out |= {f"{y + dy}:{x + dx}" for dy in reach for dx in reach}
        unit = f"{spot.country}/{spot.admin1}"
        wide = spot.precision > FINE
        # A site is found by those who only know its governorate, and the other way round; two sites by their cells alone.
        out |= ({f"a{unit}", f"f{unit}"} if wide else {f"a{unit}"}) if around else {f"a{unit}" if wide else f"f{unit}"}
    return out


def _exact(item: Item) -> set[str]:
    """Sites by record and by name: one report's town is another's district of the same name."""
    sites = [s for s in item.spots if s.precision <= FINE or s.lat is None]
    return {f"n{s.name}" for s in sites if s.name} | {f"i{s.id}" for s in sites if s.id}


def limit_of(key: str) -> int:
    """How many may share a key for it to be followed."""
    return {"#": STOCK, "~": TOWN}.get(key[0], CROWDED)


def crowd_keys(name: str) -> tuple[str, str]:
    """The keys under which all events of a place wait, dated and undated: how crowded they are tells how much a shared place tells."""
    return f"~d|n{name}", f"~u|n{name}"


class Blocks:
    """An index of items by key, to which items are added one by one. The store keeps the same keys in a table."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._held: dict[str, set[str]] = defaultdict(set)
        self.items: dict[str, Item] = {}
        for item in items:
            self.add(item)

    def add(self, item: Item) -> None:
        """Let an item wait under its keys."""
        self.items[item.ref] = item
        for key in posts(item):
            self._held[key].add(item.ref)

    def near(self, item: Item) -> list[Item]:
        """The items that may be the same happening, by ref; the item itself left out."""
        refs: set[str] = set()
        for key in probes(item):
            held = self._held.get(key, ())
            if len(held) <= limit_of(key):
                refs.update(held)
        refs.discard(item.ref)
        return [self.items[ref] for ref in sorted(refs)]

    def crowd(self, name: str) -> int:
        """How many events name a place (folded name) as a site."""
        return sum(min(len(self._held.get(key, ())), CROWDED) for key in crowd_keys(name))

    def pairs(self) -> Iterator[tuple[Item, Item]]:
        """Every pair of items that share a block, once, in the order of their refs."""
        for ref in sorted(self.items):
            item = self.items[ref]
            for other in self.near(item):
                if ref < other.ref:
                    yield item, other
