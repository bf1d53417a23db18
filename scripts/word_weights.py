"""Measure how telling each word stem is, and write knowledge/models/words.yml.

usage: python scripts/word_weights.py REPORTS.jsonl[.gz]... [--without IDS.jsonl[.gz]] > src/marsad/knowledge/models/words.yml

A stem's weight is the natural log of how many reports there are for one that has it; stems in fewer than two reports in a thousand are left
out and count `unlisted`. --without leaves out the reports of a held-out set, by id.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marsad.incidents.items import content_words
from marsad.text.tokens import Tokens

LEAST, LONGEST = 0.002, 6000  # share of reports; characters of a report that are read


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, compressed or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as stream:
        yield from (json.loads(line) for line in stream if line.strip())


def main() -> None:
    """Count, weigh, print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("reports", type=Path, nargs="+")
    ask.add_argument("--without", type=Path)
    asked = ask.parse_args()
    left_out = {r["id"] for r in rows(asked.without)} if asked.without else set()
    found: Counter[str] = Counter()
    count = 0
    for path in asked.reports:
        for row in rows(path):
            if row["id"] not in left_out:
                found.update(set(content_words(w for w in Tokens(row["text"][:LONGEST]).words if w != "\n")))
                count += 1
    print(
        "# How telling a word is in common: natural log of reports per report that has it. Folded stems as incidents/items.py cuts them, measured by"
    )
    print(
        f"# scripts/word_weights.py over {count:,} Arabic news reports. A word not listed is rarer than any here and counts `unlisted`."
    )
    print("unlisted: 6.5")
    for stem, times in sorted(found.items(), key=lambda t: (-t[1], t[0])):
        if times >= LEAST * count and not stem.isdigit():
            print(f"{stem}: {math.log(count / times):.1f}")


if __name__ == "__main__":
    main()
