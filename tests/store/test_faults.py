"""Kills at random moments, two writers at once, a full disk: nothing acknowledged is lost, nothing is half there.

The number of kills can be raised with MARSAD_KILLS (default 200 for each engine); the seed of a run is printed on failure.
"""

from __future__ import annotations

import hashlib
import os
import random
import resource
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import fault_worker
import pytest
import samples
from fault_worker import Worker
from postgres_cluster import Cluster

from marsad.errors import StoreError
from marsad.records import Report
from marsad.store import Store, open_store

KILLS = int(os.environ.get("MARSAD_KILLS", "200"))
ALL = list(fault_worker.STEPS)


@pytest.fixture(params=["directory", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store of each durable kind may be made."""
    return str(tmp_path / "archive") if request.param == "directory" else request.getfixturevalue("cluster").url()


@pytest.mark.slow
def test_kills_at_random_points_lose_nothing(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("MARSAD_SEED", time.time_ns() % 1_000_000))
    rng = random.Random(seed)
    open_store(place, create=True).close()
    done: Counter[str] = Counter()
    said: list[str] = []
    started = time.monotonic()
    for kill in range(KILLS):
        first = kill * 1000
        # One kind of work in most rounds, so that each is hit in its own middle; all mixed in the others.
        steps = [rng.choice(ALL)] if rng.random() < 0.7 else ALL
        worker = Worker(place, rng.randrange(1 << 30), first, steps)
        # Some are hit while they open the store, most at some moment after a few acknowledgements.
        worker.wait_for(rng.choice([0, 1, 1, 2, 3, 5, 8]))
        time.sleep(rng.uniform(0.0, 0.05))
        lines = worker.kill()
        said += lines
        done.update(line.split()[0] for line in lines)
        with open_store(place) as store:
            assert fault_worker.missing(store, lines) == [], f"seed {seed}, kill {kill}"
            assert [line for line in lines if line.startswith("failed")] == []
            assert fault_worker.half_exports() == [], f"seed {seed}, kill {kill}"
            if kill % 30 == 29:
                assert list(store.verify()) == [], f"seed {seed}, kill {kill}"
                assert fault_worker.half_batches(store, first, first + 5) == []
    with open_store(place) as store:
        assert list(store.verify()) == [], f"seed {seed}"
        assert fault_worker.missing(store, said) == []
        entries = store.stats().journal
    whole = [
        path for path in Path(place).glob("blobs/??/??/*") if path.name == hashlib.sha256(path.read_bytes()).hexdigest()
    ]
    assert len(whole) == len(list(Path(place).glob("blobs/??/??/*"))), "a blob is whole or not there"
    with capsys.disabled():
        spent = time.monotonic() - started
        print(f"\n{KILLS} kills in {spent:.0f} s, seed {seed}, {entries} journal entries, acknowledged: {dict(done)}")
    assert {"open", "report", "batch", "coding", "link", "linked", "export"} <= set(done) or KILLS < 50


def test_kills_while_the_store_is_being_made(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rng = random.Random(7)
    for kill in range(8):
        where = str(tmp_path / f"s{kill}")
        worker = Worker(where, kill, 0, ALL)
        time.sleep(rng.uniform(0.0, 0.3))
        said = worker.kill()
        with open_store(where, create=True) as store:
            assert fault_worker.missing(store, said) == []
            assert list(store.verify()) == []


@pytest.mark.slow
@pytest.mark.postgres
def test_a_killed_server_loses_nothing(cluster: Cluster) -> None:
    url = cluster.url()
    open_store(url, create=True).close()
    rng = random.Random(11)
    said: list[str] = []
    with open_store(url) as through:
        for kill in range(4):
            workers = [Worker(url, kill * 2 + i, kill * 10_000 + i * 5000, ALL) for i in range(2)]
            time.sleep(rng.uniform(0.2, 0.7))
            cluster.kill()
            with pytest.raises(StoreError, match=r"^[^\n]+$"):
                through.add_report(samples.report(1_000_000 + kill))
            for worker in workers:
                lines = worker.wait()
                assert lines[-1].startswith("failed store: "), lines[-3:]
                said += lines
            cluster.start()
            assert through.add_report(samples.report(2_000_000 + kill)), (
                "the same Store goes on when the server is back"
            )
    with open_store(url) as store:
        assert len(said) > 20
        assert fault_worker.missing(store, said) == []
        assert list(store.verify()) == []


def test_two_writers_at_once(place: str) -> None:
    # Nobody has made the store before: both make it, both write at once, half of it about the same incidents.
    limit = 60
    workers = [Worker(place, seed, seed * 1000, ALL, limit) for seed in (1, 2, 3)]
    said = [worker.wait() for worker in workers]
    with open_store(place) as store:
        for lines in said:
            assert len(lines) == limit + 1, lines[-3:]
            assert fault_worker.missing(store, lines) == []
        assert list(store.verify()) == []


def test_two_writers_of_the_same_reports(place: str) -> None:
    open_store(place, create=True).close()
    workers = [Worker(place, 1, 0, ["coding"], 50) for _ in range(2)]
    for worker in workers:
        assert len(worker.wait()) == 51
    with open_store(place) as store:
        assert store.stats().versions == 50
        assert store.stats().codings == len({e.seq for e in store.journal() if e.kind == "coding"})
        assert list(store.verify()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of six megabytes."""
    where = tmp_path / "disk"
    where.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "marsad-test", str(where)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("a small disk can only be mounted by root")
    yield where
    subprocess.run(["umount", "-l", str(where)], check=True)


def _fill(store: Store, first: int = 0, size: int = 3000) -> tuple[list[str], StoreError]:
    """Write until the store refuses; what it acknowledged, and how it refused."""
    said = []
    try:
        for number in range(first, first + 100_000):
            sha = store.add_document(os.urandom(size), "text/html")
            said.append(f"document {sha}")
            store.add_report(Report(id=f"f{number}", text=f"خبر {number} " * 40), sha)
            said.append(f"report f{number}")
    except StoreError as error:
        return said, error
    raise AssertionError("the disk never filled")


@pytest.mark.slow
def test_a_full_disk_leaves_the_store_as_it_was(small_disk: Path) -> None:
    with open_store(small_disk / "archive", create=True) as store:
        said, error = _fill(store)
        assert len(said) > 50
        assert "\n" not in str(error)
        assert any(word in str(error).lower() for word in ("full", "no space"))
        before = store.stats()
        with pytest.raises(StoreError), store.transaction():
            for number in range(10_000):
                store.add_report(Report(id=f"g{number}", text="نص " * 500))
        assert store.stats().journal == before.journal
        assert fault_worker.missing(store, said) == []
        assert list(store.verify()) == []
        assert list((small_disk / "archive" / "blobs" / "tmp").iterdir()) == []
        subprocess.run(["mount", "-o", "remount,size=24m", str(small_disk)], check=True)
        assert store.add_report(samples.report(1)), "goes on when there is room again"
    with open_store(small_disk / "archive") as store:
        assert fault_worker.missing(store, said) == []
        assert list(store.verify()) == []


def test_a_file_size_limit_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """The same without root: no file may grow beyond a megabyte."""
    with open_store(tmp_path, create=True) as store:
        old = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, old[1]))
            said, error = _fill(store)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, old)
            signal.signal(signal.SIGXFSZ, handler)
        assert "\n" not in str(error)
        assert fault_worker.missing(store, said) == []
        assert list(store.verify()) == []
        assert store.add_report(samples.report(1))
        assert list(store.verify()) == []


@pytest.mark.slow
@pytest.mark.postgres
def test_a_full_disk_under_postgresql_leaves_the_store_as_it_was(cluster: Cluster) -> None:
    """The server may let no file grow beyond eighteen megabytes (a segment of its log has sixteen)."""
    url = cluster.url()
    open_store(url, create=True).close()
    with cluster.no_file_beyond(18 << 20), open_store(url) as store:
        said, error = _fill(store, size=400_000)
        assert len(said) > 20
        assert "\n" not in str(error) and "file" in str(error).lower(), error
        before = store.stats()
        with pytest.raises(StoreError), store.transaction():
            for number in range(100):
                store.add_document(os.urandom(400_000) + b"%d" % number, "text/html")
        assert store.stats().journal == before.journal
        assert fault_worker.missing(store, said) == []
        assert list(store.verify()) == []
    with open_store(url) as store:
        assert store.add_report(samples.report(1)), "goes on when there is room again"
        assert fault_worker.missing(store, said) == []
        assert list(store.verify()) == []


def test_stray_temporary_files_are_swept(tmp_path: Path) -> None:
    open_store(tmp_path, create=True).close()
    stray = tmp_path / "blobs" / "tmp" / "half"
    stray.write_bytes(b"half a blob")
    with open_store(tmp_path) as store:
        assert not stray.exists()
        assert list(store.verify()) == []
