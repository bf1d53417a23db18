"""When: the dates of a report, resolved from the day it appeared.

Comes in: `Tokens` and the reference day. Goes out: `DateMention` records in text order. Months of all Arab regions and doubled
ones (أيار / مايو), Hijri dates, weekdays, relative days, parts of the day, shifted weeks, months and years, ranges. Nothing is
guessed: what needs a reference stays None without one.
"""

from __future__ import annotations

from datetime import date

import msgspec

from marsad.text.cardinals import CONJUNCTION
from marsad.text.dateanchor import anchor, own_day
from marsad.text.dategrammar import DateReader
from marsad.text.dateresolve import add_months, resolve
from marsad.text.datewords import Dates, load_dates
from marsad.text.tokens import Tokens

__all__ = ["DateMention", "Dates", "find_ages", "find_dates", "load_dates"]


class DateMention(msgspec.Struct, frozen=True):
    """A stretch of tokens that dates something.

    first, last: token indices, both included. start, end: ISO, as precise as known ("2015-06-25", "2015-06", "2015"); None when
    it cannot be resolved. precision: hour, day, week, month, year, unknown. kind: absolute, relative, counted, weekday,
    part_of_day, period, vague ("recently": dates nothing). direction: since, until, before, after. daypart: dawn, morning, noon, …
    clock: "15:30" when an hour is told (local to the text). today: the weekday of the report's own day, where the mention gives it
    away ("أمس الاثنين": 1, a Tuesday). counted: days from another date of the text ("بعد 3 أيام على هجوم": -3), see text/dateanchor.py.
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
    today: int | None = None
    counted: int | None = None


def find_dates(tokens: Tokens, reference: str | None, language: Dates) -> list[DateMention]:
    """The dates of a text, in order, not overlapping.

    Args:    tokens: a text's tokens.   reference: ISO day the report appeared, in its outlet's time zone, or None.
    Returns: mentions; those that lean on the reference have no start without it. "أمس الجمعة" seen from 2015-07-25 -> 2015-07-24.
    Raises:  ValueError: the reference is no ISO date.
    """
    reader = DateReader(tokens, language)
    if reference:
        day = date.fromisoformat(reference[:10])
        found = _find(reader, day)
        own = own_day(found, day)
        return found if own == day else _find(reader, own)
    found = _find(reader, None)
    stated = next((m.start for m in found if m.start and m.kind == "absolute" and _says_today(reader, m)), None)
    return _find(reader, date.fromisoformat(stated)) if stated else found


def find_ages(tokens: Tokens, mentions: list[DateMention], reference: str | None, language: Dates) -> list[int | None]:
    """For each mention, how many days before the report's own day it ends; None where that cannot be known.

    Without a reference a report still tells what is older than what: "yesterday" is a day old on whatever day it was written. So the
    text is read from two made-up days, both of the weekday that the text gives its own day; what is as old from both is so old.
    """
    if reference:
        day = own_day(mentions, date.fromisoformat(reference[:10])).isoformat()
        return [_age(m, day) for m in mentions]
    if not mentions:
        return []
    weekday = next((m.today for m in mentions if m.today is not None), None)
    days = [_MADE_UP[0], _MADE_UP[1] if weekday is not None else _MADE_UP[2]]
    seen: list[dict[int, int | None]] = []
    for made_up in days:
        day = date.fromordinal(made_up.toordinal() + (weekday or 0)).isoformat()
        seen.append({m.first: _age(m, day) for m in find_dates(tokens, day, language)})
    return [_agreed(m, seen[0].get(m.first), seen[1].get(m.first)) for m in mentions]


# Mondays, and a Tuesday, in the middle of two months that each follow one of 31 days: "last month" is as old from all.
_MADE_UP = date(2018, 1, 15), date(2016, 8, 15), date(2017, 8, 15)


def _agreed(mention: DateMention, first: int | None, second: int | None) -> int | None:
    if first is None or second is None:
        return None
    return min(first, second) if first == second or mention.kind == "relative" else None


def _age(mention: DateMention, day: str) -> int | None:
    """Days from the end of a mention to a day; a month or year that is over is as old as its last day, one that runs is of today."""
    end = mention.end or mention.start
    if not end:
        return None
    if day.startswith(end):
        return 0
    try:
        last = add_months(date.fromisoformat(f"{end}-01-01"[:10]), 11 if len(end) == 4 else 0)
    except ValueError:
        return None
    if len(end) < 10:
        last = date.fromordinal(add_months(last.replace(day=1), 1).toordinal() - 1)
    return (date.fromisoformat(day[:10]) - last).days


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
    return anchor(_ranges(reader, out), today)


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
        i, last, start, end, precision, draft.kind(), draft.direction, draft.part, draft.clock, draft.clock_to,
        (draft.weekday - draft.offset) % 7 if draft.weekday is not None and draft.offset in (0, -1) else None,
        draft.counted,
    )  # fmt: skip


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
