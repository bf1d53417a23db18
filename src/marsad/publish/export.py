"""The formats of the data, by name, and a file of one of them.

Comes in: entries. Goes out: bytes in a format. A format is a module with COLUMNS and `write`; a new one is a line here.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

import msgspec

from marsad.errors import PublishError
from marsad.knowledge.loader import Knowledge
from marsad.publish import acled, ftm, hxl, own, plover, ucdp
from marsad.publish.entries import Entry
from marsad.publish.table import Columns

Write = Callable[[Iterable[Entry], Knowledge, IO[bytes]], None]


class Format(msgspec.Struct, frozen=True):
    """One way to write incidents: its columns with their meanings, the suffix of its files, whom it is for."""

    columns: Columns
    suffix: str
    write: Write
    about: str


FORMATS: dict[str, Format] = {
    "marsad": Format(own.RECORD, "jsonl", own.write_marsad, "the whole record, an incident a line"),
    "csv": Format(own.COLUMNS, "csv", own.write_csv, "our own columns"),
    "parquet": Format(own.COLUMNS, "parquet", own.write_parquet, "our own columns, typed, for DuckDB, pandas, Spark"),
    "geojson": Format(own.COLUMNS, "geojson", own.write_geojson, "points for GIS, our own columns as properties"),
    "acled": Format(acled.COLUMNS, "csv", acled.write, "ACLED's export columns"),
    "ucdp": Format(ucdp.COLUMNS, "csv", ucdp.write, "UCDP GED's columns, within GED's scope"),
    "plover": Format(plover.COLUMNS, "tsv", plover.write, "PLOVER events in POLECAT's columns, tab separated"),
    "hxl": Format(hxl.COLUMNS, "csv", hxl.write, "hashtags of the Humanitarian Data Exchange, with P-codes"),
    "ftm": Format(ftm.COLUMNS, "jsonl", ftm.write, "FollowTheMoney entities, for Aleph"),
}


def format_of(name: str) -> Format:
    """The format of a name.

    Raises: PublishError: there is none.
    """
    if name not in FORMATS:
        raise PublishError(f"--format {name}: there is {', '.join(FORMATS)} صيغة غير معروفة")
    return FORMATS[name]


def export(entries: Iterable[Entry], knowledge: Knowledge, form: Format, path: Path) -> Path:
    """Write a file beside its place and then put it there: a kill or a full disk leaves the old file, or the whole new one.

    Raises: PublishError: it cannot be written.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with aside.open("xb") as stream:
            form.write(entries, knowledge, stream)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
    except OSError as error:
        raise PublishError(f"{path}: cannot be written: {error.strerror} تعذّرت الكتابة") from error
    finally:
        aside.unlink(missing_ok=True)
    return path
