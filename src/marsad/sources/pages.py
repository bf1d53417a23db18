"""Saved web pages into reports: title, body, date, author, publisher; readers' comments kept apart, after the body.

Comes in: the bytes of a page, with its address when known. Goes out: `Page`s (channel previews and exports hold many) and, from a page,
a `Report` whose text is title, body and comments in that order, with exact sections. Where to look is data: `knowledge/pages.yml`, and the
`rules` of the outlet's source file, which come first. What neither knows is read by trafilatura. Commenters' names are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec
import yaml
from selectolax.lexbor import LexborHTMLParser, LexborNode

from marsad.errors import SourceError
from marsad.knowledge.loader import FOLDER
from marsad.records import Report, Section
from marsad.sources.dates import page_date
from marsad.sources.dom import blocks, drop, parse, take, text_of
from marsad.sources.encoding import decode
from marsad.sources.fields import make_report
from marsad.sources.files import Found
from marsad.sources.outlets import Outlet, Rules
from marsad.sources.pagehead import Page, about_page
from marsad.text.furniture import is_comments_heading
from marsad.text.sections import find_sections

ENOUGH = 120  # characters of a body; below that a selector has met a teaser


class PageWords(msgspec.Struct, frozen=True):
    """`pages.yml`: templates and selectors, in the order in which they are tried."""

    templates: tuple[Rules, ...]
    bodies: tuple[str, ...]
    furniture: tuple[str, ...]
    comment_boxes: tuple[str, ...]
    comments: tuple[str, ...]
    comment_headings: str
    comment_furniture: tuple[str, ...]
    title: tuple[str, ...]
    author: tuple[str, ...]
    date: tuple[str, ...]


@lru_cache(maxsize=1)
def load_page_words() -> PageWords:
    """The selectors of the package."""
    with open(FOLDER / "pages.yml", encoding="utf-8") as file:
        return msgspec.convert(yaml.load(file, Loader=yaml.CSafeLoader), PageWords)


def read_file(path: Path) -> Found:
    """Reports of one saved page."""
    yield from page_reports(path.read_bytes(), str(path))


def page_reports(
    data: bytes, file: str, url: str | None = None, outlet: Outlet | None = None, charset: str | None = None
) -> Found:
    """Reports of a page's bytes; a SourceError when it is no text or nothing on it is a report."""
    try:
        html = decode(data, file, charset or _declared(data))
    except SourceError as error:
        yield error
        return
    found = False
    for page in read_pages(html, url, outlet):
        if page.body:
            found = True
            yield to_report(page)
    if not found:
        yield SourceError(file, None, "no article was found on this page")


def _declared(data: bytes) -> str | None:
    match = re.search(rb"charset=[\"']?([\w-]+)", data[:4096], re.IGNORECASE)
    return match.group(1).decode("ascii", "replace") if match else None


def read_pages(html: str, url: str | None = None, outlet: Outlet | None = None) -> Iterator[Page]:
    """The reports on a page, in page order: usually one; one a message on a channel's preview.

    Args:    html: the page as text; url: its address, else what the page says of itself; outlet: whose rules and time zone hold.
    """
    words = load_page_words()
    tree = parse(html)
    if tree.root is None:
        return
    about = about_page(tree, html, url, outlet)
    rules = next((r for r in _candidates(outlet, words) if r.when is None or tree.css_matches(r.when)), None)
    if rules and rules.item:
        yield from _read_items(tree.root, rules, about, outlet)
        return
    yield _read_one(tree, html, rules, about, words, outlet)


def _candidates(outlet: Outlet | None, words: PageWords) -> list[Rules]:
    return ([outlet.rules] if outlet and outlet.rules else []) + list(words.templates)


def _read_items(root: LexborNode, rules: Rules, about: Page, outlet: Outlet | None) -> Iterator[Page]:
    publisher = take(root, rules.publisher) or about.publisher
    for item in root.css(rules.item or ""):
        drop(item, rules.drop, 2.0)
        body = [line for node in item.css(rules.body or "") for line in blocks(node)]
        if body:
            date = page_date([take(item, rules.date)], outlet)
            yield Page(
                tuple(body), (), None, take(item, rules.author), publisher, date, take(item, rules.url) or about.url
            )


def _read_one(
    tree: LexborHTMLParser, html: str, rules: Rules | None, about: Page, words: PageWords, outlet: Outlet | None
) -> Page:
    root = tree.root
    assert root is not None
    title = take(root, rules.title) if rules and rules.title else None
    title = title or _title(root, words, about.title)
    author = (
        (take(root, rules.author) if rules else None)
        or about.author
        or next(filter(None, (take(root, s) for s in words.author)), None)
    )
    dates = [take(root, rules.date) if rules else None, about.published, *(take(root, s) for s in words.date)]
    comments = _comments(root, rules, words)
    body: list[str] = []
    if rules and (rules.body or rules.posts):
        drop(root, rules.drop, 0.9)
        if rules.posts:
            posts = [lines for node in _outermost(root.css(rules.posts)) if (lines := blocks(node))]
            body, replies = (posts[0] if posts else []), posts[1:]
            comments = ["\n".join(lines) for lines in replies] + comments
        else:
            nodes = _outermost(root.css(rules.body or ""))
            for node in nodes:
                drop(node, words.furniture)
            body = [line for node in nodes for line in blocks(node)]
    if not body:
        body = _body(root, words, title)
    if not body:
        body = _fallback(root.html or html)
    body = _without_title(body, title)
    return Page(tuple(body), tuple(comments), title, author, about.publisher, page_date(dates, outlet), about.url)


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """Of nested matches the outer ones."""
    known = {node.mem_id for node in nodes}
    out = []
    for node in nodes:
        parent = node.parent
        while parent is not None and parent.mem_id not in known:
            parent = parent.parent
        if parent is None:
            out.append(node)
    return out


def _comments(root: LexborNode, rules: Rules | None, words: PageWords) -> list[str]:
    """Readers' comments, taken out of the tree with the boxes they stand in."""
    out: list[str] = []
    if rules and rules.comments:
        out = [text for node in root.css(rules.comments) if (text := _comment(node, words))]
        for node in root.css(rules.comments):
            node.decompose()
    for selector in words.comment_boxes:
        for box in root.css(selector):
            if any(box.css(body) for body in words.bodies[:12]):
                continue  # the class names the whole article ("has comments"), not a box of comments
            out += [text for text in _box(box, words) if text not in out]
            box.decompose()
    return out or _headed_comments(root, words)


def _headed_comments(root: LexborNode, words: PageWords) -> list[str]:
    """Comments known only by the heading over them; a first line of few words is the commenter's name and is left out."""
    whole = len(root.text() or "")
    for heading in root.css(words.comment_headings):
        box = heading.parent
        if (
            box is None
            or not is_comments_heading(text_of(heading))
            or box.css_first("h1") is not None
            or len(box.text() or "") * 2 > whole
        ):
            continue
        out: list[str] = []
        for node in box.iter():
            lines = blocks(node) if node.mem_id != heading.mem_id else []
            lines = lines[1:] if len(lines) > 1 and len(lines[0].split()) <= 4 else lines
            if lines and node.tag != "form":
                out.append("\n".join(lines))
        box.decompose()
        return out
    return []


def _box(box: LexborNode, words: PageWords) -> list[str]:
    for selector in words.comments:
        nodes = box.css(selector)
        if nodes:
            return [text for node in nodes if (text := _comment(node, words))]
    return []


def _comment(node: LexborNode, words: PageWords) -> str:
    drop(node, words.comment_furniture, 0.95)
    return "\n".join(blocks(node))


def _body(root: LexborNode, words: PageWords, title: str | None) -> list[str]:
    """The first body selector with enough text, furniture taken out."""
    for selector in words.bodies:
        for node in root.css(selector):
            drop(node, words.furniture)
            lines = blocks(node)
            if sum(map(len, _without_title(lines, title))) >= ENOUGH:
                return lines
    return []


def _fallback(html: str) -> list[str]:
    """trafilatura's reading, without comments; then the paragraphs of the page, for pages too short for it."""
    from trafilatura import bare_extraction

    document = bare_extraction(
        html, include_comments=False, include_tables=True, favor_recall=True, with_metadata=False
    )
    text = (document.get("text") if isinstance(document, dict) else getattr(document, "text", None)) or ""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if lines:
        return lines
    root = parse(html).body
    return [line for node in root.css("p") for line in blocks(node)] if root is not None else []


def _without_title(body: list[str], title: str | None) -> list[str]:
    return [line for i, line in enumerate(body) if not (i < 3 and title and line == title)]


def _title(root: LexborNode, words: PageWords, given: str | None) -> str | None:
    """The headline: a heading that the page's own title repeats, else that title without the site's name."""
    known = given or take(root, "title")
    for selector in words.title:
        heading = take(root, selector)
        if heading and len(heading) > 8 and (not known or heading[:20] in known or known[:20] in heading):
            return heading
    if known:
        return re.split(r"\s+[|»–—-]\s+", known)[0].strip() or known
    return take(root, "h1")


def to_report(page: Page, identity: str | None = None) -> Report:
    """A page as a report: title, body and comments as one text, each a section with exact offsets.

    Furniture that slipped into the body is marked as such by `find_sections`, comments found there as comments.
    """
    parts: list[str] = []
    sections: list[Section] = []
    at = 0

    def put(text: str) -> int:
        nonlocal at
        start = at + (2 if parts else 0)
        parts.append(text)
        at = start + len(text)
        return start

    if page.title:
        start = put(page.title)
        sections.append(Section("title", start, at))
    body = "\n\n".join(page.body)
    start = put(body)
    sections += [Section(s.kind, s.start + start, s.end + start) for s in find_sections(body, None)]
    for comment in page.comments:
        start = put(comment)
        sections.append(Section("comment", start, at))
    return make_report(
        "\n\n".join(parts),
        id=identity,
        url=page.url,
        title=page.title,
        publisher=page.publisher,
        published=page.published,
        sections=tuple(sections),
    )
