"""Every scorer that is available here, in one table beside the last recorded scores; then why values are missed.

usage: eval.py [--record] [--quick]      --record writes docs/scores.json (figures only) and docs/scores.md; --quick: seed, dev and silent only

Sets live in ../shared (or MARSAD_SHARED); what is absent is said. `check` is scored in total only.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import eval_common as common
import eval_misses

from marsad.pipeline import rule_coder

SCORES = common.ROOT / "docs" / "scores.json"
PAGE = common.ROOT / "docs" / "scores.md"
BEGIN, END = "<!-- figures: written by `make eval` with --record -->", "<!-- end of figures -->"
Table = dict[str, dict[str, float]]


def measure(quick: bool) -> Table:
    """Percent by measure, by set."""
    out: Table = {}
    for name in ("seed", "dev") if quick else ("seed", "dev", "check"):
        if (common.GOLD / common.FILES[name]).exists():
            out[name] = common.slots(name)
    if not quick and (common.SHARED / "corpus" / "pool.jsonl.gz").exists():
        out["own"] = common.slots("own")
    if (common.GOLD / common.FILES["silent"]).exists():
        out["silent"] = {"reports with an event": common.silent()}
    if not quick and (common.GOLD / common.FILES["airwars"]).exists():
        out["airwars, packaged places"] = airwars(())
        out["airwars, deep gazetteers"] = airwars(common.gazetteers())
        out["dev, deep gazetteers"] = common.slots("dev", rule_coder(common.gazetteers()))
    if "dev" in out:
        for name in ("dev", "check"):
            if name in out:
                curve = common.reliability(name)
                out[f"{name}, right of the events given a confidence"] = {
                    key: right for key, (_, right) in curve.items()
                }
                out[f"{name}, events given a confidence"] = {key: float(number) for key, (number, _) in curve.items()}
    return out


def airwars(gazetteers: tuple[str, ...]) -> dict[str, float]:
    """Recall by measure against outside experts' codings."""
    path = common.GOLD / common.FILES["airwars"]
    wanted = {row["id"] for row in common.rows(path)}
    texts = [row for row in common.rows(common.SHARED / "corpus" / "pool.jsonl.gz") if row["id"] in wanted]
    coded = common.plain(common.code(texts, rule_coder(gazetteers)))
    kept = Path(common.os.environ.get("TMPDIR", "/tmp")) / "marsad-airwars.jsonl"
    kept.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in coded.values()), encoding="utf-8")
    command = [sys.executable, "-B", str(common.SHARED / "bin" / "score-airwars"), str(path), str(kept), "--json"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {name: round(100 * value["recall"], 1) for name, value in found.items()}


def others() -> None:
    """Scorers that print their own tables."""
    scripts = common.ROOT / "scripts"
    for title, file, arguments in (
        (
            "numbers and dates of other projects",
            "eval_peers.py",
            ["--only-marsad", "--cases", str(common.SHARED / "peers")],
        ),
        ("places alone", "eval_places.py", []),
        ("sections", "eval_sections.py", [str(common.GOLD / "seed.jsonl"), str(common.GOLD / "dev.jsonl")]),
    ):
        print(f"\n== {title} ({file})", flush=True)
        done = subprocess.run([sys.executable, str(scripts / file), *arguments], capture_output=True, text=True)
        print(done.stdout.rstrip() or f"could not run: {done.stderr.strip().splitlines()[-1:]}")


def compared(now: Table, before: Table) -> list[str]:
    """Lines of the table: set, measure, figure, change since the last recorded."""
    lines = [f"{'set':26} {'measure':24} {'now':>6} {'before':>7} {'change':>7}"]
    for name, measures in now.items():
        for measure, value in measures.items():
            old = before.get(name, {}).get(measure)
            change = "" if old is None else f"{value - old:+7.1f}" if value != old else "      ="
            lines.append(f"{name:26} {measure:24} {value:6.1f} {'' if old is None else f'{old:7.1f}':>7} {change}")
    return lines


def markdown(now: Table) -> str:
    """The figures as tables of docs/scores.md."""
    slots = [name for name in now if "overall" in now[name]]
    parts = ["| F1, percent | " + " | ".join(slots) + " |", "|---|" + "---|" * len(slots)]
    for measure_ in common.MEASURES:
        parts.append(f"| {measure_} | " + " | ".join(f"{now[s].get(measure_, float('nan')):.1f}" for s in slots) + " |")
    rest = [name for name in now if name not in slots]
    parts += ["", "| set | measure | percent |", "|---|---|---|"]
    parts += [f"| {name} | {measure_} | {value:.1f} |" for name in rest for measure_, value in now[name].items()]
    return "\n".join(parts)


def record(now: Table) -> None:
    SCORES.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    head, tail = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{head}{BEGIN}\n{markdown(now)}\n{END}{tail}", encoding="utf-8")
    print(f"recorded in {SCORES.name} and {PAGE.name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if not common.GOLD.exists():
        print(f"{common.GOLD} is not here: nothing to score against")
        return
    now = measure(options.quick)
    before: Table = json.loads(SCORES.read_text(encoding="utf-8")) if SCORES.exists() else {}
    print("\n".join(compared(now, before)))
    if not options.quick:
        others()
    print("\n== why values of dev are missed")
    told = io.StringIO()
    with redirect_stdout(told):
        eval_misses.show(*eval_misses.misses(common.rows(common.GOLD / common.FILES["dev"]), rule_coder()), 6, None, 0)
    print(told.getvalue().rstrip())
    if options.record:
        record({**before, **now})


if __name__ == "__main__":
    main()
