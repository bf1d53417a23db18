"""The grammar of Arabic dates: reads, from one token on, everything that dates the same thing into one `Draft`.

Elements (a weekday, a day and month, a year, "yesterday", a part of the day, a clock time, a shifted unit) may follow each
other in any order, with links between them (من، في، الموافق، brackets, commas). An element that a slot already holds ends the
mention. So "مساء أمس (السبت) 14 كانون الثاني / يناير 2012" is one mention.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable

from marsad.text.cardinals import NumberReader, Reading, is_digits
from marsad.text.datedraft import Draft
from marsad.text.datewords import DIGITS, Dates, Entry
from marsad.text.tokens import Tokens, variants

_M = "[\u200e\u200f]?"
_NUMERIC = re.compile(rf"(\d{{1,4}}){_M}( ?)([/\-–.\\]){_M} ?(\d{{1,4}})(?:{_M} ?\3{_M} ?(\d{{1,4}}))?(?![\d])")
_TIME = re.compile(r"(\d{1,2})\s?[:٫.,]\s?(\d{2})(?!\d)")
_ARABIC = re.compile("[\u0621-\u064a]")


class DateReader:
    """Reads the dates of one text. `mention(i)` gives the draft that starts at token i with its last token, or None."""

    def __init__(self, tokens: Tokens, language: Dates) -> None:
        self.tokens, self.language = tokens, language
        self.words, self.count = tokens.words, len(tokens.words)
        self.numbers = NumberReader(tokens.words, tokens.start, tokens.end, language.numbers.table)
        self.starters = language.starters

    # ---- look-up -----------------------------------------------------------------------------------------------
    def entry(self, i: int, *kinds: str) -> tuple[Entry, int] | None:
        """The longest phrase of these kinds that starts at token i, and its last token."""
        if not 0 <= i < self.count:
            return None
        for e in self.starters.get(self.words[i], ()):
            if e.kind in kinds or not kinds:
                n = len(e.rest)
                if not n or tuple(self.words[i + 1 : i + 1 + n]) == e.rest:
                    return e, i + n
        return None

    def word(self, i: int) -> str:
        """Folded word i, or "" outside the text."""
        return self.words[i] if 0 <= i < self.count else ""

    def number(self, i: int, ordinals: bool = True) -> Reading | None:
        """A whole number at token i, in digits or words."""
        if not 0 <= i < self.count:
            return None
        if "0" <= self.words[i][0] <= "9":
            if not is_digits(self.words[i]):
                return None
            reading: Reading | None = Reading(int(self.words[i]), i)
        else:
            reading = self.numbers.cardinal(i) or (self.numbers.ordinal(i) if ordinals else None)
        if reading is None or isinstance(reading.value, float):
            return None
        return reading

    def skip(self, i: int) -> int:
        """The next token after links: من, في, commas, brackets, الموافق, يوم."""
        while i < self.count and self.words[i] in self.language.links:
            i += 1
        return i

    # ---- a whole mention ---------------------------------------------------------------------------------------
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

    def _conjoined(self, i: int) -> bool:
        """A date word with و before it opens another date: الشهر الماضي والعام الماضي."""
        entries = self.starters.get(self.words[i])
        return bool(entries) and all(e.clitic.startswith("و") for e in entries or ())

    def _blocked(self, i: int, kind: str) -> bool:
        """Does the word before make what follows a name and no date (شارع 17 نيسان)?"""
        names = self.language.blocked_before[kind]
        return i > 0 and any(rest in names for rest, _ in variants(self.words[i - 1]))

    def element(self, i: int, d: Draft) -> int | None:
        """Reads one element at token i into free slots; its last token, or None when nothing fits."""
        word = self.words[i]
        for name in DIGITS if "0" <= word[0] <= "9" else self.language.opens.get(word, ()):
            reader: Callable[[int, Draft], int | None] = getattr(self, "_" + name)
            last = reader(i, d)
            if last is not None:
                return last
        return None

    # ---- elements ----------------------------------------------------------------------------------------------
    def _vague(self, i: int, d: Draft) -> int | None:
        found = self.entry(i, "vague")
        if not found or d != Draft():
            return None
        sharper = self.skip(found[1] + 1)
        if self.entry(sharper, "day", "this") or self.entry(sharper, "unit", "month"):
            return None  # "earlier today", "earlier this year": what follows is sharper
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

    def _starts_day(self, i: int) -> bool:
        i = self.skip(i)
        found = self.entry(i, "day", "night", "weekday", "month")
        if found:
            return found[0].kind != "month" or not found[0].weak
        return self.numeric(i) is not None or self._day_month(i) is not None

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
        while self.word(j) in ("/", "-", "(", "\\", "–", "،", "أو", "او", "|") and j - last < 3:
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
        while self.word(j) in ("من", "-", "/", ".", "،", "في", "ب") and j - i < 2:
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

    def _ends_number(self, i: int) -> bool:
        """No counted noun follows at token i: the text ends, or a mark, a date word or a preposition stands there."""
        word = self.word(i)
        if not word or not _ARABIC.match(word):
            return True
        return (
            word in self.language.links
            or word in self.language.to
            or self.entry(i, "unit", "part", "clock", "era") is not None
        )

    def _day_range(self, number: Reading) -> tuple[int, int] | None:
        """The second day after a first one: "- 15", "إلى 15", "و15"; its value and last token."""
        j = number.last + 1
        word = self.word(j)
        if word in self.language.dashes or word in self.language.to or word == "و":
            j += 1
        elif not (word and any(x.joined for x in self.numbers.at(j))):
            return None
        second = self.number(j)
        if second and number.value < second.value <= 31:
            return int(second.value), second.last
        return None

    def _year_follows(self, i: int) -> bool:
        reading = self.number(self.skip(i), ordinals=False)
        return reading is not None and _is_year(reading.value)

    def _year_after(self, last: int, d: Draft) -> int:
        """A bare year after a month: أيار 2015, أيار من عام 2015, أيار، 2015."""
        if d.year is not None:
            return last
        j = last + 1
        while self.word(j) in ("،", ",", "من", "/", "-", ".", "في", "ل", "ب") and j - last < 3:
            j += 1
        unit = self.entry(j, "unit")
        named = bool(unit and unit[0].value[0] == "year" and unit[0].value[1] == "one")
        if unit and named:
            j = unit[1] + 1
        number = self.number(j, ordinals=False)
        if number is None or not (_is_year(number.value) or (named and 1 <= number.value <= 2200)):
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
        if (
            _is_year(value)
            and d.year is None
            and (d.month is not None or (d == Draft() and self._bare_year(i, number)))
        ):
            d.year = value
            return self._era(number.last, d)
        if d == Draft() and self.word(i - 1) == "في" and self._bare_day(number):
            d.day = value
            return number.last
        return self._window(i, number, d)

    def _bare_year(self, i: int, number: Reading) -> bool:
        """منذ 2011, في 2013: four digits after a word of time, with nothing counted after them."""
        before = self.word(i - 1)
        if not self.word(i).isdigit() or number.value < 1900:
            return False
        since = any(name == "since" and len(phrase) == 1 for phrase, name in self.language.directions.get(before, ()))
        return since or (before in ("في", "خلال", "حتي") and self._ends_number(number.last + 1))

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

    def _shifted_month(self, i: int) -> tuple[int, int] | None:
        """(من) الشهر الجاري / هذا الشهر / الشهر الماضي: shift and last token."""
        j = i + 1 if self.word(i) == "من" else i
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

    # ---- units -------------------------------------------------------------------------------------------------
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
            if (told := self.number(last + 1, ordinals=False)) and _is_year(told.value):
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

    def _ends_month(self, i: int) -> bool:
        reading = self.number(i)
        return (
            self._ends_number(i) or bool(reading and _is_year(reading.value)) or self.entry(i, "modifier") is not None
        )

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
        elif self.word(j) in ("القليله", "القليله،", "المعدوده"):
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

    def _bound_at(self, i: int) -> int | None:
        """The token after a bound (نحو, أكثر من) that starts at i."""
        for size in (3, 2, 1):
            tail = self.word(i + size - 1)
            for phrase, _ in self.language.numbers.before.get(tail, ()):
                if len(phrase) == size and tuple(self.words[i : i + size]) == phrase:
                    return i + size
        return None

    # ---- clock, position, nth, season ----------------------------------------------------------------------------
    def _clock(self, i: int, d: Draft) -> int | None:
        """الساعة 3, الساعة الثالثة والنصف, 3:18 صباحا, الثامنة هذه الليلة."""
        found = self.entry(i, "clock")
        j = found[1] + 1 if found else i
        if d.clock is not None or j >= self.count:
            return None
        if not found and (last := self._hours(i, d)) is not None:
            return last
        time = self._time(j, named=found is not None)
        if time is None:
            return None
        hour, minute, last, written = time
        part = self.entry(last + 1, "part")
        if part is None and self.word(last + 1) == "من":
            part = self.entry(last + 2, "part")  # في الثانية من صباح الثلاثاء
        if part is None and not found and (night := self.entry(last + 1, "night")) and d.offset is None:
            d.offset, d.part, last, part = night[0].value, "night", night[1], night
            hour += 12 if hour < 12 else 0
            d.clock = f"{hour % 24:02d}:{minute:02d}"
            return last
        if not found and part is None and not written:
            return None
        if part:
            d.part, d.after_midnight = part[0].value
            last = part[1]
        d.clock = _clock_time(time, part)
        return last

    def _hours(self, i: int, d: Draft) -> int | None:
        """من السادسة إلى السابعة, من الخمسة والنصف للستة: two hours; a bare pair of digits is no time."""
        if self.word(i - 1) != "من" or d.clock is not None:
            return None
        first = self._time(i, named=True)
        if first is None:
            return None
        early = self.entry(first[2] + 1, "part")
        j = early[1] + 1 if early else first[2] + 1
        to = self.word(j) in self.language.to or self.word(j) == "لل"
        second = self._time(j + 1 if to else j, named=True) if j + to < self.count else None
        if second is None or not (to or self.words[j].startswith("لل")):
            return None
        late = self.entry(second[2] + 1, "part")
        if not (early or late or (self._is_hour_name(i) and self._is_hour_name(j + to))):
            return None
        d.clock, d.clock_to = _clock_time(first, early or late), _clock_time(second, late or early)
        d.part = (early or late)[0].value[0] if early or late else None  # type: ignore[index]
        return late[1] if late else second[2]

    def _is_hour_name(self, i: int) -> bool:
        """An hour is named with the article: السادسة, الستة."""
        return any(x.article for x in self.numbers.at(i))

    def _time(self, i: int, named: bool) -> tuple[int, int, int, bool] | None:
        """Hour, minute and last token of a time at token i, and whether it is written as 3:18."""
        written = _TIME.match(self.tokens.text, self.tokens.start[i]) if self.words[i][:1].isdigit() else None
        if written and self.word(i - 1) in ("+", "gmt"):
            return None
        if written and (named or ":" in written.group()):
            hour, minute, last = int(written[1]), int(written[2]), self._token_at(written.end())
        else:
            digits = self.words[i].isdigit()
            number = self.number(i) if digits else self.numbers.hour(i)
            if number is None or not 0 <= number.value <= 24:
                return None
            written = None
            hour, (minute, last) = int(number.value), self._minutes(number.last)
            if not named and not (minute or number.ordinal):
                return None
        if minute < 0:
            hour, minute = hour - 1, minute + 60
        return (hour, minute, last, written is not None) if 0 <= hour <= 24 and 0 <= minute < 60 else None

    def _minutes(self, last: int) -> tuple[int, int]:
        """Minutes after an hour: ونصف, وربع, إلا ثلثا, و18 دقيقة; 0 when none."""
        half = self.entry(last + 1, "half")
        if self.word(last + 1) == "و" and not half:
            half = self.entry(last + 2, "half")
        if half and (half[0].clitic == "و" or self.word(last + 1) == "و"):
            return round(60 * half[0].value), half[1]
        minus = self.entry(last + 1, "minus")
        if minus:
            half = self.entry(minus[1] + 1, "half")
            return (-round(60 * half[0].value), half[1]) if half else (0, last)
        j = last + 2 if self.word(last + 1) == "و" else last + 1
        number = self.number(j, ordinals=False)
        if number and 0 < number.value < 60 and self.entry(number.last + 1, "minutes"):
            return int(number.value), number.last + 1
        return 0, last

    def _token_at(self, end: int) -> int:
        """The last token that begins before this offset of the text."""
        return bisect_left(self.tokens.start, end) - 1

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
        if modifier and modifier[0].value == -1 and self.word(j).startswith("الاخ"):
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
        if end is None and name == "quarter" and (number := self.number(pos)) and _is_year(number.value):
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

    # ---- numeric -------------------------------------------------------------------------------------------------
    def numeric(self, i: int) -> tuple[Draft, int] | None:
        """25/6/2015, 2015-06-25, 14-09-1432 هـ, 3/2, 9/2021, 2014-2018 at token i."""
        if not self.word(i)[:1].isdigit() or (
            i and self.tokens.end[i - 1] == self.tokens.start[i] and self.word(i - 1) in "/-.:"
        ):
            return None
        match = _NUMERIC.match(self.tokens.text, self.tokens.start[i])
        if not match:
            return None
        last = self._token_at(match.end())
        draft = Draft()
        if match[5]:
            longest = max(len(match[1]), len(match[5]))
            fits = len(match[5]) > 1 or longest > 2
            fits = fits and (match[3] != "." or longest == 4)  # 2.16.17 is a version
            fits = fits and _three(int(match[1]), int(match[4]), int(match[5]), longest, draft)
        else:
            fits = self._two_numbers(i, match, draft)
        if not fits:
            return None
        if not match[5] and draft.day is not None:
            last = self._year_after(last, draft)
        era = self.entry(last + 1, "era")
        if era:
            last = era[1]
            if era[0].value == "hijri":
                draft.calendar = "hijri"
                if draft.year and draft.year >= 1900:
                    draft.year = draft.year % 100 + 1400
        return draft, last

    def _two_numbers(self, i: int, match: re.Match[str], d: Draft) -> bool:
        a, b, sep = int(match[1]), int(match[4]), match[3]
        if _is_year(a) and _is_year(b) and a < b and len(match[1]) == 4:
            d.year, d.year_to = a, b
            return True
        if len(match[1]) == 4 or len(match[4]) == 4:
            year, month = (a, b) if len(match[1]) == 4 else (b, a)
            d.year, d.month = year, month
            return _is_year(year) and 1 <= month <= 12 and (sep != "." or len(match[1]) == 4)
        if (sep != "/" or match[2]) and not self._dated(i, match):
            return False  # 22-4 may be a range, 3 / 1 a score
        if a <= 12 < b <= 31:
            a, b = b, a
        d.day, d.month = a, b
        return 1 <= a <= 31 and 1 <= b <= 12

    def _dated(self, i: int, match: re.Match[str]) -> bool:
        """Something before the token calls for a date: a weekday, يوم, بتاريخ, الموافق; في if nothing is counted after it."""
        j = i - 1
        while j >= 0 and self.words[j] in ("(", "،", ","):
            j -= 1
        found = self.entry(j, "weekday", "unit")
        if found or self.word(j) in ("بتاريخ", "تاريخ", "الموافق", "المصادف"):
            return True
        return self.word(j) == "في" and not self.word(self._token_at(match.end()) + 1)[:1].isalpha()

    def _numeric(self, i: int, d: Draft) -> int | None:
        found = self.numeric(i)
        if not found or d.month is not None or d.day is not None or d.year is not None or d.month_shift is not None:
            return None
        draft, last = found
        for slot in ("day", "month", "year", "year_to", "calendar"):
            setattr(d, slot, getattr(draft, slot))
        return last


def _clock_time(time: tuple[int, int, int, bool], part: tuple[Entry, int] | None) -> str:
    """ "15:20" of an hour, its minutes and the part of the day told with it."""
    hour, minute = time[:2]
    name = part[0].value[0] if part else None
    if (name in ("afternoon", "evening", "night") and 1 <= hour < 12) or (name == "noon" and hour < 4):
        hour += 12
    return f"{hour % 24:02d}:{minute:02d}"


def _is_year(value: float) -> bool:
    return 1300 <= value <= 1500 or 1700 <= value <= 2100


def _three(a: int, b: int, c: int, longest: int, d: Draft) -> bool:
    """Day, month and year of three numbers in writing order; False when they are no date."""
    if a >= 1000 or a > 31:
        year, month, day = a, b, c
    else:
        day, month, year = a, b, c
    if month > 12 >= day:
        day, month = month, day
    if year < 100 and longest <= 2:
        year += 2000 if year < 70 else 1900
    d.day, d.month, d.year = day, month, year
    if 1300 <= year <= 1500:
        d.calendar = "hijri"
    return 1 <= day <= 31 and 1 <= month <= 12 and 1300 <= year <= 2200
