"""Folding keeps the way back to the original, for any string that Unicode allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.text import Tokens, fold, normalize, variants

arabic = st.text(alphabet=st.characters(min_codepoint=0x0600, max_codepoint=0x06FF))
presentation = st.text(alphabet=st.characters(min_codepoint=0xFB50, max_codepoint=0xFEFF))
anything = st.text() | arabic | presentation | st.text(alphabet="\u200f\u202e\u2066ـًّأآلله ٣\n")


@given(anything)
def test_offsets_lead_back_to_the_original(text: str) -> None:
    folded = normalize(text)
    assert len(folded.origin) == len(folded.text) + 1
    assert folded.origin[-1] == len(text)
    assert list(folded.origin) == sorted(folded.origin)
    for i, char in enumerate(folded.text):
        start, end = folded.original(i, i + 1)
        assert 0 <= start < end <= len(text)
        assert char in normalize(text[start:end]).text


@given(anything)
def test_folding_is_idempotent_and_the_same_by_word_and_text(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert normalize(text).text == fold(text)


@given(anything, st.integers(0, 50), st.integers(0, 50))
def test_spans_are_inside_the_text(text: str, a: int, b: int) -> None:
    folded = normalize(text)
    start, end = folded.original(min(a, len(folded.text)), min(b, len(folded.text)))
    assert 0 <= start <= end <= len(text)


@pytest.mark.parametrize(
    ("word", "folded"),
    [("أُخْتُهــا", "اختها"), ("الحسكة", "الحسكه"), ("مصطفى", "مصطفي"), ("کابل", "كابل"), ("٢٠١٥", "2015"), ("ﷲ", "الله"), ("مسؤول", "مسوول")],
)  # fmt: skip
def test_spellings_that_writers_do_not_keep_apart(word: str, folded: str) -> None:
    assert fold(word) == folded


@given(anything)
def test_tokens_stand_where_they_say(text: str) -> None:
    tokens = Tokens(text)
    last = 0
    for word, start, end in zip(tokens.words, tokens.start, tokens.end, strict=True):
        assert last <= start < end <= len(text)
        last = end
        folded = fold(text[start:end])
        assert word in ("\n", folded, folded.replace(".", "").replace(" ", ""))  # hidden words lose their dots
        assert all(rest and word.endswith(rest[-1]) for rest, _ in variants(word))
