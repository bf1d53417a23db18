"""Self-contained pages: reports with their evidence highlighted beside their events, and explanations, in Arabic and English.

Comes in: coded reports. Goes out: one HTML text that loads nothing from anywhere and works without script. The language is switched by two
buttons of the page itself; Arabic comes first, right to left. Labels come from knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import jinja2
from markupsafe import Markup

from marsad.knowledge.labels import load_labels
from marsad.knowledge.loader import load_knowledge
from marsad.publish.highlight import ROLES, blocks
from marsad.records import Casualty, CodedReport, Event, Name, PlaceRef

Rows = Sequence[tuple[str, ...]]
Part = tuple[str, Sequence[str], Rows]
"""A table: heading key, column keys, rows of words."""


def render_reports(coded: Iterable[CodedReport], note: str | None = None, contradictions: Rows = ()) -> str:
    """The page of many reports.

    Args: note: key of a label shown under the heading (`page.samples`); contradictions: rows (event type, place, day, key of the
    field's label, values with who claims them).
    """
    return _template("reports.html").render(
        coded=list(coded), note=note, contradictions=contradictions, roles=ROLES, **_helpers()
    )


def render_explanation(coded: CodedReport, parts: Sequence[Part]) -> str:
    """The page of `marsad explain --html`: one report with its events, then the tables that say why."""
    return _template("explain.html").render(coded=[coded], parts=parts, roles=ROLES, **_helpers())


@lru_cache(maxsize=4)
def _template(name: str) -> jinja2.Template:
    loader = jinja2.PackageLoader("marsad.publish", "templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template(name)


def _helpers() -> dict[str, Any]:
    return {
        "t": label, "name": name, "event_label": event_label, "toll": toll, "place": place, "blocks": blocks, "mutual": is_mutual,
        "type_label": type_label,
        "isolated": isolated,
    }  # fmt: skip


def pair(ar: object, en: object) -> Markup:
    """Both languages of one label; the page shows the one that is switched on. Equal ones are written once."""
    if ar == en:
        return Markup('<bdi dir="auto">{}</bdi>').format(ar)
    return Markup(
        '<span class="l-ar" lang="ar" dir="rtl">{}</span><span class="l-en" lang="en" dir="ltr">{}</span>'
    ).format(ar, en)


def label(key: str) -> Markup:
    """A label of knowledge/labels.yml in both languages."""
    labels = load_labels()
    return pair(labels.ar(key), labels.en(key))


def name(value: Name) -> Markup:
    """A name in each language, or in the one that it has."""
    return pair(value.ar or value.en or "", value.en or value.ar or "")


def event_label(event: Event) -> Markup:
    """The label of an event's type."""
    return type_label(event.type)


def type_label(kind: str) -> Markup:
    """The label of an event type by its id."""
    known = load_knowledge().events.get(kind)
    return pair(known.label.ar, known.label.en) if known else pair(kind, kind)


def isolated(text: str) -> Markup:
    """Arabic text whose numbers and bounds keep their own direction: "≥1", "2016-03-14"."""
    parts = re.split(r"(≥?\d[\d–-]*)", text)
    return Markup("").join(Markup('<bdi dir="ltr">{}</bdi>').format(p) if n % 2 else p for n, p in enumerate(parts))


def is_mutual(event: Event) -> bool:
    """Whether the type of an event has two sides of equal standing."""
    known = load_knowledge().events.get(event.type)
    return known is not None and known.sides == "mutual"


def bounds(casualty: Casualty) -> str:
    """A toll's numbers as people write them: "30", "≥ 30", "5–8", "?"."""
    low, high = casualty.low, casualty.high
    if low is None and high is None:
        return "?"
    if low == high:
        return str(low)
    if high is None:
        return f"≥ {low}"
    return f"{low or 0}–{high}"


def toll(casualty: Casualty) -> Markup:
    """One toll: harm, numbers, victims."""
    whom = Markup(" · {}").format(name(casualty.victims.name)) if casualty.victims else Markup("")
    return Markup('{} <b class="num" dir="ltr">{}</b>{}').format(label(f"harm.{casualty.harm}"), bounds(casualty), whom)


def place(ref: PlaceRef) -> Markup:
    """One place: relation, name, precision, coordinates."""
    relation = Markup("{} ").format(label(f"relation.{ref.relation}")) if ref.relation else Markup("")
    where = Markup(' <span class="soft">{}</span>').format(label(f"where.{ref.precision}"))
    if ref.lat is not None and ref.lon is not None:
        where += Markup(' <span class="soft num" dir="ltr">{:.3f}, {:.3f}</span>').format(ref.lat, ref.lon)
    return relation + name(ref.name) + where
