"""Stores to test on: in memory, in a directory, and on a real PostgreSQL server (skipped aloud where there is none)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import postgres_cluster
import samples

from marsad.store import Store, open_store


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres_cluster.Cluster]:
    """One PostgreSQL server for the session."""
    reason = postgres_cluster.can_start()
    if reason is not None:
        pytest.skip(reason)
    bin_dir = postgres_cluster.binaries()
    assert bin_dir is not None
    server = postgres_cluster.Cluster(bin_dir)
    yield server
    server.stop()


KINDS = ["memory", "directory", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=KINDS)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new store may be made, of every kind."""
    if request.param == "postgres":
        return postgres_place(request)
    return ":memory:" if request.param == "memory" else str(tmp_path / "archive")


@pytest.fixture(scope="session")
def shared_database(cluster: postgres_cluster.Cluster) -> str:
    """A database with a store in it that tests use in turn: emptying it is many times faster than making one."""
    url = cluster.url()
    open_store(url, create=True).close()
    return url


def postgres_place(request: pytest.FixtureRequest) -> str:
    """Where a test may work: with an empty store in it if it asks for `store`, else an empty database of its own."""
    server: postgres_cluster.Cluster = request.getfixturevalue("cluster")
    if "store" not in request.fixturenames:
        return server.url()
    url: str = request.getfixturevalue("shared_database")
    server.empty(url)
    return url


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    """An empty store of every kind."""
    with open_store(where, create=True, clock=samples.clock) as opened:
        yield opened
