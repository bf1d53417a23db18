"""How far the wording of a party goes: "سكان هذه القرى", "مجموعات يسارية", "القوات الموالية للرئيس السابق".

Comes in: a party whose head and complement are read. Goes out: the last token of its full wording. What is taken here belongs to the
wording only: the words may name places and persons of their own, so they are evidence, and nothing is claimed by them.
"""

from __future__ import annotations

from marsad.coding.lexicon import Match
from marsad.coding.scan import Scan

_ADJECTIVES = 3  # that follow one noun at most
_TIED = 6  # words behind "loyal to"
_ENDINGS = ("يه", "يين", "يون", "يات")  # of adjectives in -ī that cannot be read as another word's ending


class Wording:
    """The wordings of one report's parties."""

    def __init__(self, scan: Scan) -> None:
        self.scan, self.words = scan, scan.words
        at = scan.at.get
        belonging = {i: m for i, m in at("of", {}).items() if m.entry.data}  # "التابعة ل"
        self.ties = [at("loyal", {}), at("opposed", {}), belonging]
        self.demonstrative, self.given, self.opener = at("demonstrative", {}), at("given", {}), at("name_opener", {})
        self.attribute = at("attribute", {})
        self.adjective, self.nationality, self.person = at("adjective", {}), at("nationality", {}), at("person", {})
        self.group = at("group", {})

    def end(self, first: int, last: int, construct: bool, stop: int) -> int:
        """The last token of the wording of the noun phrase first..last.

        construct: its head is a noun of persons that a definite noun may complete.  stop: last token of the sentence.
        """
        end = self.completed(last, stop) if construct else last
        end = self._adjectives(end, stop)
        return self._tied(end, stop)

    def tie(self, i: int) -> Match | None:
        """ "loyal to", "backed by", "opposed to" at token i, with whom behind it."""
        match = next((table[i] for table in self.ties if i in table), None)
        if match is None or match.last + 1 >= len(self.words) or not self.words[match.last + 1].isalpha():
            return None
        clitic = match.entry.data
        return match if not clitic or self.words[match.last + 1].startswith(clitic) else None

    def completed(self, last: int, stop: int) -> int:
        """ "سكان البلدة", "سكان هذه القرى", "حراس صوامع الحبوب"."""
        i = last + 1
        if i in self.demonstrative:
            i = self.demonstrative[i].last + 1
            return i if i <= stop and self._is_definite(i) else last
        if i <= stop and self._is_definite(i):
            return i
        if i >= stop or not self._is_free(i) or i in self.given:
            return last
        if self.words[i].startswith(("و", "ف", "ب", "ل")) or self.words[i].endswith(("ا", "ين", "ون")):
            return last
        described = (
            self.words[i].endswith("ه") and self.words[i + 1].endswith("يه") and not self.words[i + 1].startswith("و")
        )
        return i + 1 if described or self._is_definite(i + 1) else last

    def _adjectives(self, last: int, stop: int) -> int:
        """Adjectives that agree with the noun in article: "مجموعات يسارية متطرفة"."""
        definite, i, count = self.words[last].startswith("ال"), last + 1, 0
        while i <= stop and count < _ADJECTIVES and self.tie(i) is None:
            word = self.words[i]
            tables = (self.adjective, self.attribute, self.nationality)
            known = next((table[i] for table in tables if i in table and not table[i].pro), None)
            agrees = word.startswith("ال") == definite
            if not agrees or not (known or (self._is_free(i) and word.endswith(_ENDINGS))):
                break
            i, count = known.last + 1 if known else i + 1, count + 1
        return i - 1

    def _tied(self, last: int, stop: int) -> int:
        """ "loyal to" with whom: a pronoun, or words up to the next that begins something else."""
        tie = self.tie(last + 1)
        if tie is None or tie.last >= stop:
            return last
        i, clitic = tie.last + 1, tie.entry.data
        if clitic != "ل" and any(i in table for table in (self.person, self.group)):
            return last  # "مدعومة بعناصر موالية": a party of its own
        end = i
        if clitic and len(self.words[i]) <= 3:  # لها، لهم، بها
            return end
        while end < stop and end - i < _TIED and self._goes_on(end + 1):
            end += 1
        return end

    def _goes_on(self, i: int) -> bool:
        """Whether token i still belongs to those to whom somebody is loyal: a definite word, a name, an adjective."""
        if any(i in self.scan.at.get(kind, {}) for kind in ("trigger", "harm", "report", "name_end", "of")):
            return False
        if any(i in table for table in self.scan.cues.values()):
            return False
        match = self.given.get(i) or self.opener.get(i) or self.adjective.get(i) or self.nationality.get(i)
        if match is not None:
            return not match.pro
        return self.words[i].startswith("ال") or i - 1 in self.given or i - 1 in self.opener

    def _is_definite(self, i: int) -> bool:
        return (
            self.words[i].startswith("ال") and len(self.words[i]) > 4 and self._is_free(i) and i not in self.adjective
        )

    def _is_free(self, i: int) -> bool:
        at = self.scan.at
        if not self.words[i].isalpha() or any(
            i in at.get(k, {}) for k in ("trigger", "harm", "report", "name_end", "person", "group")
        ):
            return False
        return not any(
            i in self.scan.cues.get(kind, {}) for kind in ("clauses", "between", "agent", "against", "target")
        )
