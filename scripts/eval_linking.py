"""Score linkage on the Airwars dev reports, beside two baselines: same place and day, 60 % word overlap.

usage: python scripts/eval_linking.py [--shared ../shared] [--coded CODED.jsonl] [--keep DIR]

Codes the set with the coder (or takes CODED), links its events, and has `score-airwars` count the pairs of reports that are rightly and
wrongly together. A report counts for an incident when the event is one that it is about, not one that it recalls.
"""

from __future__ import annotations

import argparse
import json
import os
import stat
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from marsad.incidents import Item, items_of, link_all
from marsad.incidents.items import FINE
from marsad.knowledge.loader import FOLDER, load_knowledge
from marsad.records import CodedReport, decode
from marsad.records_incident import split_ref
from marsad.text.dates import load_dates
from marsad.text.tokens import Tokens

OVERLAP = 0.6


def main() -> int:
    """Print one row a method: precision, recall, F1 over pairs of reports."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    ask.add_argument("--coded", type=Path, help="take this coding instead of coding the set now")
    ask.add_argument("--keep", type=Path, help="folder for the files; default: a temporary one")
    asked = ask.parse_args()
    if not asked.shared.is_dir():
        print(f"eval_linking: {asked.shared} is not there: nothing measured", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        coded_file = asked.coded or _code(asked.shared, folder)
        coded = [decode(line) for line in coded_file.read_bytes().splitlines() if line.strip()]
        knowledge = load_knowledge()
        dates = load_dates(FOLDER / "languages" / "ar")
        items = [i for c in coded for i in items_of(c, knowledge.models["words"], dates)]
        news = {i.ref for i in items if i.main}
        ours = [_reports(i.events, news) for i in link_all(items, knowledge).incidents.values()]
        rows = {
            "marsad": ours,
            "same place and day": same_place_and_day(items),
            "60 % word overlap": word_overlap(coded),
        }
        print(f"{'method':<20} {'P':>6} {'R':>6} {'F1':>6}   tp / fp / fn")
        for name, groups in rows.items():
            _score(name, groups, asked.shared, folder, coded_file)
    return 0


def _code(shared: Path, folder: Path) -> Path:
    """The set coded by this very interpreter, with the shared place tables."""
    runner = folder / "marsad"
    runner.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "from marsad.cli import main; main()" "$@"\n', encoding="utf-8"
    )
    runner.chmod(runner.stat().st_mode | stat.S_IXUSR)
    tables = os.pathsep.join(str(p) for p in sorted((shared / "gazetteer").glob("*.tsv")))
    out = folder / "coded.jsonl"
    subprocess.run(
        [shared / "bin/code-set", "airwars-dev", out, "--quiet"],
        check=True,
        env={**os.environ, "MARSAD": str(runner), "MARSAD_GAZETTEER": tables},
    )
    return out


def _reports(refs: Iterable[str], news: set[str]) -> set[str]:
    return {split_ref(r)[0] for r in refs if r in news}


def same_place_and_day(items: Iterable[Item]) -> list[set[str]]:
    """Baseline: events on the same day at the same first sharp place are one incident."""
    groups: dict[tuple[str, int], set[str]] = defaultdict(set)
    for item in items:
        place = next((s.id or s.name for s in item.spots if s.precision <= FINE), None)
        if place and item.first_day is not None and item.main:
            groups[place, item.first_day].add(item.report_id)
    return list(groups.values())


def word_overlap(coded: Iterable[CodedReport]) -> list[set[str]]:
    """Baseline: two reports with 60 % of the shorter one's words in common are one incident, and so on along the chain."""
    words = {c.report.id: frozenset(Tokens(c.report.text).words) for c in coded}
    root = {r: r for r in words}

    def find(report: str) -> str:
        while root[report] != report:
            report = root[report]
        return report

    ids = sorted(words)
    for n, a in enumerate(ids):
        for b in ids[n + 1 :]:
            small = min(len(words[a]), len(words[b]))
            if small and len(words[a] & words[b]) / small >= OVERLAP:
                root[find(b)] = find(a)
    groups: dict[str, set[str]] = defaultdict(set)
    for report in ids:
        groups[find(report)].add(report)
    return list(groups.values())


def _score(name: str, groups: list[set[str]], shared: Path, folder: Path, coded_file: Path) -> None:
    out = folder / f"incidents-{name.split()[0]}.jsonl"
    out.write_text("".join(json.dumps({"reports": sorted(g)}) + "\n" for g in groups if g), encoding="utf-8")
    command = [
        shared / "bin/score-airwars",
        shared / "gold/airwars-dev.jsonl.gz",
        coded_file,
        "--incidents",
        out,
        "--json",
    ]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["linking"]
    figures = " ".join(f"{100 * found[key]:6.1f}" for key in ("precision", "recall", "f1"))
    print(f"{name:<20} {figures}   {found['tp']} / {found['fp']} / {found['fn']}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
