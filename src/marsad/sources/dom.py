"""Text out of HTML: blocks become paragraphs, inline elements join, and one selector syntax for text and attributes."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_BLOCK = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "blockquote",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "br",
        "hr",
        "figure",
        "header",
        "footer",
        "details",
        "summary",
        "address",
        "center",
        "fieldset",
        "aside",
        "nav",
    ]
)
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_SKIP = frozenset(("script", "style", "noscript", "template", "-comment", "head", "svg", "iframe"))


def parse(html: str) -> LexborHTMLParser:
    """The tree of a page; any string has one."""
    return LexborHTMLParser(html)


def blocks(node: LexborNode) -> list[str]:
    """The text of a node as paragraphs, blanks folded, empty ones left out."""
    out: list[str] = []
    line: list[str] = []
    stack: list[tuple[LexborNode, bool]] = [(node, False)]
    while stack:
        here, closing = stack.pop()
        tag = here.tag or ""
        if closing:
            _flush(line, out)
            continue
        if tag == "-text":
            line.append(here.text_content or "")
            continue
        if tag in _SKIP:
            continue
        if tag in _BLOCK:
            _flush(line, out)
            stack.append((here, True))
        stack.extend([(child, False) for child in here.iter(include_text=True)][::-1])
    _flush(line, out)
    return out


def _flush(line: list[str], out: list[str]) -> None:
    text = _SPACE.sub(" ", "".join(line)).strip()
    line.clear()
    if text:
        out.append(text)


def text_of(node: LexborNode) -> str:
    """All text of a node on one line."""
    return " ".join(blocks(node))


def take(node: LexborNode, selector: str | None) -> str | None:
    """The first text (or attribute, "css@name") that a selector finds below a node; alternatives parted by commas are tried in order."""
    for one in _alternatives(selector):
        css, _, attribute = one.partition("@")
        for found in node.css(css):
            value = found.attributes.get(attribute) if attribute else text_of(found)
            if value and value.strip():
                return value.strip()
    return None


def _alternatives(selector: str | None) -> list[str]:
    return [part.strip() for part in (selector or "").split(",") if part.strip()]


def drop(node: LexborNode, selectors: tuple[str, ...] | list[str], keep_share: float = 0.5) -> None:
    """Take matching elements out of a node, except one that holds most of its text: a body may carry a furniture class itself."""
    whole = len(node.text() or "")
    for selector in selectors:
        for found in node.css(selector):
            if found.mem_id == node.mem_id or (found.tag not in _SKIP and len(found.text() or "") > keep_share * whole):
                continue
            found.decompose()
