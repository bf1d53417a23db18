"""A report out of named values: which names mean what, which dates are dates, how a report gets its id and digest."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from marsad.errors import SourceError
from marsad.records import Report, Section, sha256
from marsad.sources.encoding import MAX_BYTES, clean

FIRST_YEAR, LAST_YEAR = 1900, 2100

FIELDS = {
    "id": ("id", "report_id", "uuid"),
    "text": ("text", "body", "content", "article", "message", "النص", "نص"),
    "title": ("title", "headline", "العنوان", "عنوان"),
    "url": ("url", "link", "source_url", "الرابط"),
    "publisher": ("publisher", "outlet", "source", "site", "المصدر"),
    "published": ("published", "date", "published_at", "publication_date", "datetime", "التاريخ"),
    "language": ("language", "lang"),
}


def make_report(text: str, **given: Any) -> Report:
    """A report with its digest, and the id that the digest gives when there is none."""
    digest = sha256(text)
    identity = given.pop("id", None) or digest[:16]
    return Report(id=str(identity), text=text, sha256=digest, **{k: v for k, v in given.items() if v is not None})


def read_date(value: object) -> str:
    """An ISO date (year, month or day) or date-time out of what files hold: ISO forms, "2015/06/26", seconds since 1970.

    Raises: ValueError: not a date, or outside 1900-2100; the message is fit for a user.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if 0 < value < 4e9:
            return datetime.fromtimestamp(value, UTC).isoformat()
        raise ValueError(f"{value} is not a date")
    raw = str(value).strip().translate(_DIGITS)
    match = _ISO.match(raw)
    if not match:
        raise ValueError(f"“{raw[:40]}” is not an ISO date (2015-06-26)")
    year, month, day, rest = match.groups()
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise ValueError(f"the year of “{raw[:40]}” is outside {FIRST_YEAR}-{LAST_YEAR}")
    try:
        date(int(year), int(month or 1), int(day or 1))
        if rest:
            stamp = datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02}T{rest.strip(' T').replace(' ', '')}")
            return stamp.isoformat()
    except (ValueError, TypeError):
        raise ValueError(f"“{raw[:40]}” is no day of the calendar") from None
    return "-".join(f"{int(part):02}" for part in (year, month, day) if part)


_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
_ISO = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2})([T ]\s*\d{1,2}:\d\d.*)?)?)?$")


def of_fields(item: object, name: str, place: str) -> Report | SourceError:
    """A report out of a parsed object, by the usual names of its fields."""
    if not isinstance(item, dict):
        return SourceError(name, place, "not an object")
    sections: tuple[Section, ...] | None = None
    if item.get("schema") == "marsad/1" and isinstance(item.get("report"), dict):
        item = dict(item["report"])
        sections = _sections(item)
    fields: dict[str, Any] = item
    values = {field: _first(fields, names) for field, names in FIELDS.items()}
    text = values.pop("text")
    if not isinstance(text, str) or not text.strip():
        return SourceError(
            name,
            place,
            "there is no text" if text is None or text == "" or isinstance(text, str) else "the text is not a string",
        )
    if len(text) > MAX_BYTES:
        return SourceError(name, place, f"the text is longer than {MAX_BYTES / 1e6:.0f} M characters")
    try:
        if values["published"] is not None and str(values["published"]).strip():
            values["published"] = read_date(values["published"])
        else:
            values["published"] = None
    except ValueError as error:
        return SourceError(name, place, f"published: {error}")
    given = {k: clean(str(v)) for k, v in values.items() if v is not None and not isinstance(v, dict | list)}
    return make_report(clean(text), **given, sections=sections)


def _first(item: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((item[n] for n in names if item.get(n) is not None), None)


def _sections(item: dict[str, Any]) -> tuple[Section, ...] | None:
    """Sections of a report that Marsad itself wrote; any that do not fit the text are left to be found again."""
    try:
        found = msgspec.convert(item.get("sections") or [], tuple[Section, ...])
    except msgspec.ValidationError:
        return None
    at = 0
    for section in found:
        if not at <= section.start <= section.end <= len(item.get("text") or ""):
            return None
        at = section.end
    return found
