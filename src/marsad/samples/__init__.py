"""The sample reports of `marsad demo`: written for this project; every outlet, person and happening in them is invented.

Real towns and armed actors are named, because knowing them is what Marsad does. Nothing in the samples took place.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from marsad.errors import SourceError
from marsad.records import Report, sha256

FILE = Path(__file__).parent / "reports.yml"


def load_samples(file: Path = FILE) -> list[Report]:
    """The samples in the order of the file, as reports whose sections are still to be found.

    Raises: SourceError: the file cannot be read, or an entry lacks its id or text.
    """
    try:
        return [_report(entry) for entry in yaml.safe_load(file.read_text(encoding="utf-8"))]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise SourceError(file.name, None, f"cannot be read: {error}") from None


def _report(entry: dict[str, str | None]) -> Report:
    text = str(entry["text"])
    url, title, publisher, published = (entry.get(key) for key in ("url", "title", "publisher", "published"))
    return Report(str(entry["id"]), text, url, title, publisher, published, sha256=sha256(text))
