"""When: the dates of a report, resolved from the day it appeared.

Comes in: `Tokens` and the reference day. Goes out: `DateMention` records in text order. Months of all Arab regions and doubled
ones (أيار / مايو), Hijri dates, weekdays, relative days, parts of the day, shifted weeks, months and years, ranges. Nothing is
guessed: what needs a reference stays None without one.
"""

from __future__ import annotations

from datetime import date

import msgspec

from marsad.text.datedraft import resolve
from marsad.text.dategrammar import DateReader
from marsad.text.datewords import Dates, load_dates
from marsad.text.tokens import Tokens

__all__ = ["DateMention", "Dates", "find_dates", "load_dates"]


class DateMention(msgspec.Struct, frozen=True):
    """A stretch of tokens that dates something.

    first, last: token indices, both included. start, end: ISO, as precise as known ("2015-06-25", "2015-06", "2015"); None when
    it cannot be resolved. precision: hour, day, week, month, year, unknown. kind: absolute, relative, weekday, part_of_day,
    period, vague ("recently": dates nothing). direction: since, until, before, after. daypart: dawn, morning, noon, …
    clock: "15:30" when an hour is told (local to the text).
    """

    first: int
    last: int
    start: str | None
    end: str | None
    precision: str
    kind: str
    direction: str | None = None
    daypart: str | None = None
    clock: str | None = None
    clock_end: str | None = None


def find_dates(tokens: Tokens, reference: str | None, language: Dates) -> list[DateMention]:
    """The dates of a text, in order, not overlapping.

    Args:    tokens: a text's tokens.   reference: ISO day the report appeared, in its outlet's time zone, or None.
    Returns: mentions; those that lean on the reference have no start without it. "أمس الجمعة" seen from 2015-07-25 -> 2015-07-24.
    Raises:  ValueError: the reference is no ISO date.
    """
    today = date.fromisoformat(reference[:10]) if reference else None
    reader = DateReader(tokens, language)
    starters, numbers = language.starters, language.numbers.table
    out: list[DateMention] = []
    words = tokens.words
    i, count = 0, len(words)
    while i < count:
        word = words[i]
        if word in starters or word in numbers or "0" <= word[0] <= "9":
            found = _mention(reader, i, today)
            if found:
                out.append(found)
                i = found.last
        i += 1
    return _ranges(reader, out)


def _mention(reader: DateReader, i: int, today: date | None) -> DateMention | None:
    read = reader.mention(i)
    if read is None:
        return None
    draft, last = read
    start, end, precision = resolve(draft, today)
    if draft.clock and precision == "day":
        precision = "hour"
    return DateMention(
        i,
        last,
        start,
        end,
        precision,
        draft.kind(),
        _direction(reader, i, draft.ago is not None),
        draft.part,
        draft.clock,
    )


def _direction(reader: DateReader, i: int, inside: bool) -> str | None:
    """since, until, before, after: the word before the mention, or the one that opens it (منذ يومين)."""
    words, sets = reader.words, reader.language.directions
    for k in (i, i - 1) if inside else (i - 1, i - 2):
        if k < 0:
            break
        for phrase, name in sets.get(words[k], ()):
            first = k - len(phrase) + 1
            if first >= 0 and tuple(words[first : k + 1]) == phrase:
                return None if inside and name == "before" else name
    return None


def _ranges(reader: DateReader, mentions: list[DateMention]) -> list[DateMention]:
    """Two mentions joined by إلى, حتى, a dash, or و after بين are one period."""
    out: list[DateMention] = []
    for mention in mentions:
        if out and _joins(reader, out[-1], mention):
            before = out.pop()
            mention = msgspec.structs.replace(
                mention, first=before.first, start=before.start, kind="period", direction=before.direction
            )
        out.append(mention)
    return out


def _joins(reader: DateReader, a: DateMention, b: DateMention) -> bool:
    language, words = reader.language, reader.words
    between = words[a.last + 1 : b.first]
    opened = a.first > 0 and words[a.first - 1] in language.between
    if not a.start or not b.start or a.start > b.start or a.kind == "vague":
        return False
    if opened and (between == ["و"] or (not between and words[b.first].startswith("و"))):
        return True
    from_ = a.first > 0 and words[a.first - 1] in ("من", *language.between)
    return len(between) == 1 and (between[0] in language.dashes or (between[0] in language.to and from_))
