"""Score `find_sections` on gold reports: how much news is kept, how much furniture and how many comments are kept out.

Usage: eval_sections.py GOLD.jsonl … [--show]. Characters that are not blank are counted; gold characters without a section are left out.
"""

from __future__ import annotations

import argparse
import collections
import json
import time
from pathlib import Path

from marsad.text.sections import find_sections, load_sections

NEWS = ("body", "title")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--show", action="store_true", help="print what was lost and what slipped in")
    args = parser.parse_args()
    words = load_sections()
    for path in args.gold:
        counts: collections.Counter[str] = collections.Counter()
        spent, size = 0.0, 0
        for line in path.read_text(encoding="utf-8").splitlines():
            report = json.loads(line)
            began = time.process_time()
            sections = find_sections(report["text"], report.get("title"), words)
            spent += time.process_time() - began
            size += len(report["text"].encode())
            _count(report, sections, counts, args.show)
        _print(path, counts, spent, size)


def _kinds(length: int, sections: list[tuple[str, int, int]]) -> list[str]:
    kinds = [""] * length
    for kind, start, end in sections:
        kinds[start:end] = [kind] * (end - start)
    return kinds


def _count(report: dict, sections: tuple, counts: collections.Counter[str], show: bool) -> None:
    text = report["text"]
    gold = _kinds(len(text), [(s["kind"], s["start"], s["end"]) for s in report["sections"]])
    found = _kinds(len(text), [(s.kind, s.start, s.end) for s in sections])
    wrong: list[tuple[str, str, int]] = []
    for i, char in enumerate(text):
        if char.isspace() or not gold[i]:
            continue
        counts[gold[i]] += 1
        ok = (
            (found[i] in NEWS)
            if gold[i] in NEWS
            else (found[i] == "comment")
            if gold[i] == "comment"
            else (found[i] not in NEWS)
        )
        counts[gold[i] + " right"] += ok
        if not ok:
            wrong.append((gold[i], found[i], i))
    if show and wrong:
        start = wrong[0]
        previous = start
        for item in [*wrong[1:], ("", "", len(text) + 99)]:
            if item[:2] != start[:2] or item[2] > previous[2] + 12:
                print(
                    f"{report['id']}  gold {start[0]}, found {start[1] or 'nothing'}: {text[start[2] : previous[2] + 1]!r}"[
                        :400
                    ]
                )
                start = item
            previous = item


def _print(path: Path, counts: collections.Counter[str], spent: float, size: int) -> None:
    for name, kinds in (
        ("news kept", NEWS),
        ("boilerplate kept out", ("boilerplate",)),
        ("comments found", ("comment",)),
    ):
        total = sum(counts[k] for k in kinds)
        right = sum(counts[k + " right"] for k in kinds)
        if total:
            print(f"{path.name}: {name}: {100 * right / total:.2f} % of {total} characters")
    print(f"{path.name}: {1000 * spent / max(1, size) * 2048:.3f} ms per 2 kB of UTF-8")


if __name__ == "__main__":
    main()
