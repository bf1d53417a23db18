"""Files in: every kind, every encoding, and every kind of trouble as one clear line that loses nothing else."""

import gzip
import io
import json
import sys

import pytest

from marsad.errors import SourceError
from marsad.records import Report, sha256
from marsad.sources import read_reports
from marsad.sources.encoding import MAX_BYTES
from marsad.sources.fields import read_date

NEWS = "قُتل ثلاثة مدنيين بقصف مدفعي على بلدة الزيتونة في الريف الشرقي، وقال مسعفون إن القذائف سقطت قرب السوق."


def read(tmp_path, name, data, **options):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return list(read_reports([path], **options))


def reasons(found):
    return [str(f) for f in found if isinstance(f, SourceError)]


def test_text_is_kept_to_the_letter(tmp_path):
    (report,) = read(tmp_path, "a.txt", NEWS + "\r\n\n", published="2015-06-26", publisher="ميزان")
    assert report.text == NEWS + "\r\n\n"
    assert report.sha256 == sha256(report.text) and report.id == report.sha256[:16]
    assert (report.published, report.publisher, report.sections) == ("2015-06-26", "ميزان", ())


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256", "iso8859_6", "utf-32"]
)
def test_encodings(tmp_path, encoding):
    plain = "قتل ثلاثة مدنيين بقصف مدفعي على بلدة الزيتونة في الريف الشرقي، وقال مسعفون إن القذائف سقطت قرب السوق."
    (report,) = read(tmp_path, "a.txt", plain.encode(encoding))
    assert report.text == plain


def test_a_broken_byte_does_not_change_the_encoding(tmp_path):
    (report,) = read(tmp_path, "a.txt", (NEWS * 9).encode() + b"\xff" + NEWS.encode())
    assert report.text.replace("\ufffd", "") == NEWS * 10


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.4 \xff", "PDF"),
        (bytes(range(256)) * 40, "binary"),
        (b"\x89PNG\r\n", "PNG"),
        (b" \n", "no text"),
        (b"", "no text"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, data, why):
    (line,) = reasons(read(tmp_path, "a.txt", data))
    assert why in line and "a.txt" in line


def test_too_long_is_refused_in_one_line(tmp_path):
    (line,) = reasons(read(tmp_path, "a.txt", b"a" * (50 * 1000 * 1000)))
    assert "10 MB" in line and len(line) < 300


def test_json_lines(tmp_path):
    lines = [
        {
            "id": "r1",
            "text": NEWS,
            "title": "عنوان",
            "published": "2015-06-26",
            "publisher": "ميزان",
            "url": "https://example.org/1",
        },
        {"text": NEWS, "sections": [{"kind": "body", "start": 0, "end": 1}], "published": ""},
    ]
    first, second = read(
        tmp_path, "a.jsonl", "\ufeff" + "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    )
    assert (first.id, first.title, first.published, first.url) == ("r1", "عنوان", "2015-06-26", "https://example.org/1")
    assert (second.id, second.sections, second.published) == (sha256(NEWS)[:16], (), None)


def test_bad_lines_lose_only_themselves(tmp_path):
    lines = [
        b'{"text": "a b c"',
        json.dumps({"text": NEWS}).encode(),
        b'{"title": "x"}',
        b'{"text": 7}',
        b'["x"]',
        b'{"text": "x", "published": "2015-13-45"}',
        b'{"text": "x", "published": "0015-01-01"}',
        b'{"text": "\xe4\xe5"}',
        b"[" * 5000,
        json.dumps({"text": "z" * (MAX_BYTES + 10)}).encode(),
        json.dumps({"text": NEWS, "id": "last"}).encode(),
    ]
    found = read(tmp_path, "a.jsonl", b"\n".join(lines))
    assert [f.id for f in found if isinstance(f, Report)] == [sha256(NEWS)[:16], "last"]
    errors = reasons(found)
    assert [e.split("a.jsonl:")[1].split(":")[0] for e in errors] == ["1", "3", "4", "5", "6", "7", "8", "9", "10"]
    assert all("\n" not in e and len(e) < 300 for e in errors)


def test_lone_surrogates_and_nul_are_replaced(tmp_path):
    (report,) = read(tmp_path, "a.jsonl", b'{"text": "\\ud83d\\ude00 a\\ud800b\\u0000c"}')
    assert report.text == "😀 a\ufffdb\ufffdc"
    report.text.encode()


def test_json_object_and_list(tmp_path):
    assert [r.id for r in read(tmp_path, "a.json", json.dumps({"id": 5, "text": NEWS}))] == ["5"]
    assert [
        r.id
        for r in read(tmp_path, "b.json", json.dumps([{"id": "x", "text": NEWS}, {"id": "y", "text": NEWS}], indent=1))
    ] == ["x", "y"]


def test_what_marsad_wrote_keeps_its_sections(tmp_path):
    line = {
        "schema": "marsad/1",
        "report": {"id": "r", "text": NEWS, "sections": [{"kind": "body", "start": 0, "end": 5}]},
        "events": [],
    }
    (report,) = read(tmp_path, "a.jsonl", json.dumps(line))
    assert [(s.kind, s.start, s.end) for s in report.sections] == [("body", 0, 5)]


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", ","), ("utf-8-sig", ";"), ("cp1256", ","), ("utf-16", "\t")])
def test_csv(tmp_path, encoding, mark):
    rows = f'id{mark}date{mark}text\n1{mark}2015-06-26{mark}"قصف الجيش القرية{mark}\nثم دخلها"\n2{mark}مساء{mark}x\n3{mark}{mark}اعتقلت الشرطة رجلا\n'
    found = read(tmp_path, "a.csv", rows.encode(encoding))
    assert [(r.id, r.published, r.text) for r in found if isinstance(r, Report)] == [
        ("1", "2015-06-26", f"قصف الجيش القرية{mark}\nثم دخلها"),
        ("3", None, "اعتقلت الشرطة رجلا"),
    ]
    assert "a.csv:4" in reasons(found)[0]


def test_csv_without_text_column(tmp_path):
    (line,) = reasons(read(tmp_path, "a.csv", "a,b\n1,2\n"))
    assert "no column of text" in line


def test_folder_gzip_missing_and_order(tmp_path):
    (tmp_path / "b.txt").write_text(NEWS)
    (tmp_path / ".hidden").write_text(NEWS)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.jsonl.gz").write_bytes(gzip.compress(json.dumps({"id": "c", "text": NEWS}).encode()))
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"a b")[:-6])
    found = list(read_reports([tmp_path, tmp_path / "none.txt"]))
    assert [getattr(f, "id", "error") for f in found] == ["error", sha256(NEWS)[:16], "c", "error"]
    assert "no such file" in str(found[-1])


@pytest.mark.parametrize(
    ("data", "count"),
    [(NEWS.encode(), 1), (b'{"text": "x"}\n{"text": "y"}\n', 2), (b'{"text":\n "x"}', 1), (b'[{"text": "x"}]', 1)],
)
def test_standard_input(monkeypatch, data, count):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert [type(f) for f in read_reports(["-"])] == [Report] * count


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2015", "2015"),
        ("2015-6", "2015-06"),
        ("2015/06/26", "2015-06-26"),
        ("٢٠١٥-٠٦-٢٦", "2015-06-26"),
        ("2015-06-26T10:00:00Z", "2015-06-26T10:00:00+00:00"),
        ("2015-06-26 10:00", "2015-06-26T10:00:00"),
        (1435300000, "2015-06-26T06:26:40+00:00"),
    ],
)
def test_dates(value, wanted):
    assert read_date(value) == wanted


@pytest.mark.parametrize(
    "value", ["أمس", "2015-02-30", "1015-02-03", "20150626", True, "26/06/2015", "2015-06-26T99:00", -5, {}]
)
def test_bad_dates(value):
    with pytest.raises(ValueError):
        read_date(value)


def test_bad_default_date_is_one_line(tmp_path):
    (line,) = reasons(read(tmp_path, "a.txt", NEWS, published="yesterday"))
    assert "--published" in line
