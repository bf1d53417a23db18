"""Keeps everything; the only room that speaks SQL.

In: raw bytes with their retrieval record, reports, codings, incidents with their links, judgements, editions. Out: the same,
searched, walked through and verified. Wrong can go: no disk space, no server, a damaged file; each gives one `StoreError`
line and leaves the store as it was. What was acknowledged survives a kill at any moment.
"""

from marsad.store.flat import block_keys, probe_keys
from marsad.store.rows import (
    Coding,
    Damage,
    Document,
    Edition,
    EventRow,
    Head,
    Hit,
    JournalEntry,
    LinkRow,
    Near,
    Retrieval,
    Stats,
)
from marsad.store.store import Store, open_store
from marsad.store.timestamps import timestamp_request

__all__ = [
    "Coding",
    "Damage",
    "Document",
    "Edition",
    "EventRow",
    "Head",
    "Hit",
    "JournalEntry",
    "LinkRow",
    "Near",
    "Retrieval",
    "Stats",
    "Store",
    "block_keys",
    "open_store",
    "probe_keys",
    "timestamp_request",
]
