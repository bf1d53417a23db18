"""Quantities: the cases beside the number words, bounds after nouns, and properties on any text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import marsad.knowledge
from marsad.errors import KnowledgeError
from marsad.text import Tokens, bound_after, find_quantities, load_numbers

FOLDER = Path(marsad.knowledge.__path__[0]) / "languages" / "ar"
CASES = yaml.safe_load((FOLDER / "numbers.cases.yml").read_text(encoding="utf-8"))
UNITS = ["", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"]
TENS = ["", "", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_cases(case: dict[str, Any]) -> None:
    tokens = Tokens(case["text"])
    found = find_quantities(tokens, load_numbers())
    words = [case["text"][slice(*tokens.slice(q.first, q.last))] for q in found]
    assert words == [want["words"] for want in case["quantities"]], case["why"]
    for q, want in zip(found, case["quantities"], strict=True):
        assert [q.low, q.best, q.high] == want["is"], case["why"]
        assert q.kind == want.get("kind", q.kind)
        assert q.ordinal == want.get("ordinal", False)


@pytest.mark.parametrize(
    ("text", "index", "expected"),
    [("30 شخصا على الأقل", 2, ("floor", 3)), ("5 جرحى كحد أقصى", 2, ("ceiling", 3)), ("30 شخصا في البلدة", 2, None)],
)
def test_bound_after_the_noun(text: str, index: int, expected: tuple[str, int] | None) -> None:
    assert bound_after(Tokens(text), index) == expected
    assert bound_after(Tokens(text), 99) is None


def spell(number: int) -> str:
    """A number below a thousand in written Arabic."""
    hundreds, rest = divmod(number, 100)
    parts = []
    if hundreds:
        parts.append({1: "مئة", 2: "مئتان"}.get(hundreds) or UNITS[hundreds].rstrip("ة") + "مئة")
    if rest in (11, 12):
        parts.append("أحد عشر" if rest == 11 else "اثنا عشر")
    elif 12 < rest < 20:
        parts.append(UNITS[rest - 10] + " عشر")
    elif rest > 20 and rest % 10:
        parts += [UNITS[rest % 10], TENS[rest // 10]]
    elif rest:
        parts.append(UNITS[rest] if rest <= 10 else TENS[rest // 10])
    return " و".join(parts)


@given(st.integers(1, 999), st.sampled_from([1, 1000, 1_000_000]))
def test_spelled_numbers_are_read_back(number: int, scale: int) -> None:
    text = spell(number) + {1: "", 1000: " ألف", 1_000_000: " مليون"}[scale]
    found = find_quantities(Tokens(text), load_numbers())
    assert [q.value for q in found] == [number * scale]


@given(st.integers(0, 10**9), st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]))
def test_digits_of_every_script(number: int, digits: str) -> None:
    text = "".join(digits[int(d)] for d in str(number))
    (found,) = find_quantities(Tokens(f"قتل {text} شخصا"), load_numbers())
    assert (found.low, found.best, found.high) == (number, number, number)


@given(st.text() | st.text(alphabet="مئة ألف عشرون و٣5,.-/%بينمن"))
def test_any_text_gives_ordered_intervals(text: str) -> None:
    tokens = Tokens(text)
    last = -1
    for q in find_quantities(tokens, load_numbers()):
        assert last < q.first <= q.last < len(tokens)
        last = q.last
        assert q.low is None or q.high is None or q.low <= q.high
        assert q.best is None or ((q.low or 0) <= q.best and (q.high is None or q.best <= q.high))


def test_bad_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"numbers\.yml"):
        load_numbers(tmp_path)
    (tmp_path / "numbers.yml").write_text("units: 3", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"numbers\.yml"):
        load_numbers(tmp_path)
