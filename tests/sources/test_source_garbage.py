"""Whatever bytes stand in whatever kind of file: reports or one-line errors, never an exception, and always storable text."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marsad.errors import SourceError
from marsad.records import Report
from marsad.sources import read_reports

SUFFIXES = [
    ".txt",
    ".jsonl",
    ".json",
    ".csv",
    ".tsv",
    ".html",
    ".xml",
    ".warc",
    ".warc.gz",
    ".wacz",
    ".gz",
    ".jsonl.gz",
    "",
]
SEEDS = [
    b'{"text": "x", "published": "2015-01-01"}\n',
    b"text,date\nx,2015\n",
    b"<html><article><p>x</p></article></html>",
    b"<rss><channel><item><link>x</link></item></channel></rss>",
    b'{"messages": [{"id": 1, "type": "message", "text": ["x", {"text": 7}, 9], "date_unixtime": "x"}]}',
    b'{"messages": [null, 1], "chats": {"list": [3]}}',
    b'{"messages": [null, 1], "chats": {" list": [3]}}',
    b'{"schema": "marsad/1", "report": {"text": "x", "sections": [{"kind": "zzz"}]}}',
    b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nHTTP/",
    b"PK\x03\x04",
    b"\x1f\x8b\x08\x00",
    b"\xff\xfe\x00",
    b'{"text": "\\ud800", "title": {"a": 1}, "id": [1], "published": 1e400}',
]


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.sampled_from(SEEDS), noise=st.binary(max_size=60), at=st.integers(0, 60))
def test_garbage(tmp_path, suffix, seed, noise, at):
    path = Path(tmp_path) / f"x{suffix}"
    path.write_bytes(seed[:at] + noise + seed[at:])
    for found in read_reports([path]):
        if isinstance(found, Report):
            found.text.encode("utf-8")
            json.dumps(found.title)
            assert found.text.strip() and "\0" not in found.text
        else:
            assert isinstance(found, SourceError) and "\n" not in str(found) and len(str(found)) < 500
