"""Title, body, readers' comments and page furniture told apart in plain text.

Comes in: the text of a page as one string, often with its menus, dates, share buttons, related headlines and comments glued to the
news. Goes out: `Section`s in text order, exact code points of the text. The words by which furniture is known are data
(`languages/ar/sections.yml`). When in doubt a line is body: losing news is worse than reading a menu.

How: the text is cut into lines (or at runs of spaces, on pages whose markup was lost); each line gets a label from its words and its
shape (a sentence ends, a headline does not); then one walk over the labels decides what each line is from what stands around it.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

from marsad.records import Section, SectionKind
from marsad.text.furniture import (
    CLOSING,
    LISTED,
    WORD,
    Line,
    SectionWords,
    cut,
    fold_fast,
    key_of,
    label_of,
    load_sections,
    words_of,
)

__all__ = ["SectionWords", "find_sections", "load_sections"]

_QUOTED = re.compile(r"[\"“«][^\"”»]{20,}[\"”»]")


def find_sections(
    text: str, title: str | None = None, language: SectionWords | dict[str, Any] | None = None
) -> tuple[Section, ...]:
    """Tell title, body, comments and furniture apart.

    Args:    text: a page's or post's text as stored; title: the page's own title if known (may carry the site's name and repeats);
             language: `load_sections()`, or `sections.yml` as parsed; None reads the package's file.
    Returns: sections in text order, not overlapping, without the blanks between them; an empty tuple for a blank text. A text in which
             nothing is known as furniture is one body.
    """
    words = words_of(language)
    lines = cut(text, words)
    if not lines:
        return ()
    key = key_of(title) if title else ""
    for line in lines:
        if not line.label:
            line.label = label_of(line, key, words)
    _decide(lines, words, titled=bool(key))
    return _join(lines)


def _decide(lines: list[Line], words: SectionWords, titled: bool) -> None:
    post = any(line.label in ("post", "said") for line in lines)
    first = next((i for i, line in enumerate(lines) if line.label == "sentence"), -1)
    if first < 0 and not post and _is_only_furniture(lines):
        for line in lines:
            line.kind = "title" if line.label == "title" else "boilerplate"
        return
    if first >= 0 and not post:
        _mark_doubles(lines)
    if first > 0 and not post:
        _lead(lines[:first], lines[first], words, titled)
    _walk(lines, 0 if post or first < 0 else first)
    if first < 0 and not post:
        return
    if not post:
        _end_page(lines, first)
        _find_readers(lines, words)
        _drop_headlines(lines, first, words)


_SOLID = ("furniture", "soft", "hard", "read", "form", "none", "date", "comments", "control")


def _is_only_furniture(lines: list[Line]) -> bool:
    """A menu or list page: no sentence at all, and at least a quarter of its lines are furniture or said twice."""
    solid = sum(line.label in _SOLID for line in lines)
    twice = len(lines) - len({line.key or line.raw for line in lines})
    return solid >= 4 and (solid + twice) * 4 >= len(lines)


def _mark_doubles(lines: list[Line]) -> None:
    """A line said twice in a row is a picture's description and its caption, or a tag; never the story."""
    for one, two in itertools.pairwise(lines):
        if one.label == "comments":
            return
        if one.label == two.label == "headline" and one.key == two.key and one.key:
            one.label = two.label = "furniture"


def _lead(lead: list[Line], body: Line, words: SectionWords, titled: bool) -> None:
    """Lines before the first sentence: title, caption, byline, menu."""
    at = next((i for i, line in enumerate(lead) if line.label == "title"), -1)
    solid = sum(line.label in _SOLID for line in lead)
    open_lines = [line for line in lead if line.label in ("headline", "ended")]
    seen: set[str] = set()
    for i, line in enumerate(lead):
        if line.label == "title":
            line.kind = "boilerplate" if line.key in seen else "title"
            seen.add(line.key)
        elif line.label == "date":
            line.kind = "boilerplate" if at >= 0 or solid > 1 or not _carries_day(line) else "body"
        elif line.label in _SOLID:
            line.kind = "boilerplate"
        elif line.label in ("headline", "ended"):
            line.kind = _lead_kind(lead, i, at, solid, len(open_lines), words, titled)


def _carries_day(line: Line) -> bool:
    return len(line.words) > 1


def _lead_kind(
    lead: list[Line], i: int, at: int, solid: int, open_lines: int, words: SectionWords, titled: bool
) -> SectionKind:
    line = lead[i]
    if line.raw.rstrip().endswith((":", "،", "؛")) or line.label == "ended":
        return "body"
    if words.captions.search(fold_fast(line.raw)) and 3 < len(line.words) < 25:
        return "boilerplate"
    if len(line.words) <= 6 and words.bylines & set(line.words):
        return "boilerplate"
    if at >= 0:
        if i < at:
            return "boilerplate"
        dateline = len(line.words) <= 7 and re.search(r"[-–—ـ/:]", line.raw) and len(line.raw) < 50
        listed = LISTED.match(line.raw)
        return "body" if dateline or listed or (open_lines > 3 and solid < 2) else "boilerplate"
    last = i == len(lead) - 1
    if not titled and last and 4 <= len(line.words) <= 20 and (i == 0 or len(lead) <= 3 or lead[i - 1].label in _SOLID):
        return "title"
    if not titled and not last and i == 0 and len(line.words) <= 2 and len(lead) <= 3:
        return "boilerplate"
    if open_lines > 12 and not LISTED.match(line.raw):
        return "boilerplate"
    if open_lines >= 3 and len(line.words) >= 5 and titled and not LISTED.match(line.raw):
        return "boilerplate"
    if solid >= 2 and len(line.words) <= 4:
        return "boilerplate"
    return "body"


def _walk(lines: list[Line], first: int) -> None:
    """From the first sentence on: what opens a list of headlines, comments or a form changes what the lines after it are."""
    state = "body"
    seen = {line.key for line in lines[:first] if line.kind == "title"}
    for i in range(first, len(lines)):
        line = lines[i]
        label = line.label
        if label == "said":
            line.kind = "comment"
        elif label == "form":
            line.kind, state = "boilerplate", "end"
        elif label == "comments":
            line.kind, state = "comment", "comment"
        elif label in ("soft", "hard"):
            line.kind, state = "boilerplate", "end" if state == "end" else label
        elif label in ("furniture", "none", "read", "post", "control"):
            line.kind = "boilerplate"
        elif label == "date":
            lone = state == "body" and not (_near(lines, i - 1) or _near(lines, i + 1) or _is_stamp(line))
            line.kind = "body" if lone else "comment" if state == "comment" else "boilerplate"
            before = lines[i - 1]
            if (
                i > first
                and _is_stamp(line)
                and before.label == "headline"
                and len(before.words) <= 3
                and not _is_listed(before)
            ):
                before.kind = line.kind
        elif state == "comment":
            line.kind = "comment"
        elif state == "end":
            line.kind = "boilerplate"
        elif state in ("soft", "hard"):
            again = _is_news(line) and (state == "soft" or (i + 1 < len(lines) and _is_news(lines[i + 1])))
            line.kind = "body" if again else "boilerplate"
            state = "body" if again else state
        elif label == "title" and line.key in seen:
            line.kind = "boilerplate"


def _near(lines: list[Line], i: int) -> bool:
    return i < 0 or i >= len(lines) or lines[i].label in _SOLID


def _is_stamp(line: Line) -> bool:
    """Day and clock time together: when the page was put out, never part of a story."""
    return bool(re.search(r"\b(?:19|20)\d\d\b", line.raw) and re.search(r"\d:\d\d", line.raw))


def _is_news(line: Line) -> bool:
    """A full sentence of news length, as a teaser headline is not."""
    return line.label == "sentence" and (
        len(line.raw) >= 250 or (len(line.raw) >= 80 and line.raw.rstrip(CLOSING).endswith("."))
    )


def _end_page(lines: list[Line], first: int) -> None:
    """Find where the article ends and the page's foot begins: a run of lines full of furniture with little or no news after it."""
    spoken = [i for i in range(first, len(lines)) if lines[i].kind == "body" and lines[i].label == "sentence"]
    sizes = [len(lines[i].raw) for i in spoken]
    before, after = 0, sum(sizes)
    for n, i in enumerate(spoken):
        before, after = before + sizes[n], after - sizes[n]
        until = spoken[n + 1] if n + 1 < len(spoken) else len(lines)
        solid = [k for k in range(i + 1, until) if lines[k].label in _SOLID]
        foot = len(solid) >= 3 and (until == len(lines) or until - i > 12)
        if foot and after * 4 < before:
            for line in lines[solid[0] :]:
                line.kind = "boilerplate" if line.kind == "body" else line.kind
            return


def _drop_headlines(lines: list[Line], first: int, words: SectionWords) -> None:
    """Headlines of other articles between or after the sentences of a text whose own sentences end as sentences do."""
    body = [i for i in range(first, len(lines)) if lines[i].kind == "body"]
    sentences = [i for i in body if lines[i].label == "sentence"]
    ends = sum(lines[i].raw.rstrip(CLOSING).endswith((".", "؟", "!", ":")) for i in sentences)
    if len(sentences) < 2 or ends * 10 < len(sentences) * 8:
        return
    last = sentences[-1]
    while last + 1 < len(lines) and lines[last + 1].label == "ended":
        last += 1
    tail = [lines[i] for i in body if i > last and lines[i].label in ("headline", "ended")]
    if len(tail) == 1 and _is_foreign(tail[0], words) and _before_foot(lines, tail[0]):
        tail[0].kind = "boilerplate"
    _drop_tail(tail, lines[last], words)
    if all(line.kind == "boilerplate" for line in tail):
        for i in range(last + 1, len(lines)):
            if lines[i].label == "date":
                lines[i].kind = "boilerplate"
    for i in range(first + 1, last):
        line = lines[i]
        if line.kind != "body" or line.label != "headline" or not _is_foreign(line, words):
            continue
        around = {lines[i - 1].label, lines[i + 1].label}
        if (
            around <= _BESIDE
            or (_marked(line, words) and around <= _BESIDE | {"headline"})
            or _beside_heading(lines, i)
        ):
            line.kind = "boilerplate"
    for i in range(first + 1, len(lines) - 1):
        if lines[i].kind == "body" and lines[i].label == "headline" and lines[i + 1].label in ("soft", "hard"):
            lines[i].kind = "body" if _is_listed(lines[i]) else "boilerplate"


def _before_foot(lines: list[Line], line: Line) -> bool:
    after = lines[lines.index(line) + 1 :][:2]
    return len(after) == 2 and all(a.label in _SOLID for a in after)


_BESIDE = {"sentence", "furniture", "soft", "read", "date"}


def _beside_heading(lines: list[Line], i: int) -> bool:
    """A long headline with one short heading beside it, sentences around both."""
    before, after = lines[i - 1], lines[i + 1]
    if before.label == "sentence" and after.label == "headline":
        return len(after.words) <= 6 and i + 2 < len(lines) and lines[i + 2].label == "sentence"
    return False


def _is_listed(line: Line) -> bool:
    return bool(LISTED.match(line.raw)) or line.raw.rstrip().endswith((":", "،", "؛"))


def _marked(line: Line, words: SectionWords) -> bool:
    return any(mark in line.raw for mark in words.media)


def _is_foreign(line: Line, words: SectionWords) -> bool:
    """Reads like the headline of another article: no end, no list mark, no quotation, and long or marked as video or photos."""
    raw = line.raw.strip()
    if (
        LISTED.match(raw)
        or raw.endswith((":", "،", "؛", '"', "”", "»"))
        or (raw[0] in '"“«' and raw.count(raw[0]) == 1)
    ):
        return False
    return (len(line.words) >= 8 and line.words[0] not in words.continues) or _marked(line, words)


def _drop_tail(tail: list[Line], last: Line, words: SectionWords) -> None:
    """After the last sentence, a run of lines that are no list of the story's own is tags and other headlines."""
    if last.raw.rstrip().endswith((":", "،")) or any(_is_listed(line) for line in tail):
        return
    if (
        words.announced & set(WORD.findall(fold_fast(last.raw[-60:])))
        or sum(bool(words.persons & set(line.words)) for line in tail) * 3 >= len(tail) > 0
    ):
        return
    if len(tail) >= 3 or (len(tail) == 2 and all(len(line.words) >= 5 for line in tail)):
        for line in tail:
            line.kind = "boilerplate"


def _find_readers(lines: list[Line], words: SectionWords) -> None:
    """Readers' comments without a header: lines at the very end, after at least two sentences of news, in another register."""
    body = [line for line in lines if line.kind == "body"]
    news = sum(len(line.raw) for line in body if line.label == "sentence")
    for n in range(len(body) - 1, 1, -1):
        line = body[n]
        news -= len(line.raw) if line.label == "sentence" else 0
        if news < 300 or _reader_score(line, words) < 3:
            return
        line.kind = "comment"


def _reader_score(line: Line, words: SectionWords) -> int:
    """How much a line sounds like a reader: prayers 2, speech and first person 1 each (speech as first word 2), open end 1."""
    folded = fold_fast(line.raw[:600])
    found = WORD.findall(folded)
    if not found or len(line.raw) > 400 or _QUOTED.search(line.raw) or words.news & set(found):
        return 0
    score = 2 if words.prayers.search(folded) else 0
    score += min(2, sum(w in words.speech for w in found)) + (found[0] in words.speech)
    score += min(2, sum(w in words.person for w in found))
    bare = line.raw.rstrip()
    return score + (score > 0 and (not bare.endswith(".") or bare.endswith(("..", "…."))))


def _join(lines: list[Line]) -> tuple[Section, ...]:
    """Neighbours of one kind become one section; two title lines stay two."""
    out: list[Section] = []
    for line in lines:
        if out and out[-1].kind == line.kind != "title":
            out[-1] = Section(line.kind, out[-1].start, line.end)
        else:
            out.append(Section(line.kind, line.start, line.end))
    return tuple(out)
