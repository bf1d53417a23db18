"""Line breaks that only wrap a line: books, mails and scans end each line at a width, wherever the sentence is.

Comes in: a text. Goes out: the offsets of its newlines that part no sentence. Nothing can go wrong: when in doubt a break is a break, for a
list of headlines must not become one sentence.
"""

from __future__ import annotations

import itertools
import re

NARROW, WIDE = 38, 130  # code points; a "line" that is longer was not wrapped at a width
FULL = 0.7  # share of the block's widest line that a line must fill to have been wrapped
LEAST = 3  # lines of a block; fewer show no width
_ENDS = ".!؟?:"
_LISTED = re.compile(r"\s*(?:[-–—•*●▪■○·]|\d+\s*[-.)])")


def soft_breaks(text: str) -> frozenset[int]:
    """Offsets of newlines that wrap: "رحلت القوات عن\\nالمدينة مساء ." -> {14}, within a block of such lines."""
    if text.count("\n") < LEAST - 1:
        return frozenset()
    out: set[int] = set()
    block: list[tuple[int, str]] = []
    offset = 0
    for line in (*text.split("\n"), ""):
        if line.strip():
            block.append((offset, line))
        elif block:
            out |= _wrapped(block)
            block = []
        offset += len(line) + 1
    return frozenset(out)


def _wrapped(block: list[tuple[int, str]]) -> set[int]:
    """The wrapping breaks of one block; none unless nearly all of its lines are full or end a sentence, and some do end one."""
    width = max(len(line.strip()) for _, line in block)
    if len(block) < LEAST or not NARROW <= width <= WIDE:
        return set()
    out, ragged, ended = set(), 0, 0
    for (offset, line), (_, after) in itertools.pairwise(block):
        bare = line.strip()
        if _ends(bare):
            ended += 1
        elif _LISTED.match(after):
            continue
        elif len(bare) >= FULL * width:
            out.add(offset + len(line))
        else:
            ragged += 1
    ended += _ends(block[-1][1].strip())
    return out if ended and len(out) >= 2 and ragged * 8 <= len(block) else set()


def _ends(line: str) -> bool:
    """Does a line end a sentence? Dots that trail off do not: "نورس..." is a list cut short."""
    return line[-1] in _ENDS and not line.endswith("..")
