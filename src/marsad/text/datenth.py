"""Parts and members of a period: مطلع الشهر, أول جمعة من أيار, الأسبوع الأخير, الربع الثالث, صيف 2012."""

from __future__ import annotations

from marsad.text.datedraft import Draft
from marsad.text.datelookup import is_year
from marsad.text.dateunits import UnitReader


class NthReader(UnitReader):
    """Reads parts and members of periods."""

    def _position(self, i: int, d: Draft) -> int | None:
        """مطلع, أواسط, نهاية before a month, year, week or shifted unit."""
        found = self.entry(i, "position")
        if not found or d.position is not None:
            return None
        inner = Draft()
        last = None
        for reader in (self._month, self._unit, self._season):
            last = reader(self.skip(found[1] + 1), inner)
            if last is not None:
                break
        week = self.entry(found[1] + 1, "unit") if last is None else None
        if week and week[0].value == ("week", "one", True) and found[0].value == "end":
            inner.week_shift, last = 0, week[1]
            if d == Draft():
                inner.week_shift = -1
        if last is None or inner.ago or inner.window:
            return None
        if d != Draft():
            return None
        for name in (
            "month",
            "calendar",
            "month_shift",
            "year",
            "year_shift",
            "week_shift",
            "season",
            "weekday_shift",
            "day",
        ):
            setattr(d, name, getattr(inner, name))
        d.position = found[0].value
        return last

    def _nth(self, i: int, d: Draft) -> int | None:
        """أول جمعة من, ثالث يوم ثلاثاء, آخر اثنين من شهر, الأسبوع الأول من, الربع الثالث من, آخر 3 سنوات."""
        if d.nth is not None or d.month is not None:
            return None
        last_word = self.entry(i, "last")
        if last_word:
            window = self._last_units(last_word[1] + 1, d)
            if window is not None:
                return window
        ordinal = -1 if last_word else None
        j = last_word[1] + 1 if last_word else i
        if ordinal is None and self.word(i) in self.language.numbers.table:
            reading = self.numbers.ordinal(i)
            if reading and reading.value <= 5:
                ordinal, j = int(reading.value), reading.last + 1
        if ordinal is not None:
            return self._nth_first(j, ordinal, d)
        return self._nth_second(i, d)

    def _last_units(self, i: int, d: Draft) -> int | None:
        number = self.number(i, ordinals=False)
        unit = self.entry(number.last + 1 if number else i, "unit")
        if not unit or (number is None and unit[0].value[1] != "dual") or d.window or unit[0].value[2]:
            return None
        d.window = (unit[0].value[0], int(number.value) if number else 2)
        return unit[1]

    def _nth_first(self, i: int, ordinal: int, d: Draft) -> int | None:
        """ordinal + weekday / week / day + month."""
        unit = self.entry(i, "unit")
        weekday = self.entry(i, "weekday")
        if unit and unit[0].value[0] == "day" and (inner := self.entry(unit[1] + 1, "weekday")):
            weekday = inner
        if weekday:
            name, last = "weekday", weekday[1]
        elif unit and unit[0].value[0] in ("week", "day") and unit[0].value[1] == "one":
            name, last = unit[0].value[0], unit[1]
        else:
            return None
        return self._nth_of(last, name, ordinal, weekday[0].value if weekday else None, d)

    def _nth_second(self, i: int, d: Draft) -> int | None:
        """weekday / الأسبوع / الربع / اليوم + ordinal + month."""
        weekday, unit, quarter = self.entry(i, "weekday"), self.entry(i, "unit"), self.entry(i, "quarter")
        day = self.entry(i, "day")
        head = (
            weekday or (unit if unit and unit[0].value[0] == "week" and unit[0].value[1] == "one" else None) or quarter
        )
        head = head or (day if day and day[0].value == 0 else None)
        if not head:
            return None
        j = head[1] + 1
        modifier = self.entry(j, "modifier")
        if modifier and modifier[0].value == -1 and self.is_small(j, "last"):
            ordinal, last = -1, modifier[1]
        else:
            reading = self.numbers.ordinal(j) if j < self.count else None
            if not reading or reading.value > 5:
                return None
            ordinal, last = int(reading.value), reading.last
        name = "weekday" if weekday else "quarter" if head is quarter else "day" if head is day else "week"
        return self._nth_of(last, name, ordinal, weekday[0].value if weekday else None, d)

    def _nth_of(self, last: int, name: str, ordinal: int, weekday: int | None, d: Draft) -> int | None:
        """The month or year an nth thing lies in; without one there is no date."""
        inner = Draft()
        pos = self.skip(last + 1)
        end = None
        for reader in (self._unit, self._month) if name != "quarter" else (self._unit,):
            end = reader(pos, inner)
            if end is not None:
                break
        if end is None and name == "quarter" and (number := self.number(pos)) and is_year(number.value):
            inner.year, end = int(number.value), number.last
        if end is None or not (inner.month or inner.month_shift is not None or name in ("week", "quarter")):
            return None
        if inner.month is None and inner.month_shift is None and inner.year is None and inner.year_shift is None:
            return None
        for slot in ("month", "calendar", "month_shift", "year", "year_shift", "weekday_shift"):
            setattr(d, slot, getattr(inner, slot))
        if name == "day" and ordinal > 0:
            d.day = ordinal
        else:
            d.nth, d.nth_unit, d.weekday = ordinal, name, weekday if weekday is not None else d.weekday
        return end

    def _season(self, i: int, d: Draft) -> int | None:
        """صيف 2012, صيف عام 2012, الصيف الماضي; السبعينيات."""
        decade = self.entry(i, "decade")
        if decade and d == Draft():
            d.decade = decade[0].value
            return decade[1]
        this = self.entry(i, "this")
        found = self.entry(this[1] + 1 if this else i, "season")
        if not found or d != Draft():
            return None
        modifier = self.entry(found[1] + 1, "modifier")
        last = modifier[1] if modifier else found[1]
        inner = Draft()
        end = self._year_after(last, inner)
        if inner.year is None:
            after = self._unit(self.skip(last + 1), inner)
            end = after if after is not None and inner.year_shift is not None else last
        if inner.year is None and inner.year_shift is None and not modifier and not this:
            return None
        d.season, d.year, d.year_shift = found[0].value, inner.year, inner.year_shift
        return end
