"""Where Marsad keeps a user's own files, and the few things that an environment variable may change.

Nothing here is read at import: `settings()` looks once when called, so that a test can set the environment first.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

GEONAMES_URL = "https://download.geonames.org/export/dump/"
"""The public download site of GeoNames (CC BY 4.0); `marsad gazetteer fetch` reads XX.zip and alternatenames/XX.zip below it."""


class Settings(msgspec.Struct, frozen=True):
    """Paths and addresses in force. `gazetteers` are extra place tables, loaded beside the imported ones."""

    home: Path
    cache: Path
    gazetteers: tuple[Path, ...]
    geonames_url: str

    @property
    def gazetteer_dir(self) -> Path:
        """The folder of imported place tables, one compact file each."""
        return self.home / "gazetteer"

    @property
    def source_dir(self) -> Path:
        """The folder of the user's own source files, in the form of `knowledge/sources` (docs/sources.md)."""
        return self.home / "sources"

    def watched(self, store: str) -> Path:
        """The folder that remembers what `marsad watch` has seen for a store: each store sees every item once."""
        address = store if "://" in store else str(Path(store).resolve())
        return self.home / "watch" / hashlib.sha256(address.encode()).hexdigest()[:16]


def settings() -> Settings:
    """The settings of this process.

    MARSAD_HOME: the user's data (default ~/.local/share/marsad, or below XDG_DATA_HOME); MARSAD_CACHE: compiled tables, safe to
    delete (default HOME/cache); MARSAD_GAZETTEER: extra place tables, a list parted like PATH; MARSAD_GEONAMES_URL: a mirror.
    """
    share = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    home = Path(os.environ.get("MARSAD_HOME") or share / "marsad")
    extra = tuple(Path(p) for p in os.environ.get("MARSAD_GAZETTEER", "").split(os.pathsep) if p)
    cache = Path(os.environ.get("MARSAD_CACHE") or home / "cache")
    return Settings(home, cache, extra, os.environ.get("MARSAD_GEONAMES_URL") or GEONAMES_URL)
