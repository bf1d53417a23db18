"""The few ways in which Marsad can fail, each with one clear line for the person who meets it.

`KnowledgeError` stops start-up; `SourceError` loses one report (logged and counted, never the run); `StoreError` leaves
the store as it was. Doubt about what a report means is never an exception: it is data (precision, confidence, warnings).
"""

from __future__ import annotations


class MarsadError(Exception):
    """Base of every error that Marsad raises on purpose; its text is fit to be shown to a user."""


class KnowledgeError(MarsadError):
    """A knowledge file cannot be used. Names the file, the entry and the reason."""

    def __init__(self, file: str, entry: str | None, reason: str) -> None:
        self.file, self.entry, self.reason = file, entry, reason
        super().__init__(f"{file}: {entry}: {reason}" if entry else f"{file}: {reason}")


class SourceError(MarsadError):
    """One report cannot be read. Names the file, the place in it (line, record) and the reason."""

    def __init__(self, file: str, place: str | None, reason: str) -> None:
        self.file, self.place, self.reason = file, place, reason
        super().__init__(f"{file}:{place}: {reason}" if place else f"{file}: {reason}")


class StoreError(MarsadError):
    """The store refused or could not complete an operation; nothing was half-written."""


class PublishError(MarsadError):
    """An export or edition cannot be produced as asked."""
