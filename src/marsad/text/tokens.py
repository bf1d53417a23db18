"""Words of a report with their places in it, and the clitics that may stand before a word.

Comes in: text as published. Goes out: `Tokens`, parallel lists of offsets and folded words, punctuation included, quotation
marks left out (so that a name matches with or without them). Nothing can go wrong: any string has tokens.
"""

from __future__ import annotations

import re
from functools import lru_cache

from marsad.text.normalize import fold
from marsad.text.wraps import soft_breaks

# Words keep their diacritics, tatweel and zero-width controls inside; underscores part the words of a hashtag, and a change of script parts
# a handle from the news glued to it; so does ta marbuta, which ends a word ("الرقةنفذت"). Posts hide words from filters with dots and
# tatweel: "قـ.ـصف", "إصـ ـابة", "القص.ف".
_MARKS = r"\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2066-\u2069\u0640"
_ARABIC = r"\u0620-\u063f\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"
_HIDDEN = rf"(?:(?<=\u0640)[. ]\u0640*|\.\u0640+)(?=[{_ARABIC}])|(?<=[{_ARABIC}])\.(?=[{_ARABIC}]{{1,2}}(?![{_ARABIC}{_MARKS}.]))"
_TOKEN = re.compile(
    r"\d{1,3}(?:[,٬]\d{3})+(?!\d)"  # 1,200
    r"|\d+(?:[.٫]\d+)?"
    rf"|[{_ARABIC}](?:(?<!ة)[{_ARABIC}]|[{_MARKS}]|{_HIDDEN})*"
    rf"|[^\W\d_](?:(?![{_ARABIC}])[^\W\d_]|[{_MARKS}])*"
    r"|\n+|[ \t\u00a0]{5,}|[^\w\s\"'«»“”„‘’‹›\u0300-\u036f\u0610-\u061a\u064b-\u065f\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
)
# Proclitics that typists part from their word with a tatweel, a quote or a space: ”بـ”داعش, الـ 30.
_LOOSE = {"ب", "ل", "ك", "ال", "لل", "بال", "وال", "ول", "وب", "فال", "كال"}


class Tokens:
    """The words of one text: parallel lists, one entry a token, in text order.

    words: folded ("للتنظيم", "30", "،"); start, end: code points of the original; pro: a loose proclitic before it, or "".
    A run of newlines, or of five spaces and more (pages without markup), is one token "\\n"; a newline that only wraps a line is none.
    """

    __slots__ = ("end", "pro", "start", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[str] = []
        self.start: list[int] = []
        self.end: list[int] = []
        self.pro: list[str] = []
        pending, wraps = "", soft_breaks(text)
        for match in _TOKEN.finditer(text):
            raw = match.group()
            if raw == "\n" and match.start() in wraps:
                continue
            word = "\n" if raw[0] in "\n \t\u00a0" else fold(raw)
            if len(word) > 1 and ("." in word or " " in word) and not word[0].isdigit():
                word = word.replace(".", "").replace(" ", "")
            if not word:
                continue
            if word in _LOOSE and (raw[-1] == "ـ" or len(word) == 1):
                pending = word
                continue
            self.words.append(word)
            self.start.append(match.start())
            self.end.append(match.end())
            self.pro.append(pending)
            pending = ""

    def __len__(self) -> int:
        return len(self.words)

    def slice(self, first: int, last: int) -> tuple[int, int]:
        """Code-point span of the tokens first..last (last included)."""
        return self.start[first], self.end[last]


@lru_cache(maxsize=1 << 17)
def variants(word: str) -> tuple[tuple[str, str], ...]:
    """The ways a folded word may be read as proclitics + rest, the whole word first.

    Returns: (rest, proclitics) pairs; the article stays with the rest: "وللتنظيم" -> ("التنظيم", "ول"), "بحلب" -> ("حلب", "ب").
    Which reading holds is for the lexicon to say: most readings of most words are no words.
    """
    out = [(word, "")]
    rest, pro = word, ""
    if len(word) > 2 and word[0] in "وف":
        rest, pro = word[1:], word[0]
        out.append((rest, pro))
    for stem, before in ((word, ""), (rest, pro)) if pro else ((word, ""),):
        if len(stem) > 3 and stem.startswith("لل"):
            out.append(("ال" + stem[2:], before + "ل"))
            if stem[2:4] != "ال":
                out.append((stem[1:], before + "ل"))
        elif len(stem) > 2 and stem[0] in "بلك":
            out.append((stem[1:], before + stem[0]))
    return tuple(out)
