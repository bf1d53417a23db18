"""Months by name, with the day before or after them and the year: الرابع من أيار / مايو 2015."""

from __future__ import annotations

from marsad.text.cardinals import CONJUNCTION
from marsad.text.dateclock import ClockReader
from marsad.text.datedraft import Draft
from marsad.text.datelookup import is_year
from marsad.text.digits import Reading


class MonthReader(ClockReader):
    """Reads months with their days and years."""

    def _month(self, i: int, d: Draft) -> int | None:
        found = self._month_name(i)
        if not found or d.month is not None or d.month_shift is not None or d.offset is not None:
            return None
        number, calendar, last, weak = found
        if d == Draft() and (
            self._blocked(i, "month") or (self.word(i - 1).isdigit() and self._blocked(i - 1, "month"))
        ):
            return None
        unit = self.entry(i - 1, "unit")
        supported = bool(unit and unit[0].value[0] == "month") or d.day is not None
        if weak and not supported and not self._year_follows(last + 1):
            return None
        d.month, d.calendar = number, calendar
        return self._month_tail(last, d)

    def _month_tail(self, last: int, d: Draft) -> int:
        """What may follow a month: الماضي, a day (شباط 13), a year."""
        modifier = self.entry(last + 1, "modifier")
        if modifier:
            d.weekday_shift = modifier[0].value
            last = modifier[1]
        elif d.day is None:
            last = self._day_after_month(last, d)
        return self._year_after(last, d)

    def _month_name(self, i: int) -> tuple[int, str, int, bool] | None:
        """A month's name at token i with its other name beside it: number, calendar, last token, weak."""
        found = self.entry(i, "month")
        if not found:
            return None
        entry, last = found
        calendar, number = entry.value
        j, bracket = last + 1, False
        while self.is_small(j, "month_other") and j - last < 3:
            bracket = bracket or self.word(j) == "("
            j += 1
        other = self.entry(j, "month")
        if not other or other[0].value != entry.value:
            return number, calendar, last, entry.weak
        last = other[1]
        if bracket and self.word(last + 1) == ")":
            last += 1
        return number, calendar, last, False

    def _month_after(self, i: int) -> tuple[int, str, int] | None:
        """The month a day number may be followed by: (من) (شهر) أيار, من الشهر الثامن, / أكتوبر."""
        j = i
        while self.is_small(j, "month_before") and j - i < 2:
            j += 1
        unit = self.entry(j, "unit")
        if unit and unit[0].value[0] == "month" and unit[0].value[1] == "one":
            j = unit[1] + 1
            named = self._month_name(j)
            if named:
                return named[:3]
            number = self.number(j)
            if number and 1 <= number.value <= 12 and (number.ordinal or not unit[0].value[2]):
                return int(number.value), "gregorian", number.last
            return None
        found = self._month_name(j)
        if found and found[3] and self.word(i) in ("-", "/", ".", "،"):
            return None  # 1-صفر is a score
        return found[:3] if found else None

    def _day_after_month(self, last: int, d: Draft) -> int:
        """شباط 13, يناير-1, يوليو 13-15; a number that counts something after it is no day (في مايو 30 قتيلا)."""
        j = last + 1
        if self.word(j) in ("-", "،", ","):
            j += 1
        number = self.number(j)
        if number is None or not 1 <= number.value <= 31:
            return last
        second = self._day_range(number)
        if second and not self._ends_month(second[1] + 1):
            second = None
        end = second[1] if second else number.last
        if not number.ordinal and not self._ends_month(end + 1):
            return last
        d.day = int(number.value)
        d.day_to = second[0] if second else None
        return end

    def _ends_month(self, i: int) -> bool:
        reading = self.number(i)
        return self._ends_number(i) or bool(reading and is_year(reading.value)) or self.entry(i, "modifier") is not None

    def _day_range(self, number: Reading) -> tuple[int, int] | None:
        """The second day after a first one: "- 15", "إلى 15", "و15"; its value and last token."""
        j = number.last + 1
        word = self.word(j)
        if word in self.language.dashes or word in self.language.to or word == CONJUNCTION:
            j += 1
        elif not (word and any(x.joined for x in self.numbers.at(j))):
            return None
        second = self.number(j)
        if second and number.value < second.value <= 31:
            return int(second.value), second.last
        return None

    def _year_follows(self, i: int) -> bool:
        reading = self.number(self.skip(i), ordinals=False)
        return reading is not None and is_year(reading.value)

    def _year_after(self, last: int, d: Draft) -> int:
        """A bare year after a month: أيار 2015, أيار من عام 2015, أيار، 2015."""
        if d.year is not None:
            return last
        j = last + 1
        while self.is_small(j, "year_before") and j - last < 3:
            j += 1
        unit = self.entry(j, "unit")
        named = bool(unit and unit[0].value[0] == "year" and unit[0].value[1] == "one")
        if unit and named:
            j = unit[1] + 1
        number = self.number(j, ordinals=False)
        if number is None or not (is_year(number.value) or (named and 1 <= number.value <= 2200)):
            return last
        d.year = int(number.value)
        return self._era(number.last, d)

    def _era(self, last: int, d: Draft) -> int:
        found = self.entry(last + 1, "era")
        if not found:
            return last
        if found[0].value == "hijri" and d.month is not None:
            d.calendar = "hijri"
        return found[1]

    def _day_month(self, i: int) -> tuple[int, int | None, int, str, int] | None:
        """A day number (or two) and its month at token i: day, second day, month, calendar, last token."""
        first = self.number(i)
        if first is None or not 1 <= first.value <= 31:
            return None
        end, to = first.last, None
        month = self._month_after(end + 1)
        if month is None:
            second = self._day_range(first)
            if second is None:
                return None
            to, end = second
            month = self._month_after(end + 1)
            if month is None:
                return None
        return int(first.value), to, month[0], month[1], month[2]
