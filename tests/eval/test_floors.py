"""Floors under the scores on the shared sets: skipped aloud where a set is absent. Lowering a floor is a commit of its own.

Floors stand one or two points below what was measured when they were set (docs/scores.json); the digest says on which data.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import eval_common as common  # noqa: E402

pytestmark = [pytest.mark.shared, pytest.mark.slow]

FLOORS = {
    "seed": {"overall": 89.0, "events": 92.0},
    "dev": {
        "overall": 65.0,
        "events": 76.5,
        "sides": 59.5,
        "places": 62.5,
        "located": 77.0,
        "dates": 68.0,
        "casualties": 63.5,
        "sources": 64.5,
    },
    "check": {"overall": 56.5, "events": 69.0},
}
SILENT_AT_MOST = 2.0
"""Percent; what issue 3 asks for."""
DIGESTS = {"seed": "335a59c5b3c98ac3", "dev": "ed70250d34ad3314", "silent": "0b72a658fdca7951"}


def available(name: str) -> Path:
    path = common.GOLD / common.FILES[name]
    if not path.exists():
        pytest.skip(f"{path} is not here: the {name} floor is not tested")
    return path


@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_the_data_is_what_the_floors_were_set_on(name):
    assert hashlib.sha256(available(name).read_bytes()).hexdigest()[:16] == DIGESTS[name]


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_floor(name, coder):
    available(name)
    found = common.slots(name, coder)
    low = {measure: (found[measure], floor) for measure, floor in FLOORS[name].items() if found[measure] < floor}
    assert not low, f"{name}: below its floor (found, floor): {low}"


def test_silent_reports_stay_silent(coder):
    available("silent")
    assert common.silent(coder) <= SILENT_AT_MOST


def test_the_pool_codes_without_exception_and_with_exact_spans(coder):
    path = common.SHARED / "corpus" / "pool.jsonl.gz"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    for row in common.rows(path)[::4]:
        coded = coder.code(common.report(row))
        text = coded.report.text
        for event in coded.events:
            for span in (
                *event.evidence.triggers,
                *event.evidence.sentences,
                *(s for p in event.places for s in p.evidence),
            ):
                assert text[span.start : span.end] == span.text
