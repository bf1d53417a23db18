"""Watching outlets: their feeds polled politely, new reports handed on, silence noticed.

Comes in: outlets with feeds, a `Fetcher`, and the caller's `Memory` (what was seen, validators, failures). Goes out: `Taken` reports, errors,
and `Alarm`s when a day brought fewer or more reports than the source file expects: silence is not success. The memory of an item is
written only after the caller has come back for the next one, so a kill between the two delivers it again and never loses it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

from marsad.errors import SourceError
from marsad.sources.feeds import FeedItem, item_report, read_feed
from marsad.sources.fetch import Fetched, Fetcher, FetchError, Taken, of_fetched
from marsad.sources.outlets import Outlet

KEPT = 5000  # identifiers of items remembered for each feed; feeds list far fewer
LONGEST_PAUSE = timedelta(hours=24)


class FeedState(msgspec.Struct):
    """What is remembered of one outlet between polls. `seen` maps feed to item digests; `days` counts new reports by the outlet's day."""

    validators: dict[str, tuple[str | None, str | None]] = {}
    seen: dict[str, list[str]] = {}
    days: dict[str, int] = {}
    failures: int = 0
    next_at: str | None = None
    checked: str | None = None


class Alarm(msgspec.Struct, frozen=True):
    """A day far outside of what an outlet usually publishes."""

    outlet: str
    day: str
    count: int
    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.outlet}: {self.count} reports on {self.day}, expected {self.low} to {self.high}"


class Memory(Protocol):
    """Where the caller keeps states; `save` must be durable when it returns."""

    def load(self, outlet: str) -> FeedState: ...

    def save(self, outlet: str, state: FeedState) -> None: ...


class FileMemory:
    """States as one JSON file an outlet in a folder, replaced whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def load(self, outlet: str) -> FeedState:
        """The state kept, or a new one. Raises SourceError: the file is damaged."""
        path = self._path(outlet)
        if not path.exists():
            return FeedState()
        try:
            return msgspec.json.decode(path.read_bytes(), type=FeedState)
        except msgspec.MsgspecError as error:
            raise SourceError(str(path), None, f"damaged state: {error}") from None

    def save(self, outlet: str, state: FeedState) -> None:
        path = self._path(outlet)
        part = path.with_suffix(".part")
        with open(part, "wb") as file:
            file.write(msgspec.json.encode(state))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def _path(self, outlet: str) -> Path:
        return self._folder / f"{outlet.replace('/', '_')}.json"


def poll(outlet: Outlet, fetcher: Fetcher, memory: Memory, now: datetime) -> Iterator[Taken | SourceError | Alarm]:
    """One visit to an outlet's feeds: its new reports, each with raw bytes, then alarms for days that have ended.

    Args: now: the present moment with a time zone. A visit before `next_at` (after failures) does nothing.
    """
    state = memory.load(outlet.id)
    if state.next_at and now < datetime.fromisoformat(state.next_at):
        return
    worst: FetchError | None = None
    for feed in outlet.feed:
        try:
            yield from _poll_feed(outlet, feed, fetcher, memory, state, now)
        except FetchError as error:
            worst = error
            yield error
        except SourceError as error:
            yield error
    _plan(state, outlet, now, worst)
    alarms = list(_alarms(outlet, state, now))
    memory.save(outlet.id, state)
    yield from alarms


def _poll_feed(
    outlet: Outlet, feed: str, fetcher: Fetcher, memory: Memory, state: FeedState, now: datetime
) -> Iterator[Taken | SourceError]:
    etag, modified = state.validators.get(feed, (None, None))
    raw = fetcher.get(feed, etag, modified)
    if raw.status == 304:
        return
    seen = state.seen.setdefault(feed, [])
    known = set(seen)
    missed = False
    for item in read_feed(raw.body, raw.url, outlet):
        key = hashlib.sha256(item.id.encode("utf-8", "replace")).hexdigest()[:16]
        if key in known:
            continue
        taken = 0
        for found in _take(item, raw, outlet, fetcher):
            if isinstance(found, FetchError) and found.temporary:
                missed = True
                key = ""
            taken += isinstance(found, Taken)
            yield found
        if key:
            known.add(key)
            seen.append(key)
            del seen[:-KEPT]
        if taken:
            day = _day(outlet, now)
            state.days[day] = state.days.get(day, 0) + taken
        memory.save(outlet.id, state)
    # A page that failed for now is asked for again, so the feed must not answer "unchanged" next time.
    state.validators[feed] = (None, None) if missed else (raw.headers.get("etag"), raw.headers.get("last-modified"))


def _take(item: FeedItem, raw: Fetched, outlet: Outlet, fetcher: Fetcher) -> Iterator[Taken | SourceError]:
    if item.is_whole or not outlet.pages or not item.url:
        if item.text:
            yield Taken(item_report(item), raw)
        else:
            yield SourceError(raw.url, item.id[:200], "the entry carries no text")
        return
    try:
        page = fetcher.get(item.url)
    except SourceError as error:
        yield error
        return
    for found in of_fetched(page, outlet):
        yield _dated(found, item) if isinstance(found, Taken) else found


def _dated(taken: Taken, item: FeedItem) -> Taken:
    """The feed's date and title stand in where the page is silent."""
    report = taken.report
    report = msgspec.structs.replace(
        report, published=report.published or item.published, title=report.title or item.title
    )
    return Taken(report, taken.raw)


def _plan(state: FeedState, outlet: Outlet, now: datetime, worst: FetchError | None) -> None:
    """When to come again: after the outlet's interval, doubled for each failure in a row, or when the server said."""
    state.failures = state.failures + 1 if worst else 0
    pause = timedelta(minutes=outlet.every_minutes) * (2 ** min(state.failures, 10))
    if worst and worst.retry_after:
        pause = max(pause, timedelta(seconds=worst.retry_after))
    state.next_at = (now + min(pause, LONGEST_PAUSE)).isoformat()


def _day(outlet: Outlet, now: datetime) -> str:
    return now.astimezone(ZoneInfo(outlet.timezone or "UTC")).date().isoformat()


def _alarms(outlet: Outlet, state: FeedState, now: datetime) -> Iterator[Alarm]:
    """Days that ended since the last check and fell outside of the expected range; a day never watched from its start is left out."""
    today = datetime.fromisoformat(_day(outlet, now)).date()
    first = state.checked is None
    checked = today if first else datetime.fromisoformat(state.checked or "").date()
    if not first and outlet.daily:
        low, high = outlet.daily
        day = checked
        while day < today:
            count = state.days.get(day.isoformat(), 0)
            if not low <= count <= high and state.days.get("from", 0) != day.toordinal():
                yield Alarm(outlet.id, day.isoformat(), count, low, high)
            day += timedelta(days=1)
    if first:
        state.days["from"] = today.toordinal()
    state.checked = today.isoformat()
    for old in [d for d in state.days if d != "from" and d < (today - timedelta(days=30)).isoformat()]:
        del state.days[old]


def watch(
    outlets: Iterable[Outlet],
    fetcher: Fetcher,
    memory: Memory,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
    rounds: int | None = None,
) -> Iterator[Taken | SourceError | Alarm]:
    """Poll outlets in turn for ever (or for a number of rounds), sleeping until the next one is due."""
    chosen = [o for o in outlets if o.feed]
    done = 0
    while chosen and (rounds is None or done < rounds):
        due: list[datetime] = []
        for outlet in chosen:
            try:
                yield from poll(outlet, fetcher, memory, now())
                state = memory.load(outlet.id)
            except SourceError as error:
                yield error
                continue
            if state.next_at:
                due.append(datetime.fromisoformat(state.next_at))
        done += 1
        if rounds is None or done < rounds:
            sleep(max(1.0, (min(due) - now()).total_seconds() if due else 60.0))
