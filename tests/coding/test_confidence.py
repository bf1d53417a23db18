"""Confidence: of events, and of each field that has a value."""

from __future__ import annotations

import pytest

from marsad.coding.confidence import confidence
from marsad.records import Report

TOLD = (
    "قصفت قوات النظام بالمدفعية مدينة دوما أمس الخميس، ما أدى إلى مقتل ثلاثة مدنيين، وفق المرصد السوري لحقوق الإنسان."
)


def test_every_field_with_a_value_is_given_one_and_no_other(coder):
    (event,) = coder.code(Report("r", TOLD, published="2016-03-04")).events
    assert list(event.field_confidence) == ["attribution", "casualties", "places", "sides", "when"]
    assert all(0 < p < 1 for p in (event.confidence, *event.field_confidence.values()))
    (bare,) = coder.code(Report("r", "سقطت قذيفة على الحي.")).events
    assert not {"casualties", "when", "attribution"} & bare.field_confidence.keys()


def test_a_told_day_is_surer_than_the_day_of_publication(coder):
    told, taken = (
        coder.code(Report("r", t, published="2016-03-04")).events[0] for t in (TOLD, TOLD.replace("أمس الخميس", ""))
    )
    assert told.when.stated and not taken.when.stated
    assert told.field_confidence["when"] > taken.field_confidence["when"]


@pytest.mark.parametrize("field", ["", "sides", "places", "attribution"])
def test_confidence_grows_with_the_answer(coder, field):
    model = coder.knowledge.models["confidence"]
    given = [confidence(x / 10, model, field) for x in range(11)]
    assert given == sorted(given) and 0 <= given[0] < given[-1] <= 1
