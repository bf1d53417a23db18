"""Folded views of Arabic that still point at the original.

Comes in: text as published. Goes out: a folded copy with an offset map, or single folded words. The stored text is never
changed. Folding merges what writers do not keep apart: hamza forms, ya / alef maqsura, ta marbuta / ha, tatweel,
diacritics, presentation forms, Arabic-Indic and Persian digits, bidi controls, Persian look-alike letters.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import msgspec

_MERGED = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا",
    "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ئ": "ي",
    "ؤ": "و", "ۆ": "و", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه",
    "ک": "ك", "ڪ": "ك", "گ": "ك", "پ": "ب", "چ": "ج", "ڤ": "ف", "ژ": "ز", "ڨ": "ق",
    "ـ": "", "ۥ": "", "ۦ": "",
}  # fmt: skip


@lru_cache(maxsize=4096)
def fold_char(char: str) -> str:
    """What one character becomes: "" (dropped), or one or more folded characters."""
    if char in _MERGED:
        return _MERGED[char]
    category = unicodedata.category(char)
    if category in ("Mn", "Cf", "Me"):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    plain = unicodedata.normalize("NFKC", char)
    if plain != char:
        return "".join(fold_char(c) for c in plain) if len(plain) > 1 else _MERGED.get(plain, plain.casefold())
    return char.casefold()


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """The folded form of a word or phrase: "أُخْتُهــا" -> "اختها". Idempotent."""
    return "".join([fold_char(c) for c in word])


class Normalized(msgspec.Struct, frozen=True):
    """A folded text and, for each of its characters, the offset of the original character it came from.

    `origin` has one more entry than `text`: the length of the original, so that half-open spans map without a special case.
    """

    text: str
    origin: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the original behind `text[start:end]`; an empty span stays empty."""
        if start >= end:
            at = self.origin[min(start, len(self.origin) - 1)]
            return at, at
        return self.origin[start], self.origin[end - 1] + 1


def normalize(text: str) -> Normalized:
    """Fold a whole text, keeping the way back.

    Args:    text: as published.
    Returns: the folded text with its offset map; spans of it map to code points of `text` with `original`.
    """
    out: list[str] = []
    origin: list[int] = []
    for i, char in enumerate(text):
        for folded in fold_char(char):
            out.append(folded)
            origin.append(i)
    origin.append(len(text))
    return Normalized("".join(out), tuple(origin))
