"""Numbers written in digits, with the separators of thousands and decimals that Arabic pages use.

Comes in: folded words, so digits of every script are ASCII here. Goes out: a `Reading`, or None.
"""

from __future__ import annotations

from typing import NamedTuple

Value = int | float


class Reading(NamedTuple):
    """A number read: its value, its last token, and whether it is an ordinal (الحادي والعشرون)."""

    value: Value
    last: int
    ordinal: bool = False


def read_digits(words: list[str], start: list[int], end: list[int], i: int) -> Reading | None:
    """The number written in digits at token i, with thousands separators and decimals over several tokens.

    "1,200" "1.200" "1٬200٬000" "1 200 000" are thousands; "10.5" "6ر3" "6٫3" are decimals. None when token i is no digit.
    """
    word = words[i]
    value = _plain(word) if "0" <= word[0] <= "9" else None
    if value is None:
        return None
    last = i
    count = len(words)
    if isinstance(value, int) and (len(word) <= 3 or not word.isdigit()) and value:
        while last + 1 < count and _is_group(words[last + 1]) and start[last + 1] == end[last] + 1:
            last += 1
            value = value * 1000 + int(words[last])
    if (
        last + 2 < count
        and words[last + 1] in (".", ",", "٫", "ر", "٬")
        and is_digits(words[last + 2])
        and start[last + 1] == end[last]
        and start[last + 2] == end[last + 1]
        and isinstance(value, int)
    ):
        tail = words[last + 2]
        if words[last + 1] in (".", "٬") and len(tail) == 3 and not word.isdigit():
            return Reading(value * 1000 + int(tail), last + 2)  # 1.200.000
        if words[last + 1] == "ر" or words[last + 1] == "٫" or (words[last + 1] == "." and not word.isdigit()):
            fraction = float(f"{value}.{tail}")
            return Reading(int(fraction) if fraction.is_integer() else fraction, last + 2)
    return Reading(value, last)


def is_digits(word: str) -> bool:
    """Is a folded word a plain number of sensible length (not "2a", not a serial number)?"""
    return word.isascii() and word.isdigit() and len(word) <= 15


def _is_group(word: str) -> bool:
    return len(word) == 3 and is_digits(word)


def _plain(word: str) -> Value | None:
    """The value of one digit token: separators of thousands and decimals told apart by the digits after them."""
    text = word.replace(",", "").replace("٬", "").replace("٫", ".")
    whole, point, tail = text.partition(".")
    if not is_digits(whole + tail):
        return None
    if not point:
        return int(text)
    if len(tail) == 3 and "٫" not in word and whole.lstrip("0") and len(whole) <= 3:
        return int(whole + tail)
    return float(text) if tail.strip("0") else int(whole)
