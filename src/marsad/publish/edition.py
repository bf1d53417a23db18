"""A release frozen: data, codebook, licence, change log, checksums, in one folder whose name is used once.

Comes in: an open store, knowledge, switches. Goes out: the folder and its manifest. There is no clock in it but the date given: the same store
and switches give the same bytes. It is written aside, flushed, renamed, and then recorded in the store: a kill leaves nothing, or a complete
folder that is not recorded yet, which the same command records (after checking it) and any other refuses. See docs/editions.md.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import IO, Any, Protocol

import jinja2
import msgspec

from marsad import __version__, records
from marsad.errors import PublishError
from marsad.knowledge.loader import Knowledge
from marsad.publish import codebook, seal
from marsad.publish.changes import Log, Row, as_page, changes, row_of
from marsad.publish.decided import decided
from marsad.publish.entries import Entry, entries
from marsad.publish.withhold import is_fresh, withheld, withheld_row
from marsad.records_incident import Incident
from marsad.store import Store
from marsad.store.rows import Edition, Head

BASE = "incidents.jsonl"
CC_BY = """These data are licensed under the Creative Commons Attribution 4.0 International licence (CC BY 4.0).
Summary: https://creativecommons.org/licenses/by/4.0/
Full text: https://creativecommons.org/licenses/by/4.0/legalcode

The words of reports quoted in them, if any, remain their publishers'.

هذه البيانات مرخّصة برخصة المشاع الإبداعي: نَسب المصنَّف 4.0 دولي. وما يُقتبس فيها من أخبار يبقى لناشريه.
"""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_RECORDS = (records.ActorRef, records.PlaceRef, records.When)


class Form(Protocol):
    """A format of the data: see `marsad.publish.export.FORMATS`."""

    @property
    def columns(self) -> Sequence[str]: ...
    @property
    def suffix(self) -> str: ...
    def write(self, entries: Iterable[Entry], knowledge: Knowledge, stream: IO[bytes], /) -> None: ...


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
    forms: Mapping[str, Form],
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


def _asked(name: str, forms: Mapping[str, Form], switches: Switches) -> dict[str, Any]:
    """The part of the manifest that follows from what was asked alone."""
    return {
        "name": name,
        "date": switches.as_of.isoformat(),
        "marsad": __version__,
        "delay_days": switches.delay_days,
        "withhold_names": switches.withhold_names,
        "licence": switches.licence.strip().partition("\n")[0],
        "formats": [{"format": key, "file": f"data/{_file(key, form)}"} for key, form in forms.items()],
    }


def _file(key: str, form: Form) -> str:
    return f"{key}.{form.suffix.lstrip('.')}"


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
    forms: Mapping[str, Form],
    switches: Switches,
    base: Path | None,
) -> None:
    published = _Published(store, knowledge, switches)
    counts, rows = _write_base(published, folder / BASE)
    for key, form in forms.items():
        with (folder / "data" / _file(key, form)).open("wb") as stream:
            form.write(published, knowledge, stream)
    before = _Before(store, base)
    hide = switches.withhold_names or bool(before.manifest.get("withhold_names"))
    log = Log(store, before.head_seq, explain=not switches.withhold_names)
    old, new = (_compared(r, hide) for r in (before.rows(), rows))
    found = changes(old, new, log, store, frozenset(published.held_back)) if before.name else ()
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
    forms: Mapping[str, Form],
    switches: Switches,
) -> None:
    pretty = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    (folder / seal.MANIFEST).write_bytes(pretty + b"\n")
    texts = {
        "README.md": _readme(manifest),
        "codebook.md": _codebook(knowledge, forms),
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


class _Before:
    """The edition that this one is compared with: the store's last, or a given folder; or none."""

    def __init__(self, store: Store, base: Path | None) -> None:
        self.name: str | None = None
        self.manifest: dict[str, Any] = {}
        self.sums: dict[str, str] = {}
        self._lines = b""
        made = store.editions()
        if base is not None:
            self._from_folder(base)
        elif made:
            last = made[-1]
            self.name, self.manifest, self.sums = last.id, last.manifest, last.checksums
            lines = store.raw(self.sums[BASE])
            if lines is None:
                raise PublishError(f"{last.id}: the store no longer holds its {BASE}; give its folder with --base")
            self._lines = lines
        self.head_seq = int(self.manifest["store_head"]["seq"]) if self.name else 0

    def _from_folder(self, base: Path) -> None:
        if faults := seal.check(base):
            raise PublishError(f"{base}: {faults[0]}: cannot be compared with a damaged edition إصدار تالف")
        self.manifest = seal.read_manifest(base)
        self.name = str(self.manifest["name"])
        self.sums = {**seal.read_sums(base), seal.SUMS: seal.digest_of(base / seal.SUMS)}
        self._lines = (base / BASE).read_bytes()

    def link(self) -> dict[str, str] | None:
        """What the manifest says of it."""
        return {"name": self.name, "sha256sums": self.sums[seal.SUMS]} if self.name else None

    def rows(self) -> dict[str, Row]:
        """Its incidents by id."""
        rows = (msgspec.json.decode(line, type=Row) for line in self._lines.splitlines() if line)
        return {row.incident.id: row for row in rows}


def _readme(manifest: dict[str, Any]) -> str:
    loader = jinja2.PackageLoader("marsad.publish", "templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=False, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("edition.md").render(m=manifest)


def _codebook(knowledge: Knowledge, forms: Mapping[str, Form]) -> str:
    parts = [f"# Codebook\n\nKnowledge version `{knowledge.version}`.", "## Columns of the data files"]
    for key, form in forms.items():
        parts.append(f"`data/{_file(key, form)}`: " + (", ".join(f"`{c}`" for c in form.columns) or "no columns") + ".")
    parts += ["## Fields of `incidents.jsonl`", *(codebook.record(kind) for kind in (Incident, *_RECORDS))]
    parts += ["## Values", codebook.values(), "## Actors and sources", codebook.kinds(), "## Event types"]
    return "\n\n".join([*parts, *(codebook.event_class(knowledge, name) for name in codebook.CLASSES)]) + "\n"
