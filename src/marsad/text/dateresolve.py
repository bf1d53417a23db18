"""What day a mention of a date means, seen from the day of the report.

Comes in: a `Draft` filled by the grammar and the reference day. Goes out: start, end, precision. A year the text leaves out is
the nearest one, looking back rather than ahead; a weekday is the last one on or before the reference.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import msgspec
from hijridate.convert import Gregorian, Hijri

from marsad.text.datedraft import Draft

# A day without a year may lie this many days after the reference (an announcement) before the year before is meant. Read off
# the yearless dates of 5,000 news texts: days last seen up to 234 days ago were recalled, those longer ago nearly all announced.
AHEAD_DAYS = 110
AHEAD_MONTH = 45  # the same for a month without a day
_DAYS = {"day": 1, "week": 7}
_THIRDS = {"start": (1, 10), "middle": (11, 20), "end": (21, 31)}
Resolved = tuple[str | None, str | None, str]
OPEN: Resolved = (None, None, "unknown")


def resolve(d: Draft, reference: date | None) -> Resolved:
    """start, end, precision of a draft; (None, None, …) when it cannot be worked out without a reference."""
    try:
        return _resolve(d, reference)
    except (ValueError, OverflowError, StopIteration):
        if d.calendar == "gregorian" and d.year and d.year // 100 == 20 and (d.day, d.month) == (30, 2):
            # 30-02-33: only the Hijri year has a second month of thirty days
            return resolve(msgspec.structs.replace(d, calendar="hijri", year=d.year % 100 + 1400), reference)
        return OPEN  # the 31st of November, the year 20000


def _resolve(d: Draft, ref: date | None) -> Resolved:
    if d.vague:
        return OPEN
    if d.window or d.ago:
        return _window(d, ref)
    if d.decade is not None:
        first = _decade(d.decade, ref)
        return f"{date(first, 1, 1).year:04d}", f"{first + 9:04d}", "year"
    year = d.year
    if d.year_shift is not None:
        if ref is None:
            return OPEN
        year = ref.year + d.year_shift
    if d.calendar == "hijri" and d.month is not None:
        return _hijri(d, year, ref)
    if d.season is not None:
        return _season(d, year, ref)
    if d.month is not None or d.month_shift is not None:
        return _in_month(d, year, ref)
    if year is not None:
        return _in_year(d, year)
    if d.week_shift is not None:
        return _in_week(d, ref)
    return _near(d, ref)


def _iso(day: date) -> str:
    return day.isoformat()


def _one(day: date) -> Resolved:
    return _iso(day), _iso(day), "day"


def _two(start: date, end: date, precision: str = "day") -> Resolved:
    return _iso(start), _iso(end), precision


def add_months(day: date, months: int) -> date:
    """The same day of another month, the last one where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _back(ref: date, unit: str, count: int) -> date:
    if unit in _DAYS:
        return ref - timedelta(days=_DAYS[unit] * count)
    months = {"month": 1, "year": 12, "decade": 120}
    if unit in months:
        return add_months(ref, -months[unit] * count)
    hours = count if unit == "hour" else count / 60
    return ref - timedelta(days=int(hours // 24))


def _window(d: Draft, ref: date | None) -> Resolved:
    if ref is None:
        return OPEN
    if d.ago:
        unit, count = d.ago
        day = _back(ref, unit, count)
        if d.weekday is not None:
            return _one(_weekday_before(day + timedelta(days=6 - day.weekday()), d.weekday))
        if unit == "month":
            return day.isoformat()[:7], day.isoformat()[:7], "month"
        if unit in ("year", "decade"):
            return f"{day.year:04d}", f"{day.year:04d}", "year"
        return _iso(day), _iso(day), "week" if unit == "week" else "day"
    unit, count = d.window or ("day", 1)
    start = _back(ref, unit, count)
    if unit in ("hour", "minute") and start == ref and count >= 12:
        start = ref - timedelta(days=1)
    return _two(start, ref, "day" if unit in ("hour", "minute", "day") else unit if unit != "decade" else "year")


def _decade(tens: int, ref: date | None) -> int:
    """The seventies are the last ones that are over or running."""
    now = ref.year if ref else 2030
    century = now // 100 * 100
    return century + tens if century + tens <= now else century - 100 + tens


def _weekday_before(ref: date, weekday: int) -> date:
    return ref - timedelta(days=(ref.weekday() - weekday) % 7)


def _near(d: Draft, ref: date | None) -> Resolved:
    """Days told from the reference alone: yesterday, Thursday, the 16th, at dawn."""
    if ref is None:
        return OPEN
    if d.counted is not None:
        return _one(ref + timedelta(days=d.counted))
    if d.offset is not None:
        day = ref + timedelta(days=d.offset)
        if d.weekday is not None and day.weekday() != d.weekday:
            day = _weekday_before(ref, d.weekday)
        return _one(day)
    if d.weekday is not None:
        return _weekday(d, ref, d.weekday)
    if d.day is not None:
        return _day_of_month(d, ref)
    return _one(ref) if d.part or d.clock else OPEN


def _weekday(d: Draft, ref: date, weekday: int) -> Resolved:
    if d.day is not None:
        return _day_of_month(d, ref)
    if d.nth is not None:
        return _nth_weekday(ref.year, ref.month, weekday, d.nth)
    day = _weekday_before(ref, weekday)
    if d.weekday_shift is not None and d.weekday_shift < 0:
        day = day - timedelta(days=7) if day == ref else day
        day += timedelta(days=7 * (d.weekday_shift + 1))
    elif d.weekday_shift == 1:
        day += timedelta(days=7)
    if d.weekday_to is None:
        return _one(day)
    second = day + timedelta(days=(d.weekday_to - weekday) % 7 or 7)
    if second > ref + timedelta(days=1):
        day, second = day - timedelta(days=7), second - timedelta(days=7)
    return _one(second) if d.after_midnight else _two(day, second)


def _day_of_month(d: Draft, ref: date) -> Resolved:
    """The 16th, or Friday the 15th: of the nearest month, the weekday agreeing where one is named."""
    best: date | None = None
    for shift in (0, -1, 1, -2, -3, -4, -5, -6) if d.weekday is not None else (0, -1):
        month = add_months(ref.replace(day=1), shift)
        if (d.day or 1) > calendar.monthrange(month.year, month.month)[1]:
            continue
        day = month.replace(day=d.day or 1)
        if d.weekday is None and day > ref + timedelta(days=7):
            continue
        if d.weekday is None or day.weekday() == d.weekday:
            best = day
            break
    if best is None:
        return OPEN if d.weekday is None else _one(_weekday_before(ref, d.weekday))
    return _two(best, best.replace(day=d.day_to)) if d.day_to else _one(best)


def _in_week(d: Draft, ref: date | None) -> Resolved:
    if ref is None or d.week_shift is None:
        return OPEN
    monday = ref - timedelta(days=ref.weekday()) + timedelta(weeks=d.week_shift)
    if d.weekday is not None:
        day = monday + timedelta(days=d.weekday)
        return _two(day, monday + timedelta(days=d.weekday_to)) if d.weekday_to is not None else _one(day)
    if d.position == "end":
        return _two(monday + timedelta(days=5), monday + timedelta(days=6), "day")
    return _two(monday, monday + timedelta(days=6), "week")


def _in_year(d: Draft, year: int) -> Resolved:
    if d.nth_unit == "quarter" and d.nth:
        first = date(year, 3 * d.nth - 2, 1)
        return _iso(first)[:7], _iso(add_months(first, 2))[:7], "month"
    if d.nth_unit == "week" and d.nth:
        fourth = date(year, 1, 4)
        monday = fourth - timedelta(days=fourth.weekday()) + timedelta(weeks=d.nth - 1)
        if d.nth < 0:
            monday = date(year, 12, 31) - timedelta(days=date(year, 12, 31).weekday())
        return _two(monday, monday + timedelta(days=6), "week")
    if d.position:
        first_month = {"start": 1, "middle": 5, "end": 9}[d.position]
        return f"{year:04d}-{first_month:02d}", f"{year:04d}-{first_month + 3:02d}", "month"
    return f"{year:04d}", f"{d.year_to or year:04d}", "year"


def _season(d: Draft, year: int | None, ref: date | None) -> Resolved:
    if year is None:
        if ref is None:
            return OPEN
        year = ref.year if ref.month >= (d.season or 1) else ref.year - 1
    first = date(year, d.season or 1, 1)
    if first.month == 12:  # "the winter of 2013" mostly lies in 2013
        first = date(year - 1, 12, 1)
    return _iso(first)[:7], _iso(add_months(first, 2))[:7], "month"


def _in_month(d: Draft, year: int | None, ref: date | None) -> Resolved:
    month = d.month
    if month is None:
        if ref is None:
            return OPEN
        first = add_months(ref.replace(day=1), d.month_shift or 0)
        year, month = first.year, first.month
    elif year is None:
        if ref is None:
            return OPEN
        year = _year_of(d, month, ref)
    return _month_slots(d, year, month, ref)


def _month_slots(d: Draft, year: int, month: int, ref: date | None) -> Resolved:
    length = calendar.monthrange(year, month)[1]
    if ref is not None and d.offset is not None:
        told = ref + timedelta(days=d.offset)
        if (told.month, told.day) == (month, d.day):
            return _one(told)  # "today, 7 January 2016" in a report of 2017: the year is the slip
    if d.nth_unit == "week" and d.nth:
        return _nth_week(year, month, d.nth)
    if d.nth_unit == "weekday" and d.weekday is not None and d.nth:
        return _nth_weekday(year, month, d.weekday, d.nth)
    if d.nth_unit == "day" and d.nth == -1:
        return _one(date(year, month, length))
    if d.day is not None:
        day = date(year, month, d.day)
        return _two(day, date(year, month, d.day_to)) if d.day_to else _one(day)
    if d.position:
        low, high = _THIRDS[d.position]
        if d.position == "middle":
            return _two(date(year, month, 15), date(year, month, 15), "week")
        return _two(date(year, month, low), date(year, month, min(high, length)), "week")
    return f"{year:04d}-{month:02d}", f"{year:04d}-{month:02d}", "month"


def _year_of(d: Draft, month: int, ref: date) -> int:
    """The year a day and month without one mean: the weekday's if one is named and fits, else the nearest, mostly past."""
    day = d.day or 1
    if d.day and d.weekday is not None:
        for year in (ref.year, ref.year - 1, ref.year + 1):
            if day <= calendar.monthrange(year, month)[1] and date(year, month, day).weekday() == d.weekday:
                return year
    ahead = timedelta(days=0 if d.direction == "since" else AHEAD_DAYS if d.day else AHEAD_MONTH)
    probe = date(ref.year, month, min(day, calendar.monthrange(ref.year, month)[1]))
    if d.weekday_shift is not None and d.weekday_shift != 0:  # شباط الماضي
        return _shifted_year(probe if d.day else probe.replace(day=min(ref.day, 28)), ref, d.weekday_shift)
    if probe - ref > ahead:
        return ref.year - 1
    following = add_months(probe, 12)
    return ref.year + 1 if following - ref <= ahead else ref.year


def _shifted_year(probe: date, ref: date, shift: int) -> int:
    if shift > 0:
        return ref.year if probe > ref else ref.year + 1
    return (ref.year if probe < ref else ref.year - 1) + shift + 1


def _nth_week(year: int, month: int, nth: int) -> Resolved:
    first = date(year, month, 1)
    monday = first + timedelta(days=-first.weekday() % 7)
    if nth < 0:
        last = date(year, month, calendar.monthrange(year, month)[1])
        monday = last - timedelta(days=last.weekday())
        if monday + timedelta(days=6) > last:
            monday -= timedelta(days=7)
    else:
        monday += timedelta(weeks=nth - 1)
    return _two(monday, monday + timedelta(days=6), "week")


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> Resolved:
    if nth < 0:
        last = date(year, month, calendar.monthrange(year, month)[1])
        return _one(_weekday_before(last, weekday))
    first = date(year, month, 1)
    return _one(date(year, month, 1 + (weekday - first.weekday()) % 7 + 7 * (nth - 1)))


def _hijri(d: Draft, year: int | None, ref: date | None) -> Resolved:
    month = d.month or 1
    if year is None:
        if ref is None:
            return OPEN
        today = Gregorian(ref.year, ref.month, ref.day).to_hijri()
        year = today.year
        if _gregorian(year, month, d.day or 1) > ref + timedelta(days=20):
            year -= 1
    elif year > 1700:  # "رمضان 2015": the month that lay in that year
        middle = Gregorian(year, 7, 1).to_hijri().year
        year = next(y for y in (middle, middle - 1, middle + 1) if _gregorian(y, month, d.day or 1).year == year)
    if d.day is None:
        start = _gregorian(year, month, 1)
        end = _gregorian(year, month, Hijri(year, month, 1).month_length())
        return _two(start, end, "month")
    return _two(_gregorian(year, month, d.day), _gregorian(year, month, d.day_to or d.day))


def _gregorian(year: int, month: int, day: int) -> date:
    length = Hijri(year, month, 1).month_length()
    g = Hijri(year, month, min(day, length)).to_gregorian()
    extra = day - length  # a 30th that the tables give no room: the sighted month may have had it
    if extra > 1:
        raise ValueError(day)
    return date(g.year, g.month, g.day) + timedelta(days=max(extra, 0))
