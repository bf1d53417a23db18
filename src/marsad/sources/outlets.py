"""What the source files say of an outlet beyond its names: its hosts, feed, time zone, page rules and daily range.

The keys are described in docs/sources.md; the entries live in `knowledge/sources/*.yml`, beside the names that the coder reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import yaml

from marsad.errors import KnowledgeError
from marsad.knowledge.loader import FOLDER


class Rules(msgspec.Struct, frozen=True):
    """Where a kind of page keeps what, as CSS selectors ("selector@attribute" takes an attribute); None is not said."""

    id: str = ""
    when: str | None = None
    item: str | None = None
    body: str | None = None
    posts: str | None = None
    title: str | None = None
    date: str | None = None
    author: str | None = None
    publisher: str | None = None
    url: str | None = None
    comments: str | None = None
    drop: tuple[str, ...] = ()


class OutletLabel(msgspec.Struct, frozen=True):
    ar: str
    en: str


class Outlet(msgspec.Struct, frozen=True):
    """One outlet as taken in. `daily` is the lowest and highest number of reports a day that is no cause for alarm."""

    id: str
    label: OutletLabel
    hosts: tuple[str, ...] = ()
    feed: tuple[str, ...] = ()
    timezone: str | None = None
    licence: str | None = None
    daily: tuple[int, int] | None = None
    every_minutes: int = 30
    pages: bool = True
    rules: Rules | None = None


def load_outlets(folder: Path = FOLDER / "sources") -> dict[str, Outlet]:
    """Outlets by id out of every source file of a folder; sources without any intake key are outlets with names only.

    Raises: KnowledgeError: file, entry and reason of what cannot be used.
    """
    out: dict[str, Outlet] = {}
    for path in sorted(folder.glob("*.yml")):
        if path.name.endswith(".cases.yml"):
            continue
        for raw in _entries(path):
            try:
                outlet = msgspec.convert(_listed(raw), Outlet)
            except msgspec.ValidationError as error:
                raise KnowledgeError(path.name, str(raw.get("id")), str(error)) from None
            if outlet.daily and outlet.daily[0] > outlet.daily[1]:
                raise KnowledgeError(path.name, outlet.id, "the daily range is upside down")
            out[outlet.id] = outlet
    return out


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        with open(path, encoding="utf-8") as file:
            found = yaml.load(file, Loader=yaml.CSafeLoader) or []
    except yaml.YAMLError as error:
        raise KnowledgeError(path.name, None, " ".join(str(error).split())) from None
    return found if isinstance(found, list) else [found]


def _listed(raw: dict[str, Any]) -> dict[str, Any]:
    """One host, feed or selector may stand without brackets."""
    out = dict(raw)
    for key in ("hosts", "feed"):
        if isinstance(out.get(key), str):
            out[key] = [out[key]]
    return out


def outlet_of(url: str | None, outlets: Iterable[Outlet]) -> Outlet | None:
    """The outlet to whose hosts an address belongs: the host itself or a subdomain of it; the longest host wins."""
    host = (urlsplit(url or "").hostname or "").lower()
    best: tuple[int, Outlet] | None = None
    for outlet in outlets:
        for own in outlet.hosts:
            if (host == own or host.endswith("." + own)) and (best is None or len(own) > best[0]):
                best = len(own), outlet
    return best[1] if best else None
