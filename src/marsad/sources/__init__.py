"""Where reports come from: files, pages, feeds, archives, exports of channels, the live web.

Comes in: paths or addresses. Goes out: `Report`s, one at a time, and a `SourceError` for each that cannot be read, so that one bad
report never loses the rest. Nothing here touches the network except `fetch` and `watch`, which are asked to.
"""

from marsad.sources.files import read_reports

__all__ = ["read_reports"]
