"""Search words: folded, clitics off, stemmed, so that "الحسكه" finds "بالحسكة". For searching only, never for coding."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

import Stemmer  # type: ignore[import-not-found]

from marsad.text.normalize import fold
from marsad.text.tokens import Tokens, variants

_LONGEST = 64
_local = threading.local()


def _stemmer() -> Any:
    # A stemmer keeps state while it works, so every thread has its own.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("arabic", 0)
    return _local.stemmer


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """The stem a word is searched by; "" for what is not a word (punctuation).

    Clitics before the article go first, because the stemmer takes "ب" + "ال" off but not "و" + "ب" + "ال".
    """
    folded = "".join(c for c in fold(word) if c.isalnum())[:_LONGEST]
    for rest, _ in variants(folded):
        if rest.startswith("ال") and len(rest) > 4:
            folded = rest[2:]
            break
    return str(_stemmer().stemWord(folded)) or folded


def stems_at(text: str) -> list[tuple[str, int, int]]:
    """The search words of a text with their half-open spans, in text order."""
    tokens = Tokens(text)
    found = zip(tokens.words, tokens.start, tokens.end, strict=True)
    return [(stemmed, start, end) for word, start, end in found if (stemmed := stem(word))]
