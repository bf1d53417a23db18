"""What an undated report still tells of its day: full dates in its text, a weekday, a day of a month without the year.

Comes in: text and the date grammar. Goes out: ordinals of full dates, and small clues ("w5": a Saturday, "m09-17") that two reports can
agree or disagree on. Nothing is resolved: a clue is compared, never published.
"""

from __future__ import annotations

from datetime import date

from marsad.text.dates import Dates, find_dates
from marsad.text.tokens import Tokens

# Two days to look from. What comes out the same from both does not lean on either: a date without its year, or a weekday.
_FROM, _ALSO = "2024-01-07", "2022-06-15"


def full_dates(text: str, dates: Dates) -> tuple[int, ...]:
    """Ordinals of the days that a text names in full, sorted."""
    found = find_dates(Tokens(text), None, dates)
    days = (
        m.start
        for m in found
        if m.start and len(m.start) >= 10 and m.precision in ("day", "hour") and m.kind == "absolute"
    )
    return tuple(sorted({date.fromisoformat(d[:10]).toordinal() for d in days}))


def day_clues(text: str, dates: Dates) -> frozenset[str]:
    """Weekdays and days of the year in a text: "أمس الجمعة" -> {"w4"}; "السبت 17 أيلول" -> {"m09-17"}; "اليوم" -> {}."""
    tokens = Tokens(text)
    out: set[str] = set()
    for a, b in zip(find_dates(tokens, _FROM, dates), find_dates(tokens, _ALSO, dates), strict=False):
        if a.start and b.start and len(a.start) == 10 == len(b.start) and a.direction is None:
            out |= _clue(date.fromisoformat(a.start), date.fromisoformat(b.start))
    return frozenset(out)


def clues_of_day(ordinal: int) -> frozenset[str]:
    """The clues that a known day answers to."""
    return _of(date.fromordinal(ordinal))


def _of(day: date) -> frozenset[str]:
    return frozenset([f"w{day.weekday()}", f"m{day:%m-%d}"])


def _clue(a: date, b: date) -> set[str]:
    if (a.month, a.day) == (b.month, b.day):
        return {f"m{a:%m-%d}"}
    return {f"w{a.weekday()}"} if a.weekday() == b.weekday() else set()
