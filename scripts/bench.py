"""How fast: reports and megabytes a second on one core, peak memory, cold start, the price over a bare scan, and where the time goes.

Reads ../shared/corpus/bulk.jsonl.gz, or as many of our own samples where it is absent. Everything is measured in this run, on this
machine; the bare scan (daachorse, charwise) looks up the same phrases in the same text. usage: bench.py [--reports N] [--json]
"""

from __future__ import annotations

import argparse
import cProfile
import gzip
import json
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import msgspec

from marsad.pipeline import rule_coder
from marsad.records import Report
from marsad.samples import load_samples
from marsad.text.normalize import fold

BULK = (
    Path(os.environ.get("MARSAD_SHARED") or Path(__file__).resolve().parents[2] / "shared") / "corpus" / "bulk.jsonl.gz"
)
TARGETS = {"reports_s": (">=", 150.0), "cold_start_s": ("<=", 1.5), "peak_mb": ("<=", 400.0)}
"""What issue 2 asks for."""


def reports(most: int) -> tuple[str, list[Report]]:
    """The texts to code, and where they are from."""
    if not BULK.exists():
        samples = load_samples()
        return "our samples, repeated", [samples[n % len(samples)] for n in range(min(most, 3000))]
    with gzip.open(BULK, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line, _ in zip(file, range(most), strict=False)]
    fields = ("published", "publisher", "title")
    return BULK.name, [Report(str(r["id"]), r["text"], **{k: r.get(k) for k in fields}) for r in rows]


def code_all(texts: list[Report]) -> tuple[float, int]:
    """Seconds of one core for all reports, and the events found; the coder is warm. Other work on the machine does not count."""
    coder = rule_coder()
    coder.code(texts[0])
    start = time.process_time()
    events = sum(len(coder.code(report).events) for report in texts)
    return time.process_time() - start, events


def bare_scan(texts: list[Report]) -> tuple[float, int, int]:
    """Seconds of daachorse over the folded texts, the phrases it looks for, and its hits."""
    from daachorse import CharwiseDoubleArrayAhoCorasick

    coder = rule_coder()
    phrases = set(coder.lexicon._by_first)
    for row in range(len(coder.gazetteer)):
        place = coder.gazetteer.place(row)
        phrases |= {fold(n) for n in (place.name_ar, *place.alt_ar) if n}
    found = sorted(p for p in phrases if p)
    automaton = CharwiseDoubleArrayAhoCorasick(found)
    folded = [fold(r.text) for r in texts]
    start = time.process_time()
    hits = sum(len(automaton.find(text)) for text in folded)
    return time.process_time() - start, len(found), hits


def cold_start() -> tuple[float, float]:
    """The best of six `marsad code` runs on one report, each in a new process with warm caches: seconds on the clock, and of one core."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(load_samples()[0].text)
        file.flush()
        best, used = 9e9, 9e9
        for _ in range(6):
            start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            command = [
                sys.executable,
                "-c",
                "from marsad.cli import main; main()",
                "code",
                file.name,
                "--format",
                "jsonl",
            ]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            best = min(best, time.perf_counter() - start)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used = min(used, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best, used


def profile(texts: list[Report]) -> list[tuple[str, float]]:
    """(room or module, share of the time) over some of the reports; library time counts for the module that called it."""
    coder = rule_coder()
    watch = cProfile.Profile()
    watch.enable()
    for report in texts:
        coder.code(report)
    watch.disable()
    stats: dict = pstats.Stats(watch).stats  # type: ignore[attr-defined]
    own: Counter[str] = Counter()
    for (file, _, _), (_, _, inner, _, callers) in stats.items():
        if "/marsad/" in file:
            own[room(file)] += inner
        else:
            for (caller, _, _), (_, _, part, _) in callers.items():
                own[room(caller) if "/marsad/" in caller else "libraries"] += part
    whole = sum(own.values())
    return [(name, spent / whole) for name, spent in own.most_common(16)]


def room(file: str) -> str:
    return ".".join(Path(file.split("/marsad/", 1)[1]).with_suffix("").parts[:2])


def measure(most: int) -> dict[str, object]:
    """All figures of one run."""
    origin, texts = reports(most)
    size = sum(len(r.text.encode()) for r in texts) / 1e6
    seconds, events = code_all(texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    scan, phrases, hits = bare_scan(texts)
    start_s, start_cpu_s = cold_start()
    return {
        "texts": origin, "reports": len(texts), "megabytes": round(size, 2), "events": events, "seconds": round(seconds, 2),
        "reports_s": round(len(texts) / seconds, 1), "mb_s": round(size / seconds, 3), "peak_mb": round(peak, 1),
        "cold_start_s": round(start_s, 3),
        "cold_start_cpu_s": round(start_cpu_s, 3), "scan_mb_s": round(size / scan, 1), "scan_phrases": phrases, "scan_hits": hits,
        "times_a_bare_scan": round(seconds / scan, 1), "profile": profile(texts[: max(1, min(300, len(texts)))]),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=4000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.reports)
    if options.json:
        print(msgspec.json.encode(found).decode())
        return
    rooms = found.pop("profile")
    for name, value in found.items():
        target = TARGETS.get(name)
        met = (
            ""
            if target is None
            else f"   (asked: {target[0]} {target[1]:g}: {'met' if _meets(float(value), target) else 'NOT met'})"
        )  # type: ignore[arg-type]
        print(f"{name:20} {value}{met}")
    print("\nwhere the time goes (own time, library calls with their caller):")
    for name, share in rooms:  # type: ignore[attr-defined]
        print(f"  {share:6.1%}  {name}")


def _meets(value: float, target: tuple[str, float]) -> bool:
    return value >= target[1] if target[0] == ">=" else value <= target[1]


if __name__ == "__main__":
    main()
