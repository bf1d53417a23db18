"""Line breaks that only wrap a line part no sentence; those of lists and headlines do."""

import pytest

from marsad.text.sections import find_sections
from marsad.text.tokens import Tokens
from marsad.text.wraps import soft_breaks

BOOK = (
    "- انسحبت قوات الاحتلال صباح اليوم من محيط قرية\n"
    "الدلبة بعد أن فجرت منزلين فيها، وأصيب خلال\n"
    "العملية ثلاثة من الأهالي بجروح.\n"
    "- قصفت مدفعية الاحتلال مساء أمس تلال بلدة\n"
    "كفر السنديان بأكثر من عشرين قذيفة سقط معظمها\n"
    "في الأحراج ولم يصب أحد.\n"
)


def test_a_wrapped_page_reads_as_sentences():
    assert [BOOK[o - 4 : o] for o in sorted(soft_breaks(BOOK))] == ["قرية", "خلال", "بلدة", "معظمها"[-4:]]
    words = Tokens(BOOK).words
    assert words.count("\n") == BOOK.count("\n") - 4
    assert words[words.index("خلال") : words.index("خلال") + 2] == ["خلال", "العمليه"]


@pytest.mark.parametrize(
    "text",
    [
        "قتيلان بانفجار عبوة في السوق الكبير بالمدينة\nوصول قافلة مساعدات إلى مخيم الزهور شمال البلدة\nتأجيل مباراة القمة إلى الأسبوع المقبل بسبب المطر\n",
        "أسماء المصابين:\n1- سالم بن عامر الحداد من قرية الدلبة\n2- نورة بنت سالم الحداد من قرية الدلبة\n3- عامر بن سالم الحداد من القرية.\n",
        "قصفت المدفعية قرية الدالية صباح اليوم.\nوأصيب رجلان بجروح نقلا على إثرها.\nولم تعلق وزارة الدفاع على الحادث.\n",
        "سطر واحد",
        "",
    ],
)
def test_lists_headlines_and_whole_sentences_keep_their_breaks(text):
    assert soft_breaks(text) == frozenset()


def test_a_wrapped_page_is_one_body():
    assert {s.kind for s in find_sections(BOOK)} == {"body"}


def test_windows_line_ends_wrap_too():
    assert len(soft_breaks(BOOK.replace("\n", "\r\n"))) == 4
