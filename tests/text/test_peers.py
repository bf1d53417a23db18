"""Floors on other projects' suites (`scripts/eval_peers.py`); skipped aloud where their cases are absent."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "eval_peers.py"
spec = importlib.util.spec_from_file_location("eval_peers", SCRIPT)
assert spec and spec.loader
peers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(peers)
folder = peers.CASES
pytestmark = [pytest.mark.shared, pytest.mark.skipif(not folder.exists(), reason="../shared/peers is not here")]


def share(cases: list[dict[str, object]], agrees: object) -> float:
    _, missed = peers.tally(cases, agrees)
    return 1 - len(missed) / len(cases)


def test_numbers() -> None:
    cases = peers.read(folder / "numbers_news.jsonl")
    assert share(cases, lambda c: peers.marsad_numbers(c) == peers.expected_numbers(c)) >= 0.965


def test_dates() -> None:
    cases = peers.read(folder / "dates_news.jsonl")
    cases = [c for c in cases if peers.looks_ahead(c) != "weekday"]
    assert share(cases, peers.marsad_date_agrees) >= 0.855
