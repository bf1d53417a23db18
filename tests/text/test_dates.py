"""Dates: the cases beside the date words, and properties on any text and on every day of a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import marsad.knowledge
from marsad.errors import KnowledgeError
from marsad.text import Tokens, find_dates, load_dates

FOLDER = Path(marsad.knowledge.__path__[0]) / "languages" / "ar"
CASES = [
    case
    for name in ("months", "dates")
    for case in yaml.safe_load((FOLDER / f"{name}.cases.yml").read_text(encoding="utf-8"))
]
MONTHS = yaml.safe_load((FOLDER / "months.yml").read_text(encoding="utf-8"))["gregorian"]
DAYS = ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"]
days = st.dates(date(1950, 1, 1), date(2080, 12, 31))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_cases(case: dict[str, Any]) -> None:
    tokens = Tokens(case["text"])
    found = find_dates(tokens, case["published"], load_dates())
    words = [case["text"][slice(*tokens.slice(m.first, m.last))] for m in found]
    assert words == [want["words"] for want in case["dates"]], case["why"]
    for mention, want in zip(found, case["dates"], strict=True):
        for key in want.keys() - {"words"}:
            assert getattr(mention, key) == want[key], (key, case["why"])


@given(days, st.data())
def test_a_full_date_is_itself(day: date, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(MONTHS[day.month]))
    (found,) = find_dates(Tokens(f"في {day.day} {name} {day.year}"), None, load_dates())
    assert (found.start, found.end, found.precision) == (day.isoformat(), day.isoformat(), "day")


@given(days, st.integers(0, 200))
def test_a_day_of_the_last_months_keeps_its_year(day: date, ago: int) -> None:
    reference = day + timedelta(days=ago)
    (found,) = find_dates(Tokens(f"يوم {day.day}/{day.month}"), reference.isoformat(), load_dates())
    assert found.start == day.isoformat()


@given(days, st.integers(0, 6))
def test_a_weekday_is_the_last_one(reference: date, weekday: int) -> None:
    (found,) = find_dates(Tokens(f"مساء {DAYS[weekday]}"), reference.isoformat(), load_dates())
    start = date.fromisoformat(found.start or "")
    assert start.weekday() == weekday and timedelta(0) <= reference - start < timedelta(days=7)


WORDS = [
    *sorted(load_dates().starters),
    "5",
    "31",
    "2015",
    "1436",
    "2000000",
    "/",
    "-",
    "(",
    "،",
    "و",
    "من",
    "إلى",
    "هـ",
]
wordy = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@given(
    st.text() | st.text(alphabet="٣5/-.: يوم أمس الخميس في 12من مايو عام2015هـ") | wordy,
    st.none() | days.map(date.isoformat),
)
def test_any_text_gives_ordered_mentions(text: str, reference: str | None) -> None:
    tokens = Tokens(text)
    last = -1
    for m in find_dates(tokens, reference, load_dates()):
        assert last < m.first <= m.last < len(tokens)
        last = m.last
        assert (m.start is None) == (m.end is None)
        if m.start and m.end:
            assert m.start <= m.end + "~"
            assert len(m.start) in (4, 7, 10)


def test_bad_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"months\.yml"):
        load_dates(tmp_path)
    (tmp_path / "months.yml").write_text("gregorian: [", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="not YAML"):
        load_dates(tmp_path)


def test_bad_reference_is_refused() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        find_dates(Tokens("أمس"), "yesterday", load_dates())
