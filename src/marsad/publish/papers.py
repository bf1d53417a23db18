"""What an edition says of itself: README, codebook, licence.

Comes in: the manifest, knowledge, the formats. Goes out: text. The words of the README are templates/edition.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, Protocol

import jinja2

from marsad import records
from marsad.knowledge.loader import Knowledge
from marsad.publish import codebook as parts_of
from marsad.publish.entries import Entry
from marsad.records_incident import Incident

CC_BY = """These data are licensed under the Creative Commons Attribution 4.0 International licence (CC BY 4.0).
Summary: https://creativecommons.org/licenses/by/4.0/
Full text: https://creativecommons.org/licenses/by/4.0/legalcode

The words of reports quoted in them, if any, remain their publishers'.

هذه البيانات مرخّصة برخصة المشاع الإبداعي: نَسب المصنَّف 4.0 دولي. وما يُقتبس فيها من أخبار يبقى لناشريه.
"""
_RECORDS = (records.ActorRef, records.PlaceRef, records.When)


class Form(Protocol):
    """A format of the data: see `marsad.publish.export.FORMATS`."""

    @property
    def columns(self) -> Sequence[str]: ...
    @property
    def suffix(self) -> str: ...
    def write(self, entries: Iterable[Entry], knowledge: Knowledge, stream: IO[bytes], /) -> None: ...


def file_of(key: str, form: Form) -> str:
    """The name of the data file of a format."""
    return f"{key}.{form.suffix.lstrip('.')}"


def readme(manifest: dict[str, Any]) -> str:
    """README.md in English and Arabic."""
    loader = jinja2.PackageLoader("marsad.publish", "templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=False, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("edition.md").render(m=manifest)


def codebook(knowledge: Knowledge, forms: Mapping[str, Form]) -> str:
    """codebook.md: the columns of these files, and what knowledge and records say of themselves."""
    parts = [f"# Codebook\n\nKnowledge version `{knowledge.version}`.", "## Columns of the data files"]
    for key, form in forms.items():
        parts.append(
            f"`data/{file_of(key, form)}`: " + (", ".join(f"`{c}`" for c in form.columns) or "no columns") + "."
        )
    parts += ["## Fields of `incidents.jsonl`", *(parts_of.record(kind) for kind in (Incident, *_RECORDS))]
    parts += ["## Values", parts_of.values(), "## Actors and sources", parts_of.kinds(), "## Event types"]
    return "\n\n".join([*parts, *(parts_of.event_class(knowledge, name) for name in parts_of.CLASSES)]) + "\n"
