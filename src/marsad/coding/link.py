"""What belongs to which event: places and voices given to drafts, and drafts of one event folded into one.

Comes in: drafts with sides, and the mentions of the report. Goes out: the drafts that stand, complete. What a sentence leaves out is
carried from the sentence before it; a definite event noun without a place or side of its own points back at the event it repeats.
"""

from __future__ import annotations

from collections.abc import Sequence

from marsad.coding.choose_places import PlaceGrammar, is_origin
from marsad.coding.frames import Draft
from marsad.coding.place_mention import PlaceMention
from marsad.coding.scan import Scan
from marsad.coding.voice import Voice


class Linker:
    """Links the mentions of one report to its drafts."""

    def __init__(
        self,
        scan: Scan,
        places: Sequence[PlaceMention],
        voices: list[Voice],
        grammar: PlaceGrammar,
    ) -> None:
        self.grammar = grammar
        self.scan, self.places, self.voices = scan, places, voices

    # ---- places --------------------------------------------------------------------------------------------------
    def places_to_drafts(self, drafts: list[Draft]) -> None:
        """Places of the same sentence, nearest event first; the rest is carried from what came before."""
        by_sentence: dict[int, list[int]] = {}
        for n, mention in enumerate(self.places):
            if mention.spoken:
                continue
            by_sentence.setdefault(self.scan.sentence[mention.first], []).append(n)
        for draft in drafts:
            mates = [d for d in drafts if d.sentence == draft.sentence]
            for n in by_sentence.get(draft.sentence, ()):
                if self._place_owner(self.places[n], mates) is draft:
                    (draft.sites if self.places[n].generic else draft.places).append(n)
            draft.places = self._without_origins(draft)
            draft.own_places = len(draft.places)
        for n, draft in enumerate(drafts):
            if not draft.places:
                self._carry_places(draft, drafts[:n])

    def _without_origins(self, draft: Draft) -> list[int]:
        """Beside another place, the one that a party comes from or stands in is not the event's."""
        kept = [n for n in draft.places if not is_origin(self.places[n], draft.type, self.scan, self.grammar)]
        return kept or draft.places

    def _place_owner(self, mention: PlaceMention, mates: list[Draft]) -> Draft:
        """The nearest event before the place in its clause, else the first event after it, else the nearest at all."""
        before = [d for d in mates if d.last < mention.first]
        after = [d for d in mates if d.first > mention.last]
        if before and after:
            same_clause = self.scan.clause[before[-1].last] == self.scan.clause[mention.first]
            next_clause = self.scan.clause[after[0].first] == self.scan.clause[mention.first]
            if next_clause and not same_clause:
                return after[0]
            return before[-1]
        if before:
            return before[-1]
        return after[0] if after else mates[0]

    def _carry_places(self, draft: Draft, earlier: list[Draft]) -> None:
        mates = [d for d in earlier if d.sentence == draft.sentence and d.places]
        same = [d for d in earlier if d.type == draft.type and d.places] if draft.definite or draft.pronoun else []
        if same and draft.sentence - same[-1].sentence <= 3:
            source: Draft | None = same[-1]
            draft.places = list(source.places) if source else []
            draft.note("place of the event it points back at")
            return
        source = (
            mates[-1]
            if mates
            else next((d for d in reversed(earlier) if d.places and d.background == draft.background), None)
        )
        if source is None:
            source = next((d for d in reversed(earlier) if d.places), None)
        if source is not None and draft.sentence - source.sentence <= 3:
            draft.places = list(source.places)
            draft.note("place carried from the event before it")

    # ---- voices --------------------------------------------------------------------------------------------------
    def voices_to_drafts(self, drafts: list[Draft]) -> None:
        """Voices of the sentence; without one, the speech of the sentence before goes on where the text says so."""
        by_sentence: dict[int, list[int]] = {}
        for n, voice in enumerate(self.voices):
            by_sentence.setdefault(voice.sentence, []).append(n)
        for draft in drafts:
            numbers = by_sentence.get(draft.sentence, [])
            draft.sources = [n for n in numbers if self._covers(self.voices[n], draft, numbers)]
            if not numbers and self.scan.kinds[draft.sentence] == "body":
                draft.sources = self._speech_goes_on(draft, by_sentence)

    def _speech_goes_on(self, draft: Draft, by_sentence: dict[int, list[int]]) -> list[int]:
        """The voice of the sentence before, when this one neither names another nor turns to what is older or elsewhere."""
        before = by_sentence.get(draft.sentence - 1)
        if not before:
            return []
        last = self.voices[before[-1]]
        return [n for n in before if not self.voices[n].after] if not last.after else []

    def _covers(self, voice: Voice, draft: Draft, numbers: list[int]) -> bool:
        if voice.after or voice.relayed or len(numbers) == 1:
            return True
        return voice.first < draft.first or all(self.voices[n].first > draft.first for n in numbers)
