"""Units of time: الأسبوع الماضي, هذا الشهر, عام 2013, قبل ثلاثة أيام, الأيام الثلاثة الماضية."""

from __future__ import annotations

from marsad.text.datedraft import Draft
from marsad.text.datelookup import is_year
from marsad.text.datenumeric import NumericReader
from marsad.text.digits import Reading


class UnitReader(NumericReader):
    """Reads units of time, shifted or counted back."""

    def _unit(self, i: int, d: Draft) -> int | None:
        """الأسبوع الماضي, هذا الشهر, عام 2013, شهر أيار, الشهر الثامن, يوم (a link), الأيام الثلاثة الماضية."""
        this = self.entry(i, "this")
        j = this[1] + 1 if this else i
        found = self.entry(j, "unit")
        if not found:
            return None
        (unit, number, article), last = found[0].value, found[1]
        if number != "one":
            return self._window_units(last, unit, number, d)
        modifier = self.entry(last + 1, "modifier")
        if modifier or (this and article):
            return self._shift(i, unit, modifier[0].value if modifier else 0, modifier[1] if modifier else last, d)
        if unit == "month":
            return self._numbered_month(last, article, d)
        if unit == "year":
            return self._named_year(last, d)
        if unit == "day" and not article:
            return self._day_word(last, d)
        return None

    def _shift(self, i: int, unit: str, shift: int, last: int, d: Draft) -> int | None:
        if unit == "year" and d.year is None and d.year_shift is None:
            if self._blocked(i, "year"):
                return None  # الأمين العام السابق
            d.year_shift = shift
            if (told := self.number(last + 1, ordinals=False)) and is_year(told.value):
                d.year, d.year_shift, last = int(told.value), None, told.last
        elif unit == "month" and d.month is None and d.month_shift is None and d.offset is None:
            d.month_shift = shift
        elif unit == "week" and d.week_shift is None and d.month is None:
            d.week_shift = shift
        elif unit in ("hour", "minute", "decade") and shift < 0 and d.window is None:
            d.window = (unit, -shift)
        elif unit == "day" and shift == 0 and d.offset is None:
            d.offset = 0
        else:
            return None
        return last

    def _numbered_month(self, last: int, article: bool, d: Draft) -> int | None:
        if d.month is not None or d.offset is not None:
            return None
        named = self._month_name(last + 1)
        if named:
            d.month, d.calendar = named[0], named[1]
            return self._month_tail(named[2], d)
        number = self.number(last + 1)
        if number is None or not 1 <= number.value <= 12 or (article and not number.ordinal):
            return None
        if number.last + 1 < self.count and not number.ordinal and not self._ends_month(number.last + 1):
            return None
        d.month = int(number.value)
        modifier = self.entry(number.last + 1, "modifier")
        if modifier:
            d.weekday_shift = modifier[0].value
        return self._year_after(modifier[1] if modifier else number.last, d)

    def _named_year(self, last: int, d: Draft) -> int | None:
        number = self.number(last + 1, ordinals=False)
        if number is None or d.year is not None or d.year_shift is not None or not 100 <= number.value <= 2200:
            return None
        if d.month is None and d.season is None and (d.day is not None or d.weekday is not None):
            return None
        d.year = int(number.value)
        era = self._era(number.last, d)
        if era > number.last and self.entry(number.last + 1, "era") and d.month is None and 1300 <= d.year <= 1500:
            d.year = None
            return None
        return era

    def _day_word(self, last: int, d: Draft) -> int | None:
        """يوم before what names the day; alone it dates nothing."""
        inner = self.element(last + 1, d)
        if inner is not None:
            return inner
        number = self.number(last + 1)
        free = d.day is None and d.month is None and d.offset is None and not d.ago
        if number and free and 1 <= number.value <= 31 and self._ends_number(number.last + 1):
            d.day = int(number.value)
            return number.last
        return None

    def _window_units(self, last: int, unit: str, number: str, d: Draft) -> int | None:
        """الساعات الماضية, اليومين الماضيين, الأيام الثلاثة الأخيرة, الساعات الـ24 الماضية."""
        count, j = (2 if number == "dual" else 3), last + 1
        reading = self.number(j)
        if reading:
            count, j = int(reading.value), reading.last + 1
        elif self.is_small(j, "few"):
            j += 1
        modifier = self.entry(j, "modifier", "elapsed")
        if not modifier or d.window or d.ago or (modifier[0].kind == "modifier" and modifier[0].value >= 0):
            return None
        if modifier[0].kind == "elapsed":
            d.ago = (unit, count)
        else:
            d.window = (unit, count)
        return modifier[1]

    def _window(self, i: int, number: Reading, d: Draft) -> int | None:
        """الـ 24 ساعة الماضية, ثلاثة أيام مضت."""
        unit = self.entry(number.last + 1, "unit")
        if not unit or d.window or d.ago or d.month is not None:
            return None
        modifier = self.entry(unit[1] + 1, "modifier", "elapsed")
        if not modifier or (modifier[0].kind == "modifier" and modifier[0].value >= 0):
            return None
        if modifier[0].kind == "elapsed":
            d.ago = (unit[0].value[0], int(number.value))
        else:
            d.window = (unit[0].value[0], int(number.value))
        return modifier[1]

    def _counted(self, i: int, d: Draft) -> int | None:
        """بعد ثلاثة أيام على, بعد يوم من, غداة: what follows lies so many days before the news; في اليوم نفسه, في اليوم التالي."""
        if d != Draft():
            return None
        if same := self.entry(i, "same_day"):
            d.counted = same[0].value
            return same[1]
        if eve := self.entry(i, "eve"):
            d.counted = -1
            return eve[1]
        found = self.entry(i, "following")
        read = self._distance(found[1] + 1) if found else None
        if read is None or not self.is_small(read[2] + 1, "from_event"):
            return None
        unit, count, last = read
        if unit in ("hour", "minute"):
            return None
        if count is None:
            d.vague = True
        elif unit in ("day", "week"):
            d.counted = -count * (7 if unit == "week" else 1)
        else:
            d.ago = (unit, count)
        return last

    def _distance(self, i: int) -> tuple[str, int | None, int] | None:
        """A number of units at token i (ثلاثة أيام, يومين, نحو أسبوع): unit, how many (None: some, أيام), last token."""
        bound = self._bound_at(i)
        j = bound if bound is not None else i
        reading = self.number(j, ordinals=False)
        unit = self.entry(reading.last + 1 if reading else j, "unit")
        if not unit or unit[0].value[2]:
            return None
        name, number, _ = unit[0].value
        last = unit[1]
        if not reading and number == "one" and (one := self.number(last + 1)) and one.value == 1:
            last = one.last
        while self.is_small(last + 1, "only"):
            last += 1
        count = int(reading.value) if reading else {"one": 1, "dual": 2}.get(number)
        return name, count, last

    def _ago(self, i: int, d: Draft) -> int | None:
        """قبل ثلاثة أيام, منذ يومين, قبل نحو أسبوعين, قبل ساعة."""
        found = self.entry(i, "ago")
        if not found or d.ago or d.offset is not None or d.month is not None or d.window:
            return None
        j = found[1] + 1
        bound = self._bound_at(j)
        j = bound if bound is not None else j
        count = 1
        reading = self.number(j, ordinals=False)
        if reading:
            count, j = int(reading.value), reading.last + 1
        vague = self.language.numbers.vague.get(self.word(j)) if not reading else None
        if vague:
            count, j = vague[0], j + 1
        unit = self.entry(j, "unit")
        if not unit:
            return None
        name, number, article = unit[0].value
        if article or (number == "many" and not reading and not vague):
            if name not in ("hour", "minute") or article:
                return None
            count = 1
        last = unit[1]
        if number == "dual":
            count = 2
        elif number == "one" and not reading:
            if self._names_unit(last + 1, name):
                return None  # قبل شهر رمضان, منذ عام 2011
            if self.numbers.at(last + 1) and (one := self.number(last + 1)) and one.value == 1:
                last = one.last
        d.ago = (name, count)
        return last

    def _names_unit(self, i: int, unit: str) -> bool:
        if unit == "year":
            reading = self.number(i)
            return bool(reading and reading.value >= 100) or self.entry(i, "modifier") is not None
        if unit == "month":
            return self.entry(i, "month") is not None or self.number(i) is not None
        return unit == "day" and self._starts_day(i)

    def _shifted_month(self, i: int) -> tuple[int, int] | None:
        """(من) الشهر الجاري / هذا الشهر / الشهر الماضي: shift and last token."""
        j = i + 1 if self.is_small(i, "of") else i
        this = self.entry(j, "this")
        if this:
            j = this[1] + 1
        unit = self.entry(j, "unit")
        if not unit or unit[0].value[0] != "month" or unit[0].value[1] != "one":
            return None
        modifier = self.entry(unit[1] + 1, "modifier")
        if modifier:
            return modifier[0].value, modifier[1]
        return (0, unit[1]) if this else None
