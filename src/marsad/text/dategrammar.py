"""The grammar of Arabic dates: reads, from one token on, everything that dates the same thing into one `Draft`.

Elements (a weekday, a day and month, a year, "yesterday", a part of the day, a clock time, a shifted unit) may follow each
other in any order, with links between them (من، في، الموافق، brackets, commas). An element that a slot already holds ends the
mention. So "مساء أمس (السبت) 14 كانون الثاني / يناير 2012" is one mention.
"""

from __future__ import annotations

from collections.abc import Callable

from marsad.text.datedraft import Draft
from marsad.text.datelookup import is_year
from marsad.text.datenth import NthReader
from marsad.text.datewords import DIGITS
from marsad.text.digits import Reading


class DateReader(NthReader):
    """Reads the dates of one text. `mention(i)` gives the draft that starts at token i with its last token, or None."""

    def mention(self, i: int) -> tuple[Draft, int] | None:
        """The date that starts at token i."""
        draft = Draft()
        last = self.element(i, draft)
        if last is None:
            return None
        for _ in range(8):  # more elements than any date has
            after = self._joined_element(last, draft)
            if after is None:
                break
            last = after
        if self.word(last + 1) in (")", "]") and any(w in ("(", "[") for w in self.words[i:last]):
            last += 1
        return draft, last

    def _joined_element(self, last: int, draft: Draft) -> int | None:
        for pos in dict.fromkeys((last + 1, self.skip(last + 1))):
            if pos < self.count and self.words[pos] != "\n" and not self._conjoined(pos):
                after = self.element(pos, draft)
                if after is not None:
                    return after
        return None

    def element(self, i: int, d: Draft) -> int | None:
        """Reads one element at token i into free slots; its last token, or None when nothing fits."""
        word = self.word(i) or " "
        for name in DIGITS if "0" <= word[0] <= "9" else self.language.opens.get(word, ()):
            reader: Callable[[int, Draft], int | None] = getattr(self, "_" + name)
            last = reader(i, d)
            if last is not None:
                return last
        return None

    def _vague(self, i: int, d: Draft) -> int | None:
        found = self.entry(i, "vague")
        if not found or d != Draft():
            return None
        sharper = self.skip(found[1] + 1)
        if self.entry(sharper, "day", "this", "weekday") or self.entry(sharper, "unit", "month"):
            return None  # "earlier today", "earlier on Friday", "earlier this year": what follows is sharper
        d.vague = True
        return found[1]

    def _night(self, i: int, d: Draft) -> int | None:
        found = self.entry(i, "night")
        if not found or d.offset is not None:
            return None
        d.offset, d.part = found[0].value, d.part or "night"
        return found[1]

    def _day(self, i: int, d: Draft) -> int | None:
        found = self.entry(i, "day")
        if not found or d.offset is not None or d.month is not None:
            return None
        entry, last = found
        if self._blocked(i, "day") or self.word(last + 1) in self.language.blocked_after["day"]:
            return None
        if entry.value == 0 and (number := self.numbers.ordinal(last + 1) if last + 1 < self.count else None):
            month = self._month_after(number.last + 1)
            if month is None or d.day is not None:
                return None  # "the third day of the battle"
            d.day, d.month, d.calendar = int(number.value), month[0], month[1]
            return month[2]
        d.offset = entry.value
        return last

    def _part(self, i: int, d: Draft) -> int | None:
        found = self.entry(i, "part")
        if not found or d.part is not None:
            return None
        entry, last = found
        if entry.weak and d == Draft() and not self._starts_day(last + 1):
            return None
        d.part, d.after_midnight = entry.value
        return last

    def _weekday(self, i: int, d: Draft) -> int | None:
        found = self.entry(i, "weekday")
        if not found or d.weekday is not None:
            return None
        entry, last = found
        if entry.weak and not self._supported(i, d):
            return None
        if self._blocked(i, "weekday"):
            return None
        d.weekday = entry.value
        last = self._second_weekday(last, d)
        modifier = self.entry(last + 1, "modifier")
        if modifier:
            d.weekday_shift = modifier[0].value
            return modifier[1]
        if self.entry(i - 1, "this"):
            d.weekday_shift = 0
        return last

    def _supported(self, i: int, d: Draft) -> bool:
        """A weak weekday (أحد, "someone") counts after يوم or an ordinal, or before a shifted week."""
        unit = self.entry(i - 1, "unit")
        if (unit and unit[0].value[0] == "day") or d.nth is not None:
            return True
        following = self.entry(i + 1, "unit")
        return bool(following and following[0].value[0] == "week" and self.entry(following[1] + 1, "modifier"))

    def _second_weekday(self, last: int, d: Draft) -> int:
        """The second day of a night range: ليل الأربعاء – الخميس, ليلة الخميس الجمعة, ليل الأربعاء/ الخميس."""
        if d.part not in ("night", "midnight"):
            return last
        j = last + 1
        if self.word(j) in (*self.language.dashes, "/", "-"):
            j += 1
        found = self.entry(j, "weekday")
        if found and not found[0].weak and found[0].value == ((d.weekday or 0) + 1) % 7:
            d.weekday_to = found[0].value
            return found[1]
        return last

    def _numbered(self, i: int, d: Draft) -> int | None:
        """What begins with a number: 18 شباط, الرابع من أيار, 13 - 15 تموز, a day of the month after a weekday, a year."""
        if self.word(i) not in self.language.numbers.table and not self.word(i)[:1].isdigit():
            return None
        if d.month is None and d.day is None and d.month_shift is None:
            found = self._day_month(i)
            if found and d == Draft() and self._blocked(i, "month"):
                return None
            if found:
                d.day, d.day_to, d.month, d.calendar = found[:4]
                return self._month_tail(found[4], d)
        number = self.number(i)
        if number is None:
            return None
        value = int(number.value)
        if d.month is None and d.day is None and 1 <= value <= 31:
            shifted = self._shifted_month(number.last + 1)
            if shifted:
                d.day, d.month_shift = value, shifted[0]
                return shifted[1]
            if (
                d.weekday is not None
                and d.weekday_shift is None
                and (number.ordinal or (self.word(i).isdigit() and self._ends_number(number.last + 1)))
            ):
                return self._after_weekday(i, number, d)
        if is_year(value) and d.year is None and (d.month is not None or (d == Draft() and self._bare_year(i, number))):
            d.year = value
            return self._era(number.last, d)
        if d == Draft() and self.is_small(i - 1, "in") and self._bare_day(number):
            d.day = value
            return number.last
        return self._window(i, number, d)

    def _bare_year(self, i: int, number: Reading) -> bool:
        """منذ 2011, في 2013: four digits after a word of time, with nothing counted after them."""
        before = self.word(i - 1)
        if not self.word(i).isdigit() or number.value < 1900:
            return False
        since = any(name == "since" and len(phrase) == 1 for phrase, name in self.language.directions.get(before, ()))
        return since or (self.is_small(i - 1, "before_year") and self._ends_number(number.last + 1))

    def _bare_day(self, number: Reading) -> bool:
        """في 15 at the end of a clause: nothing is counted, so a day of the month is told."""
        return 1 <= number.value <= 31 and not number.ordinal and not self.word(number.last + 1)[:1].isalnum()

    def _after_weekday(self, i: int, number: Reading, d: Draft) -> int | None:
        if number.ordinal and not self.word(i).startswith("ال"):
            return None  # "on Tuesday, in the first stop"
        if number.ordinal and number.value <= 5:
            d.nth, d.nth_unit = int(number.value), "weekday"
        else:
            d.day = int(number.value)
        return number.last
