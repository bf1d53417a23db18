"""A channel exported by Telegram Desktop as JSON (`result.json`): each message with words is a report.

A message's `text` is a string, or a list of strings and entities ({"type": "bold", "text": "…"}); both are joined as read on the screen.
Service messages and pictures without words are no reports and no errors. The export's `date` is the exporting computer's own clock; the
Unix time beside it is exact and is preferred, moved to the outlet's time zone when one is known.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from marsad.errors import SourceError
from marsad.records import Report
from marsad.sources.encoding import clean
from marsad.sources.fields import make_report, read_date
from marsad.sources.files import Found
from marsad.sources.outlets import Outlet


def is_export(value: object) -> bool:
    """Whether parsed JSON is such an export: one chat, or the list of a full export."""
    return isinstance(value, dict) and bool(_chats(value) or isinstance(value.get("messages"), list))


def _chats(value: dict[str, Any]) -> list[object]:
    """The chats of an export: those of its list, else itself."""
    chats = value.get("chats")
    listed = chats.get("list") if isinstance(chats, dict) else None
    return listed if isinstance(listed, list) else [value] if isinstance(value.get("messages"), list) else []


def read_export(value: dict[str, Any], file: str, outlet: Outlet | None = None) -> Found:
    """Reports of an export, in the order of its messages; ids are "telegram:CHAT:MESSAGE"."""
    for chat in _chats(value):
        if not isinstance(chat, dict) or not isinstance(chat.get("messages"), list):
            yield SourceError(file, None, "a chat without messages")
            continue
        for message in chat["messages"]:
            found = _of_message(message, chat, file, outlet)
            if found is not None:
                yield found


def _of_message(message: object, chat: dict[str, Any], file: str, outlet: Outlet | None) -> Report | SourceError | None:
    if not isinstance(message, dict):
        return SourceError(file, None, "a message that is no object")
    if message.get("type", "message") != "message":
        return None
    text = clean(_text(message.get("text")))
    if not text.strip():
        return None
    place = str(message.get("id"))
    try:
        published = _date(message, outlet)
    except (ValueError, OverflowError, OSError) as error:
        return SourceError(file, place, f"date: {error}")
    name = outlet.label.ar if outlet else clean(str(chat.get("name") or "")) or None
    return make_report(
        text, id=f"telegram:{chat.get('id') or chat.get('name')}:{place}", publisher=name, published=published
    )


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(
            part if isinstance(part, str) else str(part.get("text") or "") if isinstance(part, dict) else ""
            for part in value
        )
    return ""


def _date(message: dict[str, Any], outlet: Outlet | None) -> str | None:
    stamp = message.get("date_unixtime")
    if stamp and outlet and outlet.timezone:
        return datetime.fromtimestamp(int(stamp), UTC).astimezone(ZoneInfo(outlet.timezone)).isoformat()
    if message.get("date"):
        return read_date(message["date"])
    return read_date(int(stamp)) if stamp else None
