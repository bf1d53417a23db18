"""The day on which an undated page says that it appeared: a full date on a line of its own.

Comes in: a report laid out. Goes out: the day and the words that give it, or None. A byline stands on the last such line before the text
begins, else on the first one after; what opens a page with a weekday is its clock, which tells when the page was saved.
"""

from __future__ import annotations

from bisect import bisect_left

import msgspec

from marsad.coding.scan import Scan
from marsad.records import Span
from marsad.text.dates import DateMention, Dates, find_dates

_LINE = 8  # words that a byline may have beside its date


class Stamp(msgspec.Struct, frozen=True):
    """The ISO day, and where the page says it."""

    day: str
    evidence: Span


def find_stamp(scan: Scan, dates: Dates) -> Stamp | None:
    """The stamp of a page; None when no line of it is one."""
    breaks = [i for i, word in enumerate(scan.words) if word == "\n"]
    found = [d for d in find_dates(scan.tokens, None, dates) if _is_day(d) and _on_own_line(d, breaks, len(scan.words))]
    found = [d for d in found if not (d.first == 0 and not scan.words[0][0].isdigit())]
    if not found:
        return None
    begins = next((s.start for s in scan.report.sections if s.kind == "body"), 0)
    before = [d for d in found if scan.tokens.start[d.first] <= begins]
    chosen = before[-1] if before else found[0]
    return Stamp((chosen.start or "")[:10], scan.span(chosen.first, chosen.last))


def _is_day(mention: DateMention) -> bool:
    exact = mention.kind == "absolute" and mention.precision in ("day", "hour") and mention.direction is None
    return exact and mention.start is not None and len(mention.start) >= 10


def _on_own_line(mention: DateMention, breaks: list[int], length: int) -> bool:
    at = bisect_left(breaks, mention.first)
    first = breaks[at - 1] + 1 if at else 0
    last = breaks[at] if at < len(breaks) else length
    return (last - first) - (mention.last - mention.first + 1) <= _LINE
