"""GeoNames country dumps from the network, on explicit request only: the one place of this room that opens a connection.

Comes in: a country code and the address of a download site (a setting). Goes out: files in a folder of the caller's, whole or not
at all. What can go wrong (no network, an unknown country, a file that is too large or no archive) is one `SourceError`.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx

from marsad.errors import SourceError

_LIMIT = 300_000_000  # bytes; the largest country dump has under 100 MB
_TIMEOUT_S = 30.0


def fetch_country(
    country: str, base_url: str, folder: Path, progress: Callable[[int, int | None], None] | None = None
) -> tuple[Path, Path | None]:
    """Download the dump of one country, and its alternate names where the site has them.

    Args:    country: ISO 3166-1 alpha-2, any case.  base_url: site with XX.zip and alternatenames/XX.zip.  folder: where to put
             them.  progress: told the bytes received so far and the total, None when the site does not say.
    Returns: the paths of the dump and of the alternate names (None when there are none).
    Raises:  SourceError: the address, and the reason.
    """
    code = country.upper()
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise SourceError(country, None, "is not a country code of two letters (SY, IQ, YE, …)")
    base = base_url.rstrip("/")
    dump = _download(f"{base}/{code}.zip", folder / f"{code}.zip", progress)
    if dump is None:
        raise SourceError(f"{base}/{code}.zip", None, "the site has no such country")
    return dump, _download(f"{base}/alternatenames/{code}.zip", folder / f"{code}-names.zip", progress)


def _download(url: str, target: Path, progress: Callable[[int, int | None], None] | None) -> Path | None:
    """The file at an address, or None when the site says that there is none (404)."""
    part = target.with_name(f".{target.name}.part")
    folder = target.parent
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with httpx.stream("GET", url, timeout=_TIMEOUT_S, follow_redirects=True) as answer:
            if answer.status_code == 404:
                return None
            answer.raise_for_status()
            length = answer.headers.get("content-length", "")
            _receive(answer, part, int(length) if length.isdigit() else None, url, progress)
        if not zipfile.is_zipfile(part):
            raise SourceError(url, None, "is not a zip archive")
        part.replace(target)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise SourceError(url, None, f"cannot be fetched: {error or type(error).__name__}") from error
    finally:
        part.unlink(missing_ok=True)
    return target


def _receive(
    answer: httpx.Response, part: Path, total: int | None, url: str, progress: Callable[[int, int | None], None] | None
) -> None:
    received = 0
    with part.open("wb") as file:
        for block in answer.iter_bytes():
            received += len(block)
            if received > _LIMIT:
                raise SourceError(url, None, f"is larger than {_LIMIT // 1_000_000} MB")
            file.write(block)
            if progress is not None:
                progress(received, total)
