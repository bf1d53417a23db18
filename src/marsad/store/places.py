"""What lies within reach of a point: a coarse filter by the database, the exact distance computed here.

PostGIS filters with its index, everything else by a bounding box; both then pass the same great-circle formula, so that
the answers are the same to the last digit.
"""

from __future__ import annotations

import math
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, or_, select, text, true

from marsad.errors import StoreError
from marsad.store import postgres, schema
from marsad.store.rows import Near

EARTH_KM = 6371.0087714150598
"""Mean radius of WGS 84, as PostGIS takes it for spheres."""

What = Literal["events", "incidents"]
_SLACK = 1.001  # the coarse filter may take a little more, never less


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance of two points in degrees, by the haversine formula."""
    a, b = math.radians(lat), math.radians(other_lat)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def within_km(conn: Connection, lat: float, lon: float, km: float, what: What, postgis: bool) -> tuple[Near, ...]:
    """Events or incidents at most `km` from a point, nearest first.

    Raises: StoreError: not a place on earth, or a negative distance.
    """
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and km >= 0):
        raise StoreError(f"not a place and distance: {lat}, {lon}, {km} km (degrees, kilometres)")
    table = schema.events if what == "events" else schema.incidents
    name = table.c.ref if what == "events" else table.c.id
    query = select(name.label("ref"), table.c.lat, table.c.lon).where(
        table.c.lat.is_not(None), table.c.lon.is_not(None)
    )
    if postgis:
        point = "CAST(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geography)"
        inside = text(f"ST_DWithin({postgres.point_sql(what)}, {point}, :metres, false)")
        query = query.where(inside.bindparams(lat=lat, lon=lon, metres=km * 1000 * _SLACK + 1))
    else:
        query = query.where(_box(what, lat, lon, km * _SLACK + 0.001))
    rows = [Near(row.ref, distance_km(lat, lon, row.lat, row.lon)) for row in conn.execute(query)]
    return tuple(sorted((near for near in rows if near.distance_km <= km), key=lambda n: (n.distance_km, n.ref)))


def _box(what: What, lat: float, lon: float, km: float) -> ColumnElement[bool]:
    """The degrees a circle may touch: all longitudes when it holds a pole, both sides of 180° when it crosses it."""
    table = schema.events if what == "events" else schema.incidents
    reach = math.degrees(km / EARTH_KM)
    south, north = lat - reach, lat + reach
    rows = table.c.lat.between(south, north)
    if south <= -90 or north >= 90:
        return rows
    widest = math.degrees(math.asin(min(1.0, math.sin(math.radians(reach)) / math.cos(math.radians(lat)))))
    west, east = lon - widest, lon + widest
    if widest >= 180 or reach >= 90:
        columns: ColumnElement[bool] = true()
    elif west < -180:
        columns = or_(table.c.lon >= west + 360, table.c.lon <= east)
    elif east > 180:
        columns = or_(table.c.lon >= west, table.c.lon <= east - 360)
    else:
        columns = table.c.lon.between(west, east)
    return and_(rows, columns)
