"""The day that an undated page gives itself. Pages and places are invented."""

from __future__ import annotations

import pytest

from marsad.records import Report

SHELLED = "قصفت قوات النظام بالمدفعية مدينة دوما فجر اليوم، ما أدى إلى مقتل ثلاثة مدنيين."


def when(coder, text, published=None):
    coded = coder.code(Report("r1", text, published=published))
    return coded.events[0].when, coded.warnings


@pytest.mark.parametrize(
    "text",
    [
        f"قصف على دوما\n29 آب 2021\n{SHELLED}",
        f"قصف على دوما\nالاثنين، 29 آب 2021 - 10:15\n{SHELLED}",
        f"الرئيسية\nسياسة\nرياضة\n2021-08-29\nقصف على دوما\n{SHELLED}",
        f"{SHELLED}\nنشر في 29 آب 2021",
    ],
    ids=["under the title", "with weekday and hour", "under the menu", "below the text"],
)
def test_a_date_on_its_own_line_dates_the_page(coder, text):
    told, warnings = when(coder, text)
    assert told.start is not None and told.start[:10] == "2021-08-29"
    assert [w.code for w in warnings] == ["date_of_page"]


def test_an_event_without_a_day_of_its_own_shows_the_line_that_dates_it(coder):
    told, _ = when(coder, "29 آب 2021\nقصفت قوات النظام بالمدفعية مدينة دوما.")
    assert (told.start, told.stated, [s.text for s in told.evidence]) == ("2021-08-29", False, ["29 آب 2021"])


@pytest.mark.parametrize(
    "text",
    [
        f"الثلاثاء 20 أيار 2025\nالرئيسية\nقصف على دوما\n{SHELLED}",
        f"قصف على دوما\n{SHELLED}\nوكانت المدينة قد شهدت في 29 آب 2013 هجومًا بالأسلحة الكيميائية راح ضحيته المئات من سكانها.",
        f"قصف على دوما\nمنذ 29 آب 2013\n{SHELLED}",
        f"قصف على دوما\nآب 2021\n{SHELLED}",
    ],
    ids=["a page's clock", "inside a sentence", "since", "only a month"],
)
def test_what_is_no_byline_dates_nothing(coder, text):
    told, warnings = when(coder, text)
    assert told.start is None and [w.code for w in warnings] == ["no_date"]


def test_the_publication_date_that_is_given_stands(coder):
    told, warnings = when(coder, f"29 آب 2021\n{SHELLED}", published="2021-09-01")
    assert told.start is not None and told.start[:10] == "2021-09-01" and not warnings
