"""Dates that lean on another date of the text, and the day that the text itself counts from.

Comes in: the mentions of a text, read from the day of publication. Goes out: what is counted from another date ("three days after the
attack", "on the same day") moved to where that date lies, and the day that the text calls today.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from marsad.text.dates import DateMention

_NEWS_DAYS = 3  # how old the day of the news may be
_LATE_DAYS = 5  # how late a page may be stamped


def own_day(mentions: list[DateMention], reference: date) -> date:
    """The day from which a text counts: of the weekday that it gives its own day ("اليوم الاثنين"), when the page was stamped later."""
    weekday = next((m.today for m in mentions if m.today is not None), None)
    late = (reference.weekday() - weekday) % 7 if weekday is not None else 0
    return reference - timedelta(days=late) if late <= _LATE_DAYS else reference


def anchor(mentions: list[DateMention], reference: date | None) -> list[DateMention]:
    """Moves every counted mention: "بعد 3 أيام على هجوم" lies before the news it follows, "اليوم نفسه" is the day named before."""
    if not any(m.counted is not None for m in mentions):
        return mentions
    out: list[DateMention] = []
    for mention in mentions:
        if (days := mention.counted) is not None:
            before = [m for m in out if m.start and m.precision in ("day", "hour") and m.end == m.start]
            if days < 0:
                before = [m for m in before if _is_news(m, reference)]
            if before:
                day = date.fromisoformat((before[-1].start or "")[:10]) + timedelta(days=days)
                mention = msgspec.structs.replace(mention, start=day.isoformat(), end=day.isoformat())
            elif days >= 0:
                mention = msgspec.structs.replace(mention, start=None, end=None)
        out.append(mention)
    return out


def _is_news(mention: DateMention, reference: date | None) -> bool:
    if reference is None:
        return True
    return (
        mention.direction is None
        and abs((reference - date.fromisoformat((mention.start or "")[:10])).days) <= _NEWS_DAYS
    )
