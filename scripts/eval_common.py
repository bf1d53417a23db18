"""The shared sets as reports, the shared scorer as a module, and scores by set: what eval.py, eval_misses.py and the floors rest on.

Everything is read from ../shared (or MARSAD_SHARED). Of `check`, only totals are made: its records are scored, never shown.
"""

from __future__ import annotations

import gzip
import importlib.machinery
import importlib.util
import json
import os
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from own_codings import own_gold

from marsad.coding.coder import RuleCoder
from marsad.pipeline import rule_coder
from marsad.records import CodedReport, Report, encode

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("MARSAD_SHARED") or ROOT.parent / "shared")
GOLD = SHARED / "gold"
FILES = {
    "seed": "seed.jsonl",
    "dev": "dev.jsonl",
    "check": "check.jsonl",
    "silent": "silent-dev.jsonl.gz",
    "airwars": "airwars-dev.jsonl.gz",
}
MEASURES = (
    "overall",
    "events",
    "reported events",
    "sides",
    "places",
    "located",
    "dates",
    "casualties",
    "sources",
    "status",
    "background",
)
Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


@cache
def scorer(name: str = "score") -> ModuleType:
    """The shared scorer; nothing is written beside it."""
    keep, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(SHARED / "bin" / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    sys.dont_write_bytecode = keep
    return module


def report(row: Row) -> Report:
    """A record of a set as the coder gets it: without its gold."""
    return Report(
        str(row["id"]),
        row["text"],
        title=row.get("title"),
        publisher=row.get("publisher"),
        published=row.get("published"),
    )


def code(records: list[Row], coder: RuleCoder | None = None) -> dict[str, CodedReport]:
    coder = coder or rule_coder()
    return {str(row["id"]): coder.code(report(row)) for row in records}


def plain(coded: dict[str, CodedReport]) -> dict[str, Row]:
    """As the scorer reads them."""
    return {key: json.loads(encode(one)) for key, one in coded.items()}


def slots(name: str, coder: RuleCoder | None = None) -> dict[str, float]:
    """F1 (recall for "reported events") in percent by measure, over seed, dev, check or "own", our codings of the pool."""
    gold = list(own_gold()) if name == "own" else rows(GOLD / FILES[name])
    tally = scorer().score(gold, plain(code(gold, coder)), False)
    out = {measure: 100 * (f1 if f1 is not None else recall) for measure, _, recall, f1, _ in scorer().rows(tally)}
    return {measure: round(out[measure], 1) for measure in MEASURES if measure in out}


def silent(coder: RuleCoder | None = None) -> float:
    """Percent of the reports without an event in which the coder sees one."""
    coded = code(rows(GOLD / FILES["silent"]), coder)
    return round(100 * sum(bool(c.events) for c in coded.values()) / len(coded), 1)


def gazetteers() -> tuple[str, ...]:
    """The shared deep tables, all of them."""
    return tuple(str(p) for p in sorted((SHARED / "gazetteer").glob("*.tsv")))


def reliability(name: str = "dev") -> dict[str, tuple[int, float]]:
    """Events of a gold set by stated confidence: how many, and the percentage that the gold has too (type and occurrence)."""
    bins: dict[str, list[bool]] = {}
    score, records = scorer(), rows(GOLD / FILES[name])
    coded = plain(code(records))
    for record in records:
        gold, events = record["events"], coded[str(record["id"])]["events"]
        pairs = (
            score.assign([[score.affinity(g, e, record["text"]) for e in events] for g in gold])
            if gold and events
            else []
        )
        right = {j for i, j in pairs if gold[i]["type"] == events[j]["type"]}
        for number, event in enumerate(events):
            low = min(int(event["confidence"] * 10), 9) / 10
            bins.setdefault("below 0.5" if low < 0.5 else f"{low:.1f}–{low + 0.1:.1f}", []).append(number in right)
    return {
        key: (len(bins[key]), round(100 * sum(bins[key]) / len(bins[key]), 1))
        for key in sorted(bins, key=lambda k: (k[0] != "b", k))
    }
