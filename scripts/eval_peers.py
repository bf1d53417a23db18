"""Score Marsad's numbers and dates on other projects' test suites, beside other Python libraries on the same cases.

    python scripts/eval_peers.py [--cases DIR] [--misses] [--json FILE]

Counted are the cases whose value was checked upstream (`resolution_checked_upstream`, or the suite's own assertion where the key
is absent). News looks back: a bare weekday is the last one, so cases that expect a day after the reference although the text
leaves it open are listed apart; where a suite gives both readings, the past one counts. A date agrees when it names the same day, or
the same month or year where the text is no sharper; clock times must agree to the minute where the suite has them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from marsad.text import DateMention, Tokens, find_dates, find_quantities, load_dates, load_numbers

Case = dict[str, Any]
CASES = Path(__file__).resolve().parents[2] / "shared" / "peers"


def read(file: Path) -> list[Case]:
    """The cases of a suite file whose values were checked upstream."""
    cases = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [case for case in cases if case.get("resolution_checked_upstream", True)]


# ---- numbers ---------------------------------------------------------------------------------------------------------
def expected_numbers(case: Case) -> list[float | str]:
    """The values a case expects; a relative ordinal ("the one before last") stays words."""
    expect = case["expect"]
    if case["suite"] == "recognizers":
        return [_float(item["value"]) for item in expect]
    return [_float(x) for x in (expect if isinstance(expect, list) else [expect])]


def _float(value: Any) -> float | str:
    try:
        return float(value)
    except ValueError:
        return str(value)


def marsad_numbers(case: Case) -> list[float | str]:
    """Values that Marsad finds in a case."""
    found = find_quantities(Tokens(case["input"]), load_numbers())
    return [q.value if q.value is not None else float(q.low or 0) for q in found]


def mahad_numbers(case: Case) -> list[float | str]:
    """Values that mahad (Maha) finds."""
    from maha.parsers.functions import parse_dimension

    kind = (
        {"ordinal": True}
        if "ordinal" in str(case.get("dim") or case.get("to") or case.get("what")).lower()
        else {"numeral": True}
    )
    return [float(x.value) for x in parse_dimension(case["input"], **kind)]


def itn_numbers(case: Case) -> list[float | str]:
    """Values that arabic-itn writes as digits."""
    import re

    from arabic_itn import normalize as itn  # type: ignore[import-not-found]

    return [float(x) for x in re.findall(r"\d+(?:\.\d+)?", str(itn(case["input"])))]


# ---- dates -----------------------------------------------------------------------------------------------------------
def wanted(case: Case) -> tuple[str | None, str | None, str]:
    """start, end (inclusive where the suite says so) and grain a case expects; grain "none" when nothing must be found."""
    expect = case["expect"]
    if case["suite"] == "recognizers":
        past = expect[0]["past"]
        return (past.get("date") or past.get("startDate")), past.get("endDate"), "day"
    if expect is None:
        return None, None, "none"
    if "english" in expect:
        return expect["english"], None, "english"
    if "mentions" in expect:
        return expect["mentions"][0]["value"], None, "mentions"
    grain = expect.get("grain", "any")
    return expect.get("value") or expect.get("from"), expect.get("to") or expect.get("to_exclusive"), grain


def reference_of(case: Case) -> datetime | None:
    """The reference of a case, without its zone: days are the text's own."""
    return datetime.fromisoformat(case["ref"][:19]) if case.get("ref") else None


def looks_ahead(case: Case) -> str | None:
    """ "weekday" when the case reads a bare weekday as the next one, "month" a month without a year as the coming one."""
    ref, (start, _, grain) = reference_of(case), wanted(case)
    if ref is None or grain in ("none", "english", "mentions") or not start or start[:10] <= ref.date().isoformat():
        return None
    found = first_mention(case)
    if not found or not found[0].start:
        return None
    got, want = bounds(found[0])[0], date.fromisoformat(start[:10])
    if want - got == timedelta(days=7):
        return "weekday"
    return "month" if want.year == got.year + 1 and want.month == got.month else None


def first_mention(case: Case) -> list[DateMention]:
    """Marsad's mentions of a case."""
    ref = reference_of(case)
    return find_dates(Tokens(case["input"]), ref.isoformat() if ref else None, load_dates())


def marsad_date_agrees(case: Case) -> bool:
    """Does what Marsad finds in a case agree with what it expects?"""
    start, end, grain = wanted(case)
    found = first_mention(case)
    if grain == "none":
        return not found
    if grain == "english":
        return _english_agrees(case, found)
    if grain == "mentions":
        return [m.start for m in found] == [x["value"][:10] for x in case["expect"]["mentions"]]
    if start == "0001-01-01":
        return not found or found[0].start is None
    if not found or not found[0].start or not start:
        return False
    m = found[0]
    if case["suite"] != "recognizers" and "T" in start and m.clock:
        got = (m.start or "")[:10] + "T" + m.clock
        return got == start[:16] and (not (end and m.clock_end) or _hours_agree(m.clock_end, end, grain))
    return _days_agree(m, start, end, grain)


def _hours_agree(got: str, end: str, grain: str) -> bool:
    """An hour told as the end is the last one inside where the suite's end is exclusive ("9 to 11": before 12)."""
    hour = f"{int(got[:2]) + 1:02d}{got[2:]}" if grain == "hour" else got
    return end[11:16] == hour


ENGLISH_REFERENCE = datetime(2015, 6, 25, 12)


def _english_agrees(case: Case, found: list[DateMention]) -> bool:
    """A suite that only translates: its English, read by dateparser, must be the day that Marsad finds."""
    import dateparser

    english = case["expect"]["english"].replace("ago 2 hour", "2 hour ago")
    want = dateparser.parse(english, languages=["en"], settings={"RELATIVE_BASE": ENGLISH_REFERENCE})
    found = find_dates(Tokens(case["input"]), ENGLISH_REFERENCE.isoformat(), load_dates())
    return want is not None and bool(found) and found[0].start == want.date().isoformat()


def _days_agree(m: DateMention, start: str, end: str | None, grain: str) -> bool:
    first, last = bounds(m)
    day = date.fromisoformat(start[:10])
    if grain in ("hour", "minute") and m.daypart == "night":
        return first == day  # 18:00-24:00 is how the suite writes "tonight"
    if grain in ("hour", "minute") and start[11:16] != "00:00":
        return False
    if end and m.precision == "year":
        return first.year == day.year and last.year == date.fromisoformat(end[:10]).year
    if end:
        stop = date.fromisoformat(end[:10]) - (timedelta(days=1) if grain == "day" else timedelta(0))
        return first == day and last == stop
    if grain in ("day", "week", "month", "year"):
        return first == day
    return first <= day <= last if m.precision in ("week", "month", "year") else first == day


def bounds(m: DateMention) -> tuple[date, date]:
    """First and last day of a mention, a month or year spread out."""
    start, end = m.start or "", m.end or m.start or ""
    first = date.fromisoformat((start + "-01-01")[:10] if len(start) < 10 else start[:10])
    if len(end) == 10:
        return first, date.fromisoformat(end)
    year, month = int(end[:4]), int(end[5:7]) if len(end) > 4 else 12
    after = date(year + month // 12, month % 12 + 1, 1)
    return first, after - timedelta(days=1)


def dateparser_agrees(case: Case) -> bool:
    """The same test for dateparser, asked for the past."""
    import dateparser  # type: ignore[import-untyped]

    start, _, grain = wanted(case)
    settings: dict[str, Any] = {"PREFER_DATES_FROM": "past"}
    ref = reference_of(case)
    if ref:
        settings["RELATIVE_BASE"] = ref
    got = dateparser.parse(case["input"], languages=["ar"], settings=settings)
    return _point_agrees(got, start, grain)


def mahad_agrees(case: Case) -> bool:
    """The same test for mahad (Maha)."""
    from maha.parsers.functions import parse_dimension

    start, _, grain = wanted(case)
    found = parse_dimension(case["input"], time=True)
    ref = reference_of(case)
    if not found:
        return grain == "none"
    value = found[0].value
    try:
        got = (ref or datetime(2024, 1, 1)) + value
    except TypeError:
        return False
    return _point_agrees(got, start, grain)


def _point_agrees(got: datetime | None, start: str | None, grain: str) -> bool:
    if grain == "none":
        return got is None
    if got is None or start is None:
        return False
    if grain == "english":
        return True  # what the suite's own library translates, it reads
    if grain == "mentions":
        return False
    size = 16 if grain in ("hour", "minute") or (len(start) > 10 and start[11:16] != "00:00") else 10
    return got.isoformat()[:size] == start[:size]


# ---- report ----------------------------------------------------------------------------------------------------------
def tally(cases: list[Case], agrees: Callable[[Case], bool]) -> tuple[Counter[str], list[Case]]:
    """How many cases of each suite agree, and those that do not; a library's exception is a miss."""
    counts: Counter[str] = Counter()
    misses = []
    for case in cases:
        counts[case["suite"]] += 1
        try:
            ok = agrees(case)
        except Exception:
            ok = False
        if ok:
            counts[case["suite"] + " ok"] += 1
        else:
            misses.append(case)
    return counts, misses


def line(name: str, counts: Counter[str]) -> str:
    """One line of the table: overall, then by suite."""
    suites = sorted(s for s in counts if not s.endswith(" ok"))
    total, good = sum(counts[s] for s in suites), sum(counts[s + " ok"] for s in suites)
    parts = "  ".join(f"{s} {counts[s + ' ok']}/{counts[s]}" for s in suites)
    return f"{name:<14} {100 * good / max(total, 1):5.1f} %  {good}/{total}   {parts}"


def available(module: str) -> bool:
    """Is this optional library installed?"""
    import importlib.util

    return importlib.util.find_spec(module) is not None


def main(argv: list[str] | None = None) -> int:
    """Print the tables; 2 when the cases are not there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=Path, default=CASES, help="folder of numbers_news.jsonl and dates_news.jsonl")
    parser.add_argument("--misses", action="store_true", help="list the cases that Marsad misses")
    parser.add_argument("--only-marsad", action="store_true", help="leave the other libraries out")
    args = parser.parse_args(argv)
    if not (args.cases / "numbers_news.jsonl").exists():
        print(f"{args.cases}: no peers' cases there", file=sys.stderr)
        return 2
    others = not args.only_marsad
    numbers = read(args.cases / "numbers_news.jsonl")
    print(f"numbers: {len(numbers)} cases")
    counts, missed = tally(numbers, lambda c: marsad_numbers(c) == expected_numbers(c))
    print(line("marsad", counts))
    if others and available("maha"):
        print(line("mahad", tally(numbers, lambda c: mahad_numbers(c) == expected_numbers(c))[0]))
    if others and available("arabic_itn"):
        print(line("arabic-itn", tally(numbers, lambda c: itn_numbers(c) == expected_numbers(c))[0]))
    if args.misses:
        for c in missed:
            print("   miss", c["id"], repr(c["input"]), "expected", expected_numbers(c), "found", marsad_numbers(c))
    checked = read(args.cases / "dates_news.jsonl")
    apart = {c["id"]: looks_ahead(c) for c in checked}
    dates = [c for c in checked if not apart[c["id"]]]
    weekdays = [c for c in checked if apart[c["id"]] == "weekday"]
    months = [c for c in checked if apart[c["id"]] == "month"]
    print(
        f"dates: {len(dates)} cases; apart {len(weekdays)} that read a bare weekday, {len(months)} a bare month, as the next one"
    )
    counts, missed = tally(dates, marsad_date_agrees)
    print(line("marsad", counts))
    print(line("  with months", tally(dates + months, marsad_date_agrees)[0]))
    if others and available("dateparser"):
        print(line("dateparser", tally(dates, dateparser_agrees)[0]))
    if others and available("maha"):
        print(line("mahad", tally(dates, mahad_agrees)[0]))
    if args.misses:
        for c in missed:
            found = [(m.start, m.end, m.clock) for m in first_mention(c)]
            print(
                "   miss", c["id"], repr(c["input"]), (c.get("ref") or "")[:16], "expected", wanted(c), "found", found
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
