"""Why gold values of the dev set are missed, by room: not read at all, read but not tied to the event, or lost with the event.

For every gold value without a match the earliest room that lost it is counted: the word is unknown (knowledge), the mention was not made
(text, coding), the event was left out (stands) or merged away, or another candidate was chosen. usage: eval_misses.py [--show CAUSE N]
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from typing import Any

import eval_common as common

from marsad.coding.coder import RuleCoder, Trace, publication_day
from marsad.pipeline import rule_coder
from marsad.records import encode
from marsad.text.dates import find_dates
from marsad.text.normalize import fold

Causes = Counter[tuple[str, str]]
Examples = dict[tuple[str, str], list[str]]


def misses(records: list[dict[str, Any]], coder: RuleCoder) -> tuple[Causes, Examples, Counter[str]]:
    """(cause counts by (slot, cause), examples of each, gold totals by slot)."""
    causes: Causes = Counter()
    examples: Examples = defaultdict(list)
    totals: Counter[str] = Counter()
    for record in records:
        trace = Trace()
        coded = coder.code(common.report(record), trace)
        events = common.json.loads(encode(coded))["events"]
        _Record(record, events, trace, coder, causes, examples, totals).count()
    return causes, examples, totals


class _Record:
    """One gold record against its coding."""

    def __init__(
        self,
        record: Any,
        events: Any,
        trace: Trace,
        coder: RuleCoder,
        causes: Causes,
        examples: Examples,
        totals: Counter[str],
    ) -> None:
        self.record, self.events, self.trace, self.coder = record, events, trace, coder
        self.causes, self.examples, self.totals = causes, examples, totals
        self.text: str = record["text"]
        self.said = self._mentions()

    def _mentions(self) -> dict[str, list[str]]:
        """The words of everything that was read, by slot."""
        trace, scan = self.trace, self.trace.scan
        if scan is None:
            return defaultdict(list)

        def words(first: int, last: int) -> str:
            return scan.span(first, last).text if 0 <= first <= last else ""

        day = publication_day(trace.scan.report)  # type: ignore[union-attr]
        names = [(p.first, p.last, [p.name.ar or "", p.name.en or ""] if p.name else []) for p in trace.parties]
        return {
            "sides": [f for a, b, more in names for f in (words(a, b), *more)],
            "places": [
                f
                for r in trace.resolved
                for f in (words(r.mention.first, r.mention.last), r.place.name_ar if r.place else "")
            ],
            "casualties": [words(t.first, t.last) for t in trace.tolls],
            "sources": [words(v.first, v.last) for v in trace.voices],
            "dates": [
                d.start or "" for d in find_dates(scan.tokens, day, self.coder.dates) if scan.sentence[d.first] >= 0
            ],
        }

    def miss(self, slot: str, cause: str, example: str) -> None:
        self.causes[slot, cause] += 1
        self.examples[slot, cause].append(f"{self.record['id']}: {' '.join(example.split())}")

    def count(self) -> None:
        score = common.scorer()
        gold = self.record["events"]
        weights = [[score.affinity(g, p, self.text) for p in self.events] for g in gold] if gold and self.events else []
        paired = dict(score.assign(weights)) if weights else {}
        for i, g in enumerate(gold):
            self.totals["events"] += 1
            event = self.events[paired[i]] if i in paired else None
            if event is None or event["type"] != g["type"]:
                self.miss("events", self._why_no_event(g, event), f"{g['type']} “{g['trigger']}” in “{g['quote']}”")
            self._slots(g, event, score)
        for j, event in enumerate(self.events):
            if j not in paired.values():
                span = event["evidence"]["triggers"][0]
                self.miss("invented", event["type"], self.text[max(0, span["start"] - 40) : span["end"] + 50])

    def _why_no_event(self, g: dict[str, Any], event: Any) -> str:
        if event is not None:
            return f"typed {event['type']} for {g['type']}"
        scan = self.trace.scan
        _, _, start, end = common.scorer().gold_span(g, self.text)
        if scan is None or not any(
            scan.tokens.start[m.first] < end and scan.tokens.end[m.last] > start
            for m in scan.at.get("trigger", {}).values()
        ):
            return "the trigger word is unknown"
        for draft in self.trace.merged:
            if any(scan.tokens.start[a] < end and scan.tokens.end[b] > start for a, b in draft.triggers):
                if draft not in self.trace.drafts:
                    return "left out: held for no occurrence"
                same = common.scorer().CLASS.get(draft.type) == common.scorer().CLASS[g["type"]]
                return "merged into another event" if same else f"of another class: {draft.type} for {g['type']}"
        return "the trigger word was refused"

    def _slots(self, g: dict[str, Any], event: Any, score: Any) -> None:
        sides = [*g["side_a"], *g["side_b"]]
        have = [*(event or {}).get("side_a", []), *(event or {}).get("side_b", [])]
        self._names("sides", sides, have, event, score.name_match)
        self._names("places", g["places"], (event or {}).get("places", []), event, score.place_match)
        self._names("sources", g["sources"], (event or {}).get("attribution", []), event, score.name_match)
        for toll in g["casualties"]:
            self.totals["casualties"] += 1
            tolls = (event or {}).get("casualties", [])
            if not any(score.casualty_match(toll, c) for c in tolls):
                near = any(c["harm"] == toll["harm"] for c in tolls)
                cause = (
                    "the event is missing"
                    if event is None
                    else "another number or victim"
                    if near
                    else "not tied to the event, or not read"
                )
                self.miss("casualties", cause, f"{toll['harm']} {toll['low']}–{toll['high']} of “{g['quote']}”")
        if g["date"]["start"]:
            self.totals["dates"] += 1
            if event is None or not score.date_ok(g["date"], event["when"]):
                read = any(
                    d and (d.startswith(g["date"]["start"]) or g["date"]["start"].startswith(d))
                    for d in self.said["dates"]
                )
                kind = (
                    "the event is missing"
                    if event is None
                    else "read, not chosen"
                    if read
                    else "not stated: publication day not taken"
                    if not g["date"]["explicit"]
                    else "not read so"
                )
                self.miss(
                    "dates", kind, f"{g['date']['start']} of “{g['quote']}”, coded {event and event['when']['start']}"
                )

    def _names(self, slot: str, wanted: list[dict[str, Any]], have: list[Any], event: Any, match: Any) -> None:
        for name in wanted:
            self.totals[slot] += 1
            if any(match(name, h) for h in have):
                continue
            read = any(common.scorer().same(a, b) for a in name["any"] for b in self.said[slot] if b)
            cause = "the event is missing" if event is None else "read, not chosen" if read else "not read"
            kind = (
                ""
                if read or event is None
                else (" (generic noun)" if len(fold(name["any"][0]).split()) == 1 else " (name of several words)")
            )
            self.miss(slot, cause + kind, f"{name['any'][0]} of “{'' if event is None else event['type']}”")


def show(causes: Causes, examples: Examples, totals: Counter[str], most: int, cause: str | None, number: int) -> None:
    by_slot: dict[str, Counter[str]] = defaultdict(Counter)
    for (slot, why), n in causes.items():
        by_slot[slot][why] += n
    for slot in ("events", "invented", "sides", "places", "dates", "casualties", "sources"):
        missed = by_slot[slot].total()
        print(f"{slot}: {missed} missed of {totals[slot]}" if slot != "invented" else f"invented events: {missed}")
        for why, n in by_slot[slot].most_common(most):
            print(f"  {n:4}  {why}")
            if cause and cause in f"{slot}: {why}":
                for line in examples[slot, why][:number]:
                    print(f"          {line[:200]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=8, help="causes a slot")
    parser.add_argument(
        "--show", metavar="CAUSE", help="print examples of the causes that hold these words (“sides: not read”)"
    )
    parser.add_argument("-n", type=int, default=20, help="examples a cause")
    options = parser.parse_args()
    show(*misses(common.rows(common.GOLD / common.FILES["dev"]), rule_coder()), options.most, options.show, options.n)


if __name__ == "__main__":
    main()
