"""What a voice speaks of: the happenings that its own words name or point back at, as features for the model “voice”.

Comes in: an event with its mentions and one mention of a voice. Goes out: named features. A later speaker bears out an event without
naming it anew: "the attack", "the dead", or the same deed in other words. Which event such words mean is a matter of focus: the one
told last before the voice, or the report's first.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from marsad.coding.frames import Draft
from marsad.coding.rank import Features
from marsad.coding.scan import Scan
from marsad.coding.voice import Voice
from marsad.coding.voice_name import plain_words
from marsad.knowledge.loader import Knowledge

_SHORT = 3  # letters: shorter words say nothing about what a sentence is about
_MOST = 6  # shared words beyond which two sentences are as like as need be


class Content(msgspec.Struct, eq=False):
    """What stands in the words of one mention of a voice."""

    drafts: list[Draft] = []
    types: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    points_back: bool = False
    harm: bool = False
    words: frozenset[str] = frozenset()


class Contents:
    """What the voices of one report speak of, against its events."""

    def __init__(self, scan: Scan, voices: Sequence[Voice], events: Sequence[Draft], knowledge: Knowledge) -> None:
        self.scan, self.voices, self.events, self.knowledge = scan, voices, events, knowledge
        self.order = {key: n for n, key in enumerate(dict.fromkeys(v.group for v in voices))}
        self.parts = sorted((part for event in events for part in event.parts), key=lambda part: part.first)
        self.event_of = {id(part): n for n, event in enumerate(events) for part in event.parts}
        self.contents = [self._content(k) for k in range(len(voices))]
        self.focus = [self._focus(voice) for voice in voices]
        self.bags: dict[int, frozenset[str]] = {}

    def features(self, event: Draft, draft: Draft, k: int) -> Features:
        """Of one mention of an event and one of a voice."""
        voice, content = self.voices[k], self.contents[k]
        own = any(self.events[self.event_of[id(d)]] is event for d in content.drafts)
        others = any(self.events[self.event_of[id(d)]] is not event for d in content.drafts)
        nothing = not content.types and not content.harm
        klass = self.knowledge.events[draft.type].klass
        focus = self.focus[k].get(id(event), 9)
        number = "one" if len(self.events) == 1 else "few" if len(self.events) <= 3 else "many"
        where = "earlier" if draft.last < voice.first and draft.sentence < voice.sentence else "later"
        where = "here" if draft.sentence == voice.sentence else where
        loose = not own and (draft.type in content.types or content.points_back or content.harm)
        out = {
            f"of_{number}": 1.0,
            f"rank_{min(self.order[voice.group], 3)}": 1.0,
            "own": float(own),
            "own_only": float(own and not others),
            "others_only": float(others and not own),
            "nothing": float(nothing),
            "same_type": float(not own and draft.type in content.types),
            "same_class": float(not own and draft.type not in content.types and klass in content.classes),
            "points_back": float(not own and content.points_back),
            "harm": float(not own and content.harm),
            "harm_toll": float(not own and content.harm and bool(event.tolls)),
            f"focus_{min(focus, 3)}": 1.0,
            f"focus_{min(focus, 3)}_loose": float(loose),
            f"loose_of_{number}": float(loose),
            "like": len(content.words & self._bag(draft.sentence)) / _MOST if where != "here" else 0.0,
            "main": float(event is self.events[0]),
            "main_loose": float(event is self.events[0] and loose),
        }
        return {f"{where}_{name}": value for name, value in out.items() if value}

    def _content(self, k: int) -> Content:
        """From the voice to the next one of its sentence, or before it back to the last one ("بحسب")."""
        voice = self.voices[k]
        first, last = self.scan.sentences[voice.sentence]
        here = [v for v in self.voices if v.sentence == voice.sentence and v.group != voice.group]
        if voice.after and voice.first - first > 3:
            a, b = max([first, *(v.last + 1 for v in here if v.last < voice.first)]), voice.first - 1
        else:
            a, b = voice.last + 1, min([last, *(v.first - 1 for v in here if v.first > voice.last and not v.after)])
        triggers = [m for i, m in self.scan.at.get("trigger", {}).items() if a <= i <= b]
        types = frozenset(m.entry.data.type for m in triggers)
        return Content(
            [part for part in self.parts if a <= part.first <= b],
            types,
            frozenset(self.knowledge.events[t].klass for t in types),
            any(self.scan.words[m.first].lstrip("وفب").startswith(("ال", "لل")) for m in triggers),
            any(a <= i <= b for i in self.scan.at.get("harm", {})),
            self._words(a, b),
        )

    def _focus(self, voice: Voice) -> dict[int, int]:
        """How many other events were told between the last mention of each event and the voice; what is told later only comes last."""
        out: dict[int, int] = {}
        for part in reversed(self.parts):
            event = id(self.events[self.event_of[id(part)]])
            if part.first < voice.first and event not in out:
                out[event] = len(out)
        return out

    def _bag(self, number: int) -> frozenset[str]:
        if number not in self.bags:
            self.bags[number] = self._words(*self.scan.sentences[number])
        return self.bags[number]

    def _words(self, first: int, last: int) -> frozenset[str]:
        """The longer words without article and prefix."""
        words = plain_words(self.scan.words[first : last + 1])
        return frozenset(w.lstrip("و") for w in words if len(w) > _SHORT)
