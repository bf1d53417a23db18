"""RSS and Atom feeds: what an outlet announces, and whole reports where the feed carries them.

Comes in: the bytes of a feed. Goes out: `FeedItem`s in feed order. Many feeds carry only a teaser; `is_whole` tells those from full texts,
so that the page is fetched for the former only.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from marsad.errors import SourceError
from marsad.records import Report
from marsad.sources.dates import page_date
from marsad.sources.dom import blocks, parse
from marsad.sources.encoding import MAX_BYTES, clean
from marsad.sources.files import Found
from marsad.sources.outlets import Outlet
from marsad.sources.pagehead import Page
from marsad.sources.pages import to_report

WHOLE = 400  # characters; a teaser is shorter, or ends in dots


class FeedItem(msgspec.Struct, frozen=True):
    """One entry of a feed. `id` is the feed's own (or the link); `text` are the paragraphs that the feed carries."""

    id: str
    url: str | None
    title: str | None
    published: str | None
    publisher: str | None
    text: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the feed carries the article and not its first lines."""
        whole = "\n".join(self.text)
        return len(whole) >= WHOLE and not whole.rstrip(" ]»)").endswith(("...", "…", "[…"))


def read_feed(data: bytes, file: str, outlet: Outlet | None = None) -> Iterator[FeedItem]:
    """The entries of a feed.

    Args:    data: RSS or Atom in any encoding; file: how errors name it; outlet: whose time zone and name hold.
    Raises:  SourceError: too much data, or no feed at all. A damaged feed gives the entries before the damage.
    """
    import feedparser  # type: ignore[import-untyped]

    if len(data) > MAX_BYTES:
        raise SourceError(
            file, None, f"{len(data) / 1e6:.0f} MB is too much for one feed (at most {MAX_BYTES / 1e6:.0f} MB)"
        )
    parsed = feedparser.parse(io.BytesIO(data), sanitize_html=True, resolve_relative_uris=False)
    if not parsed.entries and not parsed.get("version"):
        why = " ".join(str(parsed.get("bozo_exception") or "nothing in it is a feed").split())
        raise SourceError(file, None, f"not a feed: {why[:120]}")
    name = outlet.label.ar if outlet else parsed.feed.get("title")
    for entry in parsed.entries:
        item = _item(entry, name, outlet)
        if item:
            yield item


def _item(entry: Any, publisher: str | None, outlet: Outlet | None) -> FeedItem | None:
    url = entry.get("link")
    identity = entry.get("id") or url
    if not identity:
        return None
    published = page_date([entry[key] for key in ("published", "updated", "created") if key in entry], outlet)
    html = max([c.get("value") or "" for c in entry.get("content", [])] + [entry.get("summary") or ""], key=len)
    root = parse(f"<div>{html}</div>").body
    text = tuple(clean(line) for line in blocks(root)) if root is not None and html else ()
    return FeedItem(str(identity), url, clean(entry.get("title") or "") or None, published, publisher, text)


def item_report(item: FeedItem) -> Report:
    """The report that the feed itself carries."""
    return to_report(Page(item.text, (), item.title, None, item.publisher, item.published, item.url))


def read_file(path: Path) -> Found:
    """Reports out of a saved feed: entries with a text, be it a teaser; those without one are named and left out."""
    try:
        for number, item in enumerate(read_feed(path.read_bytes(), str(path)), 1):
            yield (
                item_report(item)
                if item.text
                else SourceError(str(path), str(number), "the entry carries no text; fetch its page")
            )
    except SourceError as error:
        yield error
