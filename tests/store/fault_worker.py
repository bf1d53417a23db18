"""What the fault tests kill: a process that writes and reads without end, and says what was acknowledged.

Every line on the pipe is one acknowledgement, written after the store's call has returned: "document SHA", "report ID",
"coding ID KNOWLEDGE", "link ID INCIDENT", "linked ID", "batch ID ID …", "export FILE". Each item's number is used once.
"""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import tempfile
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import samples

from marsad.archive import link_waiting
from marsad.errors import StoreError
from marsad.knowledge.loader import load_knowledge
from marsad.publish.entries import entries
from marsad.publish.export import FORMATS
from marsad.publish.export import export as to_file
from marsad.records import Report
from marsad.store import Store, open_store

_fork = get_context("fork")
KNOWLEDGE = load_knowledge()
EXPORTS = tempfile.TemporaryDirectory()  # where exports go; the process under test replaces the files of the one before
Step = Callable[[Store, random.Random, int], str]


def intake(store: Store, rng: random.Random, number: int) -> str:
    """A raw page, and the report in it."""
    sha = store.add_document(
        b"<html>%d</html>" % number * rng.randrange(1, 3000), "text/html", samples.retrieval(number)
    )
    if rng.random() < 0.3:
        return f"document {sha}"
    report = samples.report(number)
    store.add_report(report, sha)
    return f"report {report.id}"


def batch(store: Store, rng: random.Random, number: int) -> str:
    """Several reports in one transaction: all or none."""
    names = [f"b{number}-{i}" for i in range(rng.randrange(2, 12))]
    with store.transaction():
        for name in names:
            store.add_report(Report(id=name, text=f"خبر {name} عن قصف"))
    return "batch " + " ".join(names)


def coding(store: Store, rng: random.Random, number: int) -> str:
    """The coding of a report that this process has just taken in, and half the time a second one."""
    report = samples.report(number)
    store.add_report(report)
    version = "k1"
    store.add_coding(samples.coded(report), version)
    if rng.random() < 0.5:
        version = "k2"
        store.add_coding(samples.coded(report, "shelling"), version)
    return f"coding {report.id} {version}"


def linking(store: Store, rng: random.Random, number: int) -> str:
    """A coded event joins an incident, all in one transaction."""
    report = samples.report(number)
    group = number % 7
    with store.transaction():
        store.add_report(report)
        store.add_coding(samples.coded(report), "k1")
        incident = store.incident(f"i{group}") or samples.incident(group)
        joined = samples.incident(group, *incident.events, f"{report.id}/e1")
        store.save_incident(joined)
        store.add_links([samples.link(group, report.id)])
    return f"link {report.id} i{group}"


def reconcile(store: Store, rng: random.Random, number: int) -> str:
    """The linker itself, on a report of this process and on whatever else waits."""
    report = samples.report(number)
    store.add_report(report)
    # Days of their own, so that few events are compared: the kills are what is tested.
    day = f"{1950 + number % 70}-0{1 + number % 9}-1{number % 10}"
    store.add_coding(samples.coded(report, day=day), "k1")
    link_waiting(store, KNOWLEDGE)
    return f"linked {report.id}"


def export(store: Store, rng: random.Random, number: int) -> str:
    """A dataset put in the place of the last one, and a search."""
    form = rng.choice(["marsad", "csv", "acled", "geojson"])
    path = to_file(entries(store), KNOWLEDGE, FORMATS[form], Path(EXPORTS.name, f"{number % 4}.{form}"))
    store.search("قصف")
    return f"export {path.name}"


STEPS: dict[str, Step] = {
    "intake": intake,
    "batch": batch,
    "coding": coding,
    "linking": linking,
    "reconcile": reconcile,
    "export": export,
}


def work(where: str, pipe: Connection, seed: int, first: int, steps: list[str], limit: int | None) -> None:
    """Open the store and take steps until killed, until `limit`, or until the store fails (said as "failed REASON")."""
    rng = random.Random(seed)
    os.set_blocking(pipe.fileno(), True)
    try:
        with open_store(where, create=True) as store:
            _say(pipe, "open")
            for number in range(first, first + (limit or 1_000_000)):
                _say(pipe, STEPS[rng.choice(steps)](store, rng, number))
    except StoreError as error:
        _say(pipe, f"failed {error}")
    finally:
        # Leave without the parent's exit handlers: this is a fork of pytest.
        os._exit(0)


def _say(pipe: Connection, line: str) -> None:
    os.write(pipe.fileno(), line.encode() + b"\n")


class Worker:
    """A forked process at work; `acknowledged` gives what it has said when it is gone."""

    def __init__(self, where: str, seed: int, first: int, steps: list[str], limit: int | None = None) -> None:
        receive, send = _fork.Pipe(duplex=False)
        self.pipe = receive
        self.process = _fork.Process(target=work, args=(where, send, seed, first, steps, limit), daemon=True)
        self.process.start()
        send.close()
        self._read = b""

    def wait_for(self, lines: int) -> None:
        """Return when the worker has said so many lines (or has gone); the first says that the store is open."""
        while self._read.count(b"\n") < lines and (chunk := os.read(self.pipe.fileno(), 1 << 16)):
            self._read += chunk

    def kill(self) -> list[str]:
        """kill -9; returns every acknowledgement."""
        os.kill(self.process.pid or 0, signal.SIGKILL)
        return self.wait()

    def wait(self) -> list[str]:
        """Every acknowledgement, once the process is gone."""
        chunks = [self._read]
        while chunk := os.read(self.pipe.fileno(), 1 << 16):
            chunks.append(chunk)
        self.process.join()
        self.pipe.close()
        whole = b"".join(chunks)
        return whole[: whole.rfind(b"\n") + 1].decode().splitlines()


def missing(store: Store, acknowledged: list[str]) -> list[str]:
    """Which acknowledgements the store does not honour."""
    return [line for line in acknowledged if not _is_kept(store, line)]


def _is_kept(store: Store, line: str) -> bool:
    kind, *rest = line.split()
    if kind == "document":
        return store.raw(rest[0]) is not None and store.document(rest[0]) is not None
    if kind in ("report", "batch"):
        return all(store.report(name) is not None for name in rest)
    if kind == "coding":
        return rest[1] in [coding.knowledge_version for coding in store.history(rest[0])]
    if kind in ("link", "linked"):  # wherever the linker has put it since
        ref = f"{rest[0]}/e1"
        found = store.incidents_of([ref]).get(ref)
        incident = store.incident(found) if found else None
        return incident is not None and ref in incident.events
    if kind == "export":
        return Path(EXPORTS.name, rest[0]).exists()
    return kind in ("open", "failed")


def half_exports() -> list[str]:
    """Exported files that are not whole. What a killed process had begun aside is none of them, and is cleared away."""
    broken = []
    for path in sorted(Path(EXPORTS.name).iterdir()):
        if path.suffix == ".partial":
            path.unlink()
        elif not _is_whole(path):
            broken.append(path.name)
    return broken


def _is_whole(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".geojson":
        return json.loads(text)["type"] == "FeatureCollection"
    if path.suffix == ".marsad":
        return all(json.loads(line)["schema"] == "marsad-incident/1" for line in text.splitlines())
    return text.endswith("\n") and len({len(row) for row in csv.reader(text.splitlines())}) == 1


def half_batches(store: Store, first: int, last: int) -> list[str]:
    """Batches of which only a part is there: the highest index says how many were meant at least."""
    broken = []
    for number in range(first, last):
        there = [store.report(f"b{number}-{i}") is not None for i in range(12)]
        if any(there) and not all(there[: len(there) - there[::-1].index(True)]):
            broken.append(f"b{number}")
    return broken
