"""The edition that a new one is compared with.

Comes in: a store, perhaps a folder. Goes out: the rows of that edition's incidents.jsonl, its manifest and digests. The store keeps these lines as
a document of each edition it records, so that no folder need be at hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from marsad.errors import PublishError
from marsad.publish import seal
from marsad.publish.changes import Row
from marsad.store import Store

BASE = "incidents.jsonl"


class Baseline:
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
