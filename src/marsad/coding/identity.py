"""Which mentions are one party: an actor that is known, or a name that is a shorter wording of another.

Comes in: the parties of a report. Goes out: a key for each, equal where two mentions are one party. Arabic words one party by case
("امرأتان"، "امرأتين"), with and without the article, and cut short once it is known ("المقاومة الشعبية" … "المقاومة").
"""

from __future__ import annotations

from marsad.coding.actors import ARMED, Party
from marsad.coding.scan import Scan
from marsad.knowledge.loader import Knowledge

_LEAST = 4  # letters that a stem keeps when an ending is taken off
_ENDINGS = ("ون", "ين", "ان", "ا")


class Identities:
    """The keys of one report's parties."""

    def __init__(self, scan: Scan, parties: list[Party], knowledge: Knowledge) -> None:
        self.scan, self.knowledge = scan, knowledge
        self._actors = [(_stems(p, scan), p.id) for p in parties if _is_actor(p)]
        self._unknown: list[frozenset[str]] = []
        self._keys: dict[int, str] = {}

    def of(self, party: Party) -> str:
        """The key of a mention: an actor's id, or "?" and the words of the first mention that it repeats."""
        if id(party) not in self._keys:
            self._keys[id(party)] = self._find(party)
        return self._keys[id(party)]

    def _find(self, party: Party) -> str:
        if _is_actor(party) and party.id:
            return party.id
        stems = _stems(party, self.scan)
        if party.kind in ARMED and self.scan.words[party.first].removeprefix(party.pro).startswith("ال"):
            for known, actor in self._actors:
                if stems[0] == known[0] and _is_wording(frozenset(stems), frozenset(known)):
                    return actor or ""
        words = frozenset(stems)
        for other in self._unknown:
            if _is_wording(words, other) or _is_wording(other, words):
                return "?" + " ".join(sorted(other))
        self._unknown.append(words)
        return "?" + " ".join(sorted(words))


def _is_actor(party: Party) -> bool:
    return party.id is not None and not party.id.startswith("common.")


def _is_wording(short: frozenset[str], full: frozenset[str]) -> bool:
    """Whether one name is the other with words left out, at most half of them."""
    return short <= full and len(short) * 2 >= len(full)


def _stems(party: Party, scan: Scan) -> list[str]:
    """The words of a mention without article, clitics and the endings of case and number."""
    words = list(scan.words[party.first : party.last + 1])
    words[0] = words[0].removeprefix(party.pro) or words[0]
    kept = [w for w in words if w not in ("من", "في", "و")] or words
    return [_stem(w) for w in kept]


def _stem(word: str) -> str:
    bare = word.removeprefix("ال")
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= _LEAST:
            return bare.removesuffix(ending)
    return bare
