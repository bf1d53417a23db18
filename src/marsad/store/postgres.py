"""What only PostgreSQL has: the connection, the writers' lock, the text-search column, PostGIS when the server offers it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

# Any number will do as long as every Marsad takes the same one ("marsad" in ASCII).
_WRITERS = 0x6D6172736164
_MAX_POSITIONS = 16_000  # tsvector positions end at 16,383
_MAX_BYTES = 900_000  # a tsvector holds less than 1 MB


def connect(url: str) -> Engine:
    """An engine on the psycopg driver; commits wait for the server's disk whatever the server's default."""
    address = "postgresql+psycopg://" + url.split("://", 1)[1]
    return create_engine(
        address,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args={"options": "-c synchronous_commit=on -c timezone=UTC", "connect_timeout": 10},
    )


def lock_writers(conn: Connection) -> None:
    """Wait until no other writer is at work; held to the end of the transaction, released with a dying session."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS})


def add_postgis(conn: Connection) -> None:
    """Use PostGIS if the server has it and we may: the extension, and an index over the points of events and incidents.

    Without it place queries use the bounding box of the plain columns, with the same answers.
    """
    try:
        with conn.begin_nested():
            conn.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
    except DBAPIError:
        return
    for table in ("events", "incidents"):
        conn.execute(text(f"CREATE INDEX IF NOT EXISTS {table}_point ON {table} USING gist (({point_sql(table)}))"))


def has_postgis(conn: Connection) -> bool:
    """Whether place queries may use PostGIS in this database."""
    return conn.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")).first() is not None


def point_sql(table: str) -> str:
    """The point of a row on the globe, as the index has it."""
    return f"CAST(ST_SetSRID(ST_MakePoint({table}.lon, {table}.lat), 4326) AS geography)"


def search_text(stems: Sequence[str]) -> str:
    """Stems as one string that fits a tsvector: a text of book length is searched by word, no longer by phrase."""
    if len(stems) > _MAX_POSITIONS:
        stems = list(dict.fromkeys(stems))
    joined = " ".join(stems)
    return joined.encode()[:_MAX_BYTES].decode(errors="ignore") if len(joined) * 2 > _MAX_BYTES else joined
