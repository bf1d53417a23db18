"""Where the name of a speaker ends: "مسؤول في شرطة كركوك لوكالة …", "الناطق باسم الوزارة، فلان الفلاني، إن …".

Comes in: a `Scan` and the head noun, or the first word, of a name. Goes out: its last token. The name is bounded by what the speaker
says (إن), by whom he told it, by the occasion (في بيان), by a date; where none of these follows, only words that are known to belong
to names are taken.
"""

from __future__ import annotations

from collections.abc import Iterable

from marsad.coding.lexicon import Match
from marsad.coding.scan import Scan
from marsad.knowledge.loader import Knowledge
from marsad.text.normalize import fold

_FAR, _NEAR = 14, 8  # tokens of the longest name before "إن", and before another bound
_QUOTES = frozenset("\"“”«»'()[]")
_OPENING = frozenset('"“«')
_TIES = frozenset(["في", "من", "باسم", "لدي", "ب", "عن"])


class NameReader:
    """Reads the names of speakers in one report."""

    def __init__(self, scan: Scan, knowledge: Knowledge, dated: set[int]) -> None:
        self.scan, self.words, self.dated = scan, scan.words, dated
        words = knowledge.words["attribution"]
        self.ends, self.occasions = _set(words["name_ends"]), _set(words["occasions"])
        self.complements, self.offices = _set(words["complements"]) | {":"}, _set(words["offices"])
        self.openers, self.passed = _set(words["openers"]), _set(words["passed"]) | _QUOTES | {"،", ","}
        self.plurals = _set(words["plurals"])
        self.impersonal, self.feminine = _set(words["impersonal"]), _set(words["feminine"])
        self.before_verb, self.links = _set(words["before_verb"]) | _QUOTES | {"،", ","}, _set(words["links"])
        self.credits, self.statements = _set(words["credits"]), _set(words["statements"])
        self.relatives = _set(words["relatives"])
        self.ends |= self.relatives
        self.before_verb |= self.relatives
        self.says = _set(words["says"]) | {":"}
        self.complements |= self.says
        self.correspondents, self.relay = _set(words["correspondents"]), _set(words["relay"])
        self.issued = _set(words["issued"])
        self.ends |= self.impersonal
        self.sayings = self.complements | _QUOTES
        self.kinds = frozenset(fold(w) for kind in knowledge.words["places"]["kinds"] for w in kind.get("sg", ()))
        at = scan.at.get
        self.tables = [at(k, {}) for k in ("actor", "nationality", "voice_adjective", "country", "adjective", "source")]
        self.head, self.source, self.report = at("voice", {}), at("source", {}), at("report", {})
        self.trigger, self.harm, self.person_noun = at("trigger", {}), at("harm", {}), at("person", {})

    def end(self, head: Match, last: int) -> int:
        """The last token of the name that a head noun opens."""
        bounded = self._bounded(head.last + 1, last)
        return self._trim(head.last, bounded if bounded is not None else self._known(head, last))

    def person(self, i: int, last: int) -> int | None:
        """The last token of a name without a head noun, which only its bounds show; None when there is none."""
        word = self.words[i] if i <= last else ""
        if not word or not self._plain(i) or word in self.complements | _TIES | self.occasions | self.correspondents:
            return None
        bounded = self._bounded(i, last)
        if bounded is None or bounded < i or self.words[bounded + 1] in "،,":
            return None
        end = self._trim(i - 1, bounded)
        return end if end >= i and not any(self._is_happening(j) for j in range(i, end + 1)) else None

    def _is_happening(self, i: int) -> bool:
        """An event noun that does not belong to an office ("قائد العملية")."""
        return i in self.trigger and self.words[i - 1] not in self.offices

    def qualified(self, end: int, last: int) -> int:
        """A party's name with the adjectives behind it ("الجيش اليمني")."""
        i = end + 1
        bounded = self._bounded(i, last)
        said = bounded is not None and self.words[bounded + 1] in self.says
        if bounded is not None and said and not any(j in self.trigger for j in range(i, bounded + 1)):
            return self._trim(end, bounded)
        while i <= last and self._plain(i):
            if self.words[i].startswith("ال") and not self.words[i - 1].startswith("ال") and i not in self.trigger:
                i += 1  # "قوة المساعدة": the noun that completes an indefinite one
                continue
            known = next((t[i] for t in self.tables[1:5] if i in t), None)
            if known is None or known.pro.startswith(("و", "ل", "ب")):
                break
            i = known.last + 1
        return i - 1

    # ---- by its bounds -------------------------------------------------------------------------------------------
    def _bounded(self, i: int, last: int) -> int | None:
        """The last token before what the speaker says, when the words up to there can be a name; else None."""
        first = i
        while i <= min(last, first + _FAR):
            word = self.words[i]
            if word in _OPENING and not self._closes(i, first, last):
                return i - 1
            if word in self.complements:
                return i - 1
            near = i - first <= _NEAR
            if i in self.dated or self._is_occasion(i) or self._is_recipient(i):
                return i - 1 if near else None
            if word in "،,":
                if not self._apposed(i, last):
                    return i - 1 if near and i > first else None
            elif self._joins(i):
                return i - 1 if near else None
            elif word not in _QUOTES and not self._plain(i):
                return None
            i += 1
        return None

    def _plain(self, i: int) -> bool:
        """A word that a name may hold."""
        word = self.words[i]
        return (
            word.isalpha()
            and word not in self.ends
            and word.removeprefix("و") not in self.ends
            and not word.removeprefix("ال").startswith("تابع")
            and i not in self.report
            and i not in self.harm
            and i not in self.dated
            and not (i in self.trigger and not self.trigger[i].entry.data.noun and not self.trigger[i].entry.data.weak)
        )

    def _closes(self, i: int, first: int, last: int) -> bool:
        """A quotation mark that opens a short name, not what is said, or closes one that the name began with (first: its start)."""
        if any(word in _OPENING for word in self.words[first:i]):
            return True
        for j in range(i + 1, min(i + 7, last + 1, len(self.words))):
            if self.words[j] in _QUOTES:
                return True
            if not self._plain(j):
                return False
        return False

    def is_outlet(self, i: int) -> bool:
        """ "لموقع …": an outlet's head noun that the preposition makes the hearer."""
        head = self.head.get(i)
        return head is not None and "ل" in head.pro and head.entry.ref == "media" and not head.form.endswith("ات")

    def _joins(self, i: int) -> bool:
        """ "ومصادر": another speaker is joined on."""
        return any(i in t and t[i].pro.startswith("و") for t in (self.head, self.source))

    def _apposed(self, comma: int, last: int) -> bool:
        """ "الناطق باسم الوزارة، فلان الفلاني، إن": one to five words up to the next comma or to what is said."""
        if comma + 1 in self.source and not self.source[comma + 1].pro:
            return True
        for i in range(comma + 1, min(comma + 8, last + 1)):
            word = self.words[i]
            if word in "،," or word in self.complements or word in self.before_verb:
                return i > comma + 1
            if not self._plain(i) or word in _TIES:
                return False
        return False

    def _is_occasion(self, i: int) -> bool:
        """ "في بيان", "خلال مؤتمر", "ببيان"."""
        word = self.words[i]
        return (word == "في" and i + 1 < len(self.words) and self.words[i + 1] in self.occasions) or (
            word.startswith("ب") and word[1:] in self.occasions
        )

    def _is_recipient(self, i: int) -> bool:
        word = self.words[i]
        match = self.source.get(i)
        if self.words[i - 1] in self.statements:
            return False
        if (match is not None and "ل" in match.pro) or self.is_outlet(i) or "ل" in self.scan.tokens.pro[i]:
            return True
        return match is None and word.startswith("لل")

    def is_plural(self, word: str) -> bool:
        """A plural of persons, or of things that speak (المصادر، الشهود)."""
        return word.endswith(("ون", "ين")) or bool(set(plain_words([word])) & self.plurals)

    # ---- by what is known to belong to names ---------------------------------------------------------------------
    def _known(self, head: Match, last: int) -> int:
        i, taken = head.last + 1, 0
        while i <= last and taken < 8:
            step = self._step(i, head)
            if step is None:
                break
            i, taken = step, taken + 1
        return i - 1

    def _step(self, i: int, head: Match) -> int | None:
        """The token behind the part of the name that begins at token i; None when the name ends before it."""
        word, before = self.words[i], self.words[i - 1]
        if word in _OPENING and not self._closes(i, head.last, head.last + 20):
            return None
        if word in _QUOTES:
            return i + 1
        if not self._plain(i) or i in self.trigger or self._is_occasion(i) or self._is_recipient(i):
            return None
        known = next((t[i] for t in self.tables if i in t), None)
        if known is not None and not known.pro.startswith("و"):
            return known.last + 1
        if word in _TIES or before in _TIES or word.startswith("ال") or before in self.kinds:
            return i + 1
        if before in self.offices or (before in self.statements and word.startswith("ل")):
            return i + 1
        if i in self.head and not self.head[i].pro.startswith("و"):
            return self.head[i].last + 1
        if word.startswith("ب") and word[1:].removeprefix("ال") in self.kinds:
            return i + 1
        return None

    def _trim(self, least: int, end: int) -> int:
        """Without trailing quotes, commas and prepositions."""
        while end > least and (self.words[end] in _QUOTES or self.words[end] in _TIES or self.words[end] in "،,"):
            end -= 1
        return end


def _set(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


def plain_words(words: Iterable[str]) -> list[str]:
    """Folded words without clitics, article and small words: what two mentions of one name have in common."""
    out = []
    for word in words:
        if not word.isalnum() or word in _TIES:
            continue
        for lead in ("وال", "بال", "لل", "ال"):
            if word.startswith(lead) and len(word) > len(lead) + 1:
                word = word[len(lead) :]
                break
        out.append(word)
    return out
