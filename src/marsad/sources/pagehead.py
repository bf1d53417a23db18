"""What a page says of itself in its head: metadata, linked data (JSON-LD), the comment that browsers leave when saving."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from marsad.sources.dom import take
from marsad.sources.outlets import Outlet


class Page(msgspec.Struct, frozen=True):
    """What a page holds. `body` and `comments` are paragraphs; None is not found."""

    body: tuple[str, ...]
    comments: tuple[str, ...] = ()
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None


def about_page(tree: LexborHTMLParser, html: str, url: str | None, outlet: Outlet | None) -> Page:
    """A `Page` without body: title, author, publisher, date as written, and address, each None if the page is silent."""
    root = tree.root
    assert root is not None
    meta: dict[str, str] = {}
    for node in root.css("meta[content]"):
        name = node.attributes.get("property") or node.attributes.get("name") or node.attributes.get("itemprop")
        if name:
            meta.setdefault(name.lower(), (node.attributes.get("content") or "").strip())
    linked = _linked(root)
    saved = re.search(r"<!-- saved from url=\(\d+\)(\S+) -->", html[:2000])
    address = url or take(root, "link[rel=canonical]@href") or meta.get("og:url") or (saved.group(1) if saved else None)
    publisher = meta.get("og:site_name") or _name(linked.get("publisher")) or (outlet.label.ar if outlet else None)
    published = (
        meta.get("article:published_time")
        or linked.get("datePublished")
        or meta.get("datepublished")
        or meta.get("date")
    )
    return Page(
        (),
        (),
        meta.get("og:title") or linked.get("headline") or None,
        _name(linked.get("author")) or meta.get("author") or None,
        publisher or urlsplit(address or "").hostname,
        published if isinstance(published, str) else None,
        address,
    )


def _linked(root: LexborNode) -> dict[str, Any]:
    """The article among the linked data (JSON-LD) of a page."""
    for script in root.css('script[type="application/ld+json"]'):
        try:
            data = json.loads(script.text() or "")
        except (ValueError, RecursionError):
            continue
        items = data if isinstance(data, list) else data.get("@graph", [data]) if isinstance(data, dict) else []
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and re.search("Article|Posting|Report", str(item.get("@type"))):
                return item
    return {}


def _name(value: object) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) and value else None
