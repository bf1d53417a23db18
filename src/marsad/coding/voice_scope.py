"""How far a voice reaches: what ties a draft to a speaker, as features for the model “voice” (coding/choose.py).

Comes in: one mention of a draft and one of a voice. Goes out: named features. Within its sentence a voice covers what stands behind its
verb, or before "بحسب", up to the next voice. Beyond it speech goes on until another speaks, a paragraph ends or the text turns to what
is older or elsewhere; and the voice that is first in a report often bears out the lead before it, which names none.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence

from marsad.coding.frames import Draft
from marsad.coding.rank import Features
from marsad.coding.scan import Scan
from marsad.coding.voice import Voice
from marsad.coding.voice_content import Contents
from marsad.knowledge.loader import Knowledge

BACK, AHEAD = 5, 4  # sentences: how far speech goes on, and how far behind a draft its voice may first be named


class Scope:
    """The voices of one report against its drafts."""

    def __init__(self, scan: Scan, voices: Sequence[Voice], drafts: Sequence[Draft], knowledge: Knowledge) -> None:
        self.scan, self.voices = scan, voices
        self.starts = [v.first for v in voices]
        self.mentions = Counter(v.key for v in voices)
        self.by_sentence: dict[int, list[Voice]] = {}
        for voice in voices:
            self.by_sentence.setdefault(voice.sentence, []).append(voice)
        self.drafts: dict[int, list[Draft]] = {}
        for draft in drafts:
            for part in draft.parts:
                self.drafts.setdefault(part.sentence, []).append(part)
        self.first_drafted = min(self.drafts, default=0)
        self.quoted = scan.quotes.inside
        self.breaks = _paragraphs(scan)
        self.contents = Contents(scan, voices, drafts, knowledge)

    def reaches(self, draft: Draft, voice: Voice) -> bool:
        """Whether the voice is a candidate for the draft at all."""
        return voice.whole or -AHEAD <= draft.sentence - voice.sentence <= BACK

    def features(self, event: Draft, draft: Draft, k: int, proposed: Sequence[int]) -> Features:
        voice = self.voices[k]
        offset = draft.sentence - voice.sentence
        out = (
            self._of_voice(voice, draft) | {"proposed": float(k in proposed)} | self.contents.features(event, draft, k)
        )
        if voice.whole:
            return {name: value for name, value in out.items() if value}
        if offset == 0:
            out |= self._here(voice, draft)
        elif offset > 0:
            out |= self._later(voice, draft, offset)
        else:
            out |= self._earlier(voice, draft, -offset)
        return {name: value for name, value in out.items() if value}

    def _of_voice(self, voice: Voice, draft: Draft) -> Features:
        party = voice.kind in ("party", "official")
        return {
            f"kind_{voice.kind}": 1.0,
            f"stance_{voice.stance}": 1.0,
            "known": float(voice.id is not None),
            "relayed": float(voice.relayed),
            "told": float(voice.told),
            "whole": float(voice.whole),
            "sole": float(len(self.mentions) == 1),
            "share": self.mentions[voice.key] / max(1, len(self.voices)),
            "often": float(self.mentions[voice.key] >= 3),
            "background": float(draft.background),
            "side": float(party and any(p.first <= voice.first <= p.last for p in (*draft.side_a, *draft.side_b))),
            "title_draft": float(self.scan.kinds[draft.sentence] == "title"),
        }

    def _here(self, voice: Voice, draft: Draft) -> Features:
        """In one sentence: who stands between, and on which side the voice stands."""
        before = voice.first < draft.first
        a, b = (voice.last, draft.first) if before else (draft.last, voice.first)
        between = [v for v in self.by_sentence[voice.sentence] if a < v.first < b and v.group != voice.group]
        between = [v for v in between if not v.told and not v.relayed]
        side = "by_before" if voice.after and before else "by_after" if voice.after else "before" if before else "after"
        first, _ = self.scan.sentence_of(voice.first)
        opens = voice.after and before and voice.first - first <= 3
        return {
            "here": 1.0,
            f"here_{side}": 1.0,
            f"here_{side}_nearest": float(not between),
            f"here_{side}_next": float(len(between) == 1),
            "here_alone": float(len({v.group for v in self.by_sentence[voice.sentence]}) == 1),
            "here_by_opens": float(opens and not between),
            "here_clause": float(self.scan.clause[voice.first] == self.scan.clause[draft.first]),
            "here_again": float(voice.again),
            f"here_gap_{min(3, (b - a) // 12)}": 1.0,
        }

    def _later(self, voice: Voice, draft: Draft, offset: int) -> Features:
        """The draft stands in a sentence behind the voice's: does its speech go on?"""
        here = self.by_sentence.get(draft.sentence, ())
        between = self.voices[bisect_right(self.starts, voice.first) : bisect_left(self.starts, draft.first)]
        others = {v.group for v in between} - {voice.group}
        own = any(v.group == voice.group for v in between)
        spoken = any(v.first < draft.first or v.after for v in here)
        goes_on = not others and not spoken
        first, _ = self.scan.sentence_of(draft.first)
        turn = self._turns(first, draft.first)
        paragraph = self.breaks[draft.sentence] != self.breaks[voice.sentence]
        return {
            "later": 1.0,
            f"later_{min(offset, 3)}": 1.0,
            "later_goes_on": float(goes_on),
            f"later_goes_on_{min(offset, 3)}": float(goes_on),
            "later_other": float(bool(others)),
            "later_spoken": float(spoken),
            "later_again": float(own),
            "later_by": float(voice.after),
            "later_by_goes_on": float(voice.after and goes_on),
            "later_turn": float(turn is not None),
            f"later_turn_{turn}": float(turn is not None),
            "later_turn_goes_on": float(turn is not None and goes_on),
            "later_quoted": float(draft.first in self.quoted and goes_on),
            "later_paragraph": float(paragraph),
            "later_paragraph_goes_on": float(paragraph and goes_on),
            "later_background": float(draft.background),
            "later_definite": float(draft.definite and goes_on),
        }

    def _earlier(self, voice: Voice, draft: Draft, ahead: int) -> Features:
        """The draft stands before the voice's sentence: is it the lead that the voice bears out?"""
        here = self.by_sentence.get(draft.sentence, ())
        between = [v for v in self.voices if draft.last < v.first < voice.first and v.group != voice.group]
        told = self.drafts.get(voice.sentence, [])
        lead = draft.sentence <= self.first_drafted + 1
        silent = not here and not between
        return {
            "earlier": 1.0,
            f"earlier_{min(ahead, 3)}": 1.0,
            "earlier_silent": float(silent),
            f"earlier_silent_{min(ahead, 3)}": float(silent),
            "earlier_lead": float(lead),
            "earlier_lead_silent": float(lead and silent),
            "earlier_lead_next": float(lead and silent and ahead == 1),
            "earlier_empty": float(silent and not told),
            "earlier_same_type": float(silent and any(d.type == draft.type for d in told)),
            "earlier_points_back": float(silent and any(d.definite for d in told)),
            "earlier_other_type": float(silent and bool(told) and all(d.type != draft.type for d in told)),
            "earlier_by": float(voice.after),
            "earlier_background": float(draft.background),
        }

    def _turns(self, first: int, draft: int) -> str | None:
        """The sentence opens with words that leave the speech before: what is recalled, or another matter."""
        recall = self.scan.has_cue("background", first, min(first + 3, draft))
        if recall is not None and recall.first <= first + 2:
            return "recall"
        other = self.scan.has_cue("elsewhere", first, min(first + 4, draft))
        return "elsewhere" if other is not None and other.first <= first + 1 else None


def _paragraphs(scan: Scan) -> list[int]:
    """The number of the paragraph in which each sentence stands."""
    text, out, number = scan.report.text, [], 0
    end = 0
    for first, last in scan.sentences:
        start = scan.tokens.start[first]
        number += "\n" in text[end:start]
        out.append(number)
        end = scan.tokens.end[last]
    return out
