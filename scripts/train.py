"""Fits the small ranking models of `knowledge/models/` on coded reports (see coding/rank.py).

usage: python scripts/train.py GOLD.jsonl [GOLD.jsonl …] [--own] [--silent REPORTS] [--experts CODINGS POOL] [--only MODEL,…]

Needs the development tools (scikit-learn) and a gold file in the form of the project's coding guidelines. Every model is a
logistic regression with L2 shrinkage; its threshold is the one of best F1 under five-fold cross-validation by report, folded into
the bias, so that 0.5 decides. Weights are written with two digits: they are data, to be read by people.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.machinery
import importlib.util
import json
import math
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import yaml
from own_codings import own_gold
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from marsad.coding.actors import actor_ref
from marsad.coding.coder import Trace
from marsad.coding.frames import Draft
from marsad.coding.place_choice import place_ref
from marsad.coding.rank import probability
from marsad.coding.voice import attribution
from marsad.pipeline import rule_coder
from marsad.records import Report

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "src/marsad/knowledge/models"
STRENGTH = {"side_a": 0.2, "side_b": 0.2, "place": 0.2, "voice": 0.05, "stands": 0.1, "recalled": 0.1}
THRESHOLD = {
    "recalled": 0.37,
    "side_a": 0.35,
    "side_b": 0.33,
    "stands": 0.43,
    "voice": 0.42,
    "place": 0.4,
}  # where the share of right answers is flat; they move with every feature if searched for
LOUD = 0.0187  # share of silent reports that may yield an event: a wrong event costs more than a missed one
STANDS = 0.35  # score of an event: overall F1 of dev is flat from 0.34 to 0.49, and posts need the lower end
EVENT_PRECISION, EVENT_RECALL = 0.65, 0.72  # of the coder when the thresholds were set
EXPERTS = 10_000  # numbers of experts' reports, which show only what stands, never what does not
CASES = 100_000  # numbers of our own cases
SIDE_WEIGHT = 0.5  # of experts' reports and cases beside fully coded reports
LEAST, LEAST_WORD = 4, 10  # a feature, and one that quotes a word, seen in fewer examples is left out


def scorer() -> Any:
    """The scorer of the shared gold, as a module: its matching rules label the examples."""
    sys.dont_write_bytecode = True
    path = os.environ.get("MARSAD_SCORER", str(ROOT.parent / "shared/bin/score"))
    loader = importlib.machinery.SourceFileLoader("score", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("score", loader))
    loader.exec_module(module)
    return module


def examples(gold: list[dict[str, Any]], score: Any) -> dict[str, list[tuple[dict[str, float], int, int]]]:
    """(features, label, report number) of every decision whose truth the gold tells, by model."""
    coder = rule_coder()
    out: dict[str, list[tuple[dict[str, float], int, int]]] = defaultdict(list)
    for number, record in enumerate(gold):
        trace = Trace()
        report = Report(
            record["id"],
            record["text"],
            title=record.get("title"),
            publisher=record.get("publisher"),
            published=record.get("published"),
        )
        coder.code(report, trace)
        if trace.scan is None:
            continue
        labeller = Labeller(record, trace, score, coder)
        for decision in trace.decisions:
            label = labeller.label(decision)
            if label is not None:
                out[decision.model].append((decision.features, label, number))
    return out


def expert_examples(codings: str, pool: str) -> list[tuple[dict[str, float], int, int]]:
    """Examples for the model “stands” from experts' incident codings: in a report coded for one strike, the draft of its kind stands.

    What else such a report tells is unknown and gives no example. These are posts and raw pages, which the gold hardly holds.
    """
    kinds = (
        importlib.machinery.SourceFileLoader(
            "airwars",
            str(Path(os.environ.get("MARSAD_SCORER", ROOT.parent / "shared/bin/score")).parent / "score-airwars"),
        )
        .load_module()
        .KIND
    )
    with gzip.open(codings, "rt", encoding="utf-8") as file:
        wanted = {
            r["id"]: r["coding"][0]
            for r in map(json.loads, file)
            if len(r["coding"]) == 1 and not r["flags"] and r["place_named_in_text"]
        }
    coder, out = rule_coder(), []
    with gzip.open(pool, "rt", encoding="utf-8") as file:
        for number, record in enumerate(map(json.loads, file)):
            coding = wanted.get(record["id"])
            if coding is None:
                continue
            kind = set().union(*(kinds.get(k, set()) for k in (coding.get("strike_type") or "").split(", ")))
            trace = Trace()
            coder.code(
                Report(
                    record["id"],
                    record["text"],
                    title=record.get("title"),
                    publisher=record.get("publisher"),
                    published=record.get("published"),
                ),
                trace,
            )
            asked = [d for d in trace.decisions if d.model == "stands" and d.subject.type in kind]
            if asked:
                best = max(asked, key=lambda d: d.probability)
                out.append((best.features, 1, EXPERTS + number))
    return out


def case_examples() -> list[tuple[dict[str, float], int, int]]:
    """Examples for the model “stands” from our own cases: one sentence each, with all that it tells or without any event."""
    coder, out = rule_coder(), []
    folder = MODELS.parent
    files = sorted({*folder.rglob("*.cases.yml"), *(folder / "coding.cases").glob("*.yml")})
    cases = [case for path in files for case in yaml.safe_load(path.read_text(encoding="utf-8")) or []]
    for number, case in enumerate(c for c in cases if "text" in c and "events" in c):
        trace = Trace()
        given = {key: case.get(key) for key in ("published", "title", "publisher")}
        coder.code(Report("case", case["text"], **given), trace)
        wanted = list(case["events"])
        for decision in sorted((d for d in trace.decisions if d.model == "stands"), key=lambda d: -d.probability):
            match = next((w for w in wanted if w.get("type") == decision.subject.type), None)
            if match is not None:
                wanted.remove(match)
            out.append((decision.features, int(match is not None), CASES + number))
    return out


def plain(record: Any) -> Any:
    """A record as the scorer reads it from JSON."""
    return json.loads(msgspec.json.encode(record))


class Labeller:
    """Says what the gold makes of each decision of one report."""

    def __init__(self, record: dict[str, Any], trace: Trace, score: Any, coder: Any) -> None:
        self.record, self.trace, self.score, self.coder = record, trace, score, coder
        self.scan = trace.scan
        self.spans = [score.gold_span(e, record["text"]) for e in record["events"]]
        self.confirmed: dict[tuple[str, int], set[int]] = {}
        drafts = trace.merged
        weights = [[self._value(d, i) for d in drafts] for i in range(len(self.spans))]
        pairs = score.assign(weights) if self.spans and drafts else []
        self.event = {id(drafts[j]): i for i, j in pairs}
        self.flip = {i: self._flipped(i) for i in range(len(record["events"]))}

    def _value(self, draft: Draft, i: int) -> float:
        """How well a draft's words fit a gold event, as the scorer weighs it."""
        event, (q0, q1, t0, t1) = self.record["events"][i], self.spans[i]
        if self.score.CLASS.get(draft.type) != self.score.CLASS[event["type"]]:
            return 0
        spans = [self.scan.tokens.slice(first, last) for first, last in draft.triggers]
        hit, near = any(s < t1 and e > t0 for s, e in spans), any(s < q1 and e > q0 for s, e in spans)
        return 8 * (draft.type == event["type"]) + 6 * hit + 3 * near if hit or near else 0

    def _flipped(self, i: int) -> bool:
        """Whether a two-sided gold event lists its sides in the other order than the rules do."""
        event = self.record["events"][i]
        if event["type"] not in self.score.TWO_SIDED:
            return False
        straight = crossed = 0
        for decision in self.trace.decisions:
            if decision.model == "side_a" and self.event.get(id(decision.subject)) == i:
                for side, here, there in (("rule_a", "side_a", "side_b"), ("rule_b", "side_b", "side_a")):
                    if decision.features.get(side):
                        ref = plain(actor_ref(decision.item, self.scan, self.coder.knowledge))
                        straight += any(self.score.name_match(g, ref) for g in event[here])
                        crossed += any(self.score.name_match(g, ref) for g in event[there])
        return crossed > straight

    def label(self, decision: Any) -> int | None:
        i = self.event.get(id(decision.subject))
        if decision.model == "stands":
            return int(i is not None)
        if i is None:
            return None
        if decision.model == "recalled":
            return int(self.record["events"][i]["background"])
        right = id(decision.item) in self._right(decision.model, decision.subject, i)
        return None if not right and self._is_repeat(decision, i) else int(right)

    def _is_repeat(self, decision: Any, i: int) -> bool:
        """A further wording of a side that another candidate stands for: neither right nor wrong."""
        if decision.model not in ("side_a", "side_b"):
            return False
        record, event = self._record(decision.model, decision.item), self.record["events"][i]
        return any(self.score.name_match(g, record) for g in (*event["side_a"], *event["side_b"])) and not any(
            id(decision.item) in self._right(model, decision.subject, i) for model in ("side_a", "side_b")
        )

    def _right(self, model: str, subject: Any, i: int) -> set[int]:
        """The candidates of one event that the gold confirms, one for each of its names: of two wordings of a place one is right."""
        key = (model, id(subject))
        if key not in self.confirmed:
            asked = [d for d in self.trace.decisions if d.model == model and d.subject is subject]
            asked.sort(
                key=lambda d: (
                    -(
                        d.features.get("rule_a", 0)
                        + d.features.get("rule_b", 0)
                        + d.features.get("own", 0)
                        + d.probability
                    )
                )
            )
            side = model
            if self.flip[i] and model in ("side_a", "side_b"):
                side = "side_b" if model == "side_a" else "side_a"
            gold = self.record["events"][i][{"place": "places", "voice": "sources"}.get(model, side)]
            match = self.score.place_match if model == "place" else self.score.name_match
            _, owner = self.score.pair_count(gold, [self._record(model, d.item) for d in asked], match)
            self.confirmed[key] = {id(asked[j].item) for j in owner}
        return self.confirmed[key]

    def _record(self, model: str, item: Any) -> Any:
        if model == "place":
            return plain(place_ref(item, self.scan.tokens))
        if model == "voice":
            return plain(attribution(item, self.scan))
        return plain(actor_ref(item, self.scan, self.coder.knowledge))


def fit(
    rows: list[tuple[dict[str, float], int, int]], strength: float, end_to_end: bool, at: float | None = None
) -> tuple[dict[str, float], float, float]:
    """Weights, cross-validated F1 at the best threshold, and that threshold."""
    counts: dict[str, int] = defaultdict(int)
    for features, _, _ in rows:
        for name in features:
            counts[name] += 1
    kept = [{n: v for n, v in f.items() if counts[n] >= (LEAST_WORD if "“" in n else LEAST)} for f, _, _ in rows]
    vectors = DictVectorizer()
    x, y = vectors.fit_transform(kept), np.array([label for _, label, _ in rows])
    groups = np.array([g for _, _, g in rows])
    weight = np.where(groups >= EXPERTS, SIDE_WEIGHT, 1.0)
    chance = np.zeros(len(y))
    for train, test in GroupKFold(5).split(x, y, groups):
        chance[test] = (
            LogisticRegression(C=strength, max_iter=2000)
            .fit(x[train], y[train], weight[train])
            .predict_proba(x[test])[:, 1]
        )
    best = max((f1(y, chance >= t, end_to_end), t) for t in ([at] if at else np.arange(0.2, 0.75, 0.025)))
    model = LogisticRegression(C=strength, max_iter=2000).fit(x, y, weight)
    weights = {n: round(float(w), 2) for n, w in zip(vectors.get_feature_names_out(), model.coef_[0], strict=True)}
    weights["bias"] = round(float(model.intercept_[0]) - math.log(best[1] / (1 - best[1])), 2)
    return {n: w for n, w in sorted(weights.items()) if w}, best[0], float(best[1])


def silence(rows: list[tuple[dict[str, float], int, int]], weights: dict[str, float], coded: int, silent: int) -> float:
    """The score that one event of a report without violence must reach, so that no more than LOUD of the silent reports have any event.

    Silent reports are numbered from `coded`.
    """
    events = rule_coder().knowledge.events
    violent = {f"type_{k}" for k, e in events.items() if e.klass in ("battles", "explosions", "civilians")}
    loud: set[int] = set()
    calm: dict[int, float] = defaultdict(float)
    for features, _, number in rows:
        score = probability(features, weights)
        if coded <= number < coded + silent and score >= STANDS:
            if violent.isdisjoint(features):
                calm[number] = max(calm[number], score)
            else:
                loud.add(number)
    ranked = sorted((score for number, score in calm.items() if number not in loud), reverse=True)
    allowed = max(0, int(LOUD * silent) - len(loud))
    return max(STANDS, ranked[allowed] + 0.001 if len(ranked) > allowed else STANDS)


def calibrate(
    rows: list[tuple[dict[str, float], int, int]], weights: dict[str, float], threshold: float, coded: int
) -> list[str]:
    """The lines of confidence.yml: Platt scaling of the standing events of the gold, and its reliability as a comment."""
    scored = [(probability(f, weights), label) for f, label, number in rows if number < coded]
    kept = [(p, label) for p, label in scored if p >= threshold]
    logits = np.array([[math.log(p / (1 - p))] for p, _ in kept])
    labels = np.array([label for _, label in kept])
    model = LogisticRegression(C=10.0).fit(logits, labels)
    given = model.predict_proba(logits)[:, 1]
    curve = []
    for low in (0.0, 0.5, 0.6, 0.7, 0.8, 0.9):
        high = {0.0: 0.5, 0.9: 1.01}.get(low, low + 0.1)
        inside = labels[(given >= low) & (given < high)]
        if len(inside):
            curve.append(f"{low:.1f}-{min(high, 1.0):.1f}: {100 * inside.mean():.0f} % of {len(inside)}")
    head = (
        f"# Platt scaling of the model “stands” on {len(kept)} standing events (scripts/train.py). Right of those given: "
        + "; ".join(curve)
        + "."
    )
    return [head, f"slope: {model.coef_[0][0]:.3f}", f"intercept: {model.intercept_[0]:.3f}"]


def f1(truth: Any, guess: Any, end_to_end: bool) -> float:
    """F1 of the decisions; end to end, what is given to events that are false or missed counts too (event precision and recall)."""
    right = float(np.sum(truth & guess))
    lost, false = (1 / EVENT_RECALL, 1 / EVENT_PRECISION) if end_to_end else (1.0, 1.0)
    return 2 * right / max(1.0, float(np.sum(truth)) * lost + float(np.sum(guess)) * false)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+")
    parser.add_argument(
        "--own", action="store_true", help="our own codings of the shared pool as well (own_codings.py)"
    )
    parser.add_argument("--silent", help="reports that hold no event: further examples for the model “stands”")
    parser.add_argument(
        "--experts",
        nargs=2,
        metavar=("CODINGS", "POOL"),
        help="incident codings and their texts: further examples for “stands”",
    )
    parser.add_argument("--only", default="side_a,side_b,place,voice,recalled,stands")
    args = parser.parse_args()
    gold = [
        json.loads(line)
        for path in args.gold
        for line in Path(path).read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    if args.own:
        gold += own_gold()
    coded = len(gold)
    if args.silent:
        with gzip.open(args.silent, "rt", encoding="utf-8") as file:
            gold += [json.loads(line) | {"events": []} for line in file if line.strip()]
    rows = examples(gold, scorer())
    if args.experts and "stands" in args.only:
        rows["stands"] += expert_examples(*args.experts)
    if "stands" in args.only:
        rows["stands"] += case_examples()
    for name in args.only.split(","):
        weights, score, threshold = fit(
            rows[name], STRENGTH[name], name not in ("stands", "recalled"), THRESHOLD.get(name)
        )
        lines = [
            f"# Model “{name}” of coding/choose.py: {len(rows[name])} examples, cross-validated F1 {100 * score:.1f} at {threshold:.2f} (folded into the bias)."
        ]
        if name == "stands":
            page = MODELS / "confidence.yml"
            fields = page.read_text(encoding="utf-8").partition("# By field")  # fit_confidence.py writes that part
            page.write_text(
                "\n".join(calibrate(rows[name], weights, STANDS, coded)) + "\n" + "".join(fields[1:]),
                encoding="utf-8",
            )
            loud = silence(rows[name], weights, coded, len(gold) - coded)
            lines.append(
                f"report: {loud:.3f}  # of one event where none is violent: at most {100 * LOUD:.1f} % of silent reports speak"
            )
            lines.append(f"threshold: {STANDS}  # of the others")
        lines += [f"{key}: {value}" for key, value in weights.items()]
        (MODELS / f"{name}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(
            f"{name:<8} {len(rows[name])} examples, {sum(label for _, label, _ in rows[name])} positive, {len(weights)} weights, cross-validated F1 {100 * score:.1f}"
        )


if __name__ == "__main__":
    main()
