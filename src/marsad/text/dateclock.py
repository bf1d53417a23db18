"""Clock times: الساعة الثالثة والنصف, 3:18 صباحا, من السادسة إلى السابعة."""

from __future__ import annotations

import re

from marsad.text.cardinals import CONJUNCTION
from marsad.text.datedraft import Draft
from marsad.text.datelookup import DateLookup
from marsad.text.datewords import Entry

_TIME = re.compile(r"(\d{1,2})\s?[:٫.,]\s?(\d{2})(?!\d)")


class ClockReader(DateLookup):
    """Reads clock times."""

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
        if part is None and self.is_small(last + 1, "of"):
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
        if not self.is_small(i - 1, "of") or d.clock is not None:
            return None
        first = self._time(i, named=True)
        if first is None:
            return None
        early = self.entry(first[2] + 1, "part")
        j = early[1] + 1 if early else first[2] + 1
        to = self.word(j) in self.language.to or self.is_small(j, "to_the")
        second = self._time(j + 1 if to else j, named=True) if j + to < self.count else None
        if second is None or not (to or self.word(j).startswith("لل")):
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
        if self.word(last + 1) == CONJUNCTION and not half:
            half = self.entry(last + 2, "half")
        if half and (half[0].clitic == CONJUNCTION or self.word(last + 1) == CONJUNCTION):
            return round(60 * half[0].value), half[1]
        minus = self.entry(last + 1, "minus")
        if minus:
            half = self.entry(minus[1] + 1, "half")
            return (-round(60 * half[0].value), half[1]) if half else (0, last)
        j = last + 2 if self.word(last + 1) == CONJUNCTION else last + 1
        number = self.number(j, ordinals=False)
        if number and 0 < number.value < 60 and self.entry(number.last + 1, "minutes"):
            return int(number.value), number.last + 1
        return 0, last


def _clock_time(time: tuple[int, int, int, bool], part: tuple[Entry, int] | None) -> str:
    """ "15:20" of an hour, its minutes and the part of the day told with it."""
    hour, minute = time[:2]
    name = part[0].value[0] if part else None
    if (name in ("afternoon", "evening", "night") and 1 <= hour < 12) or (name == "noon" and hour < 4):
        hour += 12
    return f"{hour % 24:02d}:{minute:02d}"
