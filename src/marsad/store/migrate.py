"""Bring a database to the schema of this version; Alembic is loaded only when there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from marsad.errors import StoreError
from marsad.store import postgres
from marsad.store.schema import REVISION


def revision(conn: Connection) -> str | None:
    """The newest migration applied to this database; None if it is not a store yet."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    row = conn.execute(text("SELECT version_num FROM alembic_version")).first()
    return str(row.version_num) if row else None


def require_current(conn: Connection) -> None:
    """Refuse a database that is not at `REVISION`.

    Raises: StoreError: no store there, an older one (upgrade it), or one that a newer Marsad has written.
    """
    found = revision(conn)
    if found is None:
        raise StoreError("no store there: create it with `marsad init`")
    if found < REVISION:
        raise StoreError(f"the store is at schema {found}, this Marsad needs {REVISION}: upgrade it with `marsad init`")
    if found > REVISION:
        raise StoreError(f"the store is at schema {found}, newer than this Marsad ({REVISION}): update Marsad")


def upgrade(conn: Connection, target: str = REVISION) -> bool:
    """Apply the migrations that are missing, in the caller's transaction; True if there were any.

    Raises: StoreError: the store is newer than `target`.
    """
    found = revision(conn)
    if found == target:
        return False
    if found is not None and found > target:
        raise StoreError(f"the store is at schema {found}, newer than this Marsad ({target}): update Marsad")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, target)
    if conn.dialect.name == "postgresql" and target == REVISION:
        postgres.add_postgis(conn)
    return True
