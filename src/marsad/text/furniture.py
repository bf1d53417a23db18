"""The words of page furniture, and what a line looks like by itself.

Comes in: `languages/ar/sections.yml` and a text. Goes out: `SectionWords`, and the text's lines, each with a label from its words and
its shape (a sentence ends, a headline does not). What a labelled line *is* depends on its neighbours: see `sections.py`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from marsad.records import SectionKind
from marsad.text.normalize import fold, fold_char
from marsad.text.wraps import soft_breaks

DATA = Path(__file__).parent.parent / "knowledge" / "languages" / "ar" / "sections.yml"

# A line ends at any line break, and at four blanks and more: how pages without markup show their blocks.
_BREAK = re.compile(r"[^\S \t\u00a0]\s*|[ \t\u00a0]{4,}\s*")
_BLANK = " \t\u00a0\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff"
WORD = re.compile(r"[^\W_]+")
_EDGE = re.compile(r"^[\W\d_]+|[\W\d_]+$")
LISTED = re.compile(r"^\s*(?:[-–•*▪◾🔸🔴■●#]|\(?\d{1,3}\s*[-._)–])")
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d|\b(?:19|20)\d\d\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
CLOSING = "\"'”»’)]›\u200f\u200e\u202c "
_SHORT, _LONG = 160, 260


class Inline(msgspec.Struct, frozen=True):
    """A stretch inside a line that is furniture, and what the text after it is."""

    needs: str
    pattern: re.Pattern[str]
    then: str


class SectionWords(msgspec.Struct, frozen=True):
    """`sections.yml`, folded and indexed. `lines` maps a whole line to its label; `starts` maps a first word to longer openings."""

    lines: dict[str, str]
    starts: dict[str, list[tuple[str, str]]]
    contains: re.Pattern[str]
    inline: list[Inline]
    captions: re.Pattern[str]
    bylines: frozenset[str]
    media: tuple[str, ...]
    dates: frozenset[str]
    ages: frozenset[str]
    prayers: re.Pattern[str]
    speech: frozenset[str]
    person: frozenset[str]
    news: frozenset[str]
    continues: frozenset[str]
    announced: frozenset[str]
    persons: frozenset[str]


class Line:
    """One line of the text on its way to a kind."""

    __slots__ = ("end", "key", "kind", "label", "raw", "start", "words")

    def __init__(self, raw: str, start: int) -> None:
        self.raw, self.start, self.end = raw, start, start + len(raw)
        self.label = ""
        self.key = ""
        self.words: list[str] = []
        self.kind: SectionKind = "body"


class _FoldTable(dict[int, str]):
    """Code point to folded text, filled as characters are met: `str.translate` is three times as fast as a join."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold_char(chr(code))
        return folded


_TABLE = _FoldTable()


def fold_fast(text: str) -> str:
    return text.translate(_TABLE)


def _any(words: list[str]) -> re.Pattern[str]:
    return re.compile(
        r"(?<!\w)(?:" + "|".join(re.escape(fold_fast(w)) for w in sorted(words, key=len, reverse=True)) + r")(?!\w)"
    )


def load_sections(words: dict[str, Any] | None = None) -> SectionWords:
    """The furniture words ready for use; `words` is `sections.yml` as parsed (default: the file of the package)."""
    if words is None:
        return _default()
    lines: dict[str, str] = {}
    starts: dict[str, list[tuple[str, str]]] = {}
    colon = {fold_fast(w) for w in words["needs_colon"]}

    def whole(group: list[str], label: str) -> None:
        for item in group:
            lines.setdefault(_EDGE.sub("", fold_fast(item)) or fold_fast(item), label)

    def opening(group: list[str], label: str) -> None:
        for item in group:
            folded = fold_fast(item).rstrip(":")
            first = (WORD.findall(folded) or [folded])[0]
            starts.setdefault(first, []).append((folded, "credit" if folded in colon else label))

    comments = words["comments"]
    for label, group in (("form", "form"), ("none", "none"), ("comments", "headers"), ("control", "controls")):
        whole(comments[group], label)
    opening(comments["form"], "form")
    for hardness in ("soft", "hard"):
        whole(words["related"][hardness], hardness)
        opening([w for w in words["related"][hardness] if " " in w and hardness == "soft"], "read")
    for part in words["lines"].values():
        whole(part, "furniture")
    for part in words["starts"].values():
        opening(part, "furniture")
    for pairs in starts.values():
        pairs.sort(key=lambda pair: -len(pair[0]))
    reader = words["reader"]
    return SectionWords(
        lines=lines,
        starts=starts,
        contains=re.compile("|".join(re.escape(fold_fast(w)) for w in words["contains"])),
        inline=[Inline(i["needs"], re.compile(i["pattern"]), i["then"]) for i in words["inline"]],
        captions=_any(words["captions"]),
        bylines=frozenset(fold_fast(w) for w in words["bylines"]),
        media=tuple(words["media_marks"]),
        dates=frozenset(fold_fast(w) for w in words["dates"]["words"]),
        ages=frozenset(fold_fast(w) for w in words["dates"]["ages"]),
        prayers=_any(reader["prayers"]),
        speech=frozenset(fold(w) for w in reader["speech"]),
        person=frozenset(fold(w) for w in reader["person"]),
        news=frozenset(fold(w) for w in reader["news"]),
        announced=frozenset(fold(w) for w in words["lists"]["announced_by"]),
        persons=frozenset(fold(w) for w in words["lists"]["marked_by"]),
        continues=frozenset(fold(w) for w in words["continues"]),
    )


@lru_cache(maxsize=1)
def _default() -> SectionWords:
    with open(DATA, encoding="utf-8") as file:
        return load_sections(yaml.load(file, Loader=yaml.CSafeLoader))


_compiled: list[tuple[dict[str, Any], SectionWords]] = []


def words_of(language: SectionWords | dict[str, Any] | None) -> SectionWords:
    """Compile a parsed file once; the last one is kept, since a process works with one knowledge."""
    if language is None:
        return _default()
    if isinstance(language, SectionWords):
        return language
    if not _compiled or _compiled[0][0] is not language:
        _compiled[:] = [(language, load_sections(language))]
    return _compiled[0][1]


def key_of(text: str) -> str:
    return " ".join(WORD.findall(fold_fast(text)))


def cut(text: str, words: SectionWords) -> list[Line]:
    """Lines, with inline furniture cut out as lines of its own; what follows a post's reactions is labelled as comments."""
    cuts: list[tuple[int, int, str]] = []
    for inline in words.inline:
        if inline.needs in text:
            cuts += [(m.start(), m.end(), inline.then) for m in inline.pattern.finditer(text)]
    cuts.sort()
    lines: list[Line] = []
    at, label, wraps = 0, "", soft_breaks(text)
    for start, end, then in [*cuts, (len(text), len(text), "")]:
        if start < at:
            continue
        here = at
        for match in _BREAK.finditer(text, at, start):
            if match.group().count("\n") == 1 and text.index("\n", match.start()) in wraps:
                continue
            _add(lines, text, here, match.start(), label)
            here = match.end()
        _add(lines, text, here, start, label)
        _add(lines, text, start, end, "post" if then == "post" else "furniture")
        at = end
        label = "said" if then == "comment" else "" if then == "post" else label
    return lines


def _add(lines: list[Line], text: str, start: int, end: int, label: str) -> None:
    """Add the line without the blanks and invisible marks at its ends, unless nothing is left."""
    raw = text[start:end]
    bare = raw.lstrip(_BLANK)
    start += len(raw) - len(bare)
    bare = bare.rstrip(_BLANK)
    if bare and not bare.isspace():
        line = Line(bare, start)
        line.label = label
        lines.append(line)


def label_of(line: Line, title: str, words: SectionWords) -> str:
    """What the line looks like by itself: furniture, soft, hard, read, comments, form, date, title, sentence, long or headline."""
    size = len(line.raw)
    if size > _LONG:
        return "sentence"
    folded = fold_fast(line.raw)
    line.words = WORD.findall(folded)
    if not line.words:
        return "sign"
    line.key = " ".join(line.words)
    if title and len(line.words) > 2 and len(line.key) > 14 and line.key in title:
        return "title"
    found = _furniture(line, folded, words)
    if found:
        return found
    bare = line.raw.rstrip(CLOSING)
    ended = bare.endswith((".", "؟", "!")) and not bare.endswith("..")
    if (ended and size >= 50) or size >= 140:
        return "sentence"
    return "ended" if ended else "headline"


def _furniture(line: Line, folded: str, words: SectionWords) -> str:
    """The furniture label of a line by its words, or ""."""
    size = len(folded)
    if size > _SHORT:
        return "furniture" if words.contains.search(folded) else ""
    bare = _EDGE.sub("", folded) or folded
    label = words.lines.get(bare, "") if size < 60 else ""
    if label == "comments" and re.search(r"(?<!\d)[0٠](?!\d)", line.raw):
        return "none"
    if label:
        return label
    if size <= _SHORT:
        for opening, label in words.starts.get(line.words[0], ()):
            if bare.startswith(opening) or folded.startswith(opening):
                after = (bare if bare.startswith(opening) else folded)[len(opening) :].lstrip()[:1]
                if label in ("credit", "read") and after not in (":", "/", "|", ".", "،", ""):
                    continue
                return "furniture" if label == "credit" else label
        if _is_date(line, words):
            return "date"
    return "furniture" if words.contains.search(folded) else ""


def _is_date(line: Line, words: SectionWords) -> bool:
    """Only a date, a time, an age ("منذ ساعتين") or a counter: nothing in it is news."""
    letters = [w for w in line.words if not w.isdigit()]
    if not letters:
        return True
    if len(letters) > 10:
        return False
    if all(w in words.ages for w in letters):
        return len(line.words) > 1
    return bool(_CLOCK.search(line.raw)) and all(w in words.dates or w in words.ages for w in letters)


def is_comments_heading(text: str) -> bool:
    """Whether a short text is the heading over readers' comments, with a count or without: "التعليقات (3)", but not "(0)"."""
    lines = cut(text, _default()) if len(text) < 60 else []
    return len(lines) == 1 and (lines[0].label or label_of(lines[0], "", _default())) == "comments"
