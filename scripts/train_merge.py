"""Fits the model “merge” of coding/merge.py: is a later mention an earlier event again?

usage: python scripts/train_merge.py GOLD.jsonl [GOLD.jsonl …]

The gold names one trigger an event, so the label of a pair follows from what its two sides are to the gold. Two triggers of different
events are two; a trigger and a mention within its quote are one. Of other mentions it is known only that they open no event: one that
shares place or toll with an event is taken for it, one that contradicts it is not, and what tells neither counts by halves as the
model itself sees it (expectation and maximisation, few rounds). What is folded changes what the next pairs look like, so the reports
are coded again with every fit.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import eval_common as common
import numpy as np
import yaml
from scipy.sparse import vstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from train import plain

from marsad.coding.coder import RuleCoder, Trace
from marsad.coding.frames import Draft
from marsad.coding.place_choice import place_ref
from marsad.coding.rank import Decision, Features
from marsad.pipeline import rule_coder

PAGE = common.ROOT / "src/marsad/knowledge/models/merge.yml"
STRENGTH, THRESHOLD, LEAST = 0.5, 0.43, 6
ROUNDS, STEPS = 3, 3  # codings of the gold; steps of expectation and maximisation within each
UNSURE = 0.4  # weight of a pair that the gold does not tell
Row = tuple[Features, int | None, float, float]  # features, label, weight, the model's own answer


class Labeller:
    """What the gold makes of the pairs of one report."""

    def __init__(self, record: dict[str, Any], trace: Trace) -> None:
        self.events, self.trace, self.score = record["events"], trace, common.scorer()
        self.spans = [self.score.gold_span(event, record["text"]) for event in self.events]
        self.pairs = [d for d in trace.decisions if d.model == "merge"]
        parts = {id(p): p for d in self.pairs for p in (d.subject, *d.item)}  # type: ignore[attr-defined, misc]
        self.anchor = {key: self._anchor(part) for key, part in parts.items()}

    def _anchor(self, draft: Draft) -> tuple[int, bool] | None:
        """(the gold event that a mention stands in, whether on its very trigger)."""
        assert self.trace.scan
        spans = [self.trace.scan.tokens.slice(a, b) for a, b in draft.triggers]
        best: tuple[bool, bool, int] | None = None
        for i, (q0, q1, t0, t1) in enumerate(self.spans):
            kind = self.events[i]["type"]
            if self.score.CLASS.get(draft.type) == self.score.CLASS[kind] and any(s < q1 and e > q0 for s, e in spans):
                found = (kind == draft.type, any(s < t1 and e > t0 for s, e in spans), i)
                best = max(best, found, key=lambda b: b[:2]) if best else found
        return (best[2], best[1]) if best else None

    def rows(self) -> list[Row]:
        by_draft: dict[int, list[Decision]] = defaultdict(list)
        for decision in self.pairs:
            by_draft[id(decision.subject)].append(decision)
        return [row for decisions in by_draft.values() for row in self._rows(decisions)]

    def _rows(self, decisions: list[Decision]) -> list[Row]:
        """The pairs of one mention with every event before it."""
        draft: Any = decisions[0].subject
        anchor = self.anchor[id(draft)]
        out, open_pairs = [], []
        for d in decisions:
            known = self._events_of(d)
            if anchor is None:
                if known:
                    open_pairs.append((max(self._agreement(draft, i) for i in known), d))
            elif known:
                out.append((d.features, int(anchor[0] in known), 1.0, d.probability))
            elif anchor[1]:
                parts: Any = d.item
                agreement = max(self._agreement(part, anchor[0]) for part in parts)
                out.append(self._told(d, agreement, agreement))
        top = max((agreement for agreement, _ in open_pairs), default=0.0)
        return out + [self._told(d, agreement, top) for agreement, d in open_pairs]

    def _events_of(self, decision: Decision) -> set[int]:
        """The gold events that the earlier side of a pair stands for: those whose trigger it holds, else whose quote."""
        parts: Any = decision.item
        anchors = [a for a in (self.anchor[id(p)] for p in parts) if a]
        return {i for i, on_trigger in anchors if on_trigger} or {i for i, _ in anchors}

    def _told(self, d: Decision, agreement: float, top: float) -> Row:
        if agreement < 0 or agreement < top - 0.5:
            return d.features, 0, 0.5, d.probability
        return (
            d.features,
            1 if agreement >= 1 and agreement == top else None,
            1.0 if agreement >= 1 else UNSURE,
            d.probability,
        )

    def _agreement(self, draft: Draft, i: int) -> float:
        """What place and toll of a mention say for (+) or against (-) its being gold event `i`."""
        assert self.trace.scan
        event, out = self.events[i], 0.3 * (draft.type == self.events[i]["type"])
        own = [
            plain(place_ref(self.trace.resolved[k], self.trace.scan.tokens)) for k in draft.places[: draft.own_places]
        ]
        if own and event["places"]:
            same = self.score.pair_count(event["places"], own, self.score.place_match)[0]
            out += -1.5 if not same else 1.5 if same == len(own) else 1.0
        tolls = [t for t in draft.tolls if not t.part]
        low = [t.low or 0 for t in tolls if any(c["harm"] == t.harm and c["low"] == t.low for c in event["casualties"])]
        if low:
            out += 2.0 if max(low) > 2 else 1.0
        elif tolls:
            out -= 1.0 if event["casualties"] else 0.5
        return out


def collect(gold: list[dict[str, Any]], coder: RuleCoder) -> list[Row]:
    out: list[Row] = []
    for record in gold:
        trace = Trace()
        coder.code(common.report(record), trace)
        if trace.scan is not None:
            out += Labeller(record, trace).rows()
    return out


def fit(rows: list[Row]) -> dict[str, float]:
    """Weights, with the threshold folded into the bias so that 0.5 decides."""
    counts: dict[str, int] = defaultdict(int)
    for features, *_ in rows:
        for name in features:
            counts[name] += 1
    vectors = DictVectorizer()
    x = vectors.fit_transform([{n: v for n, v in f.items() if counts[n] >= LEAST} for f, *_ in rows])
    label = np.array([-1 if r[1] is None else r[1] for r in rows])
    weight, answer = np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
    told, open_ = label >= 0, label < 0
    both = vstack([x[told], x[open_], x[open_]])
    truth = np.r_[label[told], np.ones(open_.sum()), np.zeros(open_.sum())]
    for _ in range(STEPS):
        shares = np.r_[weight[told], (weight * answer)[open_], (weight * (1 - answer))[open_]]
        model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(both, truth, shares)
        answer = model.predict_proba(x)[:, 1]
    weights = {n: round(float(w), 2) for n, w in zip(vectors.get_feature_names_out(), model.coef_[0], strict=True)}
    weights["bias"] = round(float(model.intercept_[0]) - math.log(THRESHOLD / (1 - THRESHOLD)), 2)
    return {n: w for n, w in sorted(weights.items()) if w}


def main() -> None:
    gold = [record for path in sys.argv[1:] for record in common.rows(Path(path))]
    coder = rule_coder()
    weights: Any = coder.knowledge.models["merge"]
    for _ in range(ROUNDS):
        rows = collect(gold, coder)
        fitted = fit(rows)
        weights.clear()
        weights.update(fitted)
    told = sum(r[1] is not None for r in rows)
    head = f"# Model “merge” of coding/merge.py, fitted by scripts/train_merge.py: {len(rows)} pairs, {told} told by the gold.\n"
    PAGE.write_text(head + yaml.safe_dump(fitted, sort_keys=True), encoding="utf-8")
    print(f"merge: {len(rows)} pairs, {told} told, {len(fitted)} weights")


if __name__ == "__main__":
    main()
