"""What belongs to which event: places, dates, tolls and voices given to drafts, and drafts of one event folded into one.

Comes in: drafts with sides, and the mentions of the report. Goes out: the drafts that stand, complete. What a sentence leaves out is
carried from the sentence before it; a definite event noun without a place or side of its own points back at the event it repeats.
"""

from __future__ import annotations

from collections.abc import Sequence

from marsad.coding.actors import ARMED, Party
from marsad.coding.attribution import Voice
from marsad.coding.compile import TriggerSpec
from marsad.coding.frames import Draft
from marsad.coding.place_mention import PlaceMention
from marsad.coding.scan import Scan
from marsad.coding.tolls import Toll
from marsad.text.dates import DateMention

_CLASH = {"armed_clash", "assault", "territory_gain"}
_BLOW = {"shelling", "air_strike", "drone_strike"}
_BLAST = {"explosive_device", "vehicle_bomb", "suicide_bombing"}
_HARMING = _CLASH | _BLOW | _BLAST | {"chemical_attack", "killing", "riot", "protest", "torture", "interception", "movement_restriction", "siege"}
_HELD = {"arrest", "abduction", "armed_clash", "assault", "release"}


class Linker:
    """Links the mentions of one report to its drafts."""

    def __init__(self, scan: Scan, places: Sequence[PlaceMention], dates: Sequence[DateMention], tolls: list[Toll], voices: list[Voice]) -> None:
        self.scan, self.places, self.dates, self.tolls, self.voices = scan, places, dates, tolls, voices

    # ---- tolls ---------------------------------------------------------------------------------------------------
    def tolls_to_drafts(self, drafts: list[Draft]) -> list[Draft]:
        """Every toll goes to the event that caused it; a toll that none caused is a killing of its own, if a person did it."""
        drafts = list(drafts)
        last_owner: Draft | None = None
        for toll in self.tolls:
            if toll.part and last_owner is not None:
                last_owner.tolls.append(toll)
                continue
            owner = self._cause(toll, drafts)
            if owner is None:
                owner = self._killing(toll, drafts)
                if owner is not None and owner not in drafts:
                    drafts.append(owner)
                    drafts.sort(key=lambda d: d.first)
            if owner is not None:
                owner.tolls.append(toll)
                if toll.agent is not None and not owner.side_a:
                    owner.side_a.append(toll.agent)
            last_owner = owner
        return drafts

    def _fits(self, toll: Toll, draft: Draft) -> bool:
        if toll.harm == "captured":
            return draft.type in _HELD
        if toll.harm == "displaced":
            return draft.type in ("displacement", "armed_clash", "assault", "shelling", "air_strike")
        return draft.type in _HARMING

    def _cause(self, toll: Toll, drafts: list[Draft]) -> Draft | None:
        number = self.scan.sentence[toll.anchor]
        here = [d for d in drafts if d.sentence == number and self._fits(toll, d)]
        if here:
            return min(here, key=lambda d: self._distance(toll, d))
        if self._own_means(toll) or toll.agent is not None:
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

    def _distance(self, toll: Toll, draft: Draft) -> float:
        """How far a toll stands from a draft: causes behind the toll ("جراء قصف") and before it ("قصف … ما أدى إلى") are near."""
        first, last = min(toll.first, toll.anchor), max(toll.last, toll.anchor)
        if draft.first <= toll.anchor <= draft.last:
            return -1
        if draft.first > last:
            gap = float(draft.first - last)
            cause = self.scan.has_cue("causes", last + 1, draft.first - 1) or self._with(draft)
            gap *= 0.5 if cause else 2.0
            if any(self.scan.words[i].startswith("و") and i in self.scan.at.get("harm", {}) for i in range(last + 1, draft.first)):
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
        if self.scan.has_cue("hypothetical", max(first, toll.anchor - 4), toll.anchor) or self.scan.has_cue("negation", max(first, toll.anchor - 2), toll.anchor):
            return None
        spec = TriggerSpec("killing", not toll.verb, False)
        draft = Draft("killing", toll.anchor, toll.anchor, number, not toll.verb, False, spec, "", weak=toll.agent is None and not self._own_means(toll))
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
                    draft.places.append(n)
            draft.own_places = len(draft.places)
        for n, draft in enumerate(drafts):
            if not draft.places:
                self._carry_places(draft, drafts[:n])

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
        source = mates[-1] if mates else next((d for d in reversed(earlier) if d.places and d.background == draft.background), None)
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
            best = min(numbers, key=lambda n: self._date_distance(self.dates[n], draft, mates))
            draft.dates = [best]
            draft.own_dates = 1

    def _date_distance(self, mention: DateMention, draft: Draft, mates: list[Draft]) -> float:
        gap = draft.first - mention.last if mention.last < draft.first else mention.first - draft.last
        between = [d for d in mates if d is not draft and min(d.first, draft.first) >= min(mention.first, draft.first) and max(d.first, draft.first) <= max(mention.first, draft.first)]
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

    def _covers(self, voice: Voice, draft: Draft, numbers: list[int]) -> bool:
        if voice.after or voice.relayed or len(numbers) == 1:
            return True
        return voice.first < draft.first or all(self.voices[n].first > draft.first for n in numbers)


# ---- merging -----------------------------------------------------------------------------------------------------
def merge(drafts: list[Draft], scan: Scan, keys: dict[int, object]) -> list[Draft]:
    """Folds drafts that speak of one event. keys: for each place mention what it resolves to, to compare places by."""
    out: list[Draft] = []
    for draft in drafts:
        target = _same_event(draft, out, scan, keys)
        if target is None:
            out.append(draft)
        else:
            _fold(target, draft)
    return out


def _kinds_agree(a: Draft, b: Draft) -> bool:
    if a.type == b.type:
        return True
    if {a.type, b.type} <= _BLOW and (a.weak or b.weak or a.definite or b.definite):
        return True
    if {a.type, b.type} <= _BLAST and (a.definite or b.definite or a.weak or b.weak):
        return True
    if b.type == "assault" and b.definite and b.weak and a.type in _BLOW | _BLAST | {"killing", "armed_clash"}:
        return True
    if a.type == "killing" and a.weak and b.type in _BLOW | _BLAST | {"assault"} and scan_title(a):
        return True
    return False


def scan_title(draft: Draft) -> bool:
    return draft.sentence == 0


def _ids(parties: list[Party]) -> set[str]:
    return {p.id or p.kind for p in parties if p.kind in ARMED}


def _sides_agree(a: Draft, b: Draft) -> bool:
    for mine, other in ((a.side_a, b.side_a), (a.side_b, b.side_b)):
        x, y = _ids(mine), _ids(other)
        if x and y and not x & y:
            crossed = (_ids(a.side_a) | _ids(a.side_b)) & (_ids(b.side_a) | _ids(b.side_b))
            if a.type not in ("armed_clash", "agreement") or len(crossed) < 1:
                return False
    return True


def _places_agree(a: Draft, b: Draft, keys: dict[int, object]) -> bool:
    x, y = {keys.get(n) for n in a.places}, {keys.get(n) for n in b.places}
    return not x or not y or bool(x & y)


def _same_event(draft: Draft, before: list[Draft], scan: Scan, keys: dict[int, object]) -> Draft | None:
    for other in reversed(before):
        if not _kinds_agree(other, draft) or other.background != draft.background:
            continue
        if not _sides_agree(other, draft):
            continue
        if draft.own_dates and other.own_dates and draft.dates and other.dates and keys.get(-1 - draft.dates[0]) != keys.get(-1 - other.dates[0]):
            continue
        title = scan.kinds[other.sentence] == "title"
        if draft.own_places and other.places and not _places_agree(other, draft, keys):
            continue
        if draft.definite or draft.pronoun or title:
            return other
        if not draft.own_places and (draft.sentence - other.sentences[-1] <= 1) and draft.type in _CLASH | _BLOW | _BLAST:
            if draft.sentence == other.sentence and draft.side_b and other.side_b:
                continue
            return other
        if draft.own_places and other.own_places and _places_agree(other, draft, keys) and _shares_most_specific(other, draft, keys):
            return other
    return None


def _shares_most_specific(a: Draft, b: Draft, keys: dict[int, object]) -> bool:
    return bool({keys.get(n) for n in a.places[:2]} & {keys.get(n) for n in b.places[:2]})


def _fold(target: Draft, draft: Draft) -> None:
    target.triggers += draft.triggers
    target.sentences += [s for s in draft.sentences if s not in target.sentences]
    for name in ("side_a", "side_b"):
        mine, other = getattr(target, name), getattr(draft, name)
        known = {p.id for p in mine if p.id}
        if not mine or draft.own_places:
            mine += [p for p in other if p.id is None and not mine or p.id not in known and p.id is not None]
    own = draft.own_places
    if own:
        if not target.own_places:
            target.places = []
        target.places = target.places + [n for n in draft.places if n not in target.places]
        target.own_places += own
    if not target.dates or (draft.own_dates and not target.own_dates):
        target.dates, target.own_dates = draft.dates, draft.own_dates
    target.tolls += draft.tolls
    target.sources += [n for n in draft.sources if n not in target.sources]
    if target.weak and not draft.weak and draft.type != target.type:
        target.type = draft.type
    elif draft.type in ("air_strike", "drone_strike") and target.type == "shelling":
        target.type = draft.type
    elif draft.type in ("vehicle_bomb", "suicide_bombing") and target.type == "explosive_device":
        target.type = draft.type
    elif target.type == "killing" and target.weak and draft.type in _BLOW | _BLAST | {"assault"}:
        target.type = draft.type
    target.weak = target.weak and draft.weak
    if draft.status == "ongoing" and target.status == "occurred":
        target.status = "ongoing"
    target.note(f"one event with the mention at token {draft.first}")
