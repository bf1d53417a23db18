"""How sure a coded event is: the probability that a careful reader would code it too, calibrated on coded reports.

It rests on what made the event stand (coding/choose.py, model "stands"): the kind of its words, its sides, places, tolls, dates and
voices, and how much of the report speaks of conflict. The two numbers of `knowledge/models/confidence.yml` bend that score so that
of the events given 0.8, about eight in ten are right; docs/scores.md shows the curve. They are fitted by scripts/train.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping


def confidence(score: float, model: Mapping[str, float]) -> float:
    """0..1, two digits, from the score of the model "stands"."""
    clipped = min(max(score, 1e-6), 1 - 1e-6)
    logit = math.log(clipped / (1 - clipped))
    return round(1 / (1 + math.exp(-(model["slope"] * logit + model["intercept"]))), 2)
