"""Has it happened? The words that govern an event word and make it a purpose, a plan, a role, a habit or a state.

Comes in: a `Scan` and the event words in it. Goes out: why an event word names nothing that happened, where the grammar leaves no doubt;
what it leaves open is for the model “stands” (coding/choose.py). Arabic puts what governs before the governed: the search goes back
from the event word over the nouns that only carry it ("عملية تحرير"), inside its clause, and over “أن” to what that hangs on.
"""

from __future__ import annotations

from collections.abc import Set

from marsad.coding.frames import Draft
from marsad.coding.scan import Scan

_REACH = 12  # tokens from a governing word to what it governs
_NEAR = 3  # tokens: nothing but an article or a light noun stands between
_HEDGE = 4  # tokens from a hedge of cues.yml, which may stand anywhere, to what it makes doubtful
_CARRIED = 6  # tokens from “ل” over carrying nouns to the event word
_HEADLINES = 2  # sentences that open a report: title, kicker, lead
_OPENING = 3  # tokens: a phrase that opens the sentence governs all of it

_TRIED = frozenset(["armed_clash", "assault", "killing", "abduction", "suicide_bombing", "vehicle_bomb"])
"""Of these an attempt that is over is an event, of the status "attempted": "حاول اقتحام الموقع", "محاولة اغتيال"."""

_GOVERNORS = {
    "if": "a condition",
    "wants": "wanted, planned, feared or called for",
    "purpose": "tells what an act is for",
    "topics": "written or spoken about",
    "roles": "what somebody answers for or is suspected of",
}
_LASTING = frozenset(["siege", "movement_restriction", "agreement", "displacement"])
"""What goes on for months by its nature: "تحاصر البلدة منذ ستة أشهر"."""
_WAYS = {"habit": "tells of a habit", "ages": "tells of months and years as a whole"}


class Mood:
    """The readings of one report."""

    def __init__(self, scan: Scan, names: Set[int] = frozenset()) -> None:
        """names: tokens inside longer names, whose words govern nothing ("مجموعة العمل من أجل …")."""
        self.scan, self.words, self.names = scan, scan.words, names
        self.events = scan.at.get("trigger", {})

    def unreal(self, draft: Draft) -> str:
        """Why the words leave no doubt that the draft is nothing that happened, or ""."""
        first, last = self.scan.sentence_of(draft.first)
        opening, closing = self._opening(draft.first, first), self._closing(draft.first, last)
        if self._negated(draft, first):
            return "denied or absent"
        if self._hedged(draft, first):
            return _GOVERNORS["wants"]
        for kind, reason in _GOVERNORS.items():
            if self._governed(kind, opening, draft):
                return reason
        if self._purposive(draft, first):
            return _GOVERNORS["purpose"]
        for kind, reason in _WAYS.items():
            if kind == "ages" and draft.type in _LASTING:
                continue
            if self._last(kind, opening, closing) is not None or self._last(kind, first, first + _OPENING) is not None:
                return reason
        return "tells how things stand" if self._standing(draft, first) else ""

    # ---- the clause ----------------------------------------------------------------------------------------------
    def _opening(self, i: int, first: int) -> int:
        """The first token of the clause of token i; of an “أن” clause also the words that it hangs on."""
        a = self._start(i, first)
        return self._start(a - 1, first) if self.words[a] == "ان" and a > first else a

    def _start(self, i: int, first: int) -> int:
        clause = self.scan.clause
        while i > first and clause[i - 1] == clause[i]:
            i -= 1
        return i

    def _closing(self, i: int, last: int) -> int:
        clause = self.scan.clause
        while i < last and clause[i + 1] == clause[i]:
            i += 1
        return i

    # ---- what governs --------------------------------------------------------------------------------------------
    def _last(self, kind: str, first: int, last: int) -> int | None:
        """The last token of the nearest phrase of a kind within tokens first..last; "منذ أربعة أشهر" is another than "منذ أشهر"."""
        table = self.scan.at.get(f"mood.{kind}", {})
        found = (table[i] for i in range(last, first - 1, -1) if i in table and i not in self.names)
        whole = (m for m in found if m.last - m.first < len(m.entry.words))
        return next((m.last for m in whole if m.last <= last), None)

    def _negated(self, draft: Draft, first: int) -> bool:
        """ "لم يقصف", "دون اشتباكات"; of a noun only the word before it denies, or one that tells what did not come about."""
        i = draft.first
        near = self.scan.has_cue("negation", max(first, i - 2), i - 1)
        if near is not None and (near.last == i - 1 or not draft.noun):
            return True
        return draft.noun and self._last("absent", max(first, i - 2), i - 1) == i - 1

    def _hedged(self, draft: Draft, first: int) -> bool:
        """Whether a hedge of the same clause stands close before it, and no attempt that is over."""
        scan, i = self.scan, draft.first
        kinds = ("hypothetical",) if draft.type in _TRIED else ("hypothetical", "attempts")
        hedge = next((h for k in kinds if (h := scan.has_cue(k, max(first, i - _HEDGE), i - 1)) is not None), None)
        if hedge is None or scan.clause[hedge.first] != scan.clause[i] or draft.spec.status is not None:
            return False
        return scan.has_cue("aftermath", hedge.last + 1, i - 1) is None

    def _governed(self, kind: str, opening: int, draft: Draft) -> bool:
        """Does a word of a kind govern the draft? No other event, relative or "after" stands between; a verb hangs on “أن”."""
        i, scan = draft.first, self.scan
        if not draft.noun and kind != "if" and not (i > 0 and self.words[i - 1] == "ان" and _present(draft)):
            return False
        at = self._last(kind, max(opening, i - _REACH), i - 1)
        if at is None or scan.has_cue("aftermath", at + 1, i - 1) or scan.has_cue("relative", at + 1, i - 1):
            return False
        if draft.type == "agreement" and i - at > _NEAR:  # "the peace agreement" is made, whatever is feared for it
            return False
        joined = self.words[i].startswith("و")  # "تهدف إلى اقتحام المدينة والسيطرة عليها"
        return joined or not any(j in self.events for j in range(at + 1, i))

    def _purposive(self, draft: Draft, first: int) -> bool:
        """ "عملية لتحرير المدينة", "لشن هجمات", "حتى استعادة": what an act is for; not so "تعرض لهجوم", "استخدم الطيران لقصف"."""
        if not draft.noun:
            return False
        if draft.first > first and self.words[draft.first - 1] == "حتي":
            return True
        i = self._with_l(draft, first)
        if (
            i is None
            or draft.type == "suicide_bombing"
            or self.scan.has_cue("suffer", first, i - 1)
            or self._last("takes_l", first, i - 1) is not None
        ):
            return False
        return self._last("told_with_l", max(first, i - 3), i - 1) is None

    def _with_l(self, draft: Draft, first: int) -> int | None:
        """The word with “ل”: the event word itself, or a noun that carries it."""
        carriers, i = self.scan.at.get("mood.carriers", {}), draft.first
        match = self.events.get(i)
        while match is None or not match.pro.endswith("ل"):
            at = next((j for j in (i - 1, i - 2) if j in carriers and carriers[j].last == i - 1), None)
            if at is None or at < max(first, draft.first - _CARRIED):
                return None
            i, match = at, carriers[at]
        return i

    def _standing(self, draft: Draft, first: int) -> bool:
        """ "التي تسيطر على", "حيث تنتشر", "وتسيطر الحركة على": who somebody is, or how a place stands; a headline tells news in the present."""
        i = draft.first
        if draft.noun or not _present(draft):
            return False
        if draft.sentence > _HEADLINES and i in self.scan.at.get("mood.states", {}):
            return True
        where = any(word.lstrip("وف") == "حيث" for word in self.words[max(first, i - _NEAR) : i])
        return where or self.scan.has_cue("relative", max(first, i - 2), i - 1) is not None


def _present(draft: Draft) -> bool:
    return draft.inflection is not None and draft.inflection.tense == "present"
