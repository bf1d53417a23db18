"""Distances and directions on the Earth, good to a fraction of a percent: all that placing reports needs."""

from __future__ import annotations

import math

EARTH_KM = 6371.0088  # mean radius (IUGG)


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in kilometres (haversine); arguments in degrees."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    a = math.sin((p2 - p1) / 2) ** 2 + math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, a)))


def shifted(lat: float, lon: float, heading: float, km: float) -> tuple[float, float]:
    """A point some kilometres away towards a heading (degrees clockwise from north), for short ways far from the poles."""
    angle = math.radians(heading)
    return lat + km / 111.2 * math.cos(angle), lon + km / 111.2 * math.sin(angle) / max(
        0.1, math.cos(math.radians(lat))
    )
