"""Tunes the weights of `knowledge/models/link.yml` by coordinate ascent on the linkage of reports that experts tied to incidents.

usage: python scripts/tune_link.py [--shared ../shared] [--coded CODED.jsonl] [--sweeps N] [--write]

The measure is pairwise F1 over reports, less what precision falls short of PRECISION: a wrong link is worse than a missing one. Every trial scores
and clusters all pairs anew. Before weights are tuned on everything, they are tuned on one half of the incidents and tried on the other, both
ways: the mean of the two trials is what to expect of reports not seen here.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from eval_linking import _code

from marsad.incidents import Item, items_of
from marsad.incidents.block import Blocks, posts, probes
from marsad.incidents.cluster import Pair, cluster, pair
from marsad.incidents.compare import compare
from marsad.knowledge.loader import FOLDER, load_knowledge
from marsad.records import decode
from marsad.records_incident import split_ref
from marsad.text.dates import load_dates

PRECISION = 0.85
STEP, GAIN = 0.5, 0.0015
FIXED = ("report_other", "date_apart", "place_apart")  # what hardly occurs among these pairs is set by hand
MODEL = FOLDER / "models" / "link.yml"


class Trial:
    """All pairs of the coded reports with their features, and the truth."""

    def __init__(self, coded_file: Path, codings: Path) -> None:
        knowledge = load_knowledge()
        dates = load_dates(FOLDER / "languages" / "ar")
        coded = [decode(line) for line in coded_file.read_bytes().splitlines() if line.strip()]
        items = [i for c in coded for i in items_of(c, knowledge.models["words"], dates)]
        blocks = Blocks(items)
        found = [(pair(a.ref, b.ref), compare(a, b, knowledge, blocks.crowd)) for a, b in _sharing(items)]
        self.names = sorted({e.name for _, evidence in found for e in evidence})
        at = {name: n for n, name in enumerate(self.names)}
        self.keys: list[Pair] = [key for key, _ in found]
        self.values = np.zeros((len(found), len(self.names)), dtype=np.float32)
        for row, (_, evidence) in enumerate(found):
            for part in evidence:
                self.values[row, at[part.name]] = part.value
        self.refs = [i.ref for i in items]
        self.news = {i.ref for i in items if i.main}
        with gzip.open(codings, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        self.truth = {
            g["id"]: g["coding"][0]["incident_id"] for g in rows if len(g["coding"]) == 1 and not g.get("flags")
        }

    def measure(self, weights: dict[str, float], only: frozenset[str] | None = None) -> tuple[float, float, float]:
        """Precision, recall and F1 over pairs of reports; `only`: of these incidents."""
        z = self.values @ np.array([weights.get(n, 0.0) for n in self.names]) + weights["bias"]
        chances = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        held: dict[str, set[int]] = defaultdict(set)
        for n, group in enumerate(cluster(self.refs, dict(zip(self.keys, chances.tolist(), strict=True)))):
            for ref in group:
                if ref in self.news:
                    held[split_ref(ref)[0]].add(n)
        reports = sorted(r for r, incident in self.truth.items() if only is None or incident in only)
        right = wrong = missed = 0
        for x, y in itertools.combinations(reports, 2):
            same, linked = self.truth[x] == self.truth[y], bool(held[x] & held[y])
            right += same and linked
            wrong += linked and not same
            missed += same and not linked
        precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
        return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)

    def worth(self, weights: dict[str, float], only: frozenset[str] | None) -> float:
        precision, _, f1 = self.measure(weights, only)
        return f1 - max(0.0, PRECISION - precision)

    def ascend(self, weights: dict[str, float], sweeps: int, only: frozenset[str] | None = None) -> dict[str, float]:
        """The weights after so many rounds, each of which tries a step up and a step down on every weight."""
        weights = dict(weights)
        best = self.worth(weights, only)
        for _ in range(sweeps):
            changed = False
            for name in [n for n in (*self.names, "bias") if n not in FIXED]:
                for step in (STEP, -STEP):
                    old = weights.get(name, 0.0)
                    weights[name] = round(old + step, 2)
                    value = self.worth(weights, only)
                    if value > best + GAIN:
                        best, changed = value, True
                        break
                    weights[name] = old
            print(f"  {100 * best:.1f}", end="", flush=True)
            if not changed:
                break
        print()
        return weights


def _sharing(items: list[Item]) -> Iterator[tuple[Item, Item]]:
    """Every pair that shares a key, however many share it: a batch is compared whole (see incidents/update.py)."""
    waits: dict[str, set[str]] = defaultdict(set)
    held = {item.ref: item for item in items}
    for item in items:
        for key in posts(item):
            waits[key].add(item.ref)
    for ref in sorted(held):
        others = {o for key in probes(held[ref]) for o in waits.get(key, ()) if ref < o}
        yield from ((held[ref], held[o]) for o in sorted(others))


def shown(figures: tuple[float, float, float]) -> str:
    return "P {:.1f} R {:.1f} F1 {:.1f}".format(*(100 * f for f in figures))


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    ask.add_argument("--coded", type=Path)
    ask.add_argument("--sweeps", type=int, default=3)
    ask.add_argument("--write", action="store_true", help="put the weights tuned on everything into the model file")
    asked = ask.parse_args()
    with TemporaryDirectory() as scratch:
        trial = Trial(asked.coded or _code(asked.shared, Path(scratch)), asked.shared / "gold" / "airwars-dev.jsonl.gz")
    weights = dict(load_knowledge().models["link"])
    print("as it stands:", shown(trial.measure(weights)))
    incidents = sorted(set(trial.truth.values()))
    random.Random(5).shuffle(incidents)
    halves = frozenset(incidents[::2]), frozenset(incidents[1::2])
    for here, there in (halves, halves[::-1]):
        tuned = trial.ascend(weights, asked.sweeps, here)
        before, after = trial.measure(weights, there), trial.measure(tuned, there)
        print(f"tuned on one half, on the other: {shown(before)} -> {shown(after)}")
    tuned = trial.ascend(weights, asked.sweeps)
    print("tuned on everything:", shown(trial.measure(tuned)))
    if asked.write:
        head = [line for line in MODEL.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        MODEL.write_text("\n".join([*head, *(f"{n}: {v}" for n, v in sorted(tuned.items()))]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
