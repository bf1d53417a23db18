"""What belongs to which event: places, dates, tolls and voices given to drafts, and drafts of one event folded into one.

Comes in: drafts with sides, and the mentions of the report. Goes out: the drafts that stand, complete. What a sentence leaves out is
carried from the sentence before it; a definite event noun without a place or side of its own points back at the event it repeats.
"""

from __future__ import annotations

from collections.abc import Sequence

from marsad.coding.attribution import Voice
from marsad.coding.choose_places import PlaceGrammar, is_origin
from marsad.coding.compile import TriggerSpec
from marsad.coding.frames import Draft
from marsad.coding.place_mention import PlaceMention
from marsad.coding.scan import Scan
from marsad.coding.tolls import Toll
from marsad.text.dates import DateMention

_BREATH = 8  # tokens between two tolls of one event: "وأصيب في المكان نفسه خمسة"
_VAGUE_REACH = 6  # tokens: "مؤخرا" says something only of the verb that it stands beside
_CLASH = {"armed_clash", "assault", "territory_gain"}
_BLOW = {"shelling", "air_strike", "drone_strike"}
_BLAST = {"explosive_device", "vehicle_bomb", "suicide_bombing"}
_HARMING = (
    _CLASH
    | _BLOW
    | _BLAST
    | {"chemical_attack", "killing", "riot", "protest", "torture", "interception", "movement_restriction", "siege"}
)
_HELD = {"arrest", "abduction", "armed_clash", "assault", "release"}


class Linker:
    """Links the mentions of one report to its drafts."""

    def __init__(
        self,
        scan: Scan,
        places: Sequence[PlaceMention],
        dates: Sequence[DateMention],
        tolls: list[Toll],
        voices: list[Voice],
        grammar: PlaceGrammar,
    ) -> None:
        self.grammar = grammar
        self.scan, self.places, self.dates, self.tolls, self.voices = scan, places, dates, tolls, voices

    # ---- tolls ---------------------------------------------------------------------------------------------------
    def tolls_to_drafts(self, drafts: list[Draft]) -> list[Draft]:
        """Every toll goes to the event that caused it; a toll that none caused is a killing of its own, if a person did it."""
        drafts = list(drafts)
        for chain in self._chains(drafts):
            owner = self._cause(chain, drafts)
            if owner is None:
                owner = next((k for t in chain if (k := self._killing(t, drafts)) is not None), None)
                if owner is not None and owner not in drafts:
                    drafts.append(owner)
                    drafts.sort(key=lambda d: d.first)
            if owner is None:
                continue
            owner.tolls += chain
            for other in self._joint_causes(owner, drafts, chain):
                other.tolls += chain
            owner.side_a = owner.side_a or [t.agent for t in chain if t.agent is not None][:1]
        return drafts

    def _chains(self, drafts: list[Draft]) -> list[list[Toll]]:
        """Tolls told in one breath, which one event caused: "قتل ثلاثة بينهم طفل وأصيب آخرون", with no event named in between."""
        chains: list[list[Toll]] = []
        for toll in self.tolls:
            before = chains[-1][-1] if chains else None
            if before is not None and (toll.part or self._goes_on(before, toll, drafts)):
                chains[-1].append(toll)
            else:
                chains.append([toll])
        return chains

    def _goes_on(self, before: Toll, toll: Toll, drafts: list[Draft]) -> bool:
        if self.scan.sentence[before.anchor] != self.scan.sentence[toll.anchor] or toll.agent is not before.agent:
            return False
        held = {before.harm, toll.harm} & {"captured", "displaced"}
        if (held and before.harm != toll.harm) or toll.first - before.last > _BREATH:
            return False
        between = range(before.last + 1, toll.first)
        return not any(d.first in between for d in drafts) and self.scan.words[toll.first].startswith("و")

    def _joint_causes(self, owner: Draft, drafts: list[Draft], chain: list[Toll]) -> list[Draft]:
        """ "أسفر التفجير والاشتباكات عن": a toll of two joined causes stands on both."""
        words, out = self.scan.words, []
        for other in drafts:
            first, second = sorted((owner, other), key=lambda d: d.first)
            if other is owner or other.sentence != owner.sentence or not self._fits(chain[0], other):
                continue
            if (second.first - first.last == 1 and words[second.first].startswith("و")) or (
                second.first - first.last == 2 and words[second.first - 1] == "و"
            ):
                out.append(other)
        return out

    def _fits(self, toll: Toll, draft: Draft) -> bool:
        if toll.harm == "captured":
            return draft.type in _HELD
        if toll.harm == "displaced":
            return draft.type in ("displacement", "armed_clash", "assault", "shelling", "air_strike")
        return draft.type in _HARMING

    def _cause(self, chain: list[Toll], drafts: list[Draft]) -> Draft | None:
        toll = chain[0]
        number = self.scan.sentence[toll.anchor]
        here = [d for d in drafts if d.sentence == number and self._fits(toll, d)]
        if here:
            return min(here, key=lambda d: self._distance(chain, d))
        if any(self._own_means(t) for t in chain) or toll.agent is not None:
            return None
        earlier = [d for d in drafts if d.first < toll.first and self._fits(toll, d)]
        first, _ = self.scan.sentence_of(toll.anchor)
        if earlier and number - earlier[-1].sentence <= 2 and self._points_back(first, toll):
            return earlier[-1]
        later = [d for d in drafts if d.sentence == number + 1 and self._fits(toll, d)]
        if self.scan.kinds[number] == "title" and later:
            return later[0]
        return None

    def _points_back(self, first: int, toll: Toll) -> bool:
        """The sentence of a toll without a cause of its own continues the one before ("وأسفر ذلك عن", "وبين القتلى")."""
        return self.scan.has_cue("results", first, toll.anchor) is not None or not toll.verb

    def _distance(self, chain: list[Toll], draft: Draft) -> float:
        """How far tolls stand from a draft: causes behind them ("جراء قصف") and before them ("قصف … ما أدى إلى") are near."""
        first = min(chain[0].first, chain[0].anchor)
        last = max(max(t.last for t in chain), chain[-1].anchor)
        if first <= draft.first <= last and any(draft.first <= t.anchor <= draft.last for t in chain):
            return -1
        if draft.first > last:
            gap = float(draft.first - last)
            cause = self.scan.has_cue("causes", last + 1, draft.first - 1) or self._with(draft)
            gap *= 0.5 if cause else 2.0
            if any(
                self.scan.words[i].startswith("و") and i in self.scan.at.get("harm", {})
                for i in range(last + 1, draft.first)
            ):
                gap += 1
            return gap
        gap = float(first - draft.last)
        return gap * (0.6 if self.scan.has_cue("results", draft.last + 1, first) else 1.3)

    def _with(self, draft: Draft) -> bool:
        word = self.scan.words[draft.first]
        return word.startswith(("ب", "في")) and not draft.form.startswith("ب")

    def _own_means(self, toll: Toll) -> bool:
        _, end = self.scan.sentence_of(toll.anchor)
        return self.scan.has_cue("agent", toll.anchor, min(end, toll.last + 6)) is not None

    def _killing(self, toll: Toll, drafts: list[Draft]) -> Draft | None:
        """A killing of its own: people killed or wounded with no other event to cause it, and no accident named."""
        if toll.harm not in ("killed", "wounded", "killed_and_wounded") or toll.part:
            return None
        number = self.scan.sentence[toll.anchor]
        first, last = self.scan.sentences[number]
        if any(i in self.scan.at.get("accidents", {}) for i in range(first, last + 1)):
            return None
        same = next((d for d in drafts if d.sentence == number and d.type == "killing"), None)
        if same is not None:
            return same
        if toll.harm == "wounded" and not (self._own_means(toll) or toll.agent):
            return None
        if toll.bare and not self._own_means(toll):
            return None
        if self.scan.has_cue("hypothetical", max(first, toll.anchor - 4), toll.anchor) or self.scan.has_cue(
            "negation", max(first, toll.anchor - 2), toll.anchor
        ):
            return None
        spec = TriggerSpec("killing", not toll.verb, False)
        draft = Draft(
            "killing",
            toll.anchor,
            toll.anchor,
            number,
            not toll.verb,
            False,
            spec,
            "",
            weak=toll.agent is None and not self._own_means(toll),
        )
        draft.triggers.append((toll.anchor, toll.anchor))
        draft.sentences.append(number)
        draft.note("people are reported killed and no other event is named as the cause")
        return draft

    # ---- places --------------------------------------------------------------------------------------------------
    def places_to_drafts(self, drafts: list[Draft]) -> None:
        """Places of the same sentence, nearest event first; the rest is carried from what came before."""
        by_sentence: dict[int, list[int]] = {}
        for n, mention in enumerate(self.places):
            by_sentence.setdefault(self.scan.sentence[mention.first], []).append(n)
        for draft in drafts:
            mates = [d for d in drafts if d.sentence == draft.sentence]
            for n in by_sentence.get(draft.sentence, ()):
                if self._place_owner(self.places[n], mates) is draft:
                    (draft.sites if self.places[n].generic else draft.places).append(n)
            draft.places = self._without_origins(draft.places)
            draft.own_places = len(draft.places)
        for n, draft in enumerate(drafts):
            if not draft.places:
                self._carry_places(draft, drafts[:n])

    def _without_origins(self, numbers: list[int]) -> list[int]:
        """Beside another place, the one that a party comes from or stands in is not the event's."""
        return [n for n in numbers if not is_origin(self.places[n], self.scan, self.grammar)] or numbers

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

    # ---- dates ---------------------------------------------------------------------------------------------------
    def dates_to_drafts(self, drafts: list[Draft]) -> None:
        by_sentence: dict[int, list[int]] = {}
        for n, mention in enumerate(self.dates):
            if self.scan.sentence[mention.first] >= 0:
                by_sentence.setdefault(self.scan.sentence[mention.first], []).append(n)
        for draft in drafts:
            numbers = by_sentence.get(draft.sentence, [])
            if not numbers:
                continue
            mates = [d for d in drafts if d.sentence == draft.sentence]
            numbers = [
                n
                for n in numbers
                if self.dates[n].kind != "vague" or abs(self.dates[n].first - draft.first) <= _VAGUE_REACH
            ]
            if not numbers:
                continue
            best = min(numbers, key=lambda n: self._date_distance(self.dates[n], draft, mates))
            draft.dates = [best]
            draft.own_dates = 1

    def _date_distance(self, mention: DateMention, draft: Draft, mates: list[Draft]) -> float:
        gap = draft.first - mention.last if mention.last < draft.first else mention.first - draft.last
        between = [
            d
            for d in mates
            if d is not draft
            and min(d.first, draft.first) >= min(mention.first, draft.first)
            and max(d.first, draft.first) <= max(mention.first, draft.first)
        ]
        clause = self.scan.clause[mention.first] != self.scan.clause[draft.first]
        return gap + 8 * len(between) + 4 * clause + (6 if mention.start is None and mention.kind == "vague" else 0)

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
