"""Whatever the text: no exception, exact spans, the same bytes every time."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marsad.pipeline import code_reports
from marsad.publish.highlight import blocks, evidence
from marsad.records import CodedReport, Report, decode, encode
from marsad.samples import load_samples

QUIET = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])

# Words that wake every pass of the coder, in no sensible order, with marks and clitics that trip offsets.
NEWSY = st.lists(
    st.sampled_from(
        "قُتل مقتل وأصيب جرحى قصفت قصف غارة اشتباكات بين من جهة أخرى وقوات النظام داعش مسلحون مجهولون مدنيين طفلان ثلاثة 30 ٣٠ ما لا يقل عن "  # noqa: SIM905
        "نحو عشرات في مدينة حلب بريف إدلب الجنوبي غربي قرب حاجز أمس الأربعاء 12 رمضان 1440 أيار / مايو 2015 فجر اليوم وقال المرصد السوري "
        "لحقوق الإنسان بحسب ناشطون لم ينفِ سيطرت على انسحبت اعتقل خطف هدنة الإفراج التنظيم المدينة . ، ؛ ( ) « » - \n \n\n \u200f \u0640 \ufefb !".split(
            " "
        )
    ),
    max_size=60,
).map(" ".join)
ANYTHING = st.text(max_size=200)
DATES = st.none() | st.sampled_from(["2016-03-04", "2016-02", "2016", "2015-06-26T10:00:00+03:00"])


def check(coded: CodedReport) -> None:
    text = coded.report.text
    for event in coded.events:
        for _, span in evidence(event):
            assert text[span.start : span.end] == span.text and span.text
        for span in event.evidence.sentences:
            assert text[span.start : span.end] == span.text
        assert event.evidence.triggers and 0 <= event.confidence <= 1
        for toll in event.casualties:
            assert toll.low is None or toll.high is None or toll.low <= toll.high
    for claim in coded.claims:
        assert all(text[s.start : s.end] == s.text for s in claim.evidence)
    assert "".join(p.text for b in blocks(coded) for p in b.pieces if b.kind in ("title", "body")) == "".join(
        text[s.start : s.end] for s in coded.report.sections if s.kind in ("title", "body")
    )


@QUIET
@given(text=ANYTHING, title=st.none() | st.text(max_size=30), published=DATES)
def test_any_unicode_has_a_coding(coder, text, title, published):
    coded = coder.code(Report("r", text, title=title, published=published))
    check(coded)
    assert decode(encode(coded)) == coded


@QUIET
@given(text=NEWSY, published=DATES)
def test_any_order_of_words_has_a_coding(coder, text, published):
    report = Report("r", text, published=published)
    coded = coder.code(report)
    check(coded)
    assert encode(coder.code(report)) == encode(coded)


def test_samples_have_exact_spans_and_the_same_bytes(coder):
    samples = load_samples()
    first = [encode(coder.code(report)) for report in samples]
    for line in first:
        check(decode(line))
    assert [encode(coder.code(report)) for report in reversed(samples)] == first[::-1], (
        "no report leaves a trace in the next"
    )


def test_jobs_give_identical_bytes(coder):
    many = load_samples() * 5
    assert [encode(c) for c in code_reports(many, jobs=2)] == [encode(c) for c in code_reports(many)]


def test_evidence_stands_in_title_and_body_only(coder):
    for report in load_samples():
        coded = coder.code(report)
        inside = [(s.start, s.end) for s in coded.report.sections if s.kind in ("title", "body")]
        for event in coded.events:
            for _, span in evidence(event):
                assert any(a <= span.start and span.end <= b for a, b in inside), f"{report.id}: {span.text}"
