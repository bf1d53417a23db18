"""When: the dates of a report, resolved from the day it appeared.

Comes in: `Tokens` and the reference day. Goes out: `DateMention` records in text order. Months of all Arab regions and doubled
ones (أيار / مايو), Hijri dates, weekdays, relative days, parts of the day, shifted weeks, months and years, ranges. Nothing is
guessed: what needs a reference stays None without one.
"""

from __future__ import annotations

from datetime import date

import msgspec

from marsad.text.cardinals import CONJUNCTION
from marsad.text.dategrammar import DateReader
from marsad.text.dateresolve import resolve
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
    reader = DateReader(tokens, language)
    if reference:
        return _find(reader, date.fromisoformat(reference[:10]))
    found = _find(reader, None)
    stated = next((m.start for m in found if m.start and m.kind == "absolute" and _says_today(reader, m)), None)
    return _find(reader, date.fromisoformat(stated)) if stated else found


def _says_today(reader: DateReader, mention: DateMention) -> bool:
    """Does a mention tie "today" to a full date (اليوم الخميس 6 تشرين الأول 2022)? Then the text names its own day."""
    if len(mention.start or "") != 10:
        return False
    return any(
        (e := reader.entry(k, "day")) is not None and e[0].value == 0 for k in range(mention.first, mention.last)
    )


def _find(reader: DateReader, today: date | None) -> list[DateMention]:
    tokens, language = reader.tokens, reader.language
    opens = language.opens
    out: list[DateMention] = []
    words = tokens.words
    i, count = 0, len(words)
    while i < count:
        word = words[i]
        if word in opens or "0" <= word[0] <= "9":
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
    draft.direction = _direction(reader, i, draft.ago is not None)
    start, end, precision = resolve(draft, today)
    if draft.clock and precision == "day":
        precision = "hour"
    return DateMention(
        i, last, start, end, precision, draft.kind(), draft.direction, draft.part, draft.clock, draft.clock_to
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
            mention = _period(out.pop(), mention)
        out.append(mention)
    return out


def _period(a: DateMention, b: DateMention) -> DateMention:
    """From a to b; the first clock time takes the half of the day that the second one tells ("من 3 إلى 4 عصرا")."""
    clock = a.clock
    if clock and b.clock and not a.daypart and b.clock >= "13" and "01" <= clock < "12":
        clock = f"{int(clock[:2]) + 12}{clock[2:]}"
    start, end = a.start, b.end
    if a.clock and b.clock and b.kind == "part_of_day":
        end = a.end
    return msgspec.structs.replace(
        b, first=a.first, start=start, end=end, kind="period", direction=a.direction, clock=clock, clock_end=b.clock
    )


def _joins(reader: DateReader, a: DateMention, b: DateMention) -> bool:
    language, words = reader.language, reader.words
    between = words[a.last + 1 : b.first]
    before = words[a.first - 1] if a.first else ""
    if not a.start or not b.start or a.kind == "vague" or len(between) > 1:
        return False
    if (a.clock is None) != (b.clock is None) or (a.start > b.start and not b.clock):
        return False
    if before in language.between and (
        between == [CONJUNCTION] or (not between and words[b.first].startswith(CONJUNCTION))
    ):
        return True
    opened = before in language.small["of"] or before in language.between or a.clock is not None
    return bool(between) and (between[0] in language.dashes or (between[0] in language.to and opened))
