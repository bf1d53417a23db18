"""How place names are compared: by a skeleton that forgives what writers and gazetteers do not keep apart.

The article (فطيرة / الفطيرة), spaces and hyphens (كفر نوران / كفرنوران), a final hamza, and the endings ا and ة (داريا / دارية,
صنعاء / صنعا) do not count; every other letter does. Which written form stood in the text is weighed later, among candidates.
"""

from __future__ import annotations

import re
from functools import lru_cache

from marsad.text.normalize import fold

_PART = re.compile(r"[^\W\d_]+|\d+")
_ASIDE = re.compile(r"\s*[(\[（][^)\]）]*[)\]）]")
_INNER = re.compile(
    "|".join(f"(?<=^{chr(46) * n})ال(?=...)" for n in range(3, 7))
)  # the article inside a run-together name: جسرالشغور
_FATHER = {"ابي": "ابو", "ابا": "ابو", "بنو": "بني", "ابن": "بن"}


def words_of(name: str) -> tuple[str, ...]:
    """The folded words of a name, what stands in brackets left out: "تلّ-رفعت (حلب)" -> ("تل", "رفعت")."""
    return tuple(_PART.findall(fold(_ASIDE.sub(" ", name))))


def bare(word: str) -> str:
    """A folded word without its article; "الله" and two-letter rests stay whole."""
    return word[2:] if word.startswith("ال") and len(word) > 3 and word != "الله" else word


@lru_cache(maxsize=1 << 17)
def bone(word: str) -> str:
    """The part of a name's skeleton that one folded word gives: "الفطيره" -> "فطيره", "داريا" -> "داريه"."""
    stem = bare(_FATHER.get(word, word)).removesuffix("ء")
    stem = _INNER.sub("", stem, count=1)
    return stem[:-1] + "ه" if len(stem) > 2 and stem[-1] in "اه" else stem


def skeleton(words: tuple[str, ...] | list[str]) -> str:
    """The key under which a name is filed: its bones, joined without spaces."""
    return "".join([bone(word) for word in words])
