"""How sure a coded event is: the probability that a careful reader would code it too, calibrated on coded reports.

It rests on what made the event stand (coding/choose.py, model "stands"): the kind of its words, its sides, places, tolls, dates and
voices, and how much of the report speaks of conflict. The two numbers of `knowledge/models/confidence.yml` bend that score so that
of the events given 0.8, about eight in ten are right; docs/scores.md shows the curve. They are fitted by scripts/train.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from marsad.records import Event


def confidence(score: float, model: Mapping[str, float], field: str = "") -> float:
    """0..1, two digits, from the score of the model "stands", or of the model that chose the values of a field."""
    clipped = min(max(score, 1e-6), 1 - 1e-6)
    logit = math.log(clipped / (1 - clipped))
    prefix = f"{field}_" if field else ""
    return round(1 / (1 + math.exp(-(model[f"{prefix}slope"] * logit + model[f"{prefix}intercept"]))), 2)


def by_field(event: Event, sure: Mapping[str, float], model: Mapping[str, float]) -> dict[str, float]:
    """How sure each field that has a value is, given that the event is one: the share of like fields that a careful reader codes alike.

    Args: sure: by field, the probability of its least sure value.
    """
    out = {field: confidence(answer, model, field) for field, answer in sure.items() if model.get(f"{field}_slope")}
    if event.when.start:
        out["when"] = model["when_stated" if event.when.stated else "when_published"]
    if event.casualties:
        out["casualties"] = model["casualties_one" if len(event.casualties) == 1 else "casualties_more"]
    return dict(sorted(out.items()))
