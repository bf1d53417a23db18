"""The pages: both languages in one file, evidence marked, nothing loaded, nothing of a report's text run."""

from __future__ import annotations

import re

from marsad.coding.explain import explain, explain_html
from marsad.knowledge.labels import load_labels
from marsad.publish.page import isolated, render_reports
from marsad.records import Report
from marsad.samples import load_samples


def test_both_languages_and_every_report(coder):
    samples = load_samples()
    page = render_reports([coder.code(r) for r in samples], "page.samples")
    assert all(f'id="{r.id}"' in page for r in samples)
    assert page.count('class="l-ar"') == page.count('class="l-en"') > 100
    assert "قوات النظام" in page and "Syrian army" in page
    assert not re.search(r"<script|<link|@import|url\(|src=", page)


def test_evidence_is_marked_with_its_role_and_event(coder):
    page = render_reports([coder.code(load_samples()[0])])
    assert '<mark class="r-trigger e1">قصف مدفعي</mark>' in page
    assert re.search(r'<mark class="r-side_a[^"]*\be1\b', page)


def test_text_of_a_report_is_never_markup(coder):
    bad = Report(
        "<b>", 'قصفت قوات النظام مدينة دوما. <script>alert("x")</script>', title='"><img>', published="2016-03-04"
    )
    for page in (render_reports([coder.code(bad)]), explain_html(bad, coder)):
        assert "<script" not in page and "<img>" not in page and "&lt;script&gt;" in page


def test_numbers_keep_their_direction():
    assert isolated("≥1 (مصدر)؛ 20") == '<bdi dir="ltr">≥1</bdi> (مصدر)؛ <bdi dir="ltr">20</bdi>'
    assert "<" not in isolated("<b>").replace("&lt;", "").replace("&gt;", "")


def test_every_heading_and_column_of_an_explanation_has_labels(coder):
    labels = load_labels()
    for report in load_samples():
        for part in explain(report, coder).parts:
            assert f"explain.{part.key}" in labels and all(f"column.{c}" in labels for c in part.columns)
            assert all(len(row) == len(part.columns) for row in part.rows)


def test_what_was_left_out_says_why(coder):
    kept = {
        p.key: p.rows
        for r in load_samples()
        for p in explain(r, coder).parts
        if p.key in ("dropped", "decisions", "not_events")
    }
    assert kept["decisions"] and any(row[-1] for row in kept["decisions"])
    assert kept["not_events"]
