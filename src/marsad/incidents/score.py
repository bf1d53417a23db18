"""What the features of a pair weigh: a small logistic model, its weights data, its answer explained.

Comes in: `Evidence` of a pair and the weights of `knowledge/models/link.yml`. Goes out: a probability and one `Reason` a feature, heaviest
first. A feature without a weight counts nothing and is left out of the reasons.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from marsad.incidents.compare import Evidence
from marsad.records_incident import Reason


def score(evidence: Iterable[Evidence], weights: Mapping[str, float]) -> tuple[float, tuple[Reason, ...]]:
    """The probability that a pair is one happening, and why: rule, what it adds, the sentence, the two values."""
    reasons = []
    z = weights.get("bias", 0.0)
    for part in evidence:
        weight = weights.get(part.name, 0.0) * part.value
        if weight:
            z += weight
            reasons.append(Reason(part.name, round(weight, 3), part.words, part.left, part.right))
    reasons.sort(key=lambda r: (-abs(r.weight), r.rule))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z)))), tuple(reasons)
