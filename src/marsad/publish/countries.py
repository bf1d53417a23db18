"""Codes of countries as the datasets write them: ISO 3166-1, Gleditsch and Ward's and COW numbers, UCDP's and ACLED's regions.

Comes in: an ISO alpha-2 code. Goes out: the row of knowledge/country_codes.tsv; all cells empty for a country that is not there.
"""

from __future__ import annotations

import csv
from functools import cache

import msgspec

from marsad.knowledge.loader import FOLDER


class Codes(msgspec.Struct, frozen=True):
    """The codes of one country; a scheme that has none leaves its cell empty."""

    iso3: str = ""
    iso_numeric: str = ""
    gwno: str = ""
    cow: str = ""
    ucdp_region: str = ""
    acled_region: str = ""


def codes(iso2: str | None) -> Codes:
    """The codes of a country."""
    return _table().get(iso2 or "", Codes())


@cache
def _table() -> dict[str, Codes]:
    lines = (FOLDER / "country_codes.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    return {row.pop("iso2"): Codes(**row) for row in rows}
