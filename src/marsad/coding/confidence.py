"""How sure a coded event is, from what its decisions rested on. (Calibration: docs/scores.md.)"""

from __future__ import annotations

from marsad.coding.frames import Draft


def confidence(draft: Draft) -> float:
    """0..1, two digits."""
    score = 0.45 - 0.2 * draft.weak
    score += 0.12 * bool(draft.side_a) + 0.08 * bool(draft.side_b) + 0.15 * bool(draft.own_places)
    score += 0.12 * bool(draft.tolls) + 0.05 * bool(draft.own_dates) + 0.05 * bool(draft.sources)
    return round(min(max(score, 0.05), 0.98), 2)
