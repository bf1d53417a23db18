"""The day a page or message was published, out of what pages write: ISO stamps, mail dates, Arabic dates in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marsad.sources.fields import read_date
from marsad.sources.outlets import Outlet
from marsad.text.dates import Dates, find_dates, load_dates
from marsad.text.tokens import Tokens

_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ ,T]+(\d{1,2}:\d\d))?")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


def page_date(values: Iterable[str | None], outlet: Outlet | None = None) -> str | None:
    """The first of several written dates that can be read, as ISO in the outlet's time zone; None when none can.

    Dates with an offset are moved to the outlet's zone, since "yesterday" in its text means its own day. "03.04.2020" is day first, as
    Arabic sites write.
    """
    for value in values:
        if value and (found := _one(value.strip())):
            return _local(found, outlet)
    return None


def _one(value: str) -> str | None:
    value = value.translate(_DIGITS)
    try:
        return read_date(value)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(value).isoformat()
    except (ValueError, TypeError, IndexError):
        pass
    match = _DAY_FIRST.search(value)
    if match:
        day, month, year, clock = match.groups()
        try:
            return read_date(f"{year}-{month}-{day}" + (f"T{clock:0>5}" if clock else ""))
        except ValueError:
            pass
    return _in_words(value)


def _in_words(value: str) -> str | None:
    mentions = [
        m for m in find_dates(Tokens(value[:200]), None, _dates()) if m.start and m.precision in ("day", "hour")
    ]
    for mention in mentions:
        if mention.start and re.match(r"\d{4}-\d\d-\d\d", mention.start):
            return mention.start[:10]
    return None


@lru_cache(maxsize=1)
def _dates() -> Dates:
    return load_dates()


def _local(stamp: str, outlet: Outlet | None) -> str:
    if not outlet or not outlet.timezone or not re.search(r"(?:[+-]\d\d:\d\d)$", stamp):
        return stamp
    try:
        return datetime.fromisoformat(stamp).astimezone(ZoneInfo(outlet.timezone)).isoformat()
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return stamp
