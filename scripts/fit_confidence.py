"""Fits what confidence.yml says of fields: how often a careful reader has the same values in a field of an event that both see.

usage: python scripts/fit_confidence.py GOLD.jsonl [--write]

Sides, places and attribution: Platt scaling of the least sure value's probability (models side_a, side_b, place, voice). Dates by their
ground (told, or the day of publication), casualties by their number. A field is right when all its values are.
--write puts the lines below those of train.py in models/confidence.yml; else they are printed.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import eval_common as common
import numpy as np
from sklearn.linear_model import LogisticRegression

from marsad.coding.coder import Trace
from marsad.pipeline import rule_coder
from marsad.records import encode

PAGE = common.ROOT / "src/marsad/knowledge/models/confidence.yml"
MARK = "# By field, given that the event is right (scripts/fit_confidence.py)."
Found = dict[str, list[tuple[float, bool]]]


def collect(path: Path) -> Found:
    """(raw answer, right?) of every field of every event that is right, by field; the ground is the raw answer of dates and tolls."""
    coder, score, out = rule_coder(), common.scorer(), defaultdict(list)
    for record in common.rows(path):
        trace = Trace()
        events = json.loads(encode(coder.code(common.report(record), trace)))["events"]
        gold = record["events"]
        pairs = (
            score.assign([[score.affinity(g, e, record["text"]) for e in events] for g in gold])
            if gold and events
            else []
        )
        for i, j in pairs:
            if gold[i]["type"] == events[j]["type"]:
                _fields(gold[i], events[j], trace.drafts[j], score, out)
    return out


def _fields(gold: dict[str, Any], event: dict[str, Any], draft: Any, score: Any, out: Found) -> None:
    sides = len(event["side_a"]) + len(event["side_b"])
    if sides and "sides" in draft.sure:
        out["sides"].append((draft.sure["sides"], score.sides(gold, event) == sides))
    for field, key, match in (("places", "places", score.place_match), ("attribution", "sources", score.name_match)):
        if event[field] and field in draft.sure:
            right = score.pair_count(gold[key], event[field], match)[0] == len(event[field])
            out[field].append((draft.sure[field], right))
    if event["when"]["start"]:
        ground = "stated" if event["when"]["stated"] else "published"
        out[f"when_{ground}"].append((0.0, _dated(gold, event["when"], score)))
    if event["casualties"]:
        right = score.pair_count(gold["casualties"], event["casualties"], score.casualty_match)[0] == len(
            event["casualties"]
        )
        out["casualties_one" if len(event["casualties"]) == 1 else "casualties_more"].append((0.0, right))


def _dated(gold: dict[str, Any], when: dict[str, Any], score: Any) -> bool:
    return bool(gold["date"]["start"]) and bool(score.date_ok(gold["date"], when))


def lines(found: Found) -> list[str]:
    """The lines of the model, each with what it rests on."""
    out = [MARK]
    for name, rows in sorted(found.items()):
        right = np.array([r for _, r in rows])
        about = f"  # {len(rows)} fields, {100 * right.mean():.0f} % right"
        if name in ("sides", "places", "attribution"):
            raw = np.array([[math.log(p / (1 - p))] for p, _ in rows])
            model = LogisticRegression(C=10.0).fit(raw, right)
            out += [f"{name}_slope: {model.coef_[0][0]:.3f}{about}", f"{name}_intercept: {model.intercept_[0]:.3f}"]
        else:
            out.append(f"{name}: {right.mean():.2f}{about}")
    return out


def main() -> None:
    made = lines(collect(Path(sys.argv[1])))
    if "--write" not in sys.argv:
        print("\n".join(made))
        return
    page = PAGE.read_text(encoding="utf-8").split(MARK)[0].rstrip("\n")
    PAGE.write_text("\n".join([page, *made]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
