"""Tunes the weights of `knowledge/models/merge.yml` by coordinate ascent on the overall score of coded reports.

usage: python scripts/tune_merge.py GOLD.jsonl [--sweeps N]

Slower than scripts/train.py because folding changes what all later steps see: every trial codes the whole gold again. A step is
kept when events F1 plus overall F1 rise by at least 0.05 points; weights stay multiples of their step, to be read by people.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import msgspec
import yaml
from train import MODELS, scorer

from marsad.pipeline import rule_coder
from marsad.records import Report

STEPS = (0.7, -0.7)


def measure(gold: list[dict[str, Any]], score: Any) -> float:
    """Events F1 plus overall F1, in points."""
    coder = rule_coder()
    coded = {}
    for record in gold:
        report = Report(
            record["id"],
            record["text"],
            title=record.get("title"),
            publisher=record.get("publisher"),
            published=record.get("published"),
        )
        coded[record["id"]] = json.loads(msgspec.json.encode(coder.code(report)))
    tally = score.score(gold, coded, False)
    rows = {name: f1 for name, _, _, f1, _ in score.rows(tally)}
    return 100 * (rows["overall"] + rows["events"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold")
    parser.add_argument("--sweeps", type=int, default=1)
    args = parser.parse_args()
    gold = [json.loads(line) for line in Path(args.gold).read_text(encoding="utf-8").splitlines() if line.strip()]
    weights, score = rule_coder().knowledge.models["merge"], scorer()
    best = measure(gold, score)
    print(f"start {best:.2f}", flush=True)
    for _ in range(args.sweeps):
        for name in list(weights):
            for step in STEPS:
                old = weights[name]
                weights[name] = round(old + step, 2)
                value = measure(gold, score)
                if value >= best + 0.05:
                    best = value
                    print(f"{name} {old} -> {weights[name]}: {best:.2f}", flush=True)
                    break
                weights[name] = old
    head = (MODELS / "merge.yml").read_text(encoding="utf-8").split("\n", 1)[0]
    (MODELS / "merge.yml").write_text(head + "\n" + yaml.safe_dump(dict(weights), sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
