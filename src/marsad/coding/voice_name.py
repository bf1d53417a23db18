"""Where the name of a speaker ends: "مسؤول في شرطة كركوك لوكالة …", "الناطق باسم الوزارة، فلان الفلاني، إن …".

Comes in: a `Scan` and the head noun, or the first word, of a name. Goes out: its last token. The name is bounded by what the speaker
says (إن), by whom he told it, by the occasion (في بيان), by a date; where none of these follows, only words that are known to belong
to names are taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from marsad.coding.lexicon import Match
from marsad.coding.scan import Scan
from marsad.knowledge.loader import Knowledge
from marsad.text.normalize import fold

_FAR, _NEAR = 14, 10  # tokens of the longest name before "إن", and before another bound
_BEYOND = 14  # tokens: as far behind a comma or "who" what is said may begin
_BRACKETS = frozenset("'()[]")
_COMMAS, _DASHES = frozenset("،,"), frozenset("-–—")
_TIES = frozenset(["في", "من", "باسم", "لدي", "ب", "عن"])


class NameReader:
    """Reads the names of speakers in one report."""

    def __init__(self, scan: Scan, knowledge: Knowledge, dated: set[int]) -> None:
        self.scan, self.words, self.dated = scan, scan.words, dated
        words = knowledge.words["attribution"]
        self.ends, self.occasions = _set(words["name_ends"]), _set(words["occasions"])
        self.complements, self.offices = _set(words["complements"]) | {":"}, _set(words["offices"])
        self.openers, self.passed = _set(words["openers"]), _set(words["passed"]) | _BRACKETS | _COMMAS
        self.plurals = _set(words["plurals"])
        self.impersonal, self.feminine = _set(words["impersonal"]), _set(words["feminine"])
        self.before_verb, self.links = _set(words["before_verb"]) | _BRACKETS | _COMMAS | _DASHES, _set(words["links"])
        self.credits, self.statements = _set(words["credits"]), _set(words["statements"])
        self.relatives = _set(words["relatives"])
        self.ends |= self.relatives
        self.before_verb |= self.relatives
        self.says = _set(words["says"]) | {":"}
        self.complements |= self.says
        self.correspondents, self.relay = _set(words["correspondents"]), _set(words["relay"])
        self.issued = _set(words["issued"])
        self.ends |= self.impersonal
        self.asides = self.relatives | _set(words["asides"])
        self.refusals, self.refused = _set(words["refusals"]), _set(words["refused"])
        self.ranks, self.another = _set(words["ranks"]), _set(words["another"])
        self.quantifiers, self.speech = _set(words["quantifiers"]), _set(words["speech_nouns"])
        self.capitals = _set(name for c in knowledge.countries.values() for name in c.capital.ar)
        self.quotes = scan.quotes
        self.kinds = _set(w for kind in knowledge.words["places"]["kinds"] for w in kind.get("sg", ()))
        at = scan.at.get
        self.tables = [at(k, {}) for k in ("actor", "nationality", "voice_adjective", "country", "adjective", "source")]
        self.head, self.source, self.report = at("voice", {}), at("source", {}), at("report", {})
        self.trigger, self.harm, self.person_noun = at("trigger", {}), at("harm", {}), at("person", {})

    def end(self, head: Match, last: int) -> int:
        """The last token of the name that a head noun opens. Behind an institution's a comma bounds none ("أعلنت الحكومة حدادا، و…")."""
        bounded = self._bounded(head.last + 1, last)
        definite = head.form.startswith("ال") and head.form.endswith(("ه", "ات"))
        if bounded is None or (definite and self.words[bounded + 1] in _COMMAS and not self._opens_speech(bounded + 2)):
            bounded = self._known(head, last)
        return self._trim(head.last, bounded)

    def before(self, last: int, least: int) -> int:
        """The last token of a name that reaches up to a verb behind token `last`; less than `least` when other things stand there too."""
        name = all(self._plain(j) or self.words[j] in _COMMAS | _BRACKETS | _TIES for j in range(least, last + 1))
        return self._trim(least, last) if name else least - 1

    def another_of(self, i: int, last: int) -> int:
        """The last token of "وأخرى في المقاومة", which begins at token i."""
        bounded = self._bounded(i + 1, last)
        return self._trim(i, bounded) if bounded is not None else i

    def wordings(self, first: int, last: int) -> list[tuple[int, int]]:
        """The parts of a long name under which its bearer is known too: the man and his office, the office without its place."""
        cuts = [i for i in range(first + 1, last + 1) if self.words[i] in self.ranks | _COMMAS]
        if first not in self.head and first not in self.source:
            cuts += [i for i in range(first + 2, last + 1) if i in self.head and not self.head[i].pro][:1]
        starts = sorted({first, *(i + (self.words[i] in _COMMAS) for i in cuts)})
        pieces = [(a, self._trim(a, b - 1)) for a, b in zip(starts, [*starts[1:], last + 1], strict=True) if a <= last]
        for a, b in list(pieces):
            tie = next((i for i in range(a + 2, b) if self.words[i] in _TIES), None)
            if tie is not None:
                pieces.append((a, tie - 1))
        pieces.append((self._own_name(first, last), last))
        return [(a, b) for a, b in pieces if (a, b) != (first, last) and b > a]

    def _own_name(self, first: int, last: int) -> int:
        """Where a man's own name begins behind his office ("الناطق باسم الوزارة وليد الصافي"): at a bare word that belongs to no office."""
        i, word = last - 1, self.words[last - 1]
        bare = not word.startswith("ال") and word not in self.offices | self.kinds | _TIES | _BRACKETS | _COMMAS
        known = i in self.head or any(i in t for t in self.tables) or word.startswith(("ب", "ل"))
        return i if last - first >= 3 and bare and not known and self.words[i - 1] not in _TIES else last

    def person(self, i: int, last: int) -> int | None:
        """The last token of a name without a head noun, which only its bounds show; None when there is none."""
        word = self.words[i] if i <= last else ""
        if not word or not self._plain(i) or (word in self.complements and not self._is_ali(i)):
            return None
        if word in _TIES or word in self.occasions or word in self.correspondents:
            return None
        bounded = self._bounded(i, last)
        if bounded is None or bounded < i or not self._said_behind(bounded + 1, last):
            return None
        end = self._trim(i - 1, bounded)
        if not self.correspondents.isdisjoint(self.words[i : end + 1]):
            return None
        return end if end >= i and not any(self._is_happening(j) for j in range(i, end + 1)) else None

    def _said_behind(self, i: int, last: int) -> bool:
        """Behind a comma, a dash or "who is" at token i, what is said must begin further on; any other bound is enough by itself."""
        word = self.words[i] if i <= last else ""
        if word in _COMMAS:
            return self._opens_speech(i + 1, self.complements)
        if word not in _DASHES and word.removeprefix("و") not in self.asides:
            return True
        return any(self._opens_speech(j) for j in range(i + 1, min(i + _BEYOND, last) + 1))

    def _opens_speech(self, i: int, words: frozenset[str] | None = None) -> bool:
        return i < len(self.words) and (self.words[i] in (words or self.says) or i in self.quotes.opens)

    def _is_ali(self, i: int) -> bool:
        """ "علي", the name, which folds like "على": by its letters, and by a name behind it."""
        return (
            self.words[i] == "علي"
            and self.scan.written(i).endswith("ي")
            and i + 1 < len(self.words)
            and self._plain(i + 1)
        )

    def _is_happening(self, i: int) -> bool:
        """An event noun that does not belong to an office ("قائد العملية")."""
        return i in self.trigger and self.words[i - 1] not in self.offices

    def qualified(self, end: int, last: int) -> int:
        """A party's name with the adjectives behind it ("الجيش اليمني")."""
        i = end + 1
        bounded = self._bounded(i, last)
        said = bounded is not None and self._says_soon(bounded + 1, last)
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

    def _says_soon(self, i: int, last: int) -> bool:
        """What is said begins at token i, or behind the date there ("أعلن الجيش الوطني أمس الاثنين أنه")."""
        while i < last and i in self.dated:
            i += 1
        return self._opens_speech(i)

    # ---- by its bounds -------------------------------------------------------------------------------------------
    def _bounded(self, i: int, last: int) -> int | None:
        """The last token before what the speaker says, when the words up to there can be a name; else None."""
        first = i
        while i <= min(last, first + _FAR):
            word = self.words[i]
            if i in self.quotes.opens and not self._closes(i, last):
                return i - 1
            if word in self.complements and not self._is_ali(i):
                return i - 1
            near = i - first <= _NEAR
            if i in self.dated or self._is_occasion(i) or self._is_recipient(i):
                return i - 1 if near else None
            if word in _COMMAS:
                if not self._apposed(i, last):
                    return i - 1 if near and i > first else None
            elif word in _DASHES or word.removeprefix("و") in self.asides:
                return i - 1 if near and i > first and self._said_behind(i, last) else None
            elif self._joins(i):
                return i - 1 if near else None
            elif word not in _BRACKETS and not self._plain(i):
                return None
            i += 1
        return None

    def _plain(self, i: int) -> bool:
        """A word that a name may hold."""
        word = self.words[i]
        return (
            word.isalpha()
            and (self.ends.isdisjoint((word, word.removeprefix("و"))) or self._is_ali(i))
            and not word.removeprefix("ال").startswith("تابع")
            and not (word in self.refusals and self.words[i + 1 : i + 2] and self.words[i + 1] in self.refused)
            and i not in self.report
            and i not in self.harm
            and i not in self.dated
            and not (i in self.trigger and not self.trigger[i].entry.data.noun and not self.trigger[i].entry.data.weak)
        )

    def _closes(self, i: int, last: int) -> bool:
        """A quotation that opens at token i holds a short name, not what is said."""
        for j in range(i, min(i + 6, last + 1)):
            if not self._plain(j):
                return False
            if j in self.quotes.closes:
                return True
        return False

    def is_outlet(self, i: int) -> bool:
        """ "لموقع …": an outlet's head noun that the preposition makes the hearer."""
        head = self.head.get(i)
        return head is not None and "ل" in head.pro and head.entry.ref == "media" and not head.form.endswith("ات")

    def _joins(self, i: int) -> bool:
        """ "ومصادر": another speaker is joined on."""
        return self.words[i] in self.another or any(
            i in t and t[i].pro.startswith("و") for t in (self.head, self.source)
        )

    def _apposed(self, comma: int, last: int) -> bool:
        """ "الناطق باسم الوزارة، فلان الفلاني، إن": up to seven words before the next comma or what is said."""
        if comma + 1 in self.source and not self.source[comma + 1].pro:
            return True
        tied = False
        for i in range(comma + 1, min(comma + 8, last + 1)):
            word = self.words[i]
            if word in _COMMAS or word in self.complements or word in self.before_verb:
                return i > comma + 1 and (
                    not tied or word not in _COMMAS or self._opens_speech(i + 1, self.complements)
                )
            tied = tied or word in _TIES
            if not self._plain(i):
                return False
        if tied:
            return False
        return comma + 2 < last < comma + 6  # "بحسب حاكم الإقليم، فلان الفلاني."

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
        if i in self.quotes.opens and not self._closes(i, head.last + 20):
            return None
        if word in _BRACKETS:
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
        """Without trailing brackets, commas and prepositions."""
        while end > least and (self.words[end] in _BRACKETS or self.words[end] in _TIES or self.words[end] in _COMMAS):
            end -= 1
        return end


def _set(words: Iterable[str]) -> frozenset[str]:
    return _folded(tuple(words))


@cache
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    """A list of knowledge, folded once for all reports."""
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
