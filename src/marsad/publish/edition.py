"""A release frozen: data, codebook, licence, change log, checksums, in one folder whose name is used once.

Comes in: an open store, knowledge, switches. Goes out: the folder and its manifest. There is no clock in it but the date given: the same store
and switches give the same bytes. It is written aside, flushed, renamed, and then recorded in the store: a kill leaves nothing, or a complete
folder that is not recorded yet, which the same command records (after checking it) and any other refuses. See docs/editions.md.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from marsad import __version__
from marsad.errors import PublishError
from marsad.knowledge.loader import Knowledge
from marsad.publish import seal
from marsad.publish.baseline import BASE, Baseline
from marsad.publish.changes import Change, Log, Row, as_page, changes, row_of
from marsad.publish.decided import decided
from marsad.publish.entries import Entry, entries
from marsad.publish.export import Format
from marsad.publish.papers import CC_BY, codebook, file_of, readme
from marsad.publish.withhold import is_fresh, withheld, withheld_row
from marsad.records_incident import Incident
from marsad.store import Store
from marsad.store.rows import Edition, Head

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Switches(msgspec.Struct, frozen=True):
    """What may be chosen for an edition. `licence` is the text of LICENSE.txt; `delay_days` 0 leaves nothing out."""

    as_of: date
    delay_days: int = 0
    withhold_names: bool = False
    licence: str = CC_BY


def freeze(
    store: Store,
    knowledge: Knowledge,
    name: str,
    folder: Path,
    forms: Mapping[str, Format],
    switches: Switches,
    base: Path | None = None,
) -> Edition:
    """Make the edition `folder`/`name` and record it in the store; returns what was recorded.

    Args:   forms: the formats to write, by name. base: folder of the edition to compare with, instead of the store's last.
    Raises: PublishError: a bad or used name, a folder in the way, a base that is not intact. StoreError: the store failed.
    """
    _check_name(name, store)
    target = folder / name
    if not target.exists():
        aside = folder / f".{name}.partial"
        try:
            shutil.rmtree(aside, ignore_errors=True)
            (aside / "data").mkdir(parents=True)  # and the folder of editions, if it is not there
            with store.snapshot():
                _write(store, knowledge, name, aside, forms, switches, base)
            seal.seal(aside)
            aside.rename(target)
            seal.flush(folder)
        except OSError as error:
            raise PublishError(f"{target}: cannot be written: {error.strerror} تعذّرت الكتابة") from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return _record(store, name, target)
    _check_left(store, name, target, _asked(name, forms, switches))
    return _record(store, name, target)


def _check_name(name: str, store: Store) -> None:
    if not _NAME.fullmatch(name):
        raise PublishError(f"{name}: a name has letters, digits, dots, dashes and underscores only اسم غير صالح")
    if any(e.id == name for e in store.editions()):
        raise PublishError(f"{name}: the store has an edition of this name; editions never change الاسم مستعمل")


def _check_left(store: Store, name: str, target: Path, asked: dict[str, Any]) -> None:
    """A folder in the way may be recorded only if it is whole and exactly what was asked, out of this store."""
    if not (target / seal.SUMS).is_file() or seal.check(target):
        raise PublishError(f"{target}: exists already and is no intact edition المجلد موجود")
    manifest = seal.read_manifest(target)
    if any(manifest.get(key) != value for key, value in asked.items()):
        raise PublishError(f"{target}: exists already, made with other switches المجلد موجود")
    head = msgspec.convert(manifest["store_head"], Head)
    found = next((e for e in store.journal(head.seq - 1) if e.seq == head.seq), None) if head.seq else None
    last = store.editions()[-1:]
    known = (manifest.get("previous") or {}).get("name")
    if (found is None or found.hash != head.hash) or (last and not manifest["base_given"] and last[0].id != known):
        raise PublishError(f"{target}: exists already, made from another state of another store المجلد موجود")


def _record(store: Store, name: str, target: Path) -> Edition:
    """Keep the base of the next change log in the store too, so that no folder is needed for it."""
    sums = {**seal.read_sums(target), seal.SUMS: seal.digest_of(target / seal.SUMS)}
    with store.transaction():
        store.add_document((target / BASE).read_bytes(), "application/x-ndjson")
        return store.add_edition(name, seal.read_manifest(target), sums)


def _asked(name: str, forms: Mapping[str, Format], switches: Switches) -> dict[str, Any]:
    """The part of the manifest that follows from what was asked alone."""
    return {
        "name": name,
        "date": switches.as_of.isoformat(),
        "marsad": __version__,
        "delay_days": switches.delay_days,
        "withhold_names": switches.withhold_names,
        "licence": switches.licence.strip().partition("\n")[0],
        "formats": [{"format": key, "file": f"data/{file_of(key, form)}"} for key, form in forms.items()],
    }


class _Published:
    """The entries of an edition, read from the store anew each time they are gone through; too many to hold."""

    def __init__(self, store: Store, knowledge: Knowledge, switches: Switches) -> None:
        self._store, self._knowledge, self._switches = store, knowledge, switches
        self._judgements = store.judgements(standing=True)
        self.held_back: set[str] = set()

    def __iter__(self) -> Iterator[Entry]:
        for entry in decided(entries(self._store), self._judgements, self._knowledge):
            if is_fresh(entry, self._switches.as_of, self._switches.delay_days):
                self.held_back.add(entry.incident.id)
            else:
                yield withheld(entry) if self._switches.withhold_names else entry


def _write(
    store: Store,
    knowledge: Knowledge,
    name: str,
    folder: Path,
    forms: Mapping[str, Format],
    switches: Switches,
    base: Path | None,
) -> None:
    published = _Published(store, knowledge, switches)
    counts, rows = _write_base(published, folder / BASE)
    for key, form in forms.items():
        with (folder / "data" / file_of(key, form)).open("wb") as stream:
            form.write(published, knowledge, stream)
    before = Baseline(store, base)
    hide = switches.withhold_names or bool(before.manifest.get("withhold_names"))
    found: tuple[Change, ...] = ()
    if before.name:
        log = Log(store, before.head_seq, explain=not switches.withhold_names)
        old, new = (_compared(r, hide) for r in (before.rows(), rows))
        found = changes(old, new, log, store, frozenset(published.held_back))
    manifest = {
        **_asked(name, forms, switches),
        "knowledge": knowledge.version,
        "policies": sorted({r.incident.policy for r in rows.values()}),
        "counts": {**counts, "held_back": len(published.held_back)},
        "span": _span(r.incident for r in rows.values()),
        "changes": {
            sort: sum(c.sort == sort for c in found) for sort in ("added", "corrected", "extended", "withdrawn")
        },
        "store_head": msgspec.to_builtins(store.head()),
        "previous": before.link(),
        "base_given": base is not None,
    }
    _texts(folder, manifest, as_page(name, before.name, found), knowledge, forms, switches)


def _texts(
    folder: Path,
    manifest: dict[str, Any],
    log: str,
    knowledge: Knowledge,
    forms: Mapping[str, Format],
    switches: Switches,
) -> None:
    pretty = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    (folder / seal.MANIFEST).write_bytes(pretty + b"\n")
    texts = {
        "README.md": readme(manifest),
        "codebook.md": codebook(knowledge, forms),
        "CHANGES.md": log,
        "LICENSE.txt": switches.licence.rstrip("\n") + "\n",
    }
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8", newline="\n")


def _write_base(published: Iterable[Entry], path: Path) -> tuple[dict[str, int], dict[str, Row]]:
    """Write incidents.jsonl; the counts, and the rows for the change log."""
    counts: Counter[str] = Counter(incidents=0, events=0)
    reports: set[str] = set()
    rows: dict[str, Row] = {}
    with path.open("wb") as stream:
        for entry in published:
            row = row_of(entry)
            rows[row.incident.id] = row
            stream.write(msgspec.json.encode(row) + b"\n")
            counts.update(incidents=1, events=len(entry.members))
            reports.update(m.report.id for m in entry.members)
    return {**counts, "reports": len(reports)}, rows


def _compared(rows: Mapping[str, Row], hide: bool) -> dict[str, Row]:
    """With names withheld in either of two editions, both are compared without them: the change log must not tell them."""
    return {ident: withheld_row(row) if hide else row for ident, row in rows.items()}


def _span(found: Iterable[Incident]) -> list[str] | None:
    days = sorted(i.when.start[:10] for i in found if i.when.start)
    return [days[0], days[-1]] if days else None
