"""How an archive bears its growth: rates of intake, coding and linking, size on disk, and what ONE new report costs as the archive grows.

Made-up reports (generate_reports.py) go into a store in a directory, one durable write a report, and are coded and linked as
`marsad ingest` does it, in one process. At each size the next reports come singly: each is taken in, coded and linked by itself, from a
cold `StoreArchive`, and timed. Everything is measured in this run, on this machine. A run that is out of time says how far it came.

usage: bench_store.py [--reports N | --full] [--minutes M] [--store DIR] [--jobs N] [--json]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import msgspec
from generate_reports import generate

from marsad.archive import code_waiting, link_waiting, take_in
from marsad.knowledge.loader import Knowledge, load_knowledge
from marsad.records import Report
from marsad.store import Store, open_store

SIZES = (1_000, 10_000, 100_000)
DEFAULT, FULL = 10_000, 100_000
SINGLES = 200
_STEP = 1_000


class Rates(msgspec.Struct):
    """Seconds on the clock for the reports added since the last size, and what they came to."""

    reports: int = 0
    intake: float = 0.0
    coding: float = 0.0
    linking: float = 0.0


class Single(msgspec.Struct, frozen=True):
    """What one new report costs in milliseconds: the mean, the middle and the twentieth part at the top; only reports with an event link."""

    intake: float
    coding: float
    linking: float
    linking_median: float
    linking_p95: float
    events: int


class Row(msgspec.Struct, frozen=True):
    """One size of the archive."""

    reports: int
    events: int
    incidents: int
    largest: int
    intake_s: float
    coding_s: float
    linking_s: float
    bytes_a_report: float
    text_bytes_a_report: float
    single: Single
    peak_mb: float


def measure(store: Store, folder: Path, sizes: list[int], until: float, jobs: int) -> Iterator[Row]:
    """One row a size, the smallest first; the last one is as far as time allowed."""
    knowledge = load_knowledge()
    reports = generate()
    rates, held, text = Rates(), 0, 0
    for size in sizes:
        rates = Rates()
        while held < size and time.perf_counter() < until:
            batch = list(islice(reports, min(_STEP, size - held)))
            _grow(store, batch, rates, knowledge, jobs)
            held += len(batch)
            text += sum(len(r.text.encode()) for r in batch)
        if rates.reports:
            singles = list(islice(reports, SINGLES))
            before = _row(store, folder, rates, held, text)
            yield msgspec.structs.replace(before, single=_singly(store, singles, knowledge))
            held += len(singles)
            text += sum(len(r.text.encode()) for r in singles)
        if held < size:
            return


def _grow(store: Store, batch: list[Report], rates: Rates, knowledge: Knowledge, jobs: int) -> None:
    start = time.perf_counter()
    take_in(store, batch)
    taken = time.perf_counter()
    for _ in code_waiting(store, jobs):
        pass
    coded = time.perf_counter()
    link_waiting(store, knowledge)
    linked = time.perf_counter()
    rates.reports += len(batch)
    rates.intake += taken - start
    rates.coding += coded - taken
    rates.linking += linked - coded


def _singly(store: Store, reports: list[Report], knowledge: Knowledge) -> Single:
    intake, coding, linking, events = [], [], [], 0
    for report in reports:
        start = time.perf_counter()
        take_in(store, [report])
        taken = time.perf_counter()
        found = sum(len(c.events) for c in code_waiting(store))
        coded = time.perf_counter()
        link_waiting(store, knowledge)
        linked = time.perf_counter()
        intake.append(taken - start)
        coding.append(coded - taken)
        if found:
            linking.append(linked - coded)
        events += found
    top = sorted(linking)[int(0.95 * len(linking))]
    means = (statistics.mean(intake), statistics.mean(coding), statistics.mean(linking))
    return Single(*(round(1000 * s, 1) for s in (*means, statistics.median(linking), top)), events)


def _row(store: Store, folder: Path, rates: Rates, held: int, text: int) -> Row:
    stats = store.stats()
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    largest = max((len(i.events) for i in store.incidents()), default=0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speeds = (round(rates.reports / s, 1) for s in (rates.intake, rates.coding, rates.linking))
    blank = Single(0, 0, 0, 0, 0, 0)
    return Row(
        held,
        stats.events,
        stats.incidents,
        largest,
        *speeds,
        round(size / held),
        round(text / held),
        blank,
        round(peak),
    )


def show(rows: list[Row], asked: int) -> None:
    """Print the table, and how much the cost of one report has grown."""
    print(f"{'reports in the archive':36}" + "".join(f"{r.reports:>12,}" for r in rows))
    lines = {
        "events / incidents": [f"{r.events:,}/{r.incidents:,}" for r in rows],
        "events of the largest incident": [r.largest for r in rows],
        "intake, reports/s (one write each)": [r.intake_s for r in rows],
        "coding, reports/s": [r.coding_s for r in rows],
        "linking, reports/s": [r.linking_s for r in rows],
        "on disk, bytes a report": [f"{r.bytes_a_report:,.0f}" for r in rows],
        "  of it text": [f"{r.text_bytes_a_report:,.0f}" for r in rows],
        "one new report: intake, ms": [r.single.intake for r in rows],
        "one new report: coding, ms": [r.single.coding for r in rows],
        "one new report: linking, ms, mean": [r.single.linking for r in rows],
        "one new report: linking, ms, median": [r.single.linking_median for r in rows],
        "one new report: linking, ms, 95 %": [r.single.linking_p95 for r in rows],
        "linking against the smallest archive": [f"×{r.single.linking / rows[0].single.linking:.2f}" for r in rows],
        "peak memory, MB": [r.peak_mb for r in rows],
    }
    for name, values in lines.items():
        print(f"{name:36}" + "".join(f"{v:>12}" for v in values))
    if rows[-1].reports < asked:
        print(f"out of time: {rows[-1].reports:,} of {asked:,} reports reached")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reports", type=int, default=DEFAULT, help=f"size of the archive (default {DEFAULT})")
    parser.add_argument("--full", action="store_true", help=f"{FULL} reports")
    parser.add_argument("--minutes", type=float, default=60.0, help="stop growing after so long")
    parser.add_argument("--store", type=Path, help="an empty folder to keep the archive in; default: a temporary one")
    parser.add_argument("--jobs", type=int, default=1, help="processes that code")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    most = FULL if asked.full else asked.reports
    sizes = [s for s in SIZES if s < most] + [most]
    until = time.perf_counter() + 60 * asked.minutes
    with ExitStack() as stack:
        folder = asked.store or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="marsad-bench-")))
        store = stack.enter_context(open_store(folder, create=True))
        rows = []
        for row in measure(store, folder, sizes, until, asked.jobs):
            rows.append(row)
            if asked.json:
                print(msgspec.json.encode(row).decode(), flush=True)
        if not asked.json:
            show(rows, most)


if __name__ == "__main__":
    main()
