"""Where candidates compete: small logistic models over named features, their weights shipped as data and shown by `explain`.

Comes in: the features of a candidate (name -> value, mostly 0 or 1) and a model of `knowledge/models/`. Goes out: a probability. A
feature that a model has no weight for counts nothing. Fitted by scripts/train.py on coded reports; rules come first, as features.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

Features = dict[str, float]


class Decision(msgspec.Struct, eq=False):
    """One ranked candidate: the model asked, what it was asked of, and its answer."""

    model: str
    subject: object
    item: object
    features: Features
    probability: float


def probability(features: Features, weights: Mapping[str, float]) -> float:
    """The model's probability that the candidate holds."""
    z = weights.get("bias", 0.0)
    for name, value in features.items():
        weight = weights.get(name)
        if weight:
            z += weight * value
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def reasons(features: Features, weights: Mapping[str, float], most: int = 4) -> str:
    """The features that weighed most, in words: "rule_a +3.1, far -0.8"."""
    parts = sorted(((weights.get(n, 0.0) * v, n) for n, v in features.items()), key=lambda p: -abs(p[0]))
    return ", ".join(f"{name} {value:+.1f}" for value, name in parts[:most] if value)
