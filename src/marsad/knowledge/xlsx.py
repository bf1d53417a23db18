"""Just enough of XLSX to read a table: the sheet whose first row names the most columns, as dictionaries of text.

OCHA publishes COD-AB tables as workbooks. Formulas, dates and styles are not read; a cell's stored value is its text.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from marsad.errors import KnowledgeError

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LIMIT = 200_000_000  # bytes of one part, unpacked: no honest table of places is larger


def read_xlsx(path: Path) -> list[dict[str, str]]:
    """The rows of the widest sheet whose header has a P-code column, keyed by its header.

    Raises: KnowledgeError: the file is damaged, too large, or has no such sheet.
    """
    try:
        with zipfile.ZipFile(path) as book:
            if any(part.file_size > _LIMIT for part in book.infolist()):
                raise KnowledgeError(str(path), None, "is too large to be a table of places")
            shared = _shared_strings(book)
            sheets = [
                _sheet(book.read(n), shared)
                for n in sorted(book.namelist())
                if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)
            ]
    except (OSError, zipfile.BadZipFile, ElementTree.ParseError, IndexError, ValueError) as error:
        raise KnowledgeError(str(path), None, f"is not a readable workbook: {error}") from error
    tables = [s for s in sheets if s and any("pcode" in c.lower() for c in s[0])]
    if not tables:
        raise KnowledgeError(str(path), None, "has no sheet with a P-code column")
    best = max(tables, key=lambda s: (sum(bool(c) for c in s[0]), len(s)))
    return [dict(zip(best[0], row + [""] * (len(best[0]) - len(row)), strict=False)) for row in best[1:]]


def _shared_strings(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    root = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    return ["".join(t.text or "" for t in item.iter(f"{_NS}t")) for item in root.iter(f"{_NS}si")]


def _sheet(raw: bytes, shared: list[str]) -> list[list[str]]:
    rows = []
    for row in ElementTree.fromstring(raw).iter(f"{_NS}row"):
        cells: list[str] = []
        for cell in row.iter(f"{_NS}c"):
            column = _column(cell.get("r", ""), len(cells))
            cells += [""] * (column - len(cells))
            cells.append(_value(cell, shared))
        rows.append(cells)
    return rows


def _column(reference: str, default: int) -> int:
    """The column number behind a cell reference: "C7" -> 2."""
    letters = re.match(r"[A-Z]+", reference)
    if letters is None:
        return default
    number = 0
    for letter in letters.group():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: ElementTree.Element, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(f"{_NS}t"))
    value = cell.findtext(f"{_NS}v") or ""
    return shared[int(value)] if cell.get("t") == "s" and value else value
