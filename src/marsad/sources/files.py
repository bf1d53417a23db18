"""Reports out of files: plain text, JSON lines, JSON, CSV, folders of these, standard input; other kinds through their own modules.

Comes in: paths ("-" is standard input). Goes out: `Report`s in the order of the files, and a `SourceError` (file, line, reason) for each
that cannot be read. JSON lines and CSV are streamed, so a file of any size costs the memory of one report.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import msgspec

from marsad.errors import SourceError
from marsad.records import Report
from marsad.sources.encoding import MAX_BYTES, decode
from marsad.sources.fields import FIELDS, make_report, of_fields, read_date

Found = Iterator[Report | SourceError]


def read_reports(paths: Iterable[str | Path], published: str | None = None, publisher: str | None = None) -> Found:
    """Every report of the given files and folders.

    Args:    paths: files, folders (read in name order, hidden files left out) or "-"; published, publisher: for reports that do not say.
    Returns: reports and errors as they are met. `report.id` is the given id, else the first 16 digits of the text's SHA-256;
             `report.sections` is empty unless the kind of file knows them (saved pages do).
    """
    if published is not None:
        try:
            published = read_date(published)
        except ValueError as error:
            yield SourceError("--published", None, str(error))
            return
    for path in paths:
        for found in _read_path(str(path)):
            yield found if isinstance(found, SourceError) else _fill(found, published, publisher)


def _fill(report: Report, published: str | None, publisher: str | None) -> Report:
    if (published and not report.published) or (publisher and not report.publisher):
        return msgspec.structs.replace(
            report, published=report.published or published, publisher=report.publisher or publisher
        )
    return report


def _read_path(name: str) -> Found:
    if name == "-":
        yield from _read_stream(sys.stdin.buffer, "<stdin>", "")
        return
    path = Path(name)
    try:
        if path.is_dir():
            for file in sorted(
                p
                for p in path.rglob("*")
                if p.is_file() and not any(part.startswith(".") for part in p.relative_to(path).parts)
            ):
                yield from _read_file(file)
        elif path.exists():
            yield from _read_file(path)
        else:
            yield SourceError(name, None, "there is no such file")
    except OSError as error:
        yield SourceError(name, None, error.strerror or str(error))


def _read_file(path: Path) -> Found:
    suffixes = [s.lower() for s in path.suffixes[-2:]]
    kind = suffixes[-1] if suffixes else ""
    readers = _others() if kind not in (".txt", ".jsonl", ".csv", "") else {}
    other = readers.get(kind) or readers.get("".join(suffixes))
    try:
        if other:
            yield from other(path)
        elif kind == ".gz":
            with gzip.open(path) as packed:
                yield from _read_stream(packed, str(path), suffixes[0] if len(suffixes) > 1 else "")
        else:
            with open(path, "rb") as file:
                yield from _read_stream(file, str(path), kind)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield SourceError(str(path), None, f"damaged gzip data: {error}")
    except OSError as error:
        yield SourceError(str(path), None, error.strerror or str(error))


def _others() -> dict[str, Callable[[Path], Found]]:
    """Readers of the kinds of file that have a module of their own, by suffix; imported when first met, since they are heavy."""
    from marsad.sources import feeds, pages, warc

    page, feed, archive = pages.read_file, feeds.read_file, warc.read_file
    return {
        **dict.fromkeys((".html", ".htm", ".xhtml"), page),
        **dict.fromkeys((".xml", ".rss", ".atom"), feed),
        **dict.fromkeys((".warc", ".warc.gz", ".wacz"), archive),
    }


def _read_stream(stream: Any, name: str, kind: str) -> Found:
    if kind in (".jsonl", ".ndjson"):
        yield from _read_lines(stream, name)
    elif kind in (".csv", ".tsv"):
        yield from _read_table(stream, name, kind)
    else:
        data = stream.read(MAX_BYTES + 1)
        if kind == ".json" or (not kind and data.lstrip()[:1] in (b"{", b"[")):
            yield from _read_json(data, stream, name)
        else:
            yield from _read_text(data, name)


def _read_text(data: bytes, name: str) -> Found:
    try:
        if len(data) > MAX_BYTES:
            raise SourceError(name, None, f"this is too much for one report (at most {MAX_BYTES / 1e6:.0f} MB)")
        text = decode(data, name)
        if not text.strip():
            raise SourceError(name, None, "there is no text")
    except SourceError as error:
        yield error
        return
    yield make_report(text)


def _read_json(data: bytes, stream: IO[bytes], name: str) -> Found:
    """One object, a list of objects, or (on standard input) JSON lines."""
    if data.lstrip()[:1] == b"{" and b"\n" in data.strip():
        first = data.strip().split(b"\n", 1)[0]
        if _is_json(first):
            yield from _read_lines(_Joined(data, stream), name)
            return
    if len(data) > MAX_BYTES:
        data += stream.read()
    try:
        value = json.loads(decode_json(data, name))
    except SourceError as error:
        yield error
        return
    except (ValueError, RecursionError) as error:
        yield SourceError(name, None, f"not JSON: {error}")
        return
    from marsad.sources import telegram

    if telegram.is_export(value):
        yield from telegram.read_export(value, name)
    else:
        yield from read_objects(value, name)


def read_objects(value: object, name: str) -> Found:
    """Reports out of parsed JSON: one object, or a list of them."""
    for number, item in enumerate(value if isinstance(value, list) else [value], 1):
        yield of_fields(item, name, str(number))


def decode_json(data: bytes, name: str) -> str:
    """JSON is UTF-8 by its standard; UTF-16 with a mark is met in exports of office programs."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(name, None, f"not UTF-8: byte {error.start}") from None


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


class _Joined(io.RawIOBase):
    """What was already read of a stream, then the rest."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = io.BytesIO(head), rest

    def readline(self, size: int | None = -1) -> bytes:
        line = self._head.readline(-1 if size is None else size)
        if line.endswith(b"\n"):
            return line
        return line + self._rest.readline(-1 if size is None else size)


def _read_lines(stream: Any, name: str) -> Found:
    """JSON lines, one at a time; a line that is too long is skipped without being held."""
    number = 0
    while True:
        line = stream.readline(MAX_BYTES + 1)
        if not line:
            return
        number += 1
        if len(line) > MAX_BYTES and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_BYTES)
            yield SourceError(name, str(number), f"the line is longer than {MAX_BYTES / 1e6:.0f} MB")
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield _of_line(line, name, str(number))


def _of_line(line: bytes, name: str, place: str) -> Report | SourceError:
    try:
        item = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # The standard library also takes lone surrogates, which exports of social networks hold.
        try:
            item = json.loads(line)
        except UnicodeDecodeError:
            return SourceError(name, place, "not UTF-8")
        except (ValueError, RecursionError) as error:
            return SourceError(name, place, f"not JSON: {error}")
    return of_fields(item, name, place)


def _read_table(stream: IO[bytes], name: str, kind: str) -> Found:
    """CSV or TSV with a header; the delimiter is comma, semicolon or tab, whichever the header holds most of."""
    csv.field_size_limit(MAX_BYTES)
    head = stream.read(65536)
    encoding = "utf-8-sig"
    try:
        codec_text = decode(head, name) if head else ""
        try:
            head[: len(head) - 4].decode("utf-8")
        except UnicodeDecodeError as error:
            if error.start < len(head) - 8:
                encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1256"
    except SourceError as error:
        yield error
        return
    header = codec_text.split("\n", 1)[0]
    delimiter = "\t" if kind == ".tsv" else max(",;\t", key=header.count)
    lines = io.TextIOWrapper(io.BufferedReader(_Chain(head, stream)), encoding=encoding, errors="replace", newline="")
    reader = csv.DictReader(lines, delimiter=delimiter)
    columns = {str(column).strip().lower() for column in reader.fieldnames or [] if column}
    if not columns & set(FIELDS["text"]):
        yield SourceError(
            name,
            "1",
            f"no column of text (one of {', '.join(FIELDS['text'][:3])}); columns: {', '.join(sorted(columns))[:120]}",
        )
        return
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield SourceError(name, str(reader.line_num), str(error))
            continue
        yield of_fields({k.strip().lower(): v for k, v in row.items() if k and v}, name, str(reader.line_num))


class _Chain(io.RawIOBase):
    """Bytes already read, then the rest of their stream."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = io.BytesIO(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head.read(len(buffer)) or self._rest.read(len(buffer)) or b""
        buffer[: len(data)] = data
        return len(data)
