"""Which event caused which toll.

Comes in: drafts in text order and the tolls of the report. Goes out: the drafts with their tolls, and a killing of its own for people
killed whom no event named explains. Tolls told in one breath go together. A model of fifty features in place of these rules chose no
better (28 November 2026: 208 of 275 against 195, the rest being mentions that were not seen to be one event).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from marsad.coding.actors import ARMED
from marsad.coding.compile import TriggerSpec
from marsad.coding.frames import Draft
from marsad.coding.scan import Scan
from marsad.coding.tolls import Toll

_WAR = 5000  # as many die in a war, not of one blow: "النزاع الذي أودى بحياة 230 ألفا"
_BREATH = 8  # tokens between two tolls of one event: "وأصيب في المكان نفسه خمسة"
_LINK = 3  # tokens of a link between them: "، بالإضافة إلى", "، كما"
_NEW = 5.0  # weight of a joined event behind a toll: "وقتل قناص، وأحبطت محاولة"
_CLASH = {"armed_clash", "assault", "territory_gain"}
_BLOW = {"shelling", "air_strike", "drone_strike"}
_BLAST = {"explosive_device", "vehicle_bomb", "suicide_bombing"}
_HARMING = (
    _CLASH
    | _BLOW
    | _BLAST
    | {"chemical_attack", "killing", "riot", "protest", "torture", "interception", "movement_restriction", "siege"}
)
_HELD = {"arrest", "abduction", "armed_clash", "assault", "territory_gain", "release"}
_SELDOM = {
    "interception",
    "movement_restriction",
    "siege",
    "protest",
}  # may cost lives; mostly something beside them does


class Chain(msgspec.Struct, eq=False):
    """Tolls told in one breath, which one event caused: "قتل ثلاثة بينهم طفل وأصيب آخرون"."""

    tolls: list[Toll]

    @property
    def lead(self) -> Toll:
        return self.tolls[0]

    @property
    def first(self) -> int:
        return min(self.lead.first, self.lead.anchor)

    @property
    def last(self) -> int:
        return max(max(t.last for t in self.tolls), self.tolls[-1].anchor)


class TollLinker:
    """Ties the tolls of one report to its events."""

    def __init__(self, scan: Scan, tolls: Sequence[Toll], placed: frozenset[int] = frozenset()) -> None:
        """placed: the sentences that name a place of their own: they tell of something new."""
        self.scan, self.tolls, self.placed = scan, tolls, placed

    def link(self, drafts: list[Draft]) -> list[Draft]:
        """Every toll goes to the event that caused it; one that none caused is a killing of its own, if a person did it."""
        drafts = list(drafts)
        before: Draft | None = None
        for chain in self._chains(drafts):
            owner = before if chain.lead.part and before is not None else self._cause(chain, drafts)
            if owner is None:
                owner = next(
                    (k for t in chain.tolls if (k := self._killing(t, drafts) or self._capture(t)) is not None), None
                )
                if owner is not None and owner not in drafts:
                    drafts.append(owner)
                    drafts.sort(key=lambda d: d.first)
            if owner is None:
                continue
            before = owner
            owner.tolls += chain.tolls
            for other in self._joint_causes(owner, drafts, chain):
                other.tolls += chain.tolls
            owner.side_a = owner.side_a or [t.agent for t in chain.tolls if t.agent is not None][:1]
        return drafts

    # ---- what is told in one breath ------------------------------------------------------------------------------
    def _chains(self, drafts: list[Draft]) -> list[Chain]:
        chains: list[Chain] = []
        for toll in self.tolls:
            before = chains[-1].tolls[-1] if chains else None
            here = before is not None and self.scan.sentence[before.anchor] == self.scan.sentence[toll.anchor]
            if before is not None and here and (toll.part or self._goes_on(before, toll, drafts)):
                chains[-1].tolls.append(toll)
            else:
                chains.append(Chain([toll]))
        return chains

    def _goes_on(self, before: Toll, toll: Toll, drafts: list[Draft]) -> bool:
        if toll.agent is not before.agent:
            return False
        held = {before.harm, toll.harm} & {"captured", "displaced"}
        if (held and before.harm != toll.harm) or toll.first - before.last > _BREATH:
            return False
        between = range(before.last + 1, toll.first)
        joined = self.scan.words[toll.first].startswith("و") or len(between) <= _LINK
        return joined and not any(d.first in between for d in drafts)

    def _joint_causes(self, owner: Draft, drafts: list[Draft], chain: Chain) -> list[Draft]:
        """ "أسفر التفجير والاشتباكات عن": a toll of two joined causes stands on both."""
        words, out = self.scan.words, []
        for other in drafts:
            first, second = sorted((owner, other), key=lambda d: d.first)
            if other is owner or other.sentence != owner.sentence or not _fits(chain.lead, other):
                continue
            gap, joined = second.first - first.last, words[second.first].startswith("و")
            beside = (gap == 1 and joined) or (gap == 2 and words[second.first - 1] == "و")
            if beside or (first is owner and first.first > chain.last and self._governs_both(first, second, chain)):
                out.append(other)
        return out

    def _governs_both(self, first: Draft, second: Draft, chain: Chain) -> bool:
        """ "جراء قصف البلدة واقتحامها": the preposition behind the toll governs both nouns."""
        people = second.first in self.scan.at.get("person", {})
        joined = first.noun and second.noun and not people and self.scan.words[second.first].startswith("و")
        governed = self.scan.has_cue("causes", chain.last + 1, first.first - 1) is not None
        return joined and governed and self.scan.clause[first.first] == self.scan.clause[second.first]

    # ---- the cause -----------------------------------------------------------------------------------------------
    def _cause(self, chain: Chain, drafts: list[Draft]) -> Draft | None:
        """The event of the same sentence that grammar and nearness make the cause; else the one that the sentence points back at."""
        toll = chain.lead
        number = self.scan.sentence[toll.anchor]
        able = [d for d in self._able(toll, drafts) if not any(_is_victim(d, t) for t in chain.tolls)]
        here = [d for d in able if d.sentence == number and (d.type not in _SELDOM or self._led_to(d, chain))]
        told = [d for d in here if d.last < chain.first] if self._looks_back(chain) else []
        if here:
            return min(told or here, key=lambda d: self._distance(chain, d))
        if any(self._own_means(t) for t in chain.tolls) or toll.agent is not None or self._accident(number):
            return None
        earlier = [d for d in able if d.first < toll.first]
        first, _ = self.scan.sentence_of(toll.anchor)
        if earlier and number - earlier[-1].sentence <= 2 and self._points_back(first, toll):
            return earlier[-1]
        # "وأضاف أن 17 مسلحا قتلوا": what names no place of its own is still told of the one before
        if earlier and number - earlier[-1].sentence == 1 and number not in self.placed:
            return earlier[-1]
        later = [d for d in able if d.sentence == number + 1]
        return later[0] if later and self.scan.kinds[number] == "title" else None

    def _looks_back(self, chain: Chain) -> bool:
        """ "سقط خلالها أحد العناصر", "قتل فيه 20": the pronoun beside the verb stands for what was told before."""
        toll = chain.lead
        return toll.verb and self.scan.has_cue("back", min(toll.first, toll.anchor), toll.anchor + 1) is not None

    def _able(self, toll: Toll, drafts: list[Draft]) -> list[Draft]:
        """The events that may have cost these lives: none for the dead of a war; and what came "after the death of" is no cause of it."""
        if toll.low is not None and toll.low >= _WAR and toll.harm != "displaced":
            return []
        fitting = [d for d in drafts if _fits(toll, d)]
        if not self._told_as_cause(toll):
            return fitting
        number = self.scan.sentence[toll.anchor]
        return [d for d in fitting if d.sentence == number and d.first > toll.anchor]

    def _told_as_cause(self, toll: Toll) -> bool:
        """ "بدأت الاشتباكات بعد مقتل أحد أفراد القبيلة": the death is what the rest followed."""
        first, _ = self.scan.sentence_of(toll.anchor)
        cue = self.scan.has_cue("follows", max(first, toll.anchor - 3), toll.anchor - 1)
        return not toll.verb and cue is not None and cue.last == toll.anchor - 1

    def _points_back(self, first: int, toll: Toll) -> bool:
        """The sentence of a toll without a cause of its own continues the one before ("وأسفر ذلك عن", "وبين القتلى")."""
        return self.scan.has_cue("results", first, toll.anchor) is not None or not toll.verb

    def _distance(self, chain: Chain, draft: Draft) -> float:
        """How far tolls stand from a draft: causes behind them ("جراء قصف") and before them ("قصف … ما أدى إلى") are near."""
        first, last = chain.first, chain.last
        if first <= draft.first <= last and any(draft.first <= t.anchor <= draft.last for t in chain.tolls):
            return -1
        if draft.first > last:
            gap = float(draft.first - last)
            cause = self.scan.has_cue("causes", last + 1, draft.first - 1) or self._with(draft, last)
            new = self.scan.words[draft.first].startswith("و") and not cause
            return gap * (0.5 if cause else _NEW if new else 2.0) * self._turns(last + 1, draft.first)
        gap = float(first - draft.last)
        return gap * (0.6 if self.scan.has_cue("results", draft.last + 1, first) else 1.3)

    def _led_to(self, draft: Draft, chain: Chain) -> bool:
        """What seldom costs lives must be said to have done so ("أدى الاحتجاج إلى مقتل")."""
        if draft.first > chain.last:
            return self.scan.has_cue("causes", chain.last + 1, draft.first - 1) is not None
        return draft.last >= chain.first or self.scan.has_cue("results", draft.last + 1, chain.first) is not None

    def _turns(self, first: int, last: int) -> float:
        """Each turn of the sentence between ("مشيرة إلى أن", "في حين", "وقال") makes what follows less likely the cause."""
        turns, says = self.scan.cues.get("turns", {}), self.scan.at.get("report", {})
        return 2.0 ** sum(1 for i in range(first, last) if i in turns or i in says)

    def _with(self, draft: Draft, last: int) -> bool:
        """ "قتل خمسة بقصف": the preposition ties the blow to what stands before it in the clause."""
        word = self.scan.words[draft.first]
        return (
            self.scan.clause[draft.first] == self.scan.clause[last]
            and word.startswith(("ب", "في"))
            and not draft.form.startswith("ب")
        )

    def _own_means(self, toll: Toll) -> bool:
        _, end = self.scan.sentence_of(toll.anchor)
        return self.scan.has_cue("agent", toll.anchor, min(end, toll.last + 6)) is not None

    def _accident(self, number: int) -> bool:
        first, last = self.scan.sentences[number]
        return any(i in self.scan.at.get("accidents", {}) for i in range(first, last + 1))

    # ---- no event named ------------------------------------------------------------------------------------------
    def _killing(self, toll: Toll, drafts: list[Draft]) -> Draft | None:
        """A killing of its own: people killed or wounded with no other event to cause it, and no accident named."""
        if toll.harm not in ("killed", "wounded", "killed_and_wounded") or toll.part:
            return None
        number = self.scan.sentence[toll.anchor]
        first, _ = self.scan.sentences[number]
        if any(d.sentence == number for d in self._able(toll, drafts)):
            return None
        if self._accident(number):
            return None
        if toll.harm == "wounded" and not (self._own_means(toll) or toll.agent):
            return None
        if toll.bare and not self._own_means(toll):
            return None
        reach = (("hypothetical", 4), ("attempts", 4), ("negation", 2))
        if any(self.scan.has_cue(kind, max(first, toll.anchor - n), toll.anchor) for kind, n in reach):
            return None
        weak = toll.agent is None and not self._own_means(toll)
        fought = not weak and toll.victims is not None and toll.victims.kind in ARMED
        return self._draft(toll, "assault" if fought else "killing", weak)  # the armed are attacked, not murdered

    def _capture(self, toll: Toll) -> Draft | None:
        """ "أسر الجيش ثلاثة مسلحين", with no fight told that they were taken in."""
        return self._draft(toll, "arrest", weak=True) if toll.harm == "captured" and toll.verb else None

    def _draft(self, toll: Toll, kind: str, weak: bool) -> Draft:
        number, spec = self.scan.sentence[toll.anchor], TriggerSpec(kind, not toll.verb, False)
        draft = Draft(kind, toll.anchor, toll.anchor, number, not toll.verb, False, spec, "", weak=weak)
        draft.triggers.append((toll.anchor, toll.anchor))
        draft.sentences.append(number)
        draft.note("people are reported harmed and no other event is named as the cause")
        return draft


def _is_victim(draft: Draft, toll: Toll) -> bool:
    """ "بينهم ثلاثة انتحاريين": a word for people inside those counted is no blow that killed them."""
    return toll.first <= draft.first and draft.last <= toll.last and draft.first != toll.anchor and draft.noun


def _fits(toll: Toll, draft: Draft) -> bool:
    """Whether an event of this kind can have such a toll."""
    if toll.harm == "captured":
        return draft.type in _HELD
    if toll.harm == "displaced":
        return draft.type in ("displacement", "armed_clash", "assault", "shelling", "air_strike")
    return draft.type in _HARMING
