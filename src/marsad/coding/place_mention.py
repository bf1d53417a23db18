"""The record of a place as words of a report, before it is looked up on the map."""

from __future__ import annotations

import msgspec


class PlaceMention(msgspec.Struct):
    """A place as the report words it; all positions are token indexes, inclusive.

    first..last: everything, with relation and kind words ("شمال مدينة حلب"); kind_first..core_last: from the kind word on ("مدينة
    حلب"); core_first..core_last: the name ("حلب"). key: for `Gazetteer.candidates`, None when only the form says it is a name.
    relation: "near", "north", "countryside", … or None; heading: degrees clockwise from north when a direction is stated.
    name_words: the folded name without proclitics; weak: a common word that counts as a name only because its container follows;
    pro: the proclitics read off the name's first word. bare: a village's name that nothing around it supports but other places
    of the report nearby. anaphor: a definite kind word ("المدينة", "شمالي البلاد") that stands for a place named before.
    generic: a site without a name ("سوق شعبي", "السجن المركزي").
    """

    first: int
    last: int
    core_first: int
    core_last: int
    kind_first: int = 0
    key: int | None = None
    kind_word: str | None = None
    relation: str | None = None
    name_words: tuple[str, ...] = ()
    weak: bool = False
    pro: str = ""
    heading: int | None = None
    bare: bool = False
    anaphor: bool = False
    generic: bool = False
