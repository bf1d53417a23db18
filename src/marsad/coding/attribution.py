"""Who says so: the sources of a sentence, with how they stand to what they say.

Comes in: a `Scan`. Goes out: `Voice`s in text order. A voice is a known source, or a head noun (مصدر، شهود، ناشطون، المتحدث باسم) with its
adjectives and complement, that stands as subject of a reporting verb or behind "بحسب". "قال المصدر" goes back to the source before.
The publisher itself and its own correspondents are no sources.
"""

from __future__ import annotations

import msgspec

from marsad.coding.scan import Scan
from marsad.knowledge.loader import Knowledge
from marsad.records import Attribution, Name, Span
from marsad.text.normalize import fold

_END_OF_NAME = frozenset(
    [
        "ان",
        "انه",
        "انها",
        "انهم",
        "عن",
        "الي",
        "علي",
        "قوله",
        "قولها",
        "خلال",
        "بعد",
        "قبل",
        "حول",
        "التي",
        "الذي",
        "الذين",
        "حتي",
    ]
)


class Voice(msgspec.Struct, eq=False):
    """A source at tokens first..last of a sentence. relayed: quoted by the voice before it ("نقلت رويترز عن شهود")."""

    first: int
    last: int
    sentence: int
    id: str | None
    name: Name | None
    kind: str
    stance: str
    relayed: bool = False
    core: tuple[int, int] = (0, 0)
    after: bool = False


def find_voices(scan: Scan, knowledge: Knowledge, publisher: str | None, dated: set[int]) -> list[Voice]:
    """Every voice of title and body, in text order. dated: tokens of dates, which end a voice's name ("وقال مصدر أمني الاثنين")."""
    return _Finder(scan, knowledge, publisher, dated).find()


class _Finder:
    def __init__(self, scan: Scan, knowledge: Knowledge, publisher: str | None, dated: set[int]) -> None:
        self.dated = dated
        self.scan, self.words, self.knowledge = scan, scan.words, knowledge
        get = scan.at.get
        self.report, self.by, self.relay = get("report", {}), get("according", {}), get("relay", {})
        self.source, self.head, self.back = get("source", {}), get("voice", {}), get("voice_back", {})
        self.own = own_sources(knowledge, publisher)
        self.qualifiers = get("voice_adjective", {})

    def find(self) -> list[Voice]:
        out: list[Voice] = []
        for number, (first, last) in enumerate(self.scan.sentences):
            i = first
            while i <= last:
                voice = self._at(i, number, first, last, out)
                if voice is None:
                    i += 1
                    continue
                if voice.id not in self.own or voice.id is None:
                    out.append(voice)
                i = max(i, voice.last) + 1
                relay = self._relayed(i, voice, number, last)
                if relay is not None:
                    out.append(relay)
                    i = max(i, relay.last + 1)
        return out

    def _at(self, i: int, number: int, first: int, last: int, before: list[Voice]) -> Voice | None:
        verb = self.report.get(i)
        if verb is not None and verb.entry.data and verb.entry.data.isdisjoint(self.words[i : min(i + 9, last + 1)]):
            verb = None
        if verb is not None:
            stance = str(verb.entry.ref)
            for j in range(verb.last + 1, min(verb.last + 3, last + 1)):
                voice = self._back(j, number, last, before) or self._named(j, number, last, stance, j == verb.last + 1)
                if voice is not None:
                    return voice
            left = self._subject_left(i, number, first, stance)
            if left is not None:
                return left
        by = self.by.get(i)
        if by is not None and by.last < last:
            for j in (by.last + 1, by.last + 2):
                voice = self._back(j, number, last, before) or self._named(j, number, last, "stated", j == by.last + 1)
                if voice is not None:
                    voice.after = True
                    return voice
        return None

    def _back(self, i: int, number: int, last: int, before: list[Voice]) -> Voice | None:
        """A definite head noun with nothing behind it that names it afresh."""
        back = self.back.get(i)
        if back is None or back.last > last or self._extend(back.last, last) > back.last:
            return None
        return self._again(i, number, before)

    def _again(self, i: int, number: int, before: list[Voice]) -> Voice | None:
        """ "وأضاف المصدر": the last voice once more."""
        if not before:
            return None
        old = before[-1]
        return Voice(
            i, i, number, old.id, old.name or Name(self.scan.span(*old.core).text), old.kind, old.stance, core=old.core
        )

    def _named(self, i: int, number: int, last: int, stance: str, close: bool = False) -> Voice | None:
        if i > last:
            return None
        known = self.source.get(i)
        if known is not None and known.last <= last:
            source = self.knowledge.sources[known.entry.ref]
            return Voice(
                i,
                known.last,
                number,
                source.id,
                Name(source.label.ar, source.label.en),
                source.kind,
                stance,
                core=(known.first, known.last),
            )
        head = self.head.get(i)
        if head is not None and head.last <= last:
            end = self._extend(head.last, last)
            return Voice(i, end, number, None, None, str(head.entry.ref), stance, core=(head.first, end))
        party = self.scan.at.get("actor", {}).get(i) or self.scan.at.get("group", {}).get(i)
        if close and party is not None and party.last <= last and not party.pro:
            end = self._extend(party.last, last)
            return Voice(
                i,
                end,
                number,
                None,
                None,
                "party" if party.entry.kind == "actor" else "official",
                stance,
                core=(party.first, end),
            )
        return None

    def _extend(self, end: int, last: int) -> int:
        """Adjectives, a place or an office behind a head noun, up to the clause's end."""
        at = self.scan.at
        i, taken = end + 1, 0
        while i <= last and taken < 6 and self.words[i].isalpha():
            if (
                i in self.report
                or i in self.dated
                or i in at.get("trigger", {})
                or i in at.get("harm", {})
                or self.words[i] in _END_OF_NAME
            ):
                break
            if i in at.get("source", {}):
                break
            known = (
                at.get("actor", {}).get(i)
                or at.get("nationality", {}).get(i)
                or self.qualifiers.get(i)
                or at.get("country", {}).get(i)
                or at.get("adjective", {}).get(i)
            )
            if known is not None:
                i = known.last + 1
            elif (
                self.words[i] in ("في", "باسم", "من", "ب", "لدي")
                or self.words[i].startswith("ال")
                or self.words[i - 1] in ("في", "باسم", "من")
            ):
                i += 1
            else:
                break
            taken += 1
        end = i - 1
        while self.words[end] in ("في", "من", "باسم", "لدي"):
            end -= 1
        return end

    def _subject_left(self, i: int, number: int, first: int, stance: str) -> Voice | None:
        """ "المرصد السوري … قال": the known source or head noun right before the verb."""
        for j in range(i - 1, max(first, i - 7) - 1, -1):
            known = self.source.get(j)
            if known is not None and known.last < i and i - known.last <= 3:
                return self._named(j, number, i - 1, stance)
            head = self.head.get(j)
            if head is not None and i - head.last <= 5 and j == first:
                return self._named(j, number, i - 1, stance)
        return None

    def _relayed(self, i: int, voice: Voice, number: int, last: int) -> Voice | None:
        """Whom the voice quotes ("نقلت رويترز عن شهود"), or whom it told ("أبلغت مصادر المرصد")."""
        told = self.source.get(i)
        if told is not None and told.last <= last and not told.pro:
            return self._named(i, number, last, voice.stance)
        for j in range(i, min(i + 4, last + 1)):
            if self.words[j] == "عن" or j in self.relay:
                inner = self._named(j + 1, number, last, voice.stance)
                if inner is not None:
                    inner.relayed = True
                return inner
        return None


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


def attribution(voice: Voice, scan: Scan, spans: tuple[Span, ...] = ()) -> Attribution:
    """The record of a voice."""
    own = scan.span(voice.first, voice.last)
    core = scan.span(*voice.core)
    evidence = (own,) if core == own else (own, core)
    name = voice.name or Name(core.text)
    return Attribution(voice.id, name, voice.kind, voice.stance, evidence)  # type: ignore[arg-type]
