"""Arabic full-text search: the same hits on every engine."""

from __future__ import annotations

from itertools import product

import msgspec
import pytest
import samples
from hypothesis import given, settings
from hypothesis import strategies as st

from marsad.errors import StoreError
from marsad.records import Report
from marsad.store import Store, open_store
from marsad.store.search import parse
from marsad.store.stems import stem

TEXTS = {
    "a": "اندلعت اشتباكات بالحسكة بين مسلحين مجهولين",
    "b": "قال مصدر محلي إن مدينة الحسكة هادئة اليوم",
    "c": "غارة جوية على ريف حلب الجنوبي توقع 1,200 جريح",
    "d": "وبحلب خرجت مظاهرة، ولبغداد رأي آخر. COVID-19",
    "e": "قَصْفٌ مِدْفَعِيٌّ عَلَى ريـــف حلب الشمالي",
}


@pytest.fixture
def filled(store: Store) -> Store:
    for name, text in TEXTS.items():
        store.add_report(Report(id=name, text=text))
    return store


QUERIES = [
    ("الحسكه", "ab"),
    ("بالحسكة", "ab"),
    ("حلب", "cde"),
    ("قصف", "e"),
    ("ريف حلب", "ce"),
    ('"ريف حلب"', "ce"),
    ('"حلب ريف"', ""),
    ("حلب -ريف", "d"),
    ('حلب -"حلب الجنوبي"', "de"),
    ("بغداد", "d"),
    ("1200", "c"),
    ("covid", "d"),
    ("مدينة الحسكة هادئة", "b"),
    ("زلزال", ""),
    ("\" OR 1=1 -- ' ) & | ! :*", ""),
]


def test_hits(filled: Store) -> None:
    for query, expected in QUERIES:
        assert sorted(hit.report_id for hit in filled.search(query)) == sorted(expected), query


def test_the_words_that_match_are_shown_in_the_original(filled: Store) -> None:
    hit = next(hit for hit in filled.search("الحسكه") if hit.report_id == "a")
    assert [span.text for span in hit.spans] == ["بالحسكة"]
    assert TEXTS["a"][hit.spans[0].start : hit.spans[0].end] == "بالحسكة"


def test_comments_are_not_searched(store: Store) -> None:
    store.add_report(samples.report())
    assert store.search("شائعة") == ()
    assert len(store.search("قصفت")) == 1


def test_only_the_newest_version_is_found(store: Store) -> None:
    store.add_report(Report(id="a", text="انفجار في السوق"))
    store.add_report(Report(id="a", text="انفجار في المخبز"))
    assert store.search("السوق") == ()
    assert [hit.report_id for hit in store.search("المخبز")] == ["a"]


def test_title_limit_and_nothing_to_look_for(store: Store) -> None:
    for number in range(5):
        store.add_report(Report(id=str(number), text="نص", title="عنوان بديع"))
    assert len(store.search("عنوان", limit=3)) == 3
    for empty in ("", "  ", "-", "-نص", "!?"):
        with pytest.raises(StoreError, match="no word"):
            store.search(empty)


def test_a_text_of_book_length_is_searched(store: Store) -> None:
    words = " ".join("".join(letters) for letters in product("بتجدرسصعقمنه", repeat=4))
    store.add_report(msgspec.structs.replace(samples.report(), text=words, sha256="", sections=()))
    assert len(store.search("قمنه")) == 1


@given(st.text())
def test_any_text_has_stems_without_quotes_or_blanks(text: str) -> None:
    assert all(s.isalnum() for s in map(stem, text.split()) if s)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40))
def test_any_query_is_run_or_refused_in_one_line(query: str) -> None:
    with open_store(":memory:") as store:
        store.add_report(Report(id="a", text="نص"))
        try:
            parse(query)
            store.search(query)
        except StoreError as error:
            assert "\n" not in str(error)
