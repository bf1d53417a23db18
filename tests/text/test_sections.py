"""Sections: every part of every case gets its kind, and offsets are always exact."""

import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from marsad.knowledge.loader import FOLDER
from marsad.text.furniture import DATA
from marsad.text.sections import find_sections, load_sections

CASES = yaml.safe_load((FOLDER / "languages/ar/sections.cases.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_case(case):
    text = "".join(words for _, words in case["parts"])
    wanted: list[tuple[str, str]] = []
    for kind, words in case["parts"]:
        wanted += [(kind, char) for char in words]
    found = ["" for _ in text]
    for section in find_sections(text, case["title"]):
        found[section.start : section.end] = [section.kind] * (section.end - section.start)
    wrong = "".join(
        char
        for kind, (want, char) in zip(found, wanted, strict=True)
        if kind != want and not char.isspace() and char not in "‎"
    )
    assert not wrong


@given(
    st.text(alphabet='ابتوقل .،:\n\t\u00a0\u202a#1🔴"“', max_size=300),
    st.none() | st.text(alphabet="ابت ", max_size=30),
)
def test_sections_are_ordered_apart_and_without_blank_ends(text, title):
    at = 0
    for section in find_sections(text, title):
        assert at <= section.start < section.end <= len(text)
        assert not text[section.start].isspace() and not text[section.end - 1].isspace()
        at = section.end


def test_blank_text_has_no_sections():
    assert find_sections("") == find_sections(" \n\t\u200f") == ()


def test_plain_text_is_one_body():
    text = "قصفت الطائرات قرية الدالية."
    (section,) = find_sections(text)
    assert (section.kind, text[section.start : section.end]) == ("body", text)


def test_parsed_file_and_compiled_words_give_the_same():
    parsed = yaml.safe_load(Path(DATA).read_text(encoding="utf-8"))
    text = "الرئيسية\n\nخبر\n\nقصفت الطائرات قرية الدالية صباح اليوم الاثنين وأصابت رجلين بجروح."
    assert find_sections(text, None, parsed) == find_sections(text, None, load_sections(parsed)) == find_sections(text)


@pytest.mark.parametrize(
    "piece", ["الرئيسية\n", "سمات ", '" content="', "All reactions: ", "قال مصدر. ", "  ", "— @", "تعليق\n"]
)
def test_work_is_linear_in_the_text(piece):
    """Ten times the text takes some ten times the calls; a pattern that backtracks would not end within the suite."""

    def calls(times: int) -> int:
        count = 0

        def seen(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(seen)
        try:
            find_sections(piece * times, "عنوان ما")
        finally:
            sys.setprofile(None)
        return count

    assert calls(16000) < 11 * calls(1600) + 100
