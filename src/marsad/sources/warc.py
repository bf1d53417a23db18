"""Web archives: WARC files (plain or compressed) and WACZ packages of them.

Comes in: a path. Goes out: a report for each archived page that holds an article. The address and time are those of the archive; the date
of publication is the page's own. Pages without an article (front pages, lists) are named as errors, never guessed at.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from marsad.errors import SourceError
from marsad.sources.encoding import MAX_BYTES
from marsad.sources.files import Found
from marsad.sources.pages import page_reports

_PAGES = ("text/html", "application/xhtml+xml")


def read_file(path: Path) -> Found:
    """Reports of a WARC or WACZ file."""
    try:
        if path.suffix.lower() == ".wacz":
            yield from _read_package(path)
        else:
            with open(path, "rb") as stream:
                yield from read_warc(stream, str(path))
    except zipfile.BadZipFile as error:
        yield SourceError(str(path), None, f"not a WACZ package: {error}")


def _read_package(path: Path) -> Found:
    with zipfile.ZipFile(path) as package:
        members = sorted(
            i.filename for i in package.infolist() if i.filename.startswith("archive/") and ".warc" in i.filename
        )
        if not members:
            yield SourceError(str(path), None, "the package holds no archive/*.warc")
        for name in members:
            with package.open(name) as stream:
                yield from read_warc(stream, f"{path}!{name}")


def read_warc(stream: Any, file: str) -> Found:
    """Reports of the responses in a WARC stream; a damaged record ends its file with one error, what came before is kept."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    try:
        records = ArchiveIterator(
            stream, record_types=WarcRecordType.response | WarcRecordType.resource, parse_http=True
        )
        for record in records:
            yield from _of_record(record, file)
    except (OSError, ValueError, EOFError) as error:
        yield SourceError(file, None, f"damaged archive: {' '.join(str(error).split())[:120]}")


def _of_record(record: Any, file: str) -> Found:
    url = record.headers.get("WARC-Target-URI") or ""
    kind = (record.http_content_type or record.headers.get("Content-Type") or "").split(";")[0].strip().lower()
    status = record.http_headers.status_code if record.is_http and record.http_headers is not None else 200
    if kind not in _PAGES or status != 200:
        return
    data = record.reader.read(MAX_BYTES + 1)
    encoding = (record.http_headers.get("Content-Encoding") or "").lower() if record.http_headers is not None else ""
    try:
        data = unpack(data, encoding)
    except SourceError as error:
        yield SourceError(file, url, error.reason)
        return
    for found in page_reports(data, file, url.strip("<>") or None, charset=record.http_charset):
        yield SourceError(file, url, found.reason) if isinstance(found, SourceError) else found


def unpack(data: bytes, encoding: str) -> bytes:
    """Undo a Content-Encoding within the size limit.

    Raises: SourceError: damaged data, an encoding nobody knows, or too much of it unpacked.
    """
    import zlib

    if encoding in ("", "identity"):
        return data
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise SourceError("", None, f"content encoding {encoding} is not read")
    try:
        engine = zlib.decompressobj(31 if "gzip" in encoding else 15)
        out = engine.decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise SourceError("", None, f"damaged {encoding} data: {error}") from None
    if len(out) > MAX_BYTES:
        raise SourceError("", None, f"more than {MAX_BYTES / 1e6:.0f} MB unpacked")
    return out
