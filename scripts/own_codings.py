"""Our own codings of reports of the shared pool, kept without their texts: numbers point at the words.

The texts belong to others and stay in `../shared`; what is ours is the judgement. `tests/eval/own_codings.jsonl` holds one report a line: its id, a
digest of its text, and the events in the form of the coding guidelines, in which every word is a pair of offsets into the text.

usage: python scripts/own_codings.py pack GOLD.jsonl > tests/eval/own_codings.jsonl
       python scripts/own_codings.py unpack > GOLD.jsonl        (with the texts of ../shared/corpus/pool.jsonl.gz)
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "tests" / "eval" / "own_codings.jsonl"
POOL = ROOT.parent / "shared" / "corpus" / "pool.jsonl.gz"

Row = dict[str, Any]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def pack(record: Row) -> Row:
    """A gold record without a letter of its text. Words that do not stand in the text are left out."""
    text: str = record["text"]

    def at(words: str, start: int = 0) -> list[int]:
        found = text.find(words, start)
        return [found, found + len(words)] if found >= 0 else []

    def name(value: Row | None) -> Row | None:
        if value is None:
            return None
        return {
            **{k: v for k, v in value.items() if k not in ("any", "en")},
            "any": [a for w in value["any"] if (a := at(w))],
        }

    events = []
    for event in record["events"]:
        quote = at(event["quote"])
        events.append(
            event
            | {"quote": quote, "trigger": at(event["trigger"], quote[0])}
            | {key: [name(n) for n in event[key]] for key in ("side_a", "side_b", "places", "sources")}
            | {"casualties": [c | {"victims": name(c["victims"])} for c in event["casualties"]]}
        )
    return {"id": record["id"], "text": digest(text), "events": events}


def unpack(row: Row, report: Row) -> Row:
    """The gold record again. Raises: ValueError: the text is not the one that was coded."""
    text: str = report["text"]
    if digest(text) != row["text"]:
        raise ValueError(f"{row['id']}: the pool holds another text than the one that was coded")

    def words(value: Any) -> Any:
        if isinstance(value, list) and len(value) == 2 and all(isinstance(v, int) for v in value):
            return text[value[0] : value[1]]
        if isinstance(value, list):
            return [words(v) for v in value]
        return {k: words(v) for k, v in value.items()} if isinstance(value, dict) else value

    kept = {k: report.get(k) for k in ("id", "published", "publisher", "title", "text")}
    return kept | {"events": words(row["events"])}


def own_gold(kept: Path = KEPT, pool: Path = POOL) -> Iterator[Row]:
    """Our codings as gold records, in the order of the file; none where the pool is not at hand."""
    if not pool.exists():
        return
    rows = {r["id"]: r for r in lines(kept.read_text(encoding="utf-8").splitlines())}
    with gzip.open(pool, "rt", encoding="utf-8") as file:
        texts = {r["id"]: r for r in lines(file) if r["id"] in rows}
    yield from (unpack(row, texts[ident]) for ident, row in rows.items())


def lines(found: Iterable[str]) -> Iterator[Row]:
    return (json.loads(line) for line in found if line.strip())


def main() -> None:
    if sys.argv[1:2] == ["pack"] and len(sys.argv) == 3:
        out: Iterable[Row] = map(pack, lines(Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()))
    elif sys.argv[1:] == ["unpack"]:
        out = own_gold()
    else:
        sys.exit(__doc__)
    for row in out:
        print(json.dumps(row, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
