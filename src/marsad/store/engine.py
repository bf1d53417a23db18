"""Connections: one engine per store, set up so that a commit is durable and two writers wait for each other.

SQLite runs in WAL mode with `synchronous=FULL` (a commit returns after fsync) and takes its write lock at BEGIN, so that a
writer never works on a state another has changed. PostgreSQL details are in `postgres`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool, StaticPool

from marsad.errors import StoreError
from marsad.store import postgres

MEMORY = ":memory:"
DATABASE = "marsad.db"
_BUSY_SECONDS = 60


def is_url(where: str | Path) -> bool:
    """Whether `where` names a PostgreSQL server rather than a directory."""
    return isinstance(where, str) and where.split("://")[0].split("+")[0] in ("postgresql", "postgres")


def connect(where: str | Path) -> Engine:
    """An engine for a directory, `:memory:` or a PostgreSQL URL; nothing is opened yet.

    Raises: StoreError: a URL of another kind of database.
    """
    if is_url(where):
        return postgres.connect(str(where))
    if "://" in str(where):
        raise StoreError(f"{str(where).split('://')[0]}: not a kind of store (a directory, or postgresql://…)")
    if str(where) == MEMORY:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        args = {"timeout": _BUSY_SECONDS, "check_same_thread": False}
        engine = create_engine(f"sqlite:///{Path(where) / DATABASE}", poolclass=QueuePool, connect_args=args)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling would commit around DDL; BEGIN is ours (below).
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("marsad_write") else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that holds the store's one write lock; committed durably on leaving, undone by any exception."""
    with mapped(), engine.connect().execution_options(marsad_write=True) as conn, conn.begin():
        if engine.dialect.name == "postgresql":
            postgres.lock_writers(conn)
        yield conn


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the store, whatever others write meanwhile."""
    with mapped(), engine.connect() as conn:
        if engine.dialect.name == "postgresql":
            conn = conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with conn.begin():
            yield conn


@contextmanager
def mapped() -> Iterator[None]:
    """Turn what databases and disks raise into one clear line."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"store: {_first_line(error.orig or error)}") from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(f"store: {_first_line(error)}") from error
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        raise StoreError(f"store: {name}{error.strerror or error}") from error


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
