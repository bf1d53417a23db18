"""Dates in digits: 25/6/2015, 2015-06-25, 14-09-1432 هـ, 3/2, 9/2021, 2014-2018."""

from __future__ import annotations

import re

from marsad.text.datedraft import Draft
from marsad.text.datelookup import is_year
from marsad.text.datemonths import MonthReader

_M = "[\u200e\u200f]?"
_NUMERIC = re.compile(rf"(\d{{1,4}}){_M}( ?)([/\-–.\\]){_M} ?(\d{{1,4}})(?:{_M} ?\3{_M} ?(\d{{1,4}}))?(?![\d])")


class NumericReader(MonthReader):
    """Reads dates written in digits."""

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
        if is_year(a) and is_year(b) and a < b and len(match[1]) == 4:
            d.year, d.year_to = a, b
            return True
        if len(match[1]) == 4 or len(match[4]) == 4:
            year, month = (a, b) if len(match[1]) == 4 else (b, a)
            d.year, d.month = year, month
            return is_year(year) and 1 <= month <= 12 and (sep != "." or len(match[1]) == 4)
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
        if found or self.is_small(j, "dated"):
            return True
        return self.is_small(j, "in") and not self.word(self._token_at(match.end()) + 1)[:1].isalpha()

    def _numeric(self, i: int, d: Draft) -> int | None:
        found = self.numeric(i)
        if not found or d.month is not None or d.day is not None or d.year is not None or d.month_shift is not None:
            return None
        draft, last = found
        for slot in ("day", "month", "year", "year_to", "calendar"):
            setattr(d, slot, getattr(draft, slot))
        return last

    def _starts_day(self, i: int) -> bool:
        i = self.skip(i)
        found = self.entry(i, "day", "night", "weekday", "month")
        if found:
            return found[0].kind != "month" or not found[0].weak
        return self.numeric(i) is not None or self._day_month(i) is not None


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
