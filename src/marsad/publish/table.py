"""Tables as CSV: UTF-8, LF, a header row; what is None is an empty cell. The same rows give the same bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import IO

Columns = Sequence[tuple[str, str]]  # name and meaning


def write_rows(columns: Columns, rows: Iterable[Mapping[str, object | None]], stream: IO[bytes]) -> None:
    """Write a header and the rows; a column that a row lacks is empty, one that the table lacks raises ValueError."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    out = csv.DictWriter(text, [name for name, _ in columns], restval="", lineterminator="\n")
    out.writeheader()
    out.writerows(rows)
    text.detach()
