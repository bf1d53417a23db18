"""What one mention of a date says, slot by slot, before it is worked out. Filled by the grammar, read by `dateresolve`."""

from __future__ import annotations

import msgspec


class Draft(msgspec.Struct):
    """The slots of one mention. None: not said."""

    weekday: int | None = None
    weekday_to: int | None = None
    weekday_shift: int | None = None  # -1 last, 0 this, 1 next, -2 the one before last
    nth: int | None = None  # the third Tuesday of; -1 the last
    nth_unit: str | None = None  # weekday, week, day or quarter
    day: int | None = None
    day_to: int | None = None
    month: int | None = None
    calendar: str = "gregorian"
    month_shift: int | None = None
    year: int | None = None
    year_to: int | None = None
    year_shift: int | None = None
    week_shift: int | None = None
    offset: int | None = None  # days from the reference: yesterday is -1
    ago: tuple[str, int] | None = None  # unit, how many, before the reference
    counted: int | None = (
        None  # days from another date of the text: "three days after" the news is -3, "the same day" 0
    )
    window: tuple[str, int] | None = None  # the last N units
    decade: int | None = None
    season: int | None = None
    position: str | None = None  # start, middle, end of what the other slots say
    part: str | None = None
    after_midnight: bool = False
    clock: str | None = None
    clock_to: str | None = None
    vague: bool = False
    direction: str | None = None

    def kind(self) -> str:
        """absolute, relative, counted, weekday, part_of_day, period or vague: how the text dates it."""
        if self.vague:
            return "vague"
        if self.window or self.season or self.decade is not None or self.day_to or self.year_to:
            return "period"
        if self.month is not None or (self.year is not None):
            return "absolute"
        if self.counted is not None:
            return "counted"
        shifts = (self.offset, self.ago, self.week_shift, self.month_shift, self.year_shift)
        if any(x is not None for x in shifts):
            return "relative"
        if self.weekday is not None:
            return "weekday"
        return "absolute" if self.day else "part_of_day"
