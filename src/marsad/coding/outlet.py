"""Which known sources are the publisher of a report: it is none of its own sources.

Comes in: the publisher's name as the archive gives it. Goes out: ids of sources that bear it; none when we do not know the outlet.
"""

from __future__ import annotations

from marsad.knowledge.loader import Knowledge
from marsad.text.normalize import fold


def own_sources(knowledge: Knowledge, publisher: str | None) -> set[str]:
    """Ids under which the publisher itself is known."""
    if not publisher:
        return set()
    return _by_name(knowledge).get(" ".join(fold(publisher).split()), set())


_NAMES: dict[str, dict[str, set[str]]] = {}


def _by_name(knowledge: Knowledge) -> dict[str, set[str]]:
    """Source ids by folded name, made once for a version of the knowledge."""
    if knowledge.version not in _NAMES:
        table: dict[str, set[str]] = {}
        for source in knowledge.sources.values():
            for name in (*source.names.ar, *source.names.en, source.label.ar, source.label.en):
                table.setdefault(" ".join(fold(name).split()), set()).add(source.id)
        _NAMES[knowledge.version] = table
    return _NAMES[knowledge.version]
