"""Where a person's name stands: "خالد عبد القادر", "أبو عمر الشامي", "الشيخ نجم الدين الجبوري".

Comes in: a `Scan` and a token at which a name may begin. Goes out: its last token. A name opens with a given name or with a word such
as "أبو" or "عبد"; what follows belongs to it while it is another name, a definite family name, or a word that no list claims. Whether
a name can stand there at all is for the caller to know: many given names are ordinary words too (سالم، صالح، جمال).
"""

from __future__ import annotations

from marsad.coding.scan import Scan

_LONG = 6  # letters from which -īn, -ūn and -āt are a plural's ending: "الزين" is a name, "المسلحين" is none
_PARTS = 5  # of the longest name
_CLAIMED = (
    "trigger",
    "harm",
    "report",
    "group",
    "person",
    "adjective",
    "of",
    "mostly",
    "subtotals",
    "others",
    "weapon",
)
_UNLIKE = ("و", "ب", "ل", "ف", "ك", "ي", "ت", "س")
"""Letters that open no family name without the article, or few: what begins with them is mostly a verb, or a word after و, ب, ل."""


class PersonNames:
    """The names of one report."""

    def __init__(self, scan: Scan) -> None:
        self.scan, self.words = scan, scan.words
        at = scan.at.get
        self.given, self.opener, self.style = at("given", {}), at("name_opener", {}), at("style", {})
        self.inner = at("name_inner", {})
        self.ends, self.nationality, self.actor = at("name_end", {}), at("nationality", {}), at("actor", {})

    def opens(self, i: int) -> bool:
        """Whether a name may begin at token i: with a given name, or with "أبو", "عبد" and a word for them."""
        if self._is_preposition(i):
            return False
        return i in self.given or (i in self.opener and i + 1 < len(self.words) and self.words[i + 1].isalpha())

    def end(self, i: int, last: int, alone: bool = False) -> int | None:
        """The last token of the name that begins at token i; None when there is none.

        alone: a given name is enough; else something of a family name must follow it.
        """
        if i > last or not self.opens(i):
            return None
        end = self._part(i, last, first=True)
        if end is None:
            return None
        parts, strange = 1, 0
        while parts < _PARTS:
            after = self._part(end + 1, last)
            if after is None:
                break
            strange += not any(end + 1 in table for table in (self.given, self.opener, self.inner))
            if strange > 2:
                break
            end, parts = after, parts + 1
        return end if alone or parts > 1 or i in self.opener else None

    def after_title(self, i: int, last: int) -> int | None:
        """The last token of a name right behind a singular title, words of respect passed over; also one that opens with no known name."""
        while i in self.style and self.style[i].last < last:
            i = self.style[i].last + 1
        known = self.end(i, last, alone=True) if i <= last and not self.pro(i) else None
        if known is not None or i >= last:
            return known
        if self._is_strange(i) and (i + 1 in self.given or self._is_family(i + 1)) and not self.pro(i + 1):
            end = self._part(i + 1, last)
            while end is not None and (more := self._part(end + 1, last)) is not None and more - i < _PARTS:
                end = more
            return end
        return None

    def pro(self, i: int) -> str:
        """The clitics before the name that begins at token i."""
        match = self.given.get(i) or self.opener.get(i)
        return match.pro if match is not None else ""

    def _part(self, i: int, last: int, first: bool = False) -> int | None:
        """The last token of the part of a name at token i."""
        if i > last:
            return None
        if self._is_preposition(i):
            return None
        given, opener = self.given.get(i), self.opener.get(i) or (None if first else self.inner.get(i))
        if opener is not None and i + 1 <= last and (first or not opener.pro) and self.words[i + 1].isalpha():
            inner = self.given.get(i + 1)
            return inner.last if inner is not None and not inner.pro else i + 1
        if given is not None and given.last <= last and (first or not given.pro):
            return given.last
        if first:
            return None
        if self.style.get(i) is not None:
            after = self._part(i + 1, last)
            return after if i + 1 in self.given or i + 1 in self.opener else None
        return i if self._is_family(i) or self._is_strange(i) else None

    def _is_preposition(self, i: int) -> bool:
        """ "على" is folded to "علي": only the spelling tells the name from the preposition."""
        return self.words[i] in ("علي", "وعلي") and self.scan.written(i).endswith("ى")

    def _is_family(self, i: int) -> bool:
        """ "الجبوري", "الدحدوح": a definite word that nothing else claims; also a nationality or a clan of the singular."""
        word = self.words[i]
        if not word.startswith("ال") or len(word) < 5 or not word.isalpha():
            return False
        nisba = word.endswith("ي") and all(
            i not in self.scan.at.get(kind, {}) for kind in ("trigger", "harm", "report", "person")
        )
        return nisba or (self._is_free(i) and not (len(word) > _LONG and word.endswith(("ين", "ون", "ات"))))

    def _is_strange(self, i: int) -> bool:
        """An indefinite word that no list claims and that does not look like a verb or an adverb."""
        word = self.words[i]
        if (
            not word.isalpha()
            or len(word) < 3
            or word.startswith(("ال", *_UNLIKE))
            or word.endswith(("ا", "ين", "ون", "ات"))
        ):
            return False
        return self._is_free(i) and i not in self.nationality and i not in self.actor

    def _is_free(self, i: int) -> bool:
        at = self.scan.at
        if i in self.ends or any(i in at.get(kind, {}) for kind in _CLAIMED):
            return False
        return not any(i in table for table in self.scan.cues.values())
