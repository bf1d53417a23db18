"""The cases are the specification: one runner for every `*.cases.yml` that speaks of actors or of whole reports.

Cases of text (numbers, dates, months, sections) have their own forms and runners in tests/text. Only the keys that a case gives are
compared; names are compared by the words of the evidence, clitics and spelling variants aside (docs/knowledge.md).
"""

from __future__ import annotations

import re
from itertools import permutations
from pathlib import Path

import pytest
import yaml

from marsad.coding.actors import wordings
from marsad.coding.party_finder import find_parties
from marsad.coding.scan import Scan
from marsad.knowledge.loader import FOLDER, load_knowledge
from marsad.records import Report
from marsad.text.normalize import fold
from marsad.text.numbers import find_quantities

ELSEWHERE = {"dates.cases.yml", "months.cases.yml", "numbers.cases.yml", "sections.cases.yml"}


def case_files() -> list[Path]:
    """Every cases file that this runner reads."""
    found = [*FOLDER.rglob("*.cases.yml"), *(FOLDER / "coding.cases").glob("*.yml")]
    return sorted({p for p in found if p.name not in ELSEWHERE})


def all_cases() -> list[tuple[str, dict]]:
    """(file and number, case) of every case."""
    return [
        (f"{path.relative_to(FOLDER)}:{n}", case)
        for path in case_files()
        for n, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")) or [], 1)
    ]


CASES = all_cases()
MUTUAL = {event.id for event in load_knowledge().events.values() if event.sides == "mutual"}


@pytest.mark.parametrize("case", [c for _, c in CASES], ids=[name for name, _ in CASES])
def test_case(case, coder):
    assert problems(case, coder) == []


def problems(case: dict, coder) -> list[str]:
    """In words, everything in which the coder differs from a case."""
    report = Report(
        "case", case["text"], published=case.get("published"), title=case.get("title"), publisher=case.get("publisher")
    )
    found = []
    if {"actors", "not", "parties", "not_parties"} & case.keys():
        scan = Scan(coder._prepare(report), coder.lexicon)
        counts = {q.last for q in find_quantities(scan.tokens, coder.numbers)}
        parties = find_parties(scan, coder.knowledge, counts)
        named = {wordings(p, scan)[0].text for p in parties}
        found += [
            f"party {words} is not read (read: {sorted(named)})"
            for words in case.get("parties") or []
            if words not in named
        ]
        found += [f"party {words} must not be read" for words in case.get("not_parties") or [] if words in named]
        ids = {p.id for p in parties}
        found += [
            f"{actor} is not found (found: {sorted(i for i in ids if i)})"
            for actor in case.get("actors") or []
            if actor not in ids
        ]
        found += [f"{actor} must not be found" for actor in case.get("not") or [] if actor in ids]
    if "events" in case:
        found += _event_problems(case["events"], coder.code(report).events)
    return found


def is_negative(case: dict) -> bool:
    """Does the case say what must not be found, and nothing that must?"""
    silent = any(value == [] for key, value in case.items() if key != "not")
    refused = {"not", "not_parties"} & case.keys() and not {"events", "parties"} & case.keys()
    return silent or bool(refused and not case.get("actors"))


def test_the_cases_are_many_and_a_third_of_them_must_stay_silent():
    files = [*case_files(), *(FOLDER / "languages" / "ar" / name for name in sorted(ELSEWHERE))]
    cases = [c for path in files for c in yaml.safe_load(path.read_text(encoding="utf-8")) or []]
    assert len(cases) >= 600 and 3 * sum(map(is_negative, cases)) >= len(cases)
    assert len({c["text"] for c in cases if "text" in c and "events" in c}) == sum(
        "text" in c and "events" in c for c in cases
    )


# ---- events ----------------------------------------------------------------------------------------------------------
def _event_problems(wanted: list[dict], events) -> list[str]:
    if len(wanted) != len(events):
        said = ", ".join(f"{e.type} “{e.evidence.triggers[0].text}”" for e in events) or "none"
        return [f"{len(wanted)} events wanted, {len(events)} coded: {said}"]
    if not wanted:
        return []
    orders = permutations(events) if len(events) <= 4 else [events]
    return min(
        ([p for want, event in zip(wanted, order, strict=True) for p in differences(want, event)] for order in orders),
        key=len,
    )


def differences(want: dict, event) -> list[str]:
    """In words, where a coded event differs from the keys that are wanted."""
    out = []
    for key in ("type", "status", "background"):
        if key in want and want[key] != getattr(event, key):
            out.append(f"{key}: {want[key]} wanted, {getattr(event, key)} coded")
    if "trigger" in want and not any(fold(want["trigger"]) in fold(s.text) for s in event.evidence.triggers):
        out.append(f"trigger: {want['trigger']} wanted, {[s.text for s in event.evidence.triggers]} coded")
    out += _sides(want, event)
    for key, refs in (("places", event.places), ("sources", event.attribution)):
        if key in want:
            out += _names(key, want[key], refs)
    if "date" in want and want["date"] != event.when.start:
        out.append(f"date: {want['date']} wanted, {event.when.start} coded")
    if "casualties" in want:
        out += _tolls(want["casualties"], event.casualties)
    return out


def _sides(want: dict, event) -> list[str]:
    """Types whose two sides are of equal standing may have them in either order."""
    orders = [(event.side_a, event.side_b)] + [(event.side_b, event.side_a)] * (event.type in MUTUAL)
    keys = [key for key in ("side_a", "side_b") if key in want]
    return min(
        ([p for key in keys for p in _names(key, want[key], order[key == "side_b"])] for order in orders), key=len
    )


def _names(key: str, wanted: list[str], refs) -> list[str]:
    out = [
        f"{key}: {name} is missing"
        for name in wanted
        if not any(alike(name, form) for ref in refs for form in forms(ref))
    ]
    extra = [ref for ref in refs if not any(alike(name, form) for name in wanted for form in forms(ref))]
    return out + [f"{key}: {ref.name.ar or ref.name.en} is too much" for ref in extra]


def _tolls(wanted: list[dict], tolls) -> list[str]:
    def fits(want: dict, toll) -> bool:
        same = want["harm"] == toll.harm and all(want[k] == getattr(toll, k) for k in ("low", "high") if k in want)
        return same and (
            "victims" not in want
            or (toll.victims is not None and any(alike(want["victims"], f) for f in forms(toll.victims)))
        )

    coded = [f"{t.harm} {t.low}–{t.high}" for t in tolls]
    out = [f"casualties: {want} is missing among {coded}" for want in wanted if not any(fits(want, t) for t in tolls)]
    return out or ([f"casualties: {coded} coded, {len(wanted)} wanted"] if len(wanted) != len(tolls) else [])


def forms(ref) -> list[str]:
    """All words under which a coded name presents itself."""
    return [x for x in (ref.name.ar, ref.name.en, *(s.text for s in ref.evidence)) if x]


def alike(a: str, b: str) -> bool:
    """Whether one name's words are among the other's, and no less than half of them."""
    small, large = sorted((_words(a), _words(b)), key=len)
    return bool(small) and small <= large and 2 * len(small) >= len(large)


def _words(text: str) -> set[str]:
    words = re.sub(r"[^\w\s]", " ", fold(text)).split()
    return {m.group(1) if (m := re.match(r"^(?:[وفبكل]?ال|لل|[وفبل](?=\w{4}))(\w{2,})$", w)) else w for w in words}
