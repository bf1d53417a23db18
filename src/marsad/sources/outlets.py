"""What the source files say of an outlet beyond its names: its hosts, feed, time zone, page rules and daily range.

The keys are described in docs/sources.md; the entries live in `knowledge/sources/*.yml`, beside the names that the coder reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import yaml

from marsad.errors import KnowledgeError
from marsad.knowledge.loader import FOLDER
from marsad.settings import settings


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


def load_outlets(*folders: Path) -> dict[str, Outlet]:
    """Outlets by id out of every source file of the folders; sources without any intake key are outlets with names only.

    Args:   folders: default: the packaged source files, then the user's own; a later entry stands for an earlier one of the same id.
    Raises: KnowledgeError: file, entry and reason of what cannot be used.
    """
    out: dict[str, Outlet] = {}
    found = (
        path
        for folder in folders or (FOLDER / "sources", settings().source_dir)
        for path in sorted(folder.glob("*.yml"))
    )
    for path in found:
        if path.name.endswith(".cases.yml"):
            continue
        for raw in _entries(path):
            try:
                outlet = msgspec.convert(_listed(raw), Outlet)
            except msgspec.ValidationError as error:
                raise KnowledgeError(path.name, str(raw.get("id")), str(error)) from None
            reason = _fault(outlet)
            if reason:
                raise KnowledgeError(path.name, outlet.id, reason)
            out[outlet.id] = outlet
    return out


def _fault(outlet: Outlet) -> str | None:
    """What is wrong with an entry that has the right shape: its range, time zone, feeds or selectors."""
    if outlet.daily and outlet.daily[0] > outlet.daily[1]:
        return "the daily range is upside down"
    if outlet.timezone:
        try:
            ZoneInfo(outlet.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            return f"unknown time zone {outlet.timezone}"
    for feed in outlet.feed:
        if not feed.startswith(("http://", "https://")):
            return f"the feed {feed} is no web address"
    return _bad_selector(outlet.rules) if outlet.rules else None


def _bad_selector(rules: Rules) -> str | None:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    tree = LexborHTMLParser("<p></p>")
    for name, value in msgspec.structs.asdict(rules).items():
        for selector in value if isinstance(value, tuple) else [value] if value and name != "id" else []:
            try:
                tree.css(selector.partition("@")[0])
            except (SelectolaxError, ValueError):
                return f"rules: {name}: “{selector}” is no CSS selector"
    return None


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
