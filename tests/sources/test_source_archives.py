"""WARC, WACZ, saved feeds and Telegram exports as files."""

import gzip
import json
import zipfile

from source_tools import FULL, NEWS, feed

from marsad.errors import SourceError
from marsad.records import Report
from marsad.sources import read_reports


def record(url, body, kind="text/html; charset=utf-8", status="200 OK", extra=""):
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{extra}Content-Length: {len(body)}\r\n\r\n".encode() + body
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    return head.encode() + http + b"\r\n\r\n"


WARC = (
    record("https://a.example/1", NEWS.encode())
    + record("https://a.example/x.png", b"\x89PNG", "image/png")
    + record("https://a.example/old", b"gone", status="404 Not Found")
    + record("https://a.example/2", gzip.compress(NEWS.encode()), extra="Content-Encoding: gzip\r\n")
    + record("https://a.example/", b"<html><body></body></html>")
)


def kinds(found):
    return [f.url if isinstance(f, Report) else "error" for f in found]


def test_warc_plain_and_compressed(tmp_path):
    (tmp_path / "a.warc").write_bytes(WARC)
    (tmp_path / "b.warc.gz").write_bytes(gzip.compress(WARC))
    for name in ("a.warc", "b.warc.gz"):
        assert kinds(read_reports([tmp_path / name])) == ["https://a.example/1", "https://a.example/2", "error"]


def test_damaged_warc_keeps_what_came_before(tmp_path):
    data = gzip.compress(WARC)
    (tmp_path / "a.warc.gz").write_bytes(data[: len(data) // 2])
    (tmp_path / "b.warc").write_bytes(b"no archive")
    assert all(isinstance(f, Report | SourceError) for f in read_reports([tmp_path]))


def test_wacz(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as package:
        package.writestr("archive/data.warc.gz", gzip.compress(WARC))
        package.writestr("pages/pages.jsonl", "{}")
    assert kinds(read_reports([tmp_path / "a.wacz"])) == ["https://a.example/1", "https://a.example/2", "error"]
    (tmp_path / "b.wacz").write_bytes(b"PK no zip")
    (found,) = read_reports([tmp_path / "b.wacz"])
    assert "not a WACZ package" in str(found)


def test_saved_feed(tmp_path):
    (tmp_path / "feed.xml").write_text(feed("https://a.example", 1, 2, text=FULL))
    found = list(read_reports([tmp_path / "feed.xml"]))
    assert kinds(found) == ["https://a.example/n/1", "https://a.example/n/2"] and found[0].publisher == "صحيفة"


EXPORT = {
    "name": "أخبار الوادي",
    "type": "public_channel",
    "id": 77,
    "messages": [
        {"id": 1, "type": "service", "date": "2023-06-01T08:00:00", "action": "create_channel", "text": ""},
        {
            "id": 2,
            "type": "message",
            "date": "2023-06-01T08:11:00",
            "date_unixtime": "1685596260",
            "text": "قصف مدفعي على بلدة الكرمة.",
        },
        {"id": 3, "type": "message", "date": "2023-06-01T09:11:00", "photo": "x.jpg", "text": ""},
        {
            "id": 4,
            "type": "message",
            "date": "2023-06-02T09:11:00",
            "text": [
                {"type": "bold", "text": "عاجل"},
                " | انفجار لغم في ",
                {"type": "hashtag", "text": "#الكرمة"},
                "\nوإصابة رجل",
            ],
        },
        {"id": 5, "type": "message", "date": "0001-01-01T00:00:00", "text": "x"},
    ],
}


def test_telegram_export(tmp_path):
    (tmp_path / "result.json").write_text(json.dumps(EXPORT, ensure_ascii=False, indent=1))
    first, second, bad = read_reports([tmp_path / "result.json"])
    assert (first.id, first.publisher, first.published, first.text) == (
        "telegram:77:2",
        "أخبار الوادي",
        "2023-06-01T08:11:00",
        "قصف مدفعي على بلدة الكرمة.",
    )
    assert second.text == "عاجل | انفجار لغم في #الكرمة\nوإصابة رجل"
    assert isinstance(bad, SourceError) and "5" in str(bad)


def test_full_telegram_export(tmp_path):
    (tmp_path / "result.json").write_text(json.dumps({"chats": {"list": [EXPORT, EXPORT]}}))
    assert sum(isinstance(f, Report) for f in read_reports([tmp_path / "result.json"])) == 4
